"""What a person may write in place of a value: what the record takes, in the form that `slots.tsv` asks for."""

from __future__ import annotations

import copy
import re
from datetime import date
from typing import Any

from pydantic import ValidationError

from pipeline.errors import UsageError
from pipeline.patient.model import Record
from pipeline.registry.incoming import unfit
from pipeline.registry.slots import MAX_PATH, slot_of, split
from pipeline.registry.values import items, put, told

Item = dict[str, Any]

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def edited(record: Item, path: str, value: str) -> str:
    """The value as the record would hold it at this path.

    Raises `UsageError` for a path that the record does not have, and for a value that it does not take there.
    """
    place = split(path)
    found = next(((part, item) for part, at, item in items(record) if place and at == place[0]), None)
    slot = slot_of(found[0], place[1]) if found and place else None
    if place is None or found is None or slot is None or len(path) > MAX_PATH:
        raise UsageError(f"{path}: is no place of this record; `oncocase registry status CASE` lists them")
    part, key = found[0], place[1]
    if not value.strip():
        raise UsageError(f"{path}: an empty value is none; to take a value out, reject it")
    if bad := unfit(value):
        raise UsageError(f"{path}: the value holds {bad}, which no database keeps in text")
    if slot.form == "date" and not is_date(value):
        raise UsageError(
            f"{path}: {value!r} is no date; write 2020, 2020-11, 2020-11-05, 2018/2019, 2020/.. or ../2020"
        )
    if slot.form not in ("", "date", "list") and not re.fullmatch(slot.form, value):
        raise UsageError(f"{path}: {value!r} is not allowed; it must look like: {slot.form}")
    changed = copy.deepcopy(found[1])
    put(part, changed, key, value)
    whole = {"case": {}, part: changed if part == "case" else [changed]}
    try:
        kept = Record.model_validate(whole).model_dump(mode="json")[part]
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"{path}: {value!r} is not allowed: {first['msg']}") from error
    return dict(told(part, kept if part == "case" else kept[0]))[key]


def is_date(value: str) -> bool:
    """Whether this is a date of a record: a day, a month or a year of the calendar, or two of them in order."""
    ends = value.split("/")
    if len(ends) == 1:
        return _is_day(value)
    if len(ends) != 2 or ends == ["..", ".."] or not all(end == ".." or _is_day(end) for end in ends):
        return False
    return ".." in ends or ends[0] <= ends[1]


def _is_day(value: str) -> bool:
    found = _DATE.fullmatch(value)
    if not found:
        return False
    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return False
    return True
