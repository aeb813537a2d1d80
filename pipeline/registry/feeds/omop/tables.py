"""The tables as files: rows by the names of their fields, checked against the CDM's types before they are written."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from pipeline.registry.feeds.cells import Cell, CsvFile, inert
from pipeline.registry.feeds.flat.told import traced
from pipeline.registry.feeds.omop.data import rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack
    from pathlib import Path

    from pipeline.patient.model import Evidence
    from pipeline.registry.cases import RegistryCase, Tracer
    from pipeline.registry.feeds.flat.left_out import LeftOut

# A row by the names of its fields.
Cells = dict[str, Cell | date]

# The order in which the tables load: whatever a foreign key points to comes before.
ORDER = (
    *("cdm_source", "person", "observation_period", "note", "note_nlp", "condition_occurrence", "measurement"),
    *("drug_exposure", "procedure_occurrence", "observation", "episode", "episode_event"),
)
_LENGTH = re.compile(r"varchar\((\d+)\)")
_CUT = "longer than the column of the CDM; it stands there cut, with … at its end"


@cache
def lengths(table: str) -> Mapping[str, int | None]:
    """The fields of a table in order, each with the number of characters that it holds, None where without limit."""
    found = {row["field"]: _LENGTH.fullmatch(row["type"]) for row in rows("fields") if row["table"] == table}
    return {field: int(match[1]) if match else None for field, match in found.items()}


class Tables:
    """The open files, and the next id of each table."""

    def __init__(self, folder: Path, stack: ExitStack, left_out: LeftOut, trace: Tracer) -> None:
        self._files = {name: stack.enter_context(CsvFile(folder / f"{name}.csv", lengths(name))) for name in ORDER}
        self._left_out, self._trace = left_out, trace

    def add(self, table: str, case: RegistryCase, cells: Cells, places: Mapping[str, Evidence | None]) -> int:
        """Write a row under the next id, which is given back; `places` names the fields that the document says."""
        file = self._files[table]
        number = file.rows + 1
        held = dict(cells)
        if f"{table}_id" in lengths(table) and f"{table}_id" not in held:
            held[f"{table}_id"] = number
        unknown = held.keys() - lengths(table).keys()
        if unknown:
            raise KeyError(f"{table} has no field {', '.join(sorted(unknown))}")
        made = {
            name: self._cell(case, f"{table}.{number}.{name}", held.get(name), limit)
            for name, limit in lengths(table).items()
        }
        file.row(made.values())
        for field, place in places.items():
            if made[field] is not None:
                self._trace(traced(case, f"{table}.{number}.{field}", made[field], place))
        return number

    def counts(self) -> dict[str, int]:
        return {name: file.rows for name, file in self._files.items()}

    def _cell(self, case: RegistryCase, item: str, cell: Cell | date, limit: int | None) -> Cell:
        if isinstance(cell, date):
            return cell.isoformat()
        if not isinstance(cell, str) or limit is None or len(cell) < limit or len(inert(cell)) <= limit:
            return cell
        self._left_out.say(case.case_id, item, cell, _CUT)
        return cell[: limit - 2] + "…"  # one character is left for the apostrophe of a risky text
