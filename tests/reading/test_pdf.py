"""PDF to text: columns, hyphens, furniture, captions, cells; made by Chromium, and by hand."""

from collections import Counter
from pathlib import Path

import pytest
from pdf_maker import Line, column, pdf

from pipeline.reading import DEFAULT, Document, Limits, read
from pipeline.reading.pdf import read_pdf
from pipeline.reading.pdf_hyphens import joined, vocabulary

FILES = Path(__file__).with_name("files")
LEFT = [f"The left column tells of it in line {n} of prose" for n in range(12)]
RIGHT = [f"The right column goes on with line {n} of prose" for n in range(12)]


def made(*pages: list[Line], limits: Limits = DEFAULT, bold: tuple[str, ...] = ()) -> Document:
    return read_pdf(pdf(pages, bold), "a", Path("a.pdf"), limits)


def text(*pages: list[Line], bold: tuple[str, ...] = ()) -> str:
    return made(*pages, bold=bold).text.rstrip("\n")


def test_the_whole_text_of_a_printed_article() -> None:
    document = read(FILES / "two_columns.pdf")
    assert document.text == (FILES / "two_columns.pdf.txt").read_text(encoding="utf-8")
    assert document.metadata.doi == "10.5555/jio.2024.17"
    assert document.metadata.title == "Orbital metastasis of lobular carcinoma: a case report"
    assert [(s.level, s.title) for s in document.sections] == [
        (1, "Abstract"), (1, "1. Introduction"), (1, "2. Case presentation"), (2, "2.1. History"),
        (1, "3. Discussion"), (1, "Conclusion"),
    ]  # fmt: skip
    (table,) = document.tables
    assert [(c.row, c.column, document.text[c.start : c.end]) for c in table.cells][5:9] == [
        (1, 0, "March 2017"), (1, 1, "right breast"), (1, 2, "95%"), (1, 3, "0"),
    ]  # fmt: skip
    assert table.cells[10] == next(c for c in table.cells if document.text[c.start : c.end] == "October 2022")


def test_columns_come_one_after_the_other_whatever_the_order_of_drawing() -> None:
    rows = [line for pair in zip(column(LEFT), column(RIGHT, 320), strict=True) for line in pair]
    title = (60.0, 760.0, 20.0, "A title over both of the columns")
    want = "A title over both of the columns\n\n" + " ".join(LEFT + RIGHT)
    assert text([title, *rows]) == want
    assert text([*rows[::-1], title]) == want


def test_a_word_parted_between_two_columns() -> None:
    left = [*LEFT[:11], "On MRI there was a metas-"]
    right = ["tasis of the liver, ER-", "negative and triple-", *RIGHT[:9], "negative, and bio-"]
    more = column([*LEFT[:11], "last."], top=690) + column(RIGHT, 320, top=690)
    read = text(column(left) + column(right, 320), [(60.0, 703.0, 10.0, "psies of it were taken."), *more])
    for words in ("a metastasis of the liver", "ER-negative and triple-", "and biopsies of it"):
        assert words in read
    assert "metas-" not in read


def test_one_column() -> None:
    assert text(column(["One line of it, and", "the next one."])) == "One line of it, and the next one."


def test_what_spans_both_columns_ends_them() -> None:
    above = column(LEFT[:6]) + column(RIGHT[:6], 320)
    wide = [
        (60.0, 600.0, 10.0, "Figure 1. A caption that is as wide as the two columns of the page are together here.")
    ]
    below = column(LEFT[6:], top=570) + column(RIGHT[6:], 320, top=570)
    read = text(above + wide + below)
    places = [read.index(words) for words in (LEFT[0], RIGHT[5], "Figure 1 | A caption", LEFT[6], RIGHT[11])]
    assert places == sorted(places)


def test_furniture_is_removed() -> None:
    def page(n: int) -> list[Line]:
        head: list[Line] = [(60, 810, 8, "Nobody et al."), (500, 810, 8, f"Page {n} of 3"), (300, 30, 8, str(n + 116))]
        return [*head, *column([f"Page number {n} holds this."])]

    pages = [page(n) for n in (1, 2, 3)]
    assert text(*pages).split("\n\n") == [f"Page number {n} holds this." for n in (1, 2, 3)]


def test_a_line_at_the_edge_of_one_page_stays() -> None:
    assert "HER2 was 1+" in text([(60.0, 812.0, 10.0, "HER2 was 1+"), *column(["Other words."])], column(["More."]))


@pytest.mark.parametrize(
    ("lines", "want"),
    [
        (["a meta-", "stasis"], "a metastasis"),
        (["triple-", "negative"], "triple-negative"),
        (["HER2-", "negative"], "HER2-negative"),
        (["ER-", "positive"], "ER-positive"),
        (["10-", "year"], "10-year"),
        (["breast-", "Cancer"], "breast-Cancer"),
        (["bio\u2010", "psy"], "biopsy"),
        (["bio\x02", "psy"], "biopsy"),
        (["it ends in -"], "it ends in -"),
        (["a", "b"], "a b"),
        ([], ""),
    ],
)
def test_hyphens(lines: list[str], want: str) -> None:
    assert joined(lines, Counter()) == want


def test_hyphens_by_the_words_of_the_document() -> None:
    words = vocabulary(["a co-operation, a nonunion", "and metas-"])
    assert joined(["co-", "operation"], words) == "co-operation"
    assert joined(["non-", "union"], words) == "nonunion"
    assert words["metas"] == 0


def test_headings_and_paragraphs() -> None:
    lines = column(["Discussion", "It was seen late, and treated", "with care.", "References", "1. Other words."])
    assert text(lines, bold=("Discussion", "References")) == "Discussion\n\nIt was seen late, and treated with care."


def test_raised_numbers() -> None:
    lines = [(60.0, 700.0, 10.0, "docetaxel 75 mg/m"), (145.0, 704.0, 6.0, "2"), (149.0, 700.0, 10.0, " was given")]
    assert text(lines) == "docetaxel 75 mg/m² was given"


def test_a_table() -> None:
    cells = [(x, 660.0 - 14 * row, 8.0, words)
             for row, words_of in enumerate((("Date", "ER"), ("2019", "90%"), ("2023", "60%")))
             for x, words in zip((60.0, 200.0), words_of, strict=True)]  # fmt: skip
    document = made([(60.0, 680.0, 8.0, "Table 1. Receptors"), *cells, *column(LEFT, top=560)])
    (table,) = document.tables
    assert [(c.row, c.column, document.text[c.start : c.end]) for c in table.cells] == [
        (0, 0, "Date"), (0, 1, "ER"), (1, 0, "2019"), (1, 1, "90%"), (2, 0, "2023"), (2, 1, "60%"),
    ]  # fmt: skip
    assert document.text.endswith(f"\n\n\n\n{' '.join(LEFT)}\n")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf([[]]), "only pictures"),
        (b"%PDF-1.4\nno", "no PDF that can be opened"),
        (b"", "no PDF that can be opened"),
        (pdf([column(["a"])])[:300], "no PDF that can be opened|holds no text"),
        (pdf([column(["a"])] * 301), "has 301 pages, more than the 300 allowed"),
        (pdf([column(["x" * 30_000] * 4)]), "a page of 1200[0-9]{2} characters"),
    ],
    ids=["picture", "none", "empty", "cut", "pages", "letters"],
)
def test_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_pdf(data, "a", Path("a.pdf"), DEFAULT)


def test_time_is_limited() -> None:
    with pytest.raises(ValueError, match="--max-seconds"):
        made(column(["a"]), limits=Limits(seconds=-1))
