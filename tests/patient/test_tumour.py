"""What the primary was: its organ, side, quadrant, histology and grade; each case has a counter-example beside it."""

import pytest
from spacy.language import Language
from told import record

from pipeline.patient.model import Case

CANCER = "A 50-year-old woman had cancer of the right breast. "


def case(nlp: Language, text: str) -> Case:
    return record(nlp, text).case


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The report on what was removed replaces what the biopsy was …
        ("Core biopsy showed invasive ductal carcinoma. Mastectomy was done. Final pathology showed metaplastic "
         "carcinoma.", "metaplastic carcinoma"),
        # … but not one on a metastasis, nor one that only has less to say.
        ("Core biopsy showed invasive ductal carcinoma. Hepatectomy was done. Final pathology showed metastasis of a "
         "metaplastic carcinoma.", "invasive ductal carcinoma"),
        ("Core biopsy showed invasive ductal carcinoma. Mastectomy was done. Final pathology showed residual ductal "
         "carcinoma in situ.", "invasive ductal carcinoma"),
        ("Squamous cell carcinoma was the provisional diagnosis. Biopsy showed invasive ductal carcinoma.",
         "invasive ductal carcinoma"),
        ("Squamous cell carcinoma was the final diagnosis.", "squamous cell carcinoma"),
        ("Her husband had died of squamous cell carcinoma. Biopsy showed lobular carcinoma.", "lobular carcinoma"),
        ("Pathology showed invasive lobular carcinoma and, beside it, invasive ductal carcinoma.",
         "invasive lobular carcinoma"),
        ("Specimen: right mastectomy\nType: invasive ductal, multifocal\n", "invasive ductal carcinoma"),
        ("The margins held no invasive ductal cells.", None),
        # A type of another organ is another cancer's.
        ("A nodule was a hepatocellular carcinoma.", None),
    ],
)  # fmt: skip
def test_histology(nlp: Language, text: str, expected: str | None) -> None:
    assert case(nlp, CANCER + text).histology == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Biopsy of the liver showed poorly differentiated adenocarcinoma.", None),
        ("Biopsy of the breast showed poorly differentiated adenocarcinoma.", "3"),
        ("She had a poorly differentiated angiosarcoma and an invasive ductal carcinoma, G2.", "2"),
        ("Pathology showed round cell, well-differentiated and sclerosing areas.", None),
        ("The tumour was well differentiated.", "1"),
        ("Invasive ductal carcinoma, Nottingham 8, was found.", "3"),
        ("Invasive ductal carcinoma, Nottingham score 5/9, was found.", "1"),
    ],
)
def test_grade(nlp: Language, text: str, expected: str | None) -> None:
    assert case(nlp, CANCER + text).grade == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A woman had bilateral mastectomy for breast cancer.", None),
        ("A woman had bilateral mastectomy for cancer of the left breast.", "left"),
        ("A woman was treated for bilateral breast cancer.", "bilateral"),
        ("A woman had bilateral synchronous invasive breast carcinomas.", "bilateral"),
        ("A woman had breast cancer. The risk of bilateral breast cancer was explained.", None),
        ("A woman had invasive carcinoma of the right breast and ductal carcinoma of the left breast.", "bilateral"),
        ("A woman had breast cancer with a fibroadenoma of the right breast.", None),
        ("A woman had a lump in the left axilla. It was occult breast cancer.", "left"),
        ("A woman had a lump in the left axilla. She had breast cancer.", None),
    ],
)
def test_laterality(nlp: Language, text: str, expected: str | None) -> None:
    assert case(nlp, text).laterality == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A mass lay in the upper outer quadrant of the right breast.", "upper outer quadrant"),
        ("A mass lay in the upper outer quadrant of the left breast.", None),
        ("A fibroadenoma lay in the upper outer quadrant of the right breast.", None),
        ("Drainage was placed in the upper outer quadrant.", None),
    ],
)
def test_quadrant_is_of_the_tumour(nlp: Language, text: str, expected: str | None) -> None:
    assert case(nlp, CANCER + text).quadrant == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A man had cancer of the pancreatic body.", "pancreas"),
        ("A man had squamous cell carcinoma in the right upper lobe lung.", "lung"),
        ("A man had lung metastases. CT showed multiple liver tumors.", None),
        ("A man had liver cancer.", "liver"),
        ("A woman had a friable cervical growth, which bled.", "cervix"),
        ("A woman had a cervical mass in the neck.", None),
        ("Metastasis heralding carcinoma of the breast was found.", "breast"),
        ("A man had a tumour. His father had died of lung cancer.", None),
        ("A man had melanoma.", "skin"),
        ("A man had esophago-gastric melanoma.", None),
        ("A woman had a 3 cm mass left breast. It may be breast; r/o renal primary.", "breast"),
    ],
)
def test_organ(nlp: Language, text: str, expected: str | None) -> None:
    assert case(nlp, text).primary_site == expected
