"""The small pieces that FHIR resources are put together from, and the addresses of the code systems."""

from __future__ import annotations

import re
from typing import Any

Json = dict[str, Any]

MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
UNII = "http://fdasis.nlm.nih.gov"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD_O = "http://terminology.hl7.org/CodeSystem/icd-o-3"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
NCIT = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

# FHIR strings hold no control characters but tab and line ends, and UTF-8 no lone surrogates.
_NOT_FHIR = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_LONGEST = 1_000_000  # characters: FHIR's limit is 1 MB, and its checkers count characters


def clean(text: str) -> str:
    """A text as a FHIR string: what it cannot hold becomes U+FFFD, blanks at its ends go; '-' if nothing is left."""
    kept = _NOT_FHIR.sub("\ufffd", text[:_LONGEST]).strip()
    return kept or "-"


def coding(system: str, code: str, display: str = "") -> Json:
    """A Coding; no display where the table has none."""
    return {"system": system, "code": code} | ({"display": display} if display else {})


def concept(text: str | None, *codings: Json | None) -> Json:
    """A CodeableConcept of a text and of those codings that are known."""
    known = [item for item in codings if item is not None]
    return ({"coding": known} if known else {}) | ({"text": clean(text)} if text else {})


def category(code: str) -> list[Json]:
    """What kind of observation it is, as US Core asks (`laboratory`, `exam`, `therapy`)."""
    return [concept(None, coding(_CATEGORY, code))]


def quantity(number: str, unit: str, ucum: str) -> Json:
    return {"value": decimal(number), "unit": unit, "system": UCUM, "code": ucum}


def decimal(number: str) -> int | float:
    """A JSON number as written: `18` stays `18`, not `18.0`."""
    return float(number) if "." in number else int(number)


def unknown() -> Json:
    """What stands where a profile demands an element that the record does not have."""
    return {"extension": [{"url": _ABSENT, "valueCode": "unknown"}]}


def note(text: str) -> list[Json]:
    return [{"text": clean(text)}]
