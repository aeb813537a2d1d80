"""The feed's tables as data: `rows` reads one of `codes/*.tsv`, each row of which names its source."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of `<name>.tsv` in order, each a read-only mapping of column to cell."""
    text = (files(__package__) / "codes" / f"{name}.tsv").read_text(encoding="utf-8")
    table = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(MappingProxyType(row) for row in table)
