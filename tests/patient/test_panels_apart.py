"""Which tumour and which tissue a panel is of; each case has a counter-example beside it."""

from __future__ import annotations

import pytest
from spacy.language import Language
from told import record

FOUND = "A woman had lumpectomy for ductal carcinoma of the left breast in May 2015 (ER 70%, PR 60%, HER2 0). "


@pytest.mark.parametrize(
    ("text", "panels", "conversion"),
    [
        ("In May 2022 punch biopsy of the skin of the breast showed an angiosarcoma: CD31 positive, ER negative and PR "
         "negative.", 2, []),
        # The carcinoma came back: its receptors have changed.
        ("In May 2022 punch biopsy of the skin of the breast showed a carcinoma: GATA3 positive, ER negative and PR "
         "negative.", 2, ["ER positive to negative", "PR positive to negative"]),
        ("In May 2022 biopsy of the breast showed no sarcoma and was ER negative and PR negative.", 2,
         ["ER positive to negative", "PR positive to negative"]),
    ],
)  # fmt: skip
def test_another_tumour_has_a_panel_of_its_own(nlp: Language, text: str, panels: int, conversion: list[str]) -> None:
    found = record(nlp, FOUND + text).receptor_panels
    assert len(found) == panels
    assert found[-1].conversion == conversion


def test_the_panel_of_a_sarcoma_takes_nothing_from_that_of_a_carcinoma(nlp: Language) -> None:
    text = (
        "In June 2022 core biopsy of the right breast showed an angiosarcoma (ERG positive, ER negative). PET showed a "
        "mass of the left breast. Biopsy: metaplastic carcinoma, ER 0%, PR 0%, HER2 1+."
    )
    _, other, second = record(nlp, FOUND + text).receptor_panels
    assert other.results["ER"].percent is None
    assert second.results["ER"].percent == "0%"
    assert second.results["HER2"].score == "1+"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In May 2021 hysteroscopic biopsy showed metastatic carcinoma in the endometrium and the cervix. ER was 30% "
         "and PR 5%.", "metastasis:uterus"),
        ("In May 2021 hysteroscopic biopsy showed metastatic carcinoma in the endometrium. ER was 30% and PR 5%.",
         "metastasis:endometrium"),
        ("After chemotherapy left axillary clearance was done in December 2021: 3 of 22 nodes held metastasis, "
         "ypT0 ypN1. Repeat HER2 was 3+.", "node"),
        ("After chemotherapy mastectomy was done in December 2021: 3 of 22 nodes held metastasis, "
         "ypT1a ypN1. Repeat HER2 was 3+.", "primary"),
        ("In May 2021 lung bx: carcinoma, ER 30% and PR 5%.", "metastasis:lung"),
        ("In May 2021 breast bx: carcinoma, ER 30%, PR 5%.", "primary"),
    ],
)  # fmt: skip
def test_the_tissue(nlp: Language, text: str, expected: str) -> None:
    assert record(nlp, FOUND + text).receptor_panels[-1].specimen == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A 70-year-old woman had metastatic breast cancer four years after her initial diagnosis of locally advanced, "
         "hormone receptor-positive, HER2-positive breast cancer.", "primary"),
        ("A 70-year-old woman had an initial diagnosis of metastatic, hormone receptor-positive, HER2-positive breast "
         "cancer.", "metastasis"),
    ],
)  # fmt: skip
def test_the_first_diagnosis(nlp: Language, text: str, expected: str) -> None:
    assert record(nlp, text).receptor_panels[0].specimen == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Craniotomy followed on 22 October 2021. Histology confirmed metastatic breast carcinoma in the cerebellum, "
         "HER2 3+, ER and PR negative.", "surgery"),
        ("Biopsy through a craniotomy followed on 22 October 2021. Histology confirmed metastatic breast carcinoma in "
         "the cerebellum, HER2 3+, ER and PR negative.", "biopsy"),
    ],
)  # fmt: skip
def test_an_opened_skull(nlp: Language, text: str, expected: str) -> None:
    assert record(nlp, FOUND + text).receptor_panels[-1].procedure == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Right side, 1998: pT1cN0, lumpectomy. Left side, 2015: pT3N2aM0, ER 90% and HER2 2+.", None),
        # One side: the operation before is that of the lines that follow.
        ("In 2015 she underwent mastectomy. Left side: pT3N2aM0, ER 90% and HER2 2+.", "surgery"),
    ],
)  # fmt: skip
def test_entries_of_two_sides(nlp: Language, text: str, expected: str | None) -> None:
    told = "A woman had been treated for bilateral breast cancer. " + text
    assert record(nlp, told).receptor_panels[-1].procedure == expected


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("Biopsy of the breast in May 2015: carcinoma, ER 95%, PR 40%, HER2 1+.", "negative"),
        ("Biopsy of the breast in May 2015: carcinoma, ER 95%, PR 40%, HER2 1+, that is, HER2-low.", "low"),
    ],
)  # fmt: skip
def test_a_name_of_the_disease_in_the_abstract_is_no_result(nlp: Language, body: str, status: str) -> None:
    text = f"Abstract\n\nWe report a woman with HER2-low breast cancer.\n\nCase presentation\n\n{body}\n"
    assert record(nlp, text).receptor_panels[0].results["HER2"].status == status


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cholecystectomy revealed an adenocarcinoma in the cystic duct. Both metastatic and primary tumor cells were "
         "positive for ER and PR.", [("primary", None), ("metastasis", "surgery")]),
        ("Cholecystectomy revealed an adenocarcinoma in the cystic duct. Both the primary tumour and metastasis were "
         "positive for ER and PR.", [("primary", None), ("metastasis", "surgery")]),
        # 'Both' of the receptors is of one tissue.
        ("Mastectomy revealed a ductal carcinoma. The primary tumour was positive for both ER and PR.",
         [("primary", "surgery")]),
    ],
)  # fmt: skip
def test_primary_and_metastasis_alike(nlp: Language, text: str, expected: list[tuple[str, str | None]]) -> None:
    found = record(nlp, f"A 59-year-old woman had cancer of the left breast. {text}").receptor_panels
    assert [(panel.specimen, panel.procedure) for panel in found] == expected
    assert all(panel.results.keys() == {"ER", "PR"} for panel in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thoracentesis yielded malignant cells, positive for ER and negative for HER2.", "metastasis:pleura"),
        ("In May 2022 cytology of the ascites was positive for GATA3, ER and PR.", "metastasis:peritoneum"),
        # The organ that was sampled beside the fluid, and a fluid that held nothing.
        ("In May 2022 she had ascites with malignant cells; biopsy of the liver was ER negative and PR negative.",
         "metastasis:liver"),
        ("In May 2022 there was no pleural effusion, and cells of a breast biopsy were ER negative and PR negative.",
         "primary"),
        ("Bone metastases were seen; rebiopsy of the liver revealed HER2 2+ and ER 5%.", "metastasis:liver"),
    ],
)  # fmt: skip
def test_fluids(nlp: Language, text: str, expected: str) -> None:
    assert record(nlp, FOUND + text).receptor_panels[-1].specimen == expected


