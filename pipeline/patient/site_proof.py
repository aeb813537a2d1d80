"""How a site was shown to hold spread or to be free of it: biopsy, cytology, surgery, imaging, autopsy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pipeline.patient.sites import site_names
from pipeline.patient.story import SAMPLING, Passage, Story

if TYPE_CHECKING:
    from pipeline.mentions.mention import Mention

Method = Literal["biopsy", "cytology", "surgery", "imaging", "autopsy"]
_FLUIDS = frozenset({"cerebrospinal fluid", "pleura", "peritoneum", "pericardium"})
_CELLS = re.compile(r"\b(?:malignant|tumou?r|neoplastic|atypical|cancer|carcinoma|melanoma) cells\b|\bcytolog", re.I)
_FLUID = re.compile(r"\b(?:fluid|CSF|effusions?|ascit\w+|lavage|puncture)\b", re.I)
_CLAUSES = re.compile(r";")
_ANOTHER = re.compile(r"^\W*(?:After|Following|During|\w+ (?:days?|weeks?|months?|years?) (?:later|after))\b", re.I)
_OTHER_LOOK = re.compile(
    r"\b(?:\w*(?:endoscop|gastroscop|colonoscop|cystoscop|proctoscop|hysteroscop)\w*|palpation|palpable|fundoscop\w+"
    r"|physical examination|clinical examination)\b",
    re.I,
)
# Words of what a microscope shows.
_TISSUE = re.compile(
    r"\b(?:cells|nests|stroma|stromal|(?:sub)?mucosa|histolog\w+|pathologists?|microscop\w+|in single file)\b", re.I
)
# Up to the verb: 'biopsies of the liver lesion and of two mesenteric nodules confirmed'.
_OF = re.compile(
    r"\s(?:\w+ )?(?:of|from) (?P<what>(?:(?!show|confirm|reveal|demonstrat|disclos|yield|prove|found|was\b|were\b|had\b"
    r"|gave\b)[\w,-]+ ?){1,10})",
    re.I,
)
_BESIDE = re.compile(r"[\w-]+(?: [\w-]+)? $")
_OPENED = re.compile(r"\b(?:crani|thorac|lapar|lamin)(?:otomy|ectomy)\b|\bmetastasectomy\b", re.I)
_THROUGH_ECHO = re.compile(r"\bE[BU]U?S(?:[- ]guided)?(?:[- ]?(?:FNAC?|TBNA))?\b|\bendobronchial ultraso\w+", re.I)


def proof(story: Story, said: list[tuple[Passage, Mention]], status: str) -> Method | None:
    """The first way in which tissue or cells showed it, else the first way at all.

    What is only possible was not settled by tissue: what was sampled beside it was something else. What is told to have
    gone was shown before.
    """
    found = [
        method
        for passage, m in said
        if (method := _method(story, passage, m, status))
        and (method == "imaging" or (status != "possible" and m.status != "resolved"))
    ]
    return next((method for method in found if method != "imaging"), found[0] if found else None)


def _method(story: Story, passage: Passage, m: Mention, status: str) -> Method | None:
    """The words of a method nearest to the site, in its clause, its sentence or the one before."""
    here = m.start - passage.start
    name = m.value.norm()
    if name in _FLUIDS and _FLUID.search(passage.text) and _CELLS.search(_clause(passage.events, here)):
        return "cytology"
    found = list(_ways(passage, here, name))
    low, high = _bounds(passage.events, here)
    clause = [(distance, way) for distance, place, way in found if low <= place < high]
    if clause or found:
        return min(clause or [(distance, way) for distance, _, way in found])[1]
    before = story.neighbour(passage, -1)
    text = passage.text
    if before is None or before.paragraph != passage.paragraph or status == "possible":
        return None
    if _ANOTHER.match(text) or _OTHER_LOOK.search(text):
        return None
    names = {way for _, _, way in _ways(before, len(before.text), name)}
    if len(names) != 1:
        return None
    way = names.pop()
    return way if way == "imaging" or (status != "absent" and _TISSUE.search(text)) else None


def _ways(passage: Passage, here: int, name: str) -> Iterator[tuple[int, int, Method]]:
    """The methods of a passage: distance from the site, place, and how; a sample of another site is left out."""
    text = passage.events
    echo = [(m.start(), m.end()) for m in _THROUGH_ECHO.finditer(text)]
    for start, _ in echo:
        yield abs(start - here), start, "cytology"
    for m in _OPENED.finditer(text):
        yield abs(m.start() - here), m.start(), "surgery"
    for w in SAMPLING.finditer(text):
        if any(start <= w.start() < end for start, end in echo):
            continue
        if w.lastgroup in ("biopsy", "cytology") and _is_of_another(text, w, name):
            continue
        yield abs(w.start() - here), w.start(), w.lastgroup  # type: ignore[misc]


def _is_of_another(text: str, word: re.Match[str], name: str) -> bool:
    """Whether a sample is said to be of another site: 'peritoneal biopsies' tell nothing of the liver.

    A sample of a recurrence is one of the place where it is.
    """
    before, of = _BESIDE.search(text, 0, word.start()), _OF.match(text, word.end())
    for words in (of["what"] if of else "", before.group() if before else ""):
        names = [n for n in site_names(words) if n != words] if words else []
        if names:
            return name not in ("recurrence", "distant") and not any(_alike(n, name) for n in names)
    return False


def _alike(one: str, other: str) -> bool:
    return one == other or (_is_node(one) and _is_node(other)) or {one, other} == {"bone", "bone marrow"}


def _is_node(name: str) -> bool:
    return name.endswith("lymph node")


def _bounds(text: str, here: int) -> tuple[int, int]:
    """Where the clause of a place begins and ends."""
    cuts = [m.start() for m in _CLAUSES.finditer(text)]
    return max((c for c in cuts if c < here), default=0), min((c for c in cuts if c >= here), default=len(text))


def _clause(text: str, here: int) -> str:
    low, high = _bounds(text, here)
    return text[low:high]
