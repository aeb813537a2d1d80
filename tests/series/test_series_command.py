"""`oncocase series`: the files, what links where, bad input, the same bytes twice."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import docx
import pytest
from made_series import FORMULA, GOLD, SCRIPT, out
from openpyxl import load_workbook

from pipeline.cli import main


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = out(tmp_path_factory.mktemp("series") / "out", GOLD)
    assert main(["series", str(folder), "--quiet"]) == 0
    return folder / "series"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


class Links(HTMLParser):
    """The targets and the anchors of a page, and whether it holds a script."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: list[str] = []
        self.tags: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        known = dict(attrs)
        if tag == "a" and known.get("href"):
            self.targets.append(known["href"] or "")
        if known.get("id"):
            self.anchors.append(known["id"] or "")


def test_every_patient_has_a_row_and_a_figure(made: Path) -> None:
    patients = sum(len(d) if isinstance(d := json.loads(p.read_bytes()), list) else 1 for p in GOLD) + 1
    table = rows(made / "cases.csv")
    assert len(table) == patients
    for row in table:
        for form, head in (("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
            assert (made / "timeline" / f"{row['Case']}.{form}").read_bytes().startswith(head)
    assert (made / "swimmer.png").stat().st_size > 1000


def test_each_value_of_the_page_leads_to_its_words(made: Path) -> None:
    """Every link ends at an anchor that is there, and only the two columns without a sentence have none."""
    page = Links(made / "cases.html")
    assert len(page.targets) > 300
    anchors: dict[str, set[str]] = {}
    for target in page.targets:
        path, _, anchor = map(unquote, target.partition("#"))
        if path not in anchors:
            anchors[path] = set(Links(made / path).anchors)
        assert anchor in anchors[path], target


def test_cells_cite_what_the_record_says(made: Path) -> None:
    texts = {path.stem: (Path("corpus") / f"{path.stem}.txt").read_text(encoding="utf-8") for path in GOLD}
    cited = [row for row in rows(made / "cells.csv") if row["doc_id"] in texts]
    assert len(cited) > 1000
    for row in cited:
        said = texts[row["doc_id"]][int(row["start"]) : int(row["end"])]
        assert row["text"].removeprefix("'") == said


def test_not_reported_is_never_negative(made: Path) -> None:
    table = {row["Case"]: row for row in rows(made / "cases.csv")}
    for path in GOLD:
        record = json.loads(path.read_bytes())
        if isinstance(record, dict) and record["case"]["grade"] is None:
            assert table[path.stem]["Grade"] == "NR"
    assert table["hostile"]["Receptors of the primary"] == "NR"
    assert "negative" in "".join(row["Receptors of the primary"] for row in table.values())


def test_nothing_is_executed(made: Path) -> None:
    (row,) = [row for row in rows(made / "cases.csv") if row["Case"] == "hostile"]
    assert row["Histology"] == f"'{FORMULA}"
    page = made / "cases.html"
    assert "script" not in Links(page).tags
    assert "script" not in Links(made / "evidence" / "hostile.html").tags
    assert "&lt;script&gt;" in page.read_text(encoding="utf-8")
    sheet = load_workbook(made / "cases.xlsx")["Cases"]
    values = [cell for line in sheet.iter_rows() for cell in line if cell.value == FORMULA]
    assert [cell.data_type for cell in values] == ["s"]
    assert "<script" not in (made / "timeline" / "hostile.svg").read_text(encoding="utf-8")


def test_workbook(made: Path) -> None:
    book = load_workbook(made / "cases.xlsx")
    assert book.sheetnames == ["Cases", "Summary", "Columns"]
    sheet = book["Cases"]
    assert sheet.max_row == len(rows(made / "cases.csv")) + 1
    linked = [cell for line in sheet.iter_rows(min_row=2) for cell in line if cell.hyperlink]
    assert len(linked) > 150
    assert all((made / unquote(cell.hyperlink.target.partition("#")[0])).is_file() for cell in linked)


def test_word_document(made: Path) -> None:
    document = docx.Document(BytesIO((made / "cases.docx").read_bytes()))
    series, summary = document.tables
    assert len(series.rows) == len(rows(made / "cases.csv")) + 1
    assert summary.rows[1].cells[0].text == "Patients"
    assert SCRIPT in "".join(cell.text for cell in series.columns[4].cells)
    targets = [rel.target_ref for rel in document.part.rels.values() if rel.is_external]
    assert all(target.startswith("evidence/") for target in targets)
    assert len(targets) > 300


def test_columns_by_option(tmp_path: Path) -> None:
    folder = out(tmp_path / "out", [])
    assert main(["series", str(folder), "--columns", "case,outcome,contradictions", "--quiet"]) == 0
    assert list(rows(folder / "series" / "cases.csv")[0]) == ["Case", "Outcome", "Contradictions"]


def test_same_bytes_twice(tmp_path: Path) -> None:
    one, two = (out(tmp_path / name, GOLD[:1]) for name in ("one", "two"))
    assert main(["series", str(one), "--quiet"]) == main(["series", str(two), "--quiet"]) == 0
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert len(files) > 15
    for name in files:
        if name.suffix != ".docx":  # its archive holds times
            assert (one / name).read_bytes() == (two / name).read_bytes(), name
    documents = (docx.Document(str(folder / "series" / "cases.docx")) for folder in (one, two))
    assert len({str(document.element.xml) for document in documents}) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--columns", "case,weight"], "no column 'weight'; choose from case,"),
        (["--columns", "case,case"], "a column is named twice"),
    ],
)
def test_wrong_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str) -> None:
    assert main(["series", str(out(tmp_path / "out", [])), *options]) == 2
    assert said in capsys.readouterr().err


def test_no_extraction(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["series", str(tmp_path)]) == 2
    assert "has no folder records; give the folder that `oncocase extract" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"case": 1}', b"\xff\xfe"])
def test_a_broken_record_is_named_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    folder = tmp_path / "out"
    (folder / "records").mkdir(parents=True)
    (folder / "records" / "good.json").write_text('{"case": {}}', encoding="utf-8")
    (folder / "records" / "bad.json").write_bytes(content)
    assert main(["series", str(folder)]) == 3
    assert re.search(r"error: \S+bad\.json: is no (?:JSON|record)", capsys.readouterr().err)
    assert [row["Case"] for row in rows(folder / "series" / "cases.csv")] == ["good"]
