"""Budget of time and memory a document, kept by the process that works on it."""

from __future__ import annotations

import faulthandler
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 300.0
MEGABYTES = 2000.0
_STATUS = Path("/proc/self/status")
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Budget:
    """What one document may take: `seconds` of time, and `megabytes` of memory on top of what the pipeline has.

    The defaults leave the largest text that is read (5 MB: 45 s and 600 MB on a slow core) room for more than
    three times of each.
    """

    seconds: float = SECONDS
    megabytes: float = MEGABYTES


class Guard:
    """Ends the process when a document takes too long, and lets it fail when it takes too much memory.

    Where the process ends, the Python stack is in `trace` (a file with a descriptor): of a document that
    takes too long, and of a crash in a library. Memory is limited on Linux only, as a `MemoryError`.
    """

    def __init__(self, budget: Budget, trace: IO[str]) -> None:
        self._budget = budget
        self._trace = trace
        faulthandler.enable(trace, all_threads=False)
        self._limit_memory()

    @contextmanager
    def document(self) -> Iterator[None]:
        """The time of one document."""
        self._start()
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()

    @contextmanager
    def loading(self) -> Iterator[None]:
        """What is done in here, within a document's time, is not on its account."""
        faulthandler.cancel_dump_traceback_later()
        _allow(None)
        yield
        self._limit_memory()
        self._start()

    def _start(self) -> None:
        faulthandler.dump_traceback_later(self._budget.seconds, exit=True, file=self._trace)

    def _limit_memory(self) -> None:
        used = _status("VmData")
        if used:
            _allow(used + round(self._budget.megabytes * 1e6))


def resident() -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    return _status("VmRSS")


def _status(key: str) -> int:
    try:
        lines = _STATUS.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * _KIB for line in lines if line.startswith(f"{key}:")), 0)


def _allow(size: int | None) -> None:
    """Let this process have `size` bytes of data, or as many as it was given at first."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    if size is None or (most != resource.RLIM_INFINITY and size > most):
        size = most
    resource.setrlimit(resource.RLIMIT_DATA, (size, most))
