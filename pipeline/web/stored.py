"""One case as the store has it: its text and record, what stands of each value, and every decision."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, select

from pipeline.registry.tables import case, case_value, document, fact, review, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, RowMapping


class Decision(NamedTuple):
    """A decision on a value, as it is shown."""

    id: int
    decision: str
    value: str | None
    who: str
    at: str
    why: str

    @property
    def said(self) -> str:
        """'edit: 3'."""
        return self.decision if self.value is None else f"{self.decision}: {self.value}"


@dataclass(frozen=True)
class Stored:
    """`values` are rows of `case_value` with `said`, `confidence` and `rule` of the newest telling; `decisions` are
    those of each value by its key, oldest first. `run` names the program that read the text last."""

    id: int
    case_id: str
    doc_id: str
    text: str
    record: dict[str, Any]
    run: str
    joined_to: str | None
    values: Sequence[RowMapping]
    decisions: Mapping[str, list[Decision]]


def stored(connection: Connection, case_id: str) -> Stored | None:
    """A case by its id; None where the store has none."""
    home = case.alias("home")
    asked = (
        select(case.c.id, case.c.record, document.c.doc_id, document.c.text, run.c.version, run.c.digest)
        .add_columns(home.c.case_id.label("joined_to"))
        .join_from(case, document)
        .join(run, run.c.id == case.c.run_id)
        .outerjoin(home, home.c.id == case.c.joined_to)
        .where(case.c.case_id == case_id)
    )
    row = connection.execute(asked).first()
    if row is None:
        return None
    telling = and_(
        fact.c.case_id == case_value.c.case_id,
        fact.c.key == case_value.c.key,
        fact.c.version == case_value.c.fact_version,
    )
    columns = (fact.c.value.label("said"), fact.c.confidence, fact.c.rule)
    rows = select(case_value, *columns).outerjoin(fact, telling).where(case_value.c.case_id == row.id)
    return Stored(
        row.id, case_id, row.doc_id, row.text, json.loads(row.record), f"{row.version} ({row.digest[:12]})",
        row.joined_to, connection.execute(rows).mappings().all(), _decisions(connection, row.id),
    )  # fmt: skip


def _decisions(connection: Connection, number: int) -> dict[str, list[Decision]]:
    found: dict[str, list[Decision]] = defaultdict(list)
    columns = (review.c.id, review.c.decision, review.c.value, review.c.who, review.c.at, review.c.why)
    asked = select(review.c.key, *columns).where(review.c.case_id == number).order_by(review.c.number)
    for key, *rest in connection.execute(asked):
        found[key].append(Decision(*rest))
    return found
