"""Who the patient is and what the primary was: sex, age at diagnosis, side, place, histology, grade."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.patient.model import Case, Evidence
from pipeline.patient.purposes import is_anticancer
from pipeline.patient.story import OWN, Passage, Story, unique
from pipeline.patient.tumour import KIN, NOT_OWN, SPREAD, grade, histology

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
_PAST = re.compile(
    r"\b(?:(?<!month )(?<!week )(?<!day )(?<!months )(?<!weeks )(?<!days )(?<!year )(?<!years )history of"
    r"|(?:had|has) (?:been )?(?:\w+ )?(?:treated|undergone|had|operated|diagnosed|received"
    r"|started on)|known case"
    r"|years? (?:ago|earlier|before|previously|after)|previously|underwent \w+ (?:\w+ )?in \d{4}|had an? "
    r"(?:\w+ ){0,3}mastectomy|operated on|survivor|in remission|in (?:19|20)\d\d for)\b", re.I)  # fmt: skip
# 'Who developed cholestasis during treatment with tamoxifen': the age is that of a complication.
_UNDER = re.compile(
    r"\b(?:during|while (?:on|receiving|taking|under)|(?:cycles?|doses?|courses?|infusions?|injections?|weeks|months"
    r"|years|initiation|start|administration) of|(?:had|has) been (?:started on|receiving|on|taking|given)"
    r"|was (?:on|receiving|taking))\b[^.;]{0,40}$",
    re.I,
)
_NEW = re.compile(
    r"\bdiagnos\w+|\b(?:lump|nodule|breast mass|mass (?:in|of) (?:the|her|his)|growth)\b|\bfound to have\b", re.I
)
_REPORTS = re.compile(r"\b(?:we|paper|article|study|authors) (?:\w+ )?(?:present|report|describe)\w*\b[^.;]*$", re.I)
_PRESENTS = re.compile(
    r"\b(?:present(?:ed|ing)|attended|admitted|referred|complain\w+|consulted|noticed|felt|seen|diagnos\w+|addressed"
    r"|operated|developed|with|who (?:was|had|came))\b",
    re.I,
)
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
# A cancer of both breasts; a bilateral mastectomy may be for one, and 'risk of bilateral breast cancer' is none.
_BILATERAL = re.compile(
    r"\b(?:bilateral|both) (?:(?:synchronous|metachronous|primary|invasive|infiltrating|ductal|lobular|early|advanced"
    r"|simultaneous|locally|HER2\S*|ER\S*|triple[- ]negative),? ){0,4}(?:breasts? |mammary )(?:\w+ )?"
    r"(?:cancers?|carcinomas?|malignanc\w+|primar(?:y|ies))\b(?! (?:risk|screen\w+|prevention))"
    r"|\b(?:cancers?|carcinomas?) (?:of|in) both breasts\b", re.I)  # fmt: skip
_BOTH_TOLD = re.compile(
    r"\b(?:carcinoma|cancer|IDC|ILC)\b[^.;]{0,60}?\b(?P<one>right|left) (?:breast|side)\b[^.;]{0,40}?\band\b"
    r"[^.;]{0,60}?\b(?:carcinoma|cancer|IDC|ILC)\b[^.;]{0,50}?\b(?!(?P=one))(?:right|left) (?:breast|side)\b",
    re.I,
)
_RISK = re.compile(r"\b(?:risk|prevent\w*|prophyla\w+|no|without|suspect\w+|possib\w+) (?:\w+ ){0,3}$", re.I)
_AXILLA_SIDE = re.compile(
    r"\b(?P<side>right|left)(?:[- ]sided)? axilla(?!\w* (?:tail|vein|nerve))|\b(?P<two>bilateral) axilla", re.I
)
_OCCULT = re.compile(r"\boccult\b|\bunknown primary\b", re.I)
# 'MRI of the left breast did not reveal any tumour' tells of no tumour on the left.
_CLEAR_AFTER = re.compile(
    r"[^.,;]{0,30}\b(?:(?:did not|failed to) (?:reveal|show|find|disclose|demonstrate|detect)|(?:was|were|remained)"
    r" (?:normal|unremarkable|clear|free|not involved|healthy))\b", re.I)  # fmt: skip
_CLEAR_BEFORE = re.compile(
    r"\b(?:no|without) (?:\w+ )?(?:tumou?r|lesion|mass|lump|abnormality|finding)s? (?:\w+ ){0,2}?(?:in|of) (?:the )?$"
    r"|\b(?:contralateral|opposite|healthy) (?:\w+ )?$"
    r"|\b(?:fibroadenoma|cyst|lipoma|papilloma|hamartoma|benign \w+)s?,? (?:\w+ ){0,2}?$", re.I)  # fmt: skip
_QUADRANT = re.compile(
    r"\b(?P<clock>\d{1,2} ?o['’]clock)\b|\b(?P<quadrant>(?:upper|lower)[- ](?:outer|inner)(?: quadrant)?"
    r"|(?:outer|inner)[- ](?:upper|lower)(?: quadrant)?|(?:supero|infero)(?:lateral|medial) quadrant|axillary tail"
    r"|retro-?areolar|subareolar|central quadrant)\b", re.I)  # fmt: skip
_LUMP = re.compile(
    r"\b(?:mass|lump|lesion|nodul\w+|tumou?r|cancer|carcinoma|IDC|ILC|densit\w+|calcification\w*|microcalcif\w+"
    r"|distortion|asymmetry|thickening|foc(?:us|i)|enhanc\w+|malignan\w+|ulcer\w*|indurat\w+|plaque|swelling)\b",
    re.I,
)
_BENIGN = re.compile(r"\b(?:fibroadenoma|simple cyst|lipoma|papilloma|\w*sarcoma|purple|haematoma|hematoma)\b", re.I)
_A_SIDE = re.compile(r"\b(right|left)\b(?! (?:upper|lower|middle) lobe)", re.I)
_ORIGIN = re.compile(
    r"\b(?P<site>breast|colon|sigmoid|rectum|rectal|lung|stomach|gastric|kidney|renal|prostate|prostatic|cervix|cervical"
    r"|ovary|ovarian|pancreas|pancreatic|thyroid|skin|bladder|gallbladder|oesophag\w+|esophag\w+|uterus"
    r"|endometri\w+|mammary)\b(?= (?:\w+ )?(?:cancer|carcinoma|adenocarcinoma|primary|mass|tumou?r|lump|neoplasm"
    r"|growth))"
    r"|\b(?P<liver>liver(?= (?:cell )?(?:cancer|carcinoma|primary))|hepatocellular(?= (?:cancer|carcinoma)))"
    r"|\b(?:cancer|carcinoma|adenocarcinoma|SCC|neoplasm|primary) (?:\w+ ){0,2}?of (?:the |her |his )?"
    r"(?:(?:(?:right|left|both|two|upper|lower|middle|distal|proximal|lobe|third|part|uterine|urinary|of|the) ){1,5}"
    r"|\w+ )?"
    r"(?P<of>breast|colon|sigmoid|rectum|lung|stomach|antrum|kidney|prostate|cervix|ovary|ovaries|thyroid|bladder"
    r"|pancreas|pancreatic(?= (?:head|body|tail))|fallopian tubes?|gallbladder|o?esophagus)\b"
    r"|\b(?:squamous[- ]cell carcinoma|small[- ]cell carcinoma|adenocarcinoma) (?:in|of) (?:the )?(?:right|left)"
    r" (?:(?:upper|lower|middle) )?(?:lobe )?(?:of )?(?:the )?(?P<lobe>lung|lobe)\b"
    r"|\b(?:mass|lump|tumou?r|nodule|lesion|growth) (?:\w+ ){0,2}?(?:(?:in|of) (?:the |her |his )?(?:(?:right"
    r"|left) )?|(?:right|left) )(?P<in>breast)\b"
    r"|\b(?P<melanoma>melanoma)\b|\b(?P<mast>mastectomy)\b", re.I)  # fmt: skip
_NECK = re.compile(r"cervical (?:\w+ )?(?:mass|lump|tumou?r)\b", re.I)
_NOT_OF_SKIN = re.compile(
    r"\b(?:mucosal|uveal|choroidal|ocular|conjunctival|[\w-]*gastric|o?esophageal|ano-?rectal|rectal|anal|vaginal|vulvar"
    r"|nasal|sinonasal|oral|meningeal|negative for) (?:malignant )?$", re.I)  # fmt: skip
# 'Metastasis of a carcinoma of the breast': what follows is where it came from.
_FROM_IT = re.compile(
    r"\bmetasta\w+ (?:of|from|heralding|revealing|due to|secondary to) (?:an? |the |his |her )?(?:\w+ ){0,2}$", re.I
)
_YEAR = 365
_ORGAN = {
    "sigmoid": "colon", "rectal": "rectum", "gastric": "stomach", "antrum": "stomach", "renal": "kidney",
    "prostatic": "prostate", "cervical": "cervix", "ovarian": "ovary", "pancreatic": "pancreas",
    "mammary": "breast", "mastectomy": "breast", "melanoma": "skin", "hepatocellular": "liver", "lobe": "lung",
    "ovaries": "ovary", "fallopian tubes": "fallopian tube",
}  # fmt: skip


def case(story: Story, timeline: Timeline) -> Case:
    """The case part of the record; what the text does not say stays None."""
    found = Case()
    passages = [p for p in story.told() if p.kind not in ("discussion", "conclusion", "introduction")]
    _sex(story, passages, found)
    _age(story, timeline, passages, found)
    _origin(story, passages, found)
    _side(story, passages, found)
    _quadrant(story, passages, found)
    histology(story, passages, found)
    grade(story, passages, found)
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
            if _CANCER.search(near) and not _other_illness(near) and not KIN.search(p.text[: m.start()]):
                found.age_at_diagnosis = int(m["age"] or m["at"] or m["when"])
                found.cites["age_at_diagnosis"] = _cite(story, p, m)
                return
    for p in passages:
        age = _AGE.search(p.text)
        if age is None or NOT_OWN.search(p.text[max(0, age.start() - 30) : age.start()]):
            continue
        around = [p.text, *(q.text for q in (story.neighbour(p, 1), story.neighbour(p, 2)) if q)]
        if any(_PAST.search(text) and _CANCER.search(text) for text in around):
            return
        if _was_earlier(story, timeline, p) or _is_of_complication(p, age) or _is_of_report(story, timeline, p, age):
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
        if now and when and (when.interval.bounds()[1] - now.interval.bounds()[0]).days < -_YEAR:
            return True
    return False


def _is_of_complication(passage: Passage, age: re.Match[str]) -> bool:
    """Whether the sentence of an age tells of what came under a drug against the cancer, and of no diagnosis."""
    if _NEW.search(passage.text[age.end() :]):
        return False
    drugs = [m for m in passage.of("Drug") if m.status in (None, "given") and is_anticancer(m.value.norm())]
    return any(_UNDER.search(passage.before(m.start)[age.end() :]) for m in drugs)


def _is_of_report(story: Story, timeline: Timeline, passage: Passage, age: re.Match[str]) -> bool:
    """'We present a 72-year-old woman', and a story of more than a year: when she was of that age is not said."""
    if not _REPORTS.search(passage.text[: age.start()]) or _PRESENTS.search(passage.text[age.end() :]):
        return False
    told = [(timeline.within(p), p) for p in story.passages if p.rank == OWN]
    dates = [(when.interval.bounds(), p) for when, p in told if when is not None]
    first = next((bounds[1] for bounds, p in dates if _TREATED.search(p.text)), None)
    return first is not None and any((bounds[0] - first).days > _YEAR for bounds, _ in dates)


def _other_illness(text: str) -> bool:
    return bool(re.search(r"\b(?:insufficiency|menopause|menarche|mother|sister|aunt|father|pregnan\w+)\b", text, re.I))


def _origin(story: Story, passages: Iterable[Passage], found: Case) -> None:
    """The organ named with a cancer most often; a metastasis of it elsewhere is no origin."""
    votes: Counter[str] = Counter()
    first: dict[str, list[Evidence]] = {}
    for p in passages:
        for m in _ORIGIN.finditer(p.text):
            if NOT_OWN.search(p.text[max(0, m.start() - 30) : m.start()]) or KIN.search(p.text[: m.start()]):
                continue
            near = p.text[max(0, m.start() - 40) : m.start()]
            if SPREAD.search(near[-25:]) and m.lastgroup != "site" and not _FROM_IT.search(near):
                continue
            name = m.group(m.lastgroup or 0).lower()
            if _NECK.match(p.text, m.start()) or (name == "melanoma" and _NOT_OF_SKIN.search(p.text[: m.start()])):
                continue
            name = "esophagus" if name.startswith(("oesophag", "esophag")) else _ORGAN.get(name, name)
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
                if side == "bilateral":
                    continue
                votes[side] += 1
                first.setdefault(side, _cite(story, p, m))
            for m in (*_BILATERAL.finditer(p.text), *_BOTH_TOLD.finditer(p.text)):
                if not _RISK.search(p.text[: m.start()]) and not SPREAD.search(m.group()):
                    votes["bilateral"] += 1
                    first.setdefault("bilateral", _cite(story, p, m))
    if not votes and found.primary_site == "breast" and any(_OCCULT.search(p.text) for p in story.passages):
        _side_of_axilla(story, passages, votes, first)
        found.derive("laterality", "the axilla of an occult primary") if votes else None
    if not votes:
        return
    side = "bilateral" if votes["bilateral"] else votes.most_common(1)[0][0]
    found.laterality = side  # type: ignore[assignment]
    found.cites["laterality"] = first[side]


def _side_of_axilla(
    story: Story, passages: Iterable[Passage], votes: Counter[str], first: dict[str, list[Evidence]]
) -> None:
    """The side of the axilla, all of it one, of a primary that was not found."""
    told = [(p, m) for p in passages for m in _AXILLA_SIDE.finditer(p.text)]
    sides = {(m["side"] or m["two"]).lower() for _, m in told}
    if len(sides) == 1 and sides <= {"right", "left"}:
        (side,) = sides
        votes[side] += 1
        first[side] = _cite(story, *told[0])


def _quadrant(story: Story, passages: Iterable[Passage], found: Case) -> None:
    """The first quadrant that is told of a tumour of the side that the cancer is on."""
    if found.primary_site != "breast":
        return
    for p in passages:
        m = _QUADRANT.search(p.text)
        if m is None or not _LUMP.search(p.text) or _BENIGN.search(p.text[max(0, m.start() - 80) : m.end() + 60]):
            continue
        sides = {one.lower() for one in _A_SIDE.findall(p.text)}
        if found.laterality in ("right", "left") and sides and found.laterality not in sides:
            continue
        found.quadrant = m.group().replace("’", "'").lower()
        found.cites["quadrant"] = _cite(story, p, m)
        return
