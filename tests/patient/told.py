"""Records of short texts for tests."""

from __future__ import annotations

from spacy.language import Language

from pipeline.patient.build import records
from pipeline.patient.model import Metastasis, Record, Treatment


def record(nlp: Language, text: str) -> Record:
    """The record of a text with one patient; every place that it cites holds what it says."""
    (found,) = records(nlp(text), text)
    check_places(found, text)
    return found


def check_places(found: Record, text: str) -> None:
    """Each evidence is what stands at its place, and every object has some."""
    lists = (found.receptor_panels, found.stages, found.treatments, found.metastases, found.literature_cases)
    for item in [found.case, *(item for items in lists for item in items)]:
        assert item.evidence, item
        for place in [*item.evidence, *(e for places in item.cites.values() for e in places)]:
            assert place.text == text[place.start : place.end]
        for key in item.derived:
            assert item.how[key]
    for event in [*found.events, *found.contradictions]:
        assert all(place.text == text[place.start : place.end] for place in event.evidence)


def treatment(found: Record, name: str) -> Treatment:
    (item,) = [t for t in found.treatments if t.name == name]
    return item


def site(found: Record, name: str) -> Metastasis:
    (item,) = [m for m in found.metastases if m.site == name]
    return item
