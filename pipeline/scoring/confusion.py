"""Which label was taken for which: a gold mention against what was predicted at its place."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipeline.scoring.places import Places

if TYPE_CHECKING:
    from pipeline.annotations.scheme import Annotated, Entity

NOTHING = "nothing"

Confusion = Counter[tuple[str, str]]
"""(gold label, predicted label) to how often; `nothing` stands for a miss or an extra."""


def compare(gold: Annotated, pred: Annotated) -> Confusion:
    """Each gold mention with the prediction that fits its place best: its own label first, then its own ends.

    A prediction that overlaps no gold mention is counted against `nothing`.
    """
    places, gold_places = Places(pred.entities), Places(gold.entities)
    found: Confusion = Counter()
    for entity in gold.entities:
        best = min(places.overlapping(entity), key=lambda other: _distance(entity, other), default=None)
        found[entity.label, best.label if best else NOTHING] += 1
    for entity in pred.entities:
        if gold_places.hit(entity) is None:
            found[NOTHING, entity.label] += 1
    return found


def _distance(entity: Entity, other: Entity) -> tuple[bool, int]:
    apart = abs(entity.start - other.start) + abs(entity.end - other.end)
    return entity.label != other.label, apart
