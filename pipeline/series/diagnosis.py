"""When the cancer was diagnosed, as far as the record dates it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.patient.intervals import Interval
from pipeline.series import wording
from pipeline.series.cells import Part, part

if TYPE_CHECKING:
    from datetime import date

    from pipeline.patient.model import Cited, Record
    from pipeline.series.cases import SeriesCase
    from pipeline.series.cells import Cell

_HOW = "the earliest date of a specimen, stage, site of spread or treatment of the cancer"


def diagnosis(case: SeriesCase) -> Cell:
    """The earliest dated finding of the cancer: derived, since the day of diagnosis itself has no key in a record."""
    earliest = first_finding(case.record)
    if earliest is None:
        return ()
    item, key, when = earliest
    told = part(item, wording.date(when.norm()), key)
    return (Part(told.text, told.places, _HOW),)


def first_finding(record: Record) -> tuple[Cited, str, Interval] | None:
    """The object of the record by whose date the cancer was known at the latest, its key, and the date.

    Of two that end on one day the more exact counts: a biopsy in October before nodes seen from May to October. None
    where nothing is dated.
    """
    dated: list[tuple[date, int, int, Cited, str, Interval]] = []
    for item, key, text in _dates(record):
        when = Interval.parse(text)
        if when is not None and when.start is not None:
            low, high = when.bounds()
            dated.append((high, -low.toordinal(), len(dated), item, key, when))
    return min(dated, key=lambda one: one[:3])[3:] if dated else None


def _dates(record: Record) -> list[tuple[Cited, str, str]]:
    found: list[tuple[Cited, str, str]] = []
    for group in (record.receptor_panels, record.stages):
        found += [(item, "date", item.date) for item in group if item.date]
    found += [(site, "date", site.date) for site in record.metastases if site.date and site.status == "present"]
    for item in record.treatments:
        against_cancer = item.kind == "drug" and item.intent in ("neoadjuvant", "adjuvant", "palliative")
        if item.start and item.status in ("given", "ongoing", "stopped") and against_cancer:
            found.append((item, "start", item.start))
    return found
