"""What came of one document: plain values that cross between processes and stand in the journal."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
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
        return json.dumps(asdict(self), separators=(",", ":")).encode() + b"\n"

    @classmethod
    def from_json(cls, line: bytes) -> Self:
        """The inverse of `to_json`; raises `ValueError` for a line that is not whole."""
        read = json.loads(line)
        failure = Failure(**read.pop("failure")) if read["failure"] else None
        facts = tuple(map(tuple, read.pop("facts")))
        read.pop("failure", None)
        return cls(**read | {"facts": facts, "failure": failure, "input": tuple(read["input"])})
