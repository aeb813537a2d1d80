"""Plain tables: what is in them is what the record says, in all three forms, and the codebook tells each column."""

from __future__ import annotations

import csv
import sys

import openpyxl
import pyarrow.parquet as pq
import pytest
from flat_cases import HOSTILE, extracted_cases, gold_cases, hostile_cases, made_case, same_bytes, written

from pipeline.registry.cases import RegistryCase
from pipeline.registry.feeds.cells import clean, original
from pipeline.registry.feeds.flat.told import values
from pipeline.registry.feeds.tabular import workbook, write

csv.field_size_limit(sys.maxsize)


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def as_read(cell) -> str:
    return "" if cell is None else str(cell)


@pytest.mark.parametrize(
    "cases", [gold_cases, extracted_cases, lambda: (made_case(),)], ids=["gold", "extracted", "made"]
)
def test_csv_parquet_and_xlsx_hold_the_same_and_each_value_is_traced(cases, tmp_path) -> None:
    wrote, traces = written(write, cases(), tmp_path)
    book = openpyxl.load_workbook(tmp_path / "oncocase.xlsx", read_only=True)
    for name in ("values", "cases"):
        rows = read(tmp_path / f"{name}.csv")
        assert len(rows) == wrote.counts[name] > 0
        table = pq.read_table(tmp_path / f"{name}.parquet")
        assert [{key: as_read(cell) for key, cell in row.items()} for row in table.to_pylist()] == [
            {key: cell if key in ("confidence",) else original(cell) for key, cell in row.items()} for row in rows
        ]
        head, *sheet = book[name].iter_rows(values_only=True)
        assert list(head) == list(rows[0])
        assert [[as_read(cell) for cell in row] for row in sheet] == [
            [
                str(int(float(cell))) if key == "confidence" and float(cell).is_integer() else original(cell)
                for key, cell in row.items()
            ]
            for row in rows
        ]
    assert len([trace for trace in traces if trace.item.startswith("values.")]) == wrote.counts["values"]


def test_every_value_of_every_gold_record_has_its_row(tmp_path) -> None:
    wrote, _ = written(write, gold_cases(), tmp_path)
    placed = [told for case in gold_cases() for told in values(case) if told.place]
    assert wrote.counts["values"] == len(placed) > 1000
    assert len(read(tmp_path / "left_out.csv")) == sum(1 for c in gold_cases() for told in values(c)) - len(placed)


def test_the_wide_row_of_a_case(tmp_path) -> None:
    written(write, [made_case()], tmp_path)
    (row,) = read(tmp_path / "cases.csv")
    assert {key: cell for key, cell in row.items() if cell} == {
        "case_id": "doc", "doc_id": "doc", "sex": "female", "age_at_diagnosis": "50", "primary_site": "breast",
        "laterality": "left", "panel_date": "2015-03-02", "er_status": "positive", "er_percent": "90%",
        "pr_status": "negative", "pr_percent": "<1%", "her2_status": "negative", "her2_score": "1+",
        "her2_category": "low", "tnm": "cT2N1M0", "stage_basis": "clinical", "stage_date": "2015-03-02",
        "sites_present": "bone", "sites_possible": "liver", "sites_absent": "liver",
        "drugs_given": "paclitaxel; letrozole", "operations": "mastectomy", "not_given": "tamoxifen (declined)",
        "panels": "1", "contradictions": "0",
    }  # fmt: skip


def test_the_codebook_tells_every_column_and_only_them(tmp_path) -> None:
    written(write, gold_cases(), tmp_path)
    book = read(tmp_path / "codebook.csv")
    for name in ("values", "cases"):
        rows = read(tmp_path / f"{name}.csv")
        told = {row["column"]: row for row in book if row["table"] == name}
        assert list(told) == list(rows[0])
        for column, about in told.items():
            assert about["meaning"], column
            assert about["not_reported"], column
            allowed = {choice.partition(" = ")[0] for choice in about["values"].split("|")} - {""}
            found = {row[column] for row in rows} - {""}
            assert not allowed or found <= allowed, (column, found - allowed)
            if about["not_reported"] == "never":
                assert all(row[column] for row in rows)


def test_not_reported_is_null_and_negative_a_word(tmp_path) -> None:
    written(write, [made_case()], tmp_path)
    (row,) = pq.read_table(tmp_path / "cases.parquet").to_pylist()
    assert row["histology"] is None
    assert row["pr_status"] == "negative"
    assert ",," in (tmp_path / "cases.csv").read_text()


def test_hostile_values_are_text_everywhere(tmp_path) -> None:
    cases = hostile_cases()
    wrote, _ = written(write, cases, tmp_path)
    for path, column in (("values.csv", "value"), ("cases.csv", "histology")):
        rows = read(tmp_path / path)
        assert {clean(value) for value in HOSTILE} <= {original(row[column]) for row in rows}
        for cell in (cell for row in rows for cell in row.values()):
            assert not cell.lstrip().startswith(("=", "+", "@"))
    histology = pq.read_table(tmp_path / "cases.parquet").column("histology").to_pylist()
    assert histology == [clean(value) for value in HOSTILE]
    assert len(rows) == len(HOSTILE)
    book = openpyxl.load_workbook(tmp_path / "oncocase.xlsx")
    column = [cell.value for cell in book["cases"][1]].index("histology")
    found = [row[column] for row in book["cases"].iter_rows(min_row=2)]
    for cell, value in zip(found, HOSTILE, strict=True):
        assert cell.data_type == "s"
        if len(value) < 40_000:
            as_sheet = clean(value).replace("\r\n", "\n").replace("\r", "\n")
            assert cell.value.replace("_x005F_", "_") == as_sheet
        else:
            assert cell.value == "[too long for a cell: 1000000 characters, whole in the CSV file]"
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert any("longer than an XLSX cell" in line for line in wrote.left_out)


def test_a_value_without_a_place_is_left_out_unless_a_person_decided_it(tmp_path) -> None:
    case = made_case()
    case.record.case.evidence.clear()
    wrote, _ = written(write, [case], tmp_path / "out")
    assert any("no place of the document" in line for line in wrote.left_out)
    assert read(tmp_path / "out" / "cases.csv")[0]["sex"] == ""
    decided = RegistryCase(case.case_id, case.record, case.source, reviewed=frozenset({"case.sex"}))
    traces = []
    write([decided], tmp_path / "decided", traces.append)
    assert read(tmp_path / "decided" / "cases.csv")[0]["sex"] == "female"
    assert [(t.start, t.end, t.text) for t in traces if t.item == "values.case.sex"] == [(0, 0, "")]


def test_a_citation_that_is_not_in_the_document_is_no_place(tmp_path) -> None:
    case = made_case()
    moved = RegistryCase("doc", case.record, type(case.source)("doc", "", "x" * 1000))
    wrote, traces = written(write, [moved], tmp_path)
    assert wrote.counts["values"] == 0 == len(traces)


def test_the_same_cases_give_the_same_bytes(tmp_path) -> None:
    assert same_bytes(write, gold_cases(), tmp_path / "a", tmp_path / "b") == 7


def test_a_full_sheet_takes_no_more_and_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 60)
    wrote, _ = written(write, [made_case()] * 2, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "oncocase.xlsx")["values"]
    assert sheet.max_row == 60
    assert len(read(tmp_path / "values.csv")) == wrote.counts["values"] > 60
    lost = [row for row in read(tmp_path / "left_out.csv") if "as many rows" in row["reason"]]
    assert len(lost) == wrote.counts["values"] - 59
    assert any("as many rows" in line for line in wrote.left_out)
