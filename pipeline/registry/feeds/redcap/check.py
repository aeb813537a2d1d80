"""Whether data fit a data dictionary, by the rules by which REDCap itself takes or refuses them.

It reads nothing but the files: the feed's and anybody else's.
"""

from __future__ import annotations

import csv
import re
import sys
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from pipeline.registry.feeds.redcap.dictionary import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_NAME = re.compile(r"[a-z](?:_?[a-z0-9])*")
_FORM = re.compile(r"[a-z][a-z0-9_]{0,63}")
_CODE = re.compile(r"[A-Za-z0-9._-]+")
_RECORD = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_TYPES = frozenset("text notes radio dropdown checkbox yesno truefalse calc slider descriptive file".split())
_CHOSEN = frozenset({"radio", "dropdown", "checkbox"})
_VALIDATIONS = frozenset(
    {"", "integer", "number", "date_ymd", "date_mdy", "date_dmy", "datetime_ymd", "email", "phone"}
)
_RESERVED = frozenset(
    f"redcap_{name}" for name in ("event_name", "repeat_instrument", "repeat_instance", "data_access_group")
)
_ID, _FORM_OF, _INSTANCE = "record_id", "redcap_repeat_instrument", "redcap_repeat_instance"


class _Field(NamedTuple):
    form: str
    type: str
    codes: frozenset[str]
    validation: str
    low: str
    high: str


def problems(dictionary: Path, data: Path, repeating: frozenset[str]) -> list[str]:
    """One line a rule that is broken, with the place; empty where all is well. `repeating` are the repeating forms."""
    fields: dict[str, _Field] = {}
    found = list(_of_dictionary(_rows(dictionary), fields))
    found += [f"no form {form} to repeat" for form in sorted(repeating - {field.form for field in fields.values()})]
    return found + list(_of_data(data, fields, repeating))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, strict=True, restkey="", restval="")


def _of_dictionary(rows: Iterator[dict[str, str]], fields: dict[str, _Field]) -> Iterator[str]:
    last_form, forms = "", set[str]()
    for number, row in enumerate(rows, 1):
        if tuple(row) != COLUMNS:
            yield f"dictionary row {number}: not the columns of a data dictionary"
            return
        name, form, kind = row[COLUMNS[0]], row[COLUMNS[1]], row[COLUMNS[3]]
        codes, validation = _codes(row[COLUMNS[5]]), row[COLUMNS[7]]
        if not _NAME.fullmatch(name) or len(name) > 100 or name in _RESERVED:
            yield f"{name}: no name for a variable (small letters, digits, single underscores, a letter first)"
        if name in fields:
            yield f"{name}: stands twice"
        if not _FORM.fullmatch(form):
            yield f"{name}: no name for a form: {form}"
        if form != last_form and form in forms:
            yield f"{name}: the fields of the form {form} do not stand together"
        yield from _of_kind(name, row, codes)
        forms.add(form)
        last_form = form
        fields[name] = _Field(form, kind, frozenset(codes), validation, row[COLUMNS[8]], row[COLUMNS[9]])
    if next(iter(fields), None) != _ID:
        yield f"the first field is not {_ID}"


def _of_kind(name: str, row: Mapping[str, str], codes: list[str]) -> Iterator[str]:
    kind, validation = row[COLUMNS[3]], row[COLUMNS[7]]
    if kind not in _TYPES:
        yield f"{name}: no type of field: {kind}"
    if not row[COLUMNS[4]]:
        yield f"{name}: no label"
    if (kind in _CHOSEN) != bool(codes):
        yield f"{name}: a field of type {kind} {'needs' if kind in _CHOSEN else 'has no'} choices"
    if len(codes) != len(set(codes)) or any(not _CODE.fullmatch(code) for code in codes):
        yield f"{name}: codes that are double, or not of letters, digits, '.', '_' and '-'"
    if validation not in _VALIDATIONS or (validation and kind != "text"):
        yield f"{name}: no validation of a field of type {kind}: {validation}"


def _codes(choices: str) -> list[str]:
    return [choice.partition(",")[0].strip() for choice in choices.split("|")] if choices else []


def _of_data(path: Path, fields: Mapping[str, _Field], repeating: frozenset[str]) -> Iterator[str]:
    forms = {field.form for field in fields.values()}
    known = {*fields, _FORM_OF, _INSTANCE, *(f"{form}_complete" for form in forms)}
    base: set[str] = set()
    instances: dict[str, dict[str, int]] = {}
    for number, row in enumerate(_rows(path), 2):
        if set(row) - known or next(iter(row)) != _ID:
            yield f"data: not fields of the dictionary, or not {_ID} first: {sorted(map(str, set(row) - known))}"
            return
        record, form, instance = row[_ID], row[_FORM_OF], row[_INSTANCE]
        if not _RECORD.fullmatch(record):
            yield f"line {number}: no record id: {record[:40]!r}"
        if not form:
            if record in base or instance:
                yield f"line {number}: the record {record} stands twice, or repeats no form"
            base.add(record)
        else:
            # Instances count from 1 without a gap, as the feed's order is the record's.
            before = instances.setdefault(record, {}).get(form, 0)
            if form not in repeating or instance != str(before + 1):
                yield f"line {number}: {form} {instance} is not the next instance of a repeating form"
            instances[record][form] = before + 1
        yield from _of_row(number, row, fields, repeating)
    yield from (f"{record}: instances without a record" for record in instances if record not in base)


def _of_row(
    number: int, row: Mapping[str, str], fields: Mapping[str, _Field], repeating: frozenset[str]
) -> Iterator[str]:
    form = row[_FORM_OF]
    for name, cell in row.items():
        if not cell or name in (_ID, _FORM_OF, _INSTANCE):
            continue
        of = fields[name].form if name in fields else name.removesuffix("_complete")
        if of != form and (form or of in repeating):
            yield f"line {number}: {name} is no field of this row's form"
        if name not in fields:
            if cell not in ("0", "1", "2"):
                yield f"line {number}: {name} is not 0, 1 or 2: {cell[:40]!r}"
            continue
        reason = _misfit(fields[name], cell)
        if reason:
            yield f"line {number}: {name} {reason}: {cell[:40]!r}"


def _misfit(field: _Field, cell: str) -> str | None:
    """Why a cell does not fit its field; None where it does."""
    if field.codes:
        return None if cell in field.codes else "is none of the choices"
    if field.validation in ("integer", "number"):
        shape = r"-?\d+" if field.validation == "integer" else r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
        if not re.fullmatch(shape, cell, re.A):
            return f"is not of the form {field.validation}"
        low, high = field.low, field.high
        return "is out of range" if (low and float(cell) < float(low)) or (high and float(cell) > float(high)) else None
    if field.validation == "date_ymd":
        try:
            return None if date.fromisoformat(cell).isoformat() == cell else "is no date YYYY-MM-DD"
        except ValueError:
            return "is no date YYYY-MM-DD"
    if field.type == "text" and ("\n" in cell or "\r" in cell):
        return "has several lines"
    return "is too long" if len(cell.encode("utf-8")) > 65_535 else None
