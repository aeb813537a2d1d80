"""Scanning only where it can pay: stretches of text around anchors that a plain regex finds fast.

A grammar of times needs a unit, a month or a year; looking for those first, with patterns that begin
with a letter so that the engine skips ahead, costs a tenth of trying the grammar at every character.
"""

import re
from collections.abc import Iterable, Iterator

Segment = tuple[int, int]


def windows(text: str, anchor: re.Pattern[str], before: int, after: int) -> list[Segment]:
    """Disjoint stretches from `before` characters before to `after` behind each match of `anchor`,
    widened to blanks so that no word is cut."""
    found: list[Segment] = []
    for match in anchor.finditer(text):
        start, end = max(0, match.start() - before), min(len(text), match.end() + after)
        while start > 0 and not text[start - 1].isspace():
            start -= 1
        while end < len(text) and not text[end].isspace():
            end += 1
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def scan(pattern: re.Pattern[str], text: str, segments: Iterable[Segment]) -> Iterator[re.Match[str]]:
    """The matches of `pattern` inside each segment, with the offsets of the whole text."""
    for start, end in segments:
        yield from pattern.finditer(text, start, end)
