"""The rows of a table of patients: each line with separators one row, or each block of cells on lines of their own."""

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

_LINE = re.compile(r"[^\n]+")
_BLOCK = re.compile(r"[^\n]+(?:\n(?![ ]*\n)[^\n]*)*")
_CELLS = re.compile(r"[^;|\t\n]+(?:\t|(?:[;|][^;|\t\n]*){2,})")
_OWN = re.compile(r"\b(?:present|our|this|current|index) (?:case|patient|report|study|work)\b", re.I)
# What tells that a table lists other patients: its caption or head, or the citations in its rows.
_LISTS_CASES = re.compile(
    r"\b(?:published|reported|literature|previous(?:ly)?|review\w*|cases|patients|others|series|stud(?:y|ies)"
    r"|trials?|authors?"
    r"|references?|cohort|case no|patient no)\b|^\W*(?:ref|no|case|patient|year|age|sex)\b|\bage\b"
    r"|[;|\t]\s*(?:ref|sex)\b",
    re.I | re.M,
)
_CITES = re.compile(
    r"\bet al\b|^\W*\[\d+\]|^\W*(?!(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|Spring|Summer|Autumn|Fall|Winter|Since|Until|From"
    r"|In|Before|After|Early|Late|Mid)\b)"
    r"[A-Z][\w'’-]+(?: and [A-Z][\w'’-]+)?,? (?:\[|\()?(?:19|20)\d\d\b",
    re.M,
)


class Row(NamedTuple):
    """A row of a table; `name` is `row1` …, or empty for the row of the report's own patient."""

    start: int
    end: int
    name: str


def lists_cases(text: str, start: int, end: int) -> bool:
    """Whether the table between two offsets lists patients side by side; else it tells of the report's own.

    Its caption and the line or block after it are its head.
    """
    lines = text[start:end].split("\n")
    head = list(itertools.takewhile(str.strip, lines))
    if len(head) < 2 or not head[1].startswith("\t"):
        head = [line for line in lines if line.strip()][:2]
    return bool(_LISTS_CASES.search("\n".join(head)) or _CITES.search(text, start, end))


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
