"""The first course of treatment and the onset: what was before it, and what has come since.

The first course is what was given before a recurrence: neoadjuvant and adjuvant treatment and the operation of the
primary. What is dated or told otherwise, or for advanced disease, is not of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipeline.patient.course import GIVEN
from pipeline.patient.intervals import Interval, parse
from pipeline.patient.purposes import is_anticancer
from pipeline.patient.staging import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.patient.model import Cited, Evidence, Metastasis, Panel, Record, Stage, Treatment
    from pipeline.values import PartialDate

_NODAL = "axillary lymph node"
_NOT_CURATIVE = frozenset({"palliative", "supportive", "other"})
_SAMPLED = frozenset({"biopsy", "cytology"})
_OTHER_CANCER = re.compile(
    r"\b(?:gastric|stomach|lung|pulmonary|colon|colonic|colorectal|rectal|pancreatic|renal|kidney|ovarian|cervical"
    r"|endometrial|thyroid|prostat\w+|bladder|skin|hepatic|hepatocellular) (?:\w+ )?(?:cancer|carcinoma"
    r"|adenocarcinoma|primary)\b", re.I)  # fmt: skip
_ELSEWHERE = re.compile(
    r"\b(?:metasta\w+|recurren\w+|relaps\w+)[^.;]*?(?:carcinoma|cancer|differentiated|grade)\b", re.I
)
_SURGERY_YEAR = timedelta(days=365)  # an operation that is later is of a recurrence or a second primary


@dataclass(frozen=True)
class FirstCourse:
    """`systemic` are drugs and radiation of the first course, `operations` those of breast and axilla, in order of the
    telling; `begun` is the first day by which treatment had begun, `spread` that of advanced disease."""

    systemic: tuple[Treatment, ...]
    operations: tuple[Treatment, ...]
    neoadjuvant: bool
    begun: date | None
    drugs_begun: date | None
    operated: date | None
    spread: date | None

    @property
    def is_one(self) -> bool:
        """Whether the operations are of one course; with one of a year later, what follows may be of a relapse."""
        return self.operated is None or not any(
            is_after(t.start, self.operated + _SURGERY_YEAR) for t in self.operations
        )


def first_course(record: Record) -> FirstCourse:
    """What the record tells of the first course."""
    given = [t for t in record.treatments if t.status in GIVEN]
    against = [t for t in given if _treats(t)]
    systemic = tuple(t for t in against if t.kind != "surgery" and t.intent in ("neoadjuvant", "adjuvant"))
    operations = tuple(
        t for t in against
        if t.kind == "surgery" and t.site in ("breast", _NODAL) and t.intent not in _NOT_CURATIVE
    )  # fmt: skip
    after = any((s.tnm or "").startswith("y") or s.basis == "post-neoadjuvant" for s in record.stages)
    return FirstCourse(
        systemic=systemic,
        operations=operations,
        neoadjuvant=after or any(t.intent == "neoadjuvant" for t in against),
        begun=_by([t for t in against if t.kind != "surgery" or t in operations]),
        drugs_begun=_by(t for t in against if t.kind != "surgery"),
        operated=_by(operations),
        spread=_by(t for t in against if t.intent == "palliative"),
    )


def _treats(item: Treatment) -> bool:
    return item.kind in ("surgery", "radiotherapy") or (item.kind == "drug" and is_anticancer(item.name))


def _by(items: Iterable[Treatment]) -> date | None:
    """The day by which the first of them had surely begun."""
    return min((last for t in items if (last := bounds(t.start)[1]) != date.max), default=None)


def bounds(when: str | None) -> tuple[date, date]:
    """The first and the last day that a date of the record allows; all days where it has none."""
    found = Interval.parse(when) if when else None
    return found.bounds() if found else (date.min, date.max)


def is_after(when: str | None, day: date | None) -> bool:
    """Whether a date is surely later than a day."""
    return day is not None and bounds(when)[0] > day


def primary_panels(record: Record) -> list[Panel]:
    """The panels that the text says are of the primary; where it names no specimen it may be any."""
    return [p for p in record.receptor_panels if p.specimen == "primary" and "specimen" not in p.derived]


def untreated_panels(record: Record, course: FirstCourse) -> list[Panel]:
    """The panels of the primary before neoadjuvant therapy, or of an operation that was the first treatment.

    None at all where the one told first is not among them: which of the others was the first is then not known.
    """
    panels = primary_panels(record)
    if not panels or not _is_untreated(panels[0], course):
        return []
    return [p for p in panels if _is_untreated(p, course)]


def _is_untreated(panel: Panel, course: FirstCourse) -> bool:
    if panel.procedure == "surgery":
        return not course.neoadjuvant and not is_after(panel.date, course.drugs_begun)
    if is_after(panel.date, course.begun):
        return False
    return panel.procedure in _SAMPLED or not course.neoadjuvant


def initial_stages(record: Record, course: FirstCourse) -> list[Stage]:
    """The stages of the diagnosis and of the first operation, in order of the telling.

    A clinical stage that is told after the pathological one is of a relapse, or of another cancer; so is a stage whose
    sentence names the cancer of another organ.
    """
    found: list[Stage] = []
    for stage in record.stages:
        late = stage.basis == "clinical" and any(s.basis == "pathological" for s in found)
        if _is_at_onset(stage, course) and not late and not names_other_cancer(stage.evidence, record):
            found.append(stage)
    return found


def _is_at_onset(stage: Stage, course: FirstCourse) -> bool:
    """Whether a stage is dated like one of the diagnosis: clinical before treatment, pathological by the operation."""
    if stage.basis == "clinical":
        return not is_after(stage.date, course.begun)
    if stage.basis not in ("pathological", "post-neoadjuvant") or is_after(stage.date, course.spread):
        return False
    return course.operated is None or not is_after(stage.date, course.operated + _SURGERY_YEAR)


def names_other_cancer(places: Iterable[Evidence], record: Record) -> bool:
    """Whether one of some sentences names the cancer of an organ other than the breast, for a cancer of the breast."""
    return record.case.primary_site == "breast" and any(_OTHER_CANCER.search(e.text) for e in places)


def tells_elsewhere(place: Evidence) -> bool:
    """Whether a sentence may tell the type of spread or relapse: 'metastatic … carcinoma'."""
    return _ELSEWHERE.search(place.text) is not None


def several_tumours(record: Record, course: FirstCourse) -> str | None:
    """Why the facts of a record may be of more than one tumour, None where nothing speaks for it."""
    if record.case.laterality == "bilateral":
        return "bilateral: two primaries that the record does not tell apart"
    if record.case.primary_site != "breast" and (
        any(t.site == "breast" for t in course.operations)
        or any(marker in p.results for p in record.receptor_panels for marker in ("ER", "PR"))
    ):
        return "facts of a cancer of the breast beside those of another primary"
    for basis in ("clinical", "pathological"):
        said = {plain(s.tnm) for s in initial_stages(record, course) if s.basis == basis and s.tnm}
        if len(said) > 1:
            return "two stages at diagnosis, perhaps of two tumours"
    return None


def diagnosis(record: Record, course: FirstCourse) -> tuple[str, Panel] | None:
    """The date of the biopsy that first showed the cancer, and its panel; None where it is not dated by itself."""
    panels = untreated_panels(record, course)
    if not panels or panels[0].procedure not in _SAMPLED:
        return None
    day = exact(panels[0].date)
    if day is None or panels[0].how.get("date", "date of the sampling") != "date of the sampling":
        return None
    first = bounds(panels[0].date)[0]
    earlier = any(bounds(x)[1] < first for x in _dates(record))
    return None if earlier else (day, panels[0])


def latest_year(record: Record) -> int | None:
    """The last year in which the cancer can have been diagnosed: whatever is dated of it came then or later."""
    return min((last.year for x in _dates(record) if (last := bounds(x)[1]) != date.max), default=None)


def _dates(record: Record) -> Iterator[str | None]:
    yield from (p.date for p in record.receptor_panels)
    yield from (s.date for s in record.stages)
    yield from (t.start for t in record.treatments if t.status in GIVEN and _is_of_cancer(t))
    yield from (m.date for m in record.metastases if _is_there(m))


def _is_of_cancer(item: Treatment) -> bool:
    return _treats(item) and (item.kind != "surgery" or item.site in ("breast", _NODAL)) and item.intent != "other"


def _is_there(site: Metastasis) -> bool:
    return site.status in ("present", "resolved")


def dated(places: Sequence[Evidence], when: str | None) -> tuple[Evidence, ...]:
    """Those of some sentences that hold the year of a date; all where none does."""
    return tuple(e for e in places if when and when[:4] in e.text) or tuple(places)


def exact(when: str | None) -> str | None:
    """`20191016`, `201910`, `2019` of a date; None of an interval, or of no date."""
    found = parse(when) if when else None
    return _digits(found) if found else None


def said(item: Cited, key: str) -> str | None:
    """A date of an item as `exact` gives it, unless a rule reckoned it."""
    return None if key in item.derived else exact(getattr(item, key))


def _digits(when: PartialDate) -> str:
    return when.norm().replace("-", "")
