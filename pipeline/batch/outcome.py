"""What came of one document: plain values that cross between processes and stand in the journal."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that is not in the facts: the stage (`reading` or `pipeline`) at which it failed, and why.

    `trace` says where in the program a failure of the pipeline arose.
    """

    path: str
    stage: str
    error: str
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`facts` holds one row a fact, its values in the order of `facts.COLUMNS`; none where it failed.

    `reused` says that the annotation of an earlier run was kept. `input` is the size and the time of change
    (ns) of the file that was read, empty where that is not known: by it a document is known again.
    """

    id: str
    path: str
    facts: tuple[tuple[Any, ...], ...] = ()
    reused: bool = False
    warning: str = ""
    failure: Failure | None = None
    input: tuple[int, ...] = ()

    def to_json(self) -> bytes:
        """One line. In ASCII, since a file name may hold what is no Unicode."""
        # Not `asdict`, which copies every value of every fact: that is six times the work.
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        told["failure"] = self.failure and asdict(self.failure)
        return json.dumps(told, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def from_json(cls, line: bytes) -> Self:
        """The inverse of `to_json`; raises `ValueError` for a line that is not whole."""
        told = json.loads(line)
        told["facts"] = tuple(map(tuple, told["facts"]))
        told["failure"] = told["failure"] and Failure(**told["failure"])
        told["input"] = tuple(told["input"])
        return cls(**told)
