"""The primary tumour's own sites in a document: a lesion there is no spread."""

import re

from spacy.tokens import Doc

from pipeline.lexicons import rows

_OF = re.compile(
    r"\b(?:cancers?|carcinomas?|adenocarcinomas?|malignan\w+|sarcomas?|melanomas?|tumou?rs?|neoplasms?|lymphomas?|mass|primary)(?: \([^()]{1,20}\))? (?:of|in|at) (?:the |her |his |an? )?(?:(?:right|left|both|upper|lower|distal|proximal|bilateral) )*$",
    re.I,
)
_SPREAD = re.compile(r"\b(?:metasta\w*|secondary|recurren\w*|suspected|possible)\s*$", re.I)


def primaries(doc: Doc) -> set[str]:
    """Canonical names of the sites that the text calls a cancer's origin; the breast wherever it has cancer."""
    cancer = re.compile(rf"[\s-]*(?:{next(r['pattern'] for r in rows('site_cues') if r['kind'] == 'cancer_noun')})\b", re.I)
    text = doc.text
    found = set()
    for a in doc._.anatomy:
        before = text[max(0, a.start - 60) : a.start]
        if a.kind in ("special", "node"):
            continue
        of = _OF.search(before)
        named = cancer.match(text, a.end) and not re.match(r"[\s-]*tumou?r", text[a.end : a.end + 10])
        if (named or (of and not re.match(r"mass|tumou?r", of.group(), re.I))) and not _SPREAD.search(before[: of.start()] if of else before):
            found.add(a.name)
    if re.search(r"\bbreast\b|mammary|mastectomy|lumpectomy", text, re.I):
        found.add("breast")
    return found
