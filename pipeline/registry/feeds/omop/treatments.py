"""Treatments that took place: exposures, procedures, and the episodes that they make."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from pipeline.registry.feeds.flat.days import GIVEN, day

if TYPE_CHECKING:
    from pipeline.patient.model import Evidence, Treatment
    from pipeline.registry.feeds.flat.told import Told
    from pipeline.registry.feeds.omop.patient import Patient
    from pipeline.registry.feeds.omop.tables import Cells

_DURATION = re.compile(r"P(\d+)([DW])")
_UNIT = re.compile(r"[\d.]+ (\S+)")
_SIG = ("dose", "frequency", "cycles", "duration", "intent", "line", "response")
# A regimen is named by its drugs: cyclophosphamide+doxorubicin.
_PLUS = "+"


class _Exposure(NamedTuple):
    """An exposure of which an episode is made, and where its start is said."""

    start: date
    id: int
    place: Evidence | None


def write_treatments(patient: Patient) -> None:
    lines: dict[int, list[_Exposure] | None] = {}
    for number, treatment in enumerate(patient.case.record.treatments, 1):
        told = patient.held.one("treatment", number, "name")
        if told is None or treatment.status not in GIVEN:
            continue
        if treatment.kind == "drug":
            exposures = _exposures(patient, number, treatment, told)
            if treatment.line is not None:
                _into_line(lines, treatment.line, exposures)
        else:
            _procedure(patient, number, treatment, told)
    for line, held in sorted(lines.items()):
        if held:
            _episode(patient, line, held)


def write_disease(patient: Patient, condition_id: int) -> None:
    """The episode of the disease, from the day of its diagnosis."""
    if patient.diagnosis is None or patient.diagnosis.days.day is None:
        return
    concept = patient.vocabulary.key("episode.disease").standard
    cells: Cells = {
        "person_id": patient.person_id, "episode_concept_id": concept,
        "episode_start_date": patient.diagnosis.days.day, "episode_object_concept_id": 0,
        "episode_type_concept_id": patient.type_id, "episode_source_value": "disease first occurrence",
    }  # fmt: skip
    places = {"episode_start_date": patient.diagnosis.place}
    number = patient.tables.add("episode", patient.case, cells, places)
    _events(patient, number, "condition_occurrence", [condition_id])


def _into_line(lines: dict[int, list[_Exposure] | None], line: int, exposures: list[_Exposure] | None) -> None:
    """A line whose drugs have not all a day has no first day: it becomes None for good."""
    held = lines.setdefault(line, [])
    lines[line] = None if held is None or exposures is None else held + exposures


def _exposures(patient: Patient, number: int, treatment: Treatment, told: Told) -> list[_Exposure] | None:
    """One exposure a drug of the regimen; None where the start day is not known."""
    said = patient.held.one("treatment", number, "start")
    start_told = said.value if said else None
    start = day(start_told)
    names = [name for name in treatment.name.split(_PLUS) if name.strip()]
    if start is None or said is None:
        for name in names:
            drug = told._replace(value=name)
            patient.history("drug", drug, start_told, value_id=patient.vocabulary.drug(name).standard)
        return None
    said_end = day(patient.held.value("treatment", number, "end"))
    end = _end(start, said_end, patient.held.value("treatment", number, "duration"))
    ids = [_exposure(patient, number, told, name, start, end, said_end) for name in names]
    return [_Exposure(start, one, said.place) for one in ids]


def _end(start: date, said: date | None, duration: str | None) -> date:
    """The last day that the text vouches for. An end before the start contradicts it, and is not taken."""
    if said and said >= start:
        return said
    found = _DURATION.fullmatch(duration or "")
    if not found:
        return start
    days = int(found[1]) * (7 if found[2] == "W" else 1)
    try:
        return start + timedelta(days=max(days - 1, 0))
    except OverflowError:
        return start


def _exposure(
    patient: Patient, number: int, told: Told, name: str, start: date, end: date, said_end: date | None
) -> int:
    held = patient.held
    concept = patient.vocabulary.drug(name)
    dose = held.value("treatment", number, "dose")
    unit = _UNIT.fullmatch(dose or "")
    said = {field: held.value("treatment", number, field) for field in _SIG}
    sig = "; ".join(f"{field}: {value}" for field, value in said.items() if value)
    cells: Cells = {
        "person_id": patient.person_id, "drug_concept_id": concept.standard, "drug_exposure_start_date": start,
        "drug_exposure_end_date": end, "verbatim_end_date": said_end, "drug_type_concept_id": patient.type_id,
        "sig": sig or None, "drug_source_value": name, "drug_source_concept_id": concept.source,
        "dose_unit_source_value": unit[1] if unit else None,
    }  # fmt: skip
    places = {"drug_source_value": told.place}
    for field, key in (("drug_exposure_start_date", "start"), ("verbatim_end_date", "end"), ("sig", "dose")):
        found = held.one("treatment", number, key)
        if found:
            places[field] = found.place
    return patient.tables.add("drug_exposure", patient.case, cells, places)


def _procedure(patient: Patient, number: int, treatment: Treatment, told: Told) -> None:
    start = patient.held.one("treatment", number, "start")
    at = day(start.value) if start else None
    site = patient.held.value("treatment", number, "site")
    named = f"{treatment.name}, {site}" if site else treatment.name
    if at is None or start is None:
        patient.history(treatment.kind, told._replace(value=named), start.value if start else None)
        return
    end = day(patient.held.value("treatment", number, "end"))
    cells: Cells = {
        "person_id": patient.person_id, "procedure_concept_id": 0, "procedure_date": at,
        "procedure_end_date": end if end and end >= at else None, "procedure_type_concept_id": patient.type_id,
        "procedure_source_value": named, "procedure_source_concept_id": 0,
        "modifier_source_value": patient.held.value("treatment", number, "dose"),
    }  # fmt: skip
    places = {"procedure_source_value": told.place, "procedure_date": start.place}
    for field, key in (("procedure_end_date", "end"), ("modifier_source_value", "dose")):
        found = patient.held.one("treatment", number, key)
        if found:
            places[field] = found.place
    patient.tables.add("procedure_occurrence", patient.case, cells, places)


def _episode(patient: Patient, line: int, exposures: list[_Exposure]) -> None:
    """A line of treatment, from the first day of its drugs."""
    first = min(exposures, key=lambda exposure: exposure.start)
    cells: Cells = {
        "person_id": patient.person_id, "episode_concept_id": patient.vocabulary.key("episode.regimen").standard,
        "episode_start_date": first.start, "episode_number": line,
        "episode_object_concept_id": 0, "episode_type_concept_id": patient.type_id,
        "episode_source_value": f"treatment line {line}",
    }  # fmt: skip
    number = patient.tables.add("episode", patient.case, cells, {"episode_start_date": first.place})
    _events(patient, number, "drug_exposure", [exposure.id for exposure in exposures])


def _events(patient: Patient, episode: int, table: str, ids: list[int]) -> None:
    field = patient.vocabulary.key(f"field.{table}").standard
    for one in ids:
        cells: Cells = {"episode_id": episode, "event_id": one, "episode_event_field_concept_id": field}
        patient.tables.add("episode_event", patient.case, cells, {})
