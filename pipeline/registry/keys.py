"""Which item of a new record is which item of the old one, so that a review is found again.

The anchor of an item is where the text names it: the receptor results of a panel, the words of a stage, a drug or a
site, the sentence of an event. A text of a case does not change, so an anchor outlives a better model that orders the
items anew, reads another value there, or splits and joins items. An item is paired with the old one whose anchors it
overlaps, rather with one that has its name; of two equal ones, in order. What finds no partner gets a key of its name
and its first anchor: `treatments/letrozole@657`. The key of a value is that, `/`, and its key in the item:
`treatments/letrozole@657/dose`; of the case, of which there is one, `case/grade`.

Where the text of a document was replaced, places mean nothing, and the words at them take their part.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from pipeline.registry.slots import CASE, result, split
from pipeline.registry.values import items

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Item = dict[str, Any]
# (about, start, end): `about` is a marker, else empty. With words in place of offsets: (about, words).
Anchor = tuple[Any, ...]

_ANCHORED_BY = {"stages": ("tnm", "group"), "treatments": ("name",), "metastases": ("site",)}
_NAMED_BY = {
    "receptor_panels": ("specimen",),
    "stages": ("basis",),
    "treatments": ("kind", "name"),
    "metastases": ("site", "laterality"),
    "events": ("date",),
}
_NAME = {"receptor_panels": "specimen", "stages": "tnm", "treatments": "name", "metastases": "site"}
_NOT_PLAIN = re.compile(r"[^\w+-]+")
_LONGEST = 40


def keyed(record: Item, old: Item | None, known: Mapping[str, str], same_text: bool = True) -> dict[str, str]:
    """Path of each item of `record` to its key.

    `old` is the record that stood, `known` the keys of its items by path; `same_text` says that both are of one text.
    """
    found = {CASE: CASE}
    taken = set(known.values())
    old_items = _by_part(old) if old else {}
    for part, ours in _by_part(record).items():
        theirs = [(path, item) for path, item in old_items.get(part, ()) if path in known]
        pairs = _pairs(part, ours, theirs, same_text)
        for path, item in ours:
            partner = pairs.get(path)
            key = known[partner] if partner else _minted(part, item, taken)
            taken.add(key)
            found[path] = key
    return found


def value_key(item_key: str, key: str) -> str:
    """The key of a value of an item; a long name of a marker is shortened to one that no other has."""
    found = result(key)
    return f"{item_key}/{f'results.{_short(found[0])}.{found[1]}' if found else key}"


def item_keys(known: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Path and key of values to path and key of their items."""
    found = {}
    for path, key in known:
        place = split(path)
        assert place is not None, "the store holds paths of records"
        found[place[0]] = key.rsplit("/", 1)[0]
    return found


def _by_part(record: Item) -> dict[str, list[tuple[str, Item]]]:
    found: dict[str, list[tuple[str, Item]]] = {}
    for part, path, item in items(record):
        if part != CASE:
            found.setdefault(part, []).append((path, item))
    return found


def _pairs(part: str, ours: list[tuple[str, Item]], theirs: list[tuple[str, Item]], same_text: bool) -> dict[str, str]:
    """Path of ours to path of theirs, each used once, the surest first."""
    anchors = [(path, item, _anchors(part, item, same_text)) for path, item in theirs]
    ranked = []
    for number, (path, item) in enumerate(ours):
        mine = _anchors(part, item, same_text)
        for other_number, (other, other_item, others) in enumerate(anchors):
            shared = sum(any(_meet(a, b) for b in others) for a in mine)
            if shared:
                same_name = _name(part, item) == _name(part, other_item)
                ranked.append((not same_name, -shared, abs(number - other_number), number, path, other))
    found: dict[str, str] = {}
    used: set[str] = set()
    for *_, path, other in sorted(ranked):
        if path not in found and other not in used:
            found[path] = other
            used.add(other)
    return found


def _anchors(part: str, item: Item, same_text: bool) -> list[Anchor]:
    cites: dict[str, list[Item]] = item.get("cites") or {}
    if part == "receptor_panels":
        places = [(key, place) for key, cited in cites.items() if key.startswith("results.") for place in cited]
    else:
        places = [("", place) for key in _ANCHORED_BY.get(part, ()) for place in cites.get(key, ())]
    places = places or [("", place) for place in (item.get("evidence") or ())[:1]]
    if same_text:
        return [(about, place["start"], place["end"]) for about, place in places]
    return [(about, place["text"]) for about, place in places]


def _meet(one: Anchor, other: Anchor) -> bool:
    if one[0] != other[0]:
        return False
    return bool(one[1] < other[2] and other[1] < one[2] if len(one) == 3 else one[1] == other[1])


def _name(part: str, item: Item) -> tuple[Any, ...]:
    return tuple(item.get(key) for key in _NAMED_BY[part])


def _minted(part: str, item: Item, taken: set[str]) -> str:
    name = _short(_NOT_PLAIN.sub("-", str(item.get(_NAME.get(part, "")) or part)))
    places = [anchor[1] for anchor in _anchors(part, item, same_text=True)]
    key = f"{part}/{name}@{min(places, default=0)}"
    again = (f"{key}~{number}" for number in range(2, len(taken) + 3))
    return key if key not in taken else next(other for other in again if other not in taken)


def _short(name: str) -> str:
    if len(name) <= _LONGEST and "/" not in name:
        return name
    return f"{name[: _LONGEST - 17].replace('/', '-')}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
