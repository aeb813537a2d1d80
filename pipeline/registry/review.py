"""What a person decides of a value: accept what was extracted, write another value, reject it, or reopen
it: then the value is as it was before anybody decided.

Decisions are added, never changed. Each names the one that its maker had seen, so that of two people who look at the
same value the second is told of the first instead of overruling them unseen.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, insert, select, update

from pipeline.errors import OvertakenError, UsageError
from pipeline.registry.engine import now, reading, writing
from pipeline.registry.forms import edited
from pipeline.registry.incoming import unfit
from pipeline.registry.keys import item_keys, value_key
from pipeline.registry.slots import slot_of, split
from pipeline.registry.tables import (
    ACCEPT,
    ACCEPTED,
    AUTOMATIC,
    DECISIONS,
    EDIT,
    EDITED,
    REJECT,
    REJECTED,
    REOPEN,
    WAITING,
    audit,
    case,
    case_value,
    fact,
    review,
)
from pipeline.registry.values import items

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Engine, RowMapping

_STATE = {ACCEPT: ACCEPTED, EDIT: EDITED, REJECT: REJECTED}


class Place(NamedTuple):
    """A value of a case: its key, its path, and the newest decision on it, None where there is none."""

    key: str
    path: str
    based_on: int | None


def places(engine: Engine, case_id: str, path: str) -> list[Place]:
    """The value at a path, or all values of an item (`treatments.0`), or a place of the record that has none yet.

    Raises `UsageError` for a case or a path that the store does not have.
    """
    with reading(engine) as connection:
        number = case_number(connection, case_id)
        rows = connection.execute(select(case_value).where(case_value.c.case_id == number)).mappings().all()
        found = [row for row in rows if row["path"] == path or row["path"].startswith(f"{path}.")]
        if found:
            return [
                Place(row["key"], row["path"], row["review_id"])
                for row in sorted(found, key=lambda row: str(row["path"]))
            ]
        return [Place(_free_key(connection, number, path), path, None)]


def decide(
    engine: Engine,
    case_id: str,
    key: str,
    decision: str,
    value: str | None,
    who: str,
    why: str,
    based_on: int | None,
    path: str | None = None,
) -> int:
    """Add a decision on a value, and let it stand; gives its id.

    `value` belongs to `edit` alone. `based_on` is the decision that was seen, None for a value that nobody had
    decided. `path` is needed where the record has no value at `key` yet.

    Raises `OvertakenError` where there is a newer decision, and `UsageError` for what cannot be decided.
    """
    _check_words(decision, value, who, why)
    with writing(engine) as connection:
        number = case_number(connection, case_id)
        row = _row(connection, number, key)
        newest = _newest(connection, number, key)
        if (newest["id"] if newest else None) != based_on:
            raise _overtaken(case_id, row["path"] if row else key, newest)
        if row is None and (path is None or _free_key(connection, number, path) != key):
            raise UsageError(f"{case_id} {key}: the record has no such value; to add one, name the path of that key")
        place = row["path"] if row else str(path)
        stands = _stands(connection, number, row, decision, value, place)
        added = {
            "case_id": number, "key": key, "number": newest["number"] + 1 if newest else 1, "based_on": based_on,
            "path": place, "fact_version": row["fact_version"] if row else None, "decision": decision,
            "value": stands, "who": who, "at": now(), "why": why,
        }  # fmt: skip
        review_id: int = connection.execute(insert(review).returning(review.c.id), added).scalar_one()
        _stand(connection, number, row, added, review_id)
        _log(connection, added, row["value"] if row else None)
        return review_id


def case_number(connection: Connection, case_id: str) -> int:
    """The number of a case in the store. Raises `UsageError` where there is none of that name."""
    found: int | None = connection.scalar(select(case.c.id).where(case.c.case_id == case_id))
    if found is None:
        raise UsageError(
            f"{case_id}: no such case in the registry; `oncocase registry status` tells how many there are"
        )
    return found


def _free_key(connection: Connection, number: int, path: str) -> str:
    """The key that a value would have at a path of the record that has none; `UsageError` where it has no such path."""
    place = split(path)
    record = json.loads(connection.scalars(select(case.c.record).where(case.c.id == number)).one())
    parts = {at: part for part, at, _ in items(record)}
    if place is None or place[0] not in parts or slot_of(parts[place[0]], place[1]) is None:
        raise UsageError(f"{path}: is no place of this record; `oncocase registry status CASE` lists them")
    known = connection.execute(select(case_value.c.path, case_value.c.key).where(case_value.c.case_id == number))
    return value_key(item_keys((at, key) for at, key in known).get(place[0], place[0]), place[1])


def _check_words(decision: str, value: str | None, who: str, why: str) -> None:
    if decision not in DECISIONS:
        raise UsageError(f"{decision}: is no decision; say {', '.join(DECISIONS)}")
    if (decision == EDIT) != (value is not None):
        raise UsageError("--value: belongs to edit, which needs one" if decision != EDIT else "edit: needs --value")
    for option, words in (("--who", who), ("--why", why)):
        if not words.strip():
            raise UsageError(f"{option}: is empty; a decision needs a name and a reason")
        if bad := unfit(words):
            raise UsageError(f"{option}: holds {bad}, which no database keeps in text")


def _row(connection: Connection, number: int, key: str) -> RowMapping | None:
    """What stands of a value, with the value of its newest telling as `said`."""
    telling = and_(
        fact.c.case_id == case_value.c.case_id,
        fact.c.key == case_value.c.key,
        fact.c.version == case_value.c.fact_version,
    )
    asked = select(case_value, fact.c.value.label("said")).outerjoin(fact, telling)
    return connection.execute(asked.where(case_value.c.case_id == number, case_value.c.key == key)).mappings().first()


def _newest(connection: Connection, number: int, key: str) -> RowMapping | None:
    asked = select(review).where(review.c.case_id == number, review.c.key == key)
    return connection.execute(asked.order_by(review.c.number.desc()).limit(1)).mappings().first()


def _overtaken(case_id: str, path: str, newest: RowMapping | None) -> OvertakenError:
    if newest is None:
        return OvertakenError(f"{case_id} {path}: nobody has decided it yet; leave out what the decision is based on")
    said = f"{newest['who']} decided {newest['decision']} at {newest['at']} ({newest['why']})"
    return OvertakenError(f"{case_id} {path}: {said}; look at it, then decide based on {newest['id']}")


def _stands(
    connection: Connection, number: int, row: RowMapping | None, decision: str, value: str | None, path: str
) -> str | None:
    """The value that stands by a decision, None where none does."""
    if value is not None:
        record = connection.scalars(select(case.c.record).where(case.c.id == number)).one()
        return edited(json.loads(record), path, value)
    if row is None:
        raise UsageError(f"{path}: the record has no value there to {decision}; edit adds one")
    if decision == REOPEN and row["review_id"] is None:
        raise UsageError(f"{path}: nobody has decided it; there is nothing to reopen")
    if decision != ACCEPT:
        return None
    if not row["is_said"]:
        raise UsageError(f"{path}: the newest run does not say it; write the value with edit, or reject it")
    said: str = row["said"]
    return said


def _stand(connection: Connection, number: int, row: RowMapping | None, added: dict[str, Any], review_id: int) -> None:
    stands: dict[str, Any] = {"cause": None, "reason": None, "review_id": review_id}
    if added["decision"] == REOPEN:
        assert row is not None, "_stands() takes only values that were decided"
        stands |= _reopened(connection, number, row, added)
    else:
        stands |= {"state": _STATE[added["decision"]], "value": added["value"]}
    if row is not None:
        here = and_(case_value.c.case_id == number, case_value.c.key == row["key"])
        connection.execute(update(case_value).where(here).values(**stands))
        return
    place = split(added["path"])
    assert place is not None, "edited() takes only paths of the record"
    slot = slot_of(place[0].split(".")[0], place[1])
    assert slot is not None, "edited() takes only paths of the record"
    record = json.loads(connection.scalars(select(case.c.record).where(case.c.id == number)).one())
    item = next(item for _, at, item in items(record) if at == place[0])
    new = {"case_id": number, "key": added["key"], "path": added["path"], "slot": slot.name(item)}
    connection.execute(insert(case_value), new | stands | {"fact_version": None, "is_said": False})


def _reopened(connection: Connection, number: int, row: RowMapping, added: Mapping[str, Any]) -> dict[str, Any]:
    """What stood before the first decision: the value, where it was taken unseen and is said still; else it waits."""
    first = connection.execute(
        select(review).where(review.c.case_id == number, review.c.key == row["key"], review.c.number == 1)
    ).one()
    asked = select(audit.c.before).where(
        audit.c.case_id == number, audit.c.path == first.path, audit.c.at == first.at,
        audit.c.action == f"review: {first.decision}",
    )  # fmt: skip
    before = connection.scalar(asked.order_by(audit.c.id).limit(1))
    if before is not None and row["is_said"] and row["said"] == before:
        return {"state": AUTOMATIC, "value": before}
    why = f"reopened by {added['who']}: {added['why']}"
    return {"state": WAITING, "value": None, "cause": "reopened", "reason": why}


def _log(connection: Connection, added: dict[str, Any], before: str | None) -> None:
    row = {name: added[name] for name in ("case_id", "at", "who", "path")}
    row |= {"before": before, "after": added["value"], "about": added["why"]}
    connection.execute(insert(audit), row | {"operation": uuid.uuid4().hex, "action": f"review: {added['decision']}"})
