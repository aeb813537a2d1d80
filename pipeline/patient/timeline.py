"""When things happened: dates said, dates reckoned from others, and intervals from the order of the telling.

A report tells its story in order, so what has no date of its own lies between the last date before it and the
next one after it. Nothing is made more precise than that.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.patient.intervals import Interval, first_day, last_day, shifted
from pipeline.patient.story import OWN, Passage, Story
from pipeline.values import DateRange, PartialDate, RelativeTime

if TYPE_CHECKING:
    from pipeline.mentions.mention import Mention

_ANCHOR = re.compile(r"\b(?:after|from|since|following|before|prior to|post)\b[ -]?(?P<event>.*)", re.I | re.S)
_EARLIER = re.compile(r"\b(?:before|prior to|preceding)\b", re.I)
_OPERATION = re.compile(
    r"surg|operation|ectomy|resection|excision|dissection|clearance|transplant|surger|removal", re.I
)
_START = re.compile(r"\b(?:start|initiat|begin|commenc|treatment|therapy|chemo|dose|cycle)", re.I)
_DIAGNOSIS = re.compile(r"diagnos|detect|presentation|relapse|recurrence|biops|metasta", re.I)
_BEGIN = re.compile(r"\b(?:start|began|begun|initiat|commenc|receiv|given|underwent|introduc|put on)\w*", re.I)
_AHEAD = 20  # dates to look through for one that is not earlier
_BESIDE = 30  # characters between a date and the time that explains it
_LOOK_BACK = re.compile(r"\b(?:ago|earlier|previous(?:ly)?|prior|before|history of|at the age)\b", re.I)


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
    mention: Mention
    flow: int
    aside: bool = False


class Timeline:
    """The dates of one story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.marks: list[Mark] = []
        self._by_mention: dict[int, When] = {}
        self._operations: list[tuple[int, Interval]] = []
        self._starts: list[Interval] = []
        self._diagnoses: list[Interval] = []
        current: PartialDate | None = None
        flow = -1
        for passage in story.passages:
            mine = _flow(passage)
            if mine != flow:
                current, flow = None, mine
                if mine == OWN:
                    self._operations, self._starts, self._diagnoses = [], [], []
            current = self._read(passage, current, flow)
        self._places = [m.start for m in self.marks]
        self._flow = [m for m in self.marks if m.flow == OWN and not m.aside and not _LOOK_BACK.search(m.when.how)]
        self._flow_places = [m.start for m in self._flow]

    def of(self, mention: Mention, passage: Passage) -> When | None:
        """The date of a mention: that of its relation, else that of its place."""
        for date in sorted(self.story.parts(mention, "DateOf"), key=lambda d: d.label != "Date"):
            if id(date) in self._by_mention:
                return self._by_mention[id(date)]
        return self.at(mention.start, passage)

    def said(self, mention: Mention) -> When | None:
        """The date that a relation gives a mention, None where it has none."""
        for date in sorted(self.story.parts(mention, "DateOf"), key=lambda d: d.label != "Date"):
            if id(date) in self._by_mention:
                return self._by_mention[id(date)]
        return None

    def value(self, date: Mention) -> When | None:
        """What a Date or RelativeDate mention comes to."""
        return self._by_mention.get(id(date))

    def within(self, passage: Passage, place: int | None = None) -> When | None:
        """The date that the sentence itself gives: the last before the place, else the first after it."""
        here = self.marks_in(passage)
        before = [m for m in here if place is None or m.start < place]
        chosen = before[-1] if before else here[0] if here else None
        return chosen.when if chosen else None

    def marks_in(self, passage: Passage) -> list[Mark]:
        """The resolved dates of a passage, in order."""
        low, high = (bisect_left(self._places, place) for place in (passage.start, passage.end))
        return self.marks[low:high]

    def at(self, place: int, passage: Passage) -> When | None:
        """The date at a place: the sentence's own, else between the date before it and the one after."""
        own = self.within(passage, place)
        if own is not None:
            return own
        if _flow(passage) != OWN:
            return None
        before = bisect_left(self._flow_places, place)
        after = bisect_left(self._flow_places, passage.end)
        if not before:
            return None
        low = self._flow[before - 1].when.interval
        low_date = low.end or low.start
        if low_date is None:
            return None
        later = (m.when.interval.start for m in islice(self._flow, after, after + _AHEAD))
        high = next((d for d in later if d is not None and last_day(d) >= first_day(low_date)), None)
        interval = Interval.between(low_date, high)
        return When(interval, True, "between the dates told before and after it" if high else "told after this date")

    def _read(self, passage: Passage, current: PartialDate | None, flow: int) -> PartialDate | None:
        for m in passage.of("Date", "RelativeDate"):
            when = self._resolve(m, passage, current)
            if when is None:
                continue
            self._by_mention[id(m)] = when
            before = self.marks[-1] if self.marks and self.marks[-1].start >= passage.start else None
            # 'Seen in October 2017, a known case from 2014': the second date looks back.
            aside = before is not None and when.interval.bounds()[1] < before.when.interval.bounds()[0]
            self.marks.append(Mark(m.start, m.end, when, m, flow, aside))
            if aside:
                continue
            interval = when.interval
            end = interval.end or interval.start
            if end is not None and interval.start is not None and not _is_aside(passage, m):
                current = end
                self._remember(passage, m, interval)
        return current

    def _remember(self, passage: Passage, m: Mention, interval: Interval) -> None:
        if _OPERATION.search(passage.text):
            self._operations.append((m.start, interval))
        if _BEGIN.search(passage.text) and passage.of("Drug", "Radiotherapy"):
            self._starts.append(interval)
        if _DIAGNOSIS.search(passage.text):
            self._diagnoses.append(interval)

    def _resolve(self, m: Mention, passage: Passage, current: PartialDate | None) -> When | None:
        match m.value:
            case PartialDate() as date:
                return self._calendar(date, date, current)
            case DateRange(start, end):
                return self._calendar(start, end, current)
            case RelativeTime(sign, period) if sign in "+-":
                text = self.story.text[m.start : m.end]
                if sign == "+" and self._beside_a_date(passage, m):
                    return None
                anchor, name = self._anchor(text, sign, current)
                earlier = sign == "-" or _EARLIER.search(text) is not None
                moved = shifted(anchor, period, -1 if earlier else 1) if anchor else None
                if moved is None or anchor is None:
                    return None
                if earlier and moved.month and all(unit == "Y" for _, unit in period.parts):
                    moved = PartialDate(moved.year)  # 'seven years before' counts in years
                if not earlier and current is not None and last_day(moved) < first_day(current):
                    return None  # it leans on something later than the last that is known
                return When(Interval.point(moved), True, f"{name} {anchor.norm()}, {' '.join(text.split())}")
        return None

    def _beside_a_date(self, passage: Passage, m: Mention) -> bool:
        """'On May 12, 2021, 92 months after mastectomy': the calendar date says when."""
        return any(d.end <= m.start <= d.end + _BESIDE for d in passage.of("Date"))

    def _calendar(self, start: PartialDate, end: PartialDate, current: PartialDate | None) -> When | None:
        """A date of which the year is not said is of the year of the story, or the next if it has passed."""
        if start.year is not None or end.year is not None:
            known = start.year or end.year
            return When(Interval(_with_year(start, known), _with_year(end, end.year or known)), False)
        if current is None or start.month is None:
            return None
        year = current.year or 0
        if current.month is not None and start.month < current.month - 1:
            year += 1
        interval = Interval(_with_year(start, year), _with_year(end, year))
        return When(interval, True, f"year of {current.norm()}")

    def _anchor(self, text: str, sign: str, current: PartialDate | None) -> tuple[PartialDate | None, str]:
        found = _ANCHOR.search(text)
        event = found["event"] if found else ""
        if sign == "+" and event:
            for pattern, known, name in (
                (_OPERATION, [i for _, i in self._operations], "operation"),
                (_START, self._starts, "start"),
                (_DIAGNOSIS, self._diagnoses, "diagnosis"),
            ):
                if pattern.search(event) and known:
                    return known[-1].start, name
        return current, "date before"


def _flow(passage: Passage) -> int:
    """Sections that tell the story anew have a chain of dates of their own."""
    return passage.rank if passage.kind != "conclusion" else OWN


def _is_aside(passage: Passage, m: Mention) -> bool:
    """A date that looks back does not move the story."""
    return bool(_LOOK_BACK.search(passage.text[m.start - passage.start : m.end - passage.start]))


def _with_year(date: PartialDate, year: int | None) -> PartialDate:
    return date if date.year is not None else PartialDate(year, date.month, date.day)
