"""The data dictionary as data, and as the file that REDCap reads."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from pipeline.registry.feeds.cells import CsvFile

if TYPE_CHECKING:
    from pathlib import Path

# The columns of a data dictionary, as REDCap writes and demands them.
COLUMNS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
FIRST_FORM = "patient"
NOT_REPORTED = "nr"


class Field(NamedTuple):
    """A field of a form. `source` is the value of the record: a key of the form's part, `day.<key>` where only a full
    day is taken, or one of `record_id`, `case_id`, `doc_id`, `sha256`, `evidence`, `others`, `confidence`."""

    name: str
    form: str
    type: str
    label: str
    choices: str
    note: str
    validation: str
    min: str
    max: str
    source: str

    @property
    def codes(self) -> frozenset[str]:
        """The codes that a choice field takes."""
        return _codes(self.choices)


@cache
def _codes(choices: str) -> frozenset[str]:
    return frozenset(choice.partition(",")[0].strip() for choice in choices.split("|")) - {""}


@cache
def fields() -> tuple[Field, ...]:
    text = (files(__package__) / "dictionary.tsv").read_text(encoding="utf-8")
    _, *rows = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(Field(*row) for row in rows)


@cache
def repeating() -> tuple[str, ...]:
    """The forms that repeat, in order."""
    return tuple(dict.fromkeys(field.form for field in fields() if field.form != FIRST_FORM))


def write_dictionary(path: Path) -> None:
    with CsvFile(path, COLUMNS) as file:
        for field in fields():
            cells = {
                "Variable / Field Name": field.name, "Form Name": field.form, "Field Type": field.type,
                "Field Label": field.label, "Choices, Calculations, OR Slider Labels": field.choices,
                "Field Note": field.note, "Text Validation Type OR Show Slider Number": field.validation,
                "Text Validation Min": field.min, "Text Validation Max": field.max,
            }  # fmt: skip
            file.row([cells.get(column) or None for column in COLUMNS])
