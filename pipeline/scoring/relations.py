"""Relations: what belongs to what. One is found where the prediction joins the same two mentions in the same way.

Mentions are the same where label, start and end are; a relation whose mention was cut otherwise is missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.scoring.tally import Tally

if TYPE_CHECKING:
    from pipeline.annotations.scheme import Annotated, Entity

End = tuple[str, int, int]
Joined = tuple[End, str, End]


def joined(annotated: Annotated) -> set[Joined]:
    """The relations by what they join: label, start and end of both mentions."""
    entities = {entity.id: entity for entity in annotated.entities}
    return {(_end(entities[a]), kind, _end(entities[b])) for a, kind, b in annotated.relations}


def compare(gold: Annotated, pred: Annotated) -> dict[str, Tally]:
    """The counts of one document for each kind of relation that stands on either side."""
    golden, predicted = joined(gold), joined(pred)
    result: dict[str, Tally] = {}
    for kind in sorted({relation[1] for relation in golden | predicted}):
        want, have = ({r for r in side if r[1] == kind} for side in (golden, predicted))
        same = len(want & have)
        result[kind] = Tally(len(want), len(have), same, same)
    return result


def _end(entity: Entity) -> End:
    return entity.label, *entity.span
