"""Patient records against records, value by value, with the partial credit of `annotations/GUIDELINES.md`.

    objects of a list are matched by their keys -> each value that either side states counts one -> a tally a key

A value is right or wrong; None on both sides counts nothing. A date that is less precise than the gold and agrees
with it as far as it goes counts a half; a more precise one counts nothing. Prose (`what`, `how`, notes), evidence and
the marks of what was derived are not compared.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.patient.intervals import Interval
from pipeline.scoring.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

Item = dict[str, Any]
Values = dict[str, Any]

CASE = ("sex", "age_at_diagnosis", "primary_site", "quadrant", "laterality", "histology", "morphology", "grade")
MARKER = ("status", "percent", "score", "ish")
KEYS: Mapping[str, tuple[str, ...]] = {
    "receptor_panels": ("specimen", "procedure", "date"),
    "stages": ("tnm", "group", "basis", "date"),
    "treatments": (
        "kind", "name", "site", "dose", "frequency", "cycles", "duration", "start", "end", "intent", "line", "status",
        "response",
    ),
    "metastases": ("site", "icd_o", "laterality", "status", "date", "confirmed_by", "nodal_yield"),
    "events": ("date", "derived"),
    "contradictions": ("found", "slot"),
    "literature_cases": ("reference", "year", "age", "sex", "histology", "subtype", "sites", "treatments", "outcome"),
}  # fmt: skip
"""Part of a record to the keys that are compared; panels have besides `<marker>.<key of MARKER>`."""
LEFT_OUT = "left_out"
"""The key of a gold patient that names what its layout cannot say, as `<part>.<key>`: that is not compared."""
_DATES = frozenset({"date", "start", "end"})
_PARTS = re.compile(r"\s*(?:;|,? then)\s+")
_ARTICLE = re.compile(r"\b(?:an?|the) ")


class Compared(NamedTuple):
    """One value of two records: None on the side that does not state it. `item` names its object."""

    part: str
    key: str
    item: str
    gold: Any
    pred: Any
    credit: float


def compare(gold: Sequence[Item], pred: Sequence[Item]) -> dict[str, Tally]:
    """The counts of one report, a tally for each `<part>.<key>` that either side states."""
    counts: dict[str, Tally] = defaultdict(Tally)
    for one in compared(gold, pred):
        tally = Tally(one.gold is not None, one.pred is not None, one.credit, one.credit)
        counts[f"{one.part}.{one.key}"] += tally
    return dict(counts)


def compared(gold: Sequence[Item], pred: Sequence[Item]) -> Iterator[Compared]:
    """Every value that either side states.

    Patients are matched by `case_id` where both sides number them, else by their order.
    """
    for golden, predicted in _patients(gold, pred):
        yield from _each("case", "case", _case(golden), _case(predicted))
        left_out = golden.get(LEFT_OUT) or ()
        for part in KEYS:
            ours, theirs = golden.get(part) or [], predicted.get(part) or []
            for one, other in _matched(part, ours, theirs):
                yield from _each(part, _name(one or other), _values(part, one), _values(part, other), left_out)


def date_credit(gold: str, pred: str) -> float:
    """1 for the same date, 0.5 for one that is less precise and holds it, else 0."""
    if gold == pred:
        return 1.0
    ours, theirs = Interval.parse(gold), Interval.parse(pred)
    if ours is None or theirs is None:
        return 0.0
    (low, high), (first, last) = ours.bounds(), theirs.bounds()
    return 0.5 if first <= low and high <= last else 0.0


def _patients(gold: Sequence[Item], pred: Sequence[Item]) -> list[tuple[Item, Item]]:
    ids = [record.get("case_id") for record in gold], [record.get("case_id") for record in pred]
    if all(ids[0]) and all(ids[1]):
        known = {record["case_id"]: record for record in pred}
        extra = [record for record in pred if record["case_id"] not in ids[0]]
        return [(record, known.get(record["case_id"], {})) for record in gold] + [({}, record) for record in extra]
    longest = max(len(gold), len(pred))
    padded = [[*side, *[{}] * (longest - len(side))] for side in (list(gold), list(pred))]
    return list(zip(*padded, strict=True))


def _each(part: str, item: str, gold: Values, pred: Values, left_out: Collection[str] = ()) -> Iterator[Compared]:
    for key in gold.keys() | pred.keys():
        if f"{part}.{key}" in left_out or f"{part}.*.{key.rpartition('.')[2]}" in left_out:
            continue
        want, have = gold.get(key), pred.get(key)
        yield Compared(part, key, item, want, have, _credit(key, want, have))


def _name(item: Item) -> str:
    """What tells an object from others of its list."""
    return next(
        (str(item[key]) for key in ("name", "site", "specimen", "tnm", "reference", "date") if item.get(key)), ""
    )


def _credit(key: str, gold: Any, pred: Any) -> float:
    if gold is None or pred is None:
        return 0.0
    if key.rpartition(".")[2] in _DATES:
        return date_credit(gold, pred)
    if isinstance(gold, frozenset) and isinstance(pred, frozenset):
        return len(gold & pred) / len(gold | pred)
    return float(gold == pred)


def _case(record: Item) -> Values:
    about = record.get("case") or {}
    return _stated({key: about.get(key) for key in CASE})


def _values(part: str, item: Item) -> Values:
    """The values of an object in the form in which they are compared; those not stated left out."""
    found = {key: item.get(key) for key in KEYS[part]}
    if part == "contradictions":
        found["found"] = True if item else None
    if part == "receptor_panels":
        for marker, result in (item.get("results") or {}).items():
            found |= {f"{marker}.{key}": result.get(key) for key in MARKER}
    return _stated(found)


def _stated(values: Values) -> Values:
    return {key: _plain(key, value) for key, value in values.items() if value is not None and value != []}


def _plain(key: str, value: Any) -> Any:
    """Case, blanks, dashes, articles in a list and the way in which steps of a dose are joined make no difference."""
    if isinstance(value, list):
        return frozenset(_ARTICLE.sub("", str(_plain("", entry))) for entry in value)
    if not isinstance(value, str):
        return value
    text = re.sub(r"[–−]", "-", " ".join(value.split())).replace("’", "'")
    if key == "tnm":
        return re.sub(r"\([^)]*\)", "", text)
    if key == "dose":
        return ";".join(_PARTS.split(text))
    return text if key in _DATES else text.lower().rstrip(".")


def _matched(part: str, gold: Sequence[Item], pred: Sequence[Item]) -> list[tuple[Item, Item]]:
    """Pairs of objects by their keys, the surest first; an object without a partner stands beside an empty one."""
    affinity = _AFFINITY[part]
    scored = sorted(
        (
            (-affinity(one, other), i, j)
            for i, one in enumerate(gold)
            for j, other in enumerate(pred)
            if affinity(one, other) > 0
        ),
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in scored:
        if i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    pairs = [(one, pred[partner[i]] if i in partner else {}) for i, one in enumerate(gold)]
    return pairs + [({}, other) for j, other in enumerate(pred) if j not in taken]


def _agreement(part: str, one: Item, other: Item) -> float:
    """How much of two objects is the same, in 0..1: it settles which of several candidates is meant."""
    ours, theirs = _values(part, one), _values(part, other)
    keys = ours.keys() | theirs.keys()
    return sum(_credit(key, ours.get(key), theirs.get(key)) for key in keys) / len(keys) if keys else 0.0


def _dated(one: Item, other: Item, key: str) -> float:
    return date_credit(one[key], other[key]) if one.get(key) and other.get(key) else 0.0


def _panel(one: Item, other: Item) -> float:
    if one["specimen"] != other["specimen"]:
        return 0.0
    return 1 + 2 * _dated(one, other, "date") + _agreement("receptor_panels", one, other)


def _stage(one: Item, other: Item) -> float:
    key = "tnm" if one.get("tnm") or other.get("tnm") else "group"
    if _plain(key, one.get(key)) != _plain(key, other.get(key)):
        return 0.0
    return 1 + _dated(one, other, "date") + _agreement("stages", one, other)


def _treatment(one: Item, other: Item) -> float:
    if one["kind"] != other["kind"]:
        return 0.0
    named: bool = _plain("name", one["name"]) == _plain("name", other["name"])
    placed = bool(one["kind"] != "drug" and one.get("site") and one.get("site") == other.get("site"))
    if not named and not placed:
        return 0.0
    return 2 * named + 2 * _dated(one, other, "start") + _agreement("treatments", one, other) + 0.1


def _metastasis(one: Item, other: Item) -> float:
    if _plain("site", one["site"]) != _plain("site", other["site"]):
        return 0.0
    return 1 + _agreement("metastases", one, other)


def _event(one: Item, other: Item) -> float:
    if not one.get("date") or not other.get("date"):
        return float(_overlap(one, other)) if one.get("date") == other.get("date") else 0.0
    credit = date_credit(one["date"], other["date"])
    return credit + _overlap(one, other) if credit else 0.0


def _overlap(one: Item, other: Item) -> int:
    """How many places of one are in the other's."""
    ours, theirs = one.get("evidence") or [], other.get("evidence") or []
    return sum(any(a["start"] < b["end"] and b["start"] < a["end"] for b in theirs) for a in ours)


def _contradiction(one: Item, other: Item) -> float:
    """The same where each of the two places is found, or one is and the slot agrees."""
    common = _overlap(one, other)
    return float(common) if common > 1 or (common and one.get("slot") in (None, other.get("slot"))) else 0.0


def _literature(one: Item, other: Item) -> float:
    if one.get("row") is not None and other.get("row") is not None:
        return float(one["row"] == other["row"])
    place = float(_overlap(one, other))
    same = one.get("reference") and one.get("reference") == other.get("reference")
    return place + (1.0 if same else 0.0) + _agreement("literature_cases", one, other) if place or same else 0.0


_AFFINITY: Mapping[str, Callable[[Item, Item], float]] = {
    "receptor_panels": _panel,
    "stages": _stage,
    "treatments": _treatment,
    "metastases": _metastasis,
    "events": _event,
    "contradictions": _contradiction,
    "literature_cases": _literature,
}
