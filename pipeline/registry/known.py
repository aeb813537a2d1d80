"""What the store has of some documents: their cases, with every value, telling and decision, in four statements."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from pipeline.registry.plan import Known
from pipeline.registry.tables import case, case_value, document, fact, review

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from pipeline.registry.incoming import Incoming

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case of the store: its row, its document's, and what stands in it."""

    id: int
    case_id: str
    doc_id: str
    sha256: str
    document_id: int
    run_id: int
    record: str
    known: Known

    @property
    def suffix(self) -> str:
        """`#2`, or nothing where the text has one patient."""
        return self.case_id[len(self.doc_id) :]


def stored_cases(connection: Connection, incoming: Sequence[Incoming]) -> list[StoredCase]:
    """The cases of these texts, and of other texts of the same names."""
    names = {one.doc_id for one in incoming}
    asked = names | {one.doc_id + suffix for one in incoming for suffix, _ in one.patients}
    wanted = select(case, document.c.sha256, document.c.doc_id).join(document)
    # Two statements: an OR over two tables would go through all cases, and a load would not be linear.
    of_texts = wanted.where(or_(document.c.sha256.in_({one.sha256 for one in incoming}), document.c.doc_id.in_(names)))
    of_names = wanted.where(case.c.case_id.in_(asked))
    found = {row.id: row for statement in (of_texts, of_names) for row in connection.execute(statement)}
    rows = [row for _, row in sorted(found.items())]
    texts = {one.sha256 for one in incoming}
    values, facts, reviewed = _standing(connection, [row.id for row in rows])
    return [
        StoredCase(
            row.id, row.case_id, row.doc_id, row.sha256, row.document_id, row.run_id, row.record,
            Known(json.loads(row.record), values[row.id], facts[row.id], reviewed[row.id], row.sha256 in texts),
        )
        for row in rows
    ]  # fmt: skip


def stored_documents(connection: Connection, digests: Iterable[str]) -> dict[str, int]:
    """SHA-256 to id, of those texts that the store has."""
    rows = connection.execute(select(document.c.sha256, document.c.id).where(document.c.sha256.in_(list(digests))))
    return {row.sha256: row.id for row in rows}


def _standing(
    connection: Connection, ids: Sequence[int]
) -> tuple[dict[int, dict[str, Row]], dict[int, dict[str, dict[int, Row]]], dict[int, dict[int, int | None]]]:
    values: dict[int, dict[str, Row]] = defaultdict(dict)
    facts: dict[int, dict[str, dict[int, Row]]] = defaultdict(lambda: defaultdict(dict))
    reviewed: dict[int, dict[int, int | None]] = defaultdict(dict)
    if not ids:
        return values, facts, reviewed
    for row in connection.execute(select(case_value).where(case_value.c.case_id.in_(ids))).mappings():
        values[row["case_id"]][row["key"]] = dict(row)
    columns = (fact.c.case_id, fact.c.key, fact.c.version, fact.c.digest, fact.c.value, fact.c.status, fact.c.specimen)
    for row in connection.execute(select(*columns).where(fact.c.case_id.in_(ids))).mappings():
        facts[row["case_id"]][row["key"]][row["version"]] = dict(row)
    asked = select(review.c.case_id, review.c.id, review.c.fact_version).where(review.c.case_id.in_(ids))
    for case_id, number, version in connection.execute(asked):
        reviewed[case_id][number] = version
    return values, facts, reviewed
