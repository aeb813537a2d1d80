"""Worker processes: what a document does to its own, the others do not notice."""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Timer

import pytest
from batch.poison import Poison

from pipeline.batch import member
from pipeline.batch.crew import Crew
from pipeline.batch.guard import Budget
from pipeline.batch.outcome import Failure, Outcome
from pipeline.batch.task import Job, LoadError
from pipeline.errors import WritingError
from pipeline.reading import Source


@pytest.fixture(autouse=True)
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which each load of a pipeline is noted."""
    monkeypatch.setenv("LOADED", str(tmp_path / "loaded"))
    return tmp_path / "loaded"


def sources(folder: Path, texts: Sequence[str]) -> list[Source]:
    """One file a text, with ids 00, 01, …"""
    made = [Source(folder / f"{number:02}.txt", f"{number:02}") for number in range(len(texts))]
    for source, text in zip(made, texts, strict=True):
        source.path.write_text(text, encoding="utf-8")
    return made


def outcomes(folder: Path, texts: Sequence[str], size: int = 2, budget: Budget | None = None) -> dict[str, Outcome]:
    job = Job(str(folder / "out"), budget=budget or Budget(60, 500), annotator=Poison)
    (folder / "out/.part").mkdir(parents=True, exist_ok=True)
    given = sources(folder, texts)
    found = list(Crew(job, size)(given))
    assert sorted(outcome.id for outcome in found) == [source.id for source in given]  # each once
    return {outcome.id: outcome for outcome in found}


def failure(outcome: Outcome) -> Failure:
    assert outcome.failure is not None
    assert outcome.facts == ()
    assert (outcome.failure.path, outcome.failure.stage) == (outcome.path, "pipeline")
    return outcome.failure


@pytest.mark.parametrize("size", [1, 2, 3])
def test_all_are_done_by_as_many_processes(tmp_path: Path, loaded: Path, size: int) -> None:
    found = outcomes(tmp_path, ["slow 0.05"] * 20, size)
    assert all(outcome.failure is None and outcome.facts[0][0] == outcome.id for outcome in found.values())
    assert len(list((tmp_path / "out/annotations").iterdir())) == 20
    assert len(loaded.read_text().split()) == size


@pytest.mark.parametrize(
    ("word", "error", "trace"),
    [
        ("crash", "takes its worker process down (SIGSEGV), tried twice", "in string_at"),
        (
            "abort",
            "takes its worker process down (SIGABRT), tried twice; if it lacks memory, raise --max-memory",
            "in __",
        ),
        ("exit", "takes its worker process down (exit code 3), tried twice", ""),
        ("hang", "took longer than the 2 seconds allowed, twice; raise --timeout to let it", "in __call__"),
        ("eat", "needs more than the 500 MB of memory allowed, tried twice; raise --max-memory to let it", "bytearray"),
    ],
)
def test_a_document_that_takes_its_worker_down(tmp_path: Path, loaded: Path, word: str, error: str, trace: str) -> None:
    found = outcomes(tmp_path, ["well", word, *["well"] * 8], budget=Budget(2, 500))
    told = failure(found.pop("01"))
    assert told.error == error
    assert trace in told.trace
    assert ("poison.py" in told.trace) == bool(trace)
    assert "0x" not in told.trace
    assert all(outcome.failure is None for outcome in found.values())
    assert len(loaded.read_text().split()) <= 4  # two at first, one more, one for the second time


def test_a_process_that_its_own_clock_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member, "_GRACE", 0.5)
    found = outcomes(tmp_path, ["stop", "well"], size=1, budget=Budget(1, 500))
    assert failure(found["00"]).error.startswith("took longer than the 1 seconds allowed")
    assert found["01"].failure is None


def test_a_failing_document_costs_no_process(tmp_path: Path, loaded: Path) -> None:
    found = outcomes(tmp_path, ["fail", "well", "fail"], size=1)
    assert failure(found["02"]).error == "ValueError: too strange"
    assert 'raise ValueError("too strange")' in failure(found["02"]).trace
    assert len(loaded.read_text().split()) == 1


def test_a_document_that_was_only_unlucky(tmp_path: Path) -> None:
    found = outcomes(tmp_path, ["well", f"once {tmp_path / 'mark'}", "well"])
    assert all(outcome.failure is None for outcome in found.values())
    assert (tmp_path / "mark").exists()


def test_a_worker_killed_from_outside(tmp_path: Path, loaded: Path) -> None:
    def kill() -> None:
        os.kill(int(loaded.read_text().split()[0]), signal.SIGKILL)

    timer = Timer(2.0, kill)
    timer.start()
    found = outcomes(tmp_path, ["slow 0.3"] * 20)
    timer.join()
    assert all(outcome.failure is None for outcome in found.values())
    assert len(loaded.read_text().split()) >= 3


def test_what_a_library_prints_is_no_answer(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = outcomes(tmp_path, ["print", "well"], size=1)
    assert all(outcome.failure is None for outcome in found.values())
    assert capfd.readouterr().out == ""


def test_few_are_held_and_the_processes_end_with_the_run(tmp_path: Path, loaded: Path) -> None:
    job = Job(str(tmp_path / "out"), budget=Budget(60, 500), annotator=Poison)
    (tmp_path / "out/.part").mkdir(parents=True)
    taken = []

    def given() -> Iterator[Source]:
        for source in sources(tmp_path, ["well"] * 60):
            taken.append(source)
            yield source

    engine = Crew(job, 2)(given())
    next(engine)
    time.sleep(1)
    assert len(taken) <= 1 + 3 * 2
    engine.close()
    for process in map(int, loaded.read_text().split()):
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_a_pipeline_that_cannot_be_loaded_is_no_fault_of_the_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNLOADABLE", "error")
    with pytest.raises(LoadError, match="no such model"):
        outcomes(tmp_path, ["well"] * 3)
    monkeypatch.setenv("UNLOADABLE", "crash")
    with pytest.raises(LoadError, match="died 3 times while it loaded"):
        outcomes(tmp_path, ["well"] * 3)


def test_an_out_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/annotations").write_text("in the way")
    with pytest.raises(WritingError, match=r"out/annotations/0.*cannot be written"):
        outcomes(tmp_path, ["well"] * 3)
