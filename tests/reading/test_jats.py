"""JATS to text: what stands where, what raised and lowered signs become, tables, and what is left out."""

from pathlib import Path

import pytest

from pipeline.language.sections import Layout, Sections
from pipeline.reading import DEFAULT, Document, Limits
from pipeline.reading.jats import read_jats
from pipeline.reading.safe_xml import parse

FILES = Path(__file__).with_name("files")
TEX = "<tex-math>\\documentclass{x}\\begin{document}$$n=3$$\\end{document}</tex-math>"
MATHML = "<mml:math><mml:mi>n</mml:mi> <mml:mn>4</mml:mn></mml:math>"


def jats(inside: str, attributes: str = "") -> Document:
    namespaces = 'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:mml="http://www.w3.org/1998/Math/MathML"'
    data = f"<!DOCTYPE article SYSTEM 'x.dtd'><article {namespaces} {attributes}>{inside}</article>".encode()
    return read_jats(parse(data, DEFAULT), "a", Path("a.nxml"), DEFAULT)


def text(paragraph: str) -> str:
    return jats(f"<body><p>{paragraph}</p></body>").text.strip()


@pytest.fixture(scope="module")
def case() -> Document:
    path = FILES / "case.nxml"
    return read_jats(parse(path.read_bytes(), DEFAULT), "case", path, DEFAULT)


def test_the_whole_text(case: Document) -> None:
    assert case.text == (FILES / "case.nxml.txt").read_text(encoding="utf-8")


def test_the_pipeline_finds_the_parts(case: Document) -> None:
    sections = Sections()
    layout = Layout(case.text, [(0, len(case.text))], sections.sections(case.text), sections.cases(case.text))
    kinds = {
        "is rare": "introduction",
        "are seldom": "introduction",
        "T2N1M0": "case",
        "two photographs".capitalize(): "alt",
        "Fundus of the left": "caption",
        "Receptors over": "own_table",
        "May 2019\n": "own_table",
        "By FISH": "case",
        "D=2": "discussion",
        "thank nobody": "back",
        "oestrogen": "back",
    }
    assert {words: layout.section(case.text.index(words)).kind for words in kinds} == kinds


def test_metadata(case: Document) -> None:
    about = case.about()
    assert about == {
        "format": "jats",
        "metadata": {
            "title": "Choroidal metastasis of HER2+ breast cancer: a case report",
            "doi": "10.5555/jio.2024.001",
            "pmid": "39900001",
            "pmcid": "PMC9900001",
            "journal": "Journal of Invented Oncology",
            "year": 2024,
            "licence": "https://creativecommons.org/licenses/by/4.0/",
        },
        "left_out": ["abstract (es)", "sub-article (decision-letter)"],
    }
    assert jats("<body><p>x</p></body>").about() == {"format": "jats", "metadata": {}, "left_out": []}


def test_places_of_sections_and_captions(case: Document) -> None:
    for section in case.sections:
        assert case.text[section.start :].startswith(section.title)
    spans = {(s.title, s.level): case.text[s.start : s.end] for s in case.sections}
    assert spans["2 Case presentation", 1].endswith(spans["2.1 Follow-up", 2])
    assert spans["Abstract", 1].count("\n\n") == 4
    assert [case.text[c.start : c.end] for c in case.captions] == [
        "Figure 1 | Fundus of the left eye. (A) before and (B) after letrozole.",
        "Table 1 | Receptors over time.",
    ]


def test_spans_of_cells(case: Document) -> None:
    (table,) = case.tables
    assert [
        (c.row, c.column, c.rows, c.columns, c.header, case.text[c.start : c.end]) for c in table.cells
    ] == [
        (0, 0, 2, 1, True, "Date"),
        (0, 1, 1, 2, True, "Receptors"),
        (1, 1, 1, 1, True, "ER"),
        (1, 2, 1, 1, True, "HER2"),
        (2, 0, 2, 1, False, "May 2019"),
        (2, 1, 1, 1, False, "80%"),
        (2, 2, 1, 1, False, "3+[a]"),
        (3, 1, 1, 1, False, "70%"),
        (3, 2, 1, 1, False, ""),
    ]  # fmt: skip
    assert case.text[table.start : table.end].startswith("Table 1 | Receptors")


def test_left_out_is_told(case: Document) -> None:
    assert "Una mujer" not in case.text
    assert "Was HER2 negative" not in case.text
    assert "Other patients" not in case.text
    assert case.left_out == ("abstract (es)", "sub-article (decision-letter)")
    assert case.warning == ""


