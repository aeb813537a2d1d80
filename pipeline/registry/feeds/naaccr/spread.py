"""Spread at diagnosis: distant sites, and the nodes of the first course.

A site counts as known at diagnosis where it is dated no later than the stage of the diagnosis, or than the biopsy
that showed the cancer; M0, or no distant metastasis, told then is the absence of all of them. What came later, or is
not dated, says nothing. A site that is possible says neither.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.registry.feeds.naaccr.abstract import is_disputed, sentences
from pipeline.registry.feeds.naaccr.course import bounds, diagnosis, initial_stages
from pipeline.registry.feeds.naaccr.staging import axes
from pipeline.registry.feeds.naaccr.tables import rows

if TYPE_CHECKING:
    from datetime import date

    from pipeline.patient.model import Evidence, Metastasis, Record, Stage
    from pipeline.registry.feeds.naaccr.abstract import Abstract
    from pipeline.registry.feeds.naaccr.course import FirstCourse

_AXILLA = "axillary lymph node"
_REGIONAL = re.compile(r"axillary|internal mammary|infraclavicular|supraclavicular|intramammary")
_WHOLE = frozenset({"bone", "brain", "liver", "lung"})  # their absence is that of the whole item
_DISTANT = "distant"
_YIELD = re.compile(r"(\d+)/(\d+)")
_OPEN = 9999  # the year of a date without an end
_MOST_NODES = 90  # code of 90 or more


def add(abstract: Abstract, course: FirstCourse) -> None:
    """Mets at diagnosis, and the regional nodes positive and examined."""
    _mets(abstract, course)
    _nodes(abstract, course)


def _mets(abstract: Abstract, course: FirstCourse) -> None:
    record = abstract.record
    day = _onset(record, course)
    known = [m for m in record.metastases if day is not None and m.date and bounds(m.date)[1] <= day]
    stages = [s for s in initial_stages(record, course) if s.basis in ("clinical", "pathological")]
    denied = [e for m in known if m.site == _DISTANT and m.status == "absent" for e in sentences(m, "site")]
    denied += [e for s in stages if _m(s) == "0" for e in sentences(s, "tnm")]
    staged = {_m(s) for s in stages} - {None}
    for naaccr_id in sorted({row["item"] for row in rows("spread")}):
        own = [m for m in known if item_of(m, record) == naaccr_id]
        present = [m for m in own if m.status in ("present", "resolved")]
        absent = [m for m in own if m.status == "absent" and m.site in _WHOLE and m.laterality is None]
        zero = [*denied, *(e for m in absent for e in sentences(m, "site"))]
        doubtful = any(m.status == "possible" and item_of(m, record) == naaccr_id for m in record.metastases)
        if (present and zero) or len(staged) > 1:
            abstract.leave_out(naaccr_id, "spread at diagnosis is told and denied")
        elif present:
            abstract.put(naaccr_id, "1", [e for m in present for e in sentences(m, "site")])
        elif zero and abstract.is_breast and not doubtful:
            abstract.put(naaccr_id, "0", zero)


def _onset(record: Record, course: FirstCourse) -> date | None:
    """The last day that stage or biopsy of the diagnosis allow, before treatment; None where neither is dated."""
    days = [bounds(s.date)[1] for s in initial_stages(record, course) if s.date and s.basis == "clinical"]
    if found := diagnosis(record, course):
        days.append(bounds(found[1].date)[1])
    last = max((day for day in days if day.year < _OPEN), default=None)
    if last is None or course.begun is None:
        return last
    return min(last, course.begun)  # a site that is found under treatment is not one of the diagnosis


def _m(stage: Stage) -> str | None:
    """`0` or `1` of a stage's M axis; None where it has none or is doubted."""
    if any(not p.startswith("stated group") for p in stage.problems):
        return None
    return next((a.category[:1] for a in axes(stage.tnm or "") if a.axis == "M" and a.category), None)


def item_of(site: Metastasis, record: Record) -> str | None:
    """The Mets at DX item of a site; None where it is regional, or may be."""
    primary = record.case.primary_site or ""
    for row in rows("spread"):
        if not (site.icd_o or "").startswith(row["icdo3"]) or primary in row["not_for"].split():
            continue
        if row["scope"] == "breast" and (primary != "breast" or _REGIONAL.search(site.site)):
            return None
        return row["item"]
    sides = {"left": "right", "right": "left"}
    if primary == "breast" and site.site == _AXILLA and site.laterality == sides.get(record.case.laterality or "", "-"):
        return "metsAtDxDistantLn"
    return None


def _nodes(abstract: Abstract, course: FirstCourse) -> None:
    """Positive and examined nodes of the axilla of the tumour's side, where one operation of it is told."""
    record = abstract.record
    own = [m for m in record.metastases if m.nodal_yield and _REGIONAL.search(m.site)]
    same = [m for m in own if m.site == _AXILLA and m.laterality in (None, record.case.laterality)]
    if not own:
        return
    operations = [t.name for t in course.operations if t.site == _AXILLA]
    why = None
    if len(own) > 1 or not same:
        why = "several counts of nodes, or not of this axilla"
    elif len(operations) > 1:
        why = "two operations of the axilla, one count of nodes"
    elif is_disputed(record, "involved nodes"):
        why = "the text contradicts itself"
    elif (read := _YIELD.fullmatch(same[0].nodal_yield or "")) is None or int(read[1]) > int(read[2]):
        why = "the count of nodes has no code"
    if why:
        abstract.leave_out("regionalNodesPositive", why)
        return
    said = _counted(same[0])
    for naaccr_id, number in zip(("regionalNodesPositive", "regionalNodesExamined"), read.groups(), strict=True):  # type: ignore[union-attr]
        abstract.put(naaccr_id, f"{min(int(number), _MOST_NODES):02d}", said)


def _counted(site: Metastasis) -> tuple[Evidence, ...]:
    """The sentences that count the nodes; where no place is cited for the count, those that hold its figures."""
    if "nodal_yield" in site.cites:
        return sentences(site, "nodal_yield")
    figures = re.findall(r"\d+", site.nodal_yield or "")
    return tuple(e for e in site.evidence if figures[-1] in e.text) or tuple(site.evidence)
