"""Counts that can be added over documents, and the scores made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self, TypeVar

    class Addable(Protocol):
        def __add__(self, other: Self) -> Self: ...

    T = TypeVar("T", bound=Addable)

ALL = "all"
"""The name of the row that sums the others."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are in the gold and in the prediction, and how much of each is `found` and `right`.

    The two differ where one long prediction overlaps two gold mentions: two are found, one is right. They
    are no whole numbers where a scheme gives half a point for half a match.
    """

    gold: int = 0
    pred: int = 0
    found: float = 0
    right: float = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.gold + other.gold, self.pred + other.pred, self.found + other.found, self.right + other.right)

    @property
    def precision(self) -> float:
        """In 0..1; 0 where nothing was predicted."""
        return self.right / self.pred if self.pred else 0.0

    @property
    def recall(self) -> float:
        """In 0..1; 0 where there is no gold."""
        return self.found / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, 0 where both are."""
        precision, recall = self.precision, self.recall
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    @property
    def scores(self) -> tuple[float, float, float]:
        """Precision, recall, F1."""
        return self.precision, self.recall, self.f1


@dataclass(frozen=True, slots=True)
class Share:
    """How many `of` the compared are `right`."""

    right: int = 0
    of: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.right + other.right, self.of + other.of)

    @property
    def value(self) -> float | None:
        """In 0..1; None where nothing was compared."""
        return self.right / self.of if self.of else None


def added(documents: Iterable[Mapping[str, T]], empty: T) -> dict[str, T]:
    """The counts of several documents added name by name."""
    sums: dict[str, T] = {}
    for document in documents:
        for name, count in document.items():
            sums[name] = sums.get(name, empty) + count
    return sums


def fullest_first(tallies: Mapping[str, Tally]) -> dict[str, Tally]:
    """In order of how much gold there is, and `all`, the sum, last."""
    ordered = dict(sorted(tallies.items(), key=lambda item: (-item[1].gold, item[0])))
    return ordered | {ALL: sum(ordered.values(), Tally())}
