"""What came of treatments: the response as it is named, or as the lesions are told to have changed.

    a sentence -> its verdict (named, else measured in its clauses) -> the courses that it speaks of

A lesion that is gone is no complete response while others are not told of, and one that is a little smaller no
partial one: of such a sentence there is no verdict.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.patient.course import GIVEN, Course
from pipeline.patient.stage_responses import Response, downstaged, is_residual, pathological, set_response
from pipeline.patient.story import OWN, Passage, Story

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NAMED: tuple[tuple[re.Pattern[str], Response], ...] = (
    (re.compile(r"(?<!near[ -])(?<!nearly )(?<!almost )\b(?:pathological(?:ly)? |clinical |metabolic |radiological )?"
                r"complete (?:\w+ ){0,2}?(?:response|remission|regression)\b|\bpCR\b"
                r"|(?<!almost )(?<!nearly )\bcompletely respond(?:ed|ing)\b|\bresponded completely\b", re.I),
     "complete response"),
    (re.compile(r"\b(?:partial|near(?:ly)?[ -]complete|almost complete) (?:\w+ ){0,2}?"
                r"(?:response|remission|regression)\b|\b(?:partially|almost completely) respond(?:ed|ing)\b"
                r"|\bresponded partially\b", re.I), "partial response"),
    (re.compile(r"\b(?:disease |tumou?r )?progress(?:ion|ive disease|ed)\b(?![ -]free\b)(?! (?:to|through|towards?)\b)"
                r"|\bnew (?:\w+ ){0,2}?metastas[ei]s\b"
                r"|\bmetastas[ei]s (?:then |also |had |have )?(?:appeared|emerged|developed)\b", re.I),
     "progressive disease"),
)  # fmt: skip
_STABLE = re.compile(
    r"\bstable (?:\w+ )?disease\b|\bdisease\b[^.;]{0,50}? (?:was|is|remain\w*|has been) (?:\w+ )?(?:stable|unchanged)\b"
    r"|\b(?:lesions?|disease) (?:\w+ ){0,2}?(?:stable|unchanged)\b|\bstabili[sz]ation\b"
    r"|\bmetastas[ei]s (?:\w+ ){0,2}?stable (?:under|on|during|while (?:on|receiving))\b",
    re.I,
)
_UNTIL = re.compile(
    r"\buntil (?:[\w-]+ ){0,5}?(?:metastas[ei]s|relapse|recurrence|progression)\b"
    r"(?! (?:was|were|had been|is) (?:excluded|ruled out))",
    re.I,
)
_SHORT = re.compile(
    r"\b(?:show\w*|reveal\w*|achiev\w*|obtain\w*|reach\w*|confirm\w*|demonstrat\w*|with|had"
    r"|best response(?: was| of)?:?)"
    r" (?:a |an )?(?P<short>CR|PR|SD|PD)\b(?! ?(?:-|\+|\d|positiv|negativ|status))"
)
_SHORT_THEN = re.compile(
    r"\b(?P<short>CR|PR|SD|PD)\b(?= (?:(?:of|in|at)\b[^.;]{0,60} )?(?:was|were|has been|could be) (?:\w+ )?"
    r"(?:achieved|obtained|observed|seen|maintained|documented|kept)\b)"
)
_OF_SHORT: dict[str, Response] = {
    "CR": "complete response", "PR": "partial response", "SD": "stable disease", "PD": "progressive disease",
}  # fmt: skip
_NOT_SAID = re.compile(
    r"\b(?:(?:until|risk of|free|free of|at|rapid|not|never|planned (?:at|on|upon)|if|before|unless|in case of|"
    r"despite|first|possible|suspected|toward|for) (?:\w+ ){0,3}|(?:no|without|nor|absence of)\b[^.;:]{0,60})$",
    re.I,
)
_CLAUSE = re.compile(r"[,;:]|\b(?:and|but|while|whereas|with)\b", re.I)
_LESION = re.compile(
    r"\b(?:lesions?|metastas[ei]s|mass(?:es)?|tumou?rs?|nodules?|deposits?|nodes?|infiltrat\w+|disease|thickening"
    r"|ascites|effusions?|plaques?|they|ones?|it)\b",
    re.I,
)
_GONE = re.compile(
    r"\b(?:disappear\w*|vanish\w*|resolved|had gone|invisible|(?:no longer|not any ?more|not) (?:any ?more |be )?"
    r"(?:visible|seen|detect\w+|palpable|recogni[sz]able|measurable|visuali[sz]ed))\b",
    re.I,
)
_LESS = re.compile(
    r"\b(?:shrunk|shrank|smaller|diminish\w*|reduced|decreas\w*|regress\w*|less|halved|shrinkage|reduction)\b", re.I
)
_BY_HALF = re.compile(
    r"\bhalved\b|\b(?:shrunk|shrank|reduced|regressed|decreased|shrinkage|reduction|decrease|regression)"
    r"(?: in size)? (?:by|of|with) (?:about |more than |over |almost |approximately |~|>)?(?:[3-9]\d ?%|half)",
    re.I,
)
_NOT_WHOLLY = re.compile(r"\b(?:almost|nearly|partly|partially|incompletely|in part)(?: \w+)? ?$", re.I)
_UNCHANGED = re.compile(r"\b(?:stable|unchanged)\b", re.I)
_ONE = re.compile(r"\b(?:lesion|metastasis|mass|tumou?r|nodule|deposit)\b", re.I)
_FOCAL = re.compile(r"stereotactic|radiosurgery|proton|brachy")
_FROM_TO = re.compile(
    r"\bfrom (?P<a>\d+(?:\.\d+)?)(?: (?P<unit>mm|cm))? to (?P<b>\d+(?:\.\d+)?) (?P<unit2>mm|cm)\b", re.I
)
_NEAR = 2  # sentences between the parts of a chemoradiation
_PARTIAL_FROM = 0.3  # the least decrease of a diameter that RECIST 1.1 calls a partial response
_GROWN = re.compile(r"\b(?:grew|grown|enlarg\w+|increased|larger|growth of|progress\w+)\b", re.I)
_ALL = re.compile(r"\b(?:all|every|each)\b", re.I)
_THEY = re.compile(r"\bthey\b", re.I)
_DURING = r"\b(?:until|during|under|while (?:on|receiving|taking)|(?:cycles|courses|doses|months) of)\b"
_WHILE_ON = re.compile(_DURING, re.I)
_AFTER_RAYS = re.compile(
    r"\b(?:after|following|since|post)[ -][^,;]{0,30}?(?:radi(?:o|ation)|irradiation|brachy|\b(?:S?RT"
    r"|WBRT|SRS|SBRT|FSRT)\b)",
    re.I,
)


# 'Stable under maintenance with pemetrexed' is of that drug, not of what was given with it before.
_UNDER = re.compile(
    r"[^.;,]{0,60}?\b(?:stable|unchanged|response|remission) (?:under|on|during|while (?:on|receiving))\b", re.I
)
_REASON = re.compile(r"\b(?:due to|because of|owing to|on account of|in view of|for)\b[^.;,]{0,40}$", re.I)


def responses(story: Story, drugs: Sequence[Course], rays: Sequence[Course]) -> None:
    """Set the responses of courses, which are in order of the telling: of what was begun last before it is told."""
    for passage in story.told():
        if passage.rank != OWN:
            continue
        _where_irradiated(story, passage, rays)
        found = verdict(passage)
        if found is None:
            continue
        response, low, high = found
        place = passage.start + low
        irradiated = _of_rays(story, passage, rays, response)
        with_rays = _with_rays(story, passage, drugs, irradiated)
        for course in [*_of_drugs(passage, place, drugs, irradiated), *with_rays, *irradiated]:
            set_response(story, passage, course, response, (place, passage.start + high))
    pathological(story, [c for c in drugs if c.item.intent == "neoadjuvant" and c.item.status in GIVEN])
    downstaged(story, [c for c in drugs if c.item.status in GIVEN])


def verdict(passage: Passage) -> tuple[Response, int, int] | None:
    """What a sentence says of the tumour, and where."""
    text = passage.events
    if is_residual(passage):
        return None
    for pattern, response in _NAMED:
        if (found := _said(pattern, text)) is not None:
            return response, *found.span()
    short = _SHORT.search(text) or _SHORT_THEN.search(text)
    if short and not any(m.start < passage.start + short.end() and passage.start + short.start("short") < m.end
                         for m in passage.of("Marker")):  # fmt: skip
        return _OF_SHORT[short["short"]], *short.span("short")
    measured = _measured(text)
    if measured is not None:
        return measured
    if (found := _said(_STABLE, text)) is not None:
        return "stable disease", *found.span()
    found = _UNTIL.search(text)
    return ("progressive disease", *found.span()) if found else None


def _said(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first place where it is said and not denied, feared or foreseen."""
    return next((f for f in pattern.finditer(text) if not _NOT_SAID.search(text[: f.start()])), None)


