"""What cBioPortal's validator would object to in the clinical files of a study.

Source of the rules: cBioPortal's documentation 'File Formats' and the clinical part of its `validateData.py`. Nothing
but the files is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_ID = re.compile(r"[A-Za-z0-9._-]{1,63}")
_STUDY = re.compile(r"[A-Za-z0-9_-]+")
_COLUMN = re.compile(r"[A-Z][A-Z0-9_]*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_DAY = re.compile(r"-?\d+")
_DATATYPES = frozenset({"STRING", "NUMBER", "BOOLEAN"})
_NULL = frozenset({"", "NA", "[Not Available]", "[Not Applicable]"})
_STUDY_NEEDS = frozenset({"type_of_cancer", "cancer_study_identifier", "name", "description"})
_STUDY_MAY = frozenset("citation pmid groups add_global_case_list tags_file reference_genome short_name".split())
_META = frozenset({"cancer_study_identifier", "genetic_alteration_type", "datatype", "data_filename"})
_LIST = frozenset({"cancer_study_identifier", "stable_id", "case_list_name", "case_list_description", "case_list_ids"})
# Columns that the portal knows: which file they belong to, and their type.
_KNOWN = {
    "AGE": ("PATIENT_ATTRIBUTES", "NUMBER"), "SEX": ("PATIENT_ATTRIBUTES", "STRING"),
    "SAMPLE_TYPE": ("SAMPLE_ATTRIBUTES", "STRING"), "PRIMARY_SITE": ("SAMPLE_ATTRIBUTES", "STRING"),
}  # fmt: skip


def problems(folder: Path) -> list[str]:
    """One line a rule that is broken, with file and line; empty where the study is clean."""
    return list(_Study(folder).check())


class _Study:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._patients: set[str] = set()
        self._samples: dict[str, str] = {}
        self._columns: dict[str, str] = {}

    def check(self) -> Iterator[str]:
        study = self._read_meta(self._folder / "meta_study.txt")
        missing, unknown = _STUDY_NEEDS - study.keys(), study.keys() - _STUDY_NEEDS - _STUDY_MAY
        if missing or unknown:
            yield f"meta_study.txt: lacks {sorted(missing)}, has unknown {sorted(unknown)}"
            return
        name = study["cancer_study_identifier"]
        if not _STUDY.fullmatch(name) or any(not value for value in study.values()):
            yield f"meta_study.txt: an empty value, or no identifier: {name}"
        metas = sorted(path for path in self._folder.glob("meta_*.txt") if path.name != "meta_study.txt")
        # Patients and samples first: the timelines name them.
        for path in sorted(metas, key=lambda path: ("timeline" in path.name, path.name)):
            yield from self._of_meta(path, name)
        yield from self._of_levels()
        yield from self._of_case_list(self._folder / "case_lists" / "cases_all.txt", name)

    def _read_meta(self, path: Path) -> dict[str, str]:
        if not path.exists():
            return {}
        lines = [line.partition(":") for line in path.read_text(encoding="utf-8").splitlines()]
        return {key.strip(): value.strip() for key, _, value in lines}

    def _of_meta(self, path: Path, study: str) -> Iterator[str]:
        meta = self._read_meta(path)
        told = (meta.get("cancer_study_identifier"), meta.get("genetic_alteration_type"))
        if meta.keys() != _META or told != (study, "CLINICAL"):
            yield f"{path.name}: not the fields of clinical metadata of the study {study}"
            return
        data = self._folder / meta["data_filename"]
        if not data.exists():
            yield f"{path.name}: no file {meta['data_filename']}"
        elif meta["datatype"] == "TIMELINE":
            yield from self._of_timeline(data)
        elif meta["datatype"] in ("PATIENT_ATTRIBUTES", "SAMPLE_ATTRIBUTES"):
            yield from self._of_clinical(data, meta["datatype"])
        else:
            yield f"{path.name}: no datatype {meta['datatype']}"

    def _of_clinical(self, path: Path, level: str) -> Iterator[str]:
        with path.open(encoding="utf-8", newline="") as file:
            heads = [file.readline() for _ in range(5)]
            if any(not head.startswith("#") for head in heads[:4]) or heads[4].startswith("#"):
                yield f"{path.name}: not four rows of heads"
                return
            names, _, types, priorities = ([*head[1:].rstrip("\n").split("\t")] for head in heads[:4])
            columns = heads[4].rstrip("\n").split("\t")
            if len({len(columns), len(names), len(types), len(priorities)}) != 1 or not all(names):
                yield f"{path.name}: the rows of heads differ in length, or a name is empty"
                return
            needed = {"PATIENT_ID", "SAMPLE_ID"} if level == "SAMPLE_ATTRIBUTES" else {"PATIENT_ID"}
            if needed - set(columns) or len(columns) != len(set(columns)):
                yield f"{path.name}: lacks an id, or a column stands twice"
                return
            yield from self._of_columns(path, level, columns, types, priorities)
            kinds = dict(zip(columns, types, strict=True))
            for number, line in enumerate(file, 6):
                yield from self._of_line(path, number, line, columns, kinds, level)

    def _of_columns(
        self, path: Path, level: str, columns: list[str], types: list[str], priorities: list[str]
    ) -> Iterator[str]:
        for column, kind, priority in zip(columns, types, priorities, strict=True):
            if not _COLUMN.fullmatch(column) or kind not in _DATATYPES or not priority.isdecimal():
                yield f"{path.name}: {column}: no name of a column, no datatype {kind} or no priority {priority}"
            if column in self._columns and column != "PATIENT_ID":
                yield f"{path.name}: {column} is in {self._columns[column]} too"
            self._columns.setdefault(column, path.name)
            if column in _KNOWN and _KNOWN[column] != (level, kind):
                yield f"{path.name}: {column} must be {_KNOWN[column]}"

    def _of_line(
        self, path: Path, number: int, line: str, columns: list[str], kinds: Mapping[str, str], level: str
    ) -> Iterator[str]:
        at = f"{path.name} line {number}"
        cells = line.rstrip("\n").split("\t")
        if len(cells) != len(columns):
            yield f"{at}: {len(cells)} columns for {len(columns)}"
            return
        row = dict(zip(columns, cells, strict=True))
        for column, cell in row.items():
            if cell != cell.strip() or "\r" in cell or len(cell) > 255 or cell == "":
                yield f"{at}: {column} is blank, has space around it or is longer than 255"
            elif kinds[column] == "NUMBER" and cell not in _NULL and not _NUMBER.fullmatch(cell):
                yield f"{at}: {column} is no number: {cell[:40]!r}"
        for column in ("PATIENT_ID", "SAMPLE_ID"):
            if column in row and (not _ID.fullmatch(row[column]) or row[column] in _NULL):
                yield f"{at}: no id: {row[column][:40]!r}"
        if level == "PATIENT_ATTRIBUTES":
            is_double = row["PATIENT_ID"] in self._patients
            self._patients.add(row["PATIENT_ID"])
        else:
            is_double = row["SAMPLE_ID"] in self._samples
            self._samples[row["SAMPLE_ID"]] = row["PATIENT_ID"]
        if is_double:
            yield f"{at}: stands twice"

    def _of_levels(self) -> Iterator[str]:
        with_sample = set(self._samples.values())
        for patient in sorted(self._patients ^ with_sample):
            yield f"{patient}: a patient without a sample, or a sample without a patient"

    def _of_timeline(self, path: Path) -> Iterator[str]:
        lines = path.read_text(encoding="utf-8").split("\n")
        columns = lines[0].split("\t")
        if columns[:4] != ["PATIENT_ID", "START_DATE", "STOP_DATE", "EVENT_TYPE"] or len(lines) < 3:
            yield f"{path.name}: not the columns of a timeline, or no event"
            return
        for number, line in enumerate(lines[1:-1], 2):
            cells = line.split("\t")
            at = f"{path.name} line {number}"
            if len(cells) != len(columns):
                yield f"{at}: {len(cells)} columns for {len(columns)}"
                continue
            patient, start, stop, kind = cells[:4]
            if patient not in self._patients:
                yield f"{at}: no patient {patient}"
            if not _DAY.fullmatch(start) or (stop and not _DAY.fullmatch(stop)):
                yield f"{at}: no days: {start!r}, {stop!r}"
            elif stop and int(stop) < int(start):
                yield f"{at}: stops before it starts"
            if not kind or kind != kind.upper():
                yield f"{at}: no type of event: {kind}"

    def _of_case_list(self, path: Path, study: str) -> Iterator[str]:
        held = self._read_meta(path)
        if _LIST - held.keys() or held["cancer_study_identifier"] != study or held["stable_id"] != f"{study}_all":
            yield f"{path.name}: not the list of all samples of {study}"
            return
        ids = held["case_list_ids"].split("\t") if held["case_list_ids"] else []
        if len(ids) != len(set(ids)) or set(ids) != set(self._samples):
            yield f"{path.name}: not each sample once"
