"""Who the patient is and what the primary was: sex, age at diagnosis, side, place, histology, grade."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from pipeline.lexicons import rows
from pipeline.patient.model import Case, Evidence
from pipeline.patient.story import OWN, Passage, Story, unique

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.patient.timeline import Timeline

_FEMALE = re.compile(
    r"\b(?:woman|female|lady|girl|she|her|wife|mother of|housewife|postmenopausal|premenopausal|perimenopausal"
    r"|pregnan\w+|hysterectomy|uter(?:us|ine)|ovar(?:y|ian))\b", re.I)  # fmt: skip
_MALE = re.compile(r"\b(?:man|male|gentleman|boy|he|his|prostat(?:e|ic))\b", re.I)
_AGE = re.compile(
    r"\b(?P<age>\d{1,2}|1[01]\d)(?:[- ]?(?:year|yr)s?[- ]?old\b|[- ]years?[- ]of[- ]age\b| years? old\b|-?y/?o\b)"
    r"|\baged (?P<aged>\d{1,2})\b", re.I)  # fmt: skip
_AT_AGE = re.compile(
    r"\bat (?:the|an) age of (?P<age>\d{1,2})\b|\bat (?:age )?(?P<at>\d{2}) years\b"
    r"|\bwhen (?:she|he|the patient) was (?P<when>\d{2})(?: years old|(?= years of age)|(?=[,.;)]))", re.I)  # fmt: skip
_KIN = re.compile(
    r"\b(?:mother|father|sister|brother|aunt|uncle|cousin|grandmother|grandfather|daughter|son|niece|relative)s?\b"
    r"(?![^.;]*[;,] (?:and |but )?(?:she|he|the patient) )[^.;]*$", re.I)  # fmt: skip
_PAST = re.compile(
    r"\b(?:(?<!month )(?<!week )(?<!day )(?<!months )(?<!weeks )(?<!days )(?<!year )(?<!years )history of"
    r"|(?:had|has) (?:been )?(?:\w+ )?(?:treated|undergone|had|operated|diagnosed|received)|known case"
    r"|years? (?:ago|earlier|before|previously|after)|previously|underwent \w+ (?:\w+ )?in \d{4}|had an? "
    r"(?:\w+ ){0,3}mastectomy|operated on|survivor|in remission|in (?:19|20)\d\d for)\b", re.I)  # fmt: skip
_TREATED = re.compile(r"\b(?:mastectomy|lumpectomy|breast[- ]conserving|breast primary|pT\d|diagnos\w+)", re.I)
_YEARS_PAST = re.compile(
    r"\b(?:removed|operated|treated|mastectomy|diagnosed) (?:\w+ )?(?:\w+|\d+) years (?:before|earlier|ago|previously)",
    re.I,
)
_CANCER = re.compile(
    r"\b(?:cancer|carcinoma|tumou?r|mastectomy|lumpectomy|breast|malignan\w+|TNBC|melanoma|pT\d)\b", re.I
)
_SIDE = re.compile(
    r"\b(?P<side>right|left|bilateral|both)(?:[- ](?:sided?|\w+)){0,2}?[- ](?:breasts?|mastectom\w+|lumpectom\w+"
    r"|quadrantectom\w+|mammary)\b(?! (?:implant|reconstruction))", re.I)  # fmt: skip
_BREAST_SIDE = re.compile(
    r"\bbreast (?:cancer|carcinoma|mass)? ?(?:on|of) (?:the|her|his) (?P<side>right|left)\b", re.I
)
# 'MRI of the left breast did not reveal any tumour' tells of no tumour on the left.
_CLEAR_AFTER = re.compile(
    r"[^.,;]{0,30}\b(?:(?:did not|failed to) (?:reveal|show|find|disclose|demonstrate|detect)|(?:was|were|remained)"
    r" (?:normal|unremarkable|clear|free|not involved|healthy))\b", re.I)  # fmt: skip
_CLEAR_BEFORE = re.compile(
    r"\b(?:no|without) (?:\w+ )?(?:tumou?r|lesion|mass|lump|abnormality|finding)s? (?:\w+ ){0,2}?(?:in|of) (?:the )?$"
    r"|\b(?:contralateral|opposite|healthy) (?:\w+ )?$", re.I)  # fmt: skip
_QUADRANT = re.compile(
    r"\b(?P<clock>\d{1,2} ?o['’]clock)\b|\b(?P<quadrant>(?:upper|lower)[- ](?:outer|inner)(?: quadrant)?"
    r"|(?:outer|inner)[- ](?:upper|lower)(?: quadrant)?|(?:supero|infero)(?:lateral|medial) quadrant|axillary tail"
    r"|retro-?areolar|subareolar|central quadrant)\b", re.I)  # fmt: skip
_GRADE = re.compile(
    r"\b(?:(?:Nottingham|histologic(?:al)?|nuclear|SBR|Elston[- ]Ellis|Bloom[- ]Richardson)[ -](?:\w+ )?)?"
    r"grad(?:e|ing) ?(?:of )?(?P<n>[123]|I{1,3})\b(?! (?:event|toxicit|neutrop|diarrh|fatigue|mucositis))"
    r"|\bG(?P<g>[123])\b|\b(?P<word>poorly|moderately|well)[- ]differentiated\b", re.I)  # fmt: skip
_NO_GRADE = re.compile(r"(?:Miller[- –]Payne|CTCAE|toxicity|prognostic|regression|response)\W*(?:\w+\W+){0,2}$", re.I)
_TUMOUR = re.compile(r"\b(?:carcinoma|adenocarcinoma|cancer|tumou?r|IDC|ILC|NST|differentiated|specimen|patholog\w+"
                     r"|histolog\w+)\b", re.I)  # fmt: skip
_MAY_BE_TUMOUR = re.compile(r"carcinoma|cancer|melanoma|tumou?r|Paget|IDC|ILC|DCIS|NST|special", re.I)
_WORD_GRADE = {"poorly": "3", "moderately": "2", "well": "1"}
_ROMAN = {"I": "1", "II": "2", "III": "3"}
_NOT_OWN = re.compile(
    r"\b(?:differential|versus|vs|excluded|ruled out|mother|sister|aunt|possib\w+|suspect\w+)\b", re.I
)
_SPREAD = re.compile(r"\b(?:metasta\w+|deposit\w*|infiltrat\w+ (?:of|by)|replaced by)\b", re.I)
_ORIGIN = re.compile(
    r"\b(?P<site>breast|colon|sigmoid|rectum|rectal|lung|stomach|gastric|kidney|renal|prostate|prostatic|cervix|cervical"
    r"|ovary|ovarian|pancreas|pancreatic|thyroid|skin|bladder|gallbladder|liver|oesophag\w+|esophag\w+|uterus"
    r"|endometri\w+|mammary)\b(?= (?:\w+ )?(?:cancer|carcinoma|adenocarcinoma|primary|mass|tumou?r|lump|neoplasm))"
    r"|\b(?:cancer|carcinoma|adenocarcinoma|neoplasm|primary) (?:\w+ ){0,2}?of (?:the |her |his )?(?:\w+ )?"
    r"(?P<of>breast|colon|sigmoid|rectum|lung|stomach|antrum|kidney|prostate|cervix|ovary|pancreas|thyroid|bladder)\b"
    r"|\b(?:mass|lump|tumou?r|nodule|lesion|growth) (?:\w+ ){0,2}?(?:in|of) (?:the |her |his )?(?:(?:right"
    r"|left) )?(?P<in>breast)\b"
    r"|\b(?P<melanoma>melanoma)\b|\b(?P<mast>mastectomy)\b", re.I)  # fmt: skip
_ORGAN = {
    "sigmoid": "colon", "rectal": "rectum", "gastric": "stomach", "antrum": "stomach", "renal": "kidney",
    "prostatic": "prostate", "cervical": "cervix", "ovarian": "ovary", "pancreatic": "pancreas",
    "mammary": "breast", "mastectomy": "breast", "melanoma": "skin",
}  # fmt: skip


@cache
def histologies() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple((re.compile(row["pattern"], re.I), row["name"], row["morphology"]) for row in rows("histologies"))


def case(story: Story, timeline: Timeline) -> Case:
    """The case part of the record; what the text does not say stays None."""
    found = Case()
    passages = [p for p in story.told() if p.kind not in ("discussion", "conclusion", "introduction")]
    _sex(story, passages, found)
    _age(story, timeline, passages, found)
    _origin(story, passages, found)
    _side(story, passages, found)
    _histology(story, passages, found)
    _grade(story, passages, found)
    cited = [place for places in found.cites.values() for place in places]
    quoted = [story.quote(p) for place in cited if (p := story.passage(place.start)) is not None]
    found.evidence = unique(quoted) or [story.quote(p) for p in passages[:1]]
    return found


def _cite(story: Story, passage: Passage, match: re.Match[str]) -> list[Evidence]:
    return [story.cite(passage.start + match.start(), passage.start + match.end())]


def _sex(story: Story, passages: Iterable[Passage], found: Case) -> None:
    women: list[tuple[Passage, re.Match[str]]] = []
    men: list[tuple[Passage, re.Match[str]]] = []
    for p in passages:
        women += [(p, m) for m in _FEMALE.finditer(p.text)]
        men += [(p, m) for m in _MALE.finditer(p.text)]
    told = women if len(women) >= len(men) else men
    if told:
        found.sex = "female" if told is women else "male"
        found.cites["sex"] = _cite(story, *told[0])


def _age(story: Story, timeline: Timeline, passages: list[Passage], found: Case) -> None:
    """The age at diagnosis: said with the diagnosis, else the age at presentation where the cancer is new then."""
    for p in passages:
        for m in _AT_AGE.finditer(p.text):
            near = p.text[max(0, m.start() - 80) : m.end() + 120]
            if _CANCER.search(near) and not _other_illness(near) and not _KIN.search(p.text[: m.start()]):
                found.age_at_diagnosis = int(m["age"] or m["at"] or m["when"])
                found.cites["age_at_diagnosis"] = _cite(story, p, m)
                return
    for p in passages:
        age = _AGE.search(p.text)
        if age is None or _NOT_OWN.search(p.text[max(0, age.start() - 30) : age.start()]):
            continue
        around = [p.text, *(q.text for q in (story.neighbour(p, 1), story.neighbour(p, 2)) if q)]
        if any(_PAST.search(text) and _CANCER.search(text) for text in around):
            return
        if _was_earlier(story, timeline, p):
            return
        found.age_at_diagnosis = int(age["age"] or age["aged"])
        found.cites["age_at_diagnosis"] = _cite(story, p, age)
        return


def _was_earlier(story: Story, timeline: Timeline, passage: Passage) -> bool:
    """Whether the primary is dated a year or more before the age is told, or said to be years past."""
    now = timeline.within(passage) or next((m.when for m in timeline.marks if m.start > passage.start), None)
    for p in story.passages:
        if p.rank != OWN or not _TREATED.search(p.text):
            continue
        if _YEARS_PAST.search(p.text):
            return True
        when = timeline.within(p)
        if now and when and (when.interval.bounds()[1] - now.interval.bounds()[0]).days < -365:
            return True
    return False


def _other_illness(text: str) -> bool:
    return bool(re.search(r"\b(?:insufficiency|menopause|menarche|mother|sister|aunt|father|pregnan\w+)\b", text, re.I))


def _origin(story: Story, passages: Iterable[Passage], found: Case) -> None:
    """The organ named with a cancer most often; a metastasis of it elsewhere is no origin."""
    votes: Counter[str] = Counter()
    first: dict[str, list[Evidence]] = {}
    for p in passages:
        for m in _ORIGIN.finditer(p.text):
            if _NOT_OWN.search(p.text[max(0, m.start() - 30) : m.start()]):
                continue
            if _SPREAD.search(p.text[max(0, m.start() - 25) : m.start()]) and m.lastgroup != "site":
                continue
            name = (m["site"] or m["of"] or m["in"] or m["melanoma"] or m["mast"]).lower()
            name = _ORGAN.get(name, name)
            votes[name] += 3 if m["mast"] else 1
            first.setdefault(name, _cite(story, p, m))
    if votes:
        found.primary_site = votes.most_common(1)[0][0]
        found.cites["primary_site"] = first[found.primary_site]


def _side(story: Story, passages: Iterable[Passage], found: Case) -> None:
    votes: Counter[str] = Counter()
    first: dict[str, list[Evidence]] = {}
    for p in passages:
        if p.rank > 1 and votes:
            break
        if found.primary_site == "breast":
            for m in (*_SIDE.finditer(p.text), *_BREAST_SIDE.finditer(p.text)):
                side = m["side"].lower()
                side = "bilateral" if side == "both" else side
                if _CLEAR_AFTER.match(p.text, m.end()) or _CLEAR_BEFORE.search(p.text[: m.start()]):
                    continue
                if side == "bilateral" and "cancer" not in p.text[m.start() : m.end() + 20].lower():
                    continue
                votes[side] += 1
                first.setdefault(side, _cite(story, p, m))
        quadrant = _QUADRANT.search(p.text)
        if quadrant and found.quadrant is None and found.primary_site == "breast":
            found.quadrant = quadrant.group().replace("’", "'").lower()
            found.cites["quadrant"] = _cite(story, p, quadrant)
    if not votes:
        return
    side = "bilateral" if votes["bilateral"] else votes.most_common(1)[0][0]
    found.laterality = side  # type: ignore[assignment]
    found.cites["laterality"] = first[side]


def _histology(story: Story, passages: Iterable[Passage], found: Case) -> None:
    """The first type that the body tells of the primary; a more special name later replaces plain 'adenocarcinoma'."""
    best: tuple[tuple[int, int, int], Passage, re.Match[str], str, str] | None = None
    for p in passages:
        if not _MAY_BE_TUMOUR.search(p.text):
            continue
        taken = 0
        for pattern, name, code in histologies():
            m = pattern.search(p.text)
            if m is None or _NOT_OWN.search(p.text[max(0, m.start() - 40) : m.start()]):
                continue
            plain = int(name in ("adenocarcinoma", "melanoma", "ductal carcinoma in situ"))
            rank = (
                min(p.rank, 2) if p.kind != "title" else 3,
                plain + (p.rank == OWN and bool(_SPREAD.search(p.text))),
                p.start,
            )
            if (best is None or rank < best[0]) and not taken:
                best = (rank, p, m, name, code)
            taken = 1
    if best is None:
        return
    _, p, m, name, code = best
    text = m.group().lower()
    if name.startswith("invasive ") and "no special" in name and not re.match(r"invasive|infiltrating", text):
        name = name.removeprefix("invasive ")
    found.histology, found.morphology = name, code
    found.cites["histology"] = _cite(story, p, m)
    found.derive("morphology", f"ICD-O-3: {name}")


def _grade(story: Story, passages: Iterable[Passage], found: Case) -> None:
    for p in passages:
        for m in _GRADE.finditer(p.text):
            near = p.text[max(0, m.start() - 60) : m.end() + 60]
            if _NO_GRADE.search(p.text[: m.start()]) or not _TUMOUR.search(near):
                continue
            found.grade = (_WORD_GRADE.get((m["word"] or "").lower()) or _ROMAN.get((m["n"] or "").upper())  # type: ignore[assignment]
                           or m["n"] or m["g"])  # fmt: skip
            found.cites["grade"] = _cite(story, p, m)
            if m["word"]:
                found.derive("grade", "differentiation: well 1, moderately 2, poorly 3")
            return
