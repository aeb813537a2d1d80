"""The values of a record, each with its path, place and context; and a value set or taken out by its path.

Works on the JSON of a record, not on the model: what is stored is what the file held.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.registry.slots import CASE, PARTS, Slot, keys, result, result_keys, slot_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Item = dict[str, Any]
Span = tuple[int, int]

# 'AUC 5', '75 mg/m2', '8 Gy/1' (fractions), '90%'.
_UNIT = re.compile(r"(?P<auc>AUC) \S+|[^\s%]+ (?P<unit>[^;]*?)(?:/\d+)?|[^\s%]+(?P<percent>%)")
_UNSTATED = {"receptor_panels": "specimen", "stages": "basis"}
_LIST = "; "


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an item. `places` are where its own words stand, `around` the evidence of its item."""

    item: str
    key: str
    slot: Slot
    text: str
    places: tuple[Span, ...]
    around: tuple[Span, ...]
    rule: str | None
    of: Item

    @property
    def path(self) -> str:
        return f"{self.item}.{self.key}"

    @property
    def span(self) -> Span | None:
        """Where to look: its own words, else the first evidence of its item."""
        return self.places[0] if self.places else self.around[0] if self.around else None

    @property
    def unit(self) -> str:
        if self.key != "dose" and not self.key.endswith(".percent"):
            return ""
        found = _UNIT.fullmatch(self.text)
        return (found["auc"] or found["unit"] or found["percent"] or "") if found else ""

    @property
    def status(self) -> str:
        return self.of.get("status") or ""

    @property
    def specimen(self) -> str:
        return self.of.get("specimen") or ""

    @property
    def interval(self) -> str:
        return self.of.get("date") or self.of.get("start") or ""


def items(record: Item) -> Iterator[tuple[str, str, Item]]:
    """Part, path and JSON of each item that has values: `('treatments', 'treatments.0', {…})`."""
    yield CASE, CASE, record[CASE]
    for part in PARTS[1:]:
        for number, item in enumerate(record.get(part) or ()):
            yield part, f"{part}.{number}", item


def values(record: Item) -> Iterator[Value]:
    """Every value of a record that a person could accept or edit, in order."""
    for part, path, item in items(record):
        around = spans(item.get("evidence") or ())
        for key, text in told(part, item):
            slot = slot_of(part, key)
            assert slot is not None, "told() gives the keys of slots.tsv"
            yield Value(path, key, slot, text, _places(item, key, slot), around, _rule(item, key), item)


def told(part: str, item: Item) -> Iterator[tuple[str, str]]:
    """The keys of an item that have a value, and these values as text."""
    for key in keys(part):
        value = item.get(key)
        if value is None or value == [] or (value == "unstated" and _UNSTATED.get(part) == key):
            continue
        yield key, _LIST.join(value) if isinstance(value, list) else str(value)
    for marker, said in (item.get("results") or {}).items():
        for key in result_keys():
            if said.get(key) is not None:
                yield f"results.{marker}.{key}", said[key]


def put(part: str, item: Item, key: str, text: str | None) -> None:
    """Set a value of an item, or take it out where `text` is None. What it was derived from goes with it."""
    found = result(key)
    slot = slot_of(part, key)
    if found:
        marker, name = found
        said = item.setdefault("results", {}).setdefault(marker, {})
        said[name] = text
        if all(value is None for value in said.values()):
            del item["results"][marker]
    elif slot is not None and slot.form == "list":
        item[key] = text.split(_LIST) if text else []
    else:
        item[key] = "unstated" if text is None and _UNSTATED.get(part) == key else text
    _vouch(part, item, ".".join(found) if found else key)


def _vouch(part: str, item: Item, name: str) -> None:
    """A value is no longer that of a rule."""
    if part == "events":
        if name == "date":
            item["derived"], item["how"] = False, None
    elif name in item["derived"]:
        item["derived"] = [other for other in item["derived"] if other != name]
        item["how"] = {other: how for other, how in item["how"].items() if other != name}


def spans(evidence: Any) -> tuple[Span, ...]:
    return tuple((place["start"], place["end"]) for place in evidence)


def _places(item: Item, key: str, slot: Slot) -> tuple[Span, ...]:
    found = result(key)
    cited = slot.cited_by.replace("*", found[0]) if found else slot.cited_by
    return spans((item.get("cites") or {}).get(cited) or ())


def _rule(item: Item, key: str) -> str | None:
    """The rule by which a value is derived, None where the text says it."""
    derived = item.get("derived")
    if isinstance(derived, bool):  # an event, of which only the date can be
        return (item.get("how") or "derived") if derived and key == "date" else None
    found = result(key)
    name = ".".join(found) if found else key
    return ((item.get("how") or {}).get(name) or "derived") if name in (derived or ()) else None
