"""Tables of published cases in their three shapes, with empty and dropped cells; and cases told in a sentence."""

import pytest
from spacy.language import Language
from told import record

from pipeline.patient.model import LiteratureCase

CASE = "A title\n\nCase report\n\nA 50-year-old woman had cancer of the left breast.\n\nDiscussion\n\nSee Table 1.\n\n"


def published(nlp: Language, table: str) -> list[LiteratureCase]:
    return record(nlp, CASE + table).literature_cases


HEAD = ("Year", "Age", "Primary histology", "Scalp location", "Treatment", "Outcome", "Reference")
ROWS = (
    ("2021", "58", "IDC", "Liver and bone", "Letrozole; palbociclib", "Alive", "(4)"),
    ("2019", "61", "ILC", "Stomach", "/", "Died after 8 months", "(7)"),
)


@pytest.mark.parametrize("separator", ["; ", " | ", "\t"])
def test_a_row_a_line(nlp: Language, separator: str) -> None:
    rows = [[cell.replace("; ", " and ") for cell in row] for row in (HEAD, *ROWS)]
    lines = "\n".join(separator.join(row) for row in rows)
    first, second = published(nlp, f"Table 1 | Published cases\n{lines}\n\nConclusion\n\nRare.")
    assert (first.year, first.age, first.histology, first.reference) == (2021, 58, "IDC", "4")
    assert first.sites == ["liver", "bone"]
    assert (second.treatments, second.outcome) == ([], "Died after 8 months")
    assert first.subject == "other"


def flattened(*rows: tuple[str, ...]) -> str:
    return (
        "Table 1 | Published cases.\n"
        + "\n\n\n".join("\n".join(f"\t{cell}" for cell in row) for row in rows)
        + "\n\n\n\n\n"
    )


def test_a_cell_a_line(nlp: Language) -> None:
    first, second = published(nlp, flattened(HEAD, *ROWS))
    assert first.treatments == ["Letrozole", "palbociclib"]
    assert (second.histology, second.sites) == ("ILC", ["stomach"])


def test_dropped_cells_do_not_shift_the_row(nlp: Language) -> None:
    """A merged cell of the row above leaves a row without its year and reference."""
    (_, second) = published(nlp, flattened(HEAD, ROWS[0], ROWS[1][1:-1]))
    assert (second.year, second.reference) == (None, None)
    assert (second.age, second.histology, second.outcome) == (61, "ILC", "Died after 8 months")
    assert second.note is not None
    assert second.confidence < 1


def test_the_row_of_the_present_case_is_none(nlp: Language) -> None:
    own = ("Present case", "50", "IDC", "Liver", "Letrozole", "Alive", "-")
    head = ("Reference", "Age", "Primary histology", "Scalp location", "Treatment", "Outcome", "Year")
    other = ("(4)", "61", "ILC", "Stomach", "Tamoxifen", "Died", "2011")
    (only,) = published(nlp, flattened(head, other, own))
    assert only.reference == "4"


def test_a_table_of_something_else(nlp: Language) -> None:
    assert published(nlp, flattened(("Drug", "Dose", "Day"), ("Letrozole", "2.5 mg", "1"))) == []


def test_a_case_told_in_a_sentence(nlp: Language) -> None:
    told = "Harlow et al. reported a 62-year-old woman with liver metastases who was treated with fulvestrant."
    (case,) = published(nlp, told)
    assert (case.reference, case.age, case.sex) == ("Harlow et al.", 62, "female")
    assert published(nlp, "Harlow et al. studied a cohort of 62 patients with liver metastases.") == []
