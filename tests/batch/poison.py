"""A pipeline for the tests of workers: what it does to its process is what the text says."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from pathlib import Path
from typing import Any

from pipeline.batch.worker import Worker


class Poison(Worker):
    """Annotates nothing; `LOADED`, a variable of the environment, names a file that gets a line a load."""

    def load(self) -> Any:
        log = os.environ.get("LOADED")
        if self._nlp is None and log:
            with Path(log).open("a", encoding="utf-8") as file:
                file.write(f"{os.getpid()}\n")
        if os.environ.get("UNLOADABLE") == "error":
            raise ImportError("no such model")
        if os.environ.get("UNLOADABLE") == "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        self._nlp = self  # type: ignore[assignment]
        return self

    def __call__(self, doc_id: str, text: str) -> dict[str, Any]:
        word, _, rest = text.partition(" ")
        match word:
            case "crash":
                ctypes.string_at(0)
            case "abort":
                os.abort()
            case "hang":
                time.sleep(3600)
            case "stop":
                os.kill(os.getpid(), signal.SIGSTOP)
            case "exit":
                os._exit(3)
            case "eat":
                bytearray(3_000_000_000)
            case "fail":
                raise ValueError("too strange")
            case "print":
                print("a library speaks")
            case "once":  # takes down the first process that it meets
                mark = Path(rest.strip())
                if not mark.exists():
                    mark.touch()
                    os.kill(os.getpid(), signal.SIGKILL)
            case "parent":  # takes down who started this process
                os.kill(os.getppid(), signal.SIGKILL)
                time.sleep(5)
            case "slow":
                time.sleep(float(rest))
        entity = {
            "id": "e1", "label": "Stage", "start": 0, "end": len(word), "text": word, "norm": "IV",
            "confidence": 1.0, "rule": "test", "sentence": [0, len(text)],
        }  # fmt: skip
        return {"id": doc_id, "entities": [entity], "relations": []}
