"""Cells that nothing executes and that read back as what they were."""

from __future__ import annotations

import csv
import io

import pytest
from flat_cases import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import WritingError
from pipeline.registry.feeds import cells
from pipeline.registry.feeds.cells import CsvFile, clean, csv_line, inert, is_risky, one_line, original, tsv_line


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t1", "\r1", "\n1", " =1", "'=1", "''=1", "＝1", "-"])
def test_what_a_spreadsheet_runs_gets_an_apostrophe(text: str) -> None:
    assert inert(text) == f"'{text}"
    assert original(inert(text)) == text


@pytest.mark.parametrize("text", ["", "1+", "<1%", "3+", "'90s", "a=1", "IIB", "cT2N1M0", "HER2 -"])
def test_plain_values_stay_as_they_are(text: str) -> None:
    assert inert(text) == text == original(text)


@given(st.text(alphabet="='+-@\t\r\n a1\x00\x1b\ud800é", max_size=8))
def test_every_text_reads_back_and_none_begins_a_formula(text: str) -> None:
    cell = inert(text)
    assert original(cell) == clean(text)
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    assert not cell.startswith(("\t", "\r", "\n"))
    assert len(clean(text)) == len(text)
    clean(text).encode("utf-8")


@given(st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=9)), min_size=2, max_size=5))
def test_a_line_of_csv_reads_back(held: list[str | int | None]) -> None:
    (row,) = csv.reader(io.StringIO(csv_line(held), newline=""), strict=True)
    assert row == ["" if one is None else inert(one) if isinstance(one, str) else str(one) for one in held]


def test_no_other_delimiter_splits_a_text_and_null_is_not_the_empty_text() -> None:
    assert csv_line(["a;=cmd()", None, ""]) == '"a;=cmd()",,""\n'


@pytest.mark.parametrize("text", HOSTILE)
def test_a_line_of_tsv_is_one_line_of_as_many_cells(text: str) -> None:
    line = tsv_line(["a", text, None])
    assert line.count("\n") == 1
    assert line.count("\t") == 2
    assert original(line.rstrip("\n").split("\t")[1]) == clean(one_line(text))
    assert not is_risky(line)


def test_a_file_that_cannot_be_written_is_told(tmp_path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(WritingError, match="cannot be written"):
        CsvFile(tmp_path / "taken", ["a"])


def test_the_limit_of_a_cell_counts_as_excel_does() -> None:
    assert cells.fits_xlsx("x" * 32_767)
    assert not cells.fits_xlsx("x" * 32_768)
    assert not cells.fits_xlsx("😀" * 16_384)
