"""How far an F1 could have come out otherwise, and whether two runs differ: resampling over documents.

Documents are drawn, not mentions, since the mentions of one report succeed and fail together. Intervals are
percentile bootstrap (Efron 1979), the test of two runs is approximate randomisation (Noreen 1989): in each round
every document's two results change sides or not by the toss of a coin. The same documents give the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from pipeline.scoring.tally import Tally

    Numbers = NDArray[np.floating[Any]]

ROUNDS = 2000
SEED = 20240229
_PERCENTILES = (2.5, 97.5)
_AT_ONCE = 250  # rounds that are held in memory together
LEVEL = 0.05
FEWEST = 5

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Difference:
    """The second F1 less the first, its 95 % interval, and the two-sided p that chance alone does as much."""

    first: float
    second: float
    interval: Interval
    p: float

    @property
    def change(self) -> float:
        return self.second - self.first

    @property
    def verdict(self) -> str:
        """`better` or `worse` where both the interval and the test say so, else `no difference shown`."""
        low, high = self.interval
        if self.p < LEVEL and (low > 0 or high < 0):
            return "better" if self.change > 0 else "worse"
        return "no difference shown"


def intervals(rows: Mapping[str, Sequence[Tally]]) -> dict[str, Interval]:
    """The 95 % interval of the F1 of each row, which has a tally a document, all rows in the same order.

    A row that fewer than `FEWEST` documents fill has none: drawing again from so few says nothing.
    """
    filled = {name: row for name, row in rows.items() if sum(bool(t.gold or t.pred) for t in row) >= FEWEST}
    if not filled:
        return {}
    counts = _counts(filled)
    drawn = np.concatenate([_f1(np.tensordot(weights, counts, 1)) for weights in _draws(len(counts))])
    low, high = np.percentile(drawn, _PERCENTILES, axis=0)
    return {name: (float(low[i]), float(high[i])) for i, name in enumerate(filled)}


def differences(first: Mapping[str, Sequence[Tally]], second: Mapping[str, Sequence[Tally]]) -> dict[str, Difference]:
    """Row by row the second run against the first, on the same documents in the same order."""
    names = [name for name in first if name in second]
    if not names or not first[names[0]]:
        return {}
    one, two = (_counts({name: side[name] for name in names}) for side in (first, second))
    ones, twos = _f1(one.sum(0)), _f1(two.sum(0))
    drawn = np.concatenate(
        [_f1(np.tensordot(w, two, 1)) - _f1(np.tensordot(w, one, 1)) for w in _draws(len(one))],
    )
    low, high = np.percentile(drawn, _PERCENTILES, axis=0)
    reached = np.zeros(len(names))
    both = one.sum(0) + two.sum(0)
    for coins in _tosses(len(one)):
        mixed = np.tensordot(coins, two - one, 1) + one.sum(0)
        reached += (np.abs(_f1(mixed) - _f1(both - mixed)) >= np.abs(twos - ones) - 1e-12).sum(0)
    chance = (reached + 1) / (ROUNDS + 1)
    return {
        name: Difference(float(ones[i]), float(twos[i]), (float(low[i]), float(high[i])), float(chance[i]))
        for i, name in enumerate(names)
    }


def _counts(rows: Mapping[str, Sequence[Tally]]) -> Numbers:
    """Documents by rows by (gold, pred, found, right)."""
    return np.array([[(t.gold, t.pred, t.found, t.right) for t in row] for row in rows.values()], float).swapaxes(0, 1)


def _f1(counts: Numbers) -> Numbers:
    gold, pred, found, right = np.moveaxis(counts, -1, 0)
    recall = np.divide(found, gold, out=np.zeros_like(found), where=gold > 0)
    precision = np.divide(right, pred, out=np.zeros_like(right), where=pred > 0)
    both = precision + recall
    f1: Numbers = np.divide(2 * precision * recall, both, out=np.zeros_like(both), where=both > 0)
    return f1


def _rounds() -> Iterator[tuple[Generator, int]]:
    generator = np.random.default_rng(SEED)
    for start in range(0, ROUNDS, _AT_ONCE):
        yield generator, min(_AT_ONCE, ROUNDS - start)


def _draws(documents: int) -> Iterator[Numbers]:
    """How often each document is drawn, rounds by documents."""
    for generator, size in _rounds():
        yield generator.multinomial(documents, [1 / documents] * documents, size).astype(float)


def _tosses(documents: int) -> Iterator[Numbers]:
    """0 or 1 for each document, rounds by documents."""
    for generator, size in _rounds():
        yield generator.integers(0, 2, (size, documents)).astype(float)
