"""The abstract of a case, made by the rooms in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.registry.feeds.naaccr import markers, spread, staging, treatment, tumour, words
from pipeline.registry.feeds.naaccr.abstract import Abstract
from pipeline.registry.feeds.naaccr.course import first_course, latest_year

if TYPE_CHECKING:
    from pipeline.registry.cases import RegistryCase


def abstract_of(case: RegistryCase) -> Abstract | str:
    """The abstract of a case, or why it has none."""
    tumour_of = case.record.case
    if tumour_of.primary_site is None:
        return "no primary site is known"
    if tumour_of.laterality == "bilateral":
        return "bilateral: two primaries that the record does not tell apart"
    course = first_course(case.record)
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
