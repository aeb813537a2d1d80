"""The files of a study: metadata, clinical tables with their four rows of heads, timelines, the list of all samples."""

from __future__ import annotations

import csv
import shutil
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pipeline.registry.feeds.cells import Lines, tsv_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pipeline.registry.feeds.cells import Cell

NOT_REPORTED = "NA"
_LEVELS = {"patient": "PATIENT_ATTRIBUTES", "sample": "SAMPLE_ATTRIBUTES"}
TIMELINES = {
    "status": ("STATUS", "SITE", "CONFIRMED_BY"),
    "specimen": ("SAMPLE_ID", "SPECIMEN", "PROCEDURE"),
    "treatment": ("TREATMENT_TYPE", "AGENT", "SITE", "DOSE", "FREQUENCY", "CYCLES", "INTENT", "RESPONSE"),
    "surgery": ("PROCEDURE", "SITE"),
}


@cache
def attributes(level: str) -> tuple[Mapping[str, str], ...]:
    """The columns of the clinical table of `patient` or `sample`."""
    text = (files(__package__) / "attributes.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(row for row in rows if row["file"] == level)


class ClinicalFile(Lines):
    """A clinical table; its heads are display names, descriptions, datatypes, priorities, and the columns."""

    def __init__(self, folder: Path, level: str) -> None:
        super().__init__(folder / f"data_clinical_{level}.txt")
        of = attributes(level)
        types = ["NUMBER" if column["type"] == "integer" else "STRING" for column in of]
        displays, descriptions = [column["display"] for column in of], [column["description"] for column in of]
        for head in (displays, descriptions, types, [column["priority"] for column in of]):
            self.write("#" + "\t".join(head) + "\n")
        self.write("\t".join(column["column"] for column in of) + "\n")
        self.rows = 0

    def row(self, cells: Iterable[Cell]) -> None:
        self.write(tsv_line(NOT_REPORTED if cell is None else cell for cell in cells))
        self.rows += 1


class Timeline(Lines):
    """A timeline; its rows begin with patient, start, stop and type."""

    def __init__(self, folder: Path, kind: str) -> None:
        super().__init__(folder / f"data_timeline_{kind}.txt")
        self._kind = kind
        self.write("\t".join(("PATIENT_ID", "START_DATE", "STOP_DATE", "EVENT_TYPE", *TIMELINES[kind])) + "\n")
        self.rows = 0

    def row(self, patient: str, start: int, stop: int | None, cells: Mapping[str, str | None]) -> None:
        # A number is no text: a day before the diagnosis keeps its minus sign.
        days = f"{start}\t{'' if stop is None else stop}"
        rest = tsv_line(cells.get(column) or NOT_REPORTED for column in TIMELINES[self._kind])
        self.write(f"{patient}\t{days}\t{self._kind.upper()}\t{rest}")
        self.rows += 1


class CaseList:
    """The list of all samples: ids are kept in a file until their number, which stands before them, is known."""

    def __init__(self, folder: Path, study: str) -> None:
        self.path = folder / "case_lists" / "cases_all.txt"
        self._study = study
        self._ids = Lines(self.path.with_name(".ids.part"))
        self._number = 0

    def add(self, sample: str) -> None:
        self._ids.write(f"\t{sample}" if self._number else sample)
        self._number += 1

    def close(self) -> None:
        with self._ids:
            pass
        head = {
            "cancer_study_identifier": self._study, "stable_id": f"{self._study}_all", "case_list_name": "All samples",
            "case_list_description": f"All samples ({self._number} samples)",
            "case_list_category": "all_cases_in_study",
        }  # fmt: skip
        write_meta(self.path, head)
        with self.path.open("a", encoding="utf-8", newline="") as file, self._ids.path.open(encoding="utf-8") as ids:
            file.write("case_list_ids: ")
            shutil.copyfileobj(ids, file)
            file.write("\n")
        self._ids.path.unlink()


def write_meta(path: Path, lines: Mapping[str, str]) -> None:
    with Lines(path) as file:
        for key, value in lines.items():
            file.write(f"{key}: {value}\n")


def write_clinical_meta(folder: Path, study: str, name: str, datatype: str) -> Path:
    path = folder / f"meta_{name}.txt"
    lines = {
        "cancer_study_identifier": study, "genetic_alteration_type": "CLINICAL", "datatype": datatype,
        "data_filename": f"data_{name}.txt",
    }  # fmt: skip
    write_meta(path, lines)
    return path


def level_datatype(level: str) -> str:
    return _LEVELS[level]
