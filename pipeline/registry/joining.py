"""Two cases of one patient, joined by a person: the patient is counted and exported once.

The one that counts keeps its own values alone: the other's places are places of another text. What only the other has
is listed, for a person to enter as a decision with its reason. Nothing is lost by joining, and it can be undone.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, insert, select, update

from pipeline.errors import UsageError
from pipeline.registry.engine import now, writing
from pipeline.registry.incoming import unfit
from pipeline.registry.review import case_number
from pipeline.registry.tables import audit, case, case_value

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class OnlyThere(NamedTuple):
    """A value that stands in the case that no longer counts, in a slot in which the other has not that value."""

    slot: str
    path: str
    value: str


def join(engine: Engine, counts: str, other: str, who: str, why: str) -> list[OnlyThere]:
    """Let the case `counts` stand for the patient of `other` too; gives what only `other` has.

    Raises `UsageError` where one of them is not there or is joined already.
    """
    _check_words(who, why)
    with writing(engine) as connection:
        kept, joined = case_number(connection, counts), case_number(connection, other)
        if kept == joined:
            raise UsageError(f"{counts}: cannot be joined to itself; name two cases")
        for number, name in ((kept, counts), (joined, other)):
            if home := _home(connection, number):
                raise UsageError(
                    f"{name}: is joined to {home} already; `oncocase registry merge --apart {name}` undoes it"
                )
        if connection.scalar(select(func.count()).where(case.c.joined_to == joined)):
            raise UsageError(f"{other}: other cases are joined to it; name it first, so that it counts")
        connection.execute(update(case).where(case.c.id == joined).values(joined_to=kept))
        _log(connection, "joined", joined, None, counts, who, why)
        return _only_there(connection, kept, joined)


def part(engine: Engine, other: str, who: str, why: str) -> str:
    """Undo a join; gives the case that it was joined to. Raises `UsageError` where it was not."""
    _check_words(who, why)
    with writing(engine) as connection:
        number = case_number(connection, other)
        home = _home(connection, number)
        if home is None:
            raise UsageError(f"{other}: is not joined to another case")
        connection.execute(update(case).where(case.c.id == number).values(joined_to=None))
        _log(connection, "parted", number, home, None, who, why)
        return home


def _check_words(who: str, why: str) -> None:
    for option, words in (("--who", who), ("--why", why)):
        if not words.strip() or unfit(words):
            raise UsageError(f"{option}: joining and parting need a name and a reason, in plain text")


def _home(connection: Connection, number: int) -> str | None:
    home = case.alias("home")
    asked = select(home.c.case_id).join_from(case, home, home.c.id == case.c.joined_to).where(case.c.id == number)
    found: str | None = connection.scalar(asked)
    return found


def _only_there(connection: Connection, kept: int, joined: int) -> list[OnlyThere]:
    def standing(number: int) -> list[OnlyThere]:
        asked = select(case_value.c.slot, case_value.c.path, case_value.c.value)
        rows = connection.execute(
            asked.where(case_value.c.case_id == number, case_value.c.value.is_not(None)).order_by(case_value.c.path)
        )
        return [OnlyThere(*row) for row in rows]

    has = {(row.slot, row.value) for row in standing(kept)}
    return [row for row in standing(joined) if (row.slot, row.value) not in has]


def _log(
    connection: Connection, action: str, number: int, before: str | None, after: str | None, who: str, why: str
) -> None:
    row = {"operation": uuid.uuid4().hex, "at": now(), "who": who, "action": action, "case_id": number}
    connection.execute(insert(audit), row | {"path": None, "before": before, "after": after, "about": why})
