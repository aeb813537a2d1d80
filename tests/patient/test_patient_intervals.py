"""Dates as intervals: what a step keeps, and that nothing becomes more precise than it was said."""

from decimal import Decimal

import pytest

from pipeline.patient.intervals import Interval, parse, shifted, shifted_span
from pipeline.values import Period


def period(amount: float | None, unit: str) -> Period:
    return Period(((None if amount is None else Decimal(str(amount)), unit),))


@pytest.mark.parametrize(
    ("start", "amount", "unit", "sign", "expected"),
    [
        ("2018-06-04", 26, "M", 1, "2020-08"),  # months keep no day
        ("2018-06-04", 9, "D", 1, "2018-06-13"),
        ("2018-06", 9, "D", 1, "2018-06"),  # days from a month stay a month
        ("2020-07-02", 7, "W", -1, "2020-05"),
        ("2018", 3, "Y", 1, "2021"),
        ("2018-05", 3, "Y", 1, "2021-05"),
        ("2020-01-31", 1, "D", 1, "2020-02-01"),
    ],
)
def test_a_step_keeps_what_it_can(start: str, amount: float, unit: str, sign: int, expected: str) -> None:
    moved = shifted(parse(start), period(amount, unit), sign)  # type: ignore[arg-type]
    assert moved is not None
    assert moved.norm() == expected


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        ("2021-05", 1, "W", ["2021-05", "2021-06"]),
        ("2020-01", 6, "W", ["2020-02", "2020-03"]),
        ("2021-05", 1, "M", ["2021-06", "2021-06"]),  # months from a month are one month
        ("2021-05-30", 1, "W", ["2021-06", "2021-06"]),
        ("2021-05-30", 3, "D", ["2021-06-02", "2021-06-02"]),
    ],
)
def test_days_from_some_day_of_a_month_end_in_one_or_two(
    start: str, amount: float, unit: str, expected: list[str]
) -> None:
    span = shifted_span(parse(start), period(amount, unit), 1)  # type: ignore[arg-type]
    assert span is not None
    assert [when.norm() for when in span] == expected


@pytest.mark.parametrize(("start", "amount", "unit"), [("2018", 3, "M"), ("2018-01", None, "M"), ("2018", 5, "D")])
def test_no_step_from_too_little(start: str, amount: float | None, unit: str) -> None:
    assert shifted(parse(start), period(amount, unit), 1) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("norm", ["2018", "2018-03/2018-04", "2020-11/..", "../2016-04"])
def test_norms_go_there_and_back(norm: str) -> None:
    found = Interval.parse(norm)
    assert found is not None
    assert found.norm() == norm


@pytest.mark.parametrize("text", ["", "soon", "2018-03/later/..", "../..", "18-03"])
def test_what_is_no_interval(text: str) -> None:
    assert Interval.parse(text) is None


def test_between_dates_out_of_order_is_open() -> None:
    assert Interval.between(parse("2020"), parse("2018-03")).norm() == "2020/.."
    assert Interval.between(parse("2018-03"), parse("2018-03")).norm() == "2018-03"
