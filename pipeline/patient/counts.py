"""In how many cycles a drug was given: counts that go on from one another, ordinals, counts that drugs share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.language.numbers import ORDINAL, ordinal_to_int
from pipeline.patient.course import GIVEN, Course
from pipeline.patient.purposes import is_anticancer, is_taken_daily
from pipeline.patient.story import OWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.mentions.mention import Mention
    from pipeline.patient.story import Passage, Story

CUT = re.compile(
    r"\bdose(?: was|s were| had to be)? (?:\w+ )?(?:reduc\w+|lowered|cut)\b|\b(?:prompted|required|needed"
    r"|led to) (?:an? |the )?"
    r"(?:dose )?(?:reduction|delay)\b|\b(?:reduced|lowered|cut)\b[^.;]{0,25}\d ?(?:mg|g|AUC)\b",
    re.I,
)
UP_TO = re.compile(r"\b(?:after|(?:by|at) the end of|on completion of) (?:the |her |a total of |another )?$", re.I)
_MORE = re.compile(r"\b(?:further|additional|more|another|extra)\b", re.I)
_SOME = re.compile(r"\b(?:others?|remaining|last|next|first|final|previous)\b", re.I)
_NOT_DONE = re.compile(r"\b(?:planned|scheduled|programmed|recommend\w+|will be|declined|refused|proposed)\b", re.I)
_IN_CYCLE = re.compile(
    rf"\b(?P<nth>{ORDINAL}) (?:\w+ )?(?:cycle|course|administration|infusion)\b(?! of (?:radio|the disease))"
    r"|\b(?:after|during|of|in) (?:cycle|course) (?P<n>\d{1,2})\b",
    re.I,
)
_NOT_REACHED = re.compile(r"\b(?:before|prior to|until|no|without|instead of)\b[^.;,]{0,20}$", re.I)
_PUT_OFF = re.compile(
    r"[^.;,]{0,20}\b(?:postponed|omitted|cancel\w+|withheld|planned|scheduled|not|never|delayed|deferred|skipped)\b",
    re.I,
)
_STOPPED_AFTER = re.compile(
    r"\b(?:stopped|discontinu(?:ed|ation)|suspended|withdraw(?:n|al)|terminated|interrupted|cessation)\b"
    r"[^.;,]{0,30}?\bafter (?:the |her |his )?$",
    re.I,
)


def take_count(story: Story, course: Course, passage: Passage, count: Mention) -> bool:
    """A count that is told of a course, and whether it was taken: the first is, 'after six cycles' goes on from
    'after two', 'two more' are added; 'the last two', 'the two other courses' are no count of them all."""
    item = course.item
    known, now, place = item.cycles, count.value.norm(), story.cite(count.start, count.end)
    places, own = item.cites.get("cycles", []), passage.rank == OWN
    passage = story.passage(count.start) or passage
    low, high = count.start - passage.start, count.end - passage.start
    said = passage.text[max(0, low - 12) : high + 6]
    up_to = UP_TO.search(passage.text[:low]) is not None
    if (
        _is_of_partner(course, passage)
        or place in places
        or (not up_to and _NOT_DONE.search(passage.text[max(0, low - 40) : high + 30]))
    ):
        return False
    if known is not None and known.isdigit() and now.isdigit() and _MORE.search(said):
        if not own:
            return False
        item.cycles, item.cites["cycles"] = str(int(known) + int(now)), [*places, place]
        item.derive("cycles", f"{known} and {now} more")
        return True
    if _SOME.search(said) or (known is not None and not (own and up_to and _is_less(known, now))):
        return False
    item.cycles, item.cites["cycles"] = now, [place]
    return True


def _is_of_partner(course: Course, passage: Passage) -> bool:
    """'Temozolomide plus erlotinib …; after one cycle': a count is not of what is taken daily beside another drug."""
    others = (m.value.norm() for m in passage.of("Drug") if (m.status or "given") in GIVEN)
    by_cycle = any(is_anticancer(name) and not is_taken_daily(name) for name in others)
    return by_cycle and _is_daily(course)


def _is_less(known: str, now: str) -> bool:
    """'After two cycles …; after six cycles …' are six. A count that was said of the whole course is not touched."""
    return known.isdigit() and now.isdigit() and int(now) > int(known)


def in_the_nth(story: Story, passage: Passage, courses: Iterable[Course]) -> None:
    """'After two cycles …; on day 12 of the seventh cycle' are seven, 'stopped after the fifth cycle' are five."""
    for found in _IN_CYCLE.finditer(passage.text):
        number = int(found["n"]) if found["n"] else ordinal_to_int(found["nth"])
        before = passage.text[: found.start()]
        if number is None or _NOT_REACHED.search(before) or _PUT_OFF.match(passage.text, found.end()):
            continue
        for course in courses:
            item = course.item
            if item.status not in GIVEN or not is_anticancer(item.name):
                continue
            over = item.cycles is None and _STOPPED_AFTER.search(before)
            if over or (_is_moment(story, course) and int(item.cycles or 0) < number):
                item.cycles = str(number)
                item.cites["cycles"] = [story.cite(passage.start + found.start(), passage.start + found.end())]
                item.derive("cycles", "the last cycle that is told of")


def _is_moment(story: Story, course: Course) -> bool:
    """Whether the count of a course told how far it had come: 'after two cycles', or its last cycle so far."""
    if not (course.item.cycles or "").isdigit():
        return False
    places = course.item.cites.get("cycles", ())
    return any(UP_TO.search(story.text[max(0, p.start - 30) : p.start]) or _IN_CYCLE.search(p.text) for p in places)


def share_cycles(courses: list[Course]) -> None:
    """'After four cycles': cycles told in a later sentence are of all drugs that were begun together, but not of what
    is taken every day beside a drug that is given in cycles."""
    for course in courses:
        places = course.item.cites.get("cycles")
        if (
            not places
            or "cycles" in course.item.derived
            or course.passage.start <= places[0].start < course.passage.end
        ):
            continue
        for other in courses:
            together = other.passage is course.passage and other.item.status in GIVEN
            if together and other.item.cycles is None and is_anticancer(other.item.name):
                other.item.cycles = course.item.cycles
                other.item.cites["cycles"] = places
                other.item.derive("cycles", "told of the combination")
    for course in courses:
        if course.item.cycles and _is_daily(course) and _by_cycle_beside(course, courses):
            course.item.cycles = None
            del course.item.cites["cycles"]


def _by_cycle_beside(course: Course, courses: Sequence[Course]) -> bool:
    """Whether a drug that is given in cycles was begun with a course and has its count from the same place."""
    places = course.item.cites.get("cycles")
    return any(c.passage is course.passage and c.item.cites.get("cycles") == places and not _is_daily(c)
               for c in courses if c is not course)  # fmt: skip


def _is_daily(course: Course) -> bool:
    return is_taken_daily(course.item.name) and not any(re.search(r"day", f) for f in course.frequencies)
