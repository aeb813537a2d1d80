"""The rows of a table of patients: each line with separators one row, or each block of cells on lines of their own."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_LINE = re.compile(r"[^\n]+")
_BLOCK = re.compile(r"[^\n]+(?:\n(?![ ]*\n)[^\n]*)*")
_CELLS = re.compile(r"[^;|\t\n]+(?:\t|(?:[;|][^;|\t\n]*){2,})")
_OWN = re.compile(r"\b(?:present|our|this|current|index) (?:case|patient|report|study|work)\b", re.I)


class Row(NamedTuple):
    """A row of a table; `name` is `row1` …, or empty for the row of the report's own patient."""

    start: int
    end: int
    name: str


def rows(text: str, start: int, end: int) -> Iterator[Row]:
    """The rows of the table that stands between two offsets, its caption and its head left out."""
    caption = text.find("\n", start, end)
    if caption < 0:
        return
    in_blocks = text.startswith("\n\t", caption)
    number = 0
    head = True
    for match in (_BLOCK if in_blocks else _LINE).finditer(text, caption, end):
        if in_blocks != match.group().startswith("\t") or not (in_blocks or _CELLS.match(match.group())):
            continue
        if _OWN.search(match.group()):
            head = False
            yield Row(match.start(), match.end(), "")
            continue
        if head:
            head = False
            if not re.search(r"\d", match.group()):
                continue
        number += 1
        yield Row(match.start(), match.end(), f"row{number}")
