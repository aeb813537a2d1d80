"""A record as its single values, each with the place that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.registry.cases import Trace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.patient.model import Cited, Contradiction, Event, Evidence, Panel
    from pipeline.registry.cases import RegistryCase, Source

# How a value reaches a table: what describes it is no value of the patient.
_ABOUT = frozenset({"evidence", "cites", "derived", "how", "confidence", "results"})
_LISTS = (
    ("panel", "receptor_panels"),
    ("stage", "stages"),
    ("treatment", "treatments"),
    ("metastasis", "metastases"),
)  # fmt: skip
_DATES = frozenset({"date", "start", "end"})


class Told(NamedTuple):
    """One value: `path` in the record (`receptor_panels.0.results.ER.status`), `part` of it (`case`, `panel`,
    `stage`, `treatment`, `metastasis`, `event`, `contradiction`), `number` of that part from 1 (None for the case),
    `field` of the part (`ER.status`). `place` is None only where a person decided the value and no place says it.
    `rule` says how a derived value came about.
    """

    path: str
    part: str
    number: int | None
    field: str
    value: str
    place: Evidence | None
    derived: bool
    rule: str
    confidence: float
    reviewed: bool


def values(case: RegistryCase) -> Iterator[Told]:
    """Every value of the patient in the order of the record; cases of the literature are other people's, none here."""
    record = case.record
    yield from _of_cited(case, record.case, "case", None, "case")
    for part, name in _LISTS:
        for number, item in enumerate(getattr(record, name)):
            yield from _of_cited(case, item, part, number + 1, f"{name}.{number}")
            if part == "panel":
                yield from _of_results(case, item, number)
    for number, event in enumerate(record.events):
        yield from _of_event(case, event, number)
    for number, found in enumerate(record.contradictions):
        yield from _of_contradiction(case, found, number)


class Held:
    """The values of a case that may be exported, by part, number (0 for the case) and field: those that a place of
    the document says or a person decided. `placeless` are the others."""

    def __init__(self, case: RegistryCase) -> None:
        self.values: list[Told] = []
        self.placeless: list[Told] = []
        self._at: dict[tuple[str, int, str], Told] = {}
        for told in values(case):
            if told.place is None and not told.reviewed:
                self.placeless.append(told)
                continue
            self.values.append(told)
            self._at.setdefault((told.part, told.number or 0, told.field), told)

    def one(self, part: str, number: int, field: str) -> Told | None:
        """The value; the first where the field is a list."""
        return self._at.get((part, number, field))

    def is_placeless(self, part: str, number: int, field: str) -> bool:
        """Whether the record has such a value, which no place says: it is reported, but may not be exported."""
        return any((told.part, told.number or 0, told.field) == (part, number, field) for told in self.placeless)

    def value(self, part: str, number: int, field: str) -> str | None:
        told = self.one(part, number, field)
        return told.value if told else None


def place_of(item: Cited, key: str, value: str, source: Source) -> Evidence | None:
    """The place that says the value: of its citations, else of the sentences, the first that contains it, else the
    first. A place whose text is not what the document says there is none."""
    places = item.cites.get(key) or item.cites.get(key.rpartition(".")[0]) or item.evidence
    return _best(places, value, source)


def traced(case: RegistryCase, item: str, value: object, place: Evidence | None) -> Trace:
    """The way back of one exported value; an empty place (0, 0) where a reviewer decided what no place says."""
    source = case.source
    if place is None:
        return Trace(case.case_id, item, str(value), source.doc_id, 0, 0, "")
    text = source.text[place.start : place.end]
    return Trace(case.case_id, item, str(value), source.doc_id, place.start, place.end, text)


def true_places(places: list[Evidence], source: Source) -> list[Evidence]:
    """The places at which the document says what they cite."""
    return [place for place in places if place.text and source.text[place.start : place.end] == place.text]


def _best(places: list[Evidence], value: str, source: Source) -> Evidence | None:
    true = true_places(places, source)
    return next((place for place in true if value and value in place.text), true[0] if true else None)


def _of_cited(case: RegistryCase, item: Cited, part: str, number: int | None, at: str) -> Iterator[Told]:
    for field in type(item).model_fields:
        if field in _ABOUT:
            continue
        held: Any = getattr(item, field)
        for index, value in enumerate(held if isinstance(held, list) else [held]):
            if value is not None:
                path = f"{at}.{field}.{index}" if isinstance(held, list) else f"{at}.{field}"
                yield _told(case, item, part, number, path, field, field, str(value))


def _of_results(case: RegistryCase, panel: Panel, number: int) -> Iterator[Told]:
    for marker, result in panel.results.items():
        for field in type(result).model_fields:
            value = getattr(result, field)
            if value is not None:
                path = f"receptor_panels.{number}.results.{marker}.{field}"
                key = f"results.{marker}.{field}"
                yield _told(case, panel, "panel", number + 1, path, f"{marker}.{field}", key, value)


def _told(
    case: RegistryCase, item: Cited, part: str, number: int | None, path: str, field: str, key: str, value: str
) -> Told:
    sought = value[:4] if field in _DATES else value
    place = place_of(item, key, sought, case.source)
    derived, rule = field in item.derived, item.how.get(field, "")
    return Told(path, part, number, field, value, place, derived, rule, item.confidence, path in case.reviewed)


def _of_event(case: RegistryCase, event: Event, number: int) -> Iterator[Told]:
    for field, value in (("date", event.date), ("what", event.what)):
        if value is not None:
            path = f"events.{number}.{field}"
            place = _best(event.evidence, value[:4] if field == "date" else value, case.source)
            derived = event.derived and field == "date"
            rule, reviewed = (event.how or "") if derived else "", path in case.reviewed
            yield Told(path, "event", number + 1, field, value, place, derived, rule, event.confidence, reviewed)


def _of_contradiction(case: RegistryCase, found: Contradiction, number: int) -> Iterator[Told]:
    for field, value in (("slot", found.slot), ("what", found.what)):
        path = f"contradictions.{number}.{field}"
        place = _best(found.evidence, "", case.source)
        reviewed = path in case.reviewed
        yield Told(path, "contradiction", number + 1, field, value, place, False, "", found.confidence, reviewed)
