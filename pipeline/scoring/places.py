"""Entities asked for what overlaps another, without looking at them all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.annotations.scheme import Entity


_BACK = 50


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
        """Those that share a character with the entity, in order of place.

        After the first, of those that begin before the entity only the nearest `_BACK` are looked at, so that one
        mention over the whole text does not make all the others look at all.
        """
        # The first whose end lies beyond the start: if it begins too late, so do all after it.
        first = bisect_right(self._reach, entity.start)
        stop = bisect_left(self._starts, entity.end)
        for index in dict.fromkeys((first, *range(max(first, bisect_left(self._starts, entity.start) - _BACK), stop))):
            if index < stop and self._entities[index].end > entity.start:
                yield self._entities[index]


def by_label(entities: Iterable[Entity]) -> dict[str, list[Entity]]:
    """The entities of each label, in the order given."""
    found: dict[str, list[Entity]] = defaultdict(list)
    for entity in entities:
        found[entity.label].append(entity)
    return found


def clusters(
    golden: Iterable[Entity], predicted: Iterable[Entity], crowd: int
) -> Iterator[tuple[list[Entity], list[Entity]]]:
    """Gold and predicted entities in groups between which nothing overlaps, in order of place.

    A group ends at the next place of `crowd` entities even where something overlaps.
    """
    sides = sorted(
        [(entity, 0) for entity in golden] + [(entity, 1) for entity in predicted],
        key=lambda item: (item[0].start, -item[0].end, item[0].label, item[1]),
    )
    group: tuple[list[Entity], list[Entity]] = ([], [])
    reach = last = 0
    for entity, side in sides:
        full = len(group[0]) + len(group[1]) >= crowd and entity.start > last
        if (entity.start >= reach or full) and any(group):
            yield group
            group = ([], [])
        group[side].append(entity)
        last = entity.start
        reach = max(reach, entity.end)
    if any(group):
        yield group
