"""The pieces of a page to rows in reading order: columns from left to right between what spans them.

Columns are told by a gutter, an upright stripe in the middle of the page that few lines cross. A line that
crosses it (a title, a caption or table over both columns) ends the columns above it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from statistics import median_low

from pipeline.reading import labels
from pipeline.reading.pdf_lines import Piece

Row = list[Piece]
"""Pieces on one line, from left to right."""

_NARROWEST = 100  # points; a column of fewer holds no lines of prose
_LEAST_LINES = 4
_CROSSING = 0.35  # of the lines of a page with two columns may stand across the gutter
_PROSE = 0.5  # of a column's width: a line of prose fills that, a cell does not


def of_pages(pages: Sequence[Sequence[Piece]]) -> list[Row]:
    """The rows of all pages; a page with too few lines to show its gutter has that of the others."""
    gutters = [_gutter(page) for page in pages]
    known = [gutter for gutter in gutters if gutter is not None]
    usual = median_low(known) if known else None
    return [row for page, gutter in zip(pages, gutters, strict=True) for row in rows(page, gutter or usual)]


def rows(pieces: Sequence[Piece], gutter: float | None) -> list[Row]:
    """The rows in the order in which they are read; `gutter` is the x at which two columns part."""
    if gutter is None or sum(p.left < gutter < p.right for p in pieces) > _CROSSING * len(pieces):
        return _lines(pieces)
    left_edge, right_edge = min(p.left for p in pieces), max(p.right for p in pieces)
    found: list[Row] = []
    left: list[Piece] = []
    right: list[Piece] = []
    lines = _lines(pieces)
    spanning = [_spans(line, gutter, left_edge, right_edge) for line in lines]
    for number, line in enumerate(lines):
        if spanning[number] or _heads(lines, spanning, number):
            found += rows_of(left) + rows_of(right)
            left, right = [], []
            found.append(line)
        else:
            left += [piece for piece in line if piece.right <= gutter]
            right += [piece for piece in line if piece.left >= gutter]
    return found + rows_of(left) + rows_of(right)


def rows_of(pieces: Sequence[Piece]) -> list[Row]:
    """The rows of a column, which may hold columns itself."""
    return rows(pieces, _gutter(pieces)) if pieces else []


def _heads(lines: Sequence[Row], spanning: Sequence[bool], number: int) -> bool:
    """Whether a line is the short caption of a table over both columns, which begins right below it."""
    alone = len(lines[number]) == 1 and labels.is_table(labels.split(lines[number][0].text)[0])
    return alone and any(spanning[number + 1 : number + 3])


def _lines(pieces: Iterable[Piece]) -> list[Row]:
    """Pieces whose middles lie on one height, from the top down."""
    found: list[Row] = []
    for piece in sorted(pieces, key=lambda p: (-p.middle, p.left)):
        if found and abs(found[-1][0].middle - piece.middle) < 0.5 * min(found[-1][0].size, piece.size):
            found[-1].append(piece)
        else:
            found.append([piece])
    return [sorted(row, key=lambda p: p.left) for row in found]


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """The x at which two columns part; None for one column."""
    if len(pieces) < 2 * _LEAST_LINES:
        return None
    lefts, rights = sorted(p.left for p in pieces), sorted(p.right for p in pieces)
    first, last = lefts[0], rights[-1]
    best: tuple[int, float, float] | None = None
    for x in {left - 1 for left in lefts}:
        if x - first < _NARROWEST or last - x < _NARROWEST:
            continue
        crossing = bisect_left(lefts, x) - bisect_right(rights, x)
        score = (crossing, abs(x - (first + last) / 2), x)
        best = min(best, score) if best else score
    if best is None:
        return None
    crossing, _, x = best
    left = [p for p in pieces if p.right <= x]
    right = [p for p in pieces if p.left >= x]
    prose = [
        sum(p.width > _PROSE * width for p in side) >= _LEAST_LINES
        for side, width in ((left, x - first), (right, last - x))
    ]
    return x if all(prose) and crossing <= _CROSSING * len(pieces) else None


def _spans(line: Row, gutter: float, left_edge: float, right_edge: float) -> bool:
    """Whether a line stands across both columns: a piece crosses the gutter, or it is a row of short cells."""
    if any(piece.left < gutter < piece.right for piece in line):
        return True
    left = [piece for piece in line if piece.right <= gutter]
    right = [piece for piece in line if piece.left >= gutter]
    # A justified line may have wide gaps too, but its words fill the column.
    filled = [
        sum(p.width for p in side) > _PROSE * width
        for side, width in ((left, gutter - left_edge), (right, right_edge - gutter))
    ]
    return bool(left and right) and len(line) > 2 and not any(filled)
