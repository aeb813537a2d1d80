"""What other sections tell of a drug otherwise than the body: another number of cycles, another name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.language.numbers import ORDINAL, ordinal_to_int
from pipeline.patient.course import GIVEN, Course
from pipeline.patient.model import Contradiction
from pipeline.patient.story import OWN, Passage, Story

if TYPE_CHECKING:
    from pipeline.mentions.mention import Mention

_NTH = re.compile(
    rf"\b(?P<nth>{ORDINAL}) (?:cycle|course|infusion|dose|administration)\b|\bcycle (?P<n>\d{{1,2}})\b", re.I
)
_TOGETHER = re.compile(r"\b(?:plus|combined|combination|with|and)\b|[+/]", re.I)


def otherwise(story: Story, course: Course, passage: Passage, m: Mention) -> list[Contradiction]:
    """Another number of cycles than the body tells; two numbers of one section are two courses, and one that the
    body names too ('in the seventh cycle') goes on from its own."""
    counts = story.parts(m, "CyclesOf")
    ours = course.item.cycles
    if not counts or ours is None or counts[0].value.norm() == ours or "+" in m.value.norm():
        return []
    if passage.kind == course.passage.kind or _reached(story, counts[0].value.norm()):
        return []
    what = f"{course.item.name}: {ours} cycles ({course.passage.kind}) or {counts[0].value.norm()} ({passage.kind})"
    return [Contradiction(what=what, slot="treatment", evidence=[story.quote(course.passage), story.quote(passage)])]


def _reached(story: Story, count: str) -> bool:
    """Whether the body names the cycle of that number: 'the seventh infusion', 'cycle 7'."""
    for passage in story.passages:
        if passage.rank == OWN:
            for m in _NTH.finditer(passage.text):
                if count == (m["n"] or str(ordinal_to_int(m["nth"]))):
                    return True
    return False


def unknown(story: Story, courses: list[Course], passage: Passage, m: Mention) -> list[Contradiction]:
    """A drug that only a caption has, beside one that the body gives with another: its name differs."""
    if passage.kind == "title" or (m.status or "given") not in GIVEN or not _TOGETHER.search(passage.text):
        return []
    partners = {d.value.norm() for d in passage.of("Drug")} - {m.value.norm()}
    for course in courses:
        if course.item.name not in partners:
            continue
        others = [
            c
            for c in courses
            if c.passage is course.passage and c.item.name not in partners and c.first != course.first
        ]
        if others and others[-1].item.status in GIVEN:
            names = f"{others[-1].item.name} (body) or {m.value.norm()} ({passage.kind})"
            what = f"drug given with {course.item.name}: {names}"
            return [Contradiction(what=what, slot="drug", evidence=[story.quote(course.passage), story.quote(passage)])]
    return []
