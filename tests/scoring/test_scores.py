"""What a scorer must not get wrong, on small annotations whose scores are plain to see."""

from dataclasses import replace
from random import Random
from time import process_time

import pytest
from made import document, entity, pair

from pipeline.annotations.checks import check
from pipeline.annotations.scheme import Annotated
from pipeline.scoring import mentions, records, relations
from pipeline.scoring.evaluation import Evaluation, evaluate
from pipeline.scoring.tally import Tally

DRUG = entity("Drug", 20, 29, "letrozole", "patient", status="given")
GOLD = document(
    entity("Marker", 0, 2, "ER", "patient"),
    entity("Result", 3, 6, "90%"),
    DRUG,
    entity("Dose", 30, 36, "2.5 mg"),
    entity("Site", 50, 55, "liver", "patient", status="absent"),
    relations=(("Result3-6", "ResultOf", "Marker0-2"), ("Dose30-36", "DoseOf", "Drug20-29")),
)
OTHER = document(entity("Stage", 5, 13, "pT2N1", "patient"), entity("Date", 20, 24, "2019", "patient"), name="b")
EMPTY = document()


def row(gold: Annotated, pred: Annotated, label: str = "all") -> mentions.Row:
    return mentions.total([mentions.compare(gold, pred)])[label]


def numbers(evaluation: Evaluation) -> tuple[object, ...]:
    """The scores without the counts, which a doubled corpus doubles."""
    return (
        {
            label: (
                row.exact.scores,
                row.overlap.scores,
                row.value.value,
                {k: v.value for k, v in row.attributes.items()},
            )
            for label, row in evaluation.scores.mentions.items()
        },
        {label: {k: v.scores for k, v in row.items()} for label, row in evaluation.scores.schemes.items()},
        {kind: tally.scores for kind, tally in evaluation.scores.relations.items()},
        {slot: tally.scores for slot, tally in evaluation.scores.records.items()},
    )


def test_perfect_is_one() -> None:
    result = evaluate([pair(GOLD, GOLD), pair(OTHER, OTHER)])
    scores = result.scores
    assert {r.exact.scores + r.overlap.scores for r in scores.mentions.values()} == {(1.0,) * 6}
    shares = [share for r in scores.mentions.values() for share in (r.value, *r.attributes.values())]
    assert {share.value for share in shares} == {1.0}
    assert {t.scores for row in scores.schemes.values() for t in row.values()} == {(1.0, 1.0, 1.0)}
    assert {t.scores for t in scores.relations.values()} == {(1.0, 1.0, 1.0)}
    assert {t.scores for t in scores.records.values()} == {(1.0, 1.0, 1.0)}
    assert scores.records.keys() == {"receptor", "drug", "dose of", "site absent", "stage", "date", "all"}
    assert result.intervals == {"mention": {}, "relation": {}, "record": {}, "patient": {}}  # two documents give none
    assert all(gold == pred for gold, pred in result.confusion)


@pytest.mark.parametrize(("gold", "pred"), [(GOLD, EMPTY), (EMPTY, GOLD), (EMPTY, EMPTY)])
def test_nothing_is_zero(gold: Annotated, pred: Annotated) -> None:
    scores = evaluate([pair(gold, pred)]).scores
    assert {r.exact.scores + r.overlap.scores for r in scores.mentions.values()} == {(0.0,) * 6}
    assert {t.scores for row in scores.schemes.values() for t in row.values()} <= {(0.0, 0.0, 0.0)}
    assert {t.scores for t in scores.relations.values()} == {(0.0, 0.0, 0.0)}
    assert {t.scores for t in scores.records.values()} == {(0.0, 0.0, 0.0)}
    assert scores.mentions["all"].value.value is None


def test_nothing_to_score() -> None:
    assert evaluate([]).scores.mentions["all"] == mentions.Row()


def test_order_of_documents_does_not_matter() -> None:
    pairs = [pair(GOLD, document(DRUG)), pair(OTHER, OTHER), pair(replace(GOLD, id="c"), EMPTY)]
    assert evaluate(pairs) == evaluate(pairs[::-1])


def test_the_corpus_doubled_gives_the_same() -> None:
    pairs = [pair(GOLD, document(DRUG, entity("Site", 51, 60, "lung"))), pair(OTHER, EMPTY)]
    twice = [pair(replace(p.gold, id=p.id + n), replace(p.pred, id=p.id + n)) for p in pairs for n in "12"]
    assert numbers(evaluate(twice)) == numbers(evaluate(pairs))


def test_a_swapped_label_loses_both_ways() -> None:
    gold = document(DRUG, entity("Site", 50, 55, "liver"))
    pred = document(replace(DRUG, label="Site"), entity("Site", 50, 55, "liver"))
    assert row(gold, pred).exact.scores == (0.5, 0.5, 0.5)
    assert row(gold, pred, "Drug").exact == Tally(1, 0, 0, 0)
    assert row(gold, pred, "Site").exact == Tally(1, 2, 1, 1)


def test_a_label_without_gold_has_its_row() -> None:
    assert row(document(DRUG), document(DRUG, entity("Date", 1, 5)), "Date").exact == Tally(0, 1, 0, 0)


