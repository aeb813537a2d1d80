"""The rows of some cases, written in an order that no constraint minds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, update

from pipeline.registry.tables import audit, case, case_value, document, fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from pipeline.registry.plan import Plan

Row = dict[str, Any]

_THIS_VALUE = (case_value.c.case_id == bindparam("the_case"), case_value.c.key == bindparam("the_key"))
_FOLLOWS = ("path", "slot", "state", "value", "cause", "reason", "fact_version", "is_said")


@dataclass(slots=True)
class Batch:
    """What is to be written, by table."""

    documents: list[Row] = field(default_factory=list)
    cases: list[Row] = field(default_factory=list)
    changed_cases: list[Row] = field(default_factory=list)
    facts: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    moved: list[Row] = field(default_factory=list)
    updated: list[Row] = field(default_factory=list)
    new: list[Row] = field(default_factory=list)
    log: list[Row] = field(default_factory=list)

    def case_ids(self) -> Iterator[str]:
        """The case ids that it adds."""
        return (row["case_id"] for row in self.cases)

    def add(self, number: int, made: Plan, origin: Row) -> None:
        """The values of the case of this id; `origin` has the run and document of their tellings."""
        self.facts += [row | origin | {"case_id": number} for row in made.facts]
        self.removed += [{"the_case": number, "the_key": key} for key in made.removed]
        self.moved += [{"the_case": number, "the_key": key, "path": f"~{key}"} for key in made.moved]
        self.updated += [
            {name: row[name] for name in _FOLLOWS} | {"the_case": number, "the_key": row["key"]} for row in made.updated
        ]
        self.new += [row | {"case_id": number} for row in made.new]

    def write(self, connection: Connection) -> None:
        """Paths that change hands within a case are first set aside: no two values of it may have one path."""
        change = update(case_value).where(*_THIS_VALUE)
        steps = (
            (insert(document), self.documents),
            (insert(case), self.cases),
            (update(case).where(case.c.id == bindparam("the_id")), self.changed_cases),
            (insert(fact), self.facts),
            (delete(case_value).where(*_THIS_VALUE), self.removed),
            (change, self.moved),
            (change, self.updated),
            (insert(case_value), self.new),
            (insert(audit), self.log),
        )
        for statement, rows in steps:
            if rows:
                connection.execute(statement, rows)
