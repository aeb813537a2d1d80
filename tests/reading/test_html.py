"""Pages to text, by their publisher's layout and without one."""

from pathlib import Path

import pytest

from pipeline.lexicons import rows
from pipeline.reading import DEFAULT, Document, Limits, read
from pipeline.reading.html import read_html

FILES = Path(__file__).with_name("files")


def html(body: str, head: str = "") -> Document:
    page = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return read_html(page.encode(), "a", Path("a.html"), DEFAULT)


@pytest.mark.parametrize("layout", ["pmc", "pmc2019", "frontiers", "bmc"])
def test_the_whole_text(layout: str) -> None:
    document = read(FILES / f"{layout}.html")
    assert document.text == (FILES / f"{layout}.html.txt").read_text(encoding="utf-8")
    for section in document.sections:
        assert document.text[section.start :].startswith(section.title)


def test_metadata() -> None:
    known = {layout: read(FILES / f"{layout}.html").metadata for layout in ("pmc", "frontiers", "bmc")}
    assert [m.doi for m in known.values()] == ["10.5555/jio.2024.002", "10.5555/fonc.2025.3", "10.5555/s00000-023-1"]
    assert [m.year for m in known.values()] == [2024, 2025, 2023]
    assert (known["pmc"].pmid, known["pmc"].pmcid) == ("39900002", "PMC9900002")
    assert known["bmc"].journal == "BMC Invention"
    assert known["bmc"].licence == "http://creativecommons.org/licenses/by/4.0/"


def test_cells() -> None:
    document = read(FILES / "frontiers.html")
    (table,) = document.tables
    assert table.label == "Table 1"
    assert [(c.row, c.column, c.rows, document.text[c.start : c.end]) for c in table.cells] == [
        (0, 0, 1, "2019"), (0, 1, 1, "Mastectomy"), (1, 0, 2, "2023"), (1, 1, 1, "Fulvestrant 500 mg"),
        (2, 1, 1, "Denosumab"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "want"),
    [
        ("<h1>T</h1><h2>A</h2><p>One</p>two<div>three <b>four</b></div>", "T\n\nA\n\nOne\n\ntwo\n\nthree four"),
        ("<p>a<br>b&nbsp;c &alpha;&#8722;</p>", "a b\xa0c α−"),
        ("<p>one<p>two<ul><li>three<li>four</ul>", "one\n\ntwo\n\nthree\n\nfour"),
        ("<p>mg/m<sup>2</sup> here<sup><a href='#1'>1</a></sup></p>", "mg/m² here[1]"),
        ("<script>x</script><style>y</style><nav>z</nav><p style='display: none'>v</p><p hidden>w</p><p>a</p>", "a"),
        ("<p>a</p><h2>References</h2><ol><li>b</li></ol><h3>c</h3><p>d</p><h2>E</h2><p>f</p>", "a\n\nE\n\nf"),
        ("<table><caption>Table 1. C</caption><tr><td><table><tr><td>in</table></table>", "Table 1 | C\n\tin"),
        ("<p>5 <span class='mathjax-tex'>\\(\\times 10^{9}\\)</span>/L", "5 ×10⁹/L"),
        ("<p>75 mg/<math><msup><mi>m</mi><mn>2</mn></msup></math>", "75 mg/m²"),
        ("<p>\\(a\\) stays", "\\(a\\) stays"),
        ("<figure><img alt='Of it'><figcaption>Fig. 1: C</figcaption></figure>", "[image: Of it]\nFig. 1 | C"),
        ("<figure><figcaption>Figure 1 shows it</figcaption></figure>", "Figure 1 shows it"),
        ("<p>icon <img alt='An arrow to the left'> gone</p>", "icon gone"),
    ],
)  # fmt: skip
def test_plain_pages(body: str, want: str) -> None:
    assert html(body).text == want + "\n"


def test_names_mean_something_in_their_layout_only() -> None:
    assert html("<div class='notes'>ER positive</div><td class='authors'>HER2</td>").text == "ER positive\n\nHER2\n"


@pytest.mark.parametrize(
    ("charset", "data", "encoding"),
    [
        ("windows-1252", "naïve µ".encode("cp1252"), "cp1252"),
        ("utf-8", "naïve µ".encode(), "utf-8"),
        ("ascii", "naïve µ".encode(), "utf-8"),
        ("no-such", "naïve µ".encode(), "utf-8"),
        ("idna", b"naive", "utf-8"),
    ],
)
def test_encodings(charset: str, data: bytes, encoding: str) -> None:
    page = f'<html><head><meta charset="{charset}"></head><body><p>'.encode() + data + b"</p></body></html>"
    document = read_html(page, "a", Path("a.html"), DEFAULT)
    assert document.text == ("naive\n" if charset == "idna" else "naïve µ\n")
    assert document.encoding == encoding


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (b"<div>" * 200 + b"x", "nested more than the 100 levels"),
        (b"<div>" * 5000 + b"x", "Excessive depth"),
        (b"<html></html>", "holds no text"),
        (b"", "no HTML|holds no text|empty"),
        (b"<p>a\0b", "NUL"),
    ],
)
def test_refused(page: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_html(page, "a", Path("a.html"), DEFAULT)


def test_depth_is_an_option() -> None:
    page = b"<div>" * 110 + b"x"
    assert read_html(page, "a", Path("a.html"), Limits(depth=200)).text == "x\n"


def test_layouts_are_sound() -> None:
    roles = {"main", "abstract", "title", "figure", "table", "label", "caption", "notes", "skip"}
    table = rows("html_layouts")
    assert len({row["id"] for row in table}) == len(table)
    assert len({(row["layout"], row["attribute"], row["value"]) for row in table}) == len(table)
    assert {row["role"] for row in table} <= roles
    assert {row["attribute"] for row in table} <= {"class", "id", "role", "data-title", "aria-hidden"}
    assert all(row["source"] and row["licence"] for row in table)
