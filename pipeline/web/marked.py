"""The text of a case cut into pieces: sentences that the record cites, and in them the words of its values."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.registry.values import Span


@dataclass(frozen=True)
class Word:
    """Where the own words of a value stand. `part` and `label` say what kind of value it is; `value` is its number."""

    span: Span
    part: str
    label: str
    value: int


@dataclass(frozen=True)
class Piece:
    """Text with the same words over all of it; no `part` where it is only text. `label` where a word begins."""

    text: str
    part: str = ""
    label: str = ""
    values: tuple[int, ...] = ()


@dataclass
class Stretch:
    """Text between two ends of sentences that are cited. `values` are those that cite all of it."""

    start: int
    end: int
    values: tuple[int, ...] = ()
    pieces: list[Piece] = field(default_factory=list)


def stretches(text: str, sentences: Sequence[tuple[Span, int]], words: Sequence[Word]) -> list[Stretch]:
    """The whole text in order. `sentences` are places with the number of the value that cites them.

    Joined, the pieces are the text: nothing is lost, doubled or moved, however places overlap.
    """
    held = [(_within(span, text), value) for span, value in sentences]
    marks = [Word(_within(word.span, text), word.part, word.label, word.value) for word in words]
    ends = sorted({0, len(text), *(end for span, _ in held for end in span)})
    found = [Stretch(start, end) for start, end in pairwise(ends)]
    cited: dict[int, dict[int, None]] = {}
    for (start, end), value in held:
        for at in range(bisect_left(ends, start), bisect_left(ends, end)):
            cited.setdefault(at, {})[value] = None
    ordered = sorted(marks, key=lambda word: word.span)
    for number, one in enumerate(found):
        one.values = tuple(cited.get(number, ()))
        inside = [word for word in ordered if word.span[0] < one.end and word.span[1] > one.start]
        one.pieces = list(_pieces(text, one, inside))
    return found


def _within(span: Span, text: str) -> Span:
    start = min(max(span[0], 0), len(text))
    return start, min(max(span[1], start), len(text))


def _pieces(text: str, of: Stretch, words: Iterable[Word]) -> Iterator[Piece]:
    """Cut at each end of a word. Where several lie over one another, the shortest gives colour and label."""
    inside = sorted(words, key=lambda word: word.span[1] - word.span[0])
    ends = {of.start, of.end}
    ends |= {end for word in inside for end in word.span if of.start < end < of.end}
    cuts = sorted(ends)
    for start, end in pairwise(cuts):
        over = [word for word in inside if word.span[0] <= start and word.span[1] >= end]
        if not over:
            yield Piece(text[start:end])
            continue
        label = over[0].label if over[0].span[0] == start else ""
        yield Piece(text[start:end], over[0].part, label, tuple(dict.fromkeys(word.value for word in over)))
