"""How far an F1 could have come out otherwise: percentile bootstrap over documents.

Documents are drawn, not mentions, since the mentions of one report succeed and fail together.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from pipeline.scoring.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

RESAMPLES = 1000
SEED = 20240229
_TAIL = 0.025


def interval(documents: Sequence[Tally], resamples: int = RESAMPLES, seed: int = SEED) -> tuple[float, float]:
    """The 95 % interval of the F1 of these documents, each given by its counts in a fixed order.

    The same documents give the same interval. A single document, or none, gives no width to speak of.
    """
    random = Random(seed)
    scores = sorted(_f1(random.choices(documents, k=len(documents))) for _ in range(resamples if documents else 1))
    last = len(scores) - 1
    return scores[round(_TAIL * last)], scores[round((1 - _TAIL) * last)]


def _f1(documents: Sequence[Tally]) -> float:
    return Tally(
        sum(t.gold for t in documents),
        sum(t.pred for t in documents),
        sum(t.found for t in documents),
        sum(t.right for t in documents),
    ).f1
