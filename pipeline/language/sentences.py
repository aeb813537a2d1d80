"""Sentence starts, found on the raw text in one pass and set in one call.

medspaCy's PyRuSH splits 'In Jan. | 2021', misses a break after '20%.' and is quadratic; spaCy's
sentencizer knows no 'M0.After'. The rules are a handful, and all stand below.
"""

import re
from collections.abc import Iterator

import numpy as np
from spacy.attrs import SENT_START  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.tokens import Doc

# A sign that may end a sentence, with closing brackets and quotes, a citation number in brackets,
# and the blank after it. A missing blank counts before a capitalised word ('M0.After that').
_END = re.compile(r"[.!?][)\]\"'”’]*(?:\s*\[\d[\d,–-]*\])?(?:[ \t\u00a0]+|(?=\[?[A-Z][a-z]))|\n")
_NO_END = re.compile(
    r"(?:\b(?:al|[Ff]igs?|[Tt]abs?|vs|Drs?|Mrs?|Ms|Prof|St|[Nn]os?|[Aa]pprox|ca|cf|e\.g|i\.e|resp|[Ii]nc|[Ll]td|Corp|Co"
    r"|[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ept?|[Oo]ct|[Nn]ov|[Dd]ec|[Rr]efs?|[Vv]ol|pp|spp|sp)"
    r"|(?:^|[\s(])[A-Z])$"
)
_WORD_BEFORE = re.compile(r"[a-z]{4,}$|[)\]%]$")
# No sentence is longer: grammars look at a sentence as a whole, and 50,000 signs without an end are none.
_LONGEST = 2500


def starts(text: str) -> list[int]:
    """Character offsets at which a sentence begins, the first being 0."""
    found = [0]
    for end in _END.finditer(text):
        if end.group() == "\n":
            begin = _after_line(text, end.start())
        else:
            begin = end.end() if _ends(text, end.start(), end.end()) else None
        if begin is not None and begin > found[-1] and text[found[-1] : begin].strip():
            found += _cuts(text, found[-1], begin)
            found.append(begin)
    return found + list(_cuts(text, found[-1], len(text)))


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Where a sentence that is too long is cut: behind the last semicolon, else blank, before the limit."""
    while end - start > _LONGEST:
        limit = start + _LONGEST
        at = max(text.rfind("; ", start + 1, limit), text.rfind("\t", start + 1, limit))
        at = at if at > start else text.rfind(" ", start + 1, limit)
        start = at + 1 if at > start else limit
        while start < end and text[start].isspace():
            start += 1
        if start < end:
            yield start


def _ends(text: str, dot: int, following: int) -> bool:
    if following >= len(text):
        return False
    before, after = text[max(0, dot - 12) : dot], text[following]
    if text[dot] == ".":
        if _NO_END.search(before) or after == ".":  # an ellipsis with blanks
            return False
        number = re.search(r"\d+$", before)
        if number and after.isdigit():  # '38. 3 °C' is one number; '... in 2015. 3 months later' is not
            return len(number.group()) == 4
    return not after.islower() or bool(_WORD_BEFORE.search(before))


def _after_line(text: str, newline: int) -> int | None:
    """Where the next sentence begins when a line break ends this one: at blank lines, after a full
    stop, before a cell (tab), bullet or capital; a line that goes on in lower case goes on."""
    blank = re.compile(r"\s*").match(text, newline)
    assert blank is not None
    if blank.end() >= len(text):
        return None
    gap = blank.group()
    wrapped = gap.count("\n") == 1 and "\t" not in gap and (text[blank.end()].islower() or text[newline - 1] in ",-–(/")
    return None if wrapped else blank.end()


class Sentences:
    """Sets `is_sent_start` of every token; time grows linearly with the text."""

    def __call__(self, doc: Doc) -> Doc:
        if not len(doc):
            return doc
        flags = np.full((len(doc), 1), -1, dtype="int64").astype("uint64")
        words = np.flatnonzero(doc.to_array("IS_SPACE") == 0)
        places = doc.to_array("IDX")[words].astype("int64")
        found = np.searchsorted(places, starts(doc.text))
        flags[words[found[found < len(words)]], 0] = 1
        flags[0, 0] = 1
        doc.from_array([SENT_START], flags)  # type: ignore[arg-type]
        return doc


@Language.factory("oncocase_sentences", assigns=["token.is_sent_start", "doc.sents"])
def make(nlp: Language, name: str) -> Sentences:
    """The factory that `config.cfg` names."""
    return Sentences()
