"""What the store hands to a feed: a case with the values that stand, and where each of them is said.

A feed never asks the store, so that it can be tested on a record alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Protocol

    from pipeline.patient.model import Record


@dataclass(frozen=True)
class Source:
    """The document of a case. `sha256` is of its text in UTF-8; `licence` None where it is not known."""

    doc_id: str
    sha256: str
    text: str
    path: str = ""
    licence: str | None = None


@dataclass(frozen=True)
class RegistryCase:
    """One patient. `case_id` is `<doc_id>`, or `<doc_id>#<n>` where a text reports several.

    `record` holds the values that stand: what a reviewer decided in place of what was extracted, and nothing that
    a reviewer rejected. `version` names the program of the extraction; `reviewed` are paths of the record (as
    `case.grade`, `receptor_panels.0.results.ER.status`) that a person decided.
    """

    case_id: str
    record: Record
    source: Source
    version: str = ""
    reviewed: frozenset[str] = frozenset()


class Trace(NamedTuple):
    """One exported value, and the characters of the document that say it (code points, half-open).

    `item` names the value in the feed's own terms: a FHIR id and path, a NAACCR item, a table and column.
    """

    case_id: str
    item: str
    value: str
    doc_id: str
    start: int
    end: int
    text: str


@dataclass
class Written:
    """What a feed wrote: its files, how many of what, the way back of each value, and what it left out and why."""

    files: list[Path] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


if TYPE_CHECKING:

    class Feed(Protocol):
        """A feed reads the cases once, in order, and keeps none of them: memory stays flat over any number.

        `trace` is called for each value that it writes.
        """

        def __call__(self, cases: Iterable[RegistryCase], folder: Path, trace: Tracer) -> Written: ...

    class Tracer(Protocol):
        def __call__(self, trace: Trace) -> None: ...
