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
