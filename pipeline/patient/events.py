"""The dated story: what each date is said of, and what lies between the dates or follows from a count of cycles."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from pipeline.language.numbers import NUMBER, to_int
from pipeline.patient.course import GIVEN
from pipeline.patient.intervals import Interval, first_day, parse
from pipeline.patient.model import Event
from pipeline.patient.moments import When
from pipeline.patient.purposes import is_anticancer
from pipeline.patient.story import OWN, Passage, Story
from pipeline.relations.dating import CUES
from pipeline.values import PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.patient.model import Metastasis, Panel, Stage, Treatment
    from pipeline.patient.timeline import Timeline

_LONGEST = 200
_TOGETHER = 250  # characters between the drugs of one combination
_RESULTS_WITHIN = 15  # sentences from an examination to its results
_TESTED = (
    r"(?:re-?)?biops\w+|cytolog\w+|aspirat\w+|PET|CT|MRI?|scan\w*|scintigra\w+|ultraso\w+|mammogra\w+|\w*scopy|bx|FNAC?"
    r"|puncture"
)
_ANOTHER = re.compile(rf"\b(?:{_TESTED})\b", re.I)
_EXAMINED = re.compile(rf"\b(?:{_TESTED}|\w{{3,}}(?:ectomy|otomy)|resect\w+|excis\w+|operat\w+|surgery)\b", re.I)
_COUNT = re.compile(r"\b\d{1,2}\s?/\s?\d{1,2}\b")
_EXAMINED_BEFORE = re.compile(rf"{_EXAMINED.pattern}|\b(?:diagnos\w+|conserving|specimen|sampl\w+)\b", re.I)
_NEWS = re.compile(
    rf"{_EXAMINED.pattern}|\b(?:new|appear\w*|progress\w*|relaps\w*|recur\w*|enlarg\w*|grew|grown|increas\w*|decreas\w*"
    r"|reduc\w*|regress\w*|shr[aiu]nk\w*|disappear\w*|vanish\w*|melted|resolv\w*|respon\w*|stable|smaller|larger"
    r"|histolog\w*|patholog\w*|specimens?|found|reveal\w*|show\w*|detected|confirmed|demonstrated)\b",
    re.I,
)
_OF_REPORT = re.compile(
    r"\b(?:this|our|the present) (?:case|report)\b|\bwe (?:now |here )?(?:describe|report|present)\b"
    r"|\bto our knowledge\b",
    re.I,
)
_OPENS = re.compile(r"(?:(?:and|but|then|however|about|approximately|nearly|at|on|in|only),? ?){0,3}", re.I)
_AFTER_CYCLES = re.compile(rf"\bafter (?:the )?(?:first |next )?(?P<n>{NUMBER}|\d{{1,2}}) (?:\w+ )?cycles?\b", re.I)
_CYCLE = re.compile(
    r"\b(?P<n>\d{1,2})[- ](?P<unit>day|week)s?[- ]cycles?|every (?P<every>\w+) (?P<every_unit>days?|weeks?)"
    r"|\bq(?P<q>\d)w\b"
    r"|(?P<weekly>\d)[- ]weekly|of (?P<of>28|21)\b", re.I)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Step:
    """A fact that marks a step: its place, and whether a course is told to be over, a site was told of before.

    A course is a step of its own; a result (stage, receptors) belongs to the examination told before it.
    """

    place: int
    kind: Literal["course", "result", "finding"]
    over: bool = False
    again: bool = False


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

        self._starts = {item.start for item in treatments if not _is_aside(item)}
        self._words = sorted(self._told())
        self._places = [place for place, _ in self._words]

    def told_in(self, passage: Passage) -> list[str]:
        """A few words of each fact that a passage tells."""
        low, high = (bisect_left(self._places, place) for place in (passage.start, passage.end))
        return [word for _, word in self._words[low:high]]

    def _told(self) -> Iterator[tuple[int, str]]:
        for item in self.treatments:
            if item.status in GIVEN:
                yield from ((place.start, item.name) for place in item.cites.get("name", ()))
        for site in self.sites:
            yield from ((place.start, f"{site.site} {site.status}") for place in site.cites.get("site", ()))
        for panel in self.panels:
            for places in panel.cites.values():
                yield from ((place.start, f"receptors of {panel.specimen}") for place in places)
        for stage in self.stages:
            for places in stage.cites.values():
                yield from ((place.start, f"stage {stage.tnm or stage.group}") for place in places)

    def undated(self) -> Iterator[_Step]:
        """What marks a step of the story where its sentence gives no date."""
        for item in self.treatments:
            if item.status in GIVEN and not _is_aside(item) and item.cites.get("name"):
                yield _Step(item.cites["name"][0].start, "course", item.status == "stopped")
        for cites in (told.cites for part in (self.stages, self.panels) for told in part):
            yield _Step(next(iter(cites.values()))[0].start, "result")
        for site in self.sites:
            if site.status in ("present", "resolved"):
                for number, place in enumerate(site.cites.get("site", site.evidence)):
                    yield _Step(place.start, "finding", again=number > 0)

    def begins_with(self, date: PartialDate) -> bool:
        """Whether a treatment of the cancer is told to begin on a date."""
        return date.norm() in self._starts


def _is_aside(item: Treatment) -> bool:
    return item.kind == "drug" and item.intent in ("supportive", "other")


def events(story: Story, timeline: Timeline, facts: Facts) -> list[Event]:
    """The events in order of the telling."""
    found: list[Event] = []
    own = [p for p in story.passages if p.rank == OWN]
    for passage in own:
        dates: set[str] = set()
        for mark in timeline.marks_in(passage):
            if mark.aside and not facts.told_in(passage):
                continue  # 'a haemangioma known since 2011'
            if mark.when.norm() not in dates:
                dates.add(mark.when.norm())
                found.append(_event(story, passage, facts, mark.when.norm(), mark.when.derived, mark.when.how))
        if not dates:
            counted = list(_counted(story, passage, timeline, facts))
            found += counted or _timed(story, passage, timeline, facts)
    _add_undated(story, timeline, facts, found)
    for event in found:
        event.evidence.sort(key=lambda e: e.start)
    return sorted(found, key=lambda e: e.evidence[0].start)


def _add_undated(story: Story, timeline: Timeline, facts: Facts, found: list[Event]) -> None:
    """The steps that no date tells: put to the event that they belong to, else events of their own.

    What lies between the same two dates is one event, treatments apart from what was found.
    """
    by_date = {(event.date, event.derived): event for event in reversed(found)}
    homes = {event.evidence[0].start: event for event in reversed(found)}  # the event of each sentence that has one
    intervals: dict[tuple[str, bool], Event] = {}
    steps = sorted(facts.undated(), key=lambda s: s.place)
    courses = _courses(story, steps)
    for step in steps:
        around = story.passage(step.place)
        if around is None or around.rank != OWN or around.start in homes or _is_no_step(around, step):
            continue
        event = None if around.start in courses else _examination(story, around, step, homes)
        when = timeline.at(step.place, around) if event is None else None
        if when is not None:
            goes_on = not courses.get(around.start, True)
            interval = _of_course(when.interval, facts) if goes_on else when.interval
            when = When(interval, when.derived, when.how)
            event = by_date.get((when.norm(), when.derived)) if interval.is_point else None
            event = event or intervals.get((when.norm(), around.start in courses))
        if event is not None:
            _join(story, event, around, facts)
        elif when is not None:
            event = _event(story, around, facts, when.norm(), when.derived, when.how)
            intervals[when.norm(), around.start in courses] = event
            found.append(event)
        else:
            # No date, but its place in the story: what was done or found there, in the order of the telling.
            event = _event(story, around, facts, None, False, "")
            found.append(event)
        homes[around.start] = event


def _courses(story: Story, steps: list[_Step]) -> dict[int, bool]:
    """The sentences that tell of a course, each with whether all that it tells of are over."""
    found: dict[int, bool] = {}
    for step in steps:
        if step.kind == "course" and (passage := story.passage(step.place)) is not None:
            found[passage.start] = found.get(passage.start, True) and step.over
    return found


def _is_no_step(passage: Passage, step: _Step) -> bool:
    """Whether a site is told to be free there, or is named again without an examination or a change of it."""
    if step.kind != "finding":
        return False
    if step.again and (_OF_REPORT.search(passage.text) or not _NEWS.search(passage.events)):
        return True
    return any(m.start == step.place and m.status == "absent" for m in passage.of("Site"))


def _of_course(interval: Interval, facts: Facts) -> Interval:
    """When a course without dates may have been: till the next treatment begins, else its end is not known.

    That a relapse or a visit is told next says nothing of its end: tamoxifen may go on beyond it.
    """
    if interval.is_point or interval.start is None or interval.end is None or facts.begins_with(interval.end):
        return interval
    return Interval(interval.start, None)


def _examination(story: Story, passage: Passage, step: _Step, homes: dict[int, Event]) -> Event | None:
    """The event that a result belongs to: the one told last before it, unless its sentence names an examination.

    What was found is a result where the sentence begins as one or counts nodes ('The submucosa was infiltrated').
    """
    if step.kind == "course" or _EXAMINED.search(passage.events):
        return None
    if step.kind == "finding" and not (CUES["same"].match(passage.text) or _COUNT.search(passage.text)):
        return None
    here = story.number(passage)
    for number in range(here - 1, max(-1, here - 1 - _RESULTS_WITHIN), -1):
        before = story.passages[number]
        last = homes.get(before.start)
        if last is not None:
            told = (story.passage(e.start) for e in last.evidence[:_RESULTS_WITHIN])
            return last if any(p is not None and _EXAMINED_BEFORE.search(p.events) for p in told) else None
        if _ANOTHER.search(before.events):
            return None
    return None


def _join(story: Story, event: Event, passage: Passage, facts: Facts) -> None:
    event.evidence.append(story.quote(passage))
    event.what = _short("; ".join(dict.fromkeys([event.what, _what(passage, facts)])))


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


def _timed(story: Story, passage: Passage, timeline: Timeline, facts: Facts) -> Iterator[Event]:
    """'On day 16 she vomited': a step of the story of which the text does not say from when the time is counted."""
    times = [m for m in passage.of("RelativeDate") if getattr(m.value, "sign", "") == "+"]
    if any(_OPENS.fullmatch(passage.before(m.start)) for m in times):
        when = timeline.at(passage.start, passage)
        norm, how = (when.norm(), when.how) if when is not None else (None, "")
        yield _event(story, passage, facts, norm, when is not None, how)


def _counted_drugs(place: int, facts: Facts) -> list[Treatment]:
    """The drugs of which cycles are counted at a place: those against cancer begun last before it, in one sentence."""
    drugs = [t for t in facts.treatments if t.kind == "drug" and t.status in GIVEN and is_anticancer(t.name)]
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
