"""What a version of NAACCR XML knows of its items: level, length, type, and the values that it allows.

The project's own table holds the items of breast cancer; `read` takes them from NAACCR's own dictionary instead,
which knows all items and no values.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from pipeline.registry.feeds.naaccr.tables import rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Version = Literal["250", "260"]
VERSIONS: tuple[Version, ...] = ("250", "260")
NAMESPACE = "http://naaccr.org/naaccrxml"
SPECIFICATION = "1.8"
_COLUMN = {"250": "v25", "260": "v26"}
_FULL = frozenset({"alpha", "digits", "mixed"})  # every position of these is filled
_SHAPE = {
    "alpha": re.compile(r"[A-Z]+"),
    "digits": re.compile(r"[0-9]+"),
    "mixed": re.compile(r"[A-Z0-9]+"),
    "numeric": re.compile(r"[0-9]+(?:\.[0-9]+)?"),
    "date": re.compile(r"((?:18|19|20)[0-9]{2})(?:([0-9]{2})([0-9]{2})?)?"),
    "dateTime": re.compile(r"(?:18|19|20)[0-9]{2}(?:-[0-9]{2}(?:-[0-9]{2}(?:T[0-9:.Z+-]+)?)?)?"),
}


class Item(NamedTuple):
    """An item as its dictionary defines it; `parent` is `NaaccrData`, `Patient` or `Tumor`."""

    id: str
    number: str
    length: int
    parent: str
    type: str


def uri(version: str) -> str:
    """What names the dictionary of a version."""
    return f"http://naaccr.org/naaccrxml/naaccr-dictionary-{version}.xml"


@cache
def items(version: Version) -> Mapping[str, Item]:
    """The items that the project's table has for a version, by id, in the order of the dictionary."""
    return {
        row["naaccrId"]: Item(row["naaccrId"], row["number"], int(row["length"]), row["parent"], row["type"])
        for row in rows("items")
        if row[_COLUMN[version]]
    }


def read(path: Path) -> Mapping[str, Item]:
    """The items of a dictionary of NAACCR's. Raises `OSError` or `ValueError` where it cannot be read."""
    from pipeline.reading.limits import Limits
    from pipeline.reading.safe_xml import parse

    root = parse(path.read_bytes(), Limits())
    found = {}
    for node in root.iter(f"{{{NAMESPACE}}}ItemDef"):
        kind = node.get("dataType", "text")
        item = Item(node.get("naaccrId"), node.get("naaccrNum"), int(node.get("length")),
                    node.get("parentXmlElement"), kind)  # fmt: skip
        found[item.id] = item
    if not found:
        raise ValueError(f"{path} defines no items; give a base dictionary of NAACCR's")
    return found


def value_problem(item: Item, value: str) -> str | None:
    """What is wrong with a value, None where nothing is."""
    if not value:
        return "has no value; an item that is not known is left out"
    if value != value.strip():
        return "has spaces around its value"
    if len(value) > item.length:
        return f"is longer than {item.length} characters"
    shape = _SHAPE.get(item.type)
    read = shape.fullmatch(value) if shape else None
    if shape and not read:
        return f"is not of type {item.type}"
    if item.type == "date" and read and not _is_day(*read.groups()):
        return "is no day of the calendar"
    if item.type in _FULL and len(value) < item.length:
        return f"does not fill the {item.length} characters of type {item.type}"
    if (allowed := _allowed().get(item.id)) and not any(_fits(kind, code, value) for kind, code in allowed):
        return "is not among the values allowed"
    return None


@cache
def _allowed() -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for row in rows("values"):
        found[row["naaccrId"]] = (*found.get(row["naaccrId"], ()), (row["kind"], row["code"]))
    return found


def _fits(kind: str, code: str, value: str) -> bool:
    """`kind` is code, range (of numbers with as many decimals) or pattern."""
    if kind == "code":
        return value == code
    if kind == "pattern":
        return re.fullmatch(code, value) is not None
    low, _, high = code.partition("-")
    if not re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", value) or len(value) < len(low):
        return False
    decimals = len(low.partition(".")[2])
    return len(value.partition(".")[2]) == decimals and Decimal(low) <= Decimal(value) <= Decimal(high)


def _is_day(year: str, month: str | None, day: str | None) -> bool:
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return True


def is_collected(naaccr_id: str, latest: int | None) -> bool:
    """Whether an item is collected for a diagnosis made in the year `latest` or before; None is not known."""
    first, last = _years().get(naaccr_id, (None, None))
    if first is not None and latest is not None and latest < first:
        return False
    return last is None or latest is None or latest <= last


@cache
def _years() -> dict[str, tuple[int | None, int | None]]:
    def year(text: str) -> int | None:
        return int(text) if text else None

    return {row["naaccrId"]: (year(row["from_year"]), year(row["to_year"])) for row in rows("items")}


@cache
def of_breast() -> frozenset[str]:
    """The items that only an abstract of breast cancer takes from this feed."""
    return frozenset(row["naaccrId"] for row in rows("items") if row["scope"] == "breast")
