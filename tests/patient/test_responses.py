"""What came of treatments: each sentence that gives a response has one beside it that does not."""

from __future__ import annotations

import pytest
from spacy.language import Language
from told import record, treatment

ADVANCED = (
    "A 52-year-old woman had breast cancer. In March 2021, CT showed liver metastases. "
    "Capecitabine 1000 mg/m2 was started in April 2021. "
)


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("CT showed a partial response.", "partial response"),
        ("CT showed PR.", "partial response"),
        # the reason to give it is not what came of it
        ("Due to progression of the disease, capecitabine was resumed.", None),
        ("Progression of the disease was seen, and capecitabine was stopped.", "progressive disease"),
        ("Biopsy showed PR 20%.", None),  # the progesterone receptor
        ("There was no evidence of local recurrence or new metastases.", None),
        ("New bone metastases were found.", "progressive disease"),
        ("The liver metastases responded completely.", "complete response"),
        ("A near-complete response of the liver metastases was seen.", "partial response"),
        ("All lesions had almost completely disappeared.", None),  # by how much is not told
        ("The liver metastases are stable under capecitabine.", "stable disease"),
        ("The liver metastases were stable.", None),  # of the others nothing is told
        ("Two cerebellar metastases appeared.", "progressive disease"),
        ("She is progression-free.", None),
        ("At the last visit she had stable cerebral disease.", "stable disease"),
        ("Disease at all sites, including the liver, was stable.", "stable disease"),
        ("The liver lesions had resolved and the lung nodules were smaller.", "partial response"),
        ("PR of the liver metastases was achieved.", "partial response"),
        ("PR of the liver metastases was 20%.", None),  # the receptor
        ("The liver lesions had resolved.", None),  # of the others nothing is told
        ("All lesions had disappeared.", "complete response"),
        ("The lung mass regressed to 1.9 cm and the brain metastasis has disappeared totally.", "partial response"),
        ("The liver lesions were smaller.", None),  # by how much is not told
        ("The liver metastases had shrunk by 40%, the bone disease was unchanged.", "partial response"),
        ("The liver metastases had shrunk by 10%.", None),
        ("The largest lesion was reduced from 4.2 cm to 1.8 cm.", "partial response"),
        ("The largest lesion was reduced from 4.2 cm to 3.9 cm.", None),
        ("CA 15-3 was reduced from 420 to 180 U/mL.", None),
        ("The liver lesions were halved, but the lung lesions grew.", None),  # mixed
        ("The dose was reduced by 50%.", None),
        ("The fever had disappeared.", None),
        ("Complete disappearance of the lung metastases and a smaller pancreatic metastasis were seen.",
         "partial response"),
        ("After 3 cycles the metastases were reduced by 60%, and after the sixth they were no longer visible.",
         "complete response"),
    ],
)  # fmt: skip
def test_response(nlp: Language, text: str, response: str | None) -> None:
    assert treatment(record(nlp, ADVANCED + text), "capecitabine").response == response


@pytest.mark.parametrize(
    ("text", "partner"),
    [
        ("The liver metastases are stable under capecitabine.", None),
        ("The disease was stable.", "stable disease"),
    ],
)
def test_stable_under_a_drug_is_of_that_drug(nlp: Language, text: str, partner: str | None) -> None:
    both = ADVANCED.replace("Capecitabine 1000 mg/m2 was", "Vinorelbine 60 mg/m2 and capecitabine 1000 mg/m2 were")
    made = record(nlp, both + text)
    assert treatment(made, "capecitabine").response == "stable disease"
    assert treatment(made, "vinorelbine").response == partner


def test_the_best_response_is_kept(nlp: Language) -> None:
    text = ADVANCED + "After three months the lesions had shrunk by half. In May 2022 the disease progressed."
    assert treatment(record(nlp, text), "capecitabine").response == "partial response"


