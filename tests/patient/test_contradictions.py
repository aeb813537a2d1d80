"""Sections against each other: what cannot both hold is named with both places, and nothing else is."""

import pytest
from spacy.language import Language
from told import record

ABSTRACT = "Abstract\n\nA woman with cancer of the right breast had {}.\n\nCase report\n\n"
BODY = "A 50-year-old woman had cancer of the right breast. {}\n"


def slots(nlp: Language, abstract: str, body: str, end: str = "") -> list[str]:
    found = record(nlp, ABSTRACT.format(abstract) + BODY.format(body) + end)
    assert all(len(c.evidence) == 2 for c in found.contradictions)
    return [c.slot for c in found.contradictions]


@pytest.mark.parametrize(
    ("abstract", "body", "expected"),
    [
        ("an ER of 90%", "Biopsy showed ER 70%, PR 20% and HER2 0.", ["receptor"]),
        ("an ER of 70%", "Biopsy showed ER 70%, PR 20% and HER2 0.", []),
        ("ER-positive disease", "Biopsy showed ER 70%, PR 20% and HER2 0.", []),
        ("no liver metastases", "CT showed liver metastases.", ["site"]),
        ("liver metastases", "CT showed liver metastases.", []),
        ("no liver metastases", "CT showed no liver metastases. In 2020 liver metastases appeared.", []),
        ("six cycles of docetaxel", "She received four cycles of docetaxel.", ["treatment"]),
        ("four cycles of docetaxel", "She received four cycles of docetaxel.", []),
    ],
)
def test_abstract_against_body(nlp: Language, abstract: str, body: str, expected: list[str]) -> None:
    assert slots(nlp, abstract, body) == expected


def test_side_of_a_picture(nlp: Language) -> None:
    wrong = "\n[image: A scan that shows a dense area in the left breast.]\nFigure 1 | Mammogram.\n"
    assert slots(nlp, "a mass", "A mass of the right breast was seen.", wrong) == ["laterality"]
    assert slots(nlp, "a mass", "A mass of the right breast was seen.", wrong.replace("left", "right")) == []


def test_the_body_is_followed(nlp: Language) -> None:
    found = record(nlp, ABSTRACT.format("an ER of 90%") + BODY.format("Biopsy showed ER 70%, PR 20% and HER2 0."))
    assert found.receptor_panels[0].results["ER"].percent == "70%"


PLACE = "A 50-year-old woman had cancer of the right breast. Mastectomy was done on May 3, 2019; {}\n"


@pytest.mark.parametrize(
    ("abstract", "body", "expected"),
    [
        # Nodes: another count of as many. Of another number of nodes, or of sentinel nodes, nothing follows.
        ("metastasis in 3 of 17 axillary lymph nodes", "2 of 17 axillary lymph nodes contained metastases.", ["site"]),
        ("metastasis in 2 of 17 axillary lymph nodes", "2 of 17 axillary lymph nodes contained metastases.", []),
        ("metastasis in 1 of 3 axillary lymph nodes", "2 of 17 axillary lymph nodes contained metastases.", []),
        # Radiation: another dose to the one place that was irradiated.
        ("radiotherapy of the neck (30 Gy in 10 fractions)",
         "Radiotherapy of the neck (20 Gy in 5 fractions) was given.", ["dose"]),
        ("radiotherapy of the neck (20 Gy)", "Radiotherapy of the neck (20 Gy in 5 fractions) was given.", []),
        ("radiotherapy of the spine (30 Gy)", "Radiotherapy of the neck (20 Gy in 5 fractions) was given.", []),
        # A later cycle that the body knows of too is no other count.
        ("pneumonitis after seven cycles of docetaxel",
         "She received four cycles of docetaxel. A rash came after the seventh infusion.", []),
    ],
)  # fmt: skip
def test_counts_and_doses(nlp: Language, abstract: str, body: str, expected: list[str]) -> None:
    found = record(nlp, ABSTRACT.format(abstract) + PLACE.format(body))
    assert [c.slot for c in found.contradictions] == expected


@pytest.mark.parametrize(
    ("abstract", "body", "expected"),
    [
        ("A 58-year-old woman was referred for hoarseness.", "A 56-year-old teacher came because she was hoarse.", 1),
        ("A 58-year-old woman was referred for hoarseness.", "A 58-year-old teacher came because she was hoarse.", 0),
        # The age at another event is another age.
        ("A 58-year-old woman with a thyroid metastasis.", "A 50-year-old teacher came with a lump of the breast.", 0),
    ],
)
def test_ages(nlp: Language, abstract: str, body: str, expected: int) -> None:
    found = record(nlp, f"Abstract\n\n{abstract}\n\nCase report\n\n{body} She had cancer of the right breast.\n")
    assert len(found.contradictions) == expected


def test_one_contradiction_of_a_regimen(nlp: Language) -> None:
    body = "She received six cycles of gemcitabine and carboplatin."
    found = record(nlp, ABSTRACT.format("eight cycles of gemcitabine and carboplatin") + BODY.format(body))
    (only,) = found.contradictions
    assert only.what.startswith("gemcitabine, carboplatin: ")


def test_a_side_without_tumour_is_none(nlp: Language) -> None:
    told = "She had right breast cancer. MRI of the left breast did not reveal any tumor. The left breast was normal."
    assert record(nlp, f"Case report\n\nA 50-year-old woman came. {told}\n").case.laterality == "right"
