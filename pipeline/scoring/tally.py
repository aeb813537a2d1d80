"""Counts that can be added over documents, and the scores made of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are in the gold and in the prediction, and how many of each are `found` and `right`.

    The two differ where one long prediction overlaps two gold mentions: two are found, one is right.
    """

    gold: int = 0
    pred: int = 0
    found: int = 0
    right: int = 0

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
