"""The primary cancer, its grade, and its metastases.

A site that is said to be free of metastasis makes no SecondaryCancerCondition: who counts the resources would count
it. A possible one is `unconfirmed`, in an element that FHIR lets no reader pass over. The age at diagnosis is the
onset, as registries date a cancer by its diagnosis. Local recurrence is no metastasis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.registry.feeds.mcode import codes
from pipeline.registry.feeds.mcode.dates import partial, shared
from pipeline.registry.feeds.mcode.fhir import MCODE, NCIT, UCUM, Json, category, coding, concept, unknown

if TYPE_CHECKING:
    from pipeline.patient.model import Case, Metastasis
    from pipeline.registry.feeds.mcode.sheet import Draft, Sheet

_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_ASSERTED = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"
# Words of the record for a spread that names no place of the body.
_NO_SITE = "distant"
_NO_METASTASIS = "recurrence"
_STATUS = {"present": ("active", "confirmed"), "resolved": ("inactive", "confirmed"), "possible": (None, "unconfirmed")}


def add_primary(sheet: Sheet) -> None:
    """The primary, where its site or histology is told, or a stage needs it; its code is absent in that last case."""
    case = sheet.record.case
    told = [key for key in ("primary_site", "histology") if getattr(case, key)]
    if not (told or sheet.record.stages) or not sheet.is_cited("case", case):
        if not sheet.record.stages:
            sheet.leave_out("case", "neither site nor histology of the primary is told: no PrimaryCancerCondition")
            return
        told = []
    draft = sheet.open("Condition", "primary-cancer-condition", "primary", "case", case)
    draft.put("category", [{"coding": [coding(_CATEGORY, "problem-list-item")]}])
    if told:
        _describe(draft, case, told)
    else:
        draft.put("code", unknown())
    draft.close()
    if case.grade is not None and sheet.is_cited("case", case):
        _grade(sheet, case.grade)


def _describe(draft: Draft, case: Case, told: list[str]) -> None:
    name = case.histology or "malignant neoplasm"
    text = f"{name} of the {case.primary_site}" if case.primary_site else name
    topography = codes.primary_topography(case.primary_site, case.quadrant)
    icd10 = codes.primary_icd10(case.primary_site, topography, case.morphology, case.sex, case.laterality)
    draft.say("code", concept(text, icd10), *told, shown=_shown(text, icd10))
    if case.histology:
        morphology = codes.icd_o(case.morphology)
        url = f"{MCODE}histology-morphology-behavior"
        draft.put("extension", [{"url": url, "valueCodeableConcept": concept(case.histology, morphology)}])
        shown = _shown(case.histology, morphology)
        draft.cite("extension.valueCodeableConcept", *_told(case, "histology", "morphology"), shown=shown)
        draft.put("verificationStatus", concept(None, coding(_VERIFICATION, "confirmed")))
        draft.cite("verificationStatus", "histology", shown="confirmed")
    if case.primary_site:
        parts = _told(case, "primary_site", "quadrant", "laterality")
        place = ", ".join(str(getattr(case, key)) for key in parts)
        code = codes.icd_o(topography)
        draft.say("bodySite", [concept(place, code)], *parts, shown=_shown(place, code))
    if case.age_at_diagnosis is not None:
        age = {"value": case.age_at_diagnosis, "unit": "years", "system": UCUM, "code": "a"}
        draft.say("onsetAge", age, "age_at_diagnosis", shown=case.age_at_diagnosis)


def _told(case: Case, *keys: str) -> list[str]:
    return [key for key in keys if getattr(case, key)]


def _shown(text: str, code: Json | None) -> str:
    return f"{text} ({code['code']})" if code else text


def _grade(sheet: Sheet, grade: str) -> None:
    draft = sheet.open("Observation", "histologic-grade", "grade", "case", sheet.record.case)
    draft.put("category", category("laboratory"))
    draft.put("code", concept("histologic grade", coding(NCIT, "C18000")))
    if sheet.has("primary"):
        draft.put("focus", [sheet.reference("primary")])
    draft.say("valueCodeableConcept", concept(f"grade {grade}"), "grade", shown=grade)
    draft.close()


def add_metastases(sheet: Sheet) -> None:
    for place, metastasis in enumerate(sheet.record.metastases):
        base = f"metastases.{place}"
        if metastasis.status == "absent":
            sheet.leave_out(base, f"{metastasis.site}: said to be absent: no SecondaryCancerCondition")
        elif metastasis.site == _NO_METASTASIS:
            sheet.leave_out(base, "a recurrence is no metastasis: mCODE has no resource for it")
        elif sheet.is_cited(base, metastasis):
            _metastasis(sheet, base, metastasis)


def _metastasis(sheet: Sheet, base: str, metastasis: Metastasis) -> None:
    draft = sheet.open("Condition", "secondary-cancer-condition", base, base, metastasis)
    draft.put("category", [{"coding": [coding(_CATEGORY, "problem-list-item")]}])
    clinical, verification = _STATUS[metastasis.status]
    if clinical:
        draft.put("clinicalStatus", concept(None, coding(_CLINICAL, clinical)))
        draft.cite("clinicalStatus", "status", shown=clinical)
    draft.say("verificationStatus", concept(None, coding(_VERIFICATION, verification)), "status", shown=verification)
    distant = metastasis.site == _NO_SITE
    text = "distant metastasis" if distant else f"metastasis of the {metastasis.site}"
    icd10 = codes.secondary_icd10(metastasis.icd_o, metastasis.laterality)
    also = None
    if sheet.snomed:
        also = codes.snomed("metastasis", metastasis.icd_o or "") or codes.snomed("metastasis", "")
    draft.say("code", concept(text, icd10, also), "site", shown=_shown(text, icd10))
    if not distant:
        where = ", ".join(part for part in (metastasis.site, metastasis.laterality) if part)
        keys = ("site", "laterality") if metastasis.laterality else ("site",)
        code = codes.icd_o(metastasis.icd_o)
        draft.say("bodySite", [concept(where, code)], *keys, shown=_shown(where, code))
    _found(draft, metastasis)
    draft.close()


def _found(draft: Draft, metastasis: Metastasis) -> None:
    """When it was found (`assertedDate`, as far as an interval is one date) and, in words, how."""
    day = shared(metastasis.date)
    if day is not None:
        draft.put("extension", [{"url": _ASSERTED, "valueDateTime": day}])
        draft.cite("extension.valueDateTime", "date", shown=day)
    if metastasis.date is not None and partial(metastasis.date) is None:
        draft.note(f"found: {metastasis.date}", "date")
    if metastasis.confirmed_by:
        draft.note(f"confirmed by {metastasis.confirmed_by}", "confirmed_by")
    if metastasis.nodal_yield:
        draft.note(f"positive/examined nodes: {metastasis.nodal_yield}", "nodal_yield")
