"""One case on its way into the tables: the person, the note, and what every row of it has in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from pipeline.registry.feeds.flat.days import GIVEN, day, diagnosis
from pipeline.registry.feeds.omop.vocabulary import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.registry.cases import RegistryCase
    from pipeline.registry.feeds.flat.days import Diagnosis
    from pipeline.registry.feeds.flat.told import Held, Told
    from pipeline.registry.feeds.omop.tables import Cells, Tables
    from pipeline.registry.feeds.omop.vocabulary import Vocabulary

NO_BIRTH = "the record does not know the year of birth (age and year of diagnosis), without which the CDM has no person"


@dataclass(frozen=True)
class Patient:
    """A person whose rows are being written; `recorded` is the day of the note."""

    case: RegistryCase
    held: Held
    tables: Tables
    vocabulary: Vocabulary
    recorded: date
    diagnosis: Diagnosis | None
    person_id: int
    note_id: int

    @property
    def primary_site(self) -> str | None:
        return self.held.value("case", 0, "primary_site")

    @property
    def type_id(self) -> int:
        """Where each row comes from: natural language processing."""
        return self.vocabulary.key("type.nlp").standard

    def history(self, label: str, told: Told, date_told: str | None, source_id: int = 0, value_id: int = 0) -> int:
        """An observation of what the report says of a time that it does not give to the day.

        `label` is what the value is of, `source_id` the concept of the label's code, `value_id` that of the value;
        `date_told` the date as the record has it. Concepts of conditions, drugs and measurements are of other domains
        and would be wrong as `observation_concept_id`.
        """
        cells: Cells = {
            "person_id": self.person_id, "observation_concept_id": 0,
            "observation_date": day(date_told) or self.recorded, "observation_type_concept_id": self.type_id,
            "value_as_string": told.value, "value_as_concept_id": value_id, "observation_source_value": label,
            "observation_source_concept_id": source_id,
            "qualifier_source_value": date_told or "date not reported", "value_source_value": told.value,
        }  # fmt: skip
        places = {"value_as_string": told.place, "value_source_value": told.place}
        return self.tables.add("observation", self.case, cells, places)


def begin(case: RegistryCase, held: Held, tables: Tables, vocabulary: Vocabulary, recorded: date) -> Patient | None:
    """Write the person, the observation period and the note; None, and nothing, where the year of birth is unknown."""
    found = diagnosis(case.record, case.source)
    age = held.one("case", 0, "age_at_diagnosis")
    if found is None or found.days.year is None or age is None:
        return None
    sex = held.one("case", 0, "sex")
    gender = vocabulary.key(f"sex.{sex.value}") if sex else NONE
    cells: Cells = {
        "gender_concept_id": gender.standard, "year_of_birth": found.days.year - int(age.value),
        "race_concept_id": 0, "ethnicity_concept_id": 0, "person_source_value": source_id(case.case_id),
        "gender_source_value": sex.value if sex else None, "gender_source_concept_id": gender.source,
    }  # fmt: skip
    places = {"year_of_birth": age.place} | ({"gender_source_value": sex.place} if sex else {})
    person_id = tables.add("person", case, cells, places)
    patient = Patient(case, held, tables, vocabulary, recorded, found, person_id, person_id)
    _period(patient)
    _note(patient)
    return patient


def source_id(case_id: str) -> str:
    """The case id where the CDM's 50 characters hold it, else its beginning and 16 digits of its hash."""
    if len(case_id) <= 49:
        return case_id
    return f"{case_id[:32]}~{sha256(case_id.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _period(patient: Patient) -> None:
    """The person's observation period: from the first to the last day that the record knows, else the note's day."""
    known = sorted(_known_days(patient), key=lambda pair: pair[0])
    first, last = (known[0][0], known[-1][0]) if known else (patient.recorded, patient.recorded)
    cells: Cells = {
        "person_id": patient.person_id, "observation_period_start_date": first, "observation_period_end_date": last,
        "period_type_concept_id": patient.type_id,
    }  # fmt: skip
    places = {
        "observation_period_start_date": known[0][1].place, "observation_period_end_date": known[-1][1].place,
    } if known else {}  # fmt: skip
    patient.tables.add("observation_period", patient.case, cells, places)


def _known_days(patient: Patient) -> Iterator[tuple[date, Told]]:
    """The days of what was found or done."""
    for told in patient.held.values:
        exact = day(told.value) if told.field in ("date", "start", "end") and _happened(patient, told) else None
        if exact:
            yield exact, told


def _happened(patient: Patient, told: Told) -> bool:
    if told.part in ("panel", "stage"):
        return True
    status = patient.held.value(told.part, told.number or 0, "status")
    return status in GIVEN if told.part == "treatment" else told.part == "metastasis" and status == "present"


def _note(patient: Patient) -> None:
    source = patient.case.source
    cells: Cells = {
        "person_id": patient.person_id, "note_date": patient.recorded, "note_type_concept_id": patient.type_id,
        "note_class_concept_id": 0, "note_title": source.doc_id, "note_text": source.text, "encoding_concept_id": 0,
        "language_concept_id": 0, "note_source_value": source.sha256[:49],
    }  # fmt: skip
    patient.tables.add("note", patient.case, cells, {})