def _measured(text: str) -> tuple[Response, int, int] | None:
    """'The lung nodules had resolved and the liver metastases were smaller': what lesions did, clause by clause."""
    gone: list[tuple[int, int, str]] = []
    less: list[tuple[int, int, str]] = []
    grown: list[tuple[int, int, str]] = []
    half: list[tuple[int, int, str]] = []
    for low, high in _clauses(text):
        clause = text[low:high]
        lesion = _LESION.search(clause)
        if lesion is None:
            continue
        for pattern, kept in ((_GONE, gone), (_LESS, less), (_GROWN, grown)):
            found = pattern.search(clause)
            if found and pattern is _GONE and _NOT_WHOLLY.search(clause[: found.start()]):
                kept = less
            if found and not _NOT_SAID.search(clause[: found.start()]):
                kept.append((low + found.start(), low + found.end(), clause))
        size = _FROM_TO.search(clause)
        if (_BY_HALF.search(clause) and less) or (size and less and _shrinks(size)):
            half.append(less[-1])
    if grown:
        return None  # 'smaller' here and larger there is a mixed response
    everywhere = gone and not less and _ALL.search(gone[-1][2])
    in_the_end = gone and less and less[-1] < gone[-1] and _THEY.search(gone[-1][2])
    if everywhere or in_the_end:
        return "complete response", *gone[-1][:2]
    if half or (gone and less):
        return "partial response", *(half or less)[0][:2]
    return None


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    low = 0
    for cut in _CLAUSE.finditer(text):
        if re.match(r"[,.]\d", text[cut.start() : cut.start() + 2]):
            continue
        yield low, cut.start()
        low = cut.end()
    yield low, len(text)


