"""Courses of radiotherapy: name, target, dose and fractions, dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.patient.course import GIVEN, Course
from pipeline.patient.course_times import date_beside, is_plausible
from pipeline.patient.model import Contradiction, Treatment
from pipeline.patient.story import OWN, SAMPLING, Passage, Story, unique

if TYPE_CHECKING:
    from pipeline.mentions.mention import Mention
    from pipeline.patient.timeline import Timeline

# The longer form first.
_NAMES = (
    (re.compile(r"\bFSRT\b|fractionated stereotactic", re.I), "fractionated stereotactic radiotherapy"),
    (re.compile(r"\bSBRT\b|\bSABR\b|stereotactic (?:ablative )?body"
                r"|stereotactic ablative", re.I), "stereotactic body radiotherapy"),
    (re.compile(r"\bSRS\b|stereotactic radio-?surgery|gamma|cyber", re.I), "stereotactic radiosurgery"),
    (re.compile(r"radio-?surgery", re.I), "radiosurgery"),
    (re.compile(r"\bSRT\b|stereotactic", re.I), "stereotactic radiotherapy"),
    (re.compile(r"\bWBRT\b|whole[- ]?brain|pan-?encephalic|holocranial", re.I), "whole-brain radiotherapy"),
    (re.compile(r"high[- ]dose[- ]rate brachy|HDR brachy", re.I), "high-dose-rate brachytherapy"),
    (re.compile(r"brachy", re.I), "brachytherapy"),
    (re.compile(r"\bEBRT\b|external[- ]beam", re.I), "external beam radiotherapy"),
    (re.compile(r"proton", re.I), "proton therapy"),
    (re.compile(r"chemo.?radi|radio-?chemo|(?<!3D-)(?<!3D )(?<!3-D )\bCC?RT\b"
                r"|chemo.{1,3}irradiation", re.I), "chemoradiotherapy"),
)  # fmt: skip
_STEREO = re.compile(r"stereotactic|radiosurgery")
_BOOST = re.compile(r"\bboost\b", re.I)
_PLANNING = re.compile(
    r"\b(?:simulation|planning|contouring)\b[^.]{0,60}\b(?:underway|under way|completed|ongoing|in progress)", re.I
)
_RECEIVED = re.compile(r"\b(?:received|underwent|was treated with|completed)\b", re.I)
_ENDED = re.compile(r"\b(?:ended|completed|finished|until|concluded)\b", re.I)
_OPEN = frozenset({"planned", "considered"})
_REACH = 2  # sentences that a course without a dose of its own can go on for


def radiation_courses(story: Story, timeline: Timeline) -> tuple[list[Course], list[Contradiction]]:
    """The courses in order of the telling, and where two sections tell of one otherwise."""
    courses: list[Course] = []
    contradictions: list[Contradiction] = []
    for passage in story.told():
        for m in passage.of("Radiotherapy"):
            if m.status == "absent" or passage.kind in ("title", "alt"):
                continue
            site = _site(m)
            doses = [d.value.norm() for d in story.parts(m, "DoseOf")]
            status = m.status or "given"
            course = _same(story, courses, passage, m, site, doses, status)
            if passage.rank != OWN and (course is not None or passage.kind != "abstract" or courses):
                if course is not None:
                    contradictions += _planned_or_given(story, course, passage, status)
                continue
            if course is None:
                item = Treatment(kind="radiotherapy", name=_name(passage, m), site=site, status=status)
                course = Course(item, first=m.start)
                courses.append(course)
            _tell(story, timeline, course, passage, m, site, doses)
            courses += _boosts(story, course, passage, m)
    for course in courses:
        item = course.item
        item.dose = "; ".join(course.doses) or None
        item.evidence = unique([*item.evidence, *(story.quote(p) for p, _ in course.said)])
        _imply_site(item)
        _still_planned(story, course)
    return courses, contradictions


def _site(m: Mention) -> str | None:
    return m.value.norm() or None


def _imply_site(item: Treatment) -> None:
    """Radiosurgery without a target is of the brain."""
    if item.site is None and item.name == "stereotactic radiosurgery":
        item.site = "brain"
        item.derive("site", "radiosurgery")


def _name(passage: Passage, m: Mention) -> str:
    text = passage.text[m.start - passage.start : m.end - passage.start]
    near = passage.text[max(0, m.start - passage.start - 22) : m.end - passage.start + 8]
    name = next((name for pattern, name in _NAMES if pattern.search(text)), "radiotherapy")
    return f"{name} boost" if name == "radiotherapy" and _BOOST.search(near) else name


def _same(
    story: Story, courses: list[Course], passage: Passage, m: Mention, site: str | None, doses: list[str], status: str
) -> Course | None:
    """The course that a mention repeats: the same target or none said, no other dose, told nearby or of one kind."""
    for course in reversed(courses):
        known = course.item
        planning = _PLANNING.search(passage.text) is not None
        if (status in GIVEN) != (known.status in GIVEN) and not planning and known.status not in _OPEN:
            continue
        if known.site and site and not set(known.site.split("+")) & set(site.split("+")):
            continue
        if doses and course.doses and not set(doses) & set(course.doses):
            continue
        near = story.number(passage) - story.number(course.said[-1][0])
        if passage.rank == OWN and near > _REACH and (doses or not (site and known.site)):
            continue
        if passage is course.said[-1][0] and _STEREO.search(_name(passage, m)) and not _STEREO.search(known.name):
            continue
        if passage is course.said[-1][0] and doses and not course.doses and m.start - course.said[-1][1].end > 80:
            continue
        return course
    return None


def _tell(
    story: Story, timeline: Timeline, course: Course, passage: Passage, m: Mention, site: str | None, doses: list[str]
) -> None:
    item = course.item
    course.said.append((passage, m))
    item.confidence = min(item.confidence, m.confidence)
    item.cites.setdefault("name", []).append(story.cite(m.start, m.end))
    item.site = item.site or site
    if (m.status or "given") in GIVEN and item.status not in GIVEN:
        item.status = "given"
    if item.name == "radiotherapy":
        item.name = _name(passage, m)
    for dose in story.parts(m, "DoseOf"):
        if course.doses and _BOOST.search(story.text[max(passage.start, dose.start - 40) : dose.start]):
            continue
        if dose.value.norm() not in course.doses:
            course.doses.append(dose.value.norm())
            item.cites.setdefault("dose", []).append(story.cite(dose.start, dose.end))
    if any(r.start <= m.start < r.end for r in passage.of("RelativeDate")):
        return  # '20 months after SRS': the date of the sentence is of something else
    when = timeline.said(m) or (date_beside(timeline, passage, m) if len(passage.of("Radiotherapy")) == 1 else None)
    if when is None or item.start is not None or item.status not in GIVEN:
        return
    low, high = when.interval.start, when.interval.end
    if not is_plausible(item, when.interval):
        return
    if low is not None:
        if when.interval.is_point and _ENDED.search(passage.text):
            item.end = low.norm()
            return
        if _is_of_operation(story, passage, m):
            item.start = f"{low.norm()}/.."
            item.derive("start", "told after the operation of that date")
            return
        item.start = low.norm()
        if high is not None and (not when.interval.is_point or item.name.startswith("stereo")):
            item.end = high.norm()
        if when.derived or timeline.said(m) is None:
            item.derive("start", when.how or "date of the sentence that tells of it")


def _is_of_operation(story: Story, passage: Passage, m: Mention) -> bool:
    """'On 4 October mastectomy was made. Radiotherapy was delivered': the date is of the operation before it."""
    dates = story.parts(m, "DateOf")
    if not dates or any(passage.start <= d.start < passage.end for d in dates):
        return False
    told = story.passage(dates[-1].start)
    return told is not None and any(f.lastgroup == "surgery" for f in SAMPLING.finditer(told.text))


def _boosts(story: Story, course: Course, passage: Passage, m: Mention) -> list[Course]:
    """A boost told with its course is one of its own: '50 Gy in 25 fractions, with a boost of 10 Gy'."""
    found = []
    for dose in story.parts(m, "DoseOf"):
        if dose.value.norm() in course.doses:
            continue
        base = course.item
        item = Treatment(
            kind="radiotherapy",
            name="radiotherapy boost",
            site=base.site,
            status=base.status,
            start=base.start,
            end=base.end,
        )
        item.cites = {"name": [story.cite(dose.start, dose.end)], "dose": [story.cite(dose.start, dose.end)]}
        if base.start:
            item.derive("start", "told with the whole course")
        found.append(Course(item, [(passage, m)], dose.start, doses=[dose.value.norm()]))
    return found


def _planning_of(story: Story, course: Course) -> Passage | None:
    """The passage that tells that a course is still being planned: one of its own or the next."""
    last = course.said[-1][0]
    return next((p for p in (last, story.neighbour(last, 1)) if p is not None and _PLANNING.search(p.text)), None)


def _still_planned(story: Story, course: Course) -> None:
    """'Has initiated radiotherapy. Simulation has been completed, planning is underway': it is not given yet."""
    if course.item.status not in GIVEN:
        return
    after = _planning_of(story, course)
    if after is not None:
        course.item.status = "planned"
        course.item.evidence = unique([*course.item.evidence, story.quote(after)])
        course.item.derive("status", "simulation and planning are still told of")


def _planned_or_given(story: Story, course: Course, passage: Passage, status: str) -> list[Contradiction]:
    after = _planning_of(story, course)
    if after is None or status not in GIVEN or not _RECEIVED.search(passage.text) or "adjuvant" in passage.text:
        return []
    what = f"radiotherapy: received ({passage.kind}) or still being planned ({after.kind})"
    return [Contradiction(what=what, slot="treatment", evidence=[story.quote(passage), story.quote(after)])]
