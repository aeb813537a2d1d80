"""What a sentence says of the drugs told of before it: counts, switches, 'treatment was stopped', 'it continues'."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.patient.counts import CUT, take_count
from pipeline.patient.course import GIVEN, Course
from pipeline.patient.course_times import STOP
from pipeline.patient.model import Evidence
from pipeline.patient.purposes import is_anticancer
from pipeline.patient.story import OWN, Passage, Story

if TYPE_CHECKING:
    from pipeline.patient.timeline import Timeline

_ALL_STOPPED = re.compile(
    r"\b(?:treatment|therapy|chemotherapy|regimen|combination|both(?: drugs| agents)?|all drugs"
    r"|(?P<one>(?:this|the) (?:drug|agent)))"
    rf" (?:was|were|had been|had to be) (?:\w+ ){{0,2}}?{STOP}\b"
    r"|\b(?:decided|elected|chose|decision|opted|had) (?:was made )?to (?:stop|suspend|discontinue|withdraw|interrupt) "
    r"(?:the |this |all |her |his |further )?(?:treatment|therapy|chemotherapy|regimen|combination"
    r"|(?P<it>drugs?|agents?)\b)",
    re.I,
)
_OF_OTHER_ILLNESS = re.compile(
    r"\b(?:replacement|hormone|anti-?(?:biotic|viral|fungal|microbial|infecti\w+|coagula\w+|platelet|tubercul\w+|epileptic"
    r"|hypertensive|inflammatory)|(?:cortico)?steroid|oxygen|radiation|radio|immunosuppressive|supportive|medical|psychiatric"
    r"|insulin)[ -]$",
    re.I,
)
_ALL_ONGOING = re.compile(
    r"\b(?:treatment|therapy|she|he|the patient) (?:continues|is continuing|is ongoing|remains on (?:this"
    r"|the same|treatment)"
    r"|continues on)\b", re.I)  # fmt: skip
_SWITCH = re.compile(
    r"\b(?:was|were|and) (?:then |therefore |subsequently )?"
    r"(?:switched|shifted|changed|converted) to\b|\b(?:a )?(?:switch|change|shift) (?:was made "
    r"|of (?:treatment|therapy) )?to\b",
    re.I,
)
_SOON = 3  # sentences from a plan to its beginning
_BEGAN = re.compile(
    r"^(?!.*\b(?:not|never|declin\w+|refus\w+|before|prior to|until|died)\b).*"
    r"\b(?:started|received|began|commenced|underwent|completed|tolerated)\b"
    r" (?:(?:his|her|the|this|with|on|first|well|planned|treatment|courses?|cycles?|of|\w+ cycles of) ){0,4}"
    r"(?:(?!no\b)\w+ )?(?:chemotherapy|regimen|treatment|therapy)\b",
    re.I | re.S,
)
_OF_DOSE = re.compile(r"\d|\b(?:and|weekly|daily|oral|subcutaneous|intravenous)\b", re.I)
_TARGET = 60  # characters from 'switched to' to the drug that is begun


def switch(timeline: Timeline, passage: Passage, courses: list[Course], active: list[Course]) -> None:
    """'Treatment was shifted to X', 'arthralgia led to a change to X': the drug named before, else those told of last,
    ends. A change of dose or of the way in which the same drug is given is no switch."""
    cue = _SWITCH.search(passage.text)
    if cue is None:
        return
    place = passage.start + cue.end()
    new = next((m for m in passage.of("Drug") if place <= m.start < place + _TARGET), None)
    if (
        new is None
        or (new.status or "given") not in GIVEN
        or _OF_DOSE.search(passage.text[cue.end() : new.start - passage.start])
    ):
        return
    here = [c for c in courses for p, m in c.said if p is passage and m.end <= passage.start + cue.start()]
    named = [c for c in here if is_anticancer(c.item.name) == is_anticancer(new.value.norm())]
    for course in named or active:
        item = course.item
        alike = item.name == new.value.norm() or is_anticancer(item.name) != is_anticancer(new.value.norm())
        if alike or item.status not in GIVEN or course.first >= new.start:
            continue
        item.status, course.closed = "stopped", True
        item.evidence.append(_quote(passage))
        when = timeline.said(new)
        if item.end is None and when is not None:
            item.end = when.norm()
            item.derive("end", "another drug took its place then")


def go_on(story: Story, passage: Passage, active: list[Course]) -> None:
    """'Treatment was stopped', 'after four cycles', 'treatment continues': of the drugs told of last."""
    given = [m for m in passage.of("Drug") if (m.status or "given") in GIVEN and is_anticancer(m.value.norm())]
    if given:
        if (found := _all_stopped(passage)) and passage.start + found.end() <= given[0].start:
            _stop(active, _quote(passage))
        return
    for count in passage.of("Cycles") if not CUT.search(passage.text) else ():
        for course in active:
            if is_anticancer(course.item.name) and take_count(story, course, passage, count):
                course.item.evidence.append(_quote(passage))
    found = _all_stopped(passage)
    if found and not ((found["one"] or found["it"]) and _is_of_other(story, passage, active)):
        _stop(active, _quote(passage))
    elif _ALL_ONGOING.search(passage.text):
        for course in active:
            if course.item.status == "given":
                course.item.status = "ongoing"
                course.item.evidence.append(_quote(passage))


def begun_as_planned(story: Story, courses: list[Course]) -> None:
    """'We decided on A and B. … He started his chemotherapy': what was planned against the cancer was given."""
    for course in courses:
        item = course.item
        if item.status != "planned" or not is_anticancer(item.name) or course.passage.rank != OWN:
            continue
        for step in range(1, _SOON + 1):
            passage = story.neighbour(course.passage, step)
            if passage is None or passage.of("Drug", "Radiotherapy"):
                break
            if _BEGAN.search(passage.text):
                item.status = "given"
                item.evidence.append(_quote(passage))
                item.derive("status", "the treatment is told to have begun after it was planned")
                break


def _all_stopped(passage: Passage) -> re.Match[str] | None:
    """'Treatment was stopped', not 'hormone replacement therapy was stopped'."""
    said = _ALL_STOPPED.finditer(passage.text)
    return next((f for f in said if not _OF_OTHER_ILLNESS.search(passage.text[: f.start()])), None)


def _is_of_other(story: Story, passage: Passage, active: list[Course]) -> bool:
    """Whether 'this drug' may be another than the one told of last against the cancer."""
    told = [m for p in story.passages if p.start <= passage.start for m in p.of("Drug")]
    return len(active) != 1 or not told or told[-1].value.norm() != active[0].item.name


def _stop(active: list[Course], place: Evidence) -> None:
    for course in active:
        if is_anticancer(course.item.name) and course.item.status in GIVEN:
            course.item.status, course.closed = "stopped", True
            course.item.evidence.append(place)


def _quote(passage: Passage) -> Evidence:
    return Evidence(start=passage.start, end=passage.end, text=passage.text)
