"""Which line of systemic treatment of advanced disease a drug was given in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.patient.course import GIVEN, Course
from pipeline.patient.purposes import is_anticancer, is_endocrine
from pipeline.patient.settings import TURN, said_line
from pipeline.patient.story import OWN, Passage, Story

if TYPE_CHECKING:
    from collections.abc import Sequence

_SWITCH = re.compile(r"\b(?:switch\w*|swap\w*|chang\w+|exchang\w+|replac\w+|substitut\w+)\b[^.;]*$", re.I)
_IT_WAS = re.compile(
    r"\b(?:it|this|both|they|which) (?:was|were|had to be) (?:then )?(?:switch|swap|chang|exchang|replac)", re.I
)
_GROWTH = re.compile(
    r"\b(?:fresh|metastas\w*|spread|progress\w*|relaps\w*|recur\w*|new|grew|growth|increas\w*|resistan\w*)\b", re.I
)
_PROGRESS = re.compile(
    r"\b(?:progress(?:ed|ion|ive|ing)|relaps\w+|recur\w+|fail(?:ed|ure)|refractory|resistan\w+|unresponsive|grew|grown"
    r"|enlarg\w+|fresh|new|worsen\w*|escap\w+|did not respond|no response|(?:without|no) (?:\w+ )?(?:effect|benefit)"
    r"|(?:growth|increase|rise|spread) (?:of|in)|(?:increas|ris|rose|climb|elevat)\w*[^.;,]{0,40}\b(?:CEA|PSA|CA"
    r"|marker)s?"
    r"|appear\w* (?:[\w-]+ ){0,3}(?:lesions?|nodules?|mass(?:es)?|metasta\w+)"
    r"|(?:lesions?|nodules?|mass(?:es)?)\b[^.;]{0,30}\b(?:appeared|emerged|developed)"
    r"|metasta(?:sis|ses)\b[^.;]{0,60}\b(?:appeared|emerged|developed|found|detected|seen|confirmed|diagnosed)"
    r"|(?:show|demonstrat|reveal|disclos|found|detect|confirm|develop|notic|uncover)\w*\b[^.;]{0,60}\bmetasta\w+"
    r"|(?:CEA|PSA|CA[ -][\d.-]+|markers?)\b[^.;,]{0,40}\b(?:increas|ris|rose|climb|doubl|trebl|tripl)\w*)\b",
    re.I,
)
_BETTER = re.compile(
    r"\b(?:smaller|shr[aiu]nk\w*|regress\w*|reduc\w+|decreas\w*|diminish\w*|disappear\w*|resol\w+|stable|unchanged"
    r"|response|remission)\b",
    re.I,
)
_DENIED = re.compile(r"\b(?:no|not|without|free|until|risk|absence|neither|nor|never)\b[^.;,]{0,40}$", re.I)
_PRETREATED = re.compile(
    r"\b(?:heavily|extensively|previously) (?:pre-?)?treated\b"
    r"|\b(?:several|multiple|many|numerous|various|two|three|four|five|\d) (?:\w+ ){0,3}?(?:lines|regimens)\b",
    re.I,
)
_LOCAL = re.compile(
    r"\b(?:intrathecal(?:ly)?|intraventricular|intrapleural|intraperitoneal|intralesional|electrochemo\w*|HIPEC|hyperthermic)\b[^,;.]*$",
    re.I,
)
_JOINS = re.compile(
    r"\b(?:(?:continued|maintained|kept|went on) with|(?:was|were) (?:then |later )?added to"
    r"|maintenance(?: therapy| treatment)?"
    r"(?: was| were| with| of)?)\b[^.;]*$",
    re.I,
)
_FAILED_ON = re.compile(
    r"\b(?:progress\w*|fail\w*|relaps\w*|refractory|resistan\w*) (?:after|on|to|of|under|following|with)"
    r" (?:[\w-]+ ){0,3}$",
    re.I,
)
_AS_MAINTENANCE = re.compile(r"[^.;,]{0,30}\bmaintenance\b", re.I)


def number_lines(story: Story, courses: Sequence[Course]) -> None:
    """Number the lines of systemic treatment of advanced disease: drugs begun in one sentence are one line.

    A new line is one after growth was told; what follows without it may be maintenance, and has no number unless one
    is said, nor have those after it. What is added to drugs that go on belongs to their line, as does what replaces a
    drug that was not borne; a drug into the spinal fluid is local treatment.
    """
    line: int | None = None
    last: tuple[Passage, int] | None = None  # where the line began
    for course in courses:
        item = course.item
        if item.intent != "palliative" or item.status not in GIVEN or not is_anticancer(item.name):
            continue
        passage, m = course.said[0]
        if _LOCAL.search(passage.before(m.start)):
            continue
        said = said_line(passage, m)
        if said is not None:
            item.line = line = said
        else:
            if last is None:
                line = None if _is_pretreated(story, m.start) else 1
            elif not _is_same(story, course, courses, line, last):
                grown = _has_grown(story, last[1], m.start) or _FAILED_ON.search(last[0].before(last[1]))
                line = line + 1 if line is not None and (grown or _is_stopped(course, courses, line)) else None
            if line is not None:
                item.line = line
                item.derive("line", "counted from the first treatment of advanced disease")
        last = (passage, m.start)


def _is_same(
    story: Story, course: Course, courses: Sequence[Course], line: int | None, last: tuple[Passage, int]
) -> bool:
    """Whether a drug belongs to the line before it."""
    passage, m = course.said[0]
    before = passage.before(m.start)
    if passage is last[0] and not TURN.search(story.text[last[1] : m.start]):
        return not (_has_grown(story, last[1], m.start) or _FAILED_ON.search(passage.before(last[1])))
    if _JOINS.search(before) or _AS_MAINTENANCE.match(passage.after(m.end)):
        return True
    return line is not None and (_given_again(course, courses, line) or _for_tolerance(course, courses, line))


def _has_grown(story: Story, low: int, high: int) -> bool:
    """Whether the disease is told to have grown between two places."""
    for passage in story.passages:
        if passage.rank != OWN or passage.end <= low or passage.start >= high:
            continue
        text = story.text[max(low, passage.start) : min(high, passage.end)]
        for found in _PROGRESS.finditer(text):
            told = "metasta" in found.group().lower() and _BETTER.search(text)
            if not told and not _DENIED.search(text[: found.start()]):
                return True
    return False


def _is_pretreated(story: Story, place: int) -> bool:
    """'Heavily pretreated', 'after three lines': the first drug that is named is not the first that was given."""
    told = (p for p in story.passages if p.rank == OWN and p.start <= place)
    return any(_PRETREATED.search(p.text) for p in told)


def _is_stopped(course: Course, courses: Sequence[Course], line: int) -> bool:
    """Whether all of the line before was stopped, and a course is no hormone for maintenance after it."""
    before = [c.item for c in courses if c.item.line == line and c.first < course.first]
    hormone = is_endocrine(course.item.name) and not any(is_endocrine(item.name) for item in before)
    return bool(before) and all(item.status == "stopped" for item in before) and not hormone


def _given_again(course: Course, courses: Sequence[Course], line: int) -> bool:
    """Whether all that is begun with a course has been given in the line before: a drug resumed, not a new line."""
    known = {c.item.name for c in courses if c.item.line == line and c.first < course.first}
    return {c.item.name for c in courses if c.passage is course.passage} <= known


def _for_tolerance(course: Course, courses: Sequence[Course], line: int) -> bool:
    """'On X the fever came back, so that a switch was made to Y': no growth is told, the line goes on."""
    passage, m = course.said[0]
    if not _SWITCH.search(passage.before(m.start)) or _GROWTH.search(passage.text):
        return False
    ours = [c for c in courses if c.item.line == line]
    named = any(p is passage and d.start < m.start for c in ours for p, d in c.said)
    return named or _IT_WAS.search(passage.before(m.start)) is not None
