"""The dated story: one event a date that is told, and the undated treatments between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.patient.model import Event, Evidence
from pipeline.patient.story import OWN, Passage, Story, unique

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.patient.model import Metastasis, Panel, Treatment
    from pipeline.patient.timeline import Timeline

_LONGEST = 200


def events(
    story: Story,
    timeline: Timeline,
    treatments: Sequence[Treatment],
    panels: Sequence[Panel],
    sites: Sequence[Metastasis],
) -> list[Event]:
    """The events in order of the telling: what the sentence of each date says, its tables of facts first."""
    found: list[Event] = []
    for passage in story.passages:
        if passage.rank != OWN:
            continue
        for mark in timeline.marks:
            if not passage.start <= mark.start < passage.end:
                continue
            when = mark.when
            told = _what(story, passage, treatments, panels, sites)
            if any(e.date == when.norm() and e.evidence[0].start == passage.start for e in found):
                continue
            found.append(
                Event(
                    date=when.norm(),
                    derived=when.derived,
                    how=when.how or None,
                    what=told,
                    evidence=[story.quote(passage)],
                )
            )
    for item in treatments:
        _between(story, timeline, item, found)
    return sorted(found, key=lambda e: e.evidence[0].start)


def _between(story: Story, timeline: Timeline, item: Treatment, found: list[Event]) -> None:
    """A treatment given at no date of its own lies between the dates around it."""
    if item.status not in ("given", "stopped", "ongoing") or item.start or item.kind == "other":
        return
    if item.kind == "drug" and item.intent in ("supportive", "other"):
        return
    cited = item.cites.get("name", [])
    passage = next((p for p in story.passages if cited and p.start <= cited[0].start < p.end), None)
    if passage is None or passage.rank != OWN or any(e.evidence[0].start == passage.start for e in found):
        return
    when = timeline.at(cited[0].start, passage)
    if when is not None:
        found.append(
            Event(
                date=when.norm(),
                derived=True,
                how=when.how or None,
                what=_short(passage.text),
                evidence=[story.quote(passage)],
            )
        )


def _what(
    story: Story,
    passage: Passage,
    treatments: Sequence[Treatment],
    panels: Sequence[Panel],
    sites: Sequence[Metastasis],
) -> str:
    """A few words of the facts of a sentence; the sentence where it holds none."""
    words: list[str] = []
    for item in treatments:
        if _in(passage, item.cites.get("name", [])) and item.status in ("given", "stopped", "ongoing"):
            words.append(item.name)
    for site in sites:
        if _in(passage, site.cites.get("site", [])):
            words.append(f"{site.site} {site.status}")
    for panel in panels:
        if any(_in(passage, places) for key, places in panel.cites.items() if key.startswith("results.")):
            words.append(f"receptors of {panel.specimen}")
    return ", ".join(dict.fromkeys(words)) or _short(passage.text)


def _in(passage: Passage, places: Sequence[Evidence]) -> bool:
    return any(passage.start <= place.start < passage.end for place in unique(places))


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"
