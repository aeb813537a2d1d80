"""A free row for each mark and its label: no two of one lane overlap.

Widths are in points (1/72 inch), from the left end of the axis.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.series.timeline.marks import Mark

SIZE = 8.0
"""Points of a label's letters."""
LINE = 11.0
"""Points from one line of a label to the next."""
_GAP = 4.0
_APART = 8.0
_LONGEST = 44  # characters of a line of a label

Side = Literal["right", "left", "over"]


@dataclass(frozen=True)
class Placed:
    """A mark at its place: its bar from `low` to `high`, the label's lines at `x` on one side, all in row `row`."""

    mark: Mark
    lines: tuple[str, ...]
    low: float
    high: float
    x: float
    side: Side
    row: int


@dataclass
class _Row:
    taken: list[tuple[float, float]]
    lines: int


def placed(
    marks: Iterable[Mark], extent: Callable[[Mark], tuple[float, float]], width: float
) -> tuple[list[Placed], list[int]]:
    """The marks of a lane with their rows, and the number of text lines of each row.

    `extent` gives the points of a mark's left and right end on an axis of `width` points.
    """
    rows: list[_Row] = []
    found: list[Placed] = []
    for mark in sorted(marks, key=lambda one: (one.first, one.last, one.label)):
        low, high = extent(mark)
        lines = tuple(textwrap.wrap(mark.label, _LONGEST, break_long_words=True)) or ("",)
        wide = max(text_width(line) for line in lines)
        side, x, span = _side(low, high, wide, width)
        number = _row(rows, span, len(lines))
        found.append(Placed(mark, lines, low, high, x, side, number))
    return found, [row.lines for row in rows]


def _side(low: float, high: float, wide: float, width: float) -> tuple[Side, float, tuple[float, float]]:
    """Right of the bar where there is room, else left, else over it."""
    if high + _GAP + wide <= width:
        return "right", high + _GAP, (low, high + _GAP + wide)
    if low - _GAP - wide >= 0:
        return "left", low - _GAP, (low - _GAP - wide, high)
    x = min(max(0.0, (low + high - wide) / 2), max(0.0, width - wide))
    return "over", x, (min(low, x), max(high, x + wide))


def _row(rows: list[_Row], span: tuple[float, float], lines: int) -> int:
    for number, row in enumerate(rows):
        if all(span[1] + _APART <= low or span[0] >= high + _APART for low, high in row.taken):
            row.taken.append(span)
            row.lines = max(row.lines, lines)
            return number
    rows.append(_Row([span], lines))
    return len(rows) - 1


def text_width(text: str) -> float:
    """Points that a label takes in the font of the figure; kerning, which only narrows it, is left out."""
    return sum(map(_letter_width, text))


@lru_cache(maxsize=1024)
def _letter_width(letter: str) -> float:
    from matplotlib.font_manager import FontProperties, findfont, get_font
    from matplotlib.ft2font import LoadFlags

    font = get_font(findfont(FontProperties()))
    if not font.get_char_index(ord(letter)):
        return SIZE  # drawn as a box
    font.set_size(SIZE, 72)
    glyph = font.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536
