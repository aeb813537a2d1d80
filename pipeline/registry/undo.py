"""Undo of a decision: another decision, by which what stood before stands again. Nothing is taken back unseen.

Undone once more, what was undone stands again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from pipeline.errors import UsageError
from pipeline.registry.engine import reading
from pipeline.registry.review import case_number, decide
from pipeline.registry.tables import ACCEPT, EDIT, REJECT, REOPEN, case_value, fact, review

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


def undo(engine: Engine, case_id: str, key: str, who: str, why: str, based_on: int | None) -> int:
    """Undo the newest decision on a value, which must be `based_on`; gives the id of the decision that does it.

    Raises `OvertakenError` where there is a newer one, `UsageError` where there is none.
    """
    with reading(engine) as connection:
        number = case_number(connection, case_id)
        decision, value = _before(connection, number, key, based_on)
    return decide(engine, case_id, key, decision, value, who, why, based_on)


def _before(connection: Connection, number: int, key: str, based_on: int | None) -> tuple[str, str | None]:
    """The decision that brings back what stood before `based_on`, and its value where it needs one."""
    of_value = (review.c.case_id == number, review.c.key == key)
    undone = connection.execute(select(review).where(*of_value, review.c.id == based_on)).first()
    if undone is None:
        raise UsageError(f"{key}: nobody has decided it; there is nothing to undo")
    last = connection.execute(select(review).where(*of_value, review.c.id == undone.based_on)).first()
    if last is None:
        return _first(connection, number, key)
    if last.decision != ACCEPT:
        return last.decision, last.value
    telling = (fact.c.case_id == case_value.c.case_id) & (fact.c.key == case_value.c.key)
    telling &= fact.c.version == case_value.c.fact_version
    asked = select(fact.c.value).join_from(case_value, fact, telling)
    said = connection.scalar(asked.where(case_value.c.case_id == number, case_value.c.key == key, case_value.c.is_said))
    return (ACCEPT, None) if said == last.value else (EDIT, last.value)


def _first(connection: Connection, number: int, key: str) -> tuple[str, None]:
    """A value that a person added is none again; another is open again."""
    version = connection.scalar(
        select(case_value.c.fact_version).where(case_value.c.case_id == number, case_value.c.key == key)
    )
    return (REJECT if version is None else REOPEN), None
