"""What a date reaches beyond its sentence."""

import pytest
from spacy.language import Language
from test_links import related


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "In May 2019 a core biopsy was taken. It was ER positive and PR negative.",
            {("May 2019", "ER"), ("May 2019", "PR")},
        ),
        ("On day 9 a rash appeared. Prednisone was started.", {("day 9", "Prednisone")}),
        ("On day 9 a rash appeared. She was allergic to penicillin.", set()),
        ("She was discharged in May 2019. Letrozole was started.", set()),
        (
            "In May 2019 liver metastases appeared. Fulvestrant was started.",
            {("May 2019", "liver"), ("May 2019", "Fulvestrant")},
        ),
        (
            "In May 2019 liver metastases appeared. Fulvestrant could be considered.",
            {("May 2019", "liver")},
        ),
        # Not two sentences on, and not past a date of its own.
        ("In May 2019 she fell ill. She was pale. MRI showed liver metastases.", set()),
        (
            "In May 2019 she fell ill. In June 2019 MRI showed liver metastases.",
            {("June 2019", "liver")},
        ),
        # A new examination after one that has its finding.
        ("In May 2019 CT showed liver metastases. MRI showed brain metastases.", {("May 2019", "liver")}),
        (
            "In May 2019 she had a mastectomy. Left: ER 90%. Right: ER 0%. She slept.",
            {("May 2019", "ER")},
        ),
    ],
)
def test_the_next_sentence(nlp: Language, text: str, expected: set[tuple[str, str]]) -> None:
    assert related(nlp, text).get("DateOf", set()) == expected


def test_a_date_heads_an_entry(nlp: Language) -> None:
    text = "Day 8: mouth ulcers. Fever. Fluconazole given.\nShe took letrozole.\n"
    assert related(nlp, text)["DateOf"] == {("Day 8", "Fluconazole")}
    block = "Visit 2, 2019-05-11\nS: Pain.\nO: New liver metastases.\nP: Start letrozole.\n\nShe took calcium.\n"
    assert related(nlp, block)["DateOf"] == {("2019-05-11", "liver"), ("2019-05-11", "letrozole")}


def test_a_table_has_no_dated_events(nlp: Language) -> None:
    text = "Title\nTable 1. Cases\nYear; age; drug\n2011; 61; tamoxifen\n"
    assert "DateOf" not in related(nlp, text)
