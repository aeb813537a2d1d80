"""Since when a site is known: the date of its first mention, where that tells of it and does not look back to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.patient.intervals import Interval, first_day, last_day, shifted_span
from pipeline.patient.moments import When
from pipeline.patient.story import OWN, Passage
from pipeline.values import PartialDate, RelativeTime

if TYPE_CHECKING:
    from pipeline.mentions.mention import Mention
    from pipeline.patient.timeline import Timeline

_NOW = re.compile(
    r"\bnow\b|\bat (?:presentation|this time)\b|\bon (?:admission|examination|presentation)\b|\bcurrently\b"
    r"|\b(?:current|present) (?:CT|MRI|PET|scan|examination|imaging|admission)\b",
    re.I,
)
_SINCE_IT = re.compile(
    r"\b(?:after|since|from|following) (?:(?:the|her|his|first|initial|a|of|diagnos(?:is|ed)|detection|appearance|onset"
    r"|discovery|finding|development|occurrence) )*$",
    re.I,
)
_KNOWN = re.compile(r"\bknown (?:case|patient|to have)\b", re.I)


def first_date(timeline: Timeline, said: Sequence[tuple[Passage, Mention]]) -> tuple[str | None, str]:
    """The date of a site, and how it was found; '' where the text says it. `said`: its mentions, in order."""
    passage, m = said[0]
    counted = _counted(timeline, passage, m)
    if counted is not None:
        back = _back(timeline, passage, counted)
        if back[0] or len(said) == 1:
            return back
        passage, m = next(((p, m) for p, m in said if _counted(timeline, p, m) is None), said[0])
    said_so = timeline.said(m) is not None and not _is_of_history(timeline, passage, m)
    when = timeline.of(m, passage) if said_so else timeline.at(m.start, passage)
    if when is None:
        return None, ""
    if not said_so:
        when = _returned(timeline, passage, m, when) or when
    how = (when.how or "date of the sentence that tells of it") if when.derived or not said_so else ""
    return _whole_month(when.interval), how


def _counted(timeline: Timeline, passage: Passage, m: Mention) -> Mention | None:
    """The time that is counted from a site: '31 months after the diagnosis of uterine metastasis'."""
    for date in passage.of("RelativeDate"):
        value = date.value
        if isinstance(value, RelativeTime) and value.sign == "+" and date.start < m.start:
            between = timeline.story.text[date.start : m.start]
            if m.start <= date.end and _SINCE_IT.search(between):
                return date
    return None


def _is_of_history(timeline: Timeline, passage: Passage, m: Mention) -> bool:
    """Whether the date that a site leans on is that of her past: 'a known case from 2014. CT showed …'."""
    dates = timeline.story.parts(m, "DateOf")
    homes = [timeline.story.passage(date.start) for date in dates]
    return bool(homes) and all(p is not None and p is not passage and _KNOWN.search(p.text) for p in homes)


def _back(timeline: Timeline, passage: Passage, counted: Mention) -> tuple[str | None, str]:
    """A date that lies as long before that of the sentence as the time says."""
    base = next((mark.when for mark in timeline.marks_in(passage) if mark.start != counted.start), None)
    value = counted.value
    if base is None or not isinstance(value, RelativeTime) or base.interval.start is None:
        return None, ""
    there = shifted_span(base.interval.start, value.period, -1)
    if there is None:
        return None, ""
    return Interval.between(*there).norm(), f"counted back from {base.interval.norm()}"


def _returned(timeline: Timeline, passage: Passage, m: Mention, when: When) -> When | None:
    """After a look back ('in 2011 she had had …') what is found now goes on from the date before it."""
    before = [mark for mark in timeline.marks if mark.start < m.start and mark.flow == OWN and not mark.aside]
    if not before or timeline.marks_in(passage) or passage.rank != OWN:
        return None
    back = timeline.story.passage(before[-1].start)
    if not (_is_now(timeline, passage, before[-1].start) or (back is not None and _KNOWN.search(back.text))):
        return None
    latest = max(before, key=lambda mark: mark.when.interval.bounds()[0])
    low, high = latest.when.interval.end or latest.when.interval.start, when.interval.end
    if latest is before[-1] or low is None or (high is not None and last_day(high) < first_day(low)):
        return None
    return When(Interval.between(low, high), True, "told after this date, to which the telling came back")


def _is_now(timeline: Timeline, passage: Passage, since: int) -> bool:
    """Whether a sentence, or one before it in its paragraph that comes after the date told last, speaks of now."""
    here: Passage | None = passage
    while here is not None and here.start > since and here.paragraph == passage.paragraph:
        if _NOW.search(here.text):
            return True
        here = timeline.story.neighbour(here, -1)
    return False


def _whole_month(interval: Interval) -> str:
    """From some day of a month to a day of it, or from a day to its end, is that month."""
    low, high = interval.start, interval.end
    same = low is not None and high is not None and (low.year, low.month) == (high.year, high.month)
    if (
        low is not None
        and high is not None
        and same
        and low.month is not None
        and (low.day is None) != (high.day is None)
    ):
        return PartialDate(low.year, low.month).norm()
    return interval.norm()
