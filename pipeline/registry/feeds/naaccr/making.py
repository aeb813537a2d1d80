"""The abstract of a case, made by the rooms in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.registry.feeds.naaccr import markers, spread, staging, treatment, tumour, words
from pipeline.registry.feeds.naaccr.abstract import Abstract
from pipeline.registry.feeds.naaccr.course import first_course, latest_year, several_tumours

if TYPE_CHECKING:
    from pipeline.registry.cases import RegistryCase


def abstract_of(case: RegistryCase) -> Abstract | str:
    """The abstract of a case, or why it has none."""
    if case.record.case.primary_site is None:
        return "no primary site is known"
    course = first_course(case.record)
    if why := several_tumours(case.record, course):
        return why
    abstract = Abstract(case, latest_year(case.record))
    tumour.add(abstract, course)
    if not abstract.has("primarySite"):
        return "its primary site has no topography here"
    markers.add(abstract, course)
    staging.add(abstract, course)
    staging.add_grade(abstract, course)
    spread.add(abstract, course)
    treatment.add(abstract, course)
    treatment.add_response(abstract, course)
    words.add(abstract)
    return abstract
