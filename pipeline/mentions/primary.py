"""The primary tumour's own sites in a document: a lesion there is no spread."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.lexicons import rows
from pipeline.mentions.anatomy import Anatomy

_OF = re.compile(
    r"\b(?:\w*cancers?|\w*carcinomas?|malignan\w+|\w*sarcomas?|melanomas?|\w*blastomas?|neoplasms?|lymphomas?"
    r"|GISTs?|primary)(?: \([^()]{1,20}\))?(?: (?!metasta|with|and|from|of|in)\w+){0,5}?(?: and (?:infiltrating"
    r"|ulcerat\w+))? (?:of|arising from|originating (?:in|from)) (?:the |her |his |an? )?(?:(?:right|left|both|upper"
    r"|lower|middle|distal|proximal|bilateral)(?: (?:third|part|half) of the)? )*$",
    re.I,
)
_SPREAD = re.compile(r"\b(?:metasta\w*|secondary|recurren\w*|suspected|possible)\s*$", re.I)
_UNSURE = re.compile(
    r"\b(?:differential|versus|vs\.?|suspect\w*|suspicion|rule[sd]? out|exclud\w*|mimic\w*|either|history of"
    r"|distinguish\w*|considered|second primary|hard to tell|differentiat\w*|misdiagnos\w*|resembl\w*|mistaken"
    r"|leading|working|provisional|presum\w*|initially)\b",
    re.I,
)
# 'Her mother had died of ovarian carcinoma' tells of no cancer of hers.
_RELATIVE = re.compile(
    r"\b(?:mother|father|sisters?|brothers?|aunts?|uncles?|cousins?|grand(?:mother|father)s?|daughters?|sons?|siblings?"
    r"|relatives?|niece|nephew|family history)\b(?![^;]*\b(?:she|he|the patient) (?:had|was|has)\b)[^;]*$",
    re.I,
)
_DIFFERENTIAL = re.compile(r"\bdifferential(?:s|\sdiagnos[ei]s)\b", re.I)
_PRIMARY = re.compile(r"\bprimary (?:\w+ )?$", re.I)
_DIAGNOSIS = re.compile(
    r"\b(?:diagnos\w*|(?:in keeping|consistent|compatible) with|confirm\w*|establish\w*|proven)\b", re.I
)
_FIRST = re.compile(
    r"\b(?:mass|tumou?r|lesion|growth|lump|nodule|neoplasm)(?: \w+){0,3} (?:in|of|at|on|arising from"
    r"|involving) (?:the |her |his )?(?:(?:right|left|both|upper|lower|middle|mid|distal|proximal|posterior|anterior"
    r"|inner|outer|central|lateral|medial)(?: \w+(?: of (?:the|her|his))?)? )*$",
    re.I,
)
_FIRST_AFTER = re.compile(r"[\s-](?:mass|tumou?r|nodule|neoplasm|growth)\b", re.I)
_EARLY = 8  # sentences in which a report tells of its tumour
# Where these hold a tumour, the organ may still be told.
_REGIONS = frozenset({"pelvis", "abdomen", "chest", "head", "neck", "trunk", "extremity", "back"})
# 'Gastrointestinal stromal tumour' names no organ, and an umbilicus has no primary tumour.
_NEVER = frozenset({"gastrointestinal tract", "umbilicus", "omentum", "diaphragm"})
_BREAST = re.compile(r"\bbreast\b|\bmammary\b|\bmastectomy\b|\blumpectomy\b", re.I)
_BREAST_CANCER = re.compile(
    r"\b(?:breast|mammary)[\s-](?:\w+[\s-])?(?:cancer|\w*carcinoma|malignan\w+|neoplasm|primary|tumou?r)"
    r"|\b(?:cancer|carcinoma|tumou?r)s? of the (?:\w+ )?breast|\bmastectomy\b|\blumpectomy\b|\blobular carcinoma"
    r"|\bductal carcinoma (?:of|in) the (?:\w+ )?breast",
    re.I,
)
_CANCER = re.compile(
    r"\b(?:cancer|\w*carcinoma|malignan\w+|metasta\w+|melanoma|\w*sarcoma|GISTs?|stromal tumou?r|neuroendocrine"
    r"|\w*blastoma|chordoma|germ cell tumou?r)\b",
    re.I,
)
# Growth into a part of its own organ is no spread either.
_PARTS = {
    "uterus": {"myometrium", "endometrium", "endometrial polyp"},
    "endometrium": {"uterus", "myometrium"},
    "lung": {"bronchus"},
    "kidney": {"renal pelvis"},
    "colon": {"ileocecal valve"},
}


class Primaries:
    """Sets `doc._.primaries`."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.primaries = _primaries(doc)
        return doc


