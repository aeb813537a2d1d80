"""Rows of a table in a PDF to cells: columns by where cells begin, lines of one cell put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pipeline.reading.pdf_columns import Row
from pipeline.reading.pdf_hyphens import joined
from pipeline.reading.table_grid import GridCell

_ROWS_APART = 1.12  # times the distance of two lines


def cells(rows: Sequence[Row], words: Counter[str]) -> list[list[GridCell]]:
    """The cells of each row, in a grid without spans; a line without a first cell goes on with the row above it."""
    if not rows:
        return []
    edges = _edges(rows)
    grid: list[dict[int, list[str]]] = []
    nearest = _nearest(rows)
    for number, row in enumerate(rows):
        line: dict[int, list[str]] = {}
        for piece in row:
            line.setdefault(_column(piece.left, piece.right, edges), []).append(piece.text)
        if grid and (0 not in line or _goes_on(rows, number, nearest)):
            for column, texts in line.items():
                grid[-1].setdefault(column, []).extend(texts)
        else:
            grid.append(line)
    return [
        [GridCell(number, column, 1, 1, False, joined(line[column], words)) for column in sorted(line)]
        for number, line in enumerate(grid)
    ]


def _nearest(rows: Sequence[Row]) -> float:
    """The distance of two lines in a cell, where it differs from that of two rows; else 0."""
    distances = [above[0].middle - row[0].middle for above, row in pairwise(rows)]
    return min(distances) if distances and max(distances) > _ROWS_APART * min(distances) else 0.0


def _goes_on(rows: Sequence[Row], number: int, nearest: float) -> bool:
    """Whether a line is the rest of the cells above: as near as lines of a cell are, and no row by itself."""
    row, above = rows[number], rows[number - 1]
    near = above[0].middle - row[0].middle < _ROWS_APART * nearest
    inside = len(row) < len(above) or any(piece.text[:1].islower() for piece in row)
    return near and inside and len(row) <= len(above)


def _edges(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """From where to where each column reaches: the boxes of all cells, run together where they overlap."""
    most = max(len(row) for row in rows)
    full = [piece for row in rows if len(row) == most for piece in row]
    found: list[tuple[float, float]] = []
    for piece in sorted(full, key=lambda p: p.left):
        if found and piece.left < found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], piece.right)
        else:
            found.append((piece.left, piece.right))
    return found


def _column(left: float, right: float, edges: Sequence[tuple[float, float]]) -> int:
    """The column that a cell shares the most points with, else the nearest."""

    def shared(column: int) -> float:
        first, last = edges[column]
        return min(right, last) - max(left, first)

    return max(range(len(edges)), key=lambda column: (shared(column), -column))
