"""The dated story: what each date is said of, and what lies between the dates or follows from a count of cycles."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.language.numbers import NUMBER, to_int
from pipeline.patient.intervals import first_day, parse
from pipeline.patient.model import Event, Evidence
from pipeline.patient.story import OWN, Passage, Story, unique

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.patient.model import Metastasis, Panel, Stage, Treatment
    from pipeline.patient.timeline import Timeline

_LONGEST = 200
_GIVEN = frozenset({"given", "stopped", "ongoing"})
_AFTER_CYCLES = re.compile(rf"\bafter (?:the )?(?:first |next )?(?P<n>{NUMBER}|\d{{1,2}}) (?:\w+ )?cycles?\b", re.I)
_CYCLE = re.compile(
    r"\b(?P<n>\d{1,2})[- ](?P<unit>day|week)s?[- ]cycles?|every (?P<every>\w+) (?P<every_unit>days?|weeks?)"
    r"|\bq(?P<q>\d)w\b"
    r"|(?P<weekly>\d)[- ]weekly|of (?P<of>28|21)\b", re.I)  # fmt: skip


class Facts:
    """The parts of a record whose telling makes events."""

    def __init__(
        self,
        treatments: Sequence[Treatment],
        panels: Sequence[Panel],
        stages: Sequence[Stage],
        sites: Sequence[Metastasis],
    ) -> None:
        self.treatments, self.panels, self.stages, self.sites = treatments, panels, stages, sites

    def told_in(self, passage: Passage) -> Iterator[str]:
        """A few words of each fact that a passage tells."""
        for item in self.treatments:
            if _in(passage, item.cites.get("name", [])) and item.status in _GIVEN:
                yield item.name
        for site in self.sites:
            if _in(passage, site.cites.get("site", [])):
                yield f"{site.site} {site.status}"
        for panel in self.panels:
            if any(_in(passage, places) for key, places in panel.cites.items() if key.startswith("results.")):
                yield f"receptors of {panel.specimen}"
        for stage in self.stages:
            if any(_in(passage, places) for places in stage.cites.values()):
                yield f"stage {stage.tnm or stage.group}"

    def undated(self) -> Iterator[Evidence]:
        """The places of what has no date of its own and marks a step of the story."""
        for item in self.treatments:
            aside = item.kind == "drug" and item.intent in ("supportive", "other")
            if item.status in _GIVEN and not aside and item.cites.get("name"):
                yield item.cites["name"][0]
        for stage in self.stages:
            yield next(iter(stage.cites.values()))[0]
        for panel in self.panels:
            yield next(iter(panel.cites.values()))[0]
        for site in self.sites:
            if site.status in ("present", "resolved"):
                yield site.cites["site"][0] if "site" in site.cites else site.evidence[0]


def events(story: Story, timeline: Timeline, facts: Facts) -> list[Event]:
    """The events in order of the telling."""
    found: list[Event] = []
    own = [p for p in story.passages if p.rank == OWN]
    for passage in own:
        for mark in timeline.marks:
            if passage.start <= mark.start < passage.end and not _has(found, mark.when.norm(), passage):
                found.append(_event(story, passage, facts, mark.when.norm(), mark.when.derived, mark.when.how))
        found += _counted(story, passage, facts)
    for place in sorted(facts.undated(), key=lambda e: e.start):
        passage_of = next((p for p in own if p.start <= place.start < p.end), None)
        if passage_of is None or any(e.evidence[0].start == passage_of.start for e in found):
            continue
        when = timeline.at(place.start, passage_of)
        if when is None:
            continue
        same = next((e for e in found if e.date == when.norm() and e.derived == when.derived), None)
        if same is None:
            found.append(_event(story, passage_of, facts, when.norm(), when.derived, when.how))
        else:
            same.evidence = unique([*same.evidence, story.quote(passage_of)])
            same.what = _short("; ".join(dict.fromkeys([same.what, _what(passage_of, facts)])))
    return sorted(found, key=lambda e: e.evidence[0].start)


def _has(found: Sequence[Event], date: str, passage: Passage) -> bool:
    return any(e.date == date and e.evidence[0].start == passage.start for e in found)


def _event(story: Story, passage: Passage, facts: Facts, date: str, derived: bool, how: str) -> Event:
    return Event(
        date=date, derived=derived, how=how or None, what=_what(passage, facts), evidence=[story.quote(passage)]
    )


def _counted(story: Story, passage: Passage, facts: Facts) -> Iterator[Event]:
    """'After four cycles' of 28 days from 2025-04-30 is 2025-08-20 or later: cycles are delayed, never early."""
    count = _AFTER_CYCLES.search(passage.text)
    number = to_int(count["n"].lower()) if count else None
    if count is None or not number:
        return
    place = passage.start + count.start()
    before = [t for t in facts.treatments if t.cites.get("name") and t.cites["name"][0].start < place]
    given = [t for t in before if t.kind == "drug" and t.status in _GIVEN and t.start]
    for item in reversed(given):
        days = cycle_days(item.frequency or "")
        start = parse((item.start or "").partition("/")[0])
        if days is None or start is None or start.month is None:
            continue
        earliest = first_day(start) + timedelta(days=days * number)
        date = earliest.isoformat() if start.day else f"{earliest:%Y-%m}"
        how = f"{item.name} from {item.start}, {number} cycles of {days} days, or later"
        yield _event(story, passage, facts, f"{date}/..", True, how)
        return


def cycle_days(frequency: str) -> int | None:
    """The length of a cycle in days as a schedule tells it; None where it does not."""
    found = _CYCLE.search(frequency)
    if found is None:
        return None
    if found["n"]:
        return int(found["n"]) * (7 if found["unit"].lower() == "week" else 1)
    if found["every"]:
        number = to_int(found["every"].lower()) or 0
        return number * (7 if found["every_unit"].lower().startswith("week") else 1) or None
    weeks = found["q"] or found["weekly"]
    return int(weeks) * 7 if weeks else int(found["of"])


def _what(passage: Passage, facts: Facts) -> str:
    """The facts of a sentence in a few words; the sentence where it holds none."""
    return ", ".join(dict.fromkeys(facts.told_in(passage))) or _short(passage.text)


def _in(passage: Passage, places: Sequence[Evidence]) -> bool:
    return any(passage.start <= place.start < passage.end for place in places)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"
