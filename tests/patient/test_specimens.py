"""On what a panel was measured, and how it was taken; each case has a counter-example beside it."""

from __future__ import annotations

import pytest
from spacy.language import Language
from told import record, site

FOUND = "A woman had mastectomy for cancer of the left breast in May 2015 (ER 70%, PR 60%, HER2 0). "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In May 2021 laparoscopy showed peritoneal metastases. Both ovaries were removed and held carcinoma, ER 90% "
         "and PR 5%.", "metastasis:ovary"),
        ("In May 2021 laparoscopy showed peritoneal metastases. Biopsies of the peritoneum held carcinoma, ER 90% "
         "and PR 5%.", "metastasis:peritoneum"),
        ("In May 2021 PET showed bone metastases. Later a PET showed inguinal lymph node metastases. Biopsy of the "
         "liver confirmed metastatic carcinoma, ER 90% and PR 5%.", "metastasis:liver"),
    ],
)  # fmt: skip
def test_the_organ_that_was_taken(nlp: Language, text: str, expected: str) -> None:
    assert record(nlp, FOUND + text).receptor_panels[-1].specimen == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A woman had cancer of the left breast.\n\nSpecimen: left mastectomy\nType: invasive ductal\n"
         "ER: 90%; PR: 0%; HER2: 2+\n", "surgery"),
        # Another paragraph is no line of that list.
        ("A woman had cancer of the left breast.\n\nSpecimen: left mastectomy\n\nER: 90%; PR: 0%; HER2: 2+\n", None),
        ("In May 2015 she underwent breast conserving treatment of the left breast. ER 90%, PR 0%, HER2 2+.",
         "surgery"),
        ("In May 2015 she underwent endocrine treatment of cancer of the left breast. ER 90%, PR 0%, HER2 2+.", None),
    ],
)  # fmt: skip
def test_how_it_was_taken(nlp: Language, text: str, expected: str | None) -> None:
    assert record(nlp, text).receptor_panels[0].procedure == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Biopsy of the breast was taken, and liver metastasis was suspected.", ("possible", None)),
        ("MRI was suspicious for liver metastasis.", ("possible", "imaging")),
        ("MRI showed liver metastases.", ("present", "imaging")),
        ("MRI was suspicious for liver metastasis. Biopsy confirmed liver metastasis.", ("present", "biopsy")),
    ],
)
def test_tissue_does_not_show_what_is_only_possible(nlp: Language, text: str, expected: tuple[str, str | None]) -> None:
    found = site(record(nlp, FOUND + text), "liver")
    assert (found.status, found.confirmed_by) == expected
