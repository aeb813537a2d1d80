"""`write`: the cases as a study of cBioPortal."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from pipeline.registry.cases import Written
from pipeline.registry.feeds.cbioportal.events import write_events
from pipeline.registry.feeds.cbioportal.files import (
    TIMELINES,
    CaseList,
    ClinicalFile,
    Timeline,
    attributes,
    level_datatype,
    write_clinical_meta,
    write_meta,
)
from pipeline.registry.feeds.cells import inert, one_line
from pipeline.registry.feeds.flat import wide
from pipeline.registry.feeds.flat.ids import safe_id
from pipeline.registry.feeds.flat.left_out import NO_PLACE, LeftOut
from pipeline.registry.feeds.flat.told import Held, traced

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.registry.cases import RegistryCase, Tracer
    from pipeline.registry.feeds.flat.wide import Wide

# cBioPortal's columns: 63 characters for the id of a patient or a sample, 255 for a value.
_ID_LIMIT, _VALUE_LIMIT = 54, 255
_TOO_LONG = "the value is longer than the 255 characters that cBioPortal keeps"


def write(cases: Iterable[RegistryCase], folder: Path, trace: Tracer, *, study: str = "oncocase") -> Written:
    """Write the study into `folder`, which is made if need be; `study` is its identifier (letters, digits, `_`).

    A trace's item is `patient.<id>.<attribute>`, `sample.<id>.<attribute>` or `<timeline>.<id>.<row>.<column>`.
    Raises `WritingError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number, sites = 0, set[str]()
    with ExitStack() as stack:
        left_out = stack.enter_context(LeftOut(folder))
        tables = {level: stack.enter_context(ClinicalFile(folder, level)) for level in ("patient", "sample")}
        timelines = {kind: stack.enter_context(Timeline(folder, kind)) for kind in TIMELINES}
        everyone = CaseList(folder, study)
        for case in cases:
            number += 1
            sites.add("breast" if case.record.case.primary_site == "breast" else "other")
            patient = _Patient(case, tables, left_out, trace)
            for told in patient.held.placeless:
                left_out.say(case.case_id, told.path, told.value, NO_PLACE)
            samples = patient.write()
            for sample in samples:
                everyone.add(sample)
            write_events(case, patient.held, patient.id, samples, timelines, left_out, trace)
    everyone.close()
    written = _write_metas(folder, study, sites, {kind: file.rows for kind, file in timelines.items()})
    files = [folder / "left_out.csv", everyone.path, *(table.path for table in tables.values()), *written]
    counts = {"cases": number, **{level: table.rows for level, table in tables.items()}}
    counts |= {kind: file.rows for kind, file in timelines.items()}
    return Written(sorted(files), counts, left_out.summary())


def sample_id(patient: str, number: int) -> str:
    return f"{patient}-S{number}"


def _write_metas(folder: Path, study: str, sites: set[str], timelines: dict[str, int]) -> list[Path]:
    """The metadata, and the timelines that have rows; a file without a row is taken away again."""
    path = folder / "meta_study.txt"
    lines = {
        "type_of_cancer": "brca" if sites == {"breast"} else "mixed", "cancer_study_identifier": study,
        "name": "Case reports read by oncocase", "description": "Clinical data extracted from case reports by oncocase",
    }  # fmt: skip
    write_meta(path, lines)
    written = [path]
    for level in ("patient", "sample"):
        written.append(write_clinical_meta(folder, study, f"clinical_{level}", level_datatype(level)))
    for kind, rows in timelines.items():
        data = folder / f"data_timeline_{kind}.txt"
        if rows:
            written += [data, write_clinical_meta(folder, study, f"timeline_{kind}", "TIMELINE")]
        else:
            data.unlink()
            (folder / f"meta_timeline_{kind}.txt").unlink(missing_ok=True)
    return written


class _Patient:
    """A case whose rows of the clinical tables are being written."""

    def __init__(self, case: RegistryCase, tables: dict[str, ClinicalFile], left_out: LeftOut, trace: Tracer) -> None:
        self.id = safe_id(case.case_id, _ID_LIMIT)
        self.held = Held(case)
        self._case, self._tables, self._left_out, self._trace = case, tables, left_out, trace

    def write(self) -> list[str]:
        """Write the patient and the samples; gives the samples' ids, one a panel."""
        self._row("patient", {"PATIENT_ID": self.id}, wide.first_of_primary(self._case), self.id)
        # Samples are the panels; a case without one still has a sample, of which nothing is known.
        numbers = range(1, max(len(self._case.record.receptor_panels), 1) + 1)
        samples = [sample_id(self.id, number) for number in numbers]
        for number, sample in zip(numbers, samples, strict=True):
            ids = {"PATIENT_ID": self.id, "SAMPLE_ID": sample, "SAMPLE_TYPE": self._kind(number)}
            self._row("sample", ids, number, sample)
        return samples

    def _kind(self, number: int) -> str | None:
        specimen = self.held.value("panel", number, "specimen") or ""
        kinds = {"primary": "Primary", "metastasis": "Metastasis", "node": "Node"}
        return kinds.get(specimen.partition(":")[0])

    def _row(self, level: str, ids: dict[str, str | None], panel: int, row_id: str) -> None:
        columns = [column for column in attributes(level) if column["column"] not in ids]
        cells = dict(ids)
        for column, cell in zip(columns, wide.row(self._case, self.held, columns, panel), strict=True):
            cells[column["column"]] = self._fitting(f"{level}.{row_id}.{column['column']}", cell)
        self._tables[level].row(cells[column["column"]] for column in attributes(level))

    def _fitting(self, item: str, cell: Wide) -> str | None:
        """The value, traced; None where cBioPortal cannot hold it, which is told."""
        value = None if cell.value is None else one_line(str(cell.value))
        if value and len(inert(value)) > _VALUE_LIMIT:
            self._left_out.say(self._case.case_id, item, value, _TOO_LONG)
            return None
        for told in cell.told:
            self._trace(traced(self._case, item, told.value, told.place))
        return value or None
