"""A worker process seen from outside: asked one document at a time, started again when it died."""

from __future__ import annotations

import json
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipeline.batch.child import OUT_OF_MEMORY, TRACE, Reply, Start
from pipeline.batch.outcome import Failure, Outcome
from pipeline.batch.task import LoadError
from pipeline.errors import WritingError

if TYPE_CHECKING:
    from pipeline.batch.inputs import Input
    from pipeline.batch.task import Job

# The process reads this package from where its parent has it, however the parent came to it.
_PROGRAM = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from pipeline.batch.child import main; main()"
# A worker is one process a core: a library that starts a thread a core on top only gets in the way.
_ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
# A process ends itself when its time is up; where it does not (stopped, or deep in the system), so much later.
_GRACE = 15.0
_LOADING_SECONDS = 600.0
_LOADING_TRIES = 3
# Places in memory, and the list of all libraries, which differ from run to run.
_PASSING = re.compile(r" 0x[0-9a-f]+|\n*Extension modules: .*")


@dataclass(frozen=True, slots=True)
class Death:
    """A process that ended before it answered: why, and its Python stack where it left one."""

    reason: str
    trace: str


class Member:
    """Gives the outcomes of sources, from one process of its own. Close it, or leave its `with`, to end that."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._budget = job.budget
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path()
        self._deadline = inf
        self._overdue = False
        self._closed = False
        self._lock = threading.Lock()

    def reply(self, source: Input) -> Outcome | Death:
        """The outcome, or how the process died of the document.

        Raises `WritingError` where OUT cannot be written, and `LoadError`, also where the process dies
        while it loads the pipeline, which is not the document's fault.
        """
        for _ in range(_LOADING_TRIES):
            reply = self._ask(source)
            if reply is not None:
                return reply
        raise LoadError(f"a worker died {_LOADING_TRIES} times while it loaded the pipeline; is there memory for it?")

    def outcome(self, source: Input) -> Outcome:
        """The outcome of a source that took one process down already: a second time makes it a failure."""
        reply = self.reply(source)
        if isinstance(reply, Outcome):
            return reply
        path = str(source.path)
        return Outcome(source.id, path, failure=Failure(path, "pipeline", reply.reason, reply.trace))

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._closed = True
        self._end()

    def __enter__(self) -> Member:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _ask(self, source: Input) -> Outcome | Death | None:
        """One question to the process; None where it died while loading."""
        reply = Reply()
        try:
            process = self._process or self._start()
            self._deadline = time.monotonic() + self._budget.seconds + _GRACE
            _send(process, source)
            while (reply := _receive(process)).stage:
                seconds = _LOADING_SECONDS if reply.stage == "loading" else self._budget.seconds + _GRACE
                self._deadline = time.monotonic() + seconds
        except (EOFError, OSError, pickle.UnpicklingError):
            death = self._death()
            self._end()
            return None if reply.stage == "loading" and not self._closed else death
        finally:
            self._deadline = inf
        if reply.unwritten:
            raise WritingError(*reply.unwritten)
        if reply.unloaded:
            raise LoadError(reply.unloaded)
        if reply.spent:
            self._end()
        return cast("Outcome", reply.outcome)

    def _start(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise EOFError
            self._folder = Path(tempfile.mkdtemp(prefix="oncocase-"))
            self._overdue = False
            process = self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, json.dumps(sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=self._job.folder if Path(self._job.folder).is_dir() else None,
                env=_ONE_THREAD | os.environ,
            )
        threading.Thread(target=self._watch, args=(process,), daemon=True).start()
        _send(process, Start(self._job, str(self._folder)))
        return process

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Kill the process when it is overdue, for as long as it lives."""
        while process.poll() is None:
            if time.monotonic() > self._deadline:
                self._overdue = True
                process.kill()
            with suppress(subprocess.TimeoutExpired):
                process.wait(1)

    def _end(self) -> None:
        with self._lock:
            process, self._process = self._process, None
            if process is None:
                return
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    cast("Any", pipe).close()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _death(self) -> Death:
        """Why the process is no more, once it has ended."""
        process = self._process
        if process is None:
            return Death("was stopped", "")
        try:
            code = process.wait(_GRACE)
            trace = Path(self._folder, TRACE).read_text(encoding="utf-8", errors="replace")
        except (OSError, subprocess.TimeoutExpired):
            return Death("closed the pipes of its worker process", "")
        return Death(self._reason(code, trace), _PASSING.sub("", trace))

    def _reason(self, code: int, trace: str) -> str:
        if self._overdue or trace.startswith("Timeout ("):
            return f"took longer than the {self._budget.seconds:g} seconds allowed, twice; raise --timeout to let it"
        if code == OUT_OF_MEMORY:
            size = f"{self._budget.megabytes:g} MB of memory"
            return f"needs more than the {size} allowed, tried twice; raise --max-memory to let it"
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        # PDFium and others written in C++ abort where they get no memory.
        help_ = "; if it lacks memory, raise --max-memory" if how == "SIGABRT" else ""
        return f"takes its worker process down ({how}), tried twice{help_}"


def _send(process: subprocess.Popen[bytes], value: object) -> None:
    pipe = cast("Any", process.stdin)
    pickle.dump(value, pipe, pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def _receive(process: subprocess.Popen[bytes]) -> Reply:
    return cast("Reply", pickle.load(cast("Any", process.stdout)))