@pytest.mark.parametrize(
    ("text", "panels"),
    [
        ("Biopsy showed triple-negative carcinoma. After chemotherapy lumpectomy was done; it was ER 5%, PR 0%.", 2),
        ("Biopsy showed triple-negative carcinoma. It was ER 0%, PR 0%.", 1),
        ("Biopsy showed carcinoma, ER 90%, PR 5%. At lumpectomy the residual tumour was ER 90%, PR 0%.", 2),
        ("Biopsy showed carcinoma, ER 90%, PR 5%. No residual tumour was seen; the biopsy was ER 90%.", 1),
    ],
)  # fmt: skip
def test_what_is_left_after_treatment(nlp: Language, text: str, panels: int) -> None:
    found = record(nlp, f"A 39-year-old woman had cancer of the left breast. {text}").receptor_panels
    assert len(found) == panels


def test_the_primary_tested_again_does_not_cite_the_sample_of_a_metastasis(nlp: Language) -> None:
    text = (
        "Biopsy of the breast in March 2016 showed carcinoma, ER 90%, PR 20%, HER2 1+. In June 2019 a liver lesion was "
        "biopsied; HER2 was 3+ and ER negative. The primary tumor was HER2 negative."
    )
    first = record(nlp, f"A woman had cancer of the left breast. {text}").receptor_panels[0]
    assert not any("liver" in place.text for place in first.evidence)
