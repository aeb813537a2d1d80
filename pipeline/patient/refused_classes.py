"""Treatments that are named by their class alone and were refused: 'she declined chemotherapy'.

What was given is told by its drugs; of what was refused there often is no more than the class, and a registry asks for
it (the reason why none was given).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.mentions.mention import Mention
from pipeline.patient.course import Course
from pipeline.patient.model import Treatment
from pipeline.patient.outcome import OF_RELATIVE
from pipeline.patient.purposes import is_anticancer
from pipeline.patient.story import OWN, Passage, Story
from pipeline.values import Drug

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLASSES = (
    ("chemotherapy", re.compile(r"\bchemotherapy\b", re.I)),
    ("endocrine therapy", re.compile(r"\b(?:endocrine|hormon(?:e|al)|anti-?hormonal) (?:therapy|treatment)\b", re.I)),
    ("immunotherapy", re.compile(r"\bimmunotherapy\b", re.I)),
)
_REFUSED = re.compile(
    r"\b(?:declin|refus|reject)\w* (?:(?!of\b|but\b|and\b|because\b)[\w-]+ ){0,3}$"
    r"|\b(?:declin|refus|reject)\w* (?:\w+[ -]){0,3}?(?:surgery|operation|mastectomy|radiotherapy|drugs?),? (?:and|or) "
    r"(?:[\w-]+ )?$",
    re.I,
)
_WAS_REFUSED = re.compile(
    r"^(?: (?:plus|with|and) [\w-]+)? (?:(?:was|were) (?:again |likewise |also )?(?:declined|refused|rejected)"
    r"|(?:was|were) (?:proposed|offered|recommended|advised|discussed),? (?:but|and|which) (?:(?:she|he|the patient) )?"
    r"(?:declined|refused|rejected))\b",
    re.I,
)


def refused_classes(story: Story) -> list[Course]:
    """The refused classes in order of the telling, each once a sentence that names no drug of it."""
    return [course for passage in story.passages if passage.rank == OWN for course in _of(story, passage)]


def _of(story: Story, passage: Passage) -> Iterator[Course]:
    if passage.other:
        return
    drugs = [m for m in passage.of("Drug") if is_anticancer(m.value.norm())]
    for name, pattern in _CLASSES:
        for found in pattern.finditer(passage.text):
            after = passage.text[found.end() :]
            before = passage.text[: found.start()]
            if not (_REFUSED.search(before) or _WAS_REFUSED.match(after)) or OF_RELATIVE.search(before):
                continue
            joined = re.match(r" (?:plus|and) ", after)
            if drugs and not joined:
                continue  # 'paclitaxel was discussed but she refused chemotherapy': it is that
            yield _course(story, passage, name, found)
            break


def _course(story: Story, passage: Passage, name: str, found: re.Match[str]) -> Course:
    start, end = passage.start + found.start(), passage.start + found.end()
    m = Mention(start, end, "Drug", Drug((name,)), "refused_class", status="declined", subject="patient")
    item = Treatment(kind="drug", name=name, status="declined", evidence=[story.quote(passage)])
    item.cites["name"] = [story.cite(start, end)]
    return Course(item, said=[(passage, m)], first=start)
