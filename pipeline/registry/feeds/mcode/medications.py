"""Drugs: what was given as MedicationAdministration, what was planned or declined as MedicationRequest.

A plan is no order of ours: its status is `unknown`, its intent `plan`. A drug that the patient declined is a request
`cancelled`, FHIR's word for 'withdrawn before any administration'. What was not given, only considered, or not
tolerated, and what was given for another illness, is left out: no resource of mCODE says that without saying 'drug'.
A regimen is one resource a drug, since each has its own code; a dose told of a regimen as a whole is told in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.registry.feeds.mcode import codes
from pipeline.registry.feeds.mcode.amounts import dose
from pipeline.registry.feeds.mcode.fhir import MCODE, Json, clean, concept
from pipeline.registry.feeds.mcode.times import say_period

if TYPE_CHECKING:
    from pipeline.patient.model import Treatment
    from pipeline.registry.feeds.mcode.sheet import Draft, Sheet

GIVEN = {"given": "completed", "stopped": "stopped", "ongoing": "in-progress"}
_ASKED = {"planned": ("unknown", "plan"), "declined": ("cancelled", "proposal")}
_AGAINST_CANCER = frozenset({"neoadjuvant", "adjuvant", "palliative"})
_COURSE = ("dose", "frequency", "cycles", "duration")


def add_drug(sheet: Sheet, base: str, item: Treatment) -> list[str]:
    """The paths of what was written of a drug treatment that was given."""
    if item.intent == "other":
        sheet.leave_out(base, f"{item.name}: not for the cancer")
        return []
    parts = list(dict.fromkeys(item.name.split("+")))
    if item.status in GIVEN:
        return [_administration(sheet, base, item, name) for name in parts]
    if item.status in _ASKED:
        for name in parts:
            _request(sheet, base, item, name)
        return []
    sheet.leave_out(base, f"{item.name}: {item.status or 'no status'}: no administration, no request")
    return []


def _administration(sheet: Sheet, base: str, item: Treatment, name: str) -> str:
    path = f"{base}.{name}"
    draft = sheet.open("MedicationAdministration", "cancer-related-medication-administration", path, base, item)
    draft.say("status", GIVEN[item.status or ""], "status", shown=item.status)
    _drug(sheet, draft, item, name)
    say_reason(sheet, draft, item)
    say_period(draft, "effectivePeriod", item)
    amount = None if "+" in item.name else dose(item.dose)
    if amount is not None:
        draft.say("dosage", {"text": clean(_course(item)), "dose": amount}, *_told(item), shown=_course(item))
    elif _told(item):  # FHIR allows no dosage without a dose
        draft.note(("of the whole regimen: " if "+" in item.name else "") + _course(item), *_told(item))
    draft.close()
    return path


def _request(sheet: Sheet, base: str, item: Treatment, name: str) -> None:
    draft = sheet.open("MedicationRequest", "cancer-related-medication-request", f"{base}.{name}", base, item)
    status, intent = _ASKED[item.status or ""]
    draft.say("status", status, "status", shown=item.status)
    draft.put("intent", intent)
    draft.put("reportedBoolean", True)
    if item.status == "declined":
        draft.say("statusReason", concept("declined"), "status", shown="declined")
    _drug(sheet, draft, item, name)
    say_reason(sheet, draft, item)
    if _told(item):
        instruction: Json = {"text": clean(("of the whole regimen: " if "+" in item.name else "") + _course(item))}
        amount = None if "+" in item.name else dose(item.dose)
        if amount is not None:
            instruction["doseAndRate"] = [{"doseQuantity": amount}]
        draft.say("dosageInstruction", [instruction], *_told(item), shown=_course(item))
    for key in ("start", "end"):
        if said := getattr(item, key):
            draft.note(f"planned {key}: {said}" if item.status == "planned" else f"{key}: {said}", key)
    draft.close()


def _drug(sheet: Sheet, draft: Draft, item: Treatment, name: str) -> None:
    known = codes.drug(name)
    shown = name + (f" ({', '.join(code['code'] for code in known)})" if known else "")
    draft.say("medicationCodeableConcept", concept(name, *known), "name", shown=shown)
    say_intent(sheet, draft, item)
    if item.line is not None:
        draft.note(f"line {item.line} of advanced disease", "line")


def say_reason(sheet: Sheet, draft: Draft, item: Treatment) -> None:
    """The cancer is the reason where the intent says that it is treated."""
    if sheet.has("primary") and item.intent in _AGAINST_CANCER:
        draft.put("reasonReference", [sheet.reference("primary")])


def say_intent(sheet: Sheet, draft: Draft, item: Treatment) -> None:
    """mCODE's treatment intent; its codes are SNOMED CT's, so that it is a word where those are not asked for."""
    if item.intent is None or item.intent == "other":
        return
    code = codes.snomed("intent", item.intent) if sheet.snomed else None
    draft.put("extension", [{"url": f"{MCODE}procedure-intent", "valueCodeableConcept": concept(item.intent, code)}])
    draft.cite("extension.valueCodeableConcept", "intent", shown=item.intent)


def _told(item: Treatment) -> list[str]:
    return [key for key in _COURSE if getattr(item, key)]


def _course(item: Treatment) -> str:
    """`75 mg/m2, every 3 weeks, 6 cycles, for P5Y`."""
    words = {"dose": "{}", "frequency": "{}", "cycles": "{} cycles", "duration": "for {}"}
    return ", ".join(words[key].format(getattr(item, key)) for key in _told(item))
