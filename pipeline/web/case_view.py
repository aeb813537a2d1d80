"""What the page of a case shows: the text in pieces, the record in groups, the contradictions side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.registry.slots import CASE, OUTCOME, PARTS, keys, result, result_keys
from pipeline.registry.tables import STATES, WAITING
from pipeline.registry.values import items, spans
from pipeline.registry.values import values as values_of
from pipeline.web.marked import Stretch, Word, stretches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import RowMapping

    from pipeline.registry.values import Span, Value
    from pipeline.web.stored import Decision, Stored

PART_NAMES = {
    CASE: "Patient and tumour", "receptor_panels": "Receptor panels", "stages": "Stages",
    "treatments": "Treatments", "metastases": "Sites of spread", "events": "Events",
    OUTCOME: "Outcome",
}  # fmt: skip
_ONLY_ONE = {CASE: "Patient", OUTCOME: "Outcome"}
# What an item is called: the first of these that it has.
_NAMED_BY = {
    "receptor_panels": ("specimen",), "stages": ("tnm", "group", "derived_group"), "treatments": ("name",),
    "metastases": ("site",), "events": ("what",),
}  # fmt: skip
_NO_MARKS = ("events",)  # whole sentences, which are cited as such
_CONTRADICTION = "contradictions"
_TITLE = 80


@dataclass(frozen=True)
class Shown:
    """A value: `value` is what stands, `said` what the newest run that had it says."""

    number: int
    path: str
    key: str
    name: str
    slot: str
    state: str
    value: str | None
    said: str | None
    is_said: bool
    reason: str | None
    rule: str
    confidence: float | None
    place: int | None
    decisions: Sequence[Decision]

    @property
    def anchor(self) -> str:
        return anchor(self.path)

    @property
    def based_on(self) -> int | None:
        return self.decisions[-1].id if self.decisions else None

    @property
    def text(self) -> str | None:
        """What is shown first: what stands, else what there is to decide."""
        return self.said if self.value is None else self.value

    @property
    def can_accept(self) -> bool:
        return self.is_said


@dataclass
class Group:
    """An item of the record, as one treatment; `path` is its place."""

    path: str
    title: str
    values: list[Shown] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        return sum(one.state == WAITING for one in self.values)


@dataclass(frozen=True)
class Side:
    """One side of a contradiction: its words, and where they begin."""

    text: str
    place: int


@dataclass(frozen=True)
class Contradiction:
    """Two sayings that cannot both hold, and the values that wait for it."""

    number: int
    path: str
    what: str
    slot: str
    sides: list[Side]
    values: list[Shown]


@dataclass(frozen=True)
class CaseView:
    """A case as its page shows it. `free` are the places of the record that have no value, with a name to choose by."""

    stored: Stored
    text: list[Stretch]
    parts: list[tuple[str, str, list[Group]]]
    contradictions: list[Contradiction]
    free: list[tuple[str, str]]
    counts: dict[str, int]

    def value(self, path: str) -> Shown | None:
        """The value at a path."""
        return next((one for one in self.values() if one.path == path), None)

    def values(self) -> Iterator[Shown]:
        """All values, as they come on the page."""
        return (one for _, _, groups in self.parts for group in groups for one in group.values)

    def number(self, path: str) -> int | None:
        """The number by which the text knows a value or a contradiction."""
        one = self.value(path) or next((found for found in self.contradictions if found.path == path), None)
        return one.number if one else None


def anchor(path: str) -> str:
    """The id of a value's element: letters, digits, dots and underscores alone."""
    return "v-" + re.sub(r"[^A-Za-z0-9.-]", lambda found: f"_{ord(found[0]):x}", path)


def case_view(case: Stored) -> CaseView:
    """The view of a case."""
    rows = {row["path"]: row for row in case.values}
    told = {value.path: value for value in values_of(case.record)}
    parts, sentences, words = _parts(case, rows, told)
    shown = [one for _, _, groups in parts for group in groups for one in group.values]
    contradictions = list(_contradictions(case, shown, len(shown)))
    for one, said in zip(contradictions, case.record.get(_CONTRADICTION) or (), strict=True):
        sentences += [(span, one.number) for span in spans(said["evidence"])]
    counts = {state: sum(one.state == state for one in shown) for state in STATES}
    text = stretches(case.text, sentences, words)
    return CaseView(case, text, parts, contradictions, list(_free(case.record, rows)), counts)


