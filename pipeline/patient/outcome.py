"""How the report leaves the patient: death wherever it is told, else what the last sentences say of the disease."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from pipeline.lexicons import rows
from pipeline.patient.model import Outcome, Status
from pipeline.patient.responses import verdict
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
OF_RELATIVE = re.compile(
    r"\b(?:mother|father|sister|brother|aunt|uncle|husband|wife|son|daughter|cousin|grand\w+|relatives?)\b[^;]*$", re.I
)
# What was so before something else, or is given as a reason: 'after an initial stable disease', 'due to progression'.
_EARLIER = re.compile(
    r"\b(?:initial(?:ly)?|at first|transient\w*|brief|short|previous\w*|prior|after|upon|before|since|following"
    r"|due to|because of|owing to|on account of|in view of|despite)\b(?: (?!(?:and|but|only)\b)[\w-]+){0,4} $",
    re.I,
)
_NONE = re.compile(
    r"\b(?:no|not|never|nor|without|absence of|delay\w*|suspect\w*|possible|or|unclear)\b"
    r"(?: (?!(?:and|but|only)\b)[\w-]+){0,4} $",
    re.I,
)
# One side that is free tells nothing of the other: 'the left side remains without relapse'.
_ONE_SIDE = re.compile(
    r"\b(?:left|right|other|contralateral|operated|treated)(?:-sided)? (?:side|breast|axilla|lung|eye|kidney|lobe)\b"
    r"[^.;,]*$",
    re.I,
)
_FREE = "no evidence of disease"
_PROGRESSED: Status = "progression"
_WEAKER = frozenset({"stable disease", "alive"})
_NAMED = frozenset({"lost to follow-up", "alive"})
_MEASURED = 3  # what lesions did tells how it ends only in the last sentences
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
    for back, passage in enumerate(reversed(passages[-_LAST:])):
        told = _in(passage, died=False)
        if back < _MEASURED and (told is None or told[0] in _WEAKER):
            told = _later(told, _changed(passage))
        if told is not None:
            return told
    return None


def _later(told: _Told | None, changed: _Told | None) -> _Told | None:
    """'Metastases appeared; a year later she is alive' leaves her alive, 'alive, with stable disease' stable."""
    if told is None or changed is None:
        return told or changed
    return told if changed[0] == _PROGRESSED and changed[2] < told[2] else changed


def _changed(passage: Passage) -> _Told | None:
    """What the sentence tells of how the lesions changed, as it counts for the response to a treatment."""
    found = verdict(passage)
    if found is None or _EARLIER.search(passage.text[: found[1]]):
        return None
    response, low, high = found
    status: Status = _PROGRESSED if response == "progressive disease" else response
    return status, passage, passage.start + low, passage.start + high


def _in(passage: Passage, *, died: bool) -> _Told | None:
    for status, pattern in _WAYS:
        if (status == DIED) is not died:
            continue
        if status == _FREE and _DISEASE.search(passage.text):
            continue
        for match in pattern.finditer(passage.text):
            before = passage.text[: match.end() if died else match.start()]
            if not died and _is_otherwise(status, before):
                continue
            if not _UNSURE.search(before) and not (died and OF_RELATIVE.search(before)):
                return status, passage, passage.start + match.start(), passage.start + match.end()
    return None


def _is_otherwise(status: str, before: str) -> bool:
    """Whether the words before say that it is not so, was so only once, or is so of one side."""
    if status == _FREE:
        return _ONE_SIDE.search(before) is not None
    if status in _NAMED:
        return False
    return _EARLIER.search(before) is not None or _NONE.search(before) is not None
