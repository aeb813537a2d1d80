"""`cases.csv`, a row a patient, and `cells.csv`, a row a part of a cell with the characters that say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.registry.feeds.cells import csv_line
from pipeline.series.cells import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.series.rows import Table

CELLS = ("case_id", "column", "value", "rule", "doc_id", "start", "end", "text")


def cases(table: Table) -> bytes:
    """The table; UTF-8 with a byte order mark, without which Excel takes it for another encoding."""
    lines = [csv_line(column.heading for column in table.columns.values())]
    lines += [csv_line(as_text(cell) for cell in row.cells.values()) for row in table.rows]
    return "".join(lines).encode("utf-8-sig")


def cells(table: Table) -> bytes:
    """The way back of each part: document, characters (code points, half-open), and the words there."""
    return "".join([csv_line(CELLS), *_parts(table)]).encode("utf-8-sig")


def _parts(table: Table) -> Iterator[str]:
    for case, row in table.rows:
        for key, cell in row.items():
            for one in cell:
                for place in one.places:
                    about = (case.case_id, key, one.text, one.rule or "", case.doc_id)
                    yield csv_line((*about, place.start, place.end, place.text))
