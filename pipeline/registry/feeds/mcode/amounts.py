"""Amounts of the record as FHIR Quantity with UCUM units; an amount that has no sure reading stays text."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pipeline.registry.feeds.mcode.fhir import clean, decimal, quantity
from pipeline.registry.feeds.mcode.tables import rows

if TYPE_CHECKING:
    from pipeline.registry.feeds.mcode.fhir import Json

# No amount of medicine has more digits; ASCII ones, as JSON has.
_NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,6})?"
_PERCENT = re.compile(rf"(?P<than><=|>=|≤|≥|<|>)?(?P<low>{_NUMBER})(?:-(?P<high>{_NUMBER}))?%")
_THAN = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">="}
_DOSE = re.compile(rf"(?P<amount>{_NUMBER}) (?P<unit>\S+)")
_RADIATION = re.compile(rf"(?P<amount>{_NUMBER}) (?P<unit>c?Gy)(?:/(?P<fractions>[1-9][0-9]{{0,3}}))?")


def percent(text: str) -> tuple[str, str | Json]:
    """`18%` and `<1%` as valueQuantity, `10-15%` as valueRange, anything else as valueString."""
    found = _PERCENT.fullmatch(text)
    if not found or any(float(found[part]) > 100 for part in ("low", "high") if found[part]):
        return "valueString", clean(text)
    low = quantity(found["low"], "%", "%")
    if found["high"] is None:
        return "valueQuantity", ({"comparator": _THAN[found["than"]]} if found["than"] else {}) | low
    if found["than"] or float(found["low"]) > float(found["high"]):
        return "valueString", clean(text)
    return "valueRange", {"low": low, "high": quantity(found["high"], "%", "%")}


@cache
def _units() -> dict[str, str]:
    return {row["unit"]: row["ucum"] for row in rows("units")}


def dose(text: str | None) -> Json | None:
    """`75 mg/m2` as Quantity; None for several doses, for an AUC, and for a unit that is no sure UCUM unit."""
    found = _DOSE.fullmatch(text or "")
    if not found or found["unit"] not in _units():
        return None
    return quantity(found["amount"], found["unit"], _units()[found["unit"]])


class Radiation(NamedTuple):
    """A total dose in cGy, which mCODE asks for, and its fractions where they are told."""

    total: Json
    fractions: int | None


def radiation(text: str | None) -> Radiation | None:
    """`50 Gy/25` is 5000 cGy in 25 fractions; None for several doses: what each was given to is not known."""
    found = _RADIATION.fullmatch(text or "")
    if not found:
        return None
    times = 100 if found["unit"] == "Gy" else 1
    number = decimal(f"{float(found['amount']) * times:.2f}".rstrip("0").rstrip("."))
    total = quantity(str(number), "cGy", "cGy")
    return Radiation(total, int(found["fractions"]) if found["fractions"] else None)
