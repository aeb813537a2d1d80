"""Stages as observations: each TNM category, and the stage group.

Both must name the staging method; the record mostly does not know whose edition it was, so the method is absent with a
reason. A prefix holds for the axes after it, but a pathological one not for M: there is no pM0. Categories stay as
written (`ypT1b`): their codes are AJCC's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.patient.staging import axes
from pipeline.registry.feeds.mcode import codes
from pipeline.registry.feeds.mcode.dates import timed
from pipeline.registry.feeds.mcode.fhir import Json, category, concept, unknown

if TYPE_CHECKING:
    from pipeline.patient.model import Stage
    from pipeline.registry.feeds.mcode.sheet import Draft, Sheet

_PROFILES = {
    "T": "tnm-primary-tumor-category",
    "N": "tnm-regional-nodes-category",
    "M": "tnm-distant-metastases-category",
}
_NAMES = {"T": "primary tumour", "N": "regional lymph nodes", "M": "distant metastases", "group": "stage group"}
_SIDES = {"clinical": "clinical", "pathological": "pathological", "post-neoadjuvant": "pathological"}


class Category(NamedTuple):
    """One category of a TNM: its axis, how it is written with the prefix that holds for it, its side."""

    axis: str
    text: str
    side: str


def categories(tnm: str, basis: str | None) -> list[Category]:
    """`cT2N1M0` gives cT2, cN1, cM0; `pT2N1M0` gives pT2, pN1 and an M0 of no known side."""
    found: list[Category] = []
    standing = ""
    at = 0
    for axis, value in axes(tnm).items():
        place = tnm.find(axis + value, at)
        own = re.search(r"[a-z]*$", tnm[at:place])
        at = place + len(axis + value)
        prefix = own.group() if own and own.group() else standing
        inherited = not (own and own.group())
        standing = prefix
        if axis == "M" and inherited and "p" in prefix:
            found.append(Category(axis, axis + value, "other"))
            continue
        side = "pathological" if "p" in prefix else "clinical" if "c" in prefix else _SIDES.get(basis or "", "other")
        if axis == "M" and not prefix and side == "pathological":
            side = "other"
        found.append(Category(axis, prefix + axis + value, side))
    return found


def add_stages(sheet: Sheet) -> None:
    for place, stage in enumerate(sheet.record.stages):
        base = f"stages.{place}"
        if not sheet.is_cited(base, stage):
            continue
        members = [_add_category(sheet, base, stage, item) for item in categories(stage.tnm or "", stage.basis)]
        if stage.tnm and not members:
            sheet.leave_out(base, f"{stage.tnm}: not read as TNM")
        if stage.group:
            _group(sheet, base, stage, stage.group, members)


def _add_category(sheet: Sheet, base: str, stage: Stage, found: Category) -> str:
    """The path of the observation, for the group to refer to."""
    path = f"{base}.{found.axis}"
    draft = sheet.open("Observation", _PROFILES[found.axis], path, base, stage)
    _common(sheet, draft, stage, found.axis, found.side)
    _method(draft, stage)
    draft.say("valueCodeableConcept", concept(found.text), "tnm", shown=found.text)
    draft.close()
    return path


def _group(sheet: Sheet, base: str, stage: Stage, group: str, members: list[str]) -> None:
    draft = sheet.open("Observation", "tnm-stage-group", f"{base}.group", base, stage)
    _common(sheet, draft, stage, "group", _SIDES.get(stage.basis or "", "other"))
    draft.say("valueCodeableConcept", concept(group), "group", shown=group)
    if "group" in stage.derived:
        draft.put("method", concept("AJCC 7th edition, anatomic; derived from the TNM by SEER's table"))
    else:
        _method(draft, stage)
    if members:
        draft.put("hasMember", [sheet.reference(path) for path in members])
    draft.close()


def _common(sheet: Sheet, draft: Draft, stage: Stage, axis: str, side: str) -> None:
    draft.put("category", category("laboratory" if side == "pathological" else "exam"))
    also: Json | None = codes.snomed("stage type", f"{axis} {side}") if sheet.snomed else None
    name = _NAMES[axis] + ("" if side == "other" else f", {side}")
    draft.put("code", concept(name, codes.stage_type(axis, side), also))
    draft.put("focus", [sheet.reference("primary")])
    if (when := timed("effective", stage.date)) is not None:
        draft.say(*when, "date", shown=stage.date)


def _method(draft: Draft, stage: Stage) -> None:
    if stage.edition:
        draft.say("method", concept(f"TNM, edition {stage.edition}"), "edition", shown=stage.edition)
    else:
        draft.put("method", unknown())
