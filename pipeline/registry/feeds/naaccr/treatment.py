"""First course of treatment: what was given, when it began, and in what order.

Codes for 'none' are never written: that a report does not tell of a treatment is no proof that there was none. A date
is written where it is said (not reckoned) of the course that is told first, and no other of its kind is dated earlier.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.registry.feeds.naaccr.abstract import is_disputed, sentences
from pipeline.registry.feeds.naaccr.course import bounds, dated, said
from pipeline.registry.feeds.naaccr.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.patient.model import Treatment
    from pipeline.registry.feeds.naaccr.abstract import Abstract
    from pipeline.registry.feeds.naaccr.course import FirstCourse

_AXILLA = "axillary lymph node"
_RX = {
    "chemo": ("rxSummChemo", "rxDateChemo"),
    "hormone": ("rxSummHormone", "rxDateHormone"),
    "brm": ("rxSummBrm", "rxDateBrm"),
}
_BEAM = re.compile(r"\bexternal beam|\bstereotactic|\bproton|\bwhole-brain|\bradiosurgery", re.I)
_IMPLANT = re.compile(r"\bbrachytherapy", re.I)
_DOSE = re.compile(r"(\d+(?:\.\d+)?) Gy/(\d+)")
_ALONE = re.compile(r"\bsingle[- ]agent\b|\bmono(?:chemo)?therapy\b|\balone\b", re.I)
_RECONSTRUCTED = re.compile(r"\breconstruct\w+|\bflaps?\b|\bimplants?\b|\bexpanders?\b", re.I)
_DISSECTED = 7  # nodes from which a dissection of the axilla is not in doubt (SEER: fewer may be sentinel nodes)
_CM_OF_GRAY = 100
_INTENT = {"neoadjuvant": "2", "adjuvant": "3"}  # before, after the operation
_BOTH = "4"


def add(abstract: Abstract, course: FirstCourse) -> None:
    """The RX summaries and dates, and the first phase of radiation."""
    if not course.is_one:
        abstract.leave_out("rxDateSurgery", "operations more than a year apart: the first course is not told apart")
        return
    drugs = [t for t in course.systemic if t.kind == "drug"]
    radiation = [t for t in course.systemic if t.kind == "radiotherapy"]
    _drugs(abstract, drugs)
    _date(abstract, "rxDateSystemic", drugs, "start")
    _radiation(abstract, radiation)
    _surgery(abstract, course)
    if course.operations:
        _sequence(abstract, "rxSummSystemicSurSeq", drugs)
        _sequence(abstract, "rxSummSurgRadSeq", radiation)


def _agents(drug: Treatment) -> list[str]:
    return drug.name.split("+")


def _drugs(abstract: Abstract, drugs: Sequence[Treatment]) -> None:
    kinds = {row["drug"]: row for row in rows("drugs")}
    unknown = any(agent not in kinds for drug in drugs for agent in _agents(drug))
    for modality, (summary, date) in _RX.items():
        own = [d for d in drugs if any(agent in kinds and kinds[agent]["modality"] == modality for agent in _agents(d))]
        if not own:
            continue
        agents = {a for d in own for a in _agents(d) if a in kinds and kinds[a]["modality"] == modality}
        since = max((int(kinds[a]["from_year"]) for a in agents if kinds[a]["from_year"]), default=None)
        if since is not None and not _diagnosed_from(abstract, since):
            abstract.leave_out(summary, "the category of the drug depends on a year of diagnosis that is not known")
            continue
        places = [e for d in own for e in sentences(d, "name")]
        alone = not unknown and any(_ALONE.search(e.text) for e in places)
        if modality == "chemo" and len(agents) == 1 and not alone:
            abstract.leave_out(summary, "that one agent was given alone is not told")
            continue
        code = "01" if modality != "chemo" else "02" if len(agents) == 1 else "03"
        abstract.put(summary, code, places)
        _date(abstract, date, own, "start")


def _diagnosed_from(abstract: Abstract, year: int) -> bool:
    return int(abstract.values.get("dateOfDiagnosis", "0")[:4]) >= year


def _date(abstract: Abstract, naaccr_id: str, items: Sequence[Treatment], key: str) -> None:
    """The date of the first of some treatments."""
    if not items:
        return
    when = said(items[0], key)
    if when is None or any(bounds(getattr(t, key))[1] < bounds(getattr(items[0], key))[0] for t in items[1:]):
        abstract.leave_out(naaccr_id, "the first of its kind is not dated by itself")
        return
    abstract.put(naaccr_id, when, dated(items[0].evidence, getattr(items[0], key)))


def _radiation(abstract: Abstract, courses: Sequence[Treatment]) -> None:
    if not courses:
        return
    beam, implant = (any(kind.search(t.name) for t in courses) for kind in (_BEAM, _IMPLANT))
    code = "4" if beam and implant else "1" if beam else "2" if implant else "5"
    abstract.put("rxSummRadiation", code, [e for t in courses for e in sentences(t, "name")])
    _date(abstract, "rxDateRadiation", courses, "start")
    if len(courses) > 1:
        abstract.leave_out("phase1TotalDose", "several courses, of which the first phase is not told")
        return
    if (end := said(courses[0], "end")) is not None:
        abstract.put("rxDateRadiationEnded", end, dated(courses[0].evidence, courses[0].end))
    read = _DOSE.fullmatch(courses[0].dose or "")
    if read is None or is_disputed(abstract.record, "radiotherapy of"):
        return
    total, fractions = float(read[1]) * _CM_OF_GRAY, int(read[2])
    places = sentences(courses[0], "dose")
    for naaccr_id, amount, width in (("phase1TotalDose", total, 6), ("phase1DosePerFraction", total / fractions, 5)):
        if amount == round(amount):
            abstract.put(naaccr_id, f"{round(amount):0{width}d}", places)
    abstract.put("phase1NumberOfFractions", f"{fractions:03d}", places)


def _surgery(abstract: Abstract, course: FirstCourse) -> None:
    _date(abstract, "rxDateSurgery", course.operations, "start")
    breast = [t for t in course.operations if t.site == "breast"]
    if len(breast) == 1:
        _date(abstract, "rxDateMostDefinSurg", breast, "start")
        _operation(abstract, breast[0], _is_dissected(course))
    elif breast:
        abstract.leave_out("rxDateMostDefinSurg", "several operations of the breast")
    _scope(abstract, course)


def _is_dissected(course: FirstCourse) -> bool:
    return any(t.site == _AXILLA and "sentinel" not in t.name for t in course.operations)


def _operation(abstract: Abstract, item: Treatment, dissected: bool) -> None:
    """The code of the operation, where nothing told with it would make it another one."""
    why = None
    if "dateOfDiagnosis" not in abstract.values:
        why = "which of the two items of surgery is collected depends on the year of diagnosis"
    elif any(_RECONSTRUCTED.search(e.text) for e in item.evidence):
        why = "a reconstruction or flap is told with the operation"
    elif item.name == "mastectomy" and dissected:
        why = "a mastectomy with dissection of the axilla may be a modified radical one"
    code = _code(item)
    if why or code is None:
        abstract.leave_out("rxSummSurgPrimSite", why or "the operation has no code here")
    else:
        abstract.put("rxSummSurgPrimSite", code, sentences(item, "name"))


def _code(item: Treatment) -> str | None:
    """The code of the words said; those of the table are tried in its order, an empty cell is any."""
    cited = [e.text.lower() for e in item.cites.get("name", ())]
    for row in rows("operations"):
        words = row["said"].split(",") if row["said"] else []
        if row["operation"] == item.name and (not words or (cited and all(text in words for text in cited))):
            return row["code"]
    return None


def _scope(abstract: Abstract, course: FirstCourse) -> None:
    """Regional nodes: sentinel biopsy alone, or a dissection that removed nodes enough to be one."""
    axilla = [t for t in course.operations if t.site == _AXILLA]
    radical = any("modified radical" in t.name for t in course.operations)
    if len(axilla) != 1 or radical:
        return
    places = sentences(axilla[0], "name")
    if "sentinel" in axilla[0].name:
        abstract.put("rxSummScopeRegLnSur", "2", places)
    elif int(abstract.values.get("regionalNodesExamined", "0")) >= _DISSECTED:
        abstract.put("rxSummScopeRegLnSur", "5", (*places, *abstract.places["regionalNodesExamined"]))


def _sequence(abstract: Abstract, naaccr_id: str, items: Iterable[Treatment]) -> None:
    """Before (2), after (3) or before and after (4) the operation."""
    items = list(items)
    orders = {_INTENT[t.intent] for t in items if t.intent in _INTENT}
    if orders:
        places = [e for t in items for e in sentences(t, "name")]
        abstract.put(naaccr_id, _BOTH if len(orders) > 1 else orders.pop(), places)


_RESPONSE = {"complete response": "1", "partial response": "2"}


def add_response(abstract: Abstract, course: FirstCourse) -> None:
    """The response to neoadjuvant therapy, as the text states it of all that was given."""
    answered = [t for t in course.systemic if t.intent == "neoadjuvant" and t.response]
    told = {t.response for t in answered}
    if not told:
        return
    if len(told) > 1 or not told <= _RESPONSE.keys():
        abstract.leave_out("responseToNeoadjuvantTherapy", "the response told has no code")
        return
    places = [e for t in answered for e in sentences(t, "response")]
    abstract.put("responseToNeoadjuvantTherapy", _RESPONSE[told.pop() or ""], places)
