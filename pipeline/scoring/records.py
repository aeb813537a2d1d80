"""Record level: what an annotation says of the index patient, as sets of facts a document.

A fact said three times counts once. Facts of other cases, the family and people in general do not count.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.scoring.mentions import comparable
from pipeline.scoring.tally import Tally

if TYPE_CHECKING:
    from pipeline.annotations.scheme import Annotated, Entity

Facts = dict[str, set[tuple[str, ...]]]
_SLOTS = {"Dose": "dose of", "Marker": "receptor", "Result": "receptor"}
_TRIPLE_NEGATIVE = {("er", "negative"), ("pr", "negative"), ("her2", "negative")}


def slot(entity: Entity) -> str:
    """The slot to which a mention adds: `site <status>`, `receptor`, `dose of`, else its label in small letters."""
    if entity.label == "Site":
        return f"site {entity.status or 'present'}"
    return _SLOTS.get(entity.label, entity.label.lower())


def facts(annotated: Annotated) -> Facts:
    """Slot to its facts: `stage`, `date`, `drug` (given), `site <status>`, `receptor`, `dose of`."""
    found: Facts = defaultdict(set)
    for entity in annotated.entities:
        if _is_patients(entity):
            _add(found, entity)
    entities = {entity.id: entity for entity in annotated.entities}
    for source, kind, target in annotated.relations:
        part, about = entities[source], entities[target]
        if not _is_patients(about):
            continue
        if kind == "ResultOf":
            found[slot(part)].add((_norm(about), _norm(part)))
        elif kind == "DoseOf":
            found[slot(part)].add((_norm(about) if about.label == "Drug" else "rt", _norm(part)))
    return found


def compare(gold: Annotated, pred: Annotated) -> dict[str, Tally]:
    """The counts of one document, a tally for each slot that either side fills."""
    golden, predicted = facts(gold), facts(pred)
    result = {}
    for slot in sorted(golden.keys() | predicted.keys()):
        want, have = golden.get(slot, set()), predicted.get(slot, set())
        same = len(want & have)
        result[slot] = Tally(len(want), len(have), same, same)
    return result


def _is_patients(entity: Entity) -> bool:
    return entity.subject in (None, "patient")


def _norm(entity: Entity) -> str:
    return comparable(entity.label, entity.norm)


def _add(found: Facts, entity: Entity) -> None:
    norm = _norm(entity)
    match entity.label:
        case "Stage" | "Date" | "Site":
            found[slot(entity)].add((norm,))
        case "Drug" if entity.status in (None, "given"):
            found[slot(entity)].update((part,) for part in norm.split("+"))
        case "Marker" if norm == "triple-negative":
            found[slot(entity)] |= _TRIPLE_NEGATIVE
