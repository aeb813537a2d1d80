"""The engine of one machine: worker processes side by side, and those documents apart that took one down."""

from __future__ import annotations

import threading
from queue import Queue
from typing import TYPE_CHECKING

from pipeline.batch.member import Death, Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.batch.inputs import Input
    from pipeline.batch.outcome import Outcome
    from pipeline.batch.task import Job


class Crew:
    """An engine: call it with sources, and it gives their outcomes as they come, from `size` processes.

    A document that takes its process down is tried again alone, after the others; then it is a failure.
    Raises what `Task` raises. In memory are no more than three outcomes a process.
    """

    def __init__(self, job: Job, size: int) -> None:
        self._job = job
        self._size = size

    def __call__(self, sources: Iterable[Input]) -> Iterator[Outcome]:
        suspects: list[Input] = []
        for source, reply in self._together(sources):
            if isinstance(reply, Death):
                suspects.append(source)
            else:
                yield reply
        with Member(self._job) as member:
            for source in suspects:
                yield member.outcome(source)

    def _together(self, sources: Iterable[Input]) -> Iterator[tuple[Input, Outcome | Death]]:
        """What came of each source, from all processes at once."""
        done: Queue[tuple[Input, Outcome | Death] | BaseException | None] = Queue(2 * self._size)
        shared = _Shared(sources)
        members = [Member(self._job) for _ in range(self._size)]

        def work(member: Member) -> None:
            try:
                for source in shared:
                    done.put((source, member.reply(source)))
            except BaseException as error:  # for the caller to hear of
                done.put(error)
            finally:
                done.put(None)

        threads = [threading.Thread(target=work, args=(member,), daemon=True) for member in members]
        for thread in threads:
            thread.start()
        at_work = len(threads)
        try:
            while at_work:
                item = done.get()
                if item is None:
                    at_work -= 1
                elif isinstance(item, BaseException):
                    raise item
                else:
                    yield item
        finally:
            shared.stop()
            for member in members:
                member.close()
            while at_work:
                at_work -= done.get() is None


class _Shared:
    """Inputs that several threads take from, until it is stopped."""

    def __init__(self, sources: Iterable[Input]) -> None:
        self._sources = iter(sources)
        self._lock = threading.Lock()
        self._stopped = False

    def __iter__(self) -> Iterator[Input]:
        return self

    def __next__(self) -> Input:
        with self._lock:
            if self._stopped:
                raise StopIteration
            return next(self._sources)

    def stop(self) -> None:
        self._stopped = True
