"""The engine of many machines: Dask carries shards of inputs out and their outcomes back."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any

from pipeline.batch.outcome import Failure, Outcome
from pipeline.batch.shard import release, work
from pipeline.batch.stamp import Stamp
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.batch.inputs import Input
    from pipeline.batch.task import Job

SHARD = 20
"""Documents of a shard: half a second of work or more, hundreds of times what Dask takes to send it."""

# Shards that are sent a thread, so that none waits for the next.
_AHEAD = 3


class DaskEngine:
    """Call it with inputs; it gives their outcomes as their shards come back.

    `scheduler` is the address of a cluster that runs; where it is empty, `workers` processes are started on
    this machine. Dask gives a shard whose machine is lost to another; the documents of one that is lost again
    and again are tried alone, after the others, and the one that still takes machines down is a failure.
    """

    def __init__(self, job: Job, scheduler: str, workers: int) -> None:
        self._job = job
        self._scheduler = scheduler
        self._workers = workers

    def __call__(self, sources: Iterable[Input]) -> Iterator[Outcome]:
        stamp = Stamp.now()
        left = iter(sources)
        with self._client() as (distributed, client):

            def send(shard: list[Input]) -> Any:
                return client.submit(work, self._job, stamp, shard, pure=False)

            ahead = _AHEAD * (sum(client.nthreads().values()) or 1)
            shards = iter(lambda: list(islice(left, SHARD)), [])
            sent = {send(shard): shard for shard in islice(shards, ahead)}
            coming = distributed.as_completed(sent)
            suspects: list[Input] = []
            for future in coming:
                shard = sent.pop(future)
                try:
                    yield from future.result()
                except distributed.KilledWorker:
                    suspects += shard
                for next_shard in islice(shards, 1):
                    new = send(next_shard)
                    sent[new] = next_shard
                    coming.add(new)
            # Dask blames all that a lost worker had before it: whose fault it was shows only one by one.
            for source in suspects:
                try:
                    yield from send([source]).result()
                except distributed.KilledWorker as error:
                    yield _lost(source, error)

    @contextmanager
    def _client(self) -> Iterator[tuple[Any, Any]]:
        """The library and a client of the cluster, which is left as it was found."""
        try:
            distributed: Any = import_module("distributed")
        except ImportError as error:
            raise UsageError(f"--engine dask: {error}; pip install 'oncocase[scale]'") from error
        if self._scheduler:
            try:
                client = distributed.Client(self._scheduler, timeout="20s")
            except (OSError, ValueError) as error:
                reason = f"no Dask scheduler answers there ({error}); give its address, such as tcp://10.0.0.1:8786"
                raise UsageError(f"--scheduler {self._scheduler}: {reason}") from error
            with client:
                try:
                    yield distributed, client
                finally:
                    client.run(release)
        else:
            # Workers wait for a process of ours each: one thread, no limit of memory of theirs, no page to look at.
            cluster = distributed.LocalCluster(
                n_workers=self._workers, threads_per_worker=1, memory_limit=0, dashboard_address=None
            )
            with cluster, distributed.Client(cluster) as client:
                yield distributed, client


def _lost(source: Input, error: Exception) -> Outcome:
    path = str(source.path)
    reason = "takes down the machine or the Dask worker that has it, each time; leave it out"
    return Outcome(source.id, path, failure=Failure(path, "pipeline", reason, f"{error}\n"))
