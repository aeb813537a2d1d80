"""What the primary was under the microscope: its histology and its grade."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pipeline.lexicons import rows
from pipeline.patient.sites import site_names, topography
from pipeline.patient.story import OWN, SAMPLING, Passage, Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.patient.model import Case

_GRADE = re.compile(
    r"\b(?:(?:Nottingham|histologic(?:al)?|nuclear|SBR|Elston[- ]Ellis|Bloom[- ]Richardson)[ -](?:\w+ )?)?"
    r"grad(?:e|ing) ?(?:of )?(?P<n>[123]|I{1,3})\b(?! (?:event|toxicit|neutrop|diarrh|fatigue|mucositis))"
    r"|(?:\b|(?<=[\dXx)]))G(?P<g>[123])\b"
    r"|\bNottingham (?:total )?(?:score )?(?:of )?(?P<sum>[3-9])(?: ?/ ?9)?\b(?! ?[+/.])"
    r"|\b(?P<word>poorly|moderately|well)[- ]differentiated\b", re.I)  # fmt: skip
_NO_GRADE = re.compile(r"(?:Miller[- –]Payne|CTCAE|toxicity|prognostic|regression|response)\W*(?:\w+\W+){0,2}$", re.I)
_TUMOUR = re.compile(r"\b(?:carcinoma|adenocarcinoma|cancer|tumou?r|IDC|ILC|NST|differentiated|specimen|patholog\w+"
                     r"|histolog\w+)\b", re.I)  # fmt: skip
# 'Containing round cell, well-differentiated and pleomorphic areas': a component, not the grade of the whole.
_GRADED_AFTER = re.compile(
    r"[^.;:]{0,60}?\b(?:\w*carcinoma|cancer|tumou?r|neoplasm|SCC|malignancy|NST|IDC|ILC)\b", re.I
)
_GRADED_BEFORE = re.compile(
    r"\b(?:\w*carcinoma|cancer|tumou?r|neoplasm|SCC|malignancy|NST|IDC|ILC)\b(?: \w+){0,3}[,;:( ]*(?:was |were |is )?"
    r"(?:\w+ )?$", re.I)  # fmt: skip
_OTHER_TUMOUR = re.compile(
    r"[^.;,:()]{0,25}?\b(?:\w*sarcoma|lymphoma|leuk\w+|meningioma|glioma|astrocytoma|(?:thyroid|prostat\w+|ovarian"
    r"|endometri\w+|neuroendocrine|urothelial|hepatocellular|renal) (?:\w+ )?(?:\w*carcinoma|cancer|tumou?r))\b",
    re.I,
)
_IN_ORGAN = re.compile(r"[^.;,:()]{0,40}\b(?:in|of|at|within|to|from|into) (?:the |her |his )?(?:\w+ ){0,2}", re.I)
_MAY_BE_TUMOUR = re.compile(
    r"carcinoma|\btype: |RCC|HCC|cancer|melanoma|tumou?r|Paget|IDC|ILC|DCIS|NST|SCC|special", re.I
)
_WORD_GRADE = {"poorly": "3", "moderately": "2", "well": "1"}
_ROMAN = {"I": "1", "II": "2", "III": "3"}
NOT_OWN = re.compile(
    r"\b(?:differential|versus|vs|excluded?|rul(?:ed?|ing) out|r/o|mother|sister|aunt|possib\w+|suspect\w+"
    r"|provisional\w*|presum\w+|mimick\w+|misdiagnos\w+|suspicious|suggest(?:ing|ive))\b", re.I)  # fmt: skip
# 'Squamous cell carcinoma was the provisional diagnosis', 'lymphoma was suspected'.
_NOT_OWN_AFTER = re.compile(
    r"[^.;,]{0,30}?\b(?:was|were|is|as)(?: also| first| initially)? (?:(?:the|an?|our|her|his) )?(?:provisional|working"
    r"|clinical|presumptive|differential|initial(?:ly)?|first|suspected|considered|excluded|ruled out|thought"
    r"|discarded)\b"
    r"(?! stag)", re.I)  # fmt: skip
KIN = re.compile(
    r"\b(?:mother|father|sister|brother|aunt|uncle|cousin|grandmother|grandfather|daughter|son|niece|relative|parent|husband|wife|spouse)s?\b"
    r"(?![^.;]*[;,] (?:and |but )?(?:she|he|the patient) )[^.;]*$", re.I)  # fmt: skip
SPREAD = re.compile(r"\b(?:metasta\w+|deposit\w*|infiltrat\w+ (?:of|by)|replaced by)\b", re.I)
_BACK_AGAIN = re.compile(r"\b(?:recur\w+|relaps\w+|residual|second primary|contralateral|new)\b", re.I)
_DEFINITIVE = re.compile(
    r"\b(?:final|definitive|ultimate|post-?operative|surgical) (?:\w+ )?(?:patholog\w+|histo\w+|diagnos\w+)"
    r"|\b(?:patholog\w+|histo\w+)[^.;]{0,40}\b(?:of|in|on|from) (?:the )?(?:\w+ )?(?:resected|excised|surgical"
    r"|operative|mastectomy|lumpectomy)\b"
    r"|\bdiagnosis of [^.;]{3,60} was (?:made|established|reached)\b", re.I)  # fmt: skip
_PLAIN = frozenset({"adenocarcinoma", "melanoma", "ductal carcinoma in situ"})
_FAMILIES = (
    ("squamous", ("squamous",)),
    ("neuroendocrine", ("neuroendocrine", "small cell")),
    ("melanoma", ("melanoma",)),
)
_HOMES = (
    ("ductal", ("breast", "pancreas", "prostate")),
    ("lobular", ("breast",)),
    ("special type", ("breast",)),
    ("renal", ("kidney",)),
    ("hepatocellular", ("liver",)),
    ("cholangiocarcinoma", ("liver", "gallbladder", "bile duct")),
)
"""A word of a type to the organs that it arises in."""
_LATER = 15  # passages from a biopsy to the report on what was then removed


class _Type(NamedTuple):
    """A histology told in a passage; `rank` is lower the more it is to be followed."""

    rank: tuple[int, int, int]
    passage: Passage
    match: re.Match[str]
    name: str
    code: str


@cache
def histologies() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple((re.compile(row["pattern"], re.I), row["name"], row["morphology"]) for row in rows("histologies"))


def histology(story: Story, passages: Sequence[Passage], found: Case) -> None:
    """The first type that the body tells of the primary; a more special name later replaces plain 'adenocarcinoma',
    and the report on the tumour that was removed replaces what its biopsy was."""
    told = [one for p in passages if (one := _told(p, found.primary_site)) is not None]
    if not told:
        return
    best = min(told, key=lambda one: one.rank)
    best = _removed(told, best, story) or best
    text, name = best.match.group().lower(), best.name
    if name.startswith("invasive ") and "no special" in name and not re.match(r"invasive|infiltrating", text):
        name = name.removeprefix("invasive ")
    found.histology, found.morphology = name, best.code
    start = best.passage.start
    found.cites["histology"] = [story.cite(start + best.match.start(), start + best.match.end())]
    found.derive("morphology", f"ICD-O-3: {name}")


def _told(p: Passage, organ: str | None) -> _Type | None:
    """The type that a passage names first; one that says more than 'adenocarcinoma' goes before that."""
    if not _MAY_BE_TUMOUR.search(p.text):
        return None
    matches = [
        (name in _PLAIN, m.start(), number, m, name, code)
        for number, (pattern, name, code) in enumerate(histologies())
        if (m := pattern.search(p.text)) and not _is_doubted(p.text, m) and _fits(name, organ)
    ]
    if not matches:
        return None
    plain, _, _, m, name, code = min(matches, key=lambda one: one[:3])
    spread = p.rank == OWN and bool(SPREAD.search(p.text))
    return _Type((min(p.rank, 2) if p.kind != "title" else 3, plain + spread, p.start), p, m, name, code)


def _removed(told: Sequence[_Type], biopsy: _Type, story: Story) -> _Type | None:
    """What the report on the tumour that was removed calls otherwise than the biopsy did."""
    before = biopsy.passage.before(biopsy.passage.start + biopsy.match.start())
    taken = {m.lastgroup for m in SAMPLING.finditer(before)}
    if biopsy.passage.rank != OWN or not taken & {"biopsy", "cytology"} or "surgery" in taken:
        return None
    for one in told:
        p = one.passage
        far = story.number(p) - story.number(biopsy.passage)
        if p.rank != OWN or not 0 < far <= _LATER or not _DEFINITIVE.search(p.text):
            continue
        if one.code == biopsy.code or one.name in ("adenocarcinoma", "ductal carcinoma in situ"):
            continue
        if not SPREAD.search(p.text) and not _BACK_AGAIN.search(p.text):
            return one
    return None


def _of_other_organ(p: Passage, start: int, end: int, found: Case) -> bool:
    """Whether the tumour told at a place of a sentence is in a sample of an organ that is not the primary's: a grade is
    not taken from a metastasis."""
    if found.primary_site is None or found.primary_site in site_names(p.text):
        return False
    for m in p.of("Site"):
        name = m.value.norm()
        if m.status != "present" or name.endswith("lymph node") or not topography(name):
            continue
        low, high = m.start - p.start, m.end - p.start
        sampled = high <= start and SAMPLING.search(p.text[max(0, low - 25) : high + 25])
        if sampled or (low >= end and _IN_ORGAN.fullmatch(p.text[end:low])):
            return True
    return False


def grade(story: Story, passages: Sequence[Passage], found: Case) -> None:
    """The grade that is told with the histology, else the first that is told of the primary."""
    graded = [(p, m) for p in passages for m in _GRADE.finditer(p.text) if _is_of_primary(p, m, found)]
    if not graded:
        return
    cited = found.cites.get("histology")
    place = cited[0].start if cited else -1
    beside = [(abs(p.start + m.start() - place), n) for n, (p, m) in enumerate(graded) if p.start <= place < p.end]
    p, m = graded[min(beside)[1]] if beside else graded[0]
    found.grade = (_WORD_GRADE.get((m["word"] or "").lower()) or _ROMAN.get((m["n"] or "").upper())  # type: ignore[assignment]
                   or m["n"] or m["g"] or _of_sum(m["sum"]))  # fmt: skip
    found.cites["grade"] = [story.cite(p.start + m.start(), p.start + m.end())]
    if m["word"]:
        found.derive("grade", "differentiation: well 1, moderately 2, poorly 3")
    elif m["sum"]:
        found.derive("grade", "Nottingham sum: 3-5 is grade 1, 6 and 7 grade 2, 8 and 9 grade 3 (Elston 1991)")


def _of_sum(points: str) -> str:
    """The grade of a Nottingham sum of points."""
    return "1" if points < "6" else "2" if points < "8" else "3"


def _is_of_primary(p: Passage, m: re.Match[str], found: Case) -> bool:
    before, near = p.text[: m.start()], p.text[max(0, m.start() - 60) : m.end() + 60]
    if _NO_GRADE.search(before) or not _TUMOUR.search(near) or _of_other_organ(p, m.start(), m.end(), found):
        return False
    named = _named_near(p, m)
    if any(not _fits(name, found.primary_site) for name in named):
        return False
    if found.histology and any(_family(name) != _family(found.histology) for name in named):
        return False
    other = _OTHER_TUMOUR.match(p.text, m.end())
    if other and found.primary_site == "breast":
        return False
    return not m["word"] or bool(_GRADED_AFTER.match(p.text, m.end()) or _GRADED_BEFORE.search(before))


def _named_near(p: Passage, m: re.Match[str]) -> list[str]:
    """The histologies that are named right beside a grade."""
    near = p.text[max(0, m.start() - 40) : m.end() + 40]
    return [name for pattern, name, _ in histologies() if pattern.search(near)]


def _family(name: str) -> str:
    """Squamous, neuroendocrine, melanoma, or a carcinoma of glands: a grade of one is none of the other."""
    return next((kind for kind, words in _FAMILIES if any(word in name for word in words)), "gland")


def _is_doubted(text: str, m: re.Match[str]) -> bool:
    """Whether a type is named only to be thought of, or is another's."""
    before = text[: m.start()]
    return bool(NOT_OWN.search(before[-40:]) or KIN.search(before) or _NOT_OWN_AFTER.match(text, m.end()))


def _fits(name: str, organ: str | None) -> bool:
    """Whether a type can be one of the primary's organ; of two cancers in one report only one is the primary."""
    homes = next((homes for word, homes in _HOMES if word in name), None)
    return organ is None or homes is None or organ in homes
