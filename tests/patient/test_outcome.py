"""How a report leaves its patient: each sentence that tells an outcome has one beside it that tells none."""

from __future__ import annotations

import pytest
from spacy.language import Language
from told import record

BEFORE = "A 52-year-old woman had breast cancer. In March 2021, CT showed liver metastases. "


@pytest.mark.parametrize(
    ("text", "status", "date"),
    [
        ("She died of sepsis in May 2022.", "died", "2022-05"),
        ("She received radiotherapy (30 Gy in 10 fractions), entered hospice, and died.", "died", None),
        ("She said that her mother had died of breast cancer in May 2022.", None, None),
        ("In May 2022, there was no evidence of disease.", "no evidence of disease", "2022-05"),
        ("In May 2022, there was no local recurrence or distant metastasis.", "no evidence of disease", "2022-05"),
        ("In May 2022, no cutaneous recurrence was seen.", None, None),  # of the liver nothing is said
        ("In May 2022, the liver lesions were smaller and there was no recurrence.", None, None),
        ("In May 2022 the disease progressed.", "progression", "2022-05"),
        ("If the disease progressed, eribulin would be given.", None, None),
        ("In May 2022 the liver metastases were stable.", "stable disease", "2022-05"),
        ("In May 2022 she was haemodynamically stable.", None, None),  # of the disease nothing is said
        ("In May 2022 the patient was discharged in stable condition.", None, None),
        ("In May 2022 the cancer progressed after an initial stable disease.", "progression", "2022-05"),
        ("In May 2022 CT showed no progression of the liver metastases.", None, None),
        ("Due to progression of the disease, eribulin was given.", None, None),
        ("In May 2022 no lung nodule and only stable liver metastases were seen.", "stable disease", "2022-05"),
        ("In May 2022 she remains progression-free.", "stable disease", "2022-05"),
        ("The progression-free survival was 14 months.", None, None),
        ("The recurrence-free survival of such women is short.", None, None),
        ("In May 2022 the patient had no detectable tumour.", "no evidence of disease", "2022-05"),
        ("In May 2022 she was asymptomatic, with no recurrence of the tumour.", "no evidence of disease", "2022-05"),
        ("In May 2022 the left side was without relapse.", None, None),  # of the right one nothing is said
        ("In May 2022 the liver metastases had shrunk by 40%, the bone disease was stable.", "partial response",
         "2022-05"),
        ("In May 2022 the liver metastases had shrunk by 10%.", None, None),
        ("Bone metastases appeared in 2021; in May 2022 she is alive.", "alive", "2022-05"),
        ("In May 2022 she is on letrozole and alive.", "alive", "2022-05"),
        ("Gallstones were asymptomatic.", None, None),
        ("Died in May 2022.", "died", "2022-05"),
        ("She was lost to follow-up in May 2022.", "lost to follow-up", "2022-05"),
        ("In May 2022 she was well.", "alive", "2022-05"),
        ("Two other patients died.", None, None),
    ],
)  # fmt: skip
def test_outcome(nlp: Language, text: str, status: str | None, date: str | None) -> None:
    told = record(nlp, BEFORE + text).outcome
    assert (told.status if told else None) == status
    if told is not None and date is not None:
        assert told.date == date


def test_what_was_before_a_relapse_is_no_outcome(nlp: Language) -> None:
    text = (
        "A 52-year-old woman had a mastectomy in 2015. There was no evidence of disease in 2016. "
        "In March 2021, CT showed liver metastases. Biopsy of the liver confirmed carcinoma. ER was 90%. HER2 was 0. "
        "Letrozole was started in April 2021. Palbociclib was added in May 2021. Her calcium was normal."
    )
    assert record(nlp, text).outcome is None


def test_death_is_told_after_all(nlp: Language) -> None:
    told = record(nlp, BEFORE + "She died in May 2022. At autopsy the liver metastases were stable.").outcome
    assert told is not None
    assert told.status == "died"
    assert told.cites["status"][0].text.endswith("died")
