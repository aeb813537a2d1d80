"""The figure of one patient: lanes over the calendar, uncertain dates as hatched spans, labels that do not overlap.

Colours are Okabe and Ito's, told apart in grey by lane, shape and hatch as well.
"""

from __future__ import annotations

import textwrap
import warnings
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

from pipeline.series.timeline.layout import LINE, SIZE, Placed, placed
from pipeline.series.timeline.marks import Lane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from pipeline.series.timeline.marks import Mark, Story

Form = Literal["svg", "png", "pdf"]

COLOURS = {
    Lane.DIAGNOSIS: "#000000", Lane.SURGERY: "#D55E00", Lane.SYSTEMIC: "#0072B2", Lane.RADIOTHERAPY: "#E69F00",
    Lane.RESPONSE: "#009E73", Lane.METASTASES: "#882255",
}  # fmt: skip
_LEFT, _RIGHT, _TOP, _AXIS, _PAD = 108.0, 14.0, 30.0, 26.0, 7.0  # points around and between the lanes
_WIDTH = 760.0  # points of the axis
_EMPTY = 20.0  # points of the lanes of a record that tells nothing
_BAR = 7.0
_POINT = 6.0  # points: no mark is narrower
_LATER = 24.0  # points of a mark that is open to the future
_LEGEND = (
    "solid: known dates   hatched: some time in this span   hatched and dotted: then or later   ◆ one day   "
    "▶ begun, its end is not reported   → not ended"
)
_NOTE = 158  # characters of a line under the axis


def draw(title: str, story: Story, forms: Sequence[Form]) -> dict[Form, bytes]:
    """The figure in each form; the same story gives the same bytes."""
    figure, _ = build(title, story)
    return {form: saved(figure, form, title) for form in forms}


def build(title: str, story: Story) -> tuple[Figure, list[Placed]]:
    """The figure, and where each label went."""
    from matplotlib.figure import Figure

    scale = _Scale(story)
    lanes = [lane for lane in Lane if any(mark.lane is lane for mark in story.marks)]
    layouts = {
        lane: placed((m for m in story.marks if m.lane is lane), scale.extent, _WIDTH) for lane in lanes
    }  # fmt: skip
    heights = {lane: sum(lines * LINE + 3 for lines in rows) + 2 * _PAD for lane, (_, rows) in layouts.items()}
    inside = max(sum(heights.values()), _EMPTY)
    notes = _notes(story)
    below = _AXIS + LINE * (len(notes) + 1) + 12
    height = _TOP + inside + below
    width = _LEFT + _WIDTH + _RIGHT
    figure = Figure(figsize=(width / 72, height / 72), dpi=150, facecolor="white")
    axes = figure.add_axes((_LEFT / width, below / height, _WIDTH / width, inside / height))
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(inside, 0)
    top = 0.0
    for number, lane in enumerate(lanes):
        if number % 2 == 0:
            axes.axhspan(top, top + heights[lane], color="#f3f5f7", zorder=0, linewidth=0)
        _text(axes, -8, top + heights[lane] / 2, lane.value, ha="right", va="center", weight="bold", clip_on=False)
        _lane(axes, scale, layouts[lane], top + _PAD)
        top += heights[lane]
    _axis(axes, scale)
    figure.text(0.01, 1 - 8 / height, title, size=11, weight="bold", va="top", parse_math=False)
    for number, line in enumerate([*notes, _LEGEND]):
        y = (below - _AXIS - LINE * (number + 1)) / height
        figure.text(0.01, y, line, size=7.5, color="#444444", parse_math=False)
    return figure, [one for found, _ in layouts.values() for one in found]


