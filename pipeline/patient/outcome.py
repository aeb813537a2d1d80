"""How the report leaves the patient: death wherever it is told, else what the last sentences say of the disease."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from pipeline.lexicons import rows
from pipeline.patient.model import Outcome, Status
from pipeline.patient.story import OWN, TRUST

if TYPE_CHECKING:
    from pipeline.patient.story import Passage, Story
    from pipeline.patient.timeline import Timeline

DIED = "died"
_WAYS: list[tuple[Status, re.Pattern[str]]] = [
    (cast("Status", row["status"]), re.compile(row["pattern"], re.I)) for row in rows("outcomes")
]
# Earlier sentences tell how it was then: 'no recurrence' before the relapse is no outcome.
_LAST = 6
_UNSURE = re.compile(r"\b(?:if|should|would|could|might|until|in case of|to prevent|risk of)\b[^.;]{0,60}$", re.I)
_RELATIVE = re.compile(
    r"\b(?:mother|father|sister|brother|aunt|uncle|husband|wife|son|daughter|cousin|grand\w+|relatives?)\b[^;]*$", re.I
)
_FREE = "no evidence of disease"
# A sentence that tells of disease beside what is free tells of no patient without disease.
_DISEASE = re.compile(
    r"\b(?:stable|partial\w*|decreas\w+|shr[aiu]nk\w*|smaller|persist\w*|residual|except|only"
    r"|new (?:\w+ )?metastas[ie]s)\b",
    re.I,
)


def outcome(story: Story, timeline: Timeline) -> Outcome | None:
    """The outcome with the words that tell it; None where neither the story's end nor the abstract tells one."""
    own = [p for p in story.passages if p.rank == OWN and not p.other]
    abstract = [p for p in story.passages if p.rank == TRUST["abstract"] and not p.other]
    for passages in (own, abstract):
        found = _died(passages) or _last(passages)
        if found is not None:
            status, passage, start, end = found
            when = timeline.at(start, passage)
            made = Outcome(status=status, evidence=[story.quote(passage)], date=when.norm() if when else None)
            made.cites["status"] = [story.cite(start, end)]
            if when and when.derived:
                made.derive("date", when.how)
            return made
    return None


_Told = tuple[Status, "Passage", int, int]


def _died(passages: list[Passage]) -> _Told | None:
    return next((told for passage in passages if (told := _in(passage, died=True))), None)


def _last(passages: list[Passage]) -> _Told | None:
    return next((told for passage in reversed(passages[-_LAST:]) if (told := _in(passage, died=False))), None)


def _in(passage: Passage, *, died: bool) -> _Told | None:
    for status, pattern in _WAYS:
        if (status == DIED) is not died:
            continue
        if status == _FREE and _DISEASE.search(passage.text):
            continue
        for match in pattern.finditer(passage.text):
            before = passage.text[: match.end() if died else match.start()]
            if not _UNSURE.search(before) and not (died and _RELATIVE.search(before)):
                return status, passage, passage.start + match.start(), passage.start + match.end()
    return None
