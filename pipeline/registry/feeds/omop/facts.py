"""Panels, stages, sites and what the patient and the tumour are: conditions, measurements, and observations where the
record does not know the day."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from pipeline.lexicons import rows as lexicon
from pipeline.registry.feeds.flat.days import day
from pipeline.registry.feeds.omop.vocabulary import NONE

if TYPE_CHECKING:
    from pipeline.patient.model import Evidence
    from pipeline.registry.feeds.flat.told import Told
    from pipeline.registry.feeds.omop.patient import Patient
    from pipeline.registry.feeds.omop.tables import Cells
    from pipeline.registry.feeds.omop.vocabulary import Concept

_RESULTS = ("status", "percent", "score", "ish")
_OF_CASE = ("age_at_diagnosis", "quadrant", "laterality", "histology", "morphology", "grade")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")


def write_primary(patient: Patient) -> int | None:
    """The primary as a condition of the day of diagnosis, whose id it gives, and what is said of it."""
    date_told = patient.diagnosis.told if patient.diagnosis else None
    for field in _OF_CASE:
        told = patient.held.one("case", 0, field)
        if told:
            patient.history(field, told, date_told)
    said = patient.held.one("case", 0, "histology") or patient.held.one("case", 0, "primary_site")
    if said is None:
        return None
    source, concept = _primary_code(patient)
    if day(date_told) is None:
        patient.history("primary", said._replace(value=source), date_told, value_id=concept.standard)
        return None
    return _condition(patient, said, source, date_told, concept)


def _primary_code(patient: Patient) -> tuple[str, Concept]:
    """`8500/3-C50.9`, or what is known of it in words."""
    morphology, site = patient.held.value("case", 0, "morphology"), patient.primary_site
    topography = _topographies().get(site or "")
    if morphology and topography:
        code = f"{morphology}-{topography}"
        return code, patient.vocabulary.code("ICDO3", code, "Condition")
    words = (patient.held.value("case", 0, "histology"), site)
    return " of ".join(word for word in words if word), NONE


@cache
def _topographies() -> dict[str, str]:
    """The ICD-O-3 topography of a primary site by the site's own name."""
    return {row["name"]: row["icdo3"] for row in lexicon("sites") if row["name"] == row["norm"] and row["icdo3"]}


def write_sites(patient: Patient) -> None:
    """Sites of spread that are present; `mentions` tells of the others."""
    for number, site in enumerate(patient.case.record.metastases, 1):
        told, date_told = patient.held.one("metastasis", number, "site"), _date(patient, "metastasis", number)
        if told is None or site.status != "present":
            continue
        code = f"8000/6-{site.icd_o}" if site.icd_o else None
        concept = patient.vocabulary.code("ICDO3", code, "Condition") if code else NONE
        if day(date_told):
            _condition(patient, told, code or told.value, date_told, concept)
        else:
            patient.history("metastasis", told, date_told, value_id=concept.standard)
        nodes = patient.held.one("metastasis", number, "nodal_yield")
        if nodes:
            _measure(patient, f"nodes positive/examined, {told.value}", nodes, date_told, NONE)


def write_panels(patient: Patient) -> None:
    for number, panel in enumerate(patient.case.record.receptor_panels, 1):
        date_told = _date(patient, "panel", number)
        for marker in panel.results:
            for field in _RESULTS:
                told = patient.held.one("panel", number, f"{marker}.{field}")
                if told:
                    concept = patient.vocabulary.key(told.field, patient.primary_site)
                    _measure(patient, f"{marker} {field}, {panel.specimen}", told, date_told, concept)


def write_stages(patient: Patient) -> None:
    for number, stage in enumerate(patient.case.record.stages, 1):
        date_told = _date(patient, "stage", number)
        basis = stage.basis or "unstated"
        for field, label in (("tnm", "TNM"), ("group", "stage group")):
            told = patient.held.one("stage", number, field)
            if told:
                concept = patient.vocabulary.key(f"{field}.{basis}")
                _measure(patient, f"{label}, {basis}", told, date_told, concept)


def _date(patient: Patient, part: str, number: int) -> str | None:
    return patient.held.value(part, number, "date")


def _condition(patient: Patient, told: Told, source: str, date_told: str | None, concept: Concept) -> int:
    cells: Cells = {
        "person_id": patient.person_id, "condition_concept_id": concept.standard,
        "condition_start_date": day(date_told), "condition_type_concept_id": patient.type_id,
        "condition_source_value": source, "condition_source_concept_id": concept.source,
    }  # fmt: skip
    places = {"condition_source_value": told.place, "condition_start_date": _date_place(patient, told)}
    return patient.tables.add("condition_occurrence", patient.case, cells, places)


def _date_place(patient: Patient, told: Told) -> Evidence | None:
    """Where the date of a value's part is said."""
    if told.number is None:
        return patient.diagnosis.place if patient.diagnosis else told.place
    dated = patient.held.one(told.part, told.number, "date")
    return dated.place if dated else told.place


def _measure(patient: Patient, label: str, told: Told, date_told: str | None, concept: Concept) -> None:
    """A measurement, or an observation where its day is not known.

    `value_as_number` is a plain percentage only: '<1%' or '10-15%' is no number, and stands as it is written.
    """
    value_id = patient.vocabulary.key(f"value.{told.value}").standard
    if day(date_told) is None:
        patient.history(label, told, date_told, concept.source, value_id)
        return
    percent = _PERCENT.fullmatch(told.value)
    unit = patient.vocabulary.key("unit.%") if percent else NONE
    cells: Cells = {
        "person_id": patient.person_id, "measurement_concept_id": concept.standard,
        "measurement_date": day(date_told), "measurement_type_concept_id": patient.type_id,
        "value_as_number": float(percent[1]) if percent else None,
        "value_as_concept_id": value_id,
        "unit_concept_id": unit.standard, "unit_source_value": "%" if percent else None,
        "measurement_source_value": label, "measurement_source_concept_id": concept.source,
        "value_source_value": told.value,
    }  # fmt: skip
    places = {"value_source_value": told.place, "measurement_date": _date_place(patient, told)}
    if percent:
        places["value_as_number"] = told.place
    patient.tables.add("measurement", patient.case, cells, places)
