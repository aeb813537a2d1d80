"""Operations and radiotherapy.

An operation is written where it is known to be for the cancer: of the primary's organ, of lymph nodes, of an organ with
a metastasis, or of a told intent. The record tells of others too (a cyst removed years before), and is not asked to
know the difference; they are named in `left_out`.

A declined one is `not-done`, in an element that FHIR lets no reader pass over; mCODE has no profile for one that is
planned, and one that was considered or not given is left out. The dose of a radiotherapy is `delivered` where it is
one dose and the course was given: of several the record does not know what each was given to, of a course that was
stopped not how far it came; those are told in words. Its volume is told in words, mCODE's codes of places
being SNOMED CT's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.registry.feeds.mcode import codes
from pipeline.registry.feeds.mcode.amounts import radiation
from pipeline.registry.feeds.mcode.dates import partial
from pipeline.registry.feeds.mcode.fhir import MCODE, SNOMED, Json, clean, coding, concept, unknown
from pipeline.registry.feeds.mcode.medications import GIVEN, say_intent, say_reason
from pipeline.registry.feeds.mcode.times import say_period

if TYPE_CHECKING:
    from pipeline.patient.model import Treatment
    from pipeline.registry.feeds.mcode.sheet import Draft, Sheet

_LYMPH_NODES = "C77"
# The one code that the profile fixes; without it no resource would be a RadiotherapyCourseSummary.
_COURSE_SUMMARY = "1217123003"


def add_procedure(sheet: Sheet, base: str, item: Treatment) -> list[str]:
    """The path of what was written of an operation or radiotherapy that was done."""
    if item.status not in GIVEN and item.status != "declined":
        sheet.leave_out(base, f"{item.name}: {item.status or 'no status'}: no Procedure")
        return []
    radiotherapy = item.kind == "radiotherapy"
    if not radiotherapy and not _is_for_cancer(sheet, item):
        sheet.leave_out(base, f"{item.name}: not known to be for the cancer")
        return []
    profile = "radiotherapy-course-summary" if radiotherapy else "cancer-related-surgical-procedure"
    if radiotherapy and item.status in GIVEN and item.site:
        _volume(sheet, base, item)
    draft = sheet.open("Procedure", profile, base, base, item)
    if radiotherapy:
        draft.say("code", concept(item.name, coding(SNOMED, _COURSE_SUMMARY)), "name", shown=item.name)
    else:
        code = codes.snomed("surgery", item.name) if sheet.snomed else None
        draft.say("code", concept(item.name, code), "name", shown=item.name)
    if item.site:
        _sites(draft, item.site)
    say_reason(sheet, draft, item)
    say_intent(sheet, draft, item)
    if item.status == "declined":
        draft.say("status", "not-done", "status", shown="declined")
        draft.say("statusReason", concept("declined"), "status", shown="declined")
    else:
        _done(sheet, draft, base, item)
    draft.close()
    return [base] if item.status in GIVEN else []


def _is_for_cancer(sheet: Sheet, item: Treatment) -> bool:
    if item.intent is not None:
        return item.intent != "other"
    spread = {m.icd_o or "" for m in sheet.record.metastases if m.status != "absent"}
    primary = codes.topography_of(sheet.record.case.primary_site or "") or ""
    organs = {code[:3] for code in (primary, *spread, _LYMPH_NODES) if code}
    operated = [codes.topography_of(name) or "" for name in (item.site or "").split("+")]
    return any(code[:3] in organs for code in operated)


def _sites(draft: Draft, sites: str) -> None:
    places = [concept(name, codes.icd_o(codes.topography_of(name))) for name in sites.split("+")]
    draft.say("bodySite", places, "site", shown=sites)


def _done(sheet: Sheet, draft: Draft, base: str, item: Treatment) -> None:
    draft.say("status", GIVEN[item.status or ""], "status", shown=item.status)
    if item.kind == "surgery" and item.start == item.end and partial(item.start) is not None:
        draft.say("performedDateTime", item.start, "start", shown=item.start)
    else:
        say_period(draft, "performedPeriod", item)
    if item.kind == "radiotherapy":
        _modality(sheet, draft, item)
        if item.dose:
            _dose(sheet, draft, base, item)
    elif item.dose:
        draft.note(f"dose: {item.dose}", "dose")
    for key in ("frequency", "cycles", "duration"):
        if said := getattr(item, key):
            draft.note(f"{key}: {said}", key)


def _extend(draft: Draft, extension: Json) -> None:
    draft.put("extension", [*draft.body.get("extension", []), extension])


def _modality(sheet: Sheet, draft: Draft, item: Treatment) -> None:
    if sheet.snomed and (code := codes.snomed("modality", item.name)) is not None:
        inner = [{"url": "modality", "valueCodeableConcept": concept(item.name, code)}]
        _extend(draft, {"url": f"{MCODE}radiotherapy-modality-and-technique", "extension": inner})
        draft.cite("extension.modality", "name", shown=item.name)


def _dose(sheet: Sheet, draft: Draft, base: str, item: Treatment) -> None:
    given = radiation(item.dose) if item.status == "given" else None
    if given is None:
        draft.note(f"dose: {item.dose}", "dose")
        return
    volume: Any = sheet.reference(f"{base}.volume") if item.site else unknown()
    inner: list[Json] = [
        {"url": "volume", "valueReference": volume},
        {"url": "totalDoseDelivered", "valueQuantity": given.total},
    ]
    if given.fractions is not None:
        inner.append({"url": "fractionsDelivered", "valueUnsignedInt": given.fractions})
    _extend(draft, {"url": f"{MCODE}radiotherapy-dose-delivered-to-volume", "extension": inner})
    draft.cite("extension.totalDoseDelivered", "dose", shown=item.dose)


def _volume(sheet: Sheet, base: str, item: Treatment) -> None:
    """What was irradiated: all sites of one dose are one volume."""
    site = item.site or ""
    draft = sheet.open("BodyStructure", "radiotherapy-volume", f"{base}.volume", base, item)
    names = " and ".join(site.split("+"))
    draft.say("location", concept(names), "site", shown=site)
    draft.put("description", clean(f"irradiated volume: {names}"))
    draft.close()
