"""Whether confidence means what it says: of mentions said to be right in 8 of 10 cases, are 8 of 10 right?

Expected calibration error over ten bins of equal width (Naeini et al. 2015).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.scoring.mentions import same_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.annotations.scheme import Annotated, Entity
    from pipeline.scoring.pairs import Pair

BINS = 10


def judged_right(gold: Annotated, pred: Annotated) -> dict[str, bool]:
    """By id of a predicted mention, whether the gold says the same: label, place, value, status and subject."""
    places = {(e.label, *e.span): e for e in gold.entities}
    found = {}
    for entity in pred.entities:
        other = places.get((entity.label, *entity.span))
        found[entity.id] = other is not None and _same(other, entity)
    return found


def bins(chances: Any, right: Any) -> list[dict[str, float]]:
    """By tenth of confidence: how many, their mean confidence, and the share that was right; no empty ones."""
    values, hits = np.asarray(chances, float), np.asarray(right, float)
    places = np.minimum((values * BINS).astype(int), BINS - 1)
    found = []
    for place in range(BINS):
        inside = places == place
        if inside.any():
            mean, share = float(values[inside].mean()), float(hits[inside].mean())
            found.append({"count": int(inside.sum()), "confidence": round(mean, 4), "right": round(share, 4)})
    return found


def ece(chances: Any, right: Any) -> float:
    """Expected calibration error: how far confidence and share of right ones lie apart, weighted by count."""
    return error(bins(chances, right))


def reliability(pairs: Iterable[Pair]) -> list[dict[str, float]]:
    """The bins of all predictions that state a confidence, of documents whose gold states values."""
    chances, right = [], []
    for pair in pairs:
        if not pair.valued:
            continue
        judged = judged_right(pair.gold, pair.pred)
        for entity in pair.pred.entities:
            if entity.confidence is not None:
                chances.append(entity.confidence)
                right.append(judged[entity.id])
    return bins(chances, right) if chances else []


def error(rows: list[dict[str, float]]) -> float:
    total = sum(row["count"] for row in rows)
    return sum(row["count"] * abs(row["confidence"] - row["right"]) for row in rows) / total if total else 0.0


def _same(gold: Entity, pred: Entity) -> bool:
    return same_value(gold, pred) and gold.status in (None, pred.status) and gold.subject in (None, pred.subject)
