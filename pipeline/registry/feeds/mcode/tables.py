"""The code tables of the feed, read once: each a TSV beside this module, each row with its source."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of `<name>.tsv` in order, each a read-only mapping of column to cell."""
    text = (files(__package__) / f"{name}.tsv").read_text(encoding="utf-8")
    table = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(MappingProxyType(row) for row in table)
