"""Sites that an image was made of: what it showed there, that it showed no spread, or only that it was made."""

import re

from pipeline.mentions.anatomy import Anatomy
from pipeline.mentions.site_chains import FILL, Chain
from pipeline.mentions.site_words import BROAD, NOT_SPREAD

_IMAGED_OF = re.compile(
    r"\b(?:CT|MRI|MR|scans?|tomography|ultraso\w+|imaging|X-?rays?|radiograph\w*|PET|PET[-/]CT|scintigra\w+)"
    rf"(?: scans?| scanning| imaging)?(?: \([^()]*\))? (?:of|on|for) {FILL}$",
    re.I,
)
_SHOWED = re.compile(
    r"\s(?:\([^()]*\)\s)?(?:had |has |also |then )?(?:revealed|showed|demonstrated|disclosed|detected|identified"
    r"|depicted|displayed)\s(?!no\b|normal)(?:(?!normal|degenerative|no\b)[\w.-]+\s){0,5}?"
    r"(?:(?P<called>metasta\w+)|lesions?|mass(?:es)?|nodules?|tumou?rs?|foci)\b",
    re.I,
)
_IMAGE_NAME = (
    r"(?:CT|MRI|MR|PET|PET[-/]CT|scans?|tomography|ultraso\w+|imaging|X-?rays?|radiograph\w*|scintigra\w+)"
    r"(?: scans?| imaging)?(?: \([^()]*\))?"
)
_CLEAR_OF = re.compile(
    rf"(?:[\s-](?:\w+[\s-]){{0,2}}?{_IMAGE_NAME})?(?:,? and (?:\w+ ){{0,5}}?{_IMAGE_NAME}(?: of (?:the )?\w+)?)?"
    r"(?P<clear>\s(?:(?:did|does) not \w+|failed to \w+|(?:showed|revealed|demonstrated|disclosed|found|detected) no"
    r"|(?:was|were) (?:also |both )?(?:negative for|free of|clear of))|:? without)"
    r"(?: any)?(?: evidence of| signs? of)?(?: \w+){0,2}? (?:metasta\w+|tumou?r\b|malignan\w+|neoplas\w+)",
    re.I,
)
_IMAGE = re.compile(r"\b(?:margins?|film|scan|radiograph|X-?ray|image|imaging|examination|ultrasound)", re.I)
_TUMOUR = re.compile(r"\b(?:metasta|malig|tumou?r|carcinoma|cancer|neoplas|disease|deposit|lesion)", re.I)


def only_examined(before: str, free: str | None) -> bool:
    """Whether a predicate such as 'were clear' praises the image: 'scans of the brain and orbit were unremarkable'."""
    if free is None or _TUMOUR.search(free):
        return False
    return bool(_IMAGED_OF.search(before[-120:]) or _IMAGE.search(free))


def imaged(before: str, after: str, chain: Chain, blocked: bool, others: list[Anatomy]) -> tuple[str, str] | None:
    """What an image of the sites shows: 'an MRI of the brain demonstrated three lesions', 'brain CT was negative
    for metastasis'; nothing where the lesion is said to be at one of the `others`, the sites that follow."""
    of = _IMAGED_OF.search(before[-120:])
    clear = _CLEAR_OF.match(after) if of or blocked else None
    if clear:
        told = range(chain.end + clear.start("clear"), chain.end + clear.end() + 40)
        return None if any(a.start in told for a in others) else ("absent", "imaged")
    shown = _SHOWED.match(after) if of and not blocked else None
    names = {member.name for member in chain.members}
    if shown is None or names & BROAD or NOT_SPREAD.search(after[:120]) or any(a.name not in names for a in others):
        return None
    return ("present" if shown["called"] else "possible"), "imaged"
