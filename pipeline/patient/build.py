"""The record of each patient of a processed document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.mentions.mention import mentions
from pipeline.patient.case import case
from pipeline.patient.contradictions import across
from pipeline.patient.course import GIVEN
from pipeline.patient.courses import drug_courses
from pipeline.patient.events import Facts, events
from pipeline.patient.intent import advanced_from, settle
from pipeline.patient.literature import literature
from pipeline.patient.metastases import metastases
from pipeline.patient.model import Contradiction, Evidence, Record, Records
from pipeline.patient.outcome import outcome
from pipeline.patient.panels import panels
from pipeline.patient.purposes import is_anticancer
from pipeline.patient.radiation import radiation_courses
from pipeline.patient.refused_classes import refused_classes
from pipeline.patient.staging import ledger
from pipeline.patient.story import Story, cases
from pipeline.patient.surgery import operations
from pipeline.patient.timeline import Timeline
from pipeline.patient.told_cases import told_cases

if TYPE_CHECKING:
    from spacy.tokens import Doc


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
    published, own_rows = literature(source, doc._.layout, mentions(doc))
    made[0].literature_cases = [*published, *told_cases(doc, source)]
    made[0].contradictions += _own_rows(doc, made[0], own_rows)
    return made


def _own_rows(doc: Doc, made: Record, rows: list[Evidence]) -> list[Contradiction]:
    """A drug that the table gives the report's own patient beside one of the record, and the record has not."""
    given = {t.name: t for t in made.treatments if t.status in GIVEN}
    found: list[Contradiction] = []
    for row in rows:
        drugs = [m for m in mentions(doc) if m.label == "Drug" and row.start <= m.start < row.end]
        names = {m.value.norm() for m in drugs}
        for m in drugs:
            partner = next((t for n, t in given.items() if n in names and is_anticancer(n)), None)
            if m.value.norm() in given or "+" in m.value.norm() or partner is None:
                continue
            what = f"{m.value.norm()} (table), which the body does not give"
            found.append(Contradiction(what=what, slot="drug", evidence=[row, partner.evidence[0]]))
    return found


def _record(doc: Doc, text: str, number: str | None) -> Record:
    story = Story(doc, text, number)
    timeline = Timeline(story)
    about = case(story, timeline)
    panels_found, contradictions = panels(story, timeline, about)
    stages, odd = ledger(story, timeline, breast=about.primary_site == "breast")
    sites, denied = metastases(story, timeline, about)
    advanced = advanced_from(story, about.primary_site)
    drugs, otherwise = drug_courses(story, timeline, advanced)
    rays, unlike = radiation_courses(story, timeline)
    surgery = operations(story, timeline)
    courses = sorted([*drugs, *refused_classes(story), *rays, *surgery], key=lambda c: c.first)
    settle(story, timeline, courses, advanced, about.primary_site)
    treatments = [course.item for course in courses]
    contradictions += [*odd, *denied, *otherwise, *unlike]
    contradictions += across(story, timeline, about, sites, treatments)
    return Record(
        case_id=number,
        case=about,
        receptor_panels=panels_found,
        stages=stages,
        treatments=treatments,
        metastases=sites,
        events=events(story, timeline, Facts(treatments, panels_found, stages, sites)),
        contradictions=_once(contradictions),
        outcome=outcome(story, timeline),
    )


def _once(found: list[Contradiction]) -> list[Contradiction]:
    """Each once; what two sentences tell alike of several drugs ('six cycles' or eight) is one contradiction."""
    kept: dict[str, Contradiction] = {}
    alike: dict[tuple[object, ...], Contradiction] = {}
    for contradiction in found:
        about, _, values = contradiction.what.partition(": ")
        key = (contradiction.slot, values, *contradiction.evidence)
        if contradiction.slot == "treatment" and values and key in alike:
            names = alike[key].what.partition(": ")[0]
            if about not in names.split(", "):
                alike[key].what = f"{names}, {about}: {values}"
            continue
        alike[key] = kept.setdefault(contradiction.what, contradiction)
    return list(kept.values())
