"""All scores of a set of pairs: what the report prints and the JSON and HTML files hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.scoring import confusion
from pipeline.scoring.intervals import differences, intervals
from pipeline.scoring.measures import LEVELS, columns, measure, total
from pipeline.scoring.reliability import reliability
from pipeline.scoring.tally import ALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.scoring.confusion import Confusion
    from pipeline.scoring.intervals import Difference, Interval
    from pipeline.scoring.measures import Measures
    from pipeline.scoring.pairs import Pair
    from pipeline.scoring.subsets import Groups

SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Subset:
    """The documents of one group: F1 of exact mentions, relations and record facts, and their 95 % intervals."""

    column: str
    name: str
    documents: int
    f1: dict[str, float]
    intervals: dict[str, Interval]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The sums of all documents; `intervals` has the 95 % bounds of the F1 of each row by level and row."""

    documents: int
    scores: Measures
    intervals: dict[str, dict[str, Interval]]
    subsets: tuple[Subset, ...]
    confusion: Confusion
    reliability: list[dict[str, float]]


def evaluate(pairs: Sequence[Pair], groups: Groups | None = None) -> Evaluation:
    """Score pairs; their order makes no difference."""
    ordered = sorted(pairs, key=lambda pair: (pair.source, pair.id))
    measured = [measure(pair) for pair in ordered]
    return Evaluation(
        len(ordered),
        total(measured),
        {level: intervals(columns(measured, level)) for level in LEVELS},
        tuple(_subsets(ordered, measured, groups or {})),
        sum((confusion.compare(pair.gold, pair.pred) for pair in ordered), Counter()),
        reliability(ordered),
    )


def against(first: Sequence[Pair], second: Sequence[Pair]) -> dict[str, dict[str, Difference]]:
    """By level and row the second run of the same gold documents against the first."""
    sides = [
        [measure(pair) for pair in sorted(side, key=lambda pair: (pair.source, pair.id))] for side in (first, second)
    ]
    return {level: differences(*(columns(side, level) for side in sides)) for level in LEVELS}


def _subsets(pairs: Sequence[Pair], measured: Sequence[Measures], groups: Groups) -> Iterable[Subset]:
    sources: Groups = {
        (SOURCE, name): frozenset(pair.id for pair in pairs if pair.source == name)
        for name in dict.fromkeys(pair.source for pair in pairs)
    }
    for (column, name), ids in (sources | groups).items():
        chosen = [found for pair, found in zip(pairs, measured, strict=True) if pair.id in ids]
        if not chosen or len(chosen) == len(pairs):  # a group of all says what the totals say
            continue
        sums = {level: columns(chosen, level)[ALL] for level in LEVELS}
        scores = total(chosen)
        f1 = {level: scores.level(level)[ALL].f1 for level in scores.levels}
        yield Subset(column, name, len(chosen), f1, intervals(sums))
