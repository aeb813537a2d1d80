"""nervaluate's four schemes, which is given the mentions in groups: the same numbers as if given whole."""

from typing import Any

import pytest
from hypothesis import given
from made import document, entity, raw_annotations
from nervaluate import Evaluator

from pipeline.annotations.checks import check
from pipeline.annotations.scheme import LABELS, Annotated
from pipeline.scoring.schemes import SCHEMES, compare, total

NAMES = dict(zip(SCHEMES, ("strict", "exact", "partial", "ent_type"), strict=True))
DRUG = entity("Drug", 20, 29)


def theirs(gold: Annotated, pred: Annotated) -> Any:
    sides = [[[{"label": e.label, "start": e.start, "end": e.end - 1} for e in side.entities]] for side in (gold, pred)]
    return Evaluator(*sides, tags=list(LABELS), loader="dict").evaluate()


@given(raw_annotations(), raw_annotations())
def test_equal_to_nervaluate_on_the_whole_document(gold: dict[str, Any], pred: dict[str, Any]) -> None:
    one, other = check("a", gold, None), check("a", pred, None)
    if not one.entities and not other.entities:
        assert compare(one, other) == {}
        return
    found, whole = compare(one, other), theirs(one, other)
    for scheme, name in NAMES.items():
        result = whole["overall"][name]
        assert found["all"][scheme].scores == pytest.approx((result.precision, result.recall, result.f1))
        for label, row in whole["entities"].items():
            result = row[name]
            assert found[label][scheme].scores == pytest.approx((result.precision, result.recall, result.f1))


@pytest.mark.parametrize(
    ("pred", "f1"),
    [
        (entity("Drug", 20, 29), (1.0, 1.0, 1.0, 1.0)),
        (entity("Site", 20, 29), (0.0, 1.0, 1.0, 0.0)),
        (entity("Drug", 20, 27), (0.0, 0.0, 0.5, 1.0)),
        (entity("Site", 20, 27), (0.0, 0.0, 0.5, 0.0)),
        (entity("Drug", 29, 33), (0.0, 0.0, 0.0, 0.0)),
    ],
)
def test_what_each_scheme_asks_for(pred: Any, f1: tuple[float, ...]) -> None:
    row = compare(document(DRUG), document(pred))["all"]
    assert tuple(row[scheme].f1 for scheme in SCHEMES) == f1


def test_documents_add_up() -> None:
    right, wrong = compare(document(DRUG), document(DRUG)), compare(document(DRUG), document())
    assert total([right, wrong])["Drug"]["strict"].scores == (1.0, 0.5, pytest.approx(2 / 3))
