"""Timelines: what happened, in days from the day of diagnosis, where both days are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.registry.feeds.cells import inert
from pipeline.registry.feeds.flat.days import GIVEN, day, diagnosis
from pipeline.registry.feeds.flat.told import traced

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from pipeline.patient.model import Treatment
    from pipeline.registry.cases import RegistryCase, Tracer
    from pipeline.registry.feeds.cbioportal.files import Timeline
    from pipeline.registry.feeds.flat.left_out import LeftOut
    from pipeline.registry.feeds.flat.told import Held, Told

_NO_DIAGNOSIS = "the record does not know the day of diagnosis, from which a timeline counts"
_NO_DAY = "the record does not know the day of the event, which a timeline needs"
_STOPS_BEFORE = "the event ends before it starts; its end is left out"
_TOO_LONG = "the value is longer than the 255 characters that cBioPortal keeps"
_COURSE = {
    "AGENT": "name", "SITE": "site", "DOSE": "dose", "FREQUENCY": "frequency", "CYCLES": "cycles", "INTENT": "intent",
    "RESPONSE": "response",
}  # fmt: skip


def write_events(
    case: RegistryCase,
    held: Held,
    patient: str,
    samples: Sequence[str],
    timelines: Mapping[str, Timeline],
    left_out: LeftOut,
    trace: Tracer,
) -> None:
    """Write the events of a case; `samples` are the ids of its panels."""
    found = diagnosis(case.record, case.source)
    line = _Line(case, held, patient, found.days.day if found else None, timelines, left_out, trace)
    if found and found.days.day:
        timelines["status"].row(patient, 0, None, {"STATUS": "Diagnosis"})
        trace(traced(case, f"status.{patient}.{timelines['status'].rows}.START_DATE", found.told, found.place))
    for number, _ in enumerate(case.record.receptor_panels, 1):
        cells = {"SPECIMEN": "specimen", "PROCEDURE": "procedure"}
        line.event("specimen", "panel", number, "date", cells, {"SAMPLE_ID": samples[number - 1]})
    for number, site in enumerate(case.record.metastases, 1):
        if site.status == "present":
            cells = {"SITE": "site", "CONFIRMED_BY": "confirmed_by"}
            line.event("status", "metastasis", number, "date", cells, {"STATUS": "Spread"})
    for number, treatment in enumerate(case.record.treatments, 1):
        if treatment.status in GIVEN:
            _treatment(line, number, treatment)


def _treatment(line: _Line, number: int, treatment: Treatment) -> None:
    if treatment.kind == "surgery":
        line.event("surgery", "treatment", number, "start", {"PROCEDURE": "name", "SITE": "site"}, {})
        return
    kinds = {"drug": "Medical Therapy", "radiotherapy": "Radiation Therapy", "other": "Other"}
    line.event("treatment", "treatment", number, "start", _COURSE, {"TREATMENT_TYPE": kinds[treatment.kind]})


@dataclass(frozen=True)
class _Line:
    """The timeline of one case; `origin` is its day 0."""

    case: RegistryCase
    held: Held
    patient: str
    origin: date | None
    timelines: Mapping[str, Timeline]
    left_out: LeftOut
    trace: Tracer

    def event(
        self, kind: str, part: str, number: int, dated: str, columns: Mapping[str, str], fixed: Mapping[str, str]
    ) -> None:
        """Write one event: its columns from fields of the record, and those that are `fixed`."""
        start = self.held.one(part, number, dated)
        at = day(start.value) if start else None
        if self.origin is None or at is None or start is None:
            reason = _NO_DIAGNOSIS if self.origin is None else _NO_DAY
            self.left_out.say(self.case.case_id, f"{kind} {part} {number}", start.value if start else "", reason)
            return
        stop = self.held.one(part, number, "end")
        told = {column: self.held.one(part, number, field) for column, field in columns.items()}
        cells = {column: self._short(one) for column, one in told.items()} | dict(fixed)
        stop_day = self._stop(kind, number, at, stop)
        self.timelines[kind].row(self.patient, (at - self.origin).days, stop_day, cells)
        item = f"{kind}.{self.patient}.{self.timelines[kind].rows}"
        traces = {**told, "START_DATE": start, "STOP_DATE": stop if stop_day is not None else None}
        for column, one in traces.items():
            if one and cells.get(column, "") is not None:
                self.trace(traced(self.case, f"{item}.{column}", one.value, one.place))

    def _stop(self, kind: str, number: int, start: date, stop: Told | None) -> int | None:
        end = day(stop.value) if stop else None
        if end is None or self.origin is None or stop is None:
            return None
        if end < start:
            self.left_out.say(self.case.case_id, f"{kind} {number}", stop.value, _STOPS_BEFORE)
            return None
        return (end - self.origin).days

    def _short(self, told: Told | None) -> str | None:
        """The value where cBioPortal's 255 characters hold it."""
        if told is None or len(inert(told.value)) <= 255:
            return told.value if told else None
        self.left_out.say(self.case.case_id, told.path, told.value, _TOO_LONG)
        return None
