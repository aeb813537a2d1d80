"""The codebook as data, and Parquet files by it, written in row groups."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import WritingError
from pipeline.registry.feeds.cells import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Self

    from pipeline.registry.feeds.cells import Cell

CODEBOOK = ("table", "column", "type", "meaning", "unit", "values", "not_reported", "source")
_TYPES = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64()}
# Rows, and characters of text, after which a row group is written: memory stays flat, long texts or not.
_GROUP_ROWS, _GROUP_TEXT = 10_000, 8_000_000


@cache
def columns(table: str) -> tuple[Mapping[str, str], ...]:
    """The rows of the codebook for `values` or `cases`, in the order of the columns."""
    text = (files(__package__) / "codebook.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(row for row in rows if row["table"] == table)


class ParquetFile:
    """A Parquet file with the columns of the codebook; text is as the record has it, control characters as U+FFFD."""

    def __init__(self, path: Path, of: Sequence[Mapping[str, str]]) -> None:
        self._schema = pa.schema([(column["column"], _TYPES[column["type"]]) for column in of])
        self._path = path
        self._rows: list[tuple[Cell, ...]] = []
        self._text = 0
        try:
            self._writer = pq.ParquetWriter(path, self._schema)
        except OSError as error:
            raise WritingError(path, f"cannot be written ({error.strerror})") from error

    def row(self, cells: Sequence[Cell]) -> None:
        made = tuple(clean(cell) if isinstance(cell, str) else cell for cell in cells)
        self._rows.append(made)
        self._text += sum(len(cell) for cell in made if isinstance(cell, str))
        if len(self._rows) >= _GROUP_ROWS or self._text >= _GROUP_TEXT:
            self._write()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._rows:
            self._write()
        self._writer.close()

    def _write(self) -> None:
        held = zip(*self._rows, strict=True)
        arrays = [pa.array(cells, type=field.type) for cells, field in zip(held, self._schema, strict=True)]
        try:
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        except OSError as error:
            raise WritingError(self._path, f"cannot be written ({error.strerror})") from error
        self._rows, self._text = [], 0
