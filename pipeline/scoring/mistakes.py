"""What exactly was wrong, mention by mention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.annotations.scheme import ATTRIBUTES
from pipeline.scoring.mentions import same_value
from pipeline.scoring.places import Places, by_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.annotations.scheme import Annotated, Entity
    from pipeline.scoring.pairs import Pair

MISS, EXTRA, BOUNDARY, VALUE = "miss", "extra", "boundary", "value"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A gold mention and what was predicted for it; one of the two is None for a `miss` or an `extra`.

    `kind` is one of those, `boundary` (right label, other ends), `value` (another norm), or the name of an
    attribute that differs. `text` is the document's, None where it was not found.
    """

    kind: str
    doc_id: str
    label: str
    gold: Entity | None
    pred: Entity | None
    text: str | None

    @property
    def entity(self) -> Entity:
        """The gold mention, else the predicted one."""
        found = self.gold or self.pred
        assert found is not None, "a mistake has one side at least"
        return found


def mistakes(pair: Pair) -> Iterator[Mistake]:
    """What is wrong in one document, label by label; one mention can be wrong in several ways."""
    for kind, gold, pred in _found(pair.gold, pair.pred):
        some = gold or pred
        assert some is not None, "a mistake has one side at least"
        if kind == VALUE and not pair.valued:
            continue
        yield Mistake(kind, pair.id, some.label, gold, pred, pair.text)


def _found(gold: Annotated, pred: Annotated) -> Iterator[tuple[str, Entity | None, Entity | None]]:
    golden, predicted = by_label(gold.entities), by_label(pred.entities)
    for label in sorted(golden.keys() | predicted.keys()):
        places = Places(predicted.get(label, []))
        for entity in golden.get(label, []):
            other = places.hit(entity)
            if other is None:
                yield MISS, entity, None
                continue
            if other.span != entity.span:
                yield BOUNDARY, entity, other
            if not same_value(entity, other):
                yield VALUE, entity, other
            for name in ATTRIBUTES:
                stated = getattr(entity, name)
                if stated is not None and stated != getattr(other, name):
                    yield name, entity, other
        places = Places(golden.get(label, []))
        for entity in predicted.get(label, []):
            if places.hit(entity) is None:
                yield EXTRA, None, entity