def test_partial_overlap() -> None:
    result = row(document(DRUG), document(replace(DRUG, start=15, end=22, norm="Letrozole ", status="planned")))
    assert result.exact.f1 == 0.0
    assert result.overlap.scores == (1.0, 1.0, 1.0)
    assert result.value.value == 1.0
    assert {name: share.value for name, share in result.attributes.items()} == {"subject": 1.0, "status": 0.0}


@pytest.mark.parametrize("place", [(29, 33), (10, 20)])
def test_touching_spans_do_not_overlap(place: tuple[int, int]) -> None:
    assert row(document(DRUG), document(replace(DRUG, start=place[0], end=place[1]))).overlap == Tally(1, 1, 0, 0)


def test_nested_spans() -> None:
    outer, inner = entity("Stage", 0, 30, "IV"), entity("Stage", 10, 12, "T2")
    assert row(document(outer, inner), document(outer, inner)).exact == Tally(2, 2, 2, 2)
    both = row(document(outer, inner), document(outer))
    assert (both.exact, both.overlap) == (Tally(2, 1, 1, 1), Tally(2, 1, 2, 1))
    assert both.value.value == 0.5
    behind = row(document(outer, entity("Stage", 20, 22)), document(outer, inner))  # the inner one ends before it
    assert behind.overlap == Tally(2, 2, 2, 2)


def test_the_exact_prediction_gives_the_value() -> None:
    wide = replace(DRUG, start=18, norm="tamoxifen")
    assert row(document(DRUG), document(wide, DRUG)).value.value == 1.0


@pytest.mark.parametrize(
    ("label", "one", "other", "same"),
    [
        ("Stage", "pT2 N1", "pt2n1", True),
        ("Dose", "75  mg/m²", "75 mg/m2", True),
        ("Dose", "20 mg/day", "20 mg/d", True),
        ("Drug", "b+a", "A + B", True),
        ("Drug", "a", "a+b", False),
        ("Date", "2019-05", "2019", False),
    ],
)
def test_values_that_are_the_same(label: str, one: str, other: str, same: bool) -> None:
    assert (mentions.comparable(label, one) == mentions.comparable(label, other)) is same


def test_facts_are_the_patients() -> None:
    found = records.facts(
        document(
            entity("Drug", 0, 1, "b+a"),
            entity("Drug", 2, 3, "c", "other"),
            entity("Drug", 4, 5, "d", status="planned"),
            entity("Marker", 6, 7, "triple-negative", "patient"),
            entity("Radiotherapy", 8, 9, ""),
            entity("Dose", 10, 11, "50 Gy"),
            relations=(("Dose10-11", "DoseOf", "Radiotherapy8-9"), ("Dose10-11", "DoseOf", "Drug2-3")),
        )
    )
    assert found == {
        "drug": {("a",), ("b",)},
        "receptor": {("er", "negative"), ("pr", "negative"), ("her2", "negative")},
        "dose of": {("rt", "50 gy")},
    }


def test_a_relation_joins_the_same_two_mentions() -> None:
    cut = document(replace(DRUG, start=19), entity("Dose", 30, 36), relations=(("Dose30-36", "DoseOf", "Drug20-29"),))
    assert relations.compare(GOLD, GOLD) == {"DoseOf": Tally(1, 1, 1, 1), "ResultOf": Tally(1, 1, 1, 1)}
    assert relations.compare(GOLD, cut) == {"DoseOf": Tally(1, 1, 0, 0), "ResultOf": Tally(1, 0, 0, 0)}
    assert relations.compare(EMPTY, GOLD)["DoseOf"] == Tally(0, 1, 0, 0)


def test_order_of_entities_does_not_matter() -> None:
    random = Random(2)
    raw: list[dict[str, object]] = [
        {"id": f"e{n}", "label": label, "start": n // 2, "end": n // 2 + 3 + n % 2, "norm": f"{n % 3}"}
        for n, label in enumerate(["Drug", "Site"] * 20)
    ]
    gold = check("a", {"entities": raw[::3], "relations": []}, None)
    results = []
    for _ in range(5):
        random.shuffle(raw)
        pred = check("a", {"entities": list(raw), "relations": []}, None)
        results.append(evaluate([pair(gold, pred)]))
    assert all(result == results[0] for result in results)


def test_one_span_over_all_others_takes_no_square_of_time() -> None:
    inner = [entity("Drug", n, n + 3) for n in range(0, 60_000, 4)]
    crowd = document(entity("Site", 0, 60_000), *inner)
    began = process_time()
    result = evaluate([pair(crowd, crowd)])
    assert result.scores.mentions["all"].exact.f1 == 1.0
    assert set(result.confusion) == {("Drug", "Drug"), ("Site", "Site")}
    assert process_time() - began < 20


def test_long_documents_take_time_in_proportion() -> None:
    # Every span overlaps hundreds of others: matching pair by pair would take a minute.
    crowd = document(*(entity("Drug", n, n + 500) for n in range(40_000)))
    moved = document(*(entity("Drug", n + 1, n + 499) for n in range(40_000)))
    began = process_time()
    assert row(crowd, moved).overlap.scores == (1.0, 1.0, 1.0)
    assert process_time() - began < 10
