"""The record of each patient of a processed document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.patient.case import case
from pipeline.patient.contradictions import across
from pipeline.patient.courses import drug_courses
from pipeline.patient.events import events
from pipeline.patient.intent import is_anticancer, settle
from pipeline.patient.literature import literature
from pipeline.patient.metastases import metastases
from pipeline.patient.model import Record, Records
from pipeline.patient.panels import panels
from pipeline.patient.radiation import radiation_courses
from pipeline.patient.staging import ledger
from pipeline.patient.story import Story, cases
from pipeline.patient.surgery import operations
from pipeline.patient.timeline import Timeline

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from pipeline.patient.model import Contradiction, Treatment


def record(doc: Doc, text: str | None = None) -> Record | Records:
    """One `Record`, or `Records` where the text reports several patients.

    `text` is what went into the pipeline, of which evidence is copied; `doc.text` has odd blanks and hyphens made
    plain, at the same offsets.
    """
    found = records(doc, text)
    return found[0] if len(found) == 1 else Records(found)


def records(doc: Doc, text: str | None = None) -> list[Record]:
    """A record for each patient, in the order in which the text tells of them."""
    source = doc.text if text is None else text
    made = [_record(doc, source, number) for number in cases(doc)]
    made[0].literature_cases = literature(source, doc._.layout)
    return made


def _record(doc: Doc, text: str, number: str | None) -> Record:
    story = Story(doc, text, number)
    timeline = Timeline(story)
    about = case(story, timeline)
    panels_found, contradictions = panels(story, timeline)
    stages, odd = ledger(story, timeline, breast=about.primary_site == "breast")
    sites, denied = metastases(story, timeline, about)
    drugs, otherwise = drug_courses(story, timeline)
    rays, unlike = radiation_courses(story, timeline)
    surgery = operations(story, timeline)
    courses = sorted([*drugs, *rays, *surgery], key=lambda c: c.first)
    settle(story, courses)
    treatments = [course.item for course in courses]
    contradictions += [*odd, *denied, *otherwise, *unlike]
    contradictions += across(story, timeline, about, sites, _first_palliative(treatments))
    return Record(
        case_id=number,
        case=about,
        receptor_panels=panels_found,
        stages=stages,
        treatments=treatments,
        metastases=sites,
        events=events(story, timeline, treatments, panels_found, sites),
        contradictions=_once(contradictions),
    )


def _first_palliative(treatments: list[Treatment]) -> str | None:
    """When the treatment of advanced disease began."""
    starts = [t.start for t in treatments if t.start and t.intent == "palliative" and is_anticancer(t.name)]
    return min(starts, default=None)


def _once(found: list[Contradiction]) -> list[Contradiction]:
    kept: dict[str, Contradiction] = {}
    for contradiction in found:
        kept.setdefault(contradiction.what, contradiction)
    return list(kept.values())