def _parts(
    case: Stored, rows: Mapping[str, RowMapping], told: Mapping[str, Value]
) -> tuple[list[tuple[str, str, list[Group]]], list[tuple[Span, int]], list[Word]]:
    groups: dict[str, list[Group]] = {part: [] for part in PARTS}
    sentences: list[tuple[Span, int]] = []
    words: list[Word] = []
    number = 0
    for part, path, item in items(case.record):
        group = Group(path, _title(part, path, item, rows))
        around = spans(item.get("evidence") or ())
        for key in _keys(part, item, path, rows):
            row, value = rows[f"{path}.{key}"], told.get(f"{path}.{key}")
            places = value.places if value else ()
            group.values.append(_shown(number, row, key, min((*places, *around), default=None), case))
            cited = [span for span in around if not places or any(_touch(span, place) for place in places)]
            sentences += [(span, number) for span in (cited or around)]
            if part not in _NO_MARKS:
                words += [Word(span, part, row["slot"].removesuffix(" of"), number) for span in places]
            number += 1
        if group.values:
            groups[part].append(group)
    return [(part, PART_NAMES[part], groups[part]) for part in PARTS if groups[part]], sentences, words


def _touch(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _keys(part: str, item: Mapping[str, Any], path: str, rows: Mapping[str, RowMapping]) -> list[str]:
    """The keys of an item that the store knows, in the order of `slots.tsv`, results by marker."""
    start = f"{path}."
    known = [at.removeprefix(start) for at in rows if at.startswith(start)]
    order = {key: place for place, key in enumerate(keys(part))}
    markers = {marker: place for place, marker in enumerate(item.get("results") or ())}
    names = {name: place for place, name in enumerate(result_keys())}

    def rank(key: str) -> tuple[int, int, str, int]:
        found = result(key)
        if found is None:
            return (0 if key in ("specimen", "procedure", "date") else 2, order.get(key, 0), "", 0)
        return (1, markers.get(found[0], len(markers)), found[0], names.get(found[1], 0))

    return sorted(known, key=rank)


def _shown(number: int, row: RowMapping, key: str, place: Span | None, case: Stored) -> Shown:
    found = result(key)
    name = f"{found[0]} {found[1]}" if found else key.replace("_", " ")
    return Shown(
        number, row["path"], row["key"], name, row["slot"], row["state"], row["value"], row["said"],
        row["is_said"], row["reason"], row["rule"] or "", row["confidence"], place[0] if place else None,
        case.decisions.get(row["key"], ()),
    )  # fmt: skip


def _title(part: str, path: str, item: Mapping[str, Any], rows: Mapping[str, RowMapping]) -> str:
    """What stands of its name, else what was extracted."""
    for key in _NAMED_BY.get(part, ()):
        row = rows.get(f"{path}.{key}")
        name = (row and (row["value"] or row["said"])) or item.get(key)
        if name:
            return str(name) if len(name) <= _TITLE else f"{name[:_TITLE]}…"
    return PART_NAMES[part]


def _contradictions(case: Stored, shown: Sequence[Shown], first: int) -> Iterator[Contradiction]:
    for number, said in enumerate(case.record.get(_CONTRADICTION) or ()):
        sides = [Side(place["text"], place["start"]) for place in said["evidence"]]
        doubted = [one for one in shown if one.reason == said["what"]]
        yield Contradiction(first + number, f"{_CONTRADICTION}.{number}", said["what"], said["slot"], sides, doubted)


def _free(record: Mapping[str, Any], rows: Mapping[str, RowMapping]) -> Iterator[tuple[str, str]]:
    for part, path, item in items(dict(record)):
        named = _ONLY_ONE.get(part) or f"{PART_NAMES[part]} {int(path.split('.')[1]) + 1}"
        title = "" if part in _ONLY_ONE else f" ({_title(part, path, item, rows)[:40]})"
        names = [*keys(part)]
        names += [f"results.{marker}.{name}" for marker in item.get("results") or () for name in result_keys()]
        for key in names:
            if f"{path}.{key}" not in rows:
                yield f"{path}.{key}", f"{named}{title}: {key.removeprefix('results.').replace('_', ' ')}"
