"""The moments of a story: a date with how it was found, its mark in the text, and where the telling is."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.patient.intervals import Interval, first_day, last_day
from pipeline.values import PartialDate


@dataclass(frozen=True, slots=True)
class When:
    """A date, whether the text says it as a calendar date of this, and how it was found if not."""

    interval: Interval
    derived: bool
    how: str = ""

    def norm(self) -> str:
        return self.interval.norm()


@dataclass(frozen=True, slots=True)
class Mark:
    """A resolved date at its place in the text."""

    start: int
    end: int
    when: When
    flow: int
    aside: bool = False


@dataclass(slots=True)
class Now:
    """Where the telling is: its last date, the paragraph of it, whether it went back to get there, whether it has gone
    on since by a time of which the date is not known, and the date (`home`) that it went back from."""

    flow: int
    date: PartialDate | None = None
    span: Interval | None = None
    paragraph: int = -1
    looked_back: bool = False
    lost: bool = False
    home: PartialDate | None = None

    def move(self, date: PartialDate, span: Interval, paragraph: int) -> None:
        if self.date is not None and last_day(date) < first_day(self.date):
            if not self.looked_back:
                self.home = self.date
            self.looked_back = True
        elif paragraph != self.paragraph:
            self.looked_back = False
        if self.home is not None and last_day(date) >= first_day(self.home):
            self.home = None
        self.date, self.span, self.paragraph, self.lost = date, span, paragraph, False

    def at(self, paragraph: int) -> PartialDate | None:
        """The date that a time of a paragraph goes on from.

        After a look back ('in 2011 …') a new paragraph may go on from either point, and after a time of which the
        date is not known ('six years after the fall') nothing goes on from the date before it: None.
        """
        return None if self.lost or (self.looked_back and paragraph != self.paragraph) else self.date


def calendar_date(start: PartialDate, end: PartialDate, last: PartialDate | None) -> When | None:
    """A date of which the year is not said is of the year of the story, or the next if it has passed."""
    if start.year is not None or end.year is not None:
        known = start.year or end.year
        return When(Interval(_with_year(start, known), _with_year(end, end.year or known)), False)
    if last is None or last.year is None or start.month is None:
        return None
    year = last.year + (last.month is not None and start.month < last.month - 1)
    return When(Interval(_with_year(start, year), _with_year(end, year)), True, f"year of {last.norm()}")


def _with_year(date: PartialDate, year: int | None) -> PartialDate:
    return date if date.year is not None else PartialDate(year, date.month, date.day)
