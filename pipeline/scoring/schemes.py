"""The four ways of matching of SemEval 2013 task 9.1, as the library nervaluate counts them.

    strict    label and both ends are right
    exact     both ends are right, whatever the label
    partial   ends count half where they only overlap, whatever the label
    type      the label is right and something overlaps

A label's own row looks at the mentions of that label alone, the row of all at all labels together, so
that a wrong label costs a miss and an extra in the rows of the two labels, and one error in the row of all.

nervaluate compares each mention of a text with each other, and of several that fit takes the first; ours are handed
over in order of place, in groups between which nothing overlaps, which gives the same counts as the whole document
in that order. A group of more than `CROWD` mentions, which no annotator makes, is cut, so that time stays linear.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.scoring.places import clusters
from pipeline.scoring.tally import ALL, Tally

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.annotations.scheme import Annotated, Entity

SCHEMES = ("strict", "exact", "partial", "type")

CROWD = 200

Schemes = dict[str, dict[str, Tally]]
"""Label to scheme to counts."""


def compare(gold: Annotated, pred: Annotated) -> Schemes:
    """The counts of one document for each label that stands on either side, and for `all` together."""
    found: Schemes = {}
    for golden, predicted in clusters(gold.entities, pred.entities, CROWD):
        labels = sorted({entity.label for entity in (*golden, *predicted)})
        _count(found, ALL, golden, predicted)
        for label in labels:
            _count(found, label, *([e for e in side if e.label == label] for side in (golden, predicted)))
    return found


def total(documents: Sequence[Schemes]) -> Schemes:
    """The counts of several documents added."""
    sums: Schemes = {}
    for document in documents:
        for label, tallies in document.items():
            _add(sums, label, tallies)
    return sums


def _add(found: Schemes, label: str, tallies: Mapping[str, Tally]) -> None:
    row = found.setdefault(label, dict.fromkeys(SCHEMES, Tally()))
    for scheme, tally in tallies.items():
        row[scheme] += tally


def _count(found: Schemes, label: str, golden: Sequence[Entity], predicted: Sequence[Entity]) -> None:
    labels = sorted({entity.label for entity in (*golden, *predicted)})
    sides = [[_theirs(entity) for entity in side] for side in (golden, predicted)]
    tallies = {}
    for scheme, strategy in _strategies().items():
        result, _ = strategy.evaluate(*sides, labels)
        points = result.correct + result.partial / 2
        tallies[scheme] = Tally(len(golden), len(predicted), points, points)
    _add(found, label, tallies)


def _theirs(entity: Entity) -> Any:
    from nervaluate.entities import Entity as Theirs

    return Theirs(entity.label, entity.start, entity.end - 1)  # their ends are the last character


@cache
def _strategies() -> dict[str, Any]:
    from nervaluate.strategies import EntityTypeEvaluation, ExactEvaluation, PartialEvaluation, StrictEvaluation

    classes = (StrictEvaluation, ExactEvaluation, PartialEvaluation, EntityTypeEvaluation)
    return dict(zip(SCHEMES, (strategy() for strategy in classes), strict=True))
