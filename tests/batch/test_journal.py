"""The journal: what was written is found again, whatever the moment of a kill; and outcomes as JSON."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.batch.journal import Journal
from pipeline.batch.outcome import Failure, Outcome
from pipeline.errors import WritingError

OUTCOMES = [
    Outcome("a", "in/a.txt", (("a", 1, 0.5, "é \u2028 \"x\""), ("a", 2, 1.0, "")), input=(3, 4)),
    Outcome("b\udce9", "in/b\udce9.txt", failure=Failure("in/b\udce9.txt", "reading", "is empty", "trace\n")),
    Outcome("c", "in/c.txt", (), True, "a warning"),
]  # fmt: skip


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_outcomes_survive_json(outcome: Outcome) -> None:
    line = outcome.to_json()
    assert line.count(b"\n") == 1
    assert Outcome.from_json(line) == outcome


def written(path: Path, heading: str = "one") -> None:
    with Journal(path, heading) as journal:
        for outcome in OUTCOMES:
            journal.append(outcome)


def test_in_the_order_that_is_asked_for(tmp_path: Path) -> None:
    written(tmp_path / "j")
    with Journal(tmp_path / "j", "one") as journal:
        journal.append(Outcome("d", "d.txt"))
        assert [outcome.id for outcome in journal.ordered(["d", "c", "x", "a"])] == ["d", "c", "a"]
        assert journal.get("a") == OUTCOMES[0]
        assert journal.get("x") is None
        journal.finish()
    assert not (tmp_path / "j").exists()


def test_one_of_another_program_counts_for_nothing(tmp_path: Path) -> None:
    written(tmp_path / "j")
    with Journal(tmp_path / "j", "two") as journal:
        assert journal.get("a") is None
    assert (tmp_path / "j").read_bytes() == b"two\n"


@given(cut=st.integers(0, 400))
def test_cut_anywhere(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("cut") / "j"
    written(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:cut])
    complete = whole[:cut].count(b"\n") - 1
    with Journal(path, "one") as journal:
        assert [journal.get(outcome.id) for outcome in OUTCOMES] == [
            outcome if number < complete else None for number, outcome in enumerate(OUTCOMES)
        ]
        for outcome in OUTCOMES[max(complete, 0) :]:
            journal.append(outcome)
    assert path.read_bytes() == whole


def test_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "j").mkdir()
    with pytest.raises(WritingError, match="cannot be written"):
        Journal(tmp_path / "j", "one")
