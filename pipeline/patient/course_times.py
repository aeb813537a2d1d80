"""When a course began and ended, by the words beside the drug and the dates that its sentence gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.patient.course import BEGIN, Course
from pipeline.patient.intervals import first_day, last_day, shifted
from pipeline.patient.purposes import is_anticancer
from pipeline.relations.dating import CUES
from pipeline.values import RelativeTime

if TYPE_CHECKING:
    from pipeline.mentions.mention import Mention
    from pipeline.patient.intervals import Interval
    from pipeline.patient.model import Treatment
    from pipeline.patient.moments import When
    from pipeline.patient.story import Passage, Story
    from pipeline.patient.timeline import Timeline
    from pipeline.values import PartialDate

STOP = (
    r"(?:stopp\w*|discontinu\w*|ceas\w*|withdrawn|suspended|abandoned|terminated|exchanged|replaced|swapped"
    r"|interrupted(?! for| and)|withheld(?! for| until| and)|changed (?:for|to) (?!\d))"
)
_STOPPED_AFTER = re.compile(rf"^(?P<gap>[^.;:]{{0,90}}?)\b(?P<verb>was|were|had been|has been|have been|is|are"
                            rf"|being) (?:\w+ly )?"
                            rf"(?:then |therefore |also |again )?{STOP}\b", re.I)  # fmt: skip
STOPPED_BEFORE = re.compile(rf"(?:\b{STOP}|\bstopping|\bceasing|\b(?:switch|change)\w* from) (?:of )?(?:the "
                             rf"|her |his )?"
                             r"(?:(?!by |with |for |on |and |after |because |under |due )\w+ ){0,2}$",
                             re.I)  # fmt: skip
_ONGOING = re.compile(
    r"\b(?:continues|is (?:still |now |currently )?(?:on|taking|receiving|being|maintained)|remains on|are ongoing"
    r"|is ongoing|still (?:on|taking|receiving)|now given|currently|(?:is|are) continued|so far"
    r"|in (?:chronic |long-term )?therapy with|has been stable|(?<!despite )continuing"
    r"|since\b[^.;]{0,40}\b(?:receives|takes|is treated|has been (?:on|taking|receiving|treated))"
    r"|lifelong)\b", re.I)  # fmt: skip
# 'Loading dose 8 mg/kg, then 6 mg/kg' is a step of one drug's dose, no step of the story.
_THEN = re.compile(
    r"\b(?:subsequently|thereafter|afterwards|then|after which|followed by)\b(?! (?:by |at |to )?\d|\))", re.I
)
_GIVEN_AGAIN = re.compile(r"\b(?:re-?administ\w+|re-?start\w*|re-?introduc\w+|re-?challeng\w+|resum\w+)\b", re.I)
_KNOWN_SINCE = re.compile(r"\bsince (?:\w+ )?$", re.I)
_NEAR = 4  # sentences back to the date that an undated treatment follows
_UNTIL = re.compile(r"\b(?:until|till|through|up to)\b[^.;]{0,15}$", re.I)


def read_times(story: Story, timeline: Timeline, course: Course, passage: Passage, m: Mention) -> None:
    """Start and end: a date that a relation gives the drug, read by the words beside it."""
    item = course.item
    if any(r.start <= m.start < r.end for r in passage.of("RelativeDate")):
        _look_back(timeline, course, passage, m)
        return
    said = timeline.said(m)
    place = m.start - passage.start
    after = _STOPPED_AFTER.match(passage.text[m.end - passage.start :])
    stopped = STOPPED_BEFORE.search(passage.text[:place]) or (
        after and not _joins_other(after["gap"]) and not _of_another(passage, m, after)
    )
    if stopped:
        item.status, course.closed = "stopped", True
        _set(item, "end", said or timeline.within(passage, m.start), said)
        return
    if _brief(timeline, course, passage, m):
        return
    if _ONGOING.search(passage.text) and item.status != "stopped":
        item.status = "ongoing"
    near = date_beside(timeline, passage, m) if BEGIN.search(passage.text) else None
    if near is not None and _takes_place(passage, m):
        near = None
    when = said or (near if is_anticancer(item.name) else None)
    if passage is not course.passage and not BEGIN.search(passage.text):
        return  # what was told of before is not begun where it is told of again
    if _GIVEN_AGAIN.search(passage.before(m.start + 60)[-120:]):
        return
    if when is None or item.start is not None or _is_of_visit(timeline, passage, m, when):
        return
    if _THEN.search(passage.text[:place]) and passage.of("Date") and passage.of("Date")[0].start < m.start:
        low = when.interval.end or when.interval.start
        if low is not None and (not when.interval.is_point or _FOLLOWED.search(passage.text[:place])):
            item.start = f"{low.norm()}/.."
            item.derive("start", "told to follow what was done then")
            return
    interval = when.interval
    if when.derived or interval.is_point or interval.start is None or interval.end is None:
        until = not BEGIN.search(passage.text) and any(
            _UNTIL.search(passage.before(mark.start)) for mark in timeline.marks_in(passage) if mark.when == when
        )
        _set(item, "end" if until else "start", when, said)
        return
    if is_plausible(item, interval):
        item.start, item.end = interval.start.norm(), interval.end.norm()


def date_beside(timeline: Timeline, passage: Passage, m: Mention) -> When | None:
    """The date that a sentence gives a course, None where it is of a death, a visit or an approval told after it.

    'She received radiotherapy and died 5 weeks later', 'everolimus was approved in May 2014'.
    """
    when = timeline.within(passage, m.start)
    mark = next((mark for mark in timeline.marks_in(passage) if mark.when == when), None)
    if mark is not None and mark.start > m.end and CUES["elsewhere"].search(passage.text, m.end - passage.start,
                                                                            mark.start - passage.start):  # fmt: skip
        return None
    return None if CUES["effect"].match(passage.text, m.end - passage.start) else when


_FOLLOWED = re.compile(r"\bfollowed by\b[^.;]*$", re.I)
_CLOSE = 60  # characters from 'stopped' or 'until' to its date
_LONGEST_CYCLE, _LONGEST_RADIATION, _DELAYS = 56, 200, 60  # days
_BRIEF = re.compile(
    r"^(?P<gap>[^.;:]{0,60}?)\b(?P<verb>was|were) (?!not\b|never\b)(?:\w+ly )?[\w-]+"
    r"(?P<mid>[^.;:]{0,60}?)\b(?:but|and|then)(?: it| they| this)?(?: was| were| had to be)?(?: then| later| soon)? "
    rf"{STOP}(?!\w)",
    re.I,
)
_TAKEN_UNTIL = re.compile(
    r"^[^.;:]{0,40}?\b(?:was|were) (?:\w+ly )?(?:taken|given|continued|maintained|administered)\b[^.;:]{0,40}?"
    r"(?:\buntil\b (?=[^.;:]{0,60}\b(?:metasta|progress|relaps|recur|toxic|intoler))"
    r"|\bonly (?:for )?[\w-]+ (?:days?|weeks?|months?|years?|cycles|courses|doses)\b"
    r"(?=[^.;:]{0,30}\b(?:because|on account|due to|owing)))",
    re.I,
)


def is_plausible(item: Treatment, interval: Interval) -> bool:
    """Whether a stretch of time can be that of a course of so many cycles, so long, or of radiation.

    'TC for four cycles, radiotherapy and tamoxifen from 2016 to 2019': only the last went on for three years.
    """
    if interval.start is None or interval.end is None:
        return True
    least = (first_day(interval.end) - last_day(interval.start)).days
    most = (last_day(interval.end) - first_day(interval.start)).days
    if item.kind == "radiotherapy":
        return least <= _LONGEST_RADIATION
    if item.cycles and item.cycles.isdigit() and least > int(item.cycles) * _LONGEST_CYCLE + _DELAYS:
        return False
    told = _DURATION.fullmatch(item.duration or "")
    return told is None or most >= int(told["n"]) * _DAYS[told["unit"]] / 2


_DURATION = re.compile(r"P(?P<n>\d+)(?P<unit>[YMWD])")
_DAYS = {"Y": 365, "M": 30, "W": 7, "D": 1}


def _brief(timeline: Timeline, course: Course, passage: Passage, m: Mention) -> bool:
    """'X was commenced in June but stopped after five months': begun and ended in one sentence."""
    low = m.end - passage.start
    found = _BRIEF.match(passage.text[low:]) or _TAKEN_UNTIL.match(passage.text[low:])
    if found is None or any(m.end < d.start < m.end + found.end() for d in passage.of("Drug", "Radiotherapy")):
        return False
    item = course.item
    item.status, course.closed = "stopped", True
    end = m.end + found.end()
    dates = [d for d in timeline.marks_in(passage) if d.when.interval.is_point]
    begun = next((d for d in dates if d.start < end), None)
    over = next((d for d in dates if end <= d.start < end + _CLOSE), None)
    if begun is not None:
        _set(item, "start", begun.when, begun.when)
    if over is not None:
        _set(item, "end", over.when, over.when)
    return True


def _look_back(timeline: Timeline, course: Course, passage: Passage, m: Mention) -> None:
    """'In October 2021, 18 months after stopping letrozole': the date of the sentence less that time is its end."""
    item, place = course.item, m.start - passage.start
    if not STOPPED_BEFORE.search(passage.text[:place]):
        return
    item.status, course.closed = "stopped", True
    beside = next((r for r in passage.of("RelativeDate") if r.start <= m.start < r.end), None)
    dated = timeline.within(passage, m.start) if passage.of("Date") else None
    if item.end is not None or beside is None or dated is None or not isinstance(beside.value, RelativeTime):
        return
    day = dated.interval.start if dated.interval.is_point else None
    end = shifted(day, beside.value.period, -1) if day is not None and beside.value.sign == "+" else None
    if end is not None:
        item.end = end.norm()
        item.derive("end", f"{dated.norm()} less the time since it was stopped")


def _joins_other(gap: str) -> bool:
    """Whether the words between a drug and 'was stopped' belong to another story."""
    return bool(re.search(r"\b(?:but|until|when|while|because|started|begun|which|caus\w+)\b|,\s*(?:and|the)\b", gap))


_VISIT = re.compile(
    r"\b(?:last|latest|final|most recent) (?:[\w-]+ ){0,2}?(?:seen|control|visit|check-?up|examination"
    r"|assessment|follow-?up|scan"
    r"|evaluation|consultation)\b[^.;]{0,20}$",
    re.I,
)
_INSTEAD = re.compile(
    r"\b(?:changed|switched|shifted|converted|swapped|exchanged|replaced) (?:to|for|by|with) (?:\w+ )?$", re.I
)


def _is_of_visit(timeline: Timeline, passage: Passage, m: Mention, when: When) -> bool:
    """'… were given, with stabilization at the last control (June 2025)': that day nothing was begun."""
    marks = [mark for mark in timeline.marks_in(passage) if mark.when == when]
    return bool(marks) and all(_VISIT.search(passage.before(mark.start)) for mark in marks)


def _takes_place(passage: Passage, m: Mention) -> bool:
    """'X was begun that June and was changed to Y after 14 months': the date is of X."""
    before = passage.before(m.start)
    dated = [d for d in passage.of("Date", "RelativeDate") if d.end <= m.start]
    cue = _INSTEAD.search(before)
    if cue is None or not dated:
        return False
    return any(dated[-1].start > d.start and d.end < m.start for d in passage.of("Drug"))


def _of_another(passage: Passage, m: Mention, after: re.Match[str]) -> bool:
    """'X was given for … and Y was stopped': the verb is of the drug next to it, and one drug takes 'was'."""
    if after["verb"].lower() not in ("was", "is", "has been"):
        return False
    low, high = m.end + after.start("verb") - len(after["gap"]), m.end + after.start("verb")
    others = [d for d in passage.of("Drug", "Radiotherapy") if d.label != "Drug" or d.value.norm() != m.value.norm()]
    return any(low <= d.start < high for d in others)


def told_before(timeline: Timeline, place: int, passage: Passage) -> PartialDate | None:
    """The latest date of the sentences just before a place, which what follows them in the story is not before."""
    story = timeline.story
    first = next(p for back in range(_NEAR, -1, -1) if (p := story.neighbour(passage, -back)) is not None)
    ends = [
        mark.when.interval.end or mark.when.interval.start
        for mark in timeline.marks
        if first.start <= mark.start < place
        and not mark.aside
        and not _KNOWN_SINCE.search(story.text[: mark.start][-20:])
    ]
    return max((end for end in ends if end is not None), key=first_day, default=None)


def _set(item: Treatment, key: str, when: When | None, said: When | None) -> None:
    if when is None or getattr(item, key) is not None:
        return
    setattr(item, key, when.norm())
    if said is None or when.derived:
        item.derive(key, when.how or "date of the sentence that tells of it")
