"""Which line of systemic treatment of advanced disease a drug was given in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.patient.course import GIVEN, Course
from pipeline.patient.purposes import is_anticancer

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINE = re.compile(
    r"\b(?P<n>first|second|third|fourth|fifth|1st|2nd|3rd|4th)[- ](?:line|choice)\b|\bthe (?P<m>second|third"
    r"|fourth) line\b",
    re.I,
)
_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_SWITCH = re.compile(r"\b(?:switch\w*|swap\w*|chang\w+|exchang\w+|replac\w+|substitut\w+)\b[^.;]*$", re.I)
_IT_WAS = re.compile(
    r"\b(?:it|this|both|they|which) (?:was|were|had to be) (?:then )?(?:switch|swap|chang|exchang|replac)", re.I
)
_GROWTH = re.compile(
    r"\b(?:fresh|metastas\w*|spread|progress\w*|relaps\w*|recur\w*|new|grew|growth|increas\w*|resistan\w*)\b", re.I
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


def number_lines(courses: Sequence[Course]) -> None:
    """Number the lines of systemic treatment of advanced disease: drugs begun in one sentence are one line.

    What is added to drugs that go on belongs to their line, as does what replaces a drug that was not borne; a drug
    into the spinal fluid is local treatment.
    """
    line, start = 0, None
    for course in courses:
        item = course.item
        if item.intent != "palliative" or item.status not in GIVEN or not is_anticancer(item.name):
            continue
        passage, m = course.said[0]
        if _LOCAL.search(passage.before(m.start)):
            continue
        said = _LINE.search(passage.text)
        if said:
            line, start = _ORDER[(said["n"] or said["m"]).lower()], passage
            item.line = line
            continue
        if passage is not start:
            before = passage.before(m.start)
            joins = (
                line
                and start is not None
                and (
                    _JOINS.search(before)
                    or _given_again(course, courses, line)
                    or _for_tolerance(course, courses, line)
                )
            )
            line, start = line if joins else line + 1, passage
        item.line = line
        item.derive("line", "counted from the first treatment of advanced disease")


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
