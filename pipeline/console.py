"""What a command says: results on standard output; progress, warnings and errors on standard error."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sized

T = TypeVar("T")

# Seconds between two plain lines of progress: a log of an hour has sixty.
_LINE_EVERY = 60.0


class Console:
    """Says nothing but errors when `quiet`."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet

    def say(self, line: str) -> None:
        if not self._quiet:
            print(line)

    def warn(self, line: str) -> None:
        if not self._quiet:
            self._aside(f"warning: {line}")

    def error(self, line: str) -> None:
        self._aside(f"error: {line}")

    def track(self, items: Iterable[T], unit: str = "documents", total: int | None = None) -> Iterator[T]:
        """The items, with a bar (rate, time left) on a terminal and a line a minute elsewhere.

        `total` is their number; it may be left out where they have a length.
        """
        total = len(cast("Sized", items)) if total is None else total
        if self._quiet:
            yield from items
        elif sys.stderr.isatty():
            from tqdm import tqdm

            yield from tqdm(items, total=total, unit=f" {unit}", file=sys.stderr, dynamic_ncols=True)
        else:
            yield from self._lines(items, unit, total)

    def _lines(self, items: Iterable[T], unit: str, total: int) -> Iterator[T]:
        started = said = monotonic()
        for done, item in enumerate(items):
            now = monotonic()
            if done and now - said >= _LINE_EVERY:
                said = now
                rate = done / (now - started)
                left = (total - done) / rate
                self._aside(f"{done} of {total} {unit}, {rate:.1f} a second, {left:.0f} seconds left")
            yield item

    def _aside(self, line: str) -> None:
        """A line on standard error that a bar standing there makes room for."""
        if sys.stderr.isatty():
            from tqdm import tqdm

            tqdm.write(line, file=sys.stderr)
        else:
            print(line, file=sys.stderr)


def counted(number: int, noun: str) -> str:
    """'1 document', '2 documents'."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
