"""What a timeline shows: marks in lanes, each with the days that its start and its end can mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from pipeline.patient.course import GIVEN
from pipeline.patient.intervals import Interval
from pipeline.series import wording
from pipeline.series.columns import courses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.patient.model import Cited, Evidence, Record, Treatment

_NO_BREAK = "\u00a0"  # 'Ki-67 70%' stays on one line
_SHORT = {"complete response": "CR", "partial response": "PR", "stable disease": "SD", "progressive disease": "PD"}
_CAME = re.compile(
    r"(?P<word>(?:complete|partial|metabolic|pathological) (?:\w+ )?(?:response|remission|regression)|regression"
    r"|stable disease|progressive disease|(?:disease|tumou?r|local|systemic) progress(?:ion|ed)|recurrence)\b",
    re.I,
)
_NOT = re.compile(r"\b(?:no|without|not|free of|neither|if|should|risk of|against)\b[^.;]{0,60}$", re.I)


class Lane(Enum):
    """The lanes from top to bottom."""

    DIAGNOSIS = "Diagnosis"
    SURGERY = "Surgery"
    SYSTEMIC = "Systemic therapy"
    RADIOTHERAPY = "Radiotherapy"
    RESPONSE = "Response, outcome"
    METASTASES = "Metastases"


@dataclass(frozen=True)
class Mark:
    """One thing in a lane.

    It began on some day of `start` and ended on some day of `end`, both first and last day inclusive; `end` None where
    it has none or none is told. `lasts` tells a course from a point of time, `goes_on` that it had not ended.
    """

    lane: Lane
    label: str
    start: tuple[int, int]
    end: tuple[int, int] | None = None
    lasts: bool = False
    goes_on: bool = False
    later: bool = False

    @property
    def first(self) -> int:
        return self.start[0]

    @property
    def last(self) -> int:
        return self.end[1] if self.end else self.start[1]


@dataclass
class Story:
    """The marks of a patient. `undated` are labels by lane of what the report gives no date, in its order.

    `by_date` is False where nothing is dated: then a day is a place in the order of the report.
    """

    marks: list[Mark] = field(default_factory=list)
    undated: list[tuple[Lane, str]] = field(default_factory=list)
    by_date: bool = True


@dataclass(frozen=True)
class _Item:
    """Something to mark, before its dates are days."""

    lane: Lane
    label: str
    place: int
    start: str | None
    end: str | None = None
    lasts: bool = False
    goes_on: bool = False


def story(record: Record) -> Story:
    """What is drawn of a patient."""
    made = Story()
    events = _EventDates(record)
    items = sorted(_items(record), key=lambda item: item.place)
    for item in items:
        told = item.start if days(item.start) else events.at(item.place)
        start = days(told)
        if start is None:
            made.undated.append((item.lane, item.label))
        else:
            end = days(item.end) if item.end != item.start or item.lasts else None
            later = bool(told and told.endswith("/.."))
            made.marks.append(Mark(item.lane, item.label, start, end, item.lasts, item.goes_on, later))
    if not made.marks and items:
        ordered = [Mark(item.lane, item.label, (n, n), None, False, False) for n, item in enumerate(items, start=1)]
        return Story(ordered, [], by_date=False)
    return made


class _EventDates:
    """The date of the event that tells a place: where an item has no date of its own, its sentence may have one."""

    def __init__(self, record: Record) -> None:
        self._spans = [
            (place.start, place.end, event.date)
            for event in record.events
            if event.date
            for place in event.evidence
        ]  # fmt: skip

    def at(self, place: int) -> str | None:
        return next((date for start, end, date in self._spans if start <= place < end), None)


def days(text: str | None) -> tuple[int, int] | None:
    """The first and the last day of a date; None where it is open to the past, or no date.

    What is open to the future has its first day for both: no later day is made up.
    """
    when = Interval.parse(text) if text else None
    if when is None or when.start is None:
        return None
    low, high = when.bounds()
    return low.toordinal(), low.toordinal() if when.end is None else high.toordinal()


def _items(record: Record) -> Iterator[_Item]:
    for panel in record.receptor_panels:
        place = panel.specimen.removeprefix("metastasis:").replace(":", " ")
        results = ", ".join(
            f"{marker}{_NO_BREAK}{_brief(one.status, one.percent, one.score)}" for marker, one in panel.results.items()
        )
        yield _Item(Lane.DIAGNOSIS, f"{panel.procedure or 'receptors'}, {place}: {results}", _place(panel), panel.date)
    for stage in record.stages:
        label = ", ".join(word for word in (stage.tnm, f"stage {stage.group}" if stage.group else None) if word)
        if label:
            yield _Item(Lane.DIAGNOSIS, label, _place(stage), stage.date)
    yield from _treatments(record)
    yield from _responses(record)
    for site in record.metastases:
        if site.status in ("present", "possible", "resolved"):
            label = wording.metastasis(site.model_copy(update={"date": None, "confirmed_by": None}))
            yield _Item(Lane.METASTASES, label, _place(site), site.date)


def _brief(status: str | None, percent: str | None, score: str | None) -> str:
    return score or percent or {"positive": "+", "negative": "−"}.get(status or "", status or "")


def _treatments(record: Record) -> Iterator[_Item]:
    for drugs in courses(record):
        if drugs[0].status in GIVEN:
            names = " + ".join(dict.fromkeys(item.name for item in drugs))
            cycles = f" ×{drugs[0].cycles}" if drugs[0].cycles else ""
            response = f" → {_SHORT[drugs[0].response]}" if drugs[0].response else ""
            yield _course(Lane.SYSTEMIC, drugs[0], f"{names}{cycles}{response}")
    for item in record.treatments:
        if item.status not in GIVEN:
            continue
        if item.kind == "surgery":
            yield _Item(Lane.SURGERY, item.name, _place(item), item.start)
        elif item.kind == "radiotherapy":
            name = "" if item.name == "radiotherapy" else item.name
            yield _course(Lane.RADIOTHERAPY, item, " ".join(w for w in (name, item.site, item.dose) if w) or item.name)


def _course(lane: Lane, item: Treatment, label: str) -> _Item:
    return _Item(lane, label, _place(item), item.start, item.end, lasts=True, goes_on=item.status == "ongoing")


def _responses(record: Record) -> Iterator[_Item]:
    end = _place(record.outcome) if record.outcome else -1
    for event in record.events:
        told = next(_said(event.evidence), None)
        if told and event.date and not any(place.start <= end < place.end for place in event.evidence):
            yield _Item(Lane.RESPONSE, told, event.evidence[0].start, event.date)
    free = [site for site in record.metastases if site.status == "absent" and site.site in ("recurrence", "distant")]
    if free:
        names = " or ".join(dict.fromkeys({"distant": "distant metastasis"}.get(s.site, s.site) for s in free))
        yield _Item(Lane.RESPONSE, f"no {names}", _place(free[0]), free[0].date)
    if record.outcome:
        yield _Item(Lane.RESPONSE, record.outcome.status, end, record.outcome.date)


def _said(places: Iterable[Evidence]) -> Iterator[str]:
    for place in places:
        for found in _CAME.finditer(place.text):
            if not _NOT.search(place.text[: found.start()]):
                yield found["word"].lower()


def _place(item: Cited) -> int:
    """Where the report first tells it: the first place that it cites, else its first sentence."""
    cited = [place.start for places in item.cites.values() for place in places]
    return min(cited or [place.start for place in item.evidence], default=0)
