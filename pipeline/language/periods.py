"""Lengths of time: '5 years', 'four years and six months', 'a few weeks', 'half a year'."""

import re
from decimal import Decimal

from pipeline.language.numbers import NUMBER, to_decimal
from pipeline.values import Period

UNIT = r"(?:years?|yrs?|months?|mos?\b|weeks?|wks?|days?|hours?|hrs?|decades?)"
"""A regex of a unit of time."""
TIME_WORD = re.compile(
    r"[yY][eE][aA][rR]|[mM][oO][nN][tT][hH]|[wW][eE][eE][kK]|[dD][aA][yY]|[yY][rR]|[mM]os?\b|[wW]k|[hH]ours?"
    r"|[hH]rs?\b|[dD]ecade|[aA]ge\b|POD|D\d|[oO]perativ"
)
"""Where a grammar of times has to look; begins with letters, so that the engine skips fast."""
_VAGUE = r"a few|several|some|a couple of|few|a number of"
LENGTH = (
    rf"(?:half an? year|(?:{NUMBER}|{_VAGUE}|an?)(?: and (?:a half|one half|½)|\s?½)?(?:\s?(?:-|–|to"
    rf"|or)\s?{NUMBER})?[\s-]{{0,2}}(?:full |consecutive |calendar )?{UNIT}"
    rf"(?:,? (?:and )?{NUMBER}[ -]{UNIT}| and a half)?)"
)
"""A regex of a length of time."""
_PART = re.compile(
    rf"(?P<n>{NUMBER}|{_VAGUE}|\ban?\b|another)(?P<half> and (?:a half|one half|½)|\s?½)?(?:\s?(?:-|–|to"
    rf"|or)\s?{NUMBER})?[\s-]{{0,2}}(?:\w+ )?(?P<unit>{UNIT})",
    re.I,
)
_LETTER = {"y": "Y", "m": "M", "w": "W", "d": "D", "h": "H"}


def period(text: str) -> Period | None:
    """The length that `text` writes, or None; a vague number ('a few weeks') is unknown, `PXW`.

    Of a range ('2-3 months') the first number is kept: the guidelines have no norm for a range.
    """
    if re.search(r"half an? year", text, re.I):
        return Period(((Decimal(6), "M"),))
    parts: list[tuple[Decimal | None, str]] = []
    for match in _PART.finditer(text):
        number = to_decimal(match["n"]) if match["n"].lower() != "another" else Decimal(1)
        half = match["half"] or text[match.end() :].startswith(" and a half")
        if number is not None and half:
            number += Decimal("0.5")
        unit = match["unit"].lower()
        if unit.startswith("dec"):
            number, letter = (None if number is None else number * 10), "Y"
        else:
            letter = _LETTER[unit[0]]
        parts.append((number, letter))
    if len(parts) > 1 and parts[0][1] == parts[-1][1]:  # '23 months, 15 months after …' are two times
        parts = parts[-1:]
    return Period(tuple(parts)) if parts else None
