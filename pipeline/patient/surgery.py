"""Operations: found by their names (`lexicons/surgeries.tsv`), with what was done of them and when."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from pipeline.lexicons import rows
from pipeline.patient.course import Course
from pipeline.patient.model import Treatment
from pipeline.patient.story import OWN, Passage, Story, unique

if TYPE_CHECKING:
    from pipeline.patient.timeline import Timeline

_NEGATED: tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...] = (
    (re.compile(r"\b(?:(?:declin|refus|reject)\w*|(?:not|nor) (?:give |giving )?(?:her |his )?consent\w* (?:to|for)"
                r"|not agree\w* to|unwilling to) (?:\w+ ){0,4}$", re.I),
     re.compile(r"^(?:(?!\bbecause\b)[^.;]){0,60}\b(?:(?:was|were) (?:declined|refused|rejected)|(?:she|he"
                r"|the patient|patient) (?:declined|refused|preferred|was not willing"
                r"|did not (?:accept|agree|consent|want|wish)))", re.I),
     "declined"),
    (re.compile(r"\b(?:not (?:undergo|have|receive|need|require)|without|instead of|avoid\w*|no) (?:\w+ ){0,3}$", re.I),
     re.compile(r"^[^.;]{0,50}\b(?:was|were) (?:not|never|omitted|avoided|deemed|unnecessary|abandoned"
                r"|ruled out)", re.I), "not_given"),
    (re.compile(r"\b(?:planned|scheduled|awaiting|planning|due) (?:for |to )?(?:\w+ ){0,3}$", re.I),
     re.compile(r"^[^.;]{0,40}\b(?:is|are) (?:planned|scheduled)", re.I), "planned"),
    (re.compile(r"\b(?:consider\w*|discuss\w*|propos\w*|recommend\w*|offer\w*|candidate (?:for|to))"
                r" (?:\w+ ){0,4}$", re.I),
     re.compile(r"^[^.;]{0,50}\b(?:was|were) (?:considered|discussed|proposed|recommended"
                r"|offered)", re.I), "considered"),
)  # fmt: skip
# The name of an operation in the name of something else, or only as the point in time of another event.
_NOT_IT = re.compile(
    r"^[ -]?(?:scar|specimen|site|bed|flap|surfaces?|margins?|wound|findings?|report|drain|in situ|'s)\b", re.I
)
# What every name of an operation holds: most sentences need no further look.
_MAY_OPERATE = re.compile(
    r"ectom|surg|excis|section|conserv|clearance|adenect|sentinel|ostom|crani|WLE|BCS|MRM|SLNB|ALND|mammae|shunt|reservoir"
    r"|desis|decompres|removed|sphenoid|plasty|Whipple|transfus|concentrate",
    re.I,
)
_BARE = re.compile(r"sentinel(?: lymph)?[- ]nodes?", re.I)
_TAKEN_OUT = re.compile(r"^(?: \w+){0,3} (?:was|were) (?:later |then )?(?:removed|exchanged|withdrawn|closed)\b", re.I)
_CLINIC = re.compile(r"\b(?:referred to|evaluated (?:in|by)|seen (?:in|by)|consult\w*|department of)\b[^.;]*$", re.I)
_TIME_ONLY = re.compile(
    r"\b(?:after|since|from|following|before|until|prior to|between|by|at) (?:the |her |his |an? )?(?:\w+ ){0,2}$",
    re.I,
)
_NEED = re.compile(r"\b(?:need|requirement|independen\w+|dependen\w+|free) (?:of|for|from|on) (?:\w+ ){0,2}$", re.I)
_POST = re.compile(r"\bpost[- ]$", re.I)
_APPROACH = re.compile(r"\b(laparoscopic|thoracoscopic|VATS|robotic)\b", re.I)


class _Operation(NamedTuple):
    pattern: re.Pattern[str]
    name: str
    site: str | None
    flags: frozenset[str]


@cache
def _operations() -> tuple[_Operation, ...]:
    return tuple(
        _Operation(re.compile(rf"\b(?:{row['pattern']})(?!\w)", re.I), row["name"], row["site"] or None,
                   frozenset(row["flags"].split()))
        for row in rows("surgeries")
    )  # fmt: skip


def operations(story: Story, timeline: Timeline) -> list[Course]:
    """The operations in order of the telling; one that is told again in another section is not counted again."""
    courses: list[Course] = []
    for passage in story.told():
        if passage.kind in ("title", "alt", "caption", "introduction", "discussion", "conclusion"):
            continue
        if not _MAY_OPERATE.search(passage.text):
            continue
        taken: list[tuple[int, int]] = []
        named = [(m, operation) for operation in _operations() for m in operation.pattern.finditer(passage.text)]
        # The longer name tells more, whatever the order of the rows: 'partial mastectomy' is no mastectomy.
        for match, operation in sorted(named, key=lambda pair: pair[0].start() - pair[0].end()):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            _tell(story, timeline, courses, passage, operation, match)
    courses.sort(key=lambda c: c.first)
    return courses


def operation_names(sentence: str) -> list[str]:
    """The operations that a sentence names and does not deny, each once, in order."""
    named = [(m, operation.name) for operation in _operations() for m in operation.pattern.finditer(sentence)]
    kept: dict[int, tuple[re.Match[str], str]] = {}
    for match, name in sorted(named, key=lambda pair: pair[0].start() - pair[0].end()):
        before, after = sentence[: match.start()], sentence[match.end() :]
        denied = any(a.search(before) or b.search(after) for a, b, _ in _NEGATED)
        if (
            denied
            or _NOT_IT.search(after)
            or any(match.start() < m.end() and m.start() < match.end() for m, _ in kept.values())
        ):
            continue
        kept[match.start()] = match, name
    return list(dict.fromkeys(name for _, (_, name) in sorted(kept.items())))


def _tell(
    story: Story,
    timeline: Timeline,
    courses: list[Course],
    passage: Passage,
    operation: _Operation,
    match: re.Match[str],
) -> None:
    before, after = passage.text[: match.start()], passage.text[match.end() :]
    if _NOT_IT.match(after) or _CLINIC.search(before) or _POST.search(before):
        return
    if "supportive" in operation.flags and _TAKEN_OUT.match(after):
        return
    if "other" in operation.flags and _NEED.search(before):
        return
    same = [c for c in courses if c.item.site == operation.site and c.item.site]
    if _TIME_ONLY.search(before) and (same or _in_time(passage, match)):
        return
    status = next((status for pre, post, status in _NEGATED if pre.search(before[-60:]) or post.match(after)), "given")
    if status != "given" and _BARE.fullmatch(match.group()):
        return  # 'without metastases in the sentinel node' is a finding
    when = timeline.within(passage, passage.start + match.start())
    date = when.norm() if when else None
    for course in same:
        dated = date is None or course.item.start is None or course.item.start == date or passage.rank != OWN
        if course.item.name == _name(operation, match, before) and course.item.status == status and dated:
            if course.item.start is None and date is not None and passage.rank == OWN:
                _date(course.item, date, when is not None and when.derived)
            course.item.evidence = unique([*course.item.evidence, story.quote(passage)])
            return
    if passage.rank != OWN and any(c.item.site == operation.site for c in courses):
        return
    kind: Literal["surgery", "other"] = "other" if "other" in operation.flags else "surgery"
    if kind == "other" and status != "given":
        return  # 'without transfusions' is no treatment
    item = Treatment(kind=kind, name=_name(operation, match, before), site=operation.site, status=status)
    item.evidence = [story.quote(passage)]
    item.cites["name"] = [story.cite(passage.start + match.start(), passage.start + match.end())]
    if "supportive" in operation.flags:
        item.intent = "supportive"
        item.derive("intent", "relieves, does not remove the tumour")
    if date is not None and status == "given":
        _date(item, date, when is not None and when.derived)
    courses.append(Course(item, first=passage.start + match.start()))


def _in_time(passage: Passage, match: re.Match[str]) -> bool:
    """Whether the words lie in a relative date: 'three years after the mastectomy'."""
    place = passage.start + match.start()
    return any(m.start <= place < m.end for m in passage.of("RelativeDate"))


def _date(item: Treatment, date: str, derived: bool) -> None:
    item.start = item.end = date
    if derived:
        item.derive("start", "reckoned from another date")
        item.derive("end", "reckoned from another date")


def _name(operation: _Operation, match: re.Match[str], before: str) -> str:
    text = " ".join(match.group().lower().split())
    if operation.flags & {"full", "as_said"}:
        return text
    name = operation.name
    if "approach" in operation.flags and (approach := _APPROACH.search(text)):
        return f"{approach[1].lower()} {name}"
    if operation.flags & {"side", "bilateral"}:
        side = re.match(r"(bilateral|right|left)\b", text)
        wanted = side and ("side" in operation.flags or side[1] == "bilateral")
        return f"{side[1]} {name}" if side and wanted else name
    return name
