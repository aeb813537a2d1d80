"""Whether a value is taken into the registry unseen, or waits for a person, and why.

Taken is what the text says in words whose mentions are, by `oncocase calibrate`, right 99 times of 100 at that
confidence in that slot. Everything else waits: a wrong value in a registry is worse than none.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.registry.values import Span, spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.registry.values import Value


@dataclass(frozen=True, slots=True)
class Policy:
    """`thresholds` by slot, None and a slot without one: never unseen. `relations` is the share of relations that are
    right where both their ends are, by kind: a value that hangs on one is no surer than that."""

    thresholds: Mapping[str, float | None]
    relations: Mapping[str, float]


class Verdict(NamedTuple):
    """`cause` is None where the value is taken unseen, else one of `tables.CAUSES`, and `reason` its words."""

    confidence: float | None
    cause: str | None = None
    reason: str | None = None


class Judge:
    """Judges the values of one document. `mentions` are the entities of its annotation."""

    def __init__(self, policy: Policy, mentions: Iterable[Mapping[str, Any]]) -> None:
        self._policy = policy
        self._mentions = sorted((m["start"], m["end"], m["confidence"]) for m in mentions if "confidence" in m)
        self._longest = max((end - start for start, end, _ in self._mentions), default=0)

    def __call__(self, value: Value, contradictions: Sequence[Mapping[str, Any]]) -> Verdict:
        slot = value.slot.name(value.of)
        sure = self._confidence(value)
        if doubt := _doubt(value, contradictions):
            return Verdict(sure, "contradiction", doubt)
        if value.rule is not None and not (value.slot.derived == "own result" and value.places):
            return Verdict(sure, "derived", f"derived: {value.rule}")
        threshold = self._policy.thresholds.get(slot)
        if threshold is None:
            return Verdict(sure, "never automatic", f"slot {slot} has no threshold: never taken unseen")
        if sure is None:
            return Verdict(None, "unmeasured", "no mention of known confidence at its place")
        if sure < threshold:
            return Verdict(sure, "below threshold", f"confidence {sure} is below {threshold}, the threshold of {slot}")
        return Verdict(sure)

    def _confidence(self, value: Value) -> float | None:
        """The least of the mentions in its places, times that of the relation it hangs on."""
        found = [confidence for place in value.places for confidence in self._inside(place)]
        if not found:
            return None
        share = self._policy.relations.get(value.slot.relation, 1.0) if value.slot.relation else 1.0
        return round(min(found) * share, 3)

    def _inside(self, place: Span) -> Iterable[float]:
        at = bisect_left(self._mentions, (place[0] - self._longest, 0, 0.0))
        for start, end, confidence in self._mentions[at:]:
            if start >= place[1]:
                return
            if end > place[0]:
                yield confidence


def _doubt(value: Value, contradictions: Sequence[Mapping[str, Any]]) -> str | None:
    """What a contradiction says that is of this kind of value and of a place that its item cites."""
    for said in contradictions:
        if said["slot"] in value.slot.contradiction and _touch(value.around, spans(said["evidence"])):
            return str(said["what"])
    return None


def _touch(some: Iterable[Span], others: Sequence[Span]) -> bool:
    return any(a < d and c < b for a, b in some for c, d in others)
