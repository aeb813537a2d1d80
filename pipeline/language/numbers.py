"""Numbers as case reports write them: digits, decimals of either habit, and words up to ninety-nine."""

from __future__ import annotations

import re
from decimal import Decimal

_UNITS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12,
}  # fmt: skip

WORD = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(list(_UNITS)[:9])}))?|{'|'.join(reversed(_UNITS))})"
"""A regex of a number word: 'seven', 'twenty-seven'."""
DIGITS = r"\d+(?:[.,·]\d+)*"
"""A regex of a number in digits: '75', '2.5', '1,000'."""
NUMBER = rf"(?:{DIGITS}|{WORD})"
"""A regex of a number in digits or words."""
ORDINAL = rf"(?:\d+(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})"
"""A regex of an ordinal: '20th', 'second'."""

_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_POINTED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,}|[1-9]\d{0,2}\.000")


def to_decimal(text: str) -> Decimal | None:
    """The number that `text` writes, or None where it is none.

    A comma before exactly three digits groups thousands ('1,250'), any other is a decimal comma
    ('2,5'). A point is a decimal point, save in a group after a point ('1.250.000') and before three
    noughts ('1.000 mg': nobody writes a milligram to three places).
    """
    text = text.strip().lower().replace("·", ".")
    if text and text[0].isdigit():
        if _THOUSANDS.fullmatch(text):
            text = text.replace(",", "")
        elif _POINTED.fullmatch(text):
            text = text.replace(".", "")
        text = text.replace(",", ".")
        return Decimal(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else None
    if text in ("a", "an"):
        return Decimal(1)
    parts = re.split(r"[- ]+", text)
    if len(parts) == 2 and parts[0] in _TENS and _UNITS.get(parts[1], 10) < 10:
        return Decimal(_TENS[parts[0]] + _UNITS[parts[1]])
    word = _UNITS.get(text, _TENS.get(text))
    return Decimal(word) if word is not None else None


def to_int(text: str) -> int | None:
    """The whole number that `text` writes, or None."""
    number = to_decimal(text)
    return int(number) if number is not None and number == int(number) else None


def ordinal_to_int(text: str) -> int | None:
    """'20th' and 'twentieth'-like ordinals: 20; None where `text` is no ordinal of ours."""
    match = re.match(r"\d+", text)
    return int(match.group()) if match else _ORDINALS.get(text.lower())
