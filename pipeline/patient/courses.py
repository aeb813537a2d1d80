"""Courses of drugs: which mentions tell of one course, how it was dosed, when it began and ended."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.patient.aftermath import begun_as_planned, go_on, switch
from pipeline.patient.counts import CUT, UP_TO, in_the_nth, share_cycles, take_count
from pipeline.patient.course import GIVEN, Course
from pipeline.patient.course_times import STOPPED_BEFORE, read_times
from pipeline.patient.drug_conflicts import otherwise, unknown
from pipeline.patient.model import Contradiction, Treatment
from pipeline.patient.purposes import is_anticancer
from pipeline.patient.settings import has_relapsed, setting
from pipeline.patient.story import OWN, Passage, Story, unique
from pipeline.values import Drug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.mentions.mention import Mention
    from pipeline.patient.timeline import Timeline

_AGAIN = re.compile(
    r"(?<!not )(?<!never )(?<!no )\b(?:start|began|begun|initiat|commenc|introduc|put on|switch|receiv"
    r"|treated|re-?challeng|enter(?:ed|s)\b)\w*",
    re.I,
)
_RESUMED = re.compile(
    r"(?<!not )(?<!never )(?<!no )\b(?:resum\w+|re-?start\w*|re-?introduc\w+|taken up again|given again)\b", re.I
)
_NOT_RESUMED = re.compile(r"\bnot (?:\w+ )?(?:resumed|restarted|continued|reintroduced)\b", re.I)
_OPERATED = re.compile(r"\b(?:\w+ectom(?:y|ies)|resection|surgery|operation|operated)\b", re.I)
_LAST_WORD = frozenset({"considered", "planned", "declined", "not_given"})


def drug_courses(story: Story, timeline: Timeline, advanced: int) -> tuple[list[Course], list[Contradiction]]:
    """The courses in order of the telling, and what other sections tell of them otherwise.

    `advanced` is the place from which distant spread is known: a drug given again after it is given anew.
    """
    courses: list[Course] = []
    contradictions: list[Contradiction] = []
    active: list[Course] = []
    for passage in story.told():
        started: list[Course] = []
        for m in _drugs(passage):
            if m.status == "absent":
                continue
            if members := _members(courses, m):
                for member in members:
                    _tell(story, timeline, member, passage, m)
                continue
            course = _course(story, courses, passage, m, advanced)
            if passage.rank != OWN and course is not None:
                contradictions += otherwise(story, course, passage, m)
                continue
            if course is None:
                status = m.status or "given"
                aside = passage.kind in ("discussion", "introduction", "conclusion")
                if aside and status in GIVEN:
                    continue
                if passage.kind in ("caption", "alt", "title"):
                    contradictions += unknown(story, courses, passage, m)
                    continue
                course = Course(Treatment(kind="drug", name=m.value.norm(), status=status), first=m.start)
                courses.append(course)
            _tell(story, timeline, course, passage, m)
            if course.item.status in GIVEN:
                started.append(course)
        if passage.rank == OWN:
            switch(timeline, passage, courses, active)
            go_on(story, passage, active)
            here = [c for c in courses if any(p is passage for p, _ in c.said)]
            active = [c for c in started if is_anticancer(c.item.name)] or active
            in_the_nth(story, passage, here or active)
    share_cycles(courses)
    begun_as_planned(story, courses)
    for course in courses:
        _finish(story, course)
    return courses, contradictions


def _drugs(passage: Passage) -> Iterator[Mention]:
    """The drugs of a passage; a regimen whose members stand beside it is told by them."""
    found = passage.of("Drug")
    single = {m.value.norm() for m in found if "+" not in m.value.norm()}
    for m in found:
        parts = m.value.components if isinstance(m.value, Drug) else ()
        if len(parts) > 1 and single & set(parts):
            continue
        yield m


def _members(courses: list[Course], m: Mention) -> list[Course]:
    """The courses of a regimen's drugs where each has been told of by its own name: 'the first dose of AC'."""
    parts = m.value.components if isinstance(m.value, Drug) else ()
    if len(parts) < 2 or (m.status or "given") not in GIVEN or any(c.item.name == m.value.norm() for c in courses):
        return []
    found = [next((c for c in reversed(courses) if c.item.name == part), None) for part in parts]
    known = [c for c in found if c is not None and c.item.status in GIVEN]
    return known if len(known) == len(parts) else []


