"""Numbers in digits of either habit, in words, and as ordinals."""

import re
from decimal import Decimal

import pytest

from pipeline.language.numbers import DIGITS, NUMBER, ORDINAL, WORD, ordinal_to_int, to_decimal, to_int


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("75", "75"),
        ("2.5", "2.5"),
        ("2,5", "2.5"),
        ("2·5", "2.5"),
        ("0.150", "0.15"),
        ("12,25", "12.25"),
        ("1,250", "1250"),
        ("1,000,000", "1000000"),
        ("1,234.5", "1234.5"),
        ("1.250.000", "1250000"),
        ("1.000", "1000"),
        ("1.250", "1.25"),
        ("0,5", "0.5"),
        ("0.000", "0"),
        (" 7 ", "7"),
        ("0,125", "0.125"),
        ("0,500", "0.5"),
        ("one", "1"),
        ("seven", "7"),
        ("nineteen", "19"),
        ("twenty", "20"),
        ("twenty-seven", "27"),
        ("Twenty Seven", "27"),
        ("Ninety-nine", "99"),
        ("a", "1"),
        ("an", "1"),
    ],
)
def test_numbers(text: str, number: str) -> None:
    assert to_decimal(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "12.",
        ".5",
        "1-2",
        "1/2",
        "-3",
        "hundred",
        "many",
        "twenty-twelve",
        "seven-twenty",
        "1e3",
        "1.5.2",
        ("1,2,3"),
    ],
)
def test_no_numbers(text: str) -> None:
    assert to_decimal(text) is None


@pytest.mark.parametrize(
    ("text", "number"), [("4", 4), ("four", 4), ("4.0", 4), ("1,000", 1000), ("4.5", None), ("2,5", None), ("x", None)]
)
def test_whole_numbers(text: str, number: int | None) -> None:
    assert to_int(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("1st", 1), ("2nd", 2), ("20th", 20), ("First", 1), ("twelfth", 12), ("last", None), ("", None)],
)
def test_ordinals(text: str, number: int | None) -> None:
    assert ordinal_to_int(text) == number


@pytest.mark.parametrize(
    "text", ["7", "2.5", "1,000", "2·5", "seven", "twenty", "twenty-seven", "ninety nine", "nineteen", "sixty"]
)
def test_the_regex_takes_what_is_read(text: str) -> None:
    assert re.fullmatch(NUMBER, text)
    assert to_decimal(text) is not None


def test_the_regex_takes_the_longest_word() -> None:
    assert [re.match(WORD, word).group() for word in ("seventeen", "sixteen", "fourteen", "eighty-one", "ninety")] == [
        "seventeen",
        "sixteen",
        "fourteen",
        "eighty-one",
        "ninety",
    ]
    assert re.findall(DIGITS, "1,000 and 2.5, then 3.") == ["1,000", "2.5", "3"]
    assert re.findall(ORDINAL, "the 20th and the second") == ["20th", "second"]


def test_every_number_word_is_read() -> None:
    units = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    for n, ten in enumerate(tens, 2):
        assert to_int(ten) == 10 * n
        assert [to_int(f"{ten}-{unit}") for unit in units] == [10 * n + k for k in range(1, 10)]
        assert all(re.fullmatch(WORD, f"{ten}-{unit}") for unit in units)
