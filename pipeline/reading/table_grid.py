"""Rows of a table's markup to cells with their places in the grid: row and column spans, XHTML and CALS.

JATS has both models: <tr><td colspan="2"> as in HTML, and CALS, <row><entry namest="c1" nameend="c2" morerows="1">,
of which OASIS Exchange is a part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.reading.safe_xml import local

if TYPE_CHECKING:
    Element = Any

MAX_SPAN = 1000
"""The most columns that HTML lets a cell cover; rows end with the table."""
MAX_COLUMNS = 2000
"""No table that is read by people is wider; one where each cell spans all rows below would be."""
_CELLS = ("td", "th", "entry")
_MAX_NUMBER = 6


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell before it has a place in a text; see `document.Cell`."""

    row: int
    column: int
    rows: int
    columns: int
    header: bool
    text: str


def grid(table: Element, text_of: Callable[[Element], str]) -> list[list[GridCell]]:
    """The rows of an XHTML or CALS table, cells in order; rows without cells are left out of the count.

    Raises `ValueError` for a table wider than `MAX_COLUMNS`.
    """
    names = {name: number for number, name in enumerate(_column_names(table))}
    spans = _named_spans(table)
    rows = [(row, [cell for cell in row if local(cell) in _CELLS]) for row in _rows(table)]
    rows = [(row, cells) for row, cells in rows if cells]
    found = []
    above: list[tuple[int, int, int]] = []  # first column, column after the last, row after the last
    for number, (row, cells) in enumerate(rows):
        if any(after <= number for _, _, after in above):
            above = [span for span in above if span[2] > number]
        above.sort()
        head = local(row.getparent()) == "thead"
        line: list[GridCell] = []
        column = 0
        for cell in cells:
            column = _free(above, names.get(_first_column(cell, spans), column))
            if column > MAX_COLUMNS:
                raise ValueError(f"has a table of more than the {MAX_COLUMNS} columns that can be read")
            columns = _columns(cell, names, spans)
            down = _number(cell.get("rowspan")) if local(cell) != "entry" else _number(cell.get("morerows"), 0) + 1
            down = min(down, len(rows) - number)
            line.append(GridCell(number, column, down, columns, head or local(cell) == "th", text_of(cell)))
            if down > 1:
                above.append((column, column + columns, number + down))
            column += columns
        found.append(line)
    return found


def from_lines(text: str) -> list[list[GridCell]]:
    """The rows of a table given as lines, its cells between tabs."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [
        [GridCell(row, column, 1, 1, False, cell) for column, cell in enumerate(line.split("\t"))]
        for row, line in enumerate(lines)
    ]


def _free(above: list[tuple[int, int, int]], column: int) -> int:
    for first, after, _ in above:
        if first <= column < after:
            column = after
    return column


def _rows(table: Element) -> Iterator[Element]:
    """The rows, without those of tables in cells."""
    for child in table:
        match local(child):
            case "tr" | "row":
                yield child
            case "thead" | "tbody" | "tfoot" | "tgroup" | "table":
                yield from _rows(child)


def _column_names(table: Element) -> list[str]:
    return [column.get("colname") or "" for column in table.iter("{*}colspec")]


def _named_spans(table: Element) -> dict[str, tuple[str, str]]:
    """The first and the last column of what CALS names once and cells refer to by `spanname`."""
    return {
        one.get("spanname") or "": (one.get("namest") or "", one.get("nameend") or "")
        for one in table.iter("{*}spanspec")
    }


def _first_column(cell: Element, spans: dict[str, tuple[str, str]]) -> str:
    return spans.get(cell.get("spanname") or "", ("", ""))[0] or cell.get("namest") or cell.get("colname") or ""


def _columns(cell: Element, names: dict[str, int], spans: dict[str, tuple[str, str]]) -> int:
    one, other = spans.get(cell.get("spanname") or "", (cell.get("namest") or "", cell.get("nameend") or ""))
    first, last = names.get(one), names.get(other)
    if first is not None and last is not None:
        return max(1, min(last - first + 1, MAX_SPAN))
    return min(_number(cell.get("colspan")), MAX_SPAN)


def _number(said: str | None, least: int = 1) -> int:
    said = (said or "").strip()
    return max(least, int(said)) if said.isascii() and said.isdigit() and len(said) <= _MAX_NUMBER else least
