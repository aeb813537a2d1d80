"""Contradictions that need more than one part of the record: side of the tumour, and spread denied then shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.patient.model import Contradiction
from pipeline.patient.story import OWN, Passage, Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.patient.model import Case, Metastasis
    from pipeline.patient.timeline import Mark, Timeline

_SIDE = re.compile(
    r"\b(?P<side>right|left)(?:[- ]sided)? (?:breast|mastectomy|axilla\w*)\b(?! (?:carcinoma )?recurr)", re.I
)
_NONE_ELSEWHERE = re.compile(
    r"\bno (?:evidence of |further |additional |other )?(?:distant )?metasta\w+ (?:at|in) (?:any )?other\b", re.I
)
_BEFORE_TREATMENT = re.compile(
    r"\b(?:before|prior to|pre-?)[ -]?(?:the )?(?:start of )?(?:treatment|therapy|chemotherapy)\b", re.I
)


def across(
    story: Story, timeline: Timeline, case: Case, sites: Sequence[Metastasis], first_treatment: str | None
) -> list[Contradiction]:
    """Contradictions of other sections with the record, each with both places."""
    found: list[Contradiction] = []
    for passage in story.passages:
        if passage.rank == OWN or passage.other:
            continue
        found += _side(story, case, passage)
        found += _elsewhere(story, sites, passage)
        found += _late_baseline(story, timeline, passage, first_treatment)
    return found


def _side(story: Story, case: Case, passage: Passage) -> list[Contradiction]:
    if case.laterality not in ("right", "left") or passage.kind not in ("alt", "caption", "abstract"):
        return []
    told = next((m for m in _SIDE.finditer(passage.text) if m["side"].lower() != case.laterality), None)
    if told is None or _SIDE.search(passage.text.replace(told.group(), "")) is not None:
        return []
    what = f"side of the breast: {case.laterality} (body) or {told['side'].lower()} ({passage.kind})"
    return [Contradiction(what=what, slot="laterality", evidence=[case.cites["laterality"][0], story.quote(passage)])]


def _elsewhere(story: Story, sites: Sequence[Metastasis], passage: Passage) -> list[Contradiction]:
    """'No metastases at other sites' of a report whose body has several."""
    if not _NONE_ELSEWHERE.search(passage.text) or passage.kind not in ("introduction", "abstract", "conclusion"):
        return []
    distant = [s for s in sites if s.status == "present" and s.icd_o and not s.icd_o.startswith("C77")]
    if len(distant) < 2:
        return []
    what = f"no metastases at other sites ({passage.kind}), but {' and '.join(s.site for s in distant)} (body)"
    return [Contradiction(what=what, slot="site", evidence=[story.quote(passage), distant[-1].evidence[0]])]


def _late_baseline(
    story: Story, timeline: Timeline, passage: Passage, first_treatment: str | None
) -> list[Contradiction]:
    """A picture 'before treatment' that is dated after the treatment's start."""
    told = _BEFORE_TREATMENT.search(passage.text)
    if passage.kind != "caption" or first_treatment is None or told is None:
        return []
    when = timeline.within(passage, passage.start + told.start())
    if when is None or when.norm()[: len(first_treatment)] <= first_treatment[: len(when.norm())]:
        return []
    own = next((story.passage(m.start) for m in timeline.marks if m.flow == OWN and _begins(m, first_treatment)), None)
    if own is None:
        return []
    what = f"'before treatment' in {when.norm()} ({passage.kind}), but treatment began in {first_treatment}"
    return [Contradiction(what=what, slot="date", evidence=[story.quote(passage), story.quote(own)])]


def _begins(mark: Mark, date: str) -> bool:
    start = mark.when.interval.start
    return start is not None and start.norm() == date
