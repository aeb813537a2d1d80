"""Headings that stand in a row, as in HTML, PDF and BioC, to sections that lie in one another, as in JATS."""

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from pipeline.reading.builder import Builder


class Outline:
    """Use it in a `with` statement: leaving it closes the sections that are open."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._open: list[tuple[int, ExitStack]] = []

    def heading(self, title: str, level: int) -> None:
        """Begin a section; it ends at the next heading of its level or of one above it."""
        self.close(level)
        stack = ExitStack()
        stack.enter_context(self._builder.section(title, level))
        self._open.append((level, stack))

    def close(self, level: int) -> None:
        """End the sections of this level and below."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close(0)
