"""On what receptors were measured, where nodes and the tumour stand in one sentence; and the age at diagnosis."""

import pytest
from spacy.language import Language
from told import record

BEFORE = "A 50-year-old woman had cancer of the right breast.\n\n"


@pytest.mark.parametrize(
    ("text", "specimen"),
    [
        # Nodes that were removed with the tumour: the receptors are the tumour's.
        ("Pathology revealed grade 3 carcinoma with metastases in all 13 dissected axillary lymph nodes (13/13).",
         "primary"),
        ("Pathology of the specimen revealed residual tumour and metastases in 4 of 15 axillary lymph nodes.",
         "primary"),
        # A node that was sampled alone: they are the node's.
        ("Fine-needle aspiration of an axillary lymph node revealed metastatic carcinoma.", "node"),
        ("Core biopsy revealed metastatic carcinoma in an axillary lymph node.", "node"),
    ],
)  # fmt: skip
def test_of_nodes(nlp: Language, text: str, specimen: str) -> None:
    (panel,) = record(nlp, f"{BEFORE}{text} IHC demonstrated ER 90%, PR 70% and HER2 0.").receptor_panels
    assert panel.specimen == specimen


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("Her history began in May 2013, when she was 47 years old, with a lump of the left breast.", 47),
        ("In 2013, at the age of 47, she was diagnosed with cancer of the left breast.", 47),
        # A relative's age is none of the patient's.
        ("She had cancer of the left breast. A paternal uncle had colon cancer at the age of 48.", 56),
    ],
)
def test_age_at_diagnosis(nlp: Language, text: str, age: int) -> None:
    found = record(nlp, f"A 56-year-old woman was seen in 2022. {text}\n")
    assert found.case.age_at_diagnosis == age


@pytest.mark.parametrize(
    ("text", "age"),
    [
        # What came under treatment: when the cancer was found is not said.
        ("A 53-year-old woman with breast cancer developed cholestasis during treatment with tamoxifen.", None),
        ("A 53-year-old woman with breast cancer had pneumonitis after seven cycles of trastuzumab deruxtecan.", None),
        ("A 53-year-old woman was diagnosed with breast cancer and had fever after seven cycles of paclitaxel.", 53),
        ("A 53-year-old woman presented with a lump of the breast and received six cycles of paclitaxel.", 53),
        ("A 53-year-old woman with breast cancer developed fever during treatment with amoxicillin.", 53),
        ("A 70-year-old man presented with arthritis. He had been started on nivolumab for his metastatic melanoma.",
         None),
        ("A 70-year-old man presented with melanoma. He was started on nivolumab and developed arthritis.", 70),
        # The age of the report, and a story of years.
        ("We present a case of a 72-year-old female patient. In November 2011 breast-conserving treatment of the right "
         "breast was done for carcinoma. In June 2020 CT showed liver metastases.", None),
        ("We present a case of a 72-year-old female patient. In March 2020 breast-conserving treatment of the right "
         "breast was done for carcinoma. In June 2020 CT showed liver metastases.", 72),
        ("We present a case of a 72-year-old female patient admitted with a mass of the right breast. In November 2011 "
         "lumpectomy was done for carcinoma. In June 2020 CT showed liver metastases.", 72),
    ],
)  # fmt: skip
def test_the_age_of_another_time(nlp: Language, text: str, age: int | None) -> None:
    assert record(nlp, f"{text}\n").case.age_at_diagnosis == age
