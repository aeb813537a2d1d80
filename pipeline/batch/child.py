"""What runs in a worker process: sources in at standard input, outcomes out at standard output.

Both are pickles of plain values, one after the other: a `Start`, then `Input`s; a `Reply` comes back for
each. The process ends when its input does, so that no worker outlives the run that started it by more than
a document. It is a program of its own and not a `multiprocessing` child, because it must also run under
engines whose workers are daemons, which may have no such children.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import tempfile
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pipeline.batch.guard import Guard, resident
from pipeline.batch.task import Job, LoadError, Task
from pipeline.errors import WritingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.batch.outcome import Outcome

OUT_OF_MEMORY = 77
"""The exit code of a process whose document took more memory than it may."""

TRACE = "trace"

# Texts leave strings behind in spaCy's store, and a large one leaves memory in pieces: so much more than after
# loading, and a fresh process takes over.
_GROWTH = 400_000_000


@dataclass(frozen=True, slots=True)
class Start:
    """What a worker is told first: its job, and a folder of its own, which who started it removes.

    In the folder are what it has for a while only, and `TRACE`, the stack of its last moment.
    """

    job: Job
    folder: str


@dataclass(frozen=True, slots=True)
class Reply:
    """`outcome` of a document, or why the run cannot go on: `unwritten` (path, reason), `unloaded` (a traceback).

    `stage` is said on the way and answers nothing: the pipeline is now `loading`, or `loaded`. `spent`: this
    process should end.
    """

    outcome: Outcome | None = None
    stage: str = ""
    spent: bool = False
    unwritten: tuple[str, str] | None = None
    unloaded: str = ""


def main() -> None:
    """Serve until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent decides
    # What a library prints must not stand among the replies.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    start: Start = pickle.load(sys.stdin.buffer)
    tempfile.tempdir = start.folder
    with Path(start.folder, TRACE).open("w", encoding="utf-8") as trace:
        try:
            _Server(start, trace, replies).serve(sys.stdin.buffer)
        except MemoryError:
            traceback.print_exc(file=trace)
            trace.flush()
            os._exit(OUT_OF_MEMORY)
        except BrokenPipeError:  # who asked was killed
            os._exit(0)


class _Server:
    def __init__(self, start: Start, trace: IO[str], replies: IO[bytes]) -> None:
        self._replies = replies
        self._guard = Guard(start.job.budget, trace)
        self._task = Task(start.job, self._loading)
        self._loaded = 0  # bytes after loading

    def serve(self, sources: IO[bytes]) -> None:
        while True:
            try:
                source = pickle.load(sources)
            except EOFError:
                return
            try:
                with self._guard.document():
                    outcome = self._task(source)
            except WritingError as error:
                self._say(Reply(unwritten=(str(error.path), error.reason)))
            except LoadError:
                self._say(Reply(unloaded=traceback.format_exc()))
            else:
                self._say(Reply(outcome, spent=bool(self._loaded) and resident() - self._loaded > _GROWTH))

    def _say(self, reply: Reply) -> None:
        pickle.dump(reply, self._replies, pickle.HIGHEST_PROTOCOL)
        self._replies.flush()

    @contextmanager
    def _loading(self) -> Iterator[None]:
        if self._loaded:
            yield
            return
        self._say(Reply(stage="loading"))
        with self._guard.loading():
            yield
        self._loaded = resident() or 1
        self._say(Reply(stage="loaded"))