def _shrinks(size: re.Match[str]) -> bool:
    before, after = float(size["a"]), float(size["b"])
    if size["unit"] and size["unit"].lower() != size["unit2"].lower():
        before, after = (before * (10 if size["unit"].lower() == "cm" else 1),
                         after * (10 if size["unit2"].lower() == "cm" else 1))  # fmt: skip
    return before > 0 and after <= before * (1 - _PARTIAL_FROM)


def _of_drugs(passage: Passage, place: int, drugs: Sequence[Course], irradiated: Sequence[Course]) -> list[Course]:
    """The drugs that a verdict is of: those begun last, with the others of their line; of what is told to follow
    radiation, those that were begun with it."""
    begun = [c for c in drugs if c.passage.start <= passage.start and c.item.status in GIVEN]
    if not begun:
        return []
    last, latest = begun[-1].item, begun[-1].passage
    active = [c for c in begun if c.passage is latest or (c.item.line is not None and c.item.line == last.line)]
    if last.intent == "neoadjuvant":
        active = [c for c in begun if c.item.intent == "neoadjuvant"]
    elif last.intent != "palliative":
        # A relapse years after adjuvant treatment is none of its response, unless it came while it was given.
        here = [c for c in active if any(p is passage for p, _ in c.said)]
        return here if here and _WHILE_ON.search(passage.text) else []
    if latest is passage and place < active[0].first:
        return []
    if any(m.start > place and p is passage for c in active for p, m in c.said) and _REASON.search(
        passage.before(place)
    ):
        return []  # 'on account of progression X was resumed': that is not what came of X
    if _UNDER.match(passage.after(place)):
        named = [c for c in active if any(p is passage and m.start > place for p, m in c.said)]
        active = named or active
    return [c for c in active if not irradiated or any(c.passage is ray.passage for ray in irradiated)]


