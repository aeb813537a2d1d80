"""What stages before and after treatment say of what came of it, and how a response is set."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from pipeline.patient.story import OWN, Passage, Story, unique
from pipeline.values import Tnm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.patient.course import Course

Response = Literal["complete response", "partial response", "stable disease", "progressive disease"]
_RANK: dict[str | None, int] = {None: 0, "stable disease": 1, "partial response": 2, "complete response": 3}
"""The best response is kept; progression later on does not replace it."""


def set_response(story: Story, passage: Passage, course: Course, response: Response, place: tuple[int, int]) -> None:
    item = course.item
    known = item.response
    if known is not None and (known == "progressive disease" or _RANK.get(response, 0) <= _RANK[known]):
        return
    item.response = response
    item.evidence = unique([*item.evidence, story.quote(passage)])
    item.cites["response"] = [story.cite(*place)]
    item.derive("response", "of the treatment begun last before it is told")


def pathological(story: Story, drugs: Sequence[Course]) -> None:
    """ypT0 or ypTis with ypN0 is a pathological complete response by definition; tumour left elsewhere is none."""
    own = [p for p in story.passages if p.rank == OWN and _post_treatment(p)]
    if not drugs or any(is_residual(p) for p in own):
        return
    for passage in own:
        axes: dict[str, str] = {}
        for stage in _post_treatment(passage):
            axes |= stage
        if axes.get("T", "")[:1].lower() in ("0", "i") and axes.get("T") and axes.get("N", "")[:1] == "0":
            stage_mention = passage.of("Stage")[0]
            for course in drugs:
                if course.passage.start <= passage.start:
                    set_response(story, passage, course, "complete response", (stage_mention.start, stage_mention.end))


def downstaged(story: Story, drugs: Sequence[Course]) -> None:
    """A stage after treatment that is lower in tumour and in nodes than the clinical one before is a partial response
    of what was begun last; lower in one of them is none: T2 N1 with 3 cm and ypT1c N1 with 2 cm may be the same."""
    before: dict[str, int] | None = None
    for passage in (p for p in story.passages if p.rank == OWN):
        after = [_steps(axes) for axes in _post_treatment(passage)]
        if not after:
            before = next((s for s in map(_steps, _clinical(passage)) if len(s) == len("TN")), before)
            continue
        begun = [
            c for c in drugs if c.passage.start <= passage.start and c.item.intent in ("neoadjuvant", "palliative")
        ]
        if before is None or not begun or len(after) > 1:
            return
        axes, last = after[0], begun[-1]
        if len(axes) == len("TN") and all(axes[axis] < before[axis] for axis in axes) and any(axes.values()):
            stage_mention = passage.of("Stage")[0]
            for course in begun:
                if course.passage is last.passage or (last.item.line and course.item.line == last.item.line):
                    set_response(story, passage, course, "partial response", (stage_mention.start, stage_mention.end))
                    course.item.derive("response", "the stage after it is lower in tumour and in nodes")
        return


def is_residual(passage: Passage) -> bool:
    """Whether the passage gives a stage after treatment with tumour left: then a 'complete response' is of a part."""
    return any(axes.get("T", "0")[:1] in "1234" or axes.get("N", "0")[:1] in "123" for axes in _post_treatment(passage))


def _post_treatment(passage: Passage) -> list[dict[str, str]]:
    """The stages after neoadjuvant treatment of a passage, axis to category."""
    stages = [m.value for m in passage.of("Stage") if isinstance(m.value, Tnm)]
    return [
        {axis: category for _, axis, category in tnm.axes}
        for tnm in stages
        if any(prefix.startswith("yp") for prefix, _, _ in tnm.axes)
    ]


def _clinical(passage: Passage) -> list[dict[str, str]]:
    """The clinical stages of a passage, axis to category."""
    stages = [m.value for m in passage.of("Stage") if isinstance(m.value, Tnm)]
    return [
        {axis: category for _, axis, category in tnm.axes}
        for tnm in stages
        if all(prefix in ("", "c") for prefix, _, _ in tnm.axes)
    ]


def _steps(axes: dict[str, str]) -> dict[str, int]:
    """T and N as numbers: '1c' is 1, in situ 0; what is not known ('X') is left out."""
    found = {axis: re.match(r"\d|is", axes.get(axis, "")) for axis in ("T", "N")}
    return {axis: int(m[0]) if m[0].isdigit() else 0 for axis, m in found.items() if m}
