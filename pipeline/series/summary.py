"""The summary of a series: n and % of what is reported, median and range of ages."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from pipeline.patient.course import GIVEN
from pipeline.series.columns import courses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipeline.patient.model import Record
    from pipeline.series.cases import SeriesCase

_MARKERS = ("ER", "PR", "HER2")
# Words for part of the spread as a whole, no sites to be counted.
_NO_SITES = frozenset({"distant", "recurrence"})


class Line(NamedTuple):
    """One line: what is counted, the value in words, and how many patients it is reported of."""

    item: str
    value: str
    reported: str


def summary(cases: Sequence[SeriesCase]) -> list[Line]:
    """The lines for a series; a share is of the patients of whom the report says the item, never of all.

    An exception are sites and treatments: a report that does not name one says nothing of it, so that these are
    counted without a share.
    """
    records = [case.record for case in cases]
    lines = [Line("Patients", str(len(records)), ""), _ages(records)]
    about_case = {"Sex": "sex", "Laterality": "laterality", "Grade": "grade", "Histology": "histology"}
    for item, key in about_case.items():
        lines += _shares(item, [getattr(record.case, key) for record in records])
    for marker in _MARKERS:
        lines += _shares(f"{marker} of the primary", [_status(record, marker) for record in records])
    lines += _shares("Subtype of the primary (derived)", [_subtype(record) for record in records])
    lines += _shares("Outcome", [record.outcome.status if record.outcome else None for record in records])
    lines += _counts("Site of spread", records, _sites)
    lines += _counts("Drug", records, _drugs)
    return lines


def _ages(records: Iterable[Record]) -> Line:
    ages = [record.case.age_at_diagnosis for record in records if record.case.age_at_diagnosis is not None]
    value = f"median {median(ages):g} (range {min(ages)} to {max(ages)})" if ages else "NR"
    return Line("Age, years", value, str(len(ages)))


def _shares(item: str, values: list[str | None]) -> list[Line]:
    known = [value for value in values if value]
    return [
        Line(f"{item}: {value}", f"{n} ({n / len(known):.0%})", str(len(known))) for value, n in _ranked(Counter(known))
    ]


def _counts(item: str, records: list[Record], named: Callable[[Record], set[str]]) -> list[Line]:
    count = Counter(name for record in records for name in named(record))
    return [Line(f"{item}: {name}", str(n), "") for name, n in _ranked(count)]


def _ranked(count: Counter[str]) -> list[tuple[str, int]]:
    return sorted(count.items(), key=lambda one: (-one[1], one[0]))


def _status(record: Record, marker: str) -> str | None:
    """The first status that the primary's panels say; a panel of which the text names no specimen counts for none."""
    told = (
        panel.results[marker].status
        for panel in record.receptor_panels
        if panel.specimen == "primary" and marker in panel.results
    )
    return next((status for status in told if status), None)


def _subtype(record: Record) -> str | None:
    return next((p.subtype for p in record.receptor_panels if p.specimen == "primary" and p.subtype), None)


def _sites(record: Record) -> set[str]:
    return {site.site for site in record.metastases if site.status in ("present", "resolved")} - _NO_SITES


def _drugs(record: Record) -> set[str]:
    return {item.name for drugs in courses(record) for item in drugs if item.status in GIVEN}
