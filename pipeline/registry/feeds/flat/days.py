"""Dates of a record as days: the earliest and the latest that each of them can mean, and the day of diagnosis."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from pipeline.registry.feeds.flat.told import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.patient.model import Evidence, Record, Treatment
    from pipeline.registry.cases import Source

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
# Treatments of these statuses took place.
GIVEN = frozenset({"given", "stopped", "ongoing"})


class Days(NamedTuple):
    """The first and the last day that a date can mean; None where it is open on that side."""

    first: date | None
    last: date | None

    @property
    def day(self) -> date | None:
        """The one day, where the date is exact."""
        return self.first if self.first == self.last else None

    @property
    def year(self) -> int | None:
        """The one year, where both ends lie in it."""
        both = self.first and self.last and self.first.year == self.last.year
        return self.first.year if both and self.first else None


NEVER = Days(None, None)


def days(told: str | None) -> Days:
    """`2020-11` is 1 to 30 November; `2020-11/..` then or later. What is no date of the calendar is `NEVER`."""
    if not told:
        return NEVER
    start, slash, end = told.partition("/")
    if not slash:
        return _days(start)
    return Days(_days(start).first, _days(end).last)


def day(told: str | None) -> date | None:
    """The day where the date is exact, else None: no part of a date is ever invented."""
    return days(told).day


def _days(told: str) -> Days:
    found = _DATE.fullmatch(told)
    if not found:
        return NEVER
    year, month, at = (int(part) if part else None for part in found.groups())
    try:
        first = date(year or 0, month or 1, at or 1)
        last_month = month or 12
        last = date(first.year, last_month, at or monthrange(first.year, last_month)[1])
    except ValueError:
        return NEVER
    return Days(first, last)


class Diagnosis(NamedTuple):
    """When the disease was diagnosed: `told` as the record has it, and the place that says it."""

    told: str
    days: Days
    place: Evidence | None


def diagnosis(record: Record, source: Source) -> Diagnosis | None:
    """The earliest date of a panel or a first stage of the primary, unless something of the disease is dated before
    it: then the record does not know when the primary was diagnosed, only when it was examined again."""
    dated = [(found.days.first, found) for found in _of_primary(record, source) if found.days.first]
    if not dated:
        return None
    first, earliest = min(dated, key=lambda pair: (pair[0], pair[1].days.last or date.max))
    if any(at.last is not None and at.last < first for at in _of_disease(record)):
        return None
    return earliest


def _of_primary(record: Record, source: Source) -> Iterator[Diagnosis]:
    for panel in record.receptor_panels:
        if panel.specimen == "primary" and panel.date:
            yield Diagnosis(panel.date, days(panel.date), place_of(panel, "date", panel.date[:4], source))
    for stage in record.stages:
        if stage.basis not in ("recurrence", "post-neoadjuvant") and stage.date:
            yield Diagnosis(stage.date, days(stage.date), place_of(stage, "date", stage.date[:4], source))


def _of_disease(record: Record) -> Iterator[Days]:
    for treatment in record.treatments:
        if treatment.start and _is_of_disease(treatment, record):
            yield days(treatment.start)
    for site in record.metastases:
        if site.date and site.status in ("present", "resolved"):
            yield days(site.date)
    for panel in record.receptor_panels:
        if panel.date:
            yield days(panel.date)


def _is_of_disease(treatment: Treatment, record: Record) -> bool:
    """Whether a treatment that took place was one of this cancer: an ovarian cyst excised years before was none."""
    if treatment.status not in GIVEN or treatment.intent in ("supportive", "other"):
        return False
    if treatment.kind == "surgery" and treatment.intent is None:
        return treatment.site is None or treatment.site == record.case.primary_site or "lymph node" in treatment.site
    return True
