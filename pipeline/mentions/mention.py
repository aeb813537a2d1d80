"""A mention: a span of the text with its label, typed value and attributes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Doc, Span

from pipeline.values import Value

GROUP = "mentions"
"""The key of the final mentions in `doc.spans`."""
SUBJECT_LABELS = frozenset({"Marker", "Stage", "Drug", "Radiotherapy", "Site", "Date", "RelativeDate"})
"""The labels that say something of somebody."""


@dataclass(slots=True, eq=False)
class Mention:
    """What a slot module proposes; `start` and `end` count code points, half-open.

    `rule` is the id of the lexicon row or grammar that proposed it, `source` who: rule, lexicon or
    model. Status, subject, case and specimen are set by the later steps of the flow.
    """

    start: int
    end: int
    label: str
    value: Value
    rule: str
    source: str = "rule"
    status: str | None = None
    subject: str | None = None
    case: str | None = None
    specimen: str | None = None
    confidence: float = 1.0

    def overlaps(self, other: "Mention") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(slots=True, frozen=True, eq=False)
class Relation:
    """`kind` as in the guidelines (`DoseOf` …), from one mention to another."""

    kind: str
    source: Mention
    target: Mention


def register() -> None:
    """Set the extensions that the components share; setting them again changes nothing."""
    Doc.set_extension("candidates", default=None, force=True)
    Doc.set_extension("mentions", default=None, force=True)
    Doc.set_extension("chances", default=None, force=True)
    Doc.set_extension("relations", default=None, force=True)
    Span.set_extension("mention", default=None, force=True)
    for name in ("value", "status", "subject", "case", "specimen", "rule", "source", "confidence"):
        Span.set_extension(name, getter=_attribute(name), force=True)


def _attribute(name: str) -> Callable[[Span], Any]:
    return lambda span: getattr(span._.mention, name)


def propose(doc: Doc, found: list[Mention]) -> Doc:
    """Add a slot's findings to the candidates of the document."""
    doc._.candidates = [*(doc._.candidates or ()), *found]
    return doc


def mentions(doc: Doc) -> list[Mention]:
    """The final mentions in order of place."""
    found: list[Mention] = doc._.mentions
    return found
