"""What holds of any annotation whatever, tried by hypothesis."""

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import pair, raw_annotations

from pipeline.annotations.brat import read_brat, write_brat
from pipeline.annotations.checks import check
from pipeline.annotations.convert import write_json
from pipeline.annotations.folder import read_annotation
from pipeline.annotations.scheme import Annotated
from pipeline.errors import ReadingError
from pipeline.scoring.evaluation import against, evaluate
from pipeline.scoring.measures import LEVELS, measure

ANNOTATION = raw_annotations()


def annotated(raw: dict[str, Any], name: str = "a") -> Annotated:
    return check(name, raw, None)


@given(ANNOTATION)
def test_perfect_is_one(raw: dict[str, Any]) -> None:
    gold = annotated(raw)
    scores = evaluate([pair(gold, gold)]).scores
    for level in LEVELS:
        for name, tally in scores.level(level).items():
            assert tally.scores == ((1.0, 1.0, 1.0) if tally.gold else (0.0, 0.0, 0.0)), (level, name)


@given(ANNOTATION, ANNOTATION)
def test_scores_lie_between_nothing_and_all(one: dict[str, Any], other: dict[str, Any]) -> None:
    evaluation = evaluate([pair(annotated(one), annotated(other))])
    for level in LEVELS:
        for tally in evaluation.scores.level(level).values():
            assert 0.0 <= min(tally.scores) <= max(tally.scores) <= 1.0
            assert tally.found <= tally.gold
            assert tally.right <= tally.pred
    for row in evaluation.scores.mentions.values():
        assert row.exact.found <= row.overlap.found
    counted = sum(n for (gold, _), n in evaluation.confusion.items() if gold != "nothing")
    assert counted == len(one["entities"])


@given(ANNOTATION, ANNOTATION)
def test_f1_is_the_same_from_either_side(one: dict[str, Any], other: dict[str, Any]) -> None:
    there, back = (measure(pair(annotated(a), annotated(b))) for a, b in ((one, other), (other, one)))
    for level in LEVELS:
        for name, tally in there.level(level).items():
            assert tally.f1 == pytest.approx(back.level(level)[name].f1)


@given(st.lists(st.tuples(ANNOTATION, ANNOTATION), min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_matters(raws: list[tuple[dict[str, Any], dict[str, Any]]], random: Any) -> None:
    pairs = [pair(annotated(g, f"d{n}"), annotated(p, f"d{n}")) for n, (g, p) in enumerate(raws)]
    mixed = [pair(annotated(_mixed(g, random), f"d{n}"), annotated(p, f"d{n}")) for n, (g, p) in enumerate(raws)]
    random.shuffle(mixed)
    assert evaluate(mixed) == evaluate(pairs)
    twice = evaluate(pairs + [replace(p, gold=replace(p.gold, id=p.id + "x")) for p in pairs])
    once = evaluate(pairs)
    for level in LEVELS:
        for name, tally in once.scores.level(level).items():
            assert twice.scores.level(level)[name].scores == pytest.approx(tally.scores)


def _mixed(raw: dict[str, Any], random: Any) -> dict[str, Any]:
    entities = list(raw["entities"])
    random.shuffle(entities)
    # Ids are names only: the order of place decides, and of two mentions at one place the label.
    return {"entities": entities, "relations": raw["relations"]}


@given(ANNOTATION, ANNOTATION)
def test_a_run_never_differs_from_itself(one: dict[str, Any], other: dict[str, Any]) -> None:
    pairs = [pair(annotated(one), annotated(other))]
    for rows in against(pairs, pairs).values():
        assert {row.verdict for row in rows.values()} <= {"no difference shown"}
        assert {row.change for row in rows.values()} <= {0.0}


@given(ANNOTATION)
def test_brat_and_json_say_the_same(raw: dict[str, Any]) -> None:
    text = "".join(chr(ord("a") + n % 26) for n in range(30))
    for entity in raw["entities"]:
        entity["text"] = text[entity["start"] : entity["end"]]
    gold = check("a", raw, text)
    back = check("a", read_brat(write_brat(gold), text), text)
    names = {e.id: (e.label, *e.span) for e in gold.entities}
    others = {e.id: (e.label, *e.span) for e in back.entities}
    assert [replace(e, id="") for e in back.entities] == [replace(e, id="") for e in gold.entities]
    assert {(others[a], k, others[b]) for a, k, b in back.relations} == {
        (names[a], k, names[b]) for a, k, b in gold.relations
    }
    assert check("a", json.loads(write_json(gold)), text) == gold


@given(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)), st.sampled_from((".json", ".ann")))
def test_garbage_is_an_error_that_names_the_file_or_an_annotation(content: bytes, suffix: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(content)
        try:
            said = read_annotation(path, "text").id
        except ReadingError as error:
            said = str(error.path)
    assert said in ("a", str(path))
