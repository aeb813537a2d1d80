"""Sections, captions, tables, pictures' descriptions, and which case a place tells of."""

from itertools import pairwise

import pytest

from pipeline.language.sections import Layout, Section, Sections


def layout(text: str) -> Layout:
    sections = Sections()
    return Layout(text, [(0, len(text))], sections.sections(text), sections.cases(text))


def kinds(text: str, *words: str) -> list[str]:
    """The kind of section that each of the words stands in; each stands in the text once."""
    assert [text.count(word) for word in words] == [1] * len(words)
    places = layout(text)
    return [places.section(text.index(word)).kind for word in words]


def test_headings() -> None:
    text = (
        "A title\n\nIntroduction\nAlpha.\n\nCase presentation\nBeta.\n\n2. Discussion\nGamma.\n\n"
        "3.1. Conclusions:\nDelta.\n\nReferences\n1. Omega"
    )
    assert kinds(text, "A title", "Alpha", "Beta", "Gamma", "Delta", "Omega") == [
        "body", "introduction", "case", "discussion", "conclusion", "back",
    ]  # fmt: skip


def test_words_of_headings_in_prose_are_none() -> None:
    text = "Abstract thinking was normal.\nDiscussion with the family followed.\nHer case was hard."
    assert [s.kind for s in layout(text).sections] == ["body"]


def test_inline_headings_of_a_structured_abstract() -> None:
    text = "BACKGROUND: Alpha. CASE REPORT: Beta. CONCLUSION: Gamma."
    assert kinds(text, "Alpha", "Beta", "Gamma") == ["introduction", "case", "conclusion"]
    assert [s.kind for s in layout("Her answer: none. Our view: unclear.").sections] == ["body"]


def test_inline_headings_with_a_full_stop() -> None:
    text = "Introduction. Alpha. Case report. Beta. Comment. Gamma."
    assert kinds(text, "Alpha", "Beta", "Gamma") == ["introduction", "case", "discussion"]
    assert [s.kind for s in layout("She improved. Outcome. Treatment. She left.").sections] == ["body"]


def test_a_heading_ends_a_table_that_no_gap_ends() -> None:
    text = "Title\nDiscussion\nTable 1. Published Alpha\nSmith; Beta\nTreatment\nOmega\nConclusion\nGamma."
    assert kinds(text, "Alpha", "Beta", "Omega", "Gamma") == ["table", "table", "table", "conclusion"]


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("Table 1. Timeline of events\nDate | Event\n03/2020 | Letrozole", "own_table"),
        ("Table 1. Receptor profiles\nRight breast, 2018: ER 95%; PR 60%; HER2 1+", "own_table"),
        ("Table 1. Timeline of events\nEvent | Drug\nMarch 2019 | Letrozole", "own_table"),
        ("Table 1. Colonic spread\nFirst sign | Drug\nMarchand 2019 | Letrozole", "table"),
        ("Table 1. Our results\nAuthor; treatment; outcome\nSmith; surgery; alive", "table"),
        ("Table 2. Metastases of the pituitary\nSmith et al.; 61; surgery; alive", "table"),
        ("Table 2. Metastases of the pituitary\n[6] | 2009 | Letrozole", "table"),
        ("Table 2. Published cases\nA; 61; surgery", "table"),
        ("Table 1. Laboratory values\n\tDay\n\tPlatelets\n\n\t1\n\t20", "own_table"),
        ("Table 1. Metastases of the colon\n\tReference\n\tAge\n\n\t(4)\n\t58", "table"),
    ],
)
def test_whose_a_table_is(table: str, kind: str) -> None:
    assert kinds(f"Title\nCase report\nShe came.\n\n{table}", table.split("\n")[-1]) == [kind]


