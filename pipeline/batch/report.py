"""What a run did, as it stands in `run.json` and `failures.jsonl`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.batch.facts import Row


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that is not in the facts: the stage (`reading` or `pipeline`) at which it failed, and why.

    `trace` says where in the program a failure of the pipeline arose.
    """

    path: str
    stage: str
    error: str
    trace: str = ""


@dataclass(slots=True)
class Report:
    """Documents are `processed`, `reused` from an earlier run, or among the `failures`.

    `ignored` counts the files in folders that are of a kind not read; `renamed` has the file of each id
    that is not its file's own name.
    """

    processed: int = 0
    reused: int = 0
    ignored: int = 0
    facts: list[Row] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        return {
            "documents": self.processed + self.reused,
            "processed": self.processed,
            "reused": self.reused,
            "failed": len(self.failures),
            "facts": len(self.facts),
            "ignored_files": self.ignored,
        }
