"""What an engine of many machines runs: a shard of the inputs to its outcomes. It knows no engine.

An adapter needs three things of its engine: that it calls `work` with pickled values on its machines and
brings back the list, that it tells when a machine was lost, and that it calls `release` at the end.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

from pipeline.batch.member import Death, Member
from pipeline.batch.stamp import Stamp
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.batch.inputs import Input
    from pipeline.batch.outcome import Outcome
    from pipeline.batch.task import Job


def work(job: Job, stamp: Stamp, shard: Sequence[Input]) -> list[Outcome]:
    """The outcomes of a shard, in its order, from a worker process that is kept for the next one.

    A document that takes two worker processes down is a failure, and the engine's own process never notices.
    Raises `UsageError` where the program here is not the one that sent the work.
    """
    if _stamp() != stamp:
        raise UsageError(f"--scheduler: a worker has another oncocase ({_stamp().version}); install the same on all")
    member = _members.mine(job)
    return [member.outcome(source) if isinstance(reply := member.reply(source), Death) else reply for source in shard]


def release() -> None:
    """End the worker processes that `work` keeps in this process."""
    _members.close()


class _Members:
    """One worker process a thread of the engine's worker, for the job that it last had."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[int, tuple[Job, Member]] = {}

    def mine(self, job: Job) -> Member:
        thread = threading.get_ident()
        with self._lock:
            had, member = self._kept.get(thread, (None, None))
            if member is not None and had == job:
                return member
            new = Member(job)
            self._kept[thread] = job, new
        if member is not None:
            member.close()
        return new

    def close(self) -> None:
        with self._lock:
            kept, self._kept = self._kept, {}
        for _, member in kept.values():
            member.close()


_members = _Members()


@cache
def _stamp() -> Stamp:
    return Stamp.now()
