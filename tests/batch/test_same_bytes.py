"""The same bytes, in the same order, by any number of workers, and after a run that was killed again and again."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from batch.poison import Poison

from pipeline.batch.crew import Crew
from pipeline.batch.guard import Budget
from pipeline.batch.run import run
from pipeline.batch.task import Job, Task
from pipeline.console import Console

TESTS = Path(__file__).resolve().parents[1]
COUNT = 40
FAILING = {3: "fail", 11: "crash", 17: "exit", 38: "fail"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Documents that take unlike times, so that they end in another order than they were begun in."""
    draw = random.Random(6)
    (tmp_path / "in").mkdir()
    for number in range(COUNT):
        text = FAILING.get(number, f"slow {draw.choice((0, 0.01, 0.1))}")
        (tmp_path / f"in/{number:02}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "in/empty.txt").write_bytes(b"")
    return tmp_path / "in"


def go(folder: Path, out: Path, workers: int) -> dict[str, bytes]:
    job = Job(str(out), budget=Budget(5, 500), annotator=Poison)
    engine = Crew(job, workers) if workers else lambda sources: map(Task(job), sources)
    run([folder], job, engine, Console(quiet=True))
    return files(out)


def files(out: Path) -> dict[str, bytes]:
    found = {p.relative_to(out).as_posix(): p for p in out.rglob("*") if p.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name != "run.json"}


def test_whatever_the_number_of_workers(folder: Path, tmp_path: Path) -> None:
    one = go(folder, tmp_path / "1", 1)
    assert sorted(pd.read_csv(tmp_path / "1/facts.csv", dtype=str)["doc_id"]) == list(
        pd.read_csv(tmp_path / "1/facts.csv", dtype=str)["doc_id"]
    )
    failed = [Path(json.loads(line)["path"]).stem for line in one["failures.jsonl"].splitlines()]
    assert failed == [*(f"{number:02}" for number in FAILING), "empty"]
    assert sum(name.startswith("annotations/") for name in one) == COUNT - len(FAILING)
    for workers in (2, 3):
        assert go(folder, tmp_path / str(workers), workers) == one
    for number in (11, 17):  # which would take this process down
        (folder / f"{number}.txt").unlink()
    assert go(folder, tmp_path / "0", 0) == go(folder, tmp_path / "again", 2)


def test_killed_three_times(folder: Path, tmp_path: Path) -> None:
    whole = go(folder, tmp_path / "whole", 2)
    program = (
        f"import sys; sys.path[:] = {[str(TESTS), *sys.path]!r}\n"
        "from pathlib import Path; from batch.test_same_bytes import go\n"
        f"go(Path({str(folder)!r}), Path({str(tmp_path / 'out')!r}), 2)"
    )
    journal = tmp_path / "out/.journal.jsonl"
    lines: list[int] = []
    for mark in (5, 14, 30):
        with subprocess.Popen([sys.executable, "-c", program]) as process:
            while process.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") <= mark):
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        lines.append(journal.read_bytes().count(b"\n"))
        assert not (tmp_path / "out/facts.csv").exists()
    assert lines == sorted(lines)  # what was done is kept
    assert go(folder, tmp_path / "out", 2) == whole
    assert json.loads((tmp_path / "out/run.json").read_bytes())["counts"]["processed"] < COUNT - len(FAILING) - 20
    assert not journal.exists()
