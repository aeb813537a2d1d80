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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Which mass, the sentence before tells.
        ("CT showed a mediastinal mass. It was large. Cytology of the mass held carcinoma, ER 90% and PR 5%.",
         ("metastasis:mediastinum", "cytology")),
        ("She felt a mass in the right breast. Cytology of the mass held carcinoma, ER 90% and PR 5%.",
         ("primary", "cytology")),
        # Sentinel nodes are taken with the tumour.
        ("In May 2015 mastectomy with sentinel node biopsy showed carcinoma, pT1c pN0(sn), ER 90% and PR 5%.",
         ("primary", "surgery")),
        ("In May 2015 biopsy of an axillary node showed metastatic carcinoma, ER 90% and PR 5%.", ("node", "biopsy")),
    ],
)  # fmt: skip
def test_what_was_sampled(nlp: Language, text: str, expected: tuple[str, str]) -> None:
    (panel,) = record(nlp, "A woman had breast cancer. " + text).receptor_panels
    assert (panel.specimen, panel.procedure) == expected


@pytest.mark.parametrize(
    ("text", "panels"),
    [
        # Another test is another panel, the same one told again is not.
        ("The HER2 was negative (0). In June 2020 repeat testing of another block again gave a negative HER2.", 2),
        ("The HER2 was negative (0). In June 2020 the negative HER2 was discussed.", 1),
        # The ISH that settles an equivocal HER2 is of the same panel.
        ("HER2 was equivocal (2+). By in situ hybridization HER2 was not amplified.", 1),
        # A line of its own label is a panel of its own.
        ("\n\nRight breast, Oct 2018: ER 95%; PR 60%\nRight breast, Mar 2019: ER 0; PR 40%\n", 2),
    ],
)
def test_how_many_panels(nlp: Language, text: str, panels: int) -> None:
    found = record(nlp, "A woman had mastectomy for cancer of the right breast. " + text).receptor_panels
    assert len(found) == panels


def test_the_date_of_the_operation_whose_specimen_lines_tell(nlp: Language) -> None:
    text = (
        "A case\n\nIn August 2018 a woman had mastectomy for cancer of the left breast.\n\nFinal report:\n\n"
        "Specimen: left {}\nER: 90%; PR: 0%\n\nIn June 2020 she had headache.\n"
    )
    assert record(nlp, text.format("mastectomy")).receptor_panels[0].date == "2018-08"
    assert record(nlp, text.format("lumpectomy")).receptor_panels[0].date != "2018-08"


def test_an_abstract_without_a_body_is_the_report(nlp: Language) -> None:
    abstract = (
        "Abstract\n\nA woman had mastectomy for cancer of the right breast (ER 70%, PR 60%). Biopsy of the liver "
    )
    abstract += "confirmed metastatic carcinoma, ER 10% and PR 0%.\n\n"
    alone = record(nlp, abstract + "Discussion\n\nMetastases are frequent.\n")
    assert [p.specimen for p in alone.receptor_panels] == ["primary", "metastasis:liver"]
    body = record(nlp, abstract + "Case report\n\nMastectomy of the right breast showed carcinoma, ER 70%, PR 60%.\n")
    assert [p.specimen for p in body.receptor_panels] == ["primary"]
