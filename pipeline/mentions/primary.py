"""The primary tumour's own sites in a document: a lesion there is no spread."""

import re
from collections import Counter

from spacy.tokens import Doc

from pipeline.lexicons import rows
from pipeline.mentions.anatomy import Anatomy

_OF = re.compile(
    r"\b(?:cancers?|carcinomas?|adenocarcinomas?|malignan\w+|sarcomas?|melanomas?|neoplasms?|lymphomas?"
    r"|primary)(?: \([^()]{1,20}\))?(?: (?!metasta|with|and|from|of|in)\w+){0,5}? of (?:the |her |his "
    r"|an? )?(?:(?:right|left|both|upper|lower|distal|proximal|bilateral) )*$",
    re.I,
)
_SPREAD = re.compile(r"\b(?:metasta\w*|secondary|recurren\w*|suspected|possible)\s*$", re.I)
_UNSURE = re.compile(
    r"\b(?:differential|versus|vs\.?|suspect\w*|suspicion|rule[sd]? out|exclud\w*|mimic\w*|either|history of"
    r"|distinguish\w*|considered|second primary)\b",
    re.I,
)
_FIRST = re.compile(
    r"\b(?:mass|tumou?r|lesion|growth|lump|nodule|neoplasm)(?: \w+){0,3} (?:in|of|at|on|arising from"
    r"|involving) (?:the |her |his )?(?:(?:right|left|both|upper|lower|distal|proximal|posterior|anterior|inner"
    r"|outer)(?: \w+)? )*$",
    re.I,
)
_BREAST = re.compile(r"\bbreast\b|\bmammary\b|\bmastectomy\b|\blumpectomy\b", re.I)
# Cancers that carry their organ in their name.
_NAMED = (
    (re.compile(r"\bN?SCLC\b|small[- ]cell lung"), "lung"),
    (re.compile(r"\bHCC\b|hepatocellular carcinoma", re.I), "liver"),
    (re.compile(r"\b(?:cc)?RCC\b|renal[- ]cell carcinoma", re.I), "kidney"),
    (re.compile(r"\bcholangiocarcinoma", re.I), "bile duct"),
    (re.compile(r"\bmCRC\b|\bCRC\b"), "colon"),
    (re.compile(r"\bglioblastoma|\bglioma", re.I), "brain"),
)
_CANCER = re.compile(r"\b(?:cancer|carcinoma|adenocarcinoma|malignan\w+|metasta\w+|melanoma|sarcoma)\b", re.I)


def primaries(doc: Doc) -> set[str]:
    """Canonical names of the sites that the text calls a cancer's origin.

    The organs named with a cancer, but for those named far less often than the first of them, which
    are differential diagnoses; the breast wherever the text speaks of it; and where no organ is
    named with a cancer at all, the first that is said to hold a tumour.
    """
    cancer = re.compile(
        rf"[\s-]*(?:{next(r['pattern'] for r in rows('site_cues') if r['kind'] == 'cancer_noun')})\b", re.I
    )
    text = doc._.layout.text
    named: Counter[str] = Counter()
    for a in doc._.anatomy:
        if a.kind not in ("special", "node") and _is_origin(doc, a, cancer):
            named[a.name] += 1
    for pattern, name in _NAMED:
        named[name] += len(pattern.findall(text))
    most = max(named.values(), default=0)
    found = {name for name, count in named.items() if count and count * 2 > most}
    if _BREAST.search(text):
        found.add("breast")
    if not found and len(doc._.layout.sentences) > 2 and _CANCER.search(text):
        found |= _first_tumour(doc)
    return found


def _is_origin(doc: Doc, a: Anatomy, cancer: re.Pattern[str]) -> bool:
    text = doc._.layout.text
    begin, end = doc._.layout.sentence(a.start)
    before = text[max(begin, a.start - 60) : a.start]
    of = _OF.search(before)
    named = cancer.match(text, a.end) and not re.match(r"[\s-]*tumou?r", text[a.end : a.end + 10])
    if not (named or of) or _SPREAD.search(before[: of.start()] if of else before):
        return False
    return not _UNSURE.search(text[max(begin, a.start - 60) : min(end, a.end + 40)])


def _first_tumour(doc: Doc) -> set[str]:
    text = doc._.layout.text
    stop = doc._.layout.sentences[min(4, len(doc._.layout.sentences)) - 1][1]
    for a in doc._.anatomy:
        if a.start >= stop:
            break
        if a.kind in ("noun", "adjective") and (
            _FIRST.search(text[max(0, a.start - 80) : a.start])
            or re.match(r"[\s-](?:mass|tumou?r)\b", text[a.end : a.end + 8])
        ):
            return {a.name}
    return set()
