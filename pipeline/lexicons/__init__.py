"""Rules as data: one TSV a kind of rule, each row with its source and licence; `rows` reads them."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of `<name>.tsv` in order, each a read-only mapping of column to cell."""
    text = (files(__name__) / f"{name}.tsv").read_text(encoding="utf-8")
    table = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(MappingProxyType(row) for row in table)


def digest() -> str:
    """SHA-256 over all lexicons, in the order of their names; it stands in `run.json`."""
    sha = hashlib.sha256()
    for path in sorted(files(__name__).iterdir(), key=lambda p: p.name):
        if path.name.endswith(".tsv"):
            sha.update(path.name.encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()
