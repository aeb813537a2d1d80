"""`cases.xlsx`: sheets of the cases, the summary, and what the columns mean; each cell links to its sentence."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pipeline.registry.feeds.cells import XLSX_LIMIT, xlsx
from pipeline.series.cells import NOT_REPORTED, as_text
from pipeline.series.evidence import link
from pipeline.series.rows import width

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.worksheet.worksheet import Worksheet

    from pipeline.series.cells import Cell
    from pipeline.series.rows import Table

# The same cases give the same bytes: no time of making.
_MADE = datetime(2000, 1, 1)
_PLAIN_WIDTH = 44
_MORE = " … (more in cells.csv)"


def cases(table: Table) -> bytes:
    """The workbook; text is never a formula."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("Cases")
    _head(sheet, [column.heading for column in table.columns.values()])
    for number, (case, row) in enumerate(table.rows, start=2):
        for place, (key, cell) in enumerate(row.items(), start=1):
            made = _text(sheet, number, place, _fitting(cell))
            first = next((part.places[0] for part in cell if part.places), None)
            if first is not None and key != "case":
                made.hyperlink = link(case, first)
    for place, key in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width(key)
    sheet.freeze_panes = "B2"
    _plain(book.create_sheet("Summary"), ("Item", "Value", "Reported"), table.summary)
    meanings = [(column.heading, column.about) for column in table.columns.values()]
    meanings.append((NOT_REPORTED, "not found in the report; never the same as negative or absent"))
    _plain(book.create_sheet("Columns"), ("Column", "Meaning"), meanings)
    book.properties.created = book.properties.modified = _MADE
    made_file = BytesIO()
    book.save(made_file)
    return _timeless(made_file)


def _head(sheet: Worksheet, headings: Iterable[str]) -> None:
    from openpyxl.styles import Alignment, Font

    for place, heading in enumerate(headings, start=1):
        cell = sheet.cell(1, place, heading)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="bottom")


def _plain(sheet: Worksheet, headings: tuple[str, ...], lines: Iterable[Iterable[str]]) -> None:
    from openpyxl.utils import get_column_letter

    _head(sheet, headings)
    for number, line in enumerate(lines, start=2):
        for place, text in enumerate(line, start=1):
            _text(sheet, number, place, text)
    for place in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = _PLAIN_WIDTH


def _text(sheet: Worksheet, row: int, column: int, text: str) -> Any:
    from openpyxl.styles import Alignment

    cell = sheet.cell(row, column)
    cell.value = xlsx(text)
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _fitting(cell: Cell) -> str:
    """The cell's text, ended with a word of where the rest is if Excel cannot hold it."""
    text = as_text(cell)
    return text if len(text) * 2 <= XLSX_LIMIT else text[: XLSX_LIMIT // 2 - len(_MORE)] + _MORE


def _timeless(made: BytesIO) -> bytes:
    """The same archive with fixed times of its members."""
    fixed = BytesIO()
    with ZipFile(made) as old, ZipFile(fixed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _undated(data)
            new.writestr(ZipInfo(name, (2000, 1, 1, 0, 0, 0)), data, ZIP_DEFLATED)
    return fixed.getvalue()


def _undated(core: bytes) -> bytes:
    """openpyxl writes the time of saving, whatever `modified` says."""
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", core)
