"""Lengths of time as ISO 8601 durations; a vague number stays unknown."""

import re

import pytest

from pipeline.language.periods import LENGTH, TIME_WORD, period

NORMS = [
    ("5 years", "P5Y"),
    ("a year", "P1Y"),
    ("1 yr", "P1Y"),
    ("18 months", "P18M"),
    ("3-month", "P3M"),
    ("six weeks", "P6W"),
    ("10 days", "P10D"),
    ("36 hrs", "PT36H"),
    ("an hour", "PT1H"),
    ("twenty-one days", "P21D"),
    ("three full years", "P3Y"),
    ("four years and six months", "P4Y6M"),
    ("three months and two weeks", "P3M2W"),
    ("4.5 years", "P4Y6M"),
    ("0.5 years", "P6M"),
    ("one and a half years", "P1Y6M"),
    ("1 year and a half", "P1Y6M"),
    ("half a year", "P6M"),
    ("2,5 years", "P2Y6M"),
    ("2 decades", "P20Y"),
    ("a decade", "P10Y"),
    ("another month", "P1M"),
    ("2-3 months", "P2M"),
    ("2 to 3 weeks", "P2W"),
    ("a few weeks", "PXW"),
    ("several years", "PXY"),
    ("a couple of days", "PXD"),
    ("some months", "PXM"),
    ("a number of years", "PXY"),
    ("1½ years", "P1Y6M"),
    ("2 ½ years", "P2Y6M"),
]


@pytest.mark.parametrize(("text", "norm"), NORMS)
def test_period(text: str, norm: str) -> None:
    length = period(text)
    assert length is not None
    assert length.norm() == norm


@pytest.mark.parametrize("text", ["", "years", "no time", "12", "five", "the day", "5 mg"])
def test_no_period(text: str) -> None:
    assert period(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "5 years",
        "six weeks",
        "3-month",
        "a few weeks",
        "half a year",
        "four years and six months",
        "2-3 months",
        "one and a half years",
    ],
)
def test_the_regex_takes_what_is_read(text: str) -> None:
    assert re.fullmatch(LENGTH, text, re.I)
    assert TIME_WORD.search(text)
