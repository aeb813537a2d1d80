"""The files of OUT that speak of all documents, made in one pass over the outcomes and in little memory."""

from __future__ import annotations

import csv
from contextlib import ExitStack
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from pipeline.batch.facts import COLUMNS, frame
from pipeline.batch.output import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.batch.outcome import Failure, Outcome
    from pipeline.batch.store import Store

# Rows held at a time, and those of a row group: a fixed number, so that the bytes do not depend on how they came.
_ROWS = 50_000


def write_facts(outcomes: Iterable[Outcome], store: Store) -> None:
    """`facts.csv` and `facts.parquet`; the outcomes in the order of their ids, which is that of the table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    facts = (dict(zip(COLUMNS, fact, strict=True)) for outcome in outcomes for fact in outcome.facts)
    with ExitStack() as files:
        table = files.enter_context(store.opened("facts.csv"))
        parquet = files.enter_context(store.opened("facts.parquet"))
        writer = None
        for rows in _chunks(facts):
            part = frame(rows)
            # Quotes around every string: a text may hold any kind of line end.
            text = part.to_csv(index=False, header=writer is None, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
            table.write(text.encode())
            columns = pa.Table.from_pandas(part, preserve_index=False)
            if writer is None:
                writer = files.enter_context(pq.ParquetWriter(parquet, columns.schema))
            writer.write_table(columns)


def write_failures(failures: Iterable[Failure], store: Store) -> int:
    """`failures.jsonl`, in the order given; the number of them."""
    number = 0
    with store.opened("failures.jsonl") as file:
        for failure in failures:
            file.write(as_json(asdict(failure)))
            number += 1
    return number


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Lists of `_ROWS` rows and a last one; one empty list where there are none."""
    yield list(islice(rows, _ROWS))
    while chunk := list(islice(rows, _ROWS)):
        yield chunk
