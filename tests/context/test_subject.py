"""Whose a fact is: a lint of the cues, and what sentence, half-sentence and section decide."""

import re
from collections import Counter

import pytest
from spacy.language import Language

from pipeline.context.subject import Subject
from pipeline.lexicons import rows

CUES = rows("subject")


@pytest.mark.parametrize("row", CUES, ids=lambda row: row["id"])
def test_a_cue_finds_its_example_and_not_its_counter_example(row: dict[str, str]) -> None:
    own = re.compile(row["pattern"], re.I)
    every = Subject().cues[row["subject"]]
    assert row["example"]
    assert row["counter_example"]
    assert own.search(row["example"])
    assert every.search(row["example"])
    assert not own.search(row["counter_example"])
    assert not every.search(row["counter_example"]), "another cue of this subject takes the counter-example"


def test_subjects_of_the_cues() -> None:
    counts = Counter(row["subject"] for row in CUES)
    assert set(counts) == {"patient", "other", "general", "family"} == set(Subject().cues)


def subjects(nlp: Language, text: str) -> dict[str, str]:
    return {text[m.start : m.end]: m.subject for m in nlp(text)._.mentions if m.subject}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She took letrozole.", {"letrozole": "patient"}),
        ("Liver metastases were found.", {"Liver": "patient"}),
        ("Letrozole is recommended for such patients.", {"Letrozole": "general"}),
        ("Patients with liver metastases live shorter.", {"liver": "general"}),
        ("Smith et al. reported a man with liver metastases.", {"liver": "other"}),
        ("Only one comparable case has been reported, treated with letrozole.", {"letrozole": "other"}),
        ("Her mother had been treated with tamoxifen.", {"tamoxifen": "family"}),
        ("Her mother took tamoxifen; she herself took letrozole.", {"tamoxifen": "family", "letrozole": "patient"}),
        ("Since tamoxifen is widely used, we started letrozole.", {"tamoxifen": "general", "letrozole": "patient"}),
        ("Title\nDiscussion\nTamoxifen blocks the tumor.", {"Tamoxifen": "general"}),
        ("Title\nDiscussion\nIn our patient, tamoxifen was stopped.", {"tamoxifen": "patient"}),
        ("Title\nCase report\nTamoxifen was stopped.", {"Tamoxifen": "patient"}),
        ("Title\nTable 1. Earlier cases\n\tSmith\tliver metastases\n", {"liver": "other"}),
        ("Title\nFigure 1. CT shows liver metastases.\n", {"liver": "patient"}),
        (
            "Title\nTable 1. Cases\nSmith\tliver metastases\nPresent case\tlung metastases\n",
            {"liver": "other", "lung": "patient"},
        ),
        ("Title\nTable 1. Our case and others\nSmith\tliver metastases\n", {"liver": "other"}),
        ("She had a kidney from her brother and took tamoxifen.", {"tamoxifen": "patient"}),
        ("BRCA1 came from her mother, who took tamoxifen.", {"tamoxifen": "family"}),
        ("A mother of twins, she took tamoxifen.", {"tamoxifen": "patient"}),
        ("Tamoxifen was taken. Capecitabine inhibits the enzyme.", {"Tamoxifen": "patient", "Capecitabine": "general"}),
        ("Title\nDiscussion\nThe ovary is involved in 5% of cases.", {"ovary": "general"}),
        ("Title\nDiscussion\nThe ovary was involved in 5% of cases.", {"ovary": "other"}),
        ("Radiotherapy is being considered.", {"Radiotherapy": "patient"}),
        ("Liver metastasis of lung cancer: a case and review of the literature\n\nShe came.", {"Liver": "patient"}),
        ("Keywords: liver metastasis; tamoxifen", {"liver": "patient", "tamoxifen": "patient"}),
        ("Title\nDiscussion\nSmith et al. described a man. He received tamoxifen.", {"tamoxifen": "other"}),
    ],
)
def test_subject(nlp: Language, text: str, expected: dict[str, str]) -> None:
    assert subjects(nlp, text) == expected


def test_only_what_is_said_of_somebody_has_a_subject(nlp: Language) -> None:
    doc = nlp("She took letrozole 2.5 mg daily; ER was 90%.")
    assert {m.label: m.subject for m in doc._.mentions} == {
        "Drug": "patient", "Dose": None, "Frequency": None, "Marker": "patient", "Result": None,
    }  # fmt: skip


def test_the_case_is_the_patient_s_alone(nlp: Language) -> None:
    text = (
        "Case 1\nShe took letrozole.\n\nCase 2\nHe took tamoxifen. Smith et al. reported a man with liver metastases."
    )
    found = {text[m.start : m.end]: (m.subject, m.case) for m in nlp(text)._.mentions}
    assert found == {"letrozole": ("patient", "1"), "tamoxifen": ("patient", "2"), "liver": ("other", None)}


def test_the_rows_of_a_table_are_cases(nlp: Language) -> None:
    text = (
        "Title\nTable 1. Cases\nYear; age; drug\n2011; 61; tamoxifen\n2014; 70; letrozole\nOur case; 55; exemestane\n"
    )
    found = {text[m.start : m.end]: (m.subject, m.case) for m in nlp(text)._.mentions if m.label == "Drug"}
    assert found == {"tamoxifen": ("other", "row1"), "letrozole": ("other", "row2"), "exemestane": ("patient", None)}
