"""The swimmer plot: a row a patient, months from the diagnosis, with courses of treatment, spread and outcome.

A patient whose diagnosis is not dated to the month is named under the plot, not placed on it.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from pipeline.series.diagnosis import first_finding
from pipeline.series.timeline.figure import COLOURS
from pipeline.series.timeline.marks import Lane, Mark, days, story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from pipeline.series.cases import SeriesCase

_MONTH = 30.4375  # days
_DAYS_OF_A_MONTH = 31
_SHAPES = {Lane.SURGERY: ("D", "operation"), Lane.METASTASES: ("v", "spread found")}
_NOTE = 120


class Swimmer(NamedTuple):
    """A patient's row: the marks, the day of diagnosis, and how the report ends."""

    case_id: str
    begin: int
    marks: list[Mark]
    died: int | None
    alive: int | None

    @property
    def last(self) -> int:
        return max([mark.last for mark in self.marks] + [day for day in (self.died, self.alive) if day])


def swimmers(cases: Sequence[SeriesCase]) -> tuple[list[Swimmer], list[str]]:
    """The rows, the longest first, and the cases that cannot be placed."""
    found, left_out = [], []
    for case in cases:
        first = first_finding(case.record)
        bounds = [day.toordinal() for day in first[2].bounds()] if first and first[2].end else None
        told = story(case.record)
        if bounds is None or bounds[1] - bounds[0] > _DAYS_OF_A_MONTH or not told.by_date:
            left_out.append(case.case_id)
            continue
        marks = [mark for mark in told.marks if mark.first >= bounds[0]]
        outcome = case.record.outcome
        told_on = days(outcome.date) if outcome else None
        end = told_on[0] if told_on and told_on[0] >= bounds[0] else None
        died = end if outcome and outcome.status == "died" else None
        found.append(Swimmer(case.case_id, bounds[0], marks, died, None if died else end))
    return sorted(found, key=lambda one: (one.begin - one.last, one.case_id)), left_out


def build(cases: Sequence[SeriesCase]) -> Figure | None:
    """The plot; None where no case can be placed."""
    from matplotlib.figure import Figure

    rows, left_out = swimmers(cases)
    if not rows:
        return None
    notes = (
        textwrap.wrap(f"Not placed, since the diagnosis is not dated to the month: {', '.join(left_out)}", _NOTE)
        if left_out
        else []
    )
    height = 1.5 + 0.24 * len(rows) + 0.16 * len(notes)
    figure = Figure(figsize=(11, height), dpi=150, facecolor="white")
    bottom = (0.85 + 0.16 * len(notes)) / height
    axes = figure.add_axes((0.13, bottom, 0.84, 1 - bottom - 0.35 / height))
    for number, row in enumerate(rows):
        _row(axes, number, row)
    axes.set_yticks(range(len(rows)), [row.case_id for row in rows], size=7)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel("months from diagnosis", size=8)
    axes.tick_params(axis="x", labelsize=8)
    axes.grid(axis="x", color="#d0d7de", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    _legend(axes, 0.42 / (height * axes.get_position().height))
    for number, line in enumerate(notes):
        figure.text(
            0.02, (0.1 + 0.16 * (len(notes) - 1 - number)) / height, line, size=7, color="#444444", parse_math=False
        )
    return figure


def _row(axes: Axes, y: int, row: Swimmer) -> None:
    def month(day: float) -> float:
        return (day - row.begin) / _MONTH

    axes.plot([0, month(row.last)], [y, y], color="#b5bcc4", linewidth=1.2, zorder=1)
    for mark in row.marks:
        colour = COLOURS[mark.lane]
        if mark.lane in (Lane.SYSTEMIC, Lane.RADIOTHERAPY):
            offset = -0.16 if mark.lane is Lane.SYSTEMIC else 0.16
            if mark.end is not None:
                wide = max(month(mark.last) - month(mark.first), 0.3)
                axes.barh(y + offset, wide, 0.26, left=month(mark.first), color=colour, zorder=2)
            else:
                axes.plot([month(mark.first)], [y + offset], marker=">", markersize=4, color=colour, zorder=3)
        elif mark.lane in _SHAPES:
            axes.plot([month(mark.first)], [y], marker=_SHAPES[mark.lane][0], markersize=4.5, color=colour, zorder=4)
    if row.died is not None:
        axes.plot([month(row.died)], [y], marker="X", markersize=6, color="black", zorder=5)
    elif row.alive is not None:
        axes.annotate("", (month(row.alive) + 1.5, y), (month(row.alive), y), arrowprops={"arrowstyle": "->"})


def _legend(axes: Axes, points_below: float) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    def sign(marker: str, colour: str, words: str) -> Line2D:
        return Line2D([], [], linestyle="", marker=marker, color=colour, label=words)

    handles: list[Artist] = [
        Patch(color=COLOURS[lane], label=lane.value.lower()) for lane in (Lane.SYSTEMIC, Lane.RADIOTHERAPY)
    ]
    handles.append(sign(">", "#555555", "begun, end not reported"))
    handles += [sign(shape, COLOURS[lane], words) for lane, (shape, words) in _SHAPES.items()]
    handles += [sign("X", "black", "died"), sign("$→$", "black", "alive when last told")]
    axes.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.45, -points_below), ncols=7, fontsize=7, frameon=False
    )