@pytest.mark.parametrize(
    ("xml", "want"),
    [
        ("75 mg/m<sup>2</sup>", "75 mg/m²"),
        ("10 mg kg<sup>−1</sup>", "10 mg kg⁻¹"),
        ("<sup>18</sup>F", "¹⁸F"),
        ("HER2<sup>+</sup>, T<sub>2</sub>", "HER2+, T2"),
        ("the 1<sup>st</sup> cycle", "the 1st cycle"),
        ("metastases<sup>3</sup> and", "metastases[3] and"),
        ("metastases.<sup>3–5</sup>", "metastases.[3–5]"),
        ("here<sup><xref ref-type='bibr'>3</xref></sup>", "here[3]"),
        ("here<xref ref-type='bibr'><sup>3</sup></xref>,", "here[3],"),
        ("x<sup><xref>1</xref></sup><sup>,</sup><sup><xref>2</xref></sup>", "x[1,2]"),
        ("here [<xref ref-type='bibr'>3</xref>]", "here [3]"),
        ("pT2<sup>a</sup>", "pT2[a]"),
        ("5 &micro;g &#xb1; 1", "5 µg ± 1"),
        ("a<!-- no -->b<?no?>c", "abc"),
        ("a<break/>b\n\t c", "a b c"),
        (f"<inline-formula>{TEX}</inline-formula>", "n=3"),
        (f"<inline-formula><alternatives>{TEX}{MATHML}</alternatives></inline-formula>", "n4"),
        ("10<inline-formula><tex-math>$^{9}$</tex-math></inline-formula>/L", "10⁹/L"),
        ("<inline-formula><inline-graphic xlink:href='x.gif'/></inline-formula>a", "a"),
        ("See <inline-supplementary-material xlink:href='a'>Additional file 1</inline-supplementary-material>.",
         "See Additional file 1."),
        ("<disp-formula><label>(1)</label><mml:math><mml:mi>a</mml:mi></mml:math></disp-formula>", "a"),
        ("<named-content content-type='gene'>HER2</named-content>, <sc>Ki</sc>-67", "HER2, Ki-67"),
        ("A <x><italic>BRCA1</italic></x> carrier<fn><p>Born 1970.</p></fn>.", "A BRCA1 carrier.\n\nBorn 1970."),
    ],
)  # fmt: skip
def test_running_text(xml: str, want: str) -> None:
    assert text(xml) == want


def test_unknown_entity_is_refused() -> None:
    with pytest.raises(ValueError, match="refers to the entity 'secret'"):
        text("&secret;")


@pytest.mark.parametrize(
    ("kind", "read"), [("abstract", True), ("case-report", True), ("translation", False), ("reviewer-report", False)]
)
def test_sub_articles(kind: str, read: bool) -> None:
    body = "<body><p>{}</p></body>"
    sub = f"<sub-article article-type='{kind}'>{body.format('ER negative')}</sub-article>"
    assert ("ER negative" in jats(body.format("x") + sub).text) is read


def test_groups_of_figures_and_tables_without_label() -> None:
    document = jats(
        "<body><p>Alpha<fig-group><label>Figure 1</label><caption><title>Scans.</title></caption>"
        "<fig><label>Fig. 1</label><caption><p>One.</p></caption></fig>"
        "<fig><label>Fig. 2</label><caption><p>Two.</p></caption></fig></fig-group> beta.</p></body>"
        "<floats-group><table-wrap><table><tr><td>1</td></tr></table></table-wrap></floats-group>"
    )
    assert document.text == "Alpha beta.\n\nFigure 1 | Scans.\n\nFig. 1 | One.\n\nFig. 2 | Two.\n\n\t1\n"


def test_cals_tables() -> None:
    document = jats(
        "<body><table-wrap><label>Table 2.</label><table><tgroup cols='3'><colspec colname='a'/><colspec colname='b'/>"
        "<colspec colname='c'/><thead><row><entry namest='a' nameend='b'>H</entry><entry>I</entry></row></thead>"
        "<tbody><row><entry morerows='1'>J</entry><entry>K</entry><entry colname='c'>L</entry></row>"
        "<row><entry>M</entry><entry>N</entry></row></tbody></tgroup></table></table-wrap></body>"
    )
    (table,) = document.tables
    assert [(document.text[c.start : c.end], c.row, c.column, c.rows, c.columns) for c in table.cells] == [
        ("H", 0, 0, 1, 2), ("I", 0, 2, 1, 1), ("J", 1, 0, 2, 1), ("K", 1, 1, 1, 1), ("L", 1, 2, 1, 1),
        ("M", 2, 1, 1, 1), ("N", 2, 2, 1, 1),
    ]  # fmt: skip
    assert document.text.startswith("Table 2 |\n\tH\n\tI\n\n\n\tJ\n")


def test_oasis_tables_whose_spans_have_names() -> None:
    """As Elsevier's and Wiley's files have them: CALS in a namespace of its own, `spanspec` for what cells cover."""
    table = (
        "<o:table xmlns:o='http://docs.oasis-open.org/ns/oasis-exchange/table'><o:tgroup cols='3'>"
        "<o:colspec colname='a'/><o:colspec colname='b'/><o:colspec colname='c'/>"
        "<o:spanspec spanname='bc' namest='b' nameend='c'/>"
        "<o:thead><o:row><o:entry morerows='1'>Date</o:entry><o:entry spanname='bc'>Markers</o:entry></o:row>"
        "<o:row><o:entry colname='b'>ER</o:entry><o:entry>HER2</o:entry></o:row></o:thead>"
        "<o:tbody><o:row><o:entry>2019</o:entry><o:entry spanname='none'>90%</o:entry></o:row></o:tbody>"
        "</o:tgroup></o:table>"
    )
    document = jats(f"<body><table-wrap><label>Table 1</label>{table}</table-wrap></body>")
    (found,) = document.tables
    assert [(document.text[c.start : c.end], c.row, c.column, c.rows, c.columns) for c in found.cells] == [
        ("Date", 0, 0, 2, 1), ("Markers", 0, 1, 1, 2), ("ER", 1, 1, 1, 1), ("HER2", 1, 2, 1, 1), ("2019", 2, 0, 1, 1),
        ("90%", 2, 1, 1, 1),
    ]  # fmt: skip


