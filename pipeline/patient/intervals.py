"""Calendar intervals of limited precision, and steps of time from them.

A step by years, months or weeks keeps the month and no day, a step by days keeps the day where there is one:
'three months after 4 June 2018' is `2018-09`. A year alone stays a year.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipeline.values import PartialDate, Period

if TYPE_CHECKING:
    from decimal import Decimal

_PART = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_DAYS_ONLY = frozenset("WDH")
_DAYS = {"Y": 365.25, "M": 30.44, "W": 7.0, "D": 1.0, "H": 1 / 24}


def parse(text: str) -> PartialDate | None:
    """`2020`, `2020-11`, `2020-11-05`; None for anything else."""
    found = _PART.fullmatch(text)
    return PartialDate(*(int(part) if part else None for part in found.groups())) if found else None


def first_day(when: PartialDate) -> date:
    """The earliest day that a date with a year can mean."""
    return date(when.year or 1, when.month or 1, when.day or 1)


def last_day(when: PartialDate) -> date:
    """The latest day that a date with a year can mean."""
    year, month = when.year or 9999, when.month or 12
    return date(year, month, when.day or calendar.monthrange(year, month)[1])


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` to `end`, both partial and inclusive; None is open; equal ends are a point."""

    start: PartialDate | None
    end: PartialDate | None

    @classmethod
    def point(cls, when: PartialDate) -> Interval:
        return cls(when, when)

    @classmethod
    def between(cls, low: PartialDate | None, high: PartialDate | None) -> Interval:
        """From `low` to `high`; open where they are out of order, a point where they are one."""
        if low and high and last_day(high) < first_day(low):
            return cls(low, None)
        return cls(low, high)

    @classmethod
    def parse(cls, text: str) -> Interval | None:
        """A norm back to its interval; None where it is none."""
        low, slash, high = text.partition("/")
        if not slash:
            when = parse(text)
            return cls.point(when) if when else None
        ends = [parse(part) for part in (low, high)]
        read = all(end is not None or part == ".." for end, part in zip(ends, (low, high), strict=True))
        return cls(*ends) if read and any(ends) else None

    @property
    def is_point(self) -> bool:
        return self.start is not None and self.start == self.end

    def norm(self) -> str:
        if self.is_point and self.start:
            return self.start.norm()
        return "/".join(end.norm() if end else ".." for end in (self.start, self.end))

    def bounds(self) -> tuple[date, date]:
        """The first and the last day that it allows."""
        return (
            first_day(self.start) if self.start else date.min,
            last_day(self.end) if self.end else date.max,
        )


def one_less(period: Period) -> Period:
    """A period less one of its last unit: 'day 9' is eight or nine days on."""
    *first, (amount, unit) = period.parts
    return Period((*first, (None if amount is None else max(amount - 1, amount * 0), unit)))


def shifted(when: PartialDate, period: Period, sign: int) -> PartialDate | None:
    """`when` plus (`sign` 1) or less (-1) a period; None where its amount is unknown or `when` has no year."""
    if when.year is None or any(amount is None for amount, _ in period.parts):
        return None
    if not any(amount for amount, _ in period.parts):
        return when
    months = sum(_months(amount, unit) for amount, unit in period.parts if amount is not None)
    days = sum(_days(amount, unit) for amount, unit in period.parts if amount is not None)
    only_years = all(unit == "Y" and amount is not None and amount % 1 == 0 for amount, unit in period.parts)
    if when.month is None:
        return PartialDate(when.year + sign * months // 12) if only_years else None
    count = when.year * 12 + when.month - 1 + sign * months
    year, month = divmod(count, 12)
    if not 1 <= year <= 9998:
        return None
    if not days:
        return PartialDate(year, month + 1)
    day = when.day or 15
    day = min(day, calendar.monthrange(year, month + 1)[1])
    moved = date(year, month + 1, day) + sign * timedelta(days=days)
    in_days = all(unit in "DH" for _, unit in period.parts)
    return PartialDate(moved.year, moved.month, moved.day if in_days and when.day else None)


def shifted_span(when: PartialDate, period: Period, sign: int) -> tuple[PartialDate, PartialDate] | None:
    """The earliest and the latest that a step can come to: a week after some day of May is in May or in June."""
    if when.month is None or when.day is not None or not any(unit in _DAYS_ONLY for _, unit in period.parts):
        there = shifted(when, period, sign)
        return (there, there) if there is not None else None
    ends = [shifted(PartialDate(d.year, d.month, d.day), period, sign) for d in (first_day(when), last_day(when))]
    low, high = (PartialDate(end.year, end.month) if end is not None else None for end in ends)
    return (low, high) if low is not None and high is not None else None


def _months(amount: Decimal, unit: str) -> int:
    return round(amount * 12) if unit == "Y" else round(amount) if unit == "M" else 0


def _days(amount: Decimal, unit: str) -> int:
    return round(float(amount) * _DAYS[unit]) if unit in "WDH" else 0
