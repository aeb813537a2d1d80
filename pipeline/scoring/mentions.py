"""Mention level: what was marked, with which label, where, with which value and attributes.

A gold mention is found exactly where a prediction has its label, start and end; it is found by overlap
where one with its label shares a character. Value, subject and status are compared on the mentions found
by overlap, with the exact prediction where there is one, else with the first in order of place; an
attribute only where the gold states it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from pipeline.scoring.tally import Share, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.scoring.gold import Annotated, Entity

ALL = "all"
"""The name of the row that sums the others."""
_BLANKS = re.compile(r"\s+")
_IN_STAGES = re.compile(r"[\s,;/()]")


@dataclass(frozen=True, slots=True)
class Row:
    """The counts of one label, or of several."""

    exact: Tally = field(default_factory=Tally)
    overlap: Tally = field(default_factory=Tally)
    value: Share = field(default_factory=Share)
    subject: Share = field(default_factory=Share)
    status: Share = field(default_factory=Share)

    def __add__(self, other: Row) -> Row:
        return Row(
            self.exact + other.exact,
            self.overlap + other.overlap,
            self.value + other.value,
            self.subject + other.subject,
            self.status + other.status,
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """A mention on one side that nothing on the other overlaps: a `miss` of the gold, or an `extra`."""

    kind: str
    doc_id: str
    entity: Entity


def comparable(label: str, norm: str) -> str:
    """A norm without what makes no difference: case, blanks and commas of a stage, the order of a regimen."""
    value = norm.strip().lower()
    if label == "Stage":
        return _IN_STAGES.sub("", value)
    if label == "Dose":
        return _BLANKS.sub(" ", value.replace("²", "2").replace("/day", "/d").replace("/m^2", "/m2"))
    if label == "Drug":
        return "+".join(sorted(part.strip() for part in value.split("+")))
    return value


def compare(gold: Annotated, pred: Annotated) -> dict[str, Row]:
    """The counts of one document, a row for each label that stands on either side."""
    golden, predicted = _by_label(gold), _by_label(pred)
    labels = sorted(golden.keys() | predicted.keys())
    return {label: _row(golden.get(label, []), predicted.get(label, [])) for label in labels}


def differences(gold: Annotated, pred: Annotated, label: str) -> Iterator[Difference]:
    """The misses and then the extras of one label in one document, each in order of place."""
    golden, predicted = _by_label(gold).get(label, []), _by_label(pred).get(label, [])
    for kind, side, other in (("miss", golden, _Places(predicted)), ("extra", predicted, _Places(golden))):
        yield from (Difference(kind, gold.id, entity) for entity in side if other.hit(entity) is None)


def total(documents: Iterable[Mapping[str, Row]]) -> dict[str, Row]:
    """The rows of several documents added, the most frequent gold label first, and `all` last.

    As in the shared scorer, `all` counts the labels that the gold holds; a label that was only
    predicted has its own row.
    """
    rows: dict[str, Row] = defaultdict(Row)
    for document in documents:
        for label, row in document.items():
            rows[label] += row
    ordered = dict(sorted(rows.items(), key=lambda item: (-item[1].exact.gold, item[0])))
    return ordered | {ALL: together(ordered, in_gold(ordered))}


def in_gold(rows: Mapping[str, Row]) -> frozenset[str]:
    """The labels that the gold holds."""
    return frozenset(label for label, row in rows.items() if label != ALL and row.exact.gold)


def together(rows: Mapping[str, Row], labels: frozenset[str]) -> Row:
    """The sum of the rows of these labels."""
    return sum((row for label, row in rows.items() if label in labels), Row())


def _by_label(annotated: Annotated) -> dict[str, list[Entity]]:
    found: dict[str, list[Entity]] = defaultdict(list)
    for entity in annotated.entities:
        found[entity.label].append(entity)
    return found


class _Places:
    """Entities of one label in order of place, asked for what overlaps another in logarithmic time."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self._entities = entities
        self._exact = {entity.span: entity for entity in reversed(entities)}
        self._reach = list(accumulate((entity.end for entity in entities), max))

    def exact(self, entity: Entity) -> bool:
        return entity.span in self._exact

    def hit(self, entity: Entity) -> Entity | None:
        """The one with the same place, else the first that overlaps."""
        if entity.span in self._exact:
            return self._exact[entity.span]
        # The first whose end lies beyond the start: if it begins too late, so do all after it.
        first = bisect_right(self._reach, entity.start)
        if first < len(self._entities) and self._entities[first].start < entity.end:
            return self._entities[first]
        return None


def _row(golden: Sequence[Entity], predicted: Sequence[Entity]) -> Row:
    places, gold_places = _Places(predicted), _Places(golden)
    exact = sum(places.exact(entity) for entity in golden)
    matched = [(entity, hit) for entity in golden if (hit := places.hit(entity))]
    right = sum(gold_places.hit(entity) is not None for entity in predicted)
    values = [comparable(g.label, g.norm) == comparable(p.label, p.norm) for g, p in matched]
    subjects = [g.subject == p.subject for g, p in matched if g.subject is not None]
    statuses = [g.status == p.status for g, p in matched if g.status is not None]
    size = (len(golden), len(predicted))
    shares = (Share(sum(same), len(same)) for same in (values, subjects, statuses))
    return Row(Tally(*size, exact, exact), Tally(*size, len(matched), right), *shares)
