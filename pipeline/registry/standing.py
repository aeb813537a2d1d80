"""From the store to what a feed takes: the cases, one by one, each with the values that stand in it.

An item stands with what it is called: a treatment without its name, a site without its status and a panel without a
result are none. Where the specimen of a panel or the basis of a stage waits, it is `unstated`: nobody vouches for it.
"""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from pipeline.patient.model import Record
from pipeline.registry.cases import RegistryCase, Source
from pipeline.registry.slots import NO_VALUES, split
from pipeline.registry.tables import ACCEPTED, AUTOMATIC, EDITED, WAITING, case, case_value, document, fact, run
from pipeline.registry.values import items, put, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection, RowMapping

STANDING, REVIEWED, WITH_WAITING = WHICH = ("standing", "reviewed", "with waiting")
_TAKES = {
    STANDING: frozenset({AUTOMATIC, ACCEPTED, EDITED}),
    REVIEWED: frozenset({ACCEPTED, EDITED}),
    WITH_WAITING: frozenset({AUTOMATIC, ACCEPTED, EDITED, WAITING}),
}
_BY_PERSON = frozenset({ACCEPTED, EDITED})
_NEEDS = {"treatments": ("name",), "metastases": ("site", "status"), "events": ("what",)}
_AT_ONCE = 100


def registry_cases(connection: Connection, which: str = STANDING) -> Iterator[RegistryCase]:
    """The cases in the order in which they came, without those that were joined to another; memory is flat.

    `which` says whether only what people decided is taken, or what waits too. A case in which nothing stands is left
    out.
    """
    last = 0
    columns = (case.c.id, case.c.case_id, case.c.record, document, run.c.version)
    asked = select(*columns).join_from(case, document).join(run, run.c.id == case.c.run_id).order_by(case.c.id)
    while rows := connection.execute(asked.where(case.c.id > last, case.c.joined_to.is_(None)).limit(_AT_ONCE)).all():
        last = rows[-1][0]
        values = _values(connection, [row[0] for row in rows])
        for row in rows:
            record, reviewed = standing(json.loads(row.record), values[row[0]], which)
            if any(True for part, _, item in items(record) for _ in told(part, item)):
                source = Source(row.doc_id, row.sha256, row.text, row.path, row.licence)
                yield RegistryCase(row.case_id, Record.model_validate(record), source, row.version, reviewed)


def standing(record: dict[str, Any], values: Iterable[RowMapping], which: str) -> tuple[dict[str, Any], frozenset[str]]:
    """The record with nothing in it but what stands, and the paths in it that a person decided.

    `values` are rows of `case_value`, each with the newest telling's value as `said`.
    """
    takes = _TAKES[which]
    wanted: dict[str, dict[str, RowMapping]] = defaultdict(dict)
    for row in values:
        place = split(row["path"])
        if place and row["state"] in takes:
            wanted[place[0]][place[1]] = row
    kept: dict[str, Any] = {"case_id": record.get("case_id")} | {part: [] for part in NO_VALUES}
    reviewed: set[str] = set()
    for part, path, item in items(record):
        made = _item(part, item, wanted[path])
        if part == "case":
            kept[part], at = made, part
        else:
            kept.setdefault(part, [])
            if not _is_one(part, made):
                continue
            at = f"{part}.{len(kept[part])}"
            kept[part].append(made)
        reviewed |= {f"{at}.{key}" for key, row in wanted[path].items() if row["state"] in _BY_PERSON}
    return kept, frozenset(reviewed)


def _item(part: str, item: dict[str, Any], wanted: dict[str, RowMapping]) -> dict[str, Any]:
    """An item with the wanted values alone. What stands as it was extracted keeps its rule."""
    made = copy.deepcopy(item)
    said = dict(told(part, item))
    for key in said.keys() - wanted.keys():
        put(part, made, key, None)
    for key, row in wanted.items():
        value = row["said"] if row["state"] == WAITING else row["value"]
        if said.get(key) != value:
            put(part, made, key, value)
    made["note"] = None
    if part == "events":
        del made["note"]
    return made


def _is_one(part: str, item: dict[str, Any]) -> bool:
    if part == "receptor_panels":
        return bool(item["results"])
    if part == "stages":
        return bool(item["tnm"] or item["group"] or item["derived_group"])
    return all(item[key] is not None for key in _NEEDS[part])


def _values(connection: Connection, ids: list[int]) -> dict[int, list[RowMapping]]:
    telling = and_(
        fact.c.case_id == case_value.c.case_id,
        fact.c.key == case_value.c.key,
        fact.c.version == case_value.c.fact_version,
    )
    asked = select(case_value, fact.c.value.label("said")).outerjoin(fact, telling)
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(asked.where(case_value.c.case_id.in_(ids))).mappings():
        found[row["case_id"]].append(row)
    return found
