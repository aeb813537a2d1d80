"""Decisions of people: what they may say, and that nobody overrules another unseen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from made_out import Out, record
from sqlalchemy import Engine, select

from pipeline.errors import OvertakenError, UsageError
from pipeline.registry.engine import reading, writing
from pipeline.registry.forms import is_date
from pipeline.registry.load import Loaded
from pipeline.registry.review import decide, places
from pipeline.registry.standing import REVIEWED, registry_cases
from pipeline.registry.status import Line, lines
from pipeline.registry.tables import audit, review
from pipeline.registry.undo import undo

pytest_plugins = ("stores",)


@pytest.fixture
def store(engine: Engine, take: Callable[[Out], Loaded], tmp_path: Path) -> Engine:
    out = Out(tmp_path / "out")
    out.add("A", record())
    take(out)
    return engine


def say(engine: Engine, path: str, decision: str, value: str | None = None, who: str = "me", why: str = "read") -> int:
    (here,) = places(engine, "A", path)
    return decide(engine, "A", here.key, decision, value, who, why, here.based_on, here.path)


def line(engine: Engine, path: str) -> Line:
    with reading(engine) as connection:
        return next(found for found in lines(connection, "A") if found.path == path)


def test_accept_edit_reject_one_after_the_other(store: Engine) -> None:
    assert (line(store, "case.grade").state, line(store, "case.grade").value) == ("waiting", None)
    for decision, value, state, stands in (
        ("accept", None, "accepted", "2"),
        ("edit", "3", "edited", "3"),
        ("reject", None, "rejected", None),
        ("accept", None, "accepted", "2"),
    ):
        say(store, "case.grade", decision, value)
        found = line(store, "case.grade")
        assert (found.state, found.value, found.said) == (state, stands, "2")
    with reading(store) as connection:
        rows = connection.execute(select(review).order_by(review.c.number)).all()
        logged = connection.execute(select(audit).where(audit.c.action.like("review%")).order_by(audit.c.id)).all()
    assert [(row.number, row.based_on, row.decision, row.value) for row in rows] == [
        (1, None, "accept", "2"),
        (2, rows[0].id, "edit", "3"),
        (3, rows[1].id, "reject", None),
        (4, rows[2].id, "accept", "2"),
    ]
    assert [(row.before, row.after, row.who, row.about) for row in logged] == [
        (None, "2", "me", "read"),
        ("2", "3", "me", "read"),
        ("3", None, "me", "read"),
        (None, "2", "me", "read"),
    ]


def test_a_value_that_the_record_lacks_can_be_added_and_taken_back(store: Engine) -> None:
    (here,) = places(store, "A", "case.quadrant")
    with pytest.raises(UsageError, match="name the path"):
        decide(store, "A", here.key, "edit", "upper outer quadrant", "me", "read", None)
    with pytest.raises(UsageError, match="no value there to accept"):
        say(store, "case.quadrant", "accept")
    say(store, "case.quadrant", "edit", "upper outer quadrant")
    say(store, "receptor_panels.0.results.Ki-67.percent", "edit", "20%")
    assert (line(store, "case.quadrant").value, line(store, "case.quadrant").said) == ("upper outer quadrant", None)
    say(store, "case.quadrant", "reject")
    assert line(store, "case.quadrant").value is None


def test_who_comes_second_is_told(store: Engine) -> None:
    (here,) = places(store, "A", "case.grade")
    first = decide(store, "A", here.key, "accept", None, "Ann", "read it", None)
    with pytest.raises(OvertakenError, match=rf"Ann decided accept .*\(read it\).* based on {first}"):
        decide(store, "A", here.key, "reject", None, "Bob", "no", None)
    with pytest.raises(OvertakenError):
        decide(store, "A", here.key, "reject", None, "Bob", "no", first + 1)
    with pytest.raises(OvertakenError, match="nobody has decided it yet"):
        decide(store, "A", places(store, "A", "case.sex")[0].key, "accept", None, "Bob", "yes", first)
    assert decide(store, "A", here.key, "reject", None, "Bob", "no", first) != first


def test_of_eight_at_once_one_decides(store: Engine) -> None:
    (here,) = places(store, "A", "case.grade")
    ends: list[str] = []
    start = threading.Barrier(8)

    def run(number: int) -> None:
        start.wait()
        try:
            decide(store, "A", here.key, "edit", "3", f"reviewer {number}", "at once", None)
            ends.append("decided")
        except OvertakenError:
            ends.append("told")

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["decided", *["told"] * 7]


def test_a_decision_waits_for_a_writer_and_is_told_of_one_that_does_not_end(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.registry import engine as ours

    monkeypatch.setattr(ours, "_WAIT", 1)
    second = ours.connect(store.url)
    with writing(store), pytest.raises(UsageError, match="somebody else is writing"), writing(second):
        raise AssertionError("two writers at once")
    second.dispose()


@pytest.mark.parametrize(
    ("path", "decision", "value", "said"),
    [
        ("case.grade", "edit", "4", "Input should be '1', '2' or '3'"),
        ("case.grade", "edit", " ", "reject it"),
        ("case.grade", "edit", "a\0", "NUL"),
        ("case.grade", "edit", None, "needs --value"),
        ("case.grade", "accept", "2", "belongs to edit"),
        ("case.grade", "ponder", None, "accept, edit, reject"),
        ("case.age_at_diagnosis", "edit", "fifty", "must look like"),
        ("treatments.0.start", "edit", "2019-13", "is no date"),
        ("treatments.0.status", "edit", "taken", "must look like"),
        ("receptor_panels.0.results.ER.status", "edit", "positve", "must look like"),
        ("receptor_panels.0.results.ER.percent", "edit", "90", "must look like"),
        ("metastases.0.status", "edit", "gone", "Input should be"),
        ("metastases.0.icd_o", "edit", "lung", "must look like"),
    ],
)
def test_what_cannot_be_decided(store: Engine, path: str, decision: str, value: str | None, said: str) -> None:
    before = line(store, path)
    with pytest.raises(UsageError, match=said):
        say(store, path, decision, value)
    assert line(store, path) == before


@pytest.mark.parametrize(
    "path", ["case", "case.shoe_size", "treatments.7.name", "treatments.-1.name", "notes.0", "", "case."]
)
def test_a_place_that_the_record_does_not_have(store: Engine, path: str) -> None:
    if path == "case":
        assert len(places(store, "A", path)) == 4
        return
    with pytest.raises(UsageError, match="is no place of this record"):
        places(store, "A", path)


def test_names_and_reasons_are_needed(store: Engine) -> None:
    for who, why, said in (
        ("", "read", "--who"),
        (" ", "read", "--who"),
        ("me", "\n\t", "--why"),
        ("m\0e", "x", "--who"),
    ):
        with pytest.raises(UsageError, match=said):
            say(store, "case.grade", "accept", who=who, why=why)
    with pytest.raises(UsageError, match="no such case"):
        places(store, "B", "case.grade")


@pytest.mark.parametrize(
    "value", ["2020", "2020-02", "2020-02-29", "2018-03/2018-04", "2020-11/..", "../2016-04", "2020/2020-05"]
)
def test_dates(value: str) -> None:
    assert is_date(value)


@pytest.mark.parametrize(
    "value",
    ["20", "2020-13", "2019-02-29", "2020-2", "../..", "2019/2018", "2020/2021/2022", "May 2020", "2020-11-05T10"],
)
def test_no_dates(value: str) -> None:
    assert not is_date(value)


def test_a_reviewed_outcome_outlives_a_run_that_tells_none(
    engine: Engine, take: Callable[[Out], Loaded], tmp_path: Path
) -> None:
    first = Out(tmp_path / "first")
    told = {"status": "alive", "date": "2019-05", "evidence": [{"start": 0, "end": 4, "text": "A 58"}]}
    first.add("A", record(outcome=told))
    take(first)
    say(engine, "outcome.status", "edit", "died")
    second = Out(tmp_path / "second", "b" * 64)
    second.add("A", record())
    take(second)
    assert (line(engine, "outcome.status").state, line(engine, "outcome.status").value) == ("edited", "died")
    with reading(engine) as connection:
        assert not [found for found in lines(connection, "A") if found.path == "outcome.date"]
        (stands,) = registry_cases(connection, REVIEWED)
    assert stands.record.outcome is not None
    assert stands.record.outcome.status == "died"


def test_reopened_it_is_as_before_anybody_decided(store: Engine) -> None:
    for path, state, value in (("case.grade", "waiting", None), ("metastases.1.site", "automatic", "liver")):
        assert (line(store, path).state, line(store, path).value) == (state, value)
        with pytest.raises(UsageError, match="nothing to reopen"):
            say(store, path, "reopen")
        say(store, path, "reject")
        say(store, path, "reopen", who="her", why="slipped")
        assert (line(store, path).state, line(store, path).value) == (state, value)
    assert line(store, "case.grade").reason == "reopened by her: slipped"


def test_undone_what_stood_before_stands_again(store: Engine) -> None:
    def back(path: str) -> tuple[str, str | None]:
        (here,) = places(store, "A", path)
        undo(store, "A", here.key, "me", "undone", here.based_on)
        return line(store, path).state, line(store, path).value

    with pytest.raises(UsageError, match="nothing to undo"):
        back("case.grade")
    say(store, "case.grade", "accept")
    assert back("case.grade") == ("waiting", None)
    assert back("case.grade") == ("accepted", "2")
    say(store, "case.grade", "edit", "3")
    say(store, "case.grade", "reject")
    assert back("case.grade") == ("edited", "3")
    assert back("case.grade") == ("rejected", None)
    say(store, "case.quadrant", "edit", "upper outer")
    assert back("case.quadrant") == ("rejected", None)


def test_a_reopened_value_waits_on_through_a_new_run(
    store: Engine, take: Callable[[Out], Loaded], tmp_path: Path
) -> None:
    say(store, "case.grade", "accept")
    say(store, "case.grade", "reopen")
    out = Out(tmp_path / "new", "b" * 64)
    changed = record()
    changed["case"]["grade"] = "3"
    out.add("A", changed)
    take(out)
    found = line(store, "case.grade")
    assert (found.state, found.value, found.said) == ("waiting", None, "3")
    say(store, "case.grade", "accept")
    assert line(store, "case.grade").value == "3"
