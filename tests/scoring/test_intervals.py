"""Intervals hold the score, and a difference is called real only where it is."""

from random import Random

import pytest

from pipeline.scoring.intervals import Difference, differences, intervals
from pipeline.scoring.tally import Tally


def tallies(seed: int, lowest: int, highest: int, count: int = 30) -> list[Tally]:
    random = Random(seed)
    return [Tally(10, 10, n, n) for n in (random.randint(lowest, highest) for _ in range(count))]


def interval(documents: list[Tally]) -> tuple[float, float]:
    return intervals({"all": documents})["all"]


def test_intervals_hold_the_score_and_repeat() -> None:
    documents = tallies(1, 5, 10)
    low, high = interval(documents)
    assert low < sum(documents, Tally()).f1 < high
    assert (low, high) == interval(documents)
    assert interval(documents * 4)[1] - interval(documents * 4)[0] < high - low


def test_a_row_has_the_interval_that_it_has_alone() -> None:
    one, two = tallies(1, 5, 10), tallies(2, 0, 10)
    assert intervals({"one": one, "two": two}) == {"one": interval(one), "two": intervals({"two": two})["two"]}


def test_a_row_of_few_documents_has_no_interval() -> None:
    rare = [Tally(1, 1, 1, 1)] * 4 + [Tally()] * 60
    assert intervals({"rare": rare, "all": tallies(1, 5, 10, 64)}).keys() == {"all"}
    assert intervals({"rare": [Tally(1, 1, 1, 1), *rare]})["rare"][1] == 1.0


@pytest.mark.parametrize("rows", [{}, {"all": []}])
def test_no_documents_have_no_interval(rows: dict[str, list[Tally]]) -> None:
    assert intervals(rows) == {}
    assert differences(rows, rows) == {}


def test_the_interval_covers_as_often_as_it_says() -> None:
    # 200 samples of 40 documents each from one law with F1 0.75; 95 of 100 intervals should hold it.
    held = sum(low <= 0.75 <= high for low, high in (interval(tallies(seed, 5, 10, 40)) for seed in range(200)))
    assert 180 <= held <= 199


def difference(first: list[Tally], second: list[Tally]) -> Difference:
    return differences({"all": first}, {"all": second})["all"]


def test_a_run_does_not_differ_from_itself() -> None:
    same = difference(tallies(1, 0, 10), tallies(1, 0, 10))
    assert (same.change, same.interval, same.p, same.verdict) == (0.0, (0.0, 0.0), 1.0, "no difference shown")


def test_better_everywhere_is_better_and_the_other_way_worse() -> None:
    low, high = tallies(1, 2, 5), tallies(2, 6, 9)
    assert difference(low, high).verdict == "better"
    assert difference(high, low).verdict == "worse"
    assert difference(low, high).change == pytest.approx(-difference(high, low).change)
    assert difference(low, high).p < 0.001


def test_one_document_of_many_is_no_proof() -> None:
    before = tallies(1, 5, 10)
    after = [Tally(10, 10, 10, 10), *before[1:]]
    assert before[0] != after[0]
    assert difference(before, after).verdict == "no difference shown"


def test_chance_is_called_real_as_seldom_as_it_says() -> None:
    verdicts = [difference(tallies(s, 0, 10, 20), tallies(s + 1000, 0, 10, 20)).verdict for s in range(100)]
    assert sum(verdict != "no difference shown" for verdict in verdicts) <= 12
