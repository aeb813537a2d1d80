"""`write`: the values and the cases as CSV, XLSX and Parquet, in one pass over the cases."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from pipeline.registry.cases import Written
from pipeline.registry.feeds.cells import CsvFile
from pipeline.registry.feeds.flat import wide
from pipeline.registry.feeds.flat.left_out import NO_PLACE, LeftOut
from pipeline.registry.feeds.flat.told import Held, traced
from pipeline.registry.feeds.tabular.columns import CODEBOOK, ParquetFile, columns
from pipeline.registry.feeds.tabular.workbook import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pipeline.registry.cases import RegistryCase, Tracer
    from pipeline.registry.feeds.cells import Cell
    from pipeline.registry.feeds.flat.told import Told

_FILES = (
    *("cases.csv", "cases.parquet", "codebook.csv", "left_out.csv"),
    *("oncocase.xlsx", "values.csv", "values.parquet"),
)
_FULL = "the sheet has as many rows as an XLSX sheet can have; the row stands in CSV and Parquet"
_TOO_LONG = "the text is longer than an XLSX cell can be (32,767 characters); it stands whole in CSV and Parquet"


def write(cases: Iterable[RegistryCase], folder: Path, trace: Tracer) -> Written:
    """Write the tables into `folder`, which is made if need be.

    A trace's item is `values.<path of the record>` or `cases.<column>`. Raises `WritingError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    with ExitStack() as stack:
        left_out = stack.enter_context(LeftOut(folder))
        book = Workbook(folder / "oncocase.xlsx")
        tables = {name: _Table(name, folder, book, stack, left_out) for name in ("cases", "values")}
        _write_codebook(folder, book)
        for case in cases:
            number += 1
            held = Held(case)
            for told in held.placeless:
                left_out.say(case.case_id, told.path, told.value, NO_PLACE)
            _write_case(case, held, tables["cases"], trace)
            for told in held.values:
                _write_value(case, told, tables["values"], trace)
    book.save()
    return Written(
        files=[folder / name for name in _FILES],
        counts={"cases": number, "values": tables["values"].rows},
        left_out=left_out.summary(),
    )


class _Table:
    """One table in its three forms."""

    def __init__(self, name: str, folder: Path, book: Workbook, stack: ExitStack, left_out: LeftOut) -> None:
        of = columns(name)
        self._heads = [column["column"] for column in of]
        self._name, self._left_out = name, left_out
        self._csv = stack.enter_context(CsvFile(folder / f"{name}.csv", self._heads))
        self._parquet = stack.enter_context(ParquetFile(folder / f"{name}.parquet", of))
        self._sheet = book.sheet(name, self._heads)
        self.rows = 0

    def row(self, case_id: str, cells: Sequence[Cell]) -> None:
        self._csv.row(cells)
        self._parquet.row(cells)
        self.rows += 1
        if self._sheet.is_full:
            self._left_out.say(case_id, f"oncocase.xlsx {self._name} row {self.rows + 1}", "", _FULL)
            return
        for place in self._sheet.row(cells):
            item = f"oncocase.xlsx {self._name}.{self._heads[place]} row {self.rows + 1}"
            self._left_out.say(case_id, item, f"{len(str(cells[place]))} characters", _TOO_LONG)


def _write_codebook(folder: Path, book: Workbook) -> None:
    sheet = book.sheet("codebook", CODEBOOK)
    with CsvFile(folder / "codebook.csv", CODEBOOK) as table:
        for column in (*columns("values"), *columns("cases")):
            cells = [column[name] for name in CODEBOOK]
            table.row(cells)
            sheet.row(cells)


def _write_case(case: RegistryCase, held: Held, table: _Table, trace: Tracer) -> None:
    of = columns("cases")
    cells = wide.row(case, held, of, wide.first_of_primary(case))
    table.row(case.case_id, [cell.value for cell in cells])
    for column, cell in zip(of, cells, strict=True):
        for told in cell.told:
            trace(traced(case, f"cases.{column['column']}", told.value, told.place))


def _write_value(case: RegistryCase, told: Told, table: _Table, trace: Tracer) -> None:
    place = told.place
    start, end, text = (place.start, place.end, place.text) if place else (None, None, None)
    about = (int(told.derived), told.rule or None, int(told.reviewed), told.confidence, start, end, text)
    cells = (case.case_id, case.source.doc_id, told.part, told.number, told.field, told.value, *about)
    table.row(case.case_id, cells)
    trace(traced(case, f"values.{told.path}", told.value, place))
