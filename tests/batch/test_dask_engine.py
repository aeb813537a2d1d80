"""Dask with two workers of this machine: the same files as a local run, whatever a document does."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from batch.poison import Poison

from pipeline.batch.crew import Crew
from pipeline.batch.dask_engine import DaskEngine
from pipeline.batch.guard import Budget
from pipeline.batch.report import Report
from pipeline.batch.run import run
from pipeline.batch.shard import work
from pipeline.batch.stamp import Stamp
from pipeline.batch.task import Job
from pipeline.console import Console
from pipeline.errors import UsageError

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")
psutil = pytest.importorskip("psutil")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a cluster with two workers, which gives a shard up when it has taken one worker down."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address=None) as cluster,
    ):
        yield cluster.scheduler_address


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for number in range(50):
        (tmp_path / f"in/{number:02}.txt").write_text("well", encoding="utf-8")
    return tmp_path / "in"


def go(folder: Path | str, out: Path | str, scheduler: str = "") -> Report:
    """A run over the cluster, or by two workers without it."""
    job = Job(str(out), budget=Budget(3, 500), annotator=Poison)
    engine = DaskEngine(job, scheduler, 2) if scheduler else Crew(job, 2)
    return run([folder], job, engine, Console(quiet=True))


def files(out: Path) -> dict[str, bytes]:
    found = {p.relative_to(out).as_posix(): p for p in out.rglob("*") if p.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name != "run.json"}


def test_the_same_files_as_a_local_run(folder: Path, tmp_path: Path, scheduler: str) -> None:
    (folder / "07.txt").write_text("crash", encoding="utf-8")
    (folder / "23.txt").write_text("fail", encoding="utf-8")
    (folder / "31.txt").write_text("hang", encoding="utf-8")
    (folder / "47.txt").write_bytes(b"")
    report = go(folder, tmp_path / "cluster", scheduler)
    assert (report.processed, report.failed) == (46, 4)
    go(folder, tmp_path / "local")
    assert files(tmp_path / "cluster") == files(tmp_path / "local")


def test_a_cluster_is_left_as_it_was_found(folder: Path, tmp_path: Path, scheduler: str) -> None:
    go(folder, tmp_path / "out", scheduler)
    with distributed.Client(scheduler) as client:
        for process in client.run(os.getpid).values():
            assert psutil.Process(process).children() == []


def test_a_document_that_takes_the_workers_of_the_cluster_down(folder: Path, tmp_path: Path, scheduler: str) -> None:
    (folder / "05.txt").write_text("parent", encoding="utf-8")
    report = go(folder, tmp_path / "out", scheduler)
    # What the lost worker had written is not made again.
    assert (report.processed + report.reused, report.failed) == (49, 1)
    (failure,) = map(json.loads, (tmp_path / "out/failures.jsonl").read_text().splitlines())
    assert failure["path"] == str(folder / "05.txt")
    assert failure["error"].startswith("takes down the machine or the Dask worker that has it")


def test_from_parquet_to_a_place_behind_fsspec(folder: Path, tmp_path: Path, scheduler: str) -> None:
    texts = pd.DataFrame({"id": [f"{n:02}" for n in range(50)], "text": ["well"] * 50})
    texts.to_parquet(tmp_path / "texts.parquet")
    report = go(f"file://{tmp_path}/texts.parquet", f"file://{tmp_path}/cluster", scheduler)
    assert (report.processed, report.failed) == (50, 0)
    go(folder, tmp_path / "local")
    own = files(tmp_path / "cluster")
    assert {name for name in own if name.startswith("text/")} == {f"text/{n:02}.txt" for n in range(50)}
    assert {k: v for k, v in own.items() if not k.startswith("text/")} == files(tmp_path / "local")


def test_a_scheduler_that_is_not_there(folder: Path, tmp_path: Path) -> None:
    with (
        dask.config.set({"distributed.comm.retry.count": 0}),
        pytest.raises(UsageError, match=r"no Dask scheduler answers there .*; give its address, such as tcp://"),
    ):
        go(folder, tmp_path / "out", "tcp://127.0.0.1:1")


def test_a_worker_with_another_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"a worker has another oncocase .*; install the same on all"):
        work(Job(str(tmp_path)), Stamp("0", (), "", ""), [])
