"""The columns of the series table, each a heading and how its cell is read from a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import UsageError
from pipeline.series import wording
from pipeline.series.cells import Part, joined, part
from pipeline.series.diagnosis import diagnosis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.patient.model import Panel, Record, Treatment
    from pipeline.series.cases import SeriesCase
    from pipeline.series.cells import Cell

_OF_CANCER = ("neoadjuvant", "adjuvant", "palliative", None)
_OF_COURSE = ("name", "dose", "frequency", "cycles", "intent", "line", "start", "end")  # what `wording.course` tells


class Column(NamedTuple):
    """`read` gives the parts of the cell; none is 'not reported'."""

    heading: str
    read: Callable[[SeriesCase], Cell]
    about: str


def _of_case(*keys: str) -> Callable[[SeriesCase], Cell]:
    def read(case: SeriesCase) -> Cell:
        told = case.record.case
        return tuple(part(told, str(getattr(told, key)), key) for key in keys if getattr(told, key) is not None)

    return read


def _site(case: SeriesCase) -> Cell:
    told = case.record.case
    words = [(key, getattr(told, key)) for key in ("laterality", "primary_site", "quadrant")]
    known = [(key, value) for key, value in words if value]
    return (part(told, " ".join(value for _, value in known), *(key for key, _ in known)),) if known else ()


def _stages(case: SeriesCase) -> Cell:
    parts = []
    for stage in case.record.stages:
        tnm, group = stage.tnm or "", stage.group or ""
        if not tnm and not group:
            continue
        derived = " (derived)" if "group" in stage.derived else ""
        words = ", ".join(word for word in (tnm, f"stage {group}{derived}" if group else "") if word)
        when = wording.date(stage.date)
        keys = [key for key, value in (("tnm", tnm), ("group", group)) if value]
        parts.append(part(stage, f"{words} [{when}]" if when else words, *keys))
    return tuple(parts)


def _panels(chosen: Callable[[Panel], bool]) -> Callable[[SeriesCase], Cell]:
    def read(case: SeriesCase) -> Cell:
        found = [panel for panel in case.record.receptor_panels if chosen(panel) and panel.results]
        return tuple(
            part(panel, wording.panel(panel), *(f"results.{marker}" for marker in panel.results)) for panel in found
        )

    return read


def _may_be_primary(panel: Panel) -> bool:
    """Whether the panel is of the primary tumour or, as the text leaves it open, may be; the cell then says so."""
    return panel.specimen in ("primary", "unstated")


def _subtype(case: SeriesCase) -> Cell:
    panels = [panel for panel in case.record.receptor_panels if panel.specimen == "primary" and panel.subtype]
    return tuple(
        Part(f"{panel.subtype} (derived)", tuple(panel.evidence), panel.how.get("subtype")) for panel in panels[:1]
    )


def _metastases(case: SeriesCase) -> Cell:
    told = [site for site in case.record.metastases if site.status in ("present", "resolved", "possible")]
    return tuple(part(site, wording.metastasis(site), "site") for site in told)


def _absent(case: SeriesCase) -> Cell:
    told = [site for site in case.record.metastases if site.status == "absent"]
    return tuple(part(site, wording.metastasis(site), "site") for site in told)


def _systemic(case: SeriesCase) -> Cell:
    return tuple(
        joined([part(item, item.name, *_OF_COURSE) for item in items], wording.course(items))
        for items in courses(case.record)
    )


def courses(record: Record) -> Iterator[list[Treatment]]:
    """The drugs against the cancer, those of one combination together.

    A combination is what one sentence tells with the same setting, line, dates and status.
    """
    together: list[Treatment] = []
    for item in record.treatments:
        if item.kind != "drug" or item.intent not in _OF_CANCER:
            continue
        if together and not _is_one(together[-1], item):
            yield together
            together = []
        together.append(item)
    if together:
        yield together


def _is_one(one: Treatment, other: Treatment) -> bool:
    keys = ("intent", "line", "start", "end", "status", "cycles")
    same = all(getattr(one, key) == getattr(other, key) for key in keys)
    return same and bool({e.start for e in one.evidence} & {e.start for e in other.evidence})


def _kind(kind: str, words: Callable[[Treatment], str]) -> Callable[[SeriesCase], Cell]:
    def read(case: SeriesCase) -> Cell:
        return tuple(part(item, words(item), "name") for item in case.record.treatments if item.kind == kind)

    return read


def _responses(case: SeriesCase) -> Cell:
    told = [item for item in case.record.treatments if item.response and item.intent in _OF_CANCER]
    by_response: dict[tuple[object, ...], list[Treatment]] = {}
    for item in told:
        places = tuple(place.start for place in item.cites.get("response", item.evidence))
        by_response.setdefault((item.response, places), []).append(item)
    parts = []
    for items in by_response.values():
        names = " + ".join(dict.fromkeys(item.name for item in items))
        parts.append(part(items[0], f"{items[0].response} ({names})", "response"))
    return tuple(parts)


def _outcome(case: SeriesCase) -> Cell:
    told = case.record.outcome
    if told is None:
        return ()
    when = wording.date(told.date)
    return (part(told, f"{told.status} ({when})" if when else told.status, "status"),)


def _contradictions(case: SeriesCase) -> Cell:
    return tuple(Part(one.what, tuple(one.evidence)) for one in case.record.contradictions)


def _case_id(case: SeriesCase) -> Cell:
    return (Part(case.case_id, ()),)


def _reference(case: SeriesCase) -> Cell:
    return (Part(case.reference, ()),)


def _spread_panel(panel: Panel) -> bool:
    return not _may_be_primary(panel)


COLUMNS: dict[str, Column] = {
    "case": Column("Case", _case_id, "the document's id, with # and a number where it reports several patients"),
    "diagnosed": Column("Diagnosed", diagnosis, "the earliest date of a specimen, stage, site or drug of the cancer"),
    "age": Column("Age", _of_case("age_at_diagnosis"), "years, at diagnosis"),
    "sex": Column("Sex", _of_case("sex"), "female, male"),
    "site": Column("Primary site", _site, "side, organ, quadrant or clock position"),
    "histology": Column("Histology", _of_case("histology"), "of the primary tumour"),
    "grade": Column("Grade", _of_case("grade"), "histological, 1 to 3"),
    "stage": Column("Stage", _stages, "as stated; a group by SEER's table is marked derived"),
    "subtype": Column("Subtype", _subtype, "surrogate subtype of the primary's first panel, always derived"),
    "primary": Column("Receptors of the primary", _panels(_may_be_primary), "one part a specimen and date"),
    "metastasis": Column("Receptors of metastases", _panels(_spread_panel), "one part a specimen and date"),
    "sites": Column("Sites of spread", _metastases, "present, resolved and possible ones, with their first date"),
    "surgery": Column("Surgery", _kind("surgery", wording.operation), "operations with dates"),
    "systemic": Column("Systemic therapy", _systemic, "drugs with dose, schedule, setting, line, cycles and dates"),
    "radiotherapy": Column("Radiotherapy", _kind("radiotherapy", wording.radiation), "site, dose/fractions, dates"),
    "response": Column("Best response", _responses, "RECIST terms, with the drugs"),
    "outcome": Column("Outcome", _outcome, "what the report tells last of the disease, or the patient's death"),
    "reference": Column("Reference", _reference, "title, journal, year and DOI of the report, or its id"),
    "absent": Column("Sites said to be free", _absent, "sites that the report says are free of disease"),
    "contradictions": Column("Contradictions", _contradictions, "values of the report that cannot both hold"),
}
DEFAULT = tuple(key for key in COLUMNS if key not in ("absent", "contradictions"))


def chosen(names: Sequence[str]) -> dict[str, Column]:
    """The columns of these names, in their order.

    Raises:
        UsageError: a name is unknown or given twice.
    """
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        raise UsageError(f"no column {unknown[0]!r}; choose from {', '.join(COLUMNS)}")
    if len(set(names)) < len(names):
        raise UsageError("a column is named twice; name each once")
    return {name: COLUMNS[name] for name in names}