def _of_rays(story: Story, passage: Passage, rays: Sequence[Course], response: Response) -> list[Course]:
    """The course of radiation that a verdict counts from: 'five months after radiotherapy …', and what led up to it."""
    if response in ("stable disease", "progressive disease") or not _AFTER_RAYS.search(passage.text):
        return []
    given = [c for c in rays if c.item.status in GIVEN and c.passage.start < passage.start]
    if not given:
        return []
    last = given[-1]
    return [c for c in given if c is last or (_is_definitive(c) and _is_near(story, c, last))]


def _is_definitive(course: Course) -> bool:
    """Whether it can have been given in place of an operation: neither round one nor for distant spread."""
    return course.item.intent in (None, "other")


def _is_near(story: Story, one: Course, other: Course) -> bool:
    return abs(story.number(one.passage) - story.number(other.passage)) <= _NEAR


def _with_rays(story: Story, passage: Passage, drugs: Sequence[Course], irradiated: Sequence[Course]) -> list[Course]:
    """The drugs of a chemoradiation whose response is told."""
    begun = [c for c in drugs if c.item.status in GIVEN and _is_definitive(c) and c.passage.start < passage.start]
    return [c for c in begun if any(_is_definitive(ray) and _is_near(story, c, ray) for ray in irradiated)]


def _where_irradiated(story: Story, passage: Passage, rays: Sequence[Course]) -> None:
    """'The cerebellar lesion was gone, the adrenal one stable' after radiosurgery of both: what a lesion does where
    it was aimed at is of that radiation, whatever else is given. A whole brain or region is not so aimed at; and of
    'the brain metastases' it is not told which."""
    aimed = [c for c in rays if c.item.status in GIVEN and c.passage.start < passage.start
             and _FOCAL.search(c.item.name) and c.item.site and c.item.intent != "adjuvant"]  # fmt: skip
    if not aimed:
        return
    text = passage.events
    for low, high in _clauses(text):
        clause = text[low:high]
        sites = {m.value.norm() for m in passage.of("Site") if low <= m.start - passage.start < high}
        if not sites or _ONE.search(clause) is None:
            continue
        found = _of_lesion(clause)
        course = next((c for c in reversed(aimed) if c.item.site in sites), None)
        if found is not None and course is not None:
            place = passage.start + low
            set_response(story, passage, course, found[0], (place + found[1], place + found[2]))
            course.item.derive("response", "of the radiation that was aimed at the lesion")


def _of_lesion(clause: str) -> tuple[Response, int, int] | None:
    """What the lesion of a clause did; None where it is not said, or denied."""
    ways: tuple[tuple[re.Pattern[str], Response], ...] = (
        (_GONE, "complete response"), (_BY_HALF, "partial response"), (_UNCHANGED, "stable disease"))  # fmt: skip
    if _GROWN.search(clause):
        return None
    for pattern, response in ways:
        found = pattern.search(clause)
        if found and not _NOT_SAID.search(clause[: found.start()]) and not _NOT_WHOLLY.search(clause[: found.start()]):
            return response, *found.span()
    return None
