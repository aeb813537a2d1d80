"""Dates of the record as FHIR: partial dates as they are, intervals as Period; nothing is filled in.

An interval of the record (`2018-03/2018-04`) is a time at some point of which a thing was. FHIR's Period may say
that ('one value from the range applies'), but where a date is asked for, only what both ends share is given (`2018`),
and the interval is told in words.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.registry.feeds.mcode.fhir import Json

_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def partial(text: str | None) -> str | None:
    """A date that FHIR takes (`2020`, `2020-11`, `2020-11-03`) and that the calendar has, else None."""
    found = _PARTIAL.fullmatch(text or "")
    if not found or text is None:
        return None
    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return None
    return text


def in_order(start: str, end: str) -> bool:
    """Whether a partial date is not after another, as far as both are known."""
    known = min(len(start), len(end))
    return start[:known] <= end[:known]


def period(text: str) -> Json | None:
    """`2018-03/2018-04`, `2020-11/..` and `../2016-04` as Period; None where an end is no date or they are reversed."""
    start, slash, end = text.partition("/")
    ends = {name: value for name, value in (("start", start), ("end", end)) if value not in ("", "..")}
    if not slash or not ends or any(partial(value) is None for value in ends.values()):
        return None
    if len(ends) == 2 and not in_order(start, end):
        return None
    return dict(ends)


def timed(element: str, text: str | None) -> tuple[str, str | Json] | None:
    """`effective` and a date of the record as the element that it becomes and its value; None where FHIR has none."""
    if text is None:
        return None
    if (day := partial(text)) is not None:
        return f"{element}DateTime", day
    span = period(text)
    return None if span is None else (f"{element}Period", span)


def shared(text: str | None) -> str | None:
    """A date true of the whole interval: `2018-03/2018-04` is `2018`; None where its ends share no year."""
    if text is None:
        return None
    if partial(text) is not None:
        return text
    span = period(text)
    if span is None or len(span) < 2:
        return None
    start, end = span["start"].split("-"), span["end"].split("-")
    same: list[str] = []
    for one, other in zip(start, end, strict=False):
        if one != other:
            break
        same.append(one)
    return "-".join(same) or None
