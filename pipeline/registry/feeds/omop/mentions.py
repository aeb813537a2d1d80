"""NOTE_NLP: every value of the record at its place in the note, whether or not a clinical table can take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.registry.feeds.cells import is_risky
from pipeline.registry.feeds.flat.days import GIVEN
from pipeline.registry.feeds.omop.vocabulary import NONE

if TYPE_CHECKING:
    from pipeline.patient.model import Metastasis, Treatment
    from pipeline.registry.feeds.flat.told import Told
    from pipeline.registry.feeds.omop.patient import Patient
    from pipeline.registry.feeds.omop.tables import Cells
    from pipeline.registry.feeds.omop.vocabulary import Concept

_SNIPPET, _VARIANT = 249, 249
# Remarks on the record, and its story, which tells the same values again.
_NO_VALUES = frozenset({"event", "contradiction"})
_REMARKS = frozenset({"note", "problems", "conversion"})
_CONDITIONAL = frozenset({"planned", "considered"})


def write_mentions(patient: Patient) -> None:
    for told in patient.held.values:
        if told.part not in _NO_VALUES and told.field not in _REMARKS and told.place is not None:
            _write(patient, told)


def _write(patient: Patient, told: Told) -> None:
    place, note = told.place, patient.case.source.text
    if place is None:
        return
    exists, modifiers = _assertion(patient, told)
    date_told = date_of(patient, told)
    about = {
        "value": told.value, "path": told.path, "end": str(place.end + _shift(note)), "date": date_told, **modifiers,
        "derived": told.rule or ("yes" if told.derived else None), "confidence": f"{told.confidence:g}",
        "reviewed": "yes" if told.reviewed else None,
    }  # fmt: skip
    concept = _concept(patient, told)
    cells: Cells = {
        "note_id": patient.note_id, "section_concept_id": 0, "snippet": _snippet(note, place.start, place.end),
        "offset": str(place.start + _shift(note)), "lexical_variant": place.text[:_VARIANT],
        "note_nlp_concept_id": concept.standard, "note_nlp_source_concept_id": concept.source,
        "term_temporal": date_told,
        "term_modifiers": "; ".join(f"{key}={_escaped(held)}" for key, held in about.items() if held),
        "nlp_system": f"oncocase {patient.case.version}".strip(), "nlp_date": patient.recorded, "term_exists": exists,
    }  # fmt: skip
    patient.tables.add("note_nlp", patient.case, cells, {"lexical_variant": place, "term_modifiers": place})


def date_of(patient: Patient, told: Told) -> str | None:
    """The date of the part that a value belongs to, as the record has it."""
    if told.part == "case" or told.number is None:
        return None
    field = "start" if told.part == "treatment" else "date"
    return patient.held.value(told.part, told.number, field)


def _shift(note: str) -> int:
    """By how much the note's text is moved where it is made inert."""
    return int(is_risky(note))


def _snippet(note: str, start: int, end: int) -> str:
    around = max(0, (_SNIPPET - (end - start)) // 2)
    first = max(0, start - around)
    return note[first : first + _SNIPPET]


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(";", "\\;")


def _assertion(patient: Patient, told: Told) -> tuple[str | None, dict[str, str]]:
    """`term_exists`, and the modifiers that the CDM names for it."""
    number = (told.number or 1) - 1
    if told.part == "metastasis":
        return _of_site(patient.case.record.metastases[number])
    if told.part == "treatment":
        return _of_treatment(patient.case.record.treatments[number])
    return "Y", {}


def _of_site(site: Metastasis) -> tuple[str | None, dict[str, str]]:
    if site.status == "absent":
        return "N", {"status": "absent", "Negation": "true"}
    if site.status == "possible":
        return None, {"status": "possible", "Uncertain": "true"}
    return "Y", {"status": site.status}


def _of_treatment(treatment: Treatment) -> tuple[str | None, dict[str, str]]:
    status = treatment.status
    if status in GIVEN:
        return "Y", {"status": str(status)}
    if status is None:
        return None, {"Uncertain": "true"}
    return "N", {"status": status, ("Conditional" if status in _CONDITIONAL else "Negation"): "true"}


def _concept(patient: Patient, told: Told) -> Concept:
    vocabulary = patient.vocabulary
    if told.part == "panel":
        return vocabulary.key(told.field, patient.primary_site)
    if told.part == "treatment" and told.field == "name":
        return vocabulary.drug(told.value)
    if told.part == "metastasis" and told.field == "icd_o":
        return vocabulary.code("ICDO3", f"8000/6-{told.value}", "Condition")
    return NONE
