"""Contradictions that need more than one part of the record: side of the tumour, spread denied then shown, age,
counted nodes, and the dose to one place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.patient.course import GIVEN
from pipeline.patient.model import Contradiction
from pipeline.patient.purposes import is_anticancer
from pipeline.patient.story import OWN, Passage, Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.patient.model import Case, Metastasis, Treatment
    from pipeline.patient.moments import Mark
    from pipeline.patient.timeline import Timeline

_SIDE = re.compile(
    r"\b(?P<side>right|left)(?:[- ]sided)? (?:breast|mastectomy|axilla\w*)\b(?! (?:carcinoma )?recurr)", re.I
)
_NONE_ELSEWHERE = re.compile(
    r"\bno (?:evidence of |further |additional |other )?(?:distant )?metasta\w+ (?:at|in) (?:any )?other\b", re.I
)
_BEFORE_TREATMENT = re.compile(
    r"\b(?:before|prior to|pre-?)[ -]?(?:the )?(?:start of )?(?:treatment|therapy|chemotherapy)\b", re.I
)


_NODES = re.compile(
    r"\b(?P<some>\d{1,2}) (?:out )?of (?:the )?(?P<all>\d{1,2}) (?:\w+ ){0,2}?(?:axillary )?(?:lymph )?nodes?\b"
    r"|\bnodes? \(?(?P<yes>\d{1,2})/(?P<total>\d{1,2})\b",
    re.I,
)
# The age of one event in two sections: the visit with which the report begins.
_CAME = re.compile(
    r"\b(?P<age>\d{1,2})[- ]years?[- ]old\b[^.;]{0,60}?\b(?:presented|was referred|was admitted|came|attended|consulted"
    r"|visited|was seen)\b",
    re.I,
)


def across(
    story: Story, timeline: Timeline, case: Case, sites: Sequence[Metastasis], treatments: Sequence[Treatment]
) -> list[Contradiction]:
    """Contradictions of other sections with the record, each with both places."""
    first_treatment = _first_palliative(treatments)
    found: list[Contradiction] = []
    for passage in story.passages:
        if passage.rank == OWN or passage.other:
            continue
        found += _side(story, case, passage)
        found += _elsewhere(story, sites, passage)
        found += _late_baseline(story, timeline, passage, first_treatment)
        found += _age(story, passage)
        found += _nodes(story, sites, passage)
        found += _dose(story, treatments, passage)
    return found


def _first_palliative(treatments: Sequence[Treatment]) -> str | None:
    """When the treatment of advanced disease began."""
    starts = [t.start for t in treatments if t.start and t.intent == "palliative" and is_anticancer(t.name)]
    return min(starts, default=None)


def _age(story: Story, passage: Passage) -> list[Contradiction]:
    """Two ages at the visit with which the report begins, in the abstract and in the body."""
    told = _CAME.search(passage.text)
    if told is None or passage.kind != "abstract":
        return []
    own = next(((p, m) for p in story.passages if p.rank == OWN and (m := _CAME.search(p.text))), None)
    if own is None or own[1]["age"] == told["age"]:
        return []
    what = f"age at presentation: {own[1]['age']} ({own[0].kind}) or {told['age']} ({passage.kind})"
    return [Contradiction(what=what, slot="other", evidence=[story.quote(own[0]), story.quote(passage)])]


def _nodes(story: Story, sites: Sequence[Metastasis], passage: Passage) -> list[Contradiction]:
    """Another number of involved nodes among as many that were removed."""
    told = _NODES.search(passage.text)
    if told is None or "sentinel" in passage.text.lower():
        return []
    some, all_ = told["some"] or told["yes"], told["all"] or told["total"]
    for site in sites:
        ours, _, examined = (site.nodal_yield or "").partition("/")
        if examined == all_ and ours != some:
            what = f"involved nodes: {site.nodal_yield} (body) or {some}/{all_} ({passage.kind})"
            return [
                Contradiction(what=what, slot="site", evidence=[site.cites["nodal_yield"][0], story.quote(passage)])
            ]
    return []


def _dose(story: Story, treatments: Sequence[Treatment], passage: Passage) -> list[Contradiction]:
    """Another dose of radiation to a place that was irradiated once."""
    found: list[Contradiction] = []
    for m in passage.of("Radiotherapy"):
        doses = {dose.value.norm(): dose for dose in story.parts(m, "DoseOf")}
        same = [t for t in treatments if t.kind == "radiotherapy" and t.site and t.site == m.value.norm()]
        if len(doses) != 1 or len(same) != 1 or (m.status or "given") not in GIVEN:
            continue
        (dose,) = doses
        ours = same[0].dose
        if ours is None or not _unlike(ours, dose):
            continue
        what = f"radiotherapy of the {same[0].site}: {ours} (body) or {dose} ({passage.kind})"
        found.append(Contradiction(what=what, slot="dose", evidence=[same[0].cites["dose"][0], story.quote(passage)]))
    return found


def _unlike(one: str, other: str) -> bool:
    """Whether two doses cannot both hold: another sum, or other fractions where both tell them; not of steps."""
    if ";" in one or ";" in other:
        return False
    (gray, _, fractions), (other_gray, _, other_fractions) = one.partition("/"), other.partition("/")
    return gray != other_gray or bool(fractions and other_fractions and fractions != other_fractions)


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
