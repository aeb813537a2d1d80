"""Agreement of two annotators."""

import pytest
from made import document, entity, pair

from pipeline.scoring.agreement import agreement, kappa

DRUG = entity("Drug", 20, 29, "letrozole", "patient", status="given")
MARKER = entity("Marker", 0, 2, "ER", "patient", specimen="primary", case="1")
GOLD = document(DRUG, MARKER, entity("Site", 50, 55, "liver", "patient", status="absent"))


def test_a_folder_agrees_with_itself() -> None:
    result = agreement([pair(GOLD, GOLD), pair(document(MARKER, name="b"), document(MARKER, name="b"))])
    assert {row.exact.f1 for row in result.scores.mentions.values()} == {1.0}
    assert {name: k.value for name, k in result.kappas.items()} == dict.fromkeys(
        ("subject", "status", "specimen", "case"), 1.0
    )


def test_attributes_are_compared_where_both_marked_the_same() -> None:
    moved = entity("Site", 50, 56, "liver", "other", status="present")
    second = document(entity("Drug", 20, 29, "letrozole", "patient", status="planned"), MARKER, moved)
    result = agreement([pair(GOLD, second)])
    assert (result.kappas["status"].value, result.kappas["status"].count) == (0.0, 1)
    assert (result.kappas["subject"].value, result.kappas["subject"].count) == (1.0, 2)


def test_who_is_first_makes_no_difference_to_f1() -> None:
    second = document(DRUG, MARKER, entity("Site", 50, 56, "liver"))
    one, other = agreement([pair(GOLD, second)]), agreement([pair(second, GOLD)])
    assert one.scores.mentions["all"].exact.f1 == other.scores.mentions["all"].exact.f1 == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        ([], None),
        ([("a", "a")] * 3, 1.0),
        ([("a", "b"), ("b", "a")], -1.0),
        ([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")], 0.0),
        # Cohen's own kind of table: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no.
        ([("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15, 0.4),
    ],
)
def test_kappa(pairs: list[tuple[str, str]], value: float | None) -> None:
    assert kappa(pairs) == (value if value is None else pytest.approx(value))
