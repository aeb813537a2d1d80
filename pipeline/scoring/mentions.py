"""Mention level: what was marked, with which label, where, with which value and attributes.

A gold mention is found exactly where a prediction has its label, start and end; it is found by overlap
where one with its label shares a character. Value and attributes are compared on the mentions found
by overlap, with the exact prediction where there is one, else with the first in order of place; an
attribute only where the gold states it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.annotations.scheme import ATTRIBUTES
from pipeline.scoring.places import Places, by_label
from pipeline.scoring.tally import ALL, Share, Tally, added

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.annotations.scheme import Annotated, Entity

_BLANKS = re.compile(r"\s+")
_IN_STAGES = re.compile(r"[\s,;/()]")


@dataclass(frozen=True, slots=True)
class Row:
    """The counts of one label, or of several; an attribute that the gold nowhere states is not in `attributes`."""

    exact: Tally = field(default_factory=Tally)
    overlap: Tally = field(default_factory=Tally)
    value: Share = field(default_factory=Share)
    attributes: Mapping[str, Share] = field(default_factory=dict)

    def __add__(self, other: Row) -> Row:
        return Row(
            self.exact + other.exact,
            self.overlap + other.overlap,
            self.value + other.value,
            added((self.attributes, other.attributes), Share()),
        )


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


def same_value(one: Entity, other: Entity) -> bool:
    """Whether the norms of two mentions of one label say the same."""
    return comparable(one.label, one.norm) == comparable(other.label, other.norm)


def compare(gold: Annotated, pred: Annotated) -> dict[str, Row]:
    """The counts of one document, a row for each label that stands on either side."""
    golden, predicted = by_label(gold.entities), by_label(pred.entities)
    labels = sorted(golden.keys() | predicted.keys())
    return {label: _row(golden.get(label, []), predicted.get(label, [])) for label in labels}


def total(documents: Iterable[Mapping[str, Row]]) -> dict[str, Row]:
    """The rows of several documents added, the most frequent gold label first, and `all` last.

    As in the shared scorer, `all` counts the labels that the gold holds; a label that was only
    predicted has its own row.
    """
    rows = added(documents, Row())
    ordered = dict(sorted(rows.items(), key=lambda item: (-item[1].exact.gold, item[0])))
    return ordered | {ALL: together(ordered, in_gold(ordered))}


def in_gold(rows: Mapping[str, Row]) -> frozenset[str]:
    """The labels that the gold holds."""
    return frozenset(label for label, row in rows.items() if label != ALL and row.exact.gold)


def together(rows: Mapping[str, Row], labels: frozenset[str]) -> Row:
    """The sum of the rows of these labels."""
    return sum((row for label, row in rows.items() if label in labels), Row())


def _row(golden: Sequence[Entity], predicted: Sequence[Entity]) -> Row:
    places, gold_places = Places(predicted), Places(golden)
    exact = sum(places.exact(entity) for entity in golden)
    matched = [(entity, hit) for entity in golden if (hit := places.hit(entity))]
    right = sum(gold_places.hit(entity) is not None for entity in predicted)
    size = (len(golden), len(predicted))
    return Row(
        Tally(*size, exact, exact),
        Tally(*size, len(matched), right),
        _share([same_value(one, other) for one, other in matched]),
        {
            name: _share(same)
            for name in ATTRIBUTES
            if (same := [getattr(g, name) == getattr(p, name) for g, p in matched if getattr(g, name) is not None])
        },
    )


def _share(same: Sequence[bool]) -> Share:
    return Share(sum(same), len(same))