def _course(story: Story, courses: list[Course], passage: Passage, m: Mention, advanced: int) -> Course | None:
    """The course that a mention goes on telling of, None where it begins another."""
    name, status = m.value.norm(), m.status or "given"
    same = [c for c in courses if c.item.name == name]
    if not same:
        parts = [c for c in courses if set(name.split("+")) <= set(c.item.name.split("+"))]
        told = passage.rank != OWN or status in GIVEN
        return parts[-1] if parts and told and "+" not in name and status in GIVEN and passage.rank != OWN else None
    last = same[-1]
    if passage.rank != OWN:
        return last
    if status in GIVEN:
        named = setting(passage, m)
        if named and last.setting and named != last.setting and last.item.status in GIVEN and is_anticancer(name):
            return next((c for c in reversed(same) if c.setting == named), None)
        if is_anticancer(name) and last.item.status in GIVEN and _comes_anew(story, last, passage, m, named):
            return None
        if STOPPED_BEFORE.search(passage.before(m.start)):
            return last  # 'letrozole replaced tamoxifen'
        turned_down = last.item.status in ("declined", "not_given") and bool(story.parts(m, "DoseOf"))
        if (last.item.status not in GIVEN and not turned_down) or passage is last.said[-1][0]:
            return last
        since = _last_measured(story, last)
        dated = any(d.label == "Date" for d in story.parts(m, "DateOf"))
        measured = bool(story.parts(m, "DoseOf"))
        counts = [c for c in story.parts(m, "CyclesOf") if passage.start <= c.start < passage.end]
        counted = bool(counts) and not CUT.search(passage.text)
        begun = (bool(_AGAIN.search(passage.text)) or (counted and measured)) and (
            counted or measured or bool(story.parts(m, "DateOf"))
        )
        anew: bool = begun and (last.closed or since < advanced <= m.start)
        between = any(since < c.first < passage.start and c.passage is not last.said[-1][0] for c in courses)
        dosed = begun and (measured or dated) and between
        return None if anew or dosed or (last.closed and _AGAIN.search(passage.text)) else last
    if last.item.status in GIVEN:
        if status == "not_given" or passage is last.said[-1][0]:
            return last
        return None
    return last


def _comes_anew(story: Story, last: Course, passage: Passage, m: Mention, named: str | None) -> bool:
    """A drug given once more in another setting: 'adjuvant' after an operation that followed it, or after a relapse
    of what was treated to cure."""
    if passage is last.said[-1][0]:
        return False
    between = story.text[last.said[-1][0].end : m.start]
    if named == "adjuvant" and last.setting is None:
        return _OPERATED.search(between) is not None
    told = last.setting in ("adjuvant", "neoadjuvant") and named is None
    begun = _AGAIN.search(passage.text) or any(
        passage.start <= c.start < passage.end for c in story.parts(m, "CyclesOf")
    )
    return told and bool(begun) and has_relapsed(between)


def _last_measured(story: Story, course: Course) -> int:
    """Where a course was last told of with a dose, a count or a date: 'paclitaxel was chosen' may mean the next one."""
    kinds = ("DoseOf", "CyclesOf", "DateOf")
    places = [m.start for _, m in course.said if any(story.parts(m, kind) for kind in kinds)]
    return places[-1] if places else course.said[-1][1].start