def test_a_table_in_two_forms_is_read_once() -> None:
    html, cals = "<table><tr><td>A</td></tr></table>", "<table><tgroup><row><entry>A</entry></row></tgroup></table>"
    for forms in (html + cals, cals + html, "<graphic/>" + html):
        wrap = f"<table-wrap><label>Table 1</label><alternatives>{forms}</alternatives></table-wrap>"
        assert jats(f"<body>{wrap}</body>").text == "Table 1 |\n\tA\n"
    two = jats(f"<body><table-wrap><label>Table 1</label>{html}{html}</table-wrap></body>")  # one after the other
    assert len(two.tables) == 2


@pytest.mark.parametrize(
    ("kind", "heading"),
    [("graphical", "Graphical abstract"), ("author-highlights", "Highlights"), ("teaser", "Teaser"),
     ("web-summary", "Summary"), ("unheard-of", "Abstract")],
)  # fmt: skip
def test_abstracts_of_several_kinds(kind: str, heading: str) -> None:
    front = f"<front><article-meta><abstract abstract-type='{kind}'><p>It is.</p></abstract></article-meta></front>"
    document = jats(front)
    assert [section.title for section in document.sections] == [heading]
    assert document.text == f"{heading}\n\nIt is.\n"


def test_titles_and_what_hangs_on_them() -> None:
    group = (
        "<title-group><article-title>A tumour<xref ref-type='fn'>*</xref>:<break/>one case</article-title>"
        "<subtitle>and a review</subtitle><trans-title-group><trans-title>Un caso</trans-title></trans-title-group>"
        "<alt-title alt-title-type='running-head'>TUMOUR</alt-title></title-group>"
    )
    section = (
        "<sec sec-type='cases'><label>2.</label><title>Case 1<xref ref-type='fn'><sup>†</sup></xref></title><p>x</p>"
    )
    document = jats(f"<front><article-meta>{group}</article-meta></front><body>{section}</sec></body>")
    assert document.metadata.title == "A tumour: one case: and a review"
    assert [s.title for s in document.sections] == ["2. Case 1"]
    assert (
        jats("<body><sec><title>Case (<xref ref-type='fig'>Figure 1</xref>)</title><p>x</p></sec></body>")
        .sections[0]
        .title
        == "Case (Figure 1)"
    )


def test_supplementary_material_is_named() -> None:
    caption = "<caption><title>Timeline.</title><p>ER over time.</p></caption>"
    media = "<media><caption><p>Click here.</p></caption></media>"
    document = jats(
        "<body><sec sec-type='supplementary-material'><title>Supplement</title><supplementary-material>"
        f"<label>Additional file 1.</label>{caption}{media}</supplementary-material></sec></body>"
    )
    assert document.text == "Supplement\n\nAdditional file 1 | Timeline. ER over time.\n"


def test_items_of_a_list_without_paragraphs() -> None:
    items = "<list-item><label>1.</label><p>one</p></list-item><list-item><label>2.</label>two</list-item>"
    assert text(f"<list>{items}<list-item>three <bold>3</bold></list-item></list>") == "one\n\nthree 3"


@pytest.mark.parametrize("span", ["99999999999999", "-1", "x", "²", "0"])
def test_spans_that_cannot_be(span: str) -> None:
    row = f"<tr><td colspan='{span}' rowspan='{span}'>A</td></tr>"
    (table,) = jats(f"<body><table-wrap><table>{row}</table></table-wrap></body>").tables
    assert (table.cells[0].rows, table.cells[0].columns) == (1, 1)


@pytest.mark.parametrize(
    ("alt", "shown"),
    [
        ("A scan [left] of the chest", True),
        ("Figure 1", False),
        ("fonc-12-g001.jpg", False),
        ("An external file that holds a picture, illustration, etc.", False),
    ],
)
def test_descriptions_that_say_something(alt: str, shown: bool) -> None:
    fig = f"<fig><label>Figure 1</label><caption><p>C.</p></caption><graphic><alt-text>{alt}</alt-text></graphic></fig>"
    want = "[image: A scan (left) of the chest]\n" if shown else ""
    assert jats(f"<body>{fig}</body>").text == f"{want}Figure 1 | C.\n"


def test_time_is_limited() -> None:
    root = parse(b"<article><body><p>x</p></body></article>", DEFAULT)
    with pytest.raises(ValueError, match="--max-seconds"):
        read_jats(root, "a", Path("a"), Limits(seconds=-1))
