"""Anatomical words of the text, whatever is said of them: the lexicon, vertebrae, liver segments."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.lexicons import rows
from pipeline.mentions.lexicon import Lexicon

_ORDINALS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\\d{1,2}(?:st|nd|rd|th)"
_LEVEL = r"(?:Th|[CTLDS])\d{1,2}"
_VERTEBRAE = re.compile(
    rf"\b{_LEVEL}(?:(?:\s?[-–/]\s?|, ?(?:and )?| and | to )(?:Th|[CTLDS])?\d{{1,2}}\b)* (?:vertebra[el]?|vertebral"
    r"|spinous|lumbar|thoracic|spine)(?: (?:bod(?:y|ies)|vertebrae?))?"
    rf"|\bvertebra[el]?(?: bod(?:y|ies))? (?:of )?{_LEVEL}(?:(?:\s?[-–/,]\s?|, ?(?:and )?| and | to ){_LEVEL})*"
    rf"|\b(?:{_ORDINALS})(?:,? (?:and|to) (?:{_ORDINALS}))? (?:dorsal|thoracic|lumbar|cervical"
    r"|sacral) (?:vertebra[el]?|spine)(?: bod(?:y|ies))?"
)
_LEVEL_ALONE = re.compile(
    r"\b(?:[TL]|Th)\d{1,2}\b(?=\s(?:lesions?|metasta\w+|compression|fracture|uptake|deposit|mass))"
    r"|(?<=(?:take|sion|ions|asis|ases|ture|ment|osit|body) (?:of|in|at) )(?:[TL]|Th)\d{1,2}\b"
    r"|(?<=(?:asis|ases|sion|ions) (?:of|in) )D\d{1,2}\b"
)
# 'Ribs, T8 and left ilium': a level among bones; 'T2' elsewhere is a stage or a weighting.
_LEVEL_IN_LIST = re.compile(r"\b(?:Th|[CTLD])\d{1,2}\b(?![- ]?weighted|[-\s]?N\d|N)")
_LISTED = re.compile(r",? ?(?:(?:and|or|,) )?(?:(?:the|left|right|both) )*", re.I)
# What follows a word for nodes where it means something else: 'celiac disease', 'cervical soft tissues'.
_NO_NODE = {
    "celiac lymph node": re.compile(r"\s(?:disease|sprue|enteropathy)\b", re.I),
    "cervical lymph node": re.compile(
        r"\s(?:soft tissues?|spine|spinal|vertebra\w*|muscles?|o?esophagus|trachea|cord|myelopathy|radiculopathy)\b",
        re.I,
    ),
}
_LOBE = re.compile(
    r"\b(?:frontal|parietal|occipital|temporal)\b(?= (?:lesions?|metasta\w+|mass|tumou?r|nodules?|deposits?"
    r"|recurrence)\b)",
    re.I,
)
_LIVER_SEGMENT = re.compile(r"\bS[1-8]\b(?!\s*phase)")


@dataclass(frozen=True, slots=True)
class Anatomy:
    """An anatomical expression: character offsets, canonical name, kind of word (noun, adjective,
    node, special) and ICD-O-3 topography."""

    start: int
    end: int
    name: str
    kind: str
    icdo3: str
    rule: str


class AnatomyFinder:
    """Sets `doc._.anatomy`, in order of place, without overlaps."""

    def __init__(self, nlp: Language) -> None:
        self.lexicon = Lexicon(nlp, rows("sites"))

    def __call__(self, doc: Doc) -> Doc:
        text = doc._.layout.text
        found = [Anatomy(m.start(), m.end(), "spine", "noun", "C41.2", "vertebrae") for m in _VERTEBRAE.finditer(text)]
        if re.search(r"\bliver|hepat", text, re.I):
            found += [
                Anatomy(m.start(), m.end(), "liver", "noun", "C22.0", "liver_segment")
                for m in _LIVER_SEGMENT.finditer(text)
            ]
        uterine = re.search(r"\bcervix\b|\buter(?:us|ine)\b|\bvagina", text, re.I) is not None
        for span, row in self.lexicon.find(doc):
            name, kind, code = row["norm"], row["kind"], row["icdo3"] or ""
            if row["name"] == "cervical" and uterine:
                name, kind, code = "cervix", "adjective", "C53.9"
            if name in _NO_NODE and _NO_NODE[name].match(text, span.end_char):
                if not name.startswith("cervical"):
                    continue
                name, kind, code = "neck", "adjective", "C76.0"
            found.append(Anatomy(span.start_char, span.end_char, name, kind, code, f"sites:{row['name']}"))
        found += [
            Anatomy(m.start(), m.end(), "spine", "noun", "C41.2", "vertebrae") for m in _LEVEL_ALONE.finditer(text)
        ]
        lobe = ("scalp", "C44.4") if re.search(r"\bscalp\b", text, re.I) else ("brain", "C71.9")
        found += [Anatomy(m.start(), m.end(), lobe[0], "adjective", lobe[1], "lobe") for m in _LOBE.finditer(text)]
        found.sort(key=lambda a: (a.start, -a.end))
        found += _levels_among_bones(text, found)
        found.sort(key=lambda a: (a.start, -a.end))
        kept: list[Anatomy] = []
        for a in found:
            if not kept or a.start >= kept[-1].end:
                kept.append(a)
            elif a.end - a.start > kept[-1].end - kept[-1].start:
                kept[-1] = a
        doc._.anatomy = kept
        return doc


def _levels_among_bones(text: str, found: list[Anatomy]) -> list[Anatomy]:
    """Vertebral levels that stand in a list beside a bone; `found` is in order of place."""
    bones = [a for a in found if a.icdo3.startswith(("C40", "C41"))]
    levels = []
    for m in _LEVEL_IN_LIST.finditer(text):
        place = bisect_left(bones, m.start(), key=lambda a: a.start)
        before = place and _LISTED.fullmatch(text, bones[place - 1].end, m.start())
        after = place < len(bones) and _LISTED.fullmatch(text, m.end(), bones[place].start)
        if (before and before.group().strip()) or (after and after.group().strip()):
            levels.append(Anatomy(m.start(), m.end(), "spine", "noun", "C41.2", "vertebrae"))
    return levels


def between(anatomy: list[Anatomy], start: int, end: int) -> list[Anatomy]:
    """The expressions that lie within `start` and `end`."""
    at = bisect_left(anatomy, start, key=lambda a: a.start)
    out = []
    while at < len(anatomy) and anatomy[at].end <= end:
        out.append(anatomy[at])
        at += 1
    return out


@Language.factory("oncocase_anatomy", assigns=["doc._.anatomy"])
def make(nlp: Language, name: str) -> AnatomyFinder:
    """The factory that `config.cfg` names."""
    Doc.set_extension("anatomy", default=None, force=True)
    return AnatomyFinder(nlp)
