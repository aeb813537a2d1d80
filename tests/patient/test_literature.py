"""Tables of published cases in their three shapes, with empty and dropped cells; and cases told in a sentence."""

import pytest
from spacy.language import Language
from told import record

from pipeline.mentions.mention import mentions
from pipeline.patient.model import LiteratureCase

CASE = "A title\n\nCase report\n\nA 50-year-old woman had cancer of the left breast.\n\nDiscussion\n\nSee Table 1.\n\n"


def published(nlp: Language, table: str) -> list[LiteratureCase]:
    return record(nlp, CASE + table).literature_cases


HEAD = ("Year", "Age", "Primary histology", "Scalp location", "Treatment", "Outcome", "Reference")
ROWS = (
    ("2021", "58", "IDC", "Liver and bone", "Letrozole; palbociclib", "Alive", "(4)"),
    ("2019", "61", "ILC", "Stomach", "/", "Died after 8 months", "(7)"),
)


@pytest.mark.parametrize("separator", ["; ", " | ", "\t"])
def test_a_row_a_line(nlp: Language, separator: str) -> None:
    rows = [[cell.replace("; ", " and ") for cell in row] for row in (HEAD, *ROWS)]
    lines = "\n".join(separator.join(row) for row in rows)
    first, second = published(nlp, f"Table 1 | Published cases\n{lines}\n\nConclusion\n\nRare.")
    assert (first.year, first.age, first.histology, first.reference) == (2021, 58, "IDC", "4")
    assert first.sites == ["liver", "bone"]
    assert (second.treatments, second.outcome) == ([], "Died after 8 months")
    assert first.subject == "other"


def flattened(*rows: tuple[str, ...]) -> str:
    return (
        "Table 1 | Published cases.\n"
        + "\n\n\n".join("\n".join(f"\t{cell}" for cell in row) for row in rows)
        + "\n\n\n\n\n"
    )


def test_a_cell_a_line(nlp: Language) -> None:
    first, second = published(nlp, flattened(HEAD, *ROWS))
    assert first.treatments == ["letrozole", "palbociclib"]
    assert (second.histology, second.sites) == ("ILC", ["stomach"])


def test_dropped_cells_do_not_shift_the_row(nlp: Language) -> None:
    """A merged cell of the row above leaves a row without its year and reference."""
    (_, second) = published(nlp, flattened(HEAD, ROWS[0], ROWS[1][1:-1]))
    assert (second.year, second.reference) == (None, None)
    assert (second.age, second.histology, second.outcome) == (61, "ILC", "Died after 8 months")
    assert second.note is not None
    assert second.confidence < 1


def test_the_row_of_the_present_case_is_none(nlp: Language) -> None:
    own = ("Present case", "50", "IDC", "Liver", "Letrozole", "Alive", "-")
    head = ("Reference", "Age", "Primary histology", "Scalp location", "Treatment", "Outcome", "Year")
    other = ("(4)", "61", "ILC", "Stomach", "Tamoxifen", "Died", "2011")
    (only,) = published(nlp, flattened(head, other, own))
    assert only.reference == "4"


def test_a_table_of_something_else(nlp: Language) -> None:
    assert published(nlp, flattened(("Drug", "Dose", "Day"), ("Letrozole", "2.5 mg", "1"))) == []


def test_a_case_told_in_a_sentence(nlp: Language) -> None:
    told = "Harlow et al. reported a 62-year-old woman with liver metastases who was treated with fulvestrant."
    (case,) = published(nlp, told)
    assert (case.reference, case.age, case.sex) == ("Harlow et al.", 62, "female")
    assert published(nlp, "Harlow et al. studied a cohort of 62 patients with liver metastases.") == []


def test_what_a_sentence_tells_of_a_case(nlp: Language) -> None:
    told = (
        "Okonjo et al. described a 62-year-old woman with lobular carcinoma, ER-positive and HER2-negative, whose "
        "metastases were treated with 20 Gy of radiotherapy and fulvestrant and who was alive two years later (7)."
    )
    (case,) = published(nlp, told)
    assert (case.reference, case.histology, case.subtype) == (
        "Okonjo et al. (7)", "lobular carcinoma", "ER-positive, HER2-negative"
    )  # fmt: skip
    assert case.treatments == ["radiotherapy 20 Gy", "fulvestrant"]
    assert case.outcome == "alive two years later"


@pytest.mark.parametrize(
    ("told", "treatments", "outcome"),
    [
        ("Okonjo et al. described a 62-year-old woman with liver metastases. She had hepatectomy and died 3 months "
         "later.", ["hepatectomy"], "died 3 months later"),
        # The sentence after it is of no one's case.
        ("Okonjo et al. described a 62-year-old woman with liver metastases. Hepatectomy is rarely done.", [], None),
        ("Okonjo et al. described a 62-year-old woman with liver metastases who declined mastectomy and did not "
         "respond to fulvestrant.", ["fulvestrant"], None),
        ("Okonjo et al. described a 62-year-old woman with liver metastases whose sister died of cancer.", [], None),
    ],
)  # fmt: skip
def test_treatments_and_outcome_of_a_told_case(
    nlp: Language, told: str, treatments: list[str], outcome: str | None
) -> None:
    (case,) = published(nlp, told)
    assert (case.treatments, case.outcome) == (treatments, outcome)


