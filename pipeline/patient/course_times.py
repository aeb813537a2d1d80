"""When a course began and ended, by the words beside the drug and the dates that its sentence gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.patient.course import BEGIN, Course
from pipeline.patient.purposes import is_anticancer

if TYPE_CHECKING:
    from pipeline.mentions.mention import Mention
    from pipeline.patient.model import Treatment
    from pipeline.patient.story import Passage, Story
    from pipeline.patient.timeline import Timeline, When

STOP = (
    r"(?:stopp\w*|discontinu\w*|ceas\w*|withdrawn|suspended|abandoned|terminated|exchanged|replaced|swapped"
    r"|interrupted(?! for| and))"
)
_STOPPED_AFTER = re.compile(rf"^(?P<gap>[^.;:]{{0,90}}?)\b(?:was|were|had been|has been|have been|is|are"
                            rf"|being) (?:\w+ly )?"
                            rf"(?:then |therefore |also |again )?{STOP}\b", re.I)  # fmt: skip
_STOPPED_BEFORE = re.compile(rf"(?:\b{STOP}|\bstopping|\bceasing|\b(?:switch|change)\w* from) (?:of )?(?:the "
                             rf"|her |his )?"
                             r"(?:(?!by |with |for )\w+ ){0,2}$", re.I)  # fmt: skip
_ONGOING = re.compile(
    r"\b(?:continues|is (?:still |now |currently )?(?:on|taking|receiving|being|maintained)|remains on|are ongoing"
    r"|is ongoing|still (?:on|taking|receiving)|now given|currently|(?:is|are) continued|so far"
    r"|has been stable|continuing"
    r"|lifelong)\b", re.I)  # fmt: skip
_THEN = re.compile(r"\b(?:subsequently|thereafter|afterwards|then|after which|followed by)\b", re.I)
_UNTIL = re.compile(r"\buntil\b|\bthrough\b", re.I)


def read_times(story: Story, timeline: Timeline, course: Course, passage: Passage, m: Mention) -> None:
    """Start and end: a date that a relation gives the drug, read by the words beside it."""
    item = course.item
    said = timeline.said(m)
    place = m.start - passage.start
    after = _STOPPED_AFTER.match(passage.text[m.end - passage.start :])
    stopped = _STOPPED_BEFORE.search(passage.text[:place]) or (after and not _joins_other(after["gap"]))
    if stopped:
        item.status, course.closed = "stopped", True
        _set(item, "end", said or timeline.within(passage, m.start), said)
        return
    if _ONGOING.search(passage.text) and item.status != "stopped":
        item.status = "ongoing"
    near = timeline.within(passage, m.start) if BEGIN.search(passage.text) else None
    when = said or (near if is_anticancer(item.name) else None)
    if when is None or item.start is not None:
        return
    if _THEN.search(passage.text[:place]) and passage.of("Date") and passage.of("Date")[0].start < m.start:
        low = when.interval.end or when.interval.start
        if low is not None and not when.interval.is_point:
            item.start = f"{low.norm()}/.."
            item.derive("start", "told to follow what ended then")
            return
    interval = when.interval
    if when.derived or interval.is_point or interval.start is None or interval.end is None:
        until = _UNTIL.search(passage.text[max(0, place - 10) :]) and not BEGIN.search(passage.text)
        _set(item, "end" if until else "start", when, said)
        return
    item.start, item.end = interval.start.norm(), interval.end.norm()


def _joins_other(gap: str) -> bool:
    """Whether the words between a drug and 'was stopped' belong to another story."""
    return bool(re.search(r"\b(?:but|until|when|while|because|started|begun|which|caus\w+)\b|,\s*(?:and|the)\b", gap))


def _set(item: Treatment, key: str, when: When | None, said: When | None) -> None:
    if when is None or getattr(item, key) is not None:
        return
    setattr(item, key, when.norm())
    if said is None or when.derived:
        item.derive(key, when.how or "date of the sentence that tells of it")
