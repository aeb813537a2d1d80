"""When things happened: dates said, dates reckoned from others, and intervals from the order of the telling.

A report tells its story in order, so what has no date of its own lies between the last date before it and the
next one after it. Nothing is made more precise than that.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.language.numbers import NUMBER, ORDINAL
from pipeline.patient.anchors import Anchors, event_of, has_origin, is_numbered
from pipeline.patient.intervals import Interval, first_day, last_day, one_less, shifted_span
from pipeline.patient.moments import Mark, Now, When, calendar_date
from pipeline.patient.purposes import is_anticancer
from pipeline.patient.story import OWN, Passage, Story
from pipeline.values import DateRange, PartialDate, RelativeTime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.mentions.mention import Mention
    from pipeline.values import Period

_BACKWARD = re.compile(r"\b(?:before|prior to|preceding)\b", re.I)
_AFTER = re.compile(r"after\b", re.I)
_AHEAD = 20  # dates to look through for one that is not earlier
_BESIDE = 30  # characters between a date and the time that explains it
_LOOK_BACK = re.compile(r"\b(?:ago|earlier|previous(?:ly)?|prior|before|history of|at the age)\b", re.I)
_DOSE = r"(?:cycles?|courses?|doses?|injections?|infusions?|administrations?|sessions?)\b"
_COUNTED = re.compile(
    r"(?:^|[,;:(]\s|\b(?:and|but|until|when|where|while|as) )(?:"
    rf"(?:after|following|during) (?:the )?(?:first |next |last )?(?:{NUMBER}|{ORDINAL})"
    rf"(?: (?!and\b|or\b)[\w-]+)?? {_DOSE}"
    rf"|(?:in|at|on|with) (?:the|her|his) {ORDINAL} {_DOSE})",
    re.I,
)
_SHE_HAD = re.compile(
    r"\b(?:she|he|patient|who|woman|man) had (?!no\b|an?\b|the\b|not yet\b)(?:\w+ )?"
    r"\w+(?:ed|en|ne|un|ut|ad|pt|ft|ld|it)\b",
    re.I,
)
_HAD = re.compile(r"\bhad (?:been|undergone|taken|\w+ed)\b", re.I)
_BACK_AT_VISIT = re.compile(
    r"(?<!\bis )(?<!\bare )(?<!\bhas )(?<!\bhave )\bnow (?!that\b)\w+"
    r"|^(?:at|on) (?:this |the |her |his )?(?:current |present )?(?:(?:physical |clinical |general )?examination"
    r"|admission|presentation|arrival)\b",
    re.I,
)
_EXAMINATION = re.compile(
    r"\b(?:\w+(?:scopy|graphy|graphies)|examination|PET|CT|MRI?|scans?|ultrasound|X-?rays?|biops(?:y|ies)|imaging"
    r"|admission|presentation)\b"
)
_SINCE = re.compile(r"\w+ since (?:(?:early|late|mid|about|the year) ?-?)?$", re.I)
_CLAUSE_END = re.compile(r"[.;:]|\bwhen\b")
_BEGUN = re.compile(
    r"\b(?:start(?:ed|ing)|initiat(?:ed|ing)|beg[au]n|commenced|introduced|instituted|given|administered|received"
    r"|treated|switched|underwent|delivered|irradiated|carried out|performed|applied"
    r"|(?:therapy|treatment|regimen|line) (?:was|consisted|comprised))\b",
    re.I,
)


class Timeline:
    """The dates of one story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.marks: list[Mark] = []
        self._by_mention: dict[int, When] = {}
        self._anchors: dict[int, Anchors] = defaultdict(Anchors)
        self._undated: dict[int, Anchors] = defaultdict(Anchors)
        self._dates = list(_said_dates(story))
        now = Now(-1)
        for passage in story.passages:
            if _flow(passage) != now.flow:
                now = Now(_flow(passage))
            self._read(passage, now)
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
        past = self._past(place, passage)
        if past is not None:
            return When(Interval(past.when.interval.start, None), True, "told after this date, in a look back")
        before = bisect_left(self._flow_places, place)
        if not before:
            return None
        if _SHE_HAD.search(_clause(passage, place)) and not self._tells_history(before - 1):
            return None
        last = self._flow[before - 1].when
        # What went on from May to July is over then; what was some time from May to July may have been in May.
        low = last.interval
        low_date = low.start or low.end if last.derived else low.end or low.start
        if low_date is None:
            return None
        high = self.next_after(passage.end, low_date)
        interval = Interval.between(low_date, high)
        return When(interval, True, "between the dates told before and after it" if high else "told after this date")

    def _past(self, place: int, passage: Passage) -> Mark | None:
        """The look back ('seven years before …') that a paragraph is still in: an examination comes back from it."""
        last = bisect_left(self._places, place) - 1
        mark = self.marks[last] if last >= 0 else None
        home = self.story.passage(mark.start) if mark is not None else None
        if mark is None or home is None or mark.flow != OWN or home.paragraph != passage.paragraph:
            return None
        numbers = range(self.story.number(home) + 1, self.story.number(passage) + 1)
        if len(numbers) > _AHEAD or any(_EXAMINATION.search(self.story.passages[number].text) for number in numbers):
            return None
        return mark if not mark.aside and _LOOK_BACK.search(mark.when.how) and mark.when.interval.start else None

    def next_after(self, place: int, date: PartialDate) -> PartialDate | None:
        """The date that the telling comes to next after a place, of those that are not before `date`."""
        after = bisect_left(self._flow_places, place)
        later = (m.when.interval.start for m in islice(self._flow, after, after + _AHEAD) if m.when.interval.end)
        return next((d for d in later if d is not None and last_day(d) >= first_day(date)), None)

    def _tells_history(self, number: int) -> bool:
        """Whether a date is of what she had before: what else 'she had' goes on from there."""
        mark = self._flow[number]
        home = self.story.passage(mark.start)
        if home is not None and _HAD.search(home.text):
            return True
        since = mark.when.interval.bounds()[1]
        return any(m.when.interval.bounds()[0] > since for m in self._flow[max(0, number - _AHEAD) : number])

    def _come_back(self, passage: Passage, now: Now) -> None:
        """After a look back 'CT now showed' and 'on examination' are of the visit that was told before it.

        What was done at a visit of which the day is told may have been done another day of that month.
        """
        if now.home is None or passage.of("Date", "RelativeDate") or not _BACK_AT_VISIT.search(passage.text):
            return
        date = PartialDate(now.home.year, now.home.month)
        when = When(Interval.point(date), True, f"of the visit of {now.home.norm()}, after a look back")
        self.marks.append(Mark(passage.start, passage.start, when, now.flow))
        now.move(now.home, when.interval, passage.paragraph)
        now.looked_back = False

    def _read(self, passage: Passage, now: Now) -> None:
        self._come_back(passage, now)
        counts = [passage.start + c.start() for c in _COUNTED.finditer(passage.events)]
        for m in passage.of("Date", "RelativeDate"):
            # 'After four courses' is some time on: what is told to come three weeks later is counted from then.
            now.lost |= any(c < m.start and not self._beside_a_date(passage, c) for c in counts)
            counts = [c for c in counts if c >= m.start]
            when = self._resolve(m, passage, now)
            if when is None:
                now.lost |= (
                    isinstance(m.value, RelativeTime)
                    and m.value.sign == "+"
                    and not self._beside_a_date(passage, m.start)
                )
                continue
            self._by_mention[id(m)] = when
            before = self._last_in(passage)
            # 'Seen in October 2017, a known case from 2014': the second date looks back.
            aside = before is not None and when.interval.bounds()[1] < before.when.interval.bounds()[0]
            aside |= _is_of_state(passage, m, when, now)
            self.marks.append(Mark(m.start, m.end, when, now.flow, aside))
            if aside:
                continue
            interval = when.interval
            end = interval.end or interval.start
            if end is not None and interval.start is not None and not _is_aside(passage, m):
                now.move(end, interval if when.derived else Interval.point(end), passage.paragraph)
                treats = any(d.status in (None, "given") for d in passage.of("Drug", "Radiotherapy"))
                self._anchors[now.flow].add(passage.events, interval, treats, when.derived)
        now.lost |= any(not self._beside_a_date(passage, c) for c in counts)
        if self._last_in(passage) is None:
            if _starts_treatment(passage):
                self._anchors[now.flow].forget_origin()
            if _begins(passage, passage.end) and now.date is not None and not now.lost:
                # When it was is not known, only that it was not before the last date told.
                now.span = Interval(now.date, None)
                self._undated[now.flow].add(passage.events, now.span, True, True)

    def _last_in(self, passage: Passage) -> Mark | None:
        """The last date read so far, if it stands in this passage."""
        return self.marks[-1] if self.marks and self.marks[-1].start >= passage.start else None

    def _resolve(self, m: Mention, passage: Passage, now: Now) -> When | None:
        match m.value:
            case PartialDate() as date:
                return calendar_date(date, date, now.at(passage.paragraph))
            case DateRange(start, end):
                return calendar_date(start, end, now.at(passage.paragraph))
            case RelativeTime(sign, period) if sign in "+-":
                if sign == "+" and (self._beside_a_date(passage, m.start) or _is_of_history(passage, m)):
                    return None
                return self._reckoned(m, sign, period, passage, now)
        return None

    def _beside_a_date(self, passage: Passage, place: int) -> bool:
        """'On May 12, 2021, 92 months after mastectomy': the calendar date says when."""
        return any(d.end <= place <= d.end + _BESIDE for d in passage.of("Date"))

    def _reckoned(self, m: Mention, sign: str, period: Period, passage: Passage, now: Now) -> When | None:
        """A time from the date of the event that it names, or from the last date where it names none."""
        text = self.story.text[m.start : m.end]
        earlier = sign == "-" or _BACKWARD.search(text) is not None
        anchor = self._anchor(m, text, earlier, passage, now)
        if anchor is None or anchor.start is None or (earlier and anchor.end is None):
            return None
        least = one_less(period) if is_numbered(text) and not earlier else period
        step = -1 if earlier else 1
        how = f"{' '.join(text.split())}, counted from {anchor.norm()}"
        first, last = shifted_span(anchor.start, least, step), shifted_span(anchor.end or anchor.start, period, step)
        if first is None or last is None:
            return None
        if anchor.end is None:
            overtaken = event_of(text) is None and self._is_overtaken(m, first[0], now)
            return None if overtaken else When(Interval(first[0], None), True, how)
        low, high = min(first[0], last[0], key=first_day), max(first[1], last[1], key=last_day)
        if earlier and all(unit == "Y" for _, unit in period.parts):
            low, high = PartialDate(low.year), PartialDate(high.year)  # 'seven years before' counts in years
        if not earlier and now.date is not None and last_day(high) < first_day(now.date):
            return None  # it leans on something later than the last that is known
        if not earlier and event_of(text) is None and self._is_overtaken(m, low, now):
            return None  # it leans on something earlier: the next date told comes before it
        return When(Interval(low, high), True, how)

    def _is_overtaken(self, m: Mention, low: PartialDate, now: Now) -> bool:
        """Whether a time comes after the next date that is told, which goes on from the last one."""
        if now.date is None:
            return False
        ahead = bisect_left(self._dates, m.end, key=lambda d: d[0])
        later = (d for _, flow, d in self._dates[ahead : ahead + _AHEAD] if flow == now.flow)
        nearest = next((d for d in later if last_day(d) >= first_day(now.date)), None)
        return nearest is not None and first_day(low) > last_day(nearest)

    def _anchor(self, m: Mention, text: str, earlier: bool, passage: Passage, now: Now) -> Interval | None:
        """What a time is counted from, None where that is not known."""
        event = event_of(text)
        if event is not None:
            dated = self._anchors[now.flow].find(event, earlier) or self._anchors[OWN].find(event, earlier)
            return dated or (None if earlier else self._undated[now.flow].find(event, earlier, any_part=True))
        if has_origin(text):
            return self._anchors[now.flow].origin()
        # 'Fever ended 9 days later and the rash after 10 weeks': both from the same day, which is not the ninth.
        before = self._last_in(passage)
        if _AFTER.match(text) and before is not None and before.when.derived:
            return None
        known = now.at(passage.paragraph)
        if known is not None and not earlier and before is None and _begins(passage, m.start):
            return Interval(known, None)  # 'She had radiotherapy and died 5 weeks later'
        return now.span if known else None


