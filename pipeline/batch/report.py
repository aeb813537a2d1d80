"""What a run did, as it stands in `run.json`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.batch.outcome import Outcome

# Warnings that are kept: a million files in Windows-1252 say the same a million times.
_WARNINGS = 1000


@dataclass(slots=True)
class Report:
    """Documents are `processed`, `reused` from an earlier run, or `failed`; `facts` counts rows. No more than
    1,000 warnings are kept.

    `ignored` counts the files in folders that are of a kind not read; `renamed` has the file of each id
    that is not its file's own name.
    """

    processed: int = 0
    reused: int = 0
    failed: int = 0
    facts: int = 0
    ignored: int = 0
    warnings: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)

    def count(self, outcome: Outcome, kept: bool) -> None:
        """Take a document in; `kept` says that a run which was killed had done it."""
        if outcome.failure is None:
            self.reused += kept or outcome.reused
            self.processed += not (kept or outcome.reused)
        self.facts += len(outcome.facts)
        if outcome.warning and len(self.warnings) < _WARNINGS:
            self.warnings.append(outcome.warning)

    def counts(self) -> dict[str, int]:
        return {
            "documents": self.processed + self.reused,
            "processed": self.processed,
            "reused": self.reused,
            "failed": self.failed,
            "facts": self.facts,
            "ignored_files": self.ignored,
        }
