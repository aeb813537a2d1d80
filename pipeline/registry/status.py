"""What is in the store: how many of what, what waits and why, where a run disagrees with a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, func, select

from pipeline.errors import UsageError
from pipeline.registry.tables import audit, case, case_value, document, fact, review, run
from pipeline.registry.tables import export as export_table

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select, Table


@dataclass(frozen=True, slots=True)
class Status:
    """`tables` has the number of rows by what they are, `states` and `causes` values by slot."""

    tables: dict[str, int]
    states: dict[str, Counter[str]]
    causes: dict[str, Counter[str]]
    runs: list[tuple[str, int]]


class Line(NamedTuple):
    """One value of a case. `said` is what the newest run that had it says; `words` is the text at its place."""

    path: str
    slot: str
    state: str
    value: str | None
    said: str | None
    is_said: bool
    reason: str | None
    review: str | None
    words: str


class Dispute(NamedTuple):
    """A decision of a person with which the newest run does not agree; `said` is None where it has no such value."""

    case_id: str
    path: str
    state: str
    value: str | None
    said: str | None


_TELLING = and_(
    fact.c.case_id == case_value.c.case_id, fact.c.key == case_value.c.key, fact.c.version == case_value.c.fact_version
)


def status(connection: Connection) -> Status:
    """The counts of the whole store."""
    tables = {
        "cases": _count(connection, case, case.c.joined_to.is_(None)),
        "cases joined to another": _count(connection, case, case.c.joined_to.is_not(None)),
        "documents": _count(connection, document),
        "runs": _count(connection, run),
        "facts": _count(connection, fact),
        "decisions": _count(connection, review),
        "loads": _count(connection, audit, audit.c.action == "load"),
        "exports": _count(connection, export_table),
    }
    columns = (case_value.c.slot, case_value.c.state, case_value.c.cause)
    states: dict[str, Counter[str]] = defaultdict(Counter)
    causes: dict[str, Counter[str]] = defaultdict(Counter)
    for slot, state, cause, number in connection.execute(select(*columns, func.count()).group_by(*columns)):
        states[slot][state] += number
        if cause:
            causes[slot][cause] += number
    named = run.c.version + " (" + func.substr(run.c.digest, 1, 12) + ")"
    runs = (
        select(named, func.count(case.c.id))
        .outerjoin(case, case.c.run_id == run.c.id)
        .group_by(run.c.id)
        .order_by(run.c.id)
    )
    return Status(
        tables,
        dict(sorted(states.items())),
        dict(sorted(causes.items())),
        [(name, n) for name, n in connection.execute(runs)],
    )


def disputes(connection: Connection) -> Iterator[Dispute]:
    """Where the newest run says another thing than a person decided, having seen another, or says it no more."""
    seen = fact.alias("seen")
    was_seen = and_(
        seen.c.case_id == review.c.case_id, seen.c.key == review.c.key, seen.c.version == review.c.fact_version
    )
    value, said = func.coalesce(case_value.c.value, ""), fact.c.value
    is_other = and_(case_value.c.is_said, said != value, func.coalesce(seen.c.value, "") != said)
    is_gone = and_(~case_value.c.is_said, case_value.c.fact_version.is_not(None))
    asked = (
        select(case.c.case_id, case_value.c.path, case_value.c.state, case_value.c.value, said, case_value.c.is_said)
        .select_from(case_value)
        .join(case, case.c.id == case_value.c.case_id)
        .join(review, review.c.id == case_value.c.review_id)
        .outerjoin(fact, _TELLING)
        .outerjoin(seen, was_seen)
        .where(is_other | is_gone)
        .order_by(case.c.id, case_value.c.path)
    )
    for case_id, path, state, stands, says, is_said in connection.execute(asked):
        yield Dispute(case_id, path, state, stands, says if is_said else None)


def lines(connection: Connection, case_id: str) -> list[Line]:
    """Every value of a case. Raises `UsageError` where there is no such case."""
    asked = (
        select(case_value, fact.c.value.label("said"), fact.c.start, fact.c.end, fact.c.document_id)
        .add_columns(review.c.decision, review.c.who, review.c.at, review.c.why)
        .select_from(case_value)
        .join(case, case.c.id == case_value.c.case_id)
        .outerjoin(fact, _TELLING)
        .outerjoin(review, review.c.id == case_value.c.review_id)
        .where(case.c.case_id == case_id)
    )
    rows = connection.execute(asked).mappings().all()
    if not rows:
        _refuse_unknown(connection, case_id)
    numbers = {row["document_id"] for row in rows if row["document_id"] is not None}
    texts = {row.id: row.text for row in connection.execute(select(document).where(document.c.id.in_(numbers)))}
    found = []
    for row in rows:
        words = texts[row["document_id"]][row["start"] : row["end"]] if row["start"] is not None else ""
        decided = f"{row['decision']} {row['at']} {row['who']}: {row['why']}" if row["decision"] else None
        found.append(
            Line(row["path"], row["slot"], row["state"], row["value"], row["said"], row["is_said"], row["reason"],
                 decided, words)
        )  # fmt: skip
    return sorted(found, key=lambda line: _in_order(line.path))


def changes(operation: str, action: str | None = None) -> Select[Any]:
    """The statement for what a load changed: case, action, path, before, after, about."""
    columns = (case.c.case_id, audit.c.action, audit.c.path, audit.c.before, audit.c.after, audit.c.about)
    asked = select(*columns).join_from(audit, case).where(audit.c.operation == operation).order_by(audit.c.id)
    return asked.where(audit.c.action == action) if action else asked


def _count(connection: Connection, table: Table, *where: object) -> int:
    asked = select(func.count()).select_from(table)
    for condition in where:
        asked = asked.where(condition)  # type: ignore[arg-type]
    return connection.execute(asked).scalar_one()


def _refuse_unknown(connection: Connection, case_id: str) -> None:
    if connection.scalar(select(case.c.id).where(case.c.case_id == case_id)) is None:
        raise UsageError(
            f"{case_id}: no such case in the registry; `oncocase registry status` tells how many there are"
        )


def _in_order(path: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in path.split(".")]