def test_a_relapse_after_adjuvant_treatment_is_none_of_its_response(nlp: Language) -> None:
    text = "A woman with breast cancer underwent mastectomy in 2012. Tamoxifen 20 mg was taken for five years. {0}"
    later = record(nlp, text.format("In 2021 new liver metastases were found."))
    assert treatment(later, "tamoxifen").response is None
    while_on = record(nlp, text.format("New liver metastases were found in 2016 under tamoxifen."))
    assert treatment(while_on, "tamoxifen").response == "progressive disease"


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("Five months after radiotherapy the brain lesion had regressed by half.", "partial response"),
        ("Five months after the biopsy the liver lesion had regressed by half.", None),
    ],
)
def test_of_radiation(nlp: Language, text: str, response: str | None) -> None:
    made = record(nlp, ADVANCED + "She received whole-brain radiotherapy, 30 Gy in 10 fractions. " + text)
    (rays,) = [t for t in made.treatments if t.kind == "radiotherapy"]
    assert rays.response == response


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("The cerebellar lesion was no longer visible and the liver metastases were stable.", "complete response"),
        ("The cerebellar lesion had almost completely disappeared.", None),
        ("The brain metastasis was stable.", "stable disease"),
        ("The brain metastases were stable.", None),  # which of them is not told
        ("The adrenal lesion was no longer visible.", None),  # radiation was not aimed at it
    ],
)
def test_of_radiation_aimed_at_a_lesion(nlp: Language, text: str, response: str | None) -> None:
    before = ADVANCED + "One cerebellar metastasis was treated with {0} (20 Gy in one fraction) in May 2021. {1}"
    aimed, whole = (record(nlp, before.format(how, text)) for how in ("radiosurgery", "whole-brain radiotherapy"))
    assert [t.response for t in aimed.treatments if t.kind == "radiotherapy"] == [response]
    assert [t.response for t in whole.treatments if t.kind == "radiotherapy"] == [None]


def test_a_chemoradiation_is_one_treatment(nlp: Language) -> None:
    text = (
        "A 50-year-old woman had a squamous cell carcinoma of the cervix, T3bN1M0. External beam radiotherapy to the "
        "pelvis, 50.4 Gy in 28 fractions, was given with weekly cisplatin 40 mg/m2. It was followed by "
        "high-dose-rate brachytherapy, 28 Gy in 4 fractions. {0} PET-CT showed a complete response."
    )
    told = record(nlp, text.format("Three months after brachytherapy,"))
    assert {t.response for t in told.treatments if t.status == "given"} == {"complete response"}
    untold = record(nlp, text.format("Three months after the biopsy,"))
    assert {t.response for t in untold.treatments if t.status == "given"} == {None}


@pytest.mark.parametrize(
    ("before", "stage", "response"),
    [
        ("cT2N1M0", "ypT1aN0", "partial response"),
        ("cT4N2M0", "ypT2N1", "partial response"),
        ("cT2N1M0", "ypT1cN1", None),  # its nodes are what they were
        ("cT2N0M0", "ypT1cN0", None),
        ("cT2N1M0", "ypT3N0", None),
    ],
)
def test_a_lower_stage_is_a_partial_response(nlp: Language, before: str, stage: str, response: str | None) -> None:
    text = (
        f"A woman had breast cancer, {before}. She received four cycles of neoadjuvant docetaxel 75 mg/m2. "
        f"Mastectomy was performed in May 2020 and showed {stage}."
    )
    assert treatment(record(nlp, text), "docetaxel").response == response


@pytest.mark.parametrize(
    ("stage", "response"),
    [
        ("ypT0 ypN0", "complete response"),
        ("ypT0/is ypN0", "complete response"),
        ("ypT0 ypN1", None),
        ("ypT1b ypN0", None),
    ],
)
def test_no_tumour_left_is_a_complete_response(nlp: Language, stage: str, response: str | None) -> None:
    text = (
        "A woman with breast cancer received four cycles of neoadjuvant docetaxel 75 mg/m2. "
        f"Mastectomy was performed in May 2020 and showed {stage}."
    )
    assert treatment(record(nlp, text), "docetaxel").response == response


def test_one_breast_is_clear_and_the_other_not(nlp: Language) -> None:
    text = (
        "A woman with breast cancer received four cycles of neoadjuvant docetaxel 75 mg/m2. Bilateral "
        "lumpectomy followed. "
        "Pathology: right, ypT1c ypN0; left, complete response, ypT0 ypN0."
    )
    assert treatment(record(nlp, text), "docetaxel").response is None