def _flow(passage: Passage) -> int:
    """Sections that tell the story anew have a chain of dates of their own."""
    return passage.rank if passage.kind != "conclusion" else OWN


def _is_aside(passage: Passage, m: Mention) -> bool:
    """A date that looks back does not move the story."""
    return bool(_LOOK_BACK.search(passage.text[m.start - passage.start : m.end - passage.start]))


def _is_of_state(passage: Passage, m: Mention, when: When, now: Now) -> bool:
    """'She has thyroiditis since 1995': how long something is known does not take the story there."""
    earlier = now.date is None or when.interval.bounds()[1] < first_day(now.date)
    return earlier and bool(_SINCE.search(passage.before(m.start)))


def _is_of_history(passage: Passage, m: Mention) -> bool:
    """'She had stopped tamoxifen after 14 months' goes on from what she had before, not from the last date told.

    'Three months later she had recovered' does: the time stands before.
    """
    named = event_of(passage.text[m.start - passage.start : m.end - passage.start])
    return named is None and _SHE_HAD.search(_clause(passage, m.start)) is not None


def _clause(passage: Passage, place: int) -> str:
    """What stands before a place in its clause."""
    return _CLAUSE_END.split(passage.before(place))[-1]


def _starts_treatment(passage: Passage) -> bool:
    """Whether a sentence without a date tells that a treatment of the cancer was begun."""
    given = (d for d in passage.of("Drug") if d.status in (None, "given"))
    return any(is_anticancer(d.value.norm()) for d in given) and _BEGUN.search(passage.events) is not None


def _begins(passage: Passage, place: int) -> bool:
    """Whether a sentence tells before a place of a treatment of the cancer that was given."""
    given = [m for m in passage.of("Drug", "Radiotherapy") if m.status in (None, "given") and m.start < place]
    given = [m for m in given if m.label != "Drug" or is_anticancer(m.value.norm())]
    return bool(given) and _BEGUN.search(passage.before(place)) is not None


def _said_dates(story: Story) -> Iterator[tuple[int, int, PartialDate]]:
    """The calendar dates with a year, each with its place and flow: a range by its end."""
    for passage in story.passages:
        for m in passage.of("Date"):
            date = m.value.end if isinstance(m.value, DateRange) else m.value
            if isinstance(date, PartialDate) and date.year is not None:
                yield m.start, _flow(passage), date