def test_a_caption_ends_with_its_line() -> None:
    text = "Case report\nAlpha.\nFigure 1. Beta of the chest.\nGamma.\nFig. 2: Delta.\nOmega (Figure 1)."
    assert kinds(text, "Alpha", "Beta", "Gamma", "Delta", "Omega") == ["case", "caption", "case", "caption", "case"]


def test_a_picture_is_cut_out_of_what_surrounds_it() -> None:
    text = "Title\nDiscussion\nAlpha [image: Beta\nover two lines] Gamma."
    assert kinds(text, "Alpha", "Beta", "over two", "Gamma") == ["discussion", "alt", "alt", "discussion"]


def test_a_table_runs_over_its_cells() -> None:
    text = "Title\nDiscussion\nAlpha.\nTable 1. Reported Beta\n\tSmith\tGamma\n\tJones\tDelta\n\n\n\nOmega."
    assert kinds(text, "Alpha", "Beta", "Gamma", "Delta", "Omega") == [
        "discussion",
        "table",
        "table",
        "table",
        "discussion",
    ]


def test_an_abbreviation_line_speaks_for_itself() -> None:
    text = "Title\nDiscussion\nAlpha.\nAbbreviations: ER, oestrogen receptor; Beta.\nGamma."
    assert kinds(text, "Alpha", "oestrogen", "Beta", "Gamma") == ["discussion", "back", "back", "discussion"]


@pytest.mark.parametrize("aside", ["\nAbbreviations: ER, oestrogen receptor.\nGamma", " [image: a scan] Gamma"])
def test_a_heading_on_the_first_line_holds_after_an_aside(aside: str) -> None:
    text = f"Discussion\nAlpha.{aside}"
    assert kinds(text, "Alpha", "Gamma") == ["discussion", "discussion"]


@pytest.mark.parametrize(
    ("text", "cases"),
    [
        ("Case 1\nAlpha.\n\nCase 2\nBeta.", ("1", "2")),
        ("Title\nCase I: Alpha.\nCase II: Beta.", ("1", "2")),
        ("Patient A: Alpha.\nPatient B: Beta.", ("1", "2")),
        ("The first patient Alpha. The second patient Beta.", ("1", "2")),
        ("We report two patients. A 40-year-old woman Alpha. A 50-year-old man Beta.", ("1", "2")),
        ("Case 1: Alpha.\nDiscussion\nBeta.", (None, None)),
        ("A 40-year-old woman Alpha. A 50-year-old man Beta.", (None, None)),
        ("One case. Alpha. Two cases are known. Beta.", (None, None)),
    ],
)
def test_cases(text: str, cases: tuple[str | None, str | None]) -> None:
    places = layout(text)
    assert (places.case(text.index("Alpha")), places.case(text.index("Beta"))) == cases


def test_nothing_is_told_of_a_case_before_the_first() -> None:
    text = "Introduction\nOmega.\n\nCase 1\nAlpha.\n\nCase 2\nBeta."
    assert layout(text).case(text.index("Omega")) is None


@pytest.mark.parametrize(
    "text", ["", "\n", "Case 1", "Discussion", "[image: x]", "Table 1. A\n\tB", "A\n\nDiscussion\nB\nFigure 1. C\nD"]
)
def test_sections_tile_the_text(text: str) -> None:
    sections = layout(text).sections
    assert sections[0].start == 0
    assert sections[-1].end == len(text)
    assert all(a.end == b.start for a, b in pairwise(sections))


def test_places_are_found_by_bisection() -> None:
    places = Layout("abcdef", [(0, 2), (2, 4), (4, 6)], [Section("body", 0, 3), Section("case", 3, 6)], [(3, "1")])
    assert [places.sentence_index(n) for n in range(6)] == [0, 0, 1, 1, 2, 2]
    assert places.sentence(3) == (2, 4)
    assert [places.section(n).kind for n in (0, 2, 3, 5)] == ["body", "body", "case", "case"]
    assert [places.case(n) for n in (0, 2, 3, 5)] == [None, None, "1", "1"]