@Language.factory("oncocase_primaries", requires=["doc._.layout", "doc._.anatomy"], assigns=["doc._.primaries"])
def make(nlp: Language, name: str) -> Primaries:
    """The factory that `config.cfg` names."""
    Doc.set_extension("primaries", default=None, force=True)
    return Primaries()


def _primaries(doc: Doc) -> set[str]:
    """Canonical names of the sites that the text calls a cancer's origin, with their parts.

    The organs named with a cancer, but for those named far less often than the first of them, which
    are differential diagnoses, unless the diagnosis calls them primary; the breast wherever the text speaks
    of it, where no other organ's cancer is told alone; and where no organ is named with a cancer at all,
    the first that is said to hold a tumour, or that is taken out.
    """
    cancer = _cancer_noun()
    text = doc._.layout.text
    named: Counter[str] = Counter()
    diagnosed: set[str] = set()
    for a in doc._.anatomy:
        if a.kind in ("special", "node") or a.name in _NEVER:
            continue
        if _is_origin(doc, a, cancer):
            named[a.name] += 1
        if _is_diagnosed_primary(doc, a):
            diagnosed.add(a.name)
    for site, count in _named(text):
        named[site] += count
    most = max(named.values(), default=0)
    found = {name for name, count in named.items() if count and count * 2 > most} | diagnosed
    if _BREAST.search(text) and (not found or _BREAST_CANCER.search(text)):
        found.add("breast")
    if not found and len(doc._.layout.sentences) > 2 and _CANCER.search(text):
        found |= _first_tumour(doc) or _first_operation(text)
    return found.union(*(_PARTS.get(name, ()) for name in found))


def _named(text: str) -> Iterator[tuple[str, int]]:
    """The organs of cancers that carry theirs in the name, and how often: `lexicons/named_cancers.tsv`."""
    lowered = text.lower()
    for pattern, hints, site in named_cancers():
        if any(hint in lowered for hint in hints):
            yield site, len(pattern.findall(text))


@cache
def _cancer_noun() -> re.Pattern[str]:
    noun = next(row["pattern"] for row in rows("site_cues") if row["kind"] == "cancer_noun")
    return re.compile(rf"[\s-]*(?:{noun})\b", re.I)


@cache
def _operations() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those that take out an organ for its own tumour; a spleen, an ovary or a lymph node goes for many reasons."""
    return tuple(
        (re.compile(rf"\b(?:{row['pattern']})(?!\w)", re.I), row["site"])
        for row in rows("surgeries")
        if "organ" in row["flags"].split()
    )


@cache
def named_cancers() -> tuple[tuple[re.Pattern[str], tuple[str, ...], str], ...]:
    return tuple(
        (re.compile(row["pattern"], 0 if "case" in row["flags"] else re.I), tuple(row["hints"].split("|")), row["site"])
        for row in rows("named_cancers")
    )


def _is_origin(doc: Doc, a: Anatomy, cancer: re.Pattern[str]) -> bool:
    text = doc._.layout.text
    begin, end = doc._.layout.sentence(a.start)
    if _RELATIVE.search(text[begin : a.start]) or _DIFFERENTIAL.search(text, begin, a.start):
        return False
    before = text[max(begin, a.start - 60) : a.start]
    of = _OF.search(before)
    named = cancer.match(text, a.end) and not re.match(r"[\s-]*tumou?r", text[a.end : a.end + 10])
    if not (named or of) or _SPREAD.search(before[: of.start()] if of else before):
        return False
    return not _UNSURE.search(text[max(begin, a.start - 60) : min(end, a.end + 40)])


def _is_diagnosed_primary(doc: Doc, a: Anatomy) -> bool:
    """'The findings were in keeping with primary uterine osteosarcoma': a second primary, however rarely named."""
    text = doc._.layout.text
    if not _PRIMARY.search(text[max(0, a.start - 30) : a.start]):
        return False
    begin, end = doc._.layout.sentence(a.start)
    sentence = text[begin:end]
    return bool(_CANCER.search(text[a.end : end]) and _DIAGNOSIS.search(sentence) and not _UNSURE.search(sentence))


def _first_tumour(doc: Doc) -> set[str]:
    text = doc._.layout.text
    stop = doc._.layout.sentences[min(_EARLY, len(doc._.layout.sentences)) - 1][1]
    region: set[str] = set()
    for a in doc._.anatomy:
        if a.start >= stop:
            break
        if a.kind not in ("noun", "adjective") or a.name in _NEVER:
            continue
        if _FIRST.search(text[max(0, a.start - 80) : a.start]) or _FIRST_AFTER.match(text, a.end):
            if a.name not in _REGIONS:
                return {a.name}
            region = region or {a.name}
    return region


def _first_operation(text: str) -> set[str]:
    first = min(((m.start(), site) for pattern, site in _operations() if (m := pattern.search(text))), default=None)
    return {first[1]} if first else set()
