"""Entities asked for what overlaps another, in logarithmic time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.annotations.scheme import Entity


class Places:
    """Entities in order of place."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self._entities = entities
        self._exact = {entity.span: entity for entity in reversed(entities)}
        self._starts = [entity.start for entity in entities]
        self._reach = list(accumulate((entity.end for entity in entities), max))

    def exact(self, entity: Entity) -> bool:
        return entity.span in self._exact

    def hit(self, entity: Entity) -> Entity | None:
        """The one with the same place, else the first that overlaps."""
        if entity.span in self._exact:
            return self._exact[entity.span]
        return next(self.overlapping(entity), None)

    def overlapping(self, entity: Entity) -> Iterator[Entity]:
        """All that share a character with the entity, in order of place."""
        # The first whose end lies beyond the start: if it begins too late, so do all after it.
        first = bisect_right(self._reach, entity.start)
        for index in range(first, bisect_left(self._starts, entity.end)):
            if self._entities[index].end > entity.start:
                yield self._entities[index]


def by_label(entities: Iterable[Entity]) -> dict[str, list[Entity]]:
    """The entities of each label, in the order given."""
    found: dict[str, list[Entity]] = defaultdict(list)
    for entity in entities:
        found[entity.label].append(entity)
    return found


def clusters(golden: Iterable[Entity], predicted: Iterable[Entity]) -> Iterator[tuple[list[Entity], list[Entity]]]:
    """Gold and predicted entities in groups between which nothing overlaps, in order of place."""
    sides = sorted(
        [(entity, 0) for entity in golden] + [(entity, 1) for entity in predicted],
        key=lambda item: (item[0].start, -item[0].end, item[0].label, item[1]),
    )
    group: tuple[list[Entity], list[Entity]] = ([], [])
    reach = 0
    for entity, side in sides:
        if entity.start >= reach and any(group):
            yield group
            group = ([], [])
        group[side].append(entity)
        reach = max(reach, entity.end)
    if any(group):
        yield group
