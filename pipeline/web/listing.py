"""The list of cases: who waits for review, found by id and state, fifty a page."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, select

from pipeline.registry.tables import AUTOMATIC, STATES, WAITING, case, case_value

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select

PER_PAGE = 50
ALL, DONE = "all", "nothing waits"
SHOWN = (ALL, WAITING, DONE, *(state for state in STATES if state not in (WAITING, AUTOMATIC)))
_LONGEST = 200


@dataclass(frozen=True)
class Row:
    """A case of the list: how many of its values are in each state. `joined_to` is the case that counts for it."""

    case_id: str
    states: Counter[str]
    joined_to: str | None


@dataclass(frozen=True)
class Listing:
    """One page. `total` are all cases that were asked for, `pages` at least 1."""

    rows: list[Row]
    total: int
    page: int
    pages: int
    state: str
    search: str


def listing(connection: Connection, state: str, search: str, page: int) -> Listing:
    """The cases with a value of this state, or with none that waits, whose id holds `search`, by id.

    A state that there is not, and a page beyond the last, are taken for the nearest that there is.
    """
    state = state if state in SHOWN else ALL
    search = search.strip()[:_LONGEST].replace("\0", "")
    wanted = [case.c.case_id.icontains(search, autoescape=True)] if search else []
    wanted += _in_state(state)
    total = connection.execute(select(func.count()).select_from(case).where(*wanted)).scalar_one()
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    home = case.alias("home")
    asked: Select[Any] = (
        select(case.c.id, case.c.case_id, home.c.case_id.label("joined_to"))
        .outerjoin(home, home.c.id == case.c.joined_to)
        .where(*wanted)
        .order_by(case.c.case_id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    found = connection.execute(asked).all()
    states = _states(connection, [row.id for row in found])
    rows = [Row(row.case_id, states[row.id], row.joined_to) for row in found]
    return Listing(rows, total, page, pages, state, search)


def _in_state(state: str) -> list[ColumnElement[bool]]:
    if state == ALL:
        return []
    asked = WAITING if state == DONE else state
    has = exists().where(case_value.c.case_id == case.c.id, case_value.c.state == asked)
    return [~has if state == DONE else has]


def _states(connection: Connection, ids: list[int]) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    columns = (case_value.c.case_id, case_value.c.state)
    asked = select(*columns, func.count()).where(case_value.c.case_id.in_(ids)).group_by(*columns)
    for number, state, count in connection.execute(asked):
        found[number][state] = count
    return found
