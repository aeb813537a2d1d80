"""The dated story: what each date is said of, and what lies between the dates or follows from a count of cycles."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.language.numbers import NUMBER, to_int
from pipeline.patient.intervals import Interval, first_day, parse
from pipeline.patient.model import Event, Evidence
from pipeline.patient.purposes import is_anticancer
from pipeline.patient.story import OWN, Passage, Story, unique
from pipeline.values import PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.patient.model import Metastasis, Panel, Stage, Treatment
    from pipeline.patient.timeline import Timeline

_LONGEST = 200
_TOGETHER = 250  # characters between the drugs of one combination
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

        self._words = sorted(self._told())
        self._places = [place for place, _ in self._words]

    def told_in(self, passage: Passage) -> list[str]:
        """A few words of each fact that a passage tells."""
        low, high = (bisect_left(self._places, place) for place in (passage.start, passage.end))
        return [word for _, word in self._words[low:high]]

    def _told(self) -> Iterator[tuple[int, str]]:
        for item in self.treatments:
            if item.status in _GIVEN:
                yield from ((place.start, item.name) for place in item.cites.get("name", ()))
        for site in self.sites:
            yield from ((place.start, f"{site.site} {site.status}") for place in site.cites.get("site", ()))
        for panel in self.panels:
            for places in panel.cites.values():
                yield from ((place.start, f"receptors of {panel.specimen}") for place in places)
        for stage in self.stages:
            for places in stage.cites.values():
                yield from ((place.start, f"stage {stage.tnm or stage.group}") for place in places)

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
        dates: set[str] = set()
        for mark in timeline.marks_in(passage):
            if mark.when.norm() not in dates:
                dates.add(mark.when.norm())
                found.append(_event(story, passage, facts, mark.when.norm(), mark.when.derived, mark.when.how))
        if not dates:
            found += _counted(story, passage, timeline, facts)
    told = {event.evidence[0].start for event in found}
    by_date = {(event.date, event.derived): event for event in reversed(found)}
    for place in sorted(facts.undated(), key=lambda e: e.start):
        around = story.passage(place.start)
        if around is None or around.rank != OWN or around.start in told:
            continue
        when = timeline.at(place.start, around)
        told.add(around.start)
        if when is None:
            # No date, but its place in the story: what was done or found there, in the order of the telling.
            found.append(_event(story, around, facts, None, False, ""))
            continue
        same = by_date.get((when.norm(), when.derived))
        if same is None:
            found.append(_event(story, around, facts, when.norm(), when.derived, when.how))
            by_date[when.norm(), when.derived] = found[-1]
        else:
            same.evidence = unique([*same.evidence, story.quote(around)])
            same.what = _short("; ".join(dict.fromkeys([same.what, _what(around, facts)])))
    return sorted(found, key=lambda e: e.evidence[0].start)


def _event(story: Story, passage: Passage, facts: Facts, date: str | None, derived: bool, how: str) -> Event:
    return Event(
        date=date, derived=derived, how=how or None, what=_what(passage, facts), evidence=[story.quote(passage)]
    )


def _counted(story: Story, passage: Passage, timeline: Timeline, facts: Facts) -> Iterator[Event]:
    """'After four cycles' of 28 days from 2025-04-30 is 2025-08-20 or later: cycles are delayed, never early."""
    count = _AFTER_CYCLES.search(passage.text)
    number = to_int(count["n"].lower()) if count else None
    if count is None or not number:
        return
    place = passage.start + count.end()
    named = {m.value.norm() for m in passage.of("Drug") if 0 <= m.start - place <= len(" of the ")}
    for item in _counted_drugs(passage.start + count.start(), facts):
        if named and item.name not in named:
            continue
        days = cycle_days(item.frequency or "")
        start = parse(item.start or "")
        if days is None or start is None or start.month is None:
            continue
        earliest = first_day(start) + timedelta(days=days * number)
        low = PartialDate(earliest.year, earliest.month, earliest.day if start.day else None)
        date = Interval.between(low, timeline.next_after(passage.end, low)).norm()
        how = f"{item.name} from {item.start}, {number} cycles of {days} days, or later"
        yield _event(story, passage, facts, date, True, how)
        return


def _counted_drugs(place: int, facts: Facts) -> list[Treatment]:
    """The drugs of which cycles are counted at a place: those against cancer begun last before it, in one sentence."""
    drugs = [t for t in facts.treatments if t.kind == "drug" and t.status in _GIVEN and is_anticancer(t.name)]
    begun = [(t.cites["name"][0].start, t) for t in drugs if t.cites.get("name")]
    before = sorted(((at, t) for at, t in begun if at < place), key=lambda pair: -pair[0])
    return [t for at, t in before if before[0][0] - at < _TOGETHER]


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


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"