@pytest.mark.parametrize(
    ("told", "reference"),
    [
        ("One group has described a man with gastric cancer who received trastuzumab again [4].", "4"),
        ("One group, of which we are part, has described a man with gastric cancer who had trastuzumab [4].", None),
        ("One group has described 12 men with gastric cancer who received trastuzumab again [4].", None),
        # Two numbers: which of them tells of the case is open.
        ("Okonjo et al. (6) described a 62-year-old woman with liver metastases (7).", "Okonjo et al. (6)"),
    ],
)
def test_the_reference_of_a_told_case(nlp: Language, told: str, reference: str | None) -> None:
    assert [case.reference for case in published(nlp, told)] == ([reference] if reference else [])


@pytest.mark.parametrize(
    ("cell", "entries"),
    [
        ("Six courses of capecitabine", ["capecitabine, Six courses"]),
        ("Four cycles of docetaxel and trastuzumab", ["docetaxel, Four cycles", "trastuzumab, Four cycles"]),
        ("6 cycles of docetaxel, epirubicin, and cyclophosphamide; goserelin",
         ["docetaxel, 6 cycles", "epirubicin, 6 cycles", "cyclophosphamide, 6 cycles", "goserelin"]),
        # A list without 'and' does not say that the count holds for all of it.
        ("Four cycles of docetaxel, tamoxifen", ["docetaxel, Four cycles", "tamoxifen"]),
        ("Docetaxel and trastuzumab, four cycles", ["docetaxel, four cycles", "trastuzumab, four cycles"]),
        ("Paclitaxel + bevacizumab", ["paclitaxel", "bevacizumab"]),
        ("Mastectomy followed by tamoxifen", ["Mastectomy", "tamoxifen"]),
        ("Fulvestrant 500 mg; refused paclitaxel", ["fulvestrant 500 mg", "paclitaxel (refused)"]),
        ("RT 3000 cGy/10 fx, Exemestane 25 mg daily", ["radiotherapy 30 Gy/10", "exemestane 25 mg daily"]),
        # 'And' within one treatment, and what stands in brackets, make no two of it.
        ("Surgical removal and graft of the scalp mass", ["Surgical removal and graft of the scalp mass"]),
        ("Salvage chemotherapy (paclitaxel and capecitabine)", ["Salvage chemotherapy (paclitaxel and capecitabine)"]),
        ("Treatment with tamoxifen", ["Treatment with tamoxifen"]),
        ("Did not receive any treatment for scalp metastases", []),
        ("No chemotherapy", ["No chemotherapy"]),
    ],
)  # fmt: skip
def test_the_treatments_of_a_cell(nlp: Language, cell: str, entries: list[str]) -> None:
    row = ("2021", "58", "IDC", "Liver and bone", cell, "Alive", "(4)")
    (case,) = published(nlp, flattened(HEAD, row))
    assert case.treatments == entries


@pytest.mark.parametrize(
    ("cell", "subtype"),
    [
        ("ER (+), PR (−), HER2 (0)", "ER+/PR-/HER2 0"),
        ("HR+/HER2-", "HR+/HER2-"),
        ("ER 70%, PR 0%, HER2 0", "ER 70%, PR 0%, HER2 0"),
        ("Luminal HER2-negative", "Luminal HER2-negative"),
    ],
)
def test_receptors_of_a_cell(nlp: Language, cell: str, subtype: str) -> None:
    head = ("Year", "Age", "Receptors", "Treatment", "Outcome", "Reference")
    (case,) = published(nlp, flattened(head, ("2021", "58", cell, "Letrozole", "Alive", "(4)")))
    assert case.subtype == subtype


def test_what_the_title_says_of_all_cases(nlp: Language) -> None:
    """Where no column says it; 'from breast cancer' tells no histology, and a column of sites is followed."""
    head, row = ("Year", "Age", "Other sites", "Treatment", "Outcome"), ("2021", "58", "Bone", "Letrozole", "Alive")
    table = flattened(head, row)
    (case,) = published(nlp, table.replace("Published cases", "Gastric metastasis of lobular carcinoma"))
    assert (case.histology, case.sites) == ("lobular carcinoma", ["stomach", "bone"])
    assert case.derived == ["sites", "histology"]
    (case,) = published(nlp, table.replace("Published cases", "Patients with metastases from breast cancer"))
    assert (case.histology, case.sites) == (None, ["bone"])
    own = table.replace("Other sites", "Location").replace("Published cases", "Gastric metastasis of lobular carcinoma")
    (case,) = published(nlp, own)
    assert case.sites == ["bone"]


@pytest.mark.parametrize("apart", ["\n\t", "\t", "\n\n"])
def test_radiotherapy_has_no_target_from_another_cell(nlp: Language, apart: str) -> None:
    """Cells and paragraphs are no phrase; a line that is merely broken is one."""
    cells = ("Table 1 | Published cases", "Liver and bone", "RT to the pelvis 45 Gy", "Both lungs", "Alive")
    doc = nlp(apart.join(cells))
    (found,) = [m for m in mentions(doc) if m.label == "Radiotherapy"]
    assert (found.start, found.value.norm()) == (doc.text.index("RT"), "pelvis")
    (broken,) = [m for m in mentions(nlp("She was given chest wall\nradiotherapy.")) if m.label == "Radiotherapy"]
    assert broken.value.norm() == "chest wall"


@pytest.mark.parametrize(
    ("reference", "year"),
    [
        ("Okafor, 2001", 2001),
        ("Okafor et al. (2001) [4]", 2001),
        ("Okafor et al.", None),
        ("Cancer 61:1988-2001", None),
    ],
)
def test_year_of_a_reference(nlp: Language, reference: str, year: int | None) -> None:
    head = ("First author, year", "Age/sex", "Primary histology", "Treatment", "Outcome")
    (case,) = published(nlp, flattened(head, (reference, "58/F", "IDC", "Letrozole", "Alive")))
    assert (case.year, case.age, case.sex) == (year, 58, "female")
