"""`write`: the cases as tables of the OMOP CDM 5.4."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from typing import TYPE_CHECKING

from pipeline.registry.cases import Written
from pipeline.registry.feeds.cells import CsvFile
from pipeline.registry.feeds.flat.left_out import NO_PLACE, LeftOut
from pipeline.registry.feeds.flat.told import Held
from pipeline.registry.feeds.omop.facts import write_panels, write_primary, write_sites, write_stages
from pipeline.registry.feeds.omop.mentions import write_mentions
from pipeline.registry.feeds.omop.patient import NO_BIRTH, begin
from pipeline.registry.feeds.omop.tables import ORDER, Tables
from pipeline.registry.feeds.omop.treatments import write_disease, write_treatments
from pipeline.registry.feeds.omop.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.registry.cases import RegistryCase, Tracer
    from pipeline.registry.feeds.cells import Cell
    from pipeline.registry.feeds.omop.patient import Patient
    from pipeline.registry.feeds.omop.tables import Cells

# The CDM's own default for a date that is not known.
UNKNOWN_DAY = date(1970, 1, 1)
_UNKNOWN = f"the day on which the notes were recorded was not given: {UNKNOWN_DAY} stands for 'not known'"


def write(
    cases: Iterable[RegistryCase],
    folder: Path,
    trace: Tracer,
    *,
    vocabulary: Vocabulary | None = None,
    recorded: date | None = None,
) -> Written:
    """Write one CSV file a table into `folder`, which is made if need be.

    `recorded` is the day on which the reports were taken in (`note_date`, `nlp_date`). A trace's item is
    `<table>.<row>.<field>`. Raises `WritingError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    concepts = vocabulary or Vocabulary()
    number = 0
    with ExitStack() as stack:
        left_out = stack.enter_context(LeftOut(folder))
        tables = Tables(folder, stack, left_out, trace)
        for case in cases:
            number += 1
            if number == 1:
                _write_source(case, tables, concepts, recorded or UNKNOWN_DAY)
            held = Held(case)
            patient = begin(case, held, tables, concepts, recorded or UNKNOWN_DAY)
            if patient is None:
                left_out.say(case.case_id, "person", "", NO_BIRTH)
                continue
            for told in held.placeless:
                left_out.say(case.case_id, told.path, told.value, NO_PLACE)
            _write_patient(patient)
    files = [folder / f"{name}.csv" for name in ORDER] + [folder / "left_out.csv"]
    if concepts.is_empty:
        files += _write_bare_vocabulary(folder / "vocabulary")
    notes = left_out.summary() + ([] if recorded else [_UNKNOWN])
    return Written(files=files, counts={"cases": number, **tables.counts()}, left_out=notes)


def _write_patient(patient: Patient) -> None:
    write_mentions(patient)
    condition = write_primary(patient)
    write_panels(patient)
    write_stages(patient)
    write_sites(patient)
    write_treatments(patient)
    if condition is not None:
        write_disease(patient, condition)


def _write_source(case: RegistryCase, tables: Tables, vocabulary: Vocabulary, recorded: date) -> None:
    cells: Cells = {
        "cdm_source_name": "Oncocase registry", "cdm_source_abbreviation": "Oncocase", "cdm_holder": "not stated",
        "source_description": "Case reports, read by oncocase", "source_release_date": recorded,
        "cdm_release_date": recorded, "cdm_version": "5.4", "vocabulary_version": vocabulary.version,
        "cdm_version_concept_id": vocabulary.key("cdm.version").standard,
        "cdm_etl_reference": f"oncocase {case.version}".strip(),
    }  # fmt: skip
    tables.add("cdm_source", case, cells, {})


def _write_bare_vocabulary(folder: Path) -> list[Path]:
    """Concept 0 and what it needs: for a database without a vocabulary, whose foreign keys would else be broken."""
    named: dict[str, dict[str, Cell]] = {
        "concept": {
            "concept_id": 0, "concept_name": "No matching concept", "domain_id": "Metadata", "vocabulary_id": "None",
            "concept_class_id": "Undefined", "standard_concept": None, "concept_code": "No matching concept",
            "valid_start_date": "1970-01-01", "valid_end_date": "2099-12-31", "invalid_reason": None,
        },
        "domain": {"domain_id": "Metadata", "domain_name": "Metadata", "domain_concept_id": 0},
        "vocabulary": {
            "vocabulary_id": "None", "vocabulary_name": "none", "vocabulary_reference": "none",
            "vocabulary_version": "none", "vocabulary_concept_id": 0,
        },
        "concept_class": {
            "concept_class_id": "Undefined", "concept_class_name": "Undefined", "concept_class_concept_id": 0,
        },
    }  # fmt: skip
    for name, cells in named.items():
        with CsvFile(folder / f"{name}.csv", cells) as file:
            file.row(cells.values())
    return [folder / f"{name}.csv" for name in named]
