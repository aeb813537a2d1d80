"""The rows of the series table: a case with its cells, in the order of the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.series.cases import SeriesCase
    from pipeline.series.cells import Cell
    from pipeline.series.columns import Column
    from pipeline.series.summary import Line

# Columns whose words need room.
_WIDE = frozenset({"primary", "metastasis", "sites", "surgery", "systemic", "radiotherapy", "response", "reference"})


class Row(NamedTuple):
    case: SeriesCase
    cells: dict[str, Cell]


class Table(NamedTuple):
    """All that a form of the table shows."""

    columns: Mapping[str, Column]
    rows: list[Row]
    summary: list[Line]


def rows(cases: Iterable[SeriesCase], columns: Mapping[str, Column]) -> list[Row]:
    """A row a patient."""
    return [Row(case, {key: column.read(case) for key, column in columns.items()}) for case in cases]


def is_wide(key: str) -> bool:
    """Whether a column holds sentences rather than words."""
    return key in _WIDE


def width(key: str) -> int:
    """Characters of a column's width in a workbook."""
    return 44 if is_wide(key) else 16
