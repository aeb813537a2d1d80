"""What a cell of the series table holds: parts, each with the places that say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.patient.model import Cited, Evidence

# 'Not reported' is no result: it is never written as 'negative', 'none' or 0.
NOT_REPORTED = "NR"


@dataclass(frozen=True)
class Part:
    """A value as a reader sees it; `places` say it, the exact words first, then their sentences.

    `rule` is the rule of a derived value, None where the text says the value.
    """

    text: str
    places: tuple[Evidence, ...]
    rule: str | None = None


Cell = tuple[Part, ...]


def as_text(cell: Cell) -> str:
    """The cell's words; `NR` where the report says nothing."""
    return "; ".join(part.text for part in cell) or NOT_REPORTED


def part(item: Cited, text: str, *keys: str) -> Part:
    """A part of an object of the record: the places of its keys, then its sentences, and the rule of a derived key."""
    exact = [place for key in keys for place in item.cites.get(key, ())]
    rules = [item.how.get(key, "derived") for key in keys if key in item.derived]
    return Part(text, _once([*exact, *item.evidence]), "; ".join(dict.fromkeys(rules)) or None)


def joined(parts: Sequence[Part], text: str) -> Part:
    """One part in place of several: all their places and rules."""
    rules = [one.rule for one in parts if one.rule]
    return Part(text, _once(place for one in parts for place in one.places), "; ".join(dict.fromkeys(rules)) or None)


def _once(places: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(places))