def _tell(story: Story, timeline: Timeline, course: Course, passage: Passage, m: Mention) -> None:
    item, status = course.item, m.status or "given"
    course.said.append((passage, m))
    item.confidence = min(item.confidence, m.confidence)
    if status in GIVEN and (item.status not in GIVEN or (course.closed and _RESUMED.search(passage.text))):
        item.status, course.closed, item.end = "given", False, None
    elif status in _LAST_WORD and item.status in _LAST_WORD:
        item.status = status
    item.cites.setdefault("name", []).append(story.cite(m.start, m.end))
    if status not in GIVEN and item.status in GIVEN:
        if _NOT_RESUMED.search(passage.text) and passage.rank == OWN:
            item.status, course.closed = "stopped", True
        return
    if course.setting is None and passage.rank == OWN:
        course.setting = setting(passage, m)
    for source in (m, *_regimens(passage, m)):
        for dose in story.parts(source, "DoseOf"):
            _take(story, course.doses, item, "dose", dose)
        for frequency in story.parts(source, "FrequencyOf"):
            _take(story, course.frequencies, item, "frequency", frequency)
        for part in story.parts(source, "CyclesOf") if is_anticancer(item.name) else ():
            if not _is_moment(story, passage, part):
                take_count(story, course, passage, part)
        for part in story.parts(source, "DurationOf"):
            if item.duration is None and not _is_moment(story, passage, part) and not _is_in_cycle(story, part):
                item.duration = part.value.norm()
                item.cites["duration"] = [story.cite(part.start, part.end)]
    if item.status in GIVEN and not _declined(course, passage, m):
        read_times(story, timeline, course, passage, m)
    elif item.status in ("considered", "planned"):
        _declined(course, passage, m)


_MOMENT = re.compile(r"(?:^|[.;] )\s*(?:After|At)\s(?:about |the first )?$")


def _is_moment(story: Story, passage: Passage, part: Mention) -> bool:
    """'After 5 weeks of paclitaxel fever developed', 'after 2 cycles the dose was reduced' tell when something else
    happened, not how much was given."""
    if part.label == "Duration":
        return _MOMENT.search(passage.before(part.start)) is not None
    told = story.passage(part.start)
    return told is not None and bool(UP_TO.search(told.before(part.start)) and CUT.search(told.text))


_EACH_CYCLE = re.compile(
    r"[\s,;)]*(?:and )?(?:repeated|repeating|of each|of every|of an? |every|each|per|q ?\d"
    r"|(?:as|in|comprised|for) (?:a|one|each) cycle)",
    re.I,
)


def _is_in_cycle(story: Story, part: Mention) -> bool:
    """'Twice a day for 14 days repeated every 28 days': the days of each cycle are not the length of the course."""
    return part.value.norm().endswith("D") and _EACH_CYCLE.match(story.text, part.end) is not None


_DECLINED_AFTER = re.compile(
    r"^[^.;]{0,90}?\b(?:(?:was|were) (?:then |also |again )?(?:declined|refused|rejected|not accepted)|(?:she|he"
    r"|the patient|patient|the woman)"
    r" (?:\w+ ){0,1}?(?:declined|refused|rejected|did not (?:agree|accept|consent|want)|opted against|would not))",
    re.I,
)
_DECLINED_BEFORE = re.compile(
    r"\b(?:declin|refus|reject)\w* (?:to (?:take|start|receive) |of )?(?:[\w/+-]+,? ){0,5}$", re.I
)


def _declined(course: Course, passage: Passage, m: Mention) -> bool:
    """'X was proposed, but she declined it': the decision of the same sentence."""
    place = m.start - passage.start
    after = _DECLINED_AFTER.match(passage.text[m.end - passage.start :])
    if after and len(course.said) == 1:
        others = [d for d in passage.of("Drug") if m.end < d.start < m.end + after.end() and d.status != m.status]
        if not others:
            course.item.status = "declined"
            return True
    if course.item.status in ("considered", "planned") and _DECLINED_BEFORE.search(passage.text[:place]):
        course.item.status = "declined"
    return False


def _regimens(passage: Passage, m: Mention) -> list[Mention]:
    """The regimens of the passage that a drug belongs to: 'four cycles of TC (docetaxel … and …)'."""
    name = m.value.norm()
    return [
        r for r in passage.of("Drug") if isinstance(r.value, Drug) and r is not m and name in r.value.components
        and len(r.value.components) > 1
    ]  # fmt: skip


def _take(story: Story, kept: list[str], item: Treatment, key: str, part: Mention) -> None:
    norm = part.value.norm()
    if norm not in kept:
        kept.append(norm)
        item.cites.setdefault(key, []).append(story.cite(part.start, part.end))


def _finish(story: Story, course: Course) -> None:
    item = course.item
    item.dose = "; ".join(course.doses) or None
    item.frequency = ", ".join(course.frequencies) or None
    item.evidence = unique([*item.evidence, *(story.quote(p) for p, _ in course.said)])
