"""On what a receptor was measured."""

import pytest
from spacy.language import Language


def specimens(nlp: Language, text: str) -> list[str | None]:
    return [m.specimen for m in nlp(text)._.mentions if m.label == "Marker"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The primary tumor was ER positive.", ["primary"]),
        ("ER was positive.", ["primary"]),
        ("A liver biopsy showed metastatic carcinoma, ER positive.", ["metastasis:liver"]),
        ("Biopsy of the liver metastasis was performed. The tumor cells were ER negative.", ["metastasis:liver"]),
        ("The axillary lymph node metastasis was HER2 positive.", ["node"]),
        ("The local recurrence was excised and was ER negative.", ["recurrence"]),
        ("Metastatic deposits were ER negative.", ["metastasis"]),
        ("The bone metastases were known. Core needle biopsy of the breast showed ER 90%.", ["primary"]),
        ("The metastasis was ER negative, whereas the primary tumor was ER positive.", ["metastasis", "primary"]),
        ("Patients with ER-positive tumors often respond.", ["unstated"]),
        ("Her HER2-positive disease progressed.", ["unstated"]),
        ("She had a triple-negative carcinoma of the left breast.", ["primary"]),
        ("Biopsy of the liver: ER 80%.", ["metastasis:liver"]),
        ("Biopsy of the L2 lesion confirmed metastatic breast carcinoma, ER positive.", ["metastasis:spine"]),
        ("Mastectomy showed tumour in 2 of 15 axillary nodes. ER was positive.", ["primary"]),
        ("Needle aspiration of an axillary node showed carcinoma, ER positive.", ["node"]),
        ("Sentinel node biopsy was done. ER was positive.", ["primary"]),
        ("Lung metastases grew, and a biopsy was taken. Metastatic carcinoma, ER positive.", ["metastasis:lung"]),
        ("There was loss of PR in the gastric metastasis.", ["metastasis:stomach"]),
        ("PR was lost; the gastric metastasis had not been tested.", ["primary"]),
        ("Liver biopsy showed ER 5%.\n\nPR was positive.", ["metastasis:liver", "primary"]),
    ],
)
def test_specimen(nlp: Language, text: str, expected: list[str]) -> None:
    assert specimens(nlp, text) == expected


def test_a_specimen_three_sentences_back_does_not_count(nlp: Language) -> None:
    text = "A liver biopsy showed metastatic carcinoma. She went home. She felt well. She slept. ER was positive."
    assert specimens(nlp, text) == ["primary"]


def test_only_markers_have_a_specimen(nlp: Language) -> None:
    doc = nlp("A liver biopsy showed metastatic carcinoma, ER positive. She took letrozole.")
    assert {m.label for m in doc._.mentions if m.specimen} == {"Marker"}
    assert len(doc._.mentions) == 4