def saved(figure: Figure, form: Form, title: str) -> bytes:
    """The file of a figure, without the time of its making; a letter that the font lacks is drawn as a box."""
    from matplotlib import rc_context

    made = BytesIO()
    about: dict[Form, dict[str, Any]] = {
        "svg": {"Date": None, "Title": title, "Creator": "Oncocase"},
        "png": {"Software": None, "Title": title},
        "pdf": {"CreationDate": None, "Title": title, "Creator": "Oncocase", "Producer": None},
    }
    with rc_context({"svg.hashsalt": "oncocase"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure.savefig(made, format=form, metadata=about[form])
    return made.getvalue()


class _Scale:
    """Days to points of the axis."""

    def __init__(self, story: Story) -> None:
        firsts = [mark.first for mark in story.marks] or [1]
        lasts = [mark.last for mark in story.marks] or [1]
        self.by_date = story.by_date
        span = max(max(lasts) - min(firsts), 1)
        self.low = min(firsts) - max(span * 0.02, 0.5)
        self.high = max(lasts) + max(span * 0.04, 0.5)

    def x(self, day: float) -> float:
        return (day - self.low) / (self.high - self.low) * _WIDTH

    def extent(self, mark: Mark) -> tuple[float, float]:
        """The left and right end of what is drawn of a mark."""
        low = self.x(mark.first)
        high = _WIDTH - 2 if mark.goes_on and self.by_date else self.x(mark.last + (1 if self.by_date else 0))
        if high - low < _POINT:
            middle = (low + high) / 2
            low, high = middle - _POINT / 2, middle + _POINT / 2
        if mark.later and not mark.goes_on:
            return low, max(high, low + _LATER)
        if mark.lasts and mark.end is None and not mark.goes_on:
            high += _POINT
        return low, high

    def sure(self, mark: Mark) -> tuple[float, float] | None:
        """From the last day on which a course can have begun to the first on which it can have ended."""
        if not mark.lasts or mark.end is None or mark.start[1] >= mark.end[0]:
            return None
        return self.x(mark.start[1]), self.x(mark.end[0] + 1)

    def ticks(self) -> list[tuple[float, str]]:
        if not self.by_date:
            return []
        low, high = date.fromordinal(max(1, int(self.low))), date.fromordinal(int(self.high))
        months = max(1, (high.year - low.year) * 12 + high.month - low.month)
        step = next((s for s in (1, 2, 3, 6, 12, 24, 60, 120) if months / s <= 14), 240)
        found = []
        for count in range(low.year * 12, high.year * 12 + 13, step):
            when = date(count // 12, count % 12 + 1, 1)
            if low <= when <= high:
                found.append((self.x(when.toordinal()), f"{when:%Y}" if step >= 12 else f"{when:%Y-%m}"))
        return found


def _lane(axes: Axes, scale: _Scale, layout: tuple[list[Placed], list[int]], top: float) -> None:
    marks, rows = layout
    tops = [top + sum(lines * LINE + 3 for lines in rows[:number]) for number in range(len(rows))]
    for one in marks:
        middle = tops[one.row] + (len(one.lines) * LINE) / 2
        _mark(axes, scale, one, middle)
        align = {"right": "left", "left": "right", "over": "left"}[one.side]
        for number, line in enumerate(one.lines):
            y = middle + (number - (len(one.lines) - 1) / 2) * LINE
            box = {"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.9} if one.side == "over" else None
            _text(axes, one.x, y, line, ha=align, va="center", bbox=box, zorder=4, gid="label")


def _mark(axes: Axes, scale: _Scale, one: Placed, y: float) -> None:
    mark, colour = one.mark, COLOURS[one.mark.lane]
    exact = mark.start[0] == mark.start[1] and (mark.end is None or mark.end[0] == mark.end[1])
    if mark.later and not mark.goes_on:
        _bar(axes, one.low, one.low + _POINT, y, colour, hatched=True)
        axes.plot([one.low + _POINT, one.high], [y, y], linestyle=":", linewidth=1.6, color=colour, zorder=2)
    elif mark.lasts and mark.end is None:
        _begun(axes, one, y, colour, exact=exact)
    elif mark.lasts and exact:
        _bar(axes, one.low, one.high, y, colour, hatched=False)
    elif exact and mark.end is None:
        axes.plot([(one.low + one.high) / 2], [y], marker="D", markersize=5, color=colour, zorder=3)
    else:
        _bar(axes, one.low, one.high, y, colour, hatched=True)
        sure = scale.sure(mark)
        if sure is not None:
            _bar(axes, *sure, y, colour, hatched=False)


def _begun(axes: Axes, one: Placed, y: float, colour: str, *, exact: bool) -> None:
    """A course without an end: ▶ at its start, or a line to the edge where it goes on."""
    if not exact:
        _bar(axes, one.low, max(one.high - _POINT, one.low + _POINT / 2), y, colour, hatched=True)
    if one.mark.goes_on:
        begin = one.low if exact else one.low + _POINT
        axes.annotate(
            "",
            (one.high, y),
            (begin, y),
            arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 2, "shrinkA": 0, "shrinkB": 0},
        )
    else:
        axes.plot([one.high - _POINT / 2], [y], marker=">", markersize=5, color=colour, zorder=3)


def _bar(axes: Axes, low: float, high: float, y: float, colour: str, *, hatched: bool) -> None:
    from matplotlib.patches import Rectangle

    bar = Rectangle((low, y - _BAR / 2), high - low, _BAR, edgecolor=colour, linewidth=0.9, zorder=2)
    bar.set_facecolor("white" if hatched else colour)
    if hatched:
        bar.set_hatch("//////")
        bar.set_linestyle("--")
    axes.add_patch(bar)


def _axis(axes: Axes, scale: _Scale) -> None:
    ticks = scale.ticks()
    axes.set_yticks([])
    axes.set_xticks([x for x, _ in ticks], [label for _, label in ticks], size=SIZE)
    axes.grid(axis="x", color="#d0d7de", linewidth=0.6, zorder=0)
    axes.set_axisbelow(True)
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    if not scale.by_date:
        axes.set_xlabel("in the order of the report, which gives no dates", size=SIZE)


def _notes(story: Story) -> list[str]:
    """What has no date, in the order of the report."""
    if not story.undated:
        return []
    told = "; ".join(f"{label} ({lane.value.lower()})" for lane, label in story.undated)
    return textwrap.wrap(f"Not dated in the report: {told}", _NOTE)


def _text(axes: Axes, x: float, y: float, words: str, **look: Any) -> None:
    axes.text(x, y, words, size=SIZE, parse_math=False, **look)
