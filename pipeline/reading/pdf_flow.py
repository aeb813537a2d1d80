"""Rows in reading order to the parts of an article."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from pipeline.lexicons import rows as lexicon
from pipeline.reading import labels
from pipeline.reading.jats_front import doi
from pipeline.reading.pdf_hyphens import joined, vocabulary
from pipeline.reading.pdf_tables import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.reading.builder import Builder
    from pipeline.reading.outline import Outline
    from pipeline.reading.pdf_columns import Row

_BIGGER = 1.12  # times the size of the body: a heading
_SMALLER = 0.93  # a caption, a note
_TITLE = 1.4
_LONGEST_HEADING = 90
_NEW_PARAGRAPH = 1.5  # times the usual distance of lines
_INDENT = 0.6  # of the size of letters
_LOOK_BACK = 20  # rows of a table that tell where its columns are
_ENDS = re.compile(r"[.!?:;)\]\"”’]$")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s,;]+[^\s,;.)]")
_REFERENCES = re.compile(r"(?:\d+\.? )?(?:references?|bibliography|literature cited)", re.I)
_SUBSECTION = re.compile(r"\d{1,2}\.\d{1,2}(?:\.\d{1,2})?\.?\s+[A-Z][a-z]")
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,2}\.?\s+(?=[A-Z])")


class Flow:
    """Reads rows into the builder; afterwards `title` and `doi` hold what the first page says."""

    def __init__(self, builder: Builder, outline: Outline, rows: Sequence[Row]) -> None:
        self._builder, self._outline, self._rows = builder, outline, rows
        self._body = _body_size(rows)
        self._leading = _leading(rows, self._body)
        self._words = vocabulary(piece.text for row in rows for piece in row)
        self._headings = [re.compile(row["pattern"], re.I) for row in lexicon("sections")]
        self._skipping = False
        self._place = 0
        self.title = ""
        self.doi = ""

    def read(self) -> None:
        first = " ".join(piece.text for row in self._rows[:60] for piece in row)
        found = _DOI.search(first)
        self.doi = doi(found.group()) if found else ""
        while self._place < len(self._rows):
            row = self._rows[self._place]
            if self._is_heading(row):
                self._heading()
            elif self._skipping:
                self._place += 1
            elif labels.split(row[0].text)[0] and self._begins(row):
                self._caption()
            else:
                self._builder.paragraph(self._paragraph())

    def _heading(self) -> None:
        rows = [self._rows[self._place]]
        self._place += 1
        while self._place < len(self._rows) and self._goes_on_as_heading(rows[-1], self._rows[self._place]):
            rows.append(self._rows[self._place])
            self._place += 1
        words = joined((_text(row) for row in rows), self._words)
        if not self.title and rows[0][0].size > _TITLE * self._body:
            self.title = words
            self._builder.paragraph(words)
            return
        self._skipping = bool(_REFERENCES.fullmatch(words.rstrip(":. ")))
        if not self._skipping:
            self._outline.heading(words, _level(words))

    def _goes_on_as_heading(self, above: Row, row: Row) -> bool:
        """Whether a long heading goes on: the same looks, right below, and not a heading of its own."""
        same = abs(row[0].size - above[0].size) < 0.2 and row[0].bold == above[0].bold
        near = 0 < above[0].middle - row[0].middle < 1.6 * row[0].size
        own = self._is_known(_text(row)) or self._is_known(_text(above)) or _NUMBERED.match(_text(row))
        return same and near and not own and self._is_heading(row)

    def _is_heading(self, row: Row) -> bool:
        words = _text(row)
        if len(row) > 1 or len(words) > _LONGEST_HEADING * (2 if row[0].size > _TITLE * self._body else 1):
            return False
        if labels.split(words)[0] or not any(letter.isalpha() for letter in words):
            return False
        if row[0].size > _BIGGER * self._body:
            return True
        if self._is_known(words):
            return words[0].isupper() or words[0].isdigit()
        if words.endswith((".", ",", ";")):
            return False
        return row[0].bold or (bool(_SUBSECTION.match(words)) and self._begins(row))

    def _is_known(self, words: str) -> bool:
        words = _NUMBERED.sub("", words).rstrip(":. ")
        return any(pattern.fullmatch(words) for pattern in self._headings) or bool(_REFERENCES.fullmatch(words))

    def _paragraph(self, of_table: bool = False) -> str:
        """The lines from here to the end of the paragraph, over the ends of columns and pages.

        The caption of a table ends where its first row begins.
        """
        lines = [self._rows[self._place]]
        self._place += 1
        while self._place < len(self._rows):
            row = self._rows[self._place]
            if self._is_heading(row) or labels.split(row[0].text)[0] or self._begins(row):
                break
            if of_table and len(row) > 1:
                break
            lines.append(row)
            self._place += 1
        return joined((_text(row) for row in lines), self._words)

    def _begins(self, row: Row) -> bool:
        """Whether a row begins a paragraph: after a gap, indented, or in another size than the row above it."""
        above = self._rows[self._place - 1] if self._place else None
        if above is None:
            return True
        distance = above[0].middle - row[0].middle
        elsewhere = distance <= 0 or row[0].left > above[-1].right  # the next column or page
        ended = bool(_ENDS.search(_text(above))) and not _text(row)[:1].islower()
        if abs(row[0].size - above[0].size) > 0.1 * self._body:
            return ended or not elsewhere
        if elsewhere or distance > 4 * self._leading:
            return ended and _text(row)[:1].isupper()
        indented = row[0].left - above[0].left
        begins = ended or _text(row)[:1].isupper()
        return distance > _NEW_PARAGRAPH * self._leading or (_INDENT < indented / row[0].size < 4 and begins)

    def _caption(self) -> None:
        of_table = labels.is_table(labels.split(self._rows[self._place][0].text)[0])
        label, text = labels.split(self._paragraph(of_table))
        if not of_table:
            self._builder.caption(label, text)
            return
        table: list[Row] = []
        while self._place < len(self._rows) and self._is_row(self._rows[self._place], table):
            table.append(self._rows[self._place])
            self._place += 1
        self._builder.table(label, text, cells(table, self._words))

    def _is_row(self, row: Row, table: Sequence[Row]) -> bool:
        """A row of a table has several cells, or is the rest of one, below a row and as near as lines are."""
        if self._is_heading(row) and not row[0].bold:
            return False
        if len(row) > 1:
            return True
        if not table:
            return False
        near = 0 < table[-1][0].middle - row[0].middle < _NEW_PARAGRAPH * max(self._leading, row[0].size)
        cells = [piece for one in table[-_LOOK_BACK:] for piece in one]
        inner = any(abs(row[0].left - piece.left) < row[0].size for piece in cells)
        width = max(piece.right for piece in cells) - min(piece.left for piece in cells)
        return near and inner and row[0].width < 0.6 * width


def _text(row: Row) -> str:
    return " ".join(piece.text for piece in row)


def _level(words: str) -> int:
    numbered = _NUMBERED.match(words)
    return numbered.group().strip().rstrip(".").count(".") + 1 if numbered else 1


def _body_size(rows: Sequence[Row]) -> float:
    sizes: Counter[float] = Counter()
    for row in rows:
        for piece in row:
            sizes[round(piece.size, 1)] += len(piece.text)
    return sizes.most_common(1)[0][0]


def _leading(rows: Sequence[Row], body: float) -> float:
    """The usual distance of two lines in points."""
    distances = [
        above[0].middle - row[0].middle
        for above, row in pairwise(rows)
        if 0 < above[0].middle - row[0].middle < 3 * body
    ]
    return median(distances) if distances else 1.2 * body
