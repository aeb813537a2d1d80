"""Whose fact it is: the patient's, another case's, a general statement's, a relative's; and of which case.

The sentence decides by its cues (`lexicons/subject.tsv`), the section says what holds where no cue
speaks: an introduction or discussion states generalities, a literature table lists other patients.
"""

import re
from collections.abc import Mapping
from functools import cached_property

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.language.sections import Layout
from pipeline.lexicons import rows
from pipeline.mentions.mention import SUBJECT_LABELS, Mention, mentions

_GENERAL_SECTIONS = frozenset({"introduction", "discussion", "conclusion", "back"})
_TABLES = {"table": "other", "own_table": "patient"}
_UNDIVIDED = frozenset({"caption", "alt", *_TABLES})  # whose sentences are of one subject throughout
_ABBREVIATION_LIST = re.compile(
    r"(?:^|[.;:]\s*)(?:[A-Z][\w/+ -]{0,18}|[A-Za-z]{2,8}\d{0,2}|\w+ staining)[,:=] [A-Za-z][^;.]{2,70}(?:;|\.\s*$|$)"
)
_AUTHORS = re.compile(r"\b[A-Z]\w+ et al\b|\bet al\.? (?:have |had )?(?:report|describ|publish|present)")
_GOES_ON = re.compile(
    r"\s*(?:The (?:patient|woman|man|lesion|tumou?r)|She|He|Her|His|This patient|That patient|Treatment|Therapy"
    r"|After|Following|Subsequently)\b"
)
_KIN = re.compile(
    r"[mM]other|[fF]ather|[sS]ister|[bB]rother|[fF]amil|[aA]unt|[uU]ncle|[cC]ousin|[dD]aughter|\bsons?\b|[sS]ibling"
    r"|[pP]arent|[nN]iece|[rR]elative|degree"
)
_NO_LONGER_KIN = re.compile(
    r"[.;]|\b(?:she|he|the patient|patient|herself|himself|the (?:wo)?man)\b|,\s*(?:and|but|the|a|an|this)\b", re.I
)
# 'A kidney from his brother' is the patient's; 'a mutation from her father, who had …' tells of the father.
_FROM_KIN = re.compile(r"\b(?:from|with|by|to|for|like) $", re.I)
_WHO = re.compile(r"\s*,? ?(?:who|whose)\b")
_KEYWORDS = re.compile(r"\s*Key ?words?\b", re.I)
# A reason in the present tense ('…, since it often recurs') is as general as what it explains.
_REASON = re.compile(r"\W*(?:since|because|as|for|although|whereas|while)\b", re.I)
_PAST = re.compile(
    r"\b(?:was|were|had|did|has|have|[a-z]{3,}ed|underwent|began|took|gave|fell|grew|chose|chosen|given|seen)\b"
)
_OWN = re.compile(r"\b(?:our|present|current|this|we)\b", re.I)
_MIXED = re.compile(
    r"[,;:]\s*(?:(?:and|but|while|whereas|although|since|as|which|so|therefore|we|because|for)\b)|[;:]\s|\b(?:since"
    r"|because|although|whereas|while)\b",
    re.I,
)


class _Reading:
    """A sentence with its cues, each looked for when first asked for: many sentences need one or none."""

    def __init__(self, text: str, cues: Mapping[str, re.Pattern[str]]) -> None:
        self.text = text
        self._cues = cues
        self._said: dict[str, bool] = {}

    def says(self, subject: str) -> bool:
        if subject not in self._said:
            self._said[subject] = self._cues[subject].search(self.text) is not None
        return self._said[subject]

    @cached_property
    def relatives(self) -> list[re.Match[str]]:
        if not _KIN.search(self.text):
            return []
        found = self._cues["family"].finditer(self.text)
        return [kin for kin in found if not self._gave(kin)]

    def _gave(self, kin: re.Match[str]) -> bool:
        """Whether the relative is named only as giver, companion or receiver."""
        return bool(_FROM_KIN.search(self.text, max(0, kin.start() - 6), kin.start())) and not _WHO.match(
            self.text, kin.end()
        )

    @cached_property
    def cuts(self) -> list[int]:
        """Where the sentence falls into halves: 'Since tamoxifen is widely used, we reviewed …'."""
        return [0, *(m.start() for m in _MIXED.finditer(self.text)), len(self.text)]

    def half(self, place: int) -> "_Reading":
        low = max(cut for cut in self.cuts if cut <= place)
        high = min(cut for cut in self.cuts if cut > place)
        return _Reading(self.text[low:high], self._cues)


class Subject:
    """Sets `subject` and `case` of every mention that says something of somebody."""

    def __init__(self) -> None:
        cues: dict[str, list[str]] = {}
        for row in rows("subject"):
            cues.setdefault(row["subject"], []).append(row["pattern"])
        self.cues = {subject: re.compile("|".join(patterns), re.I) for subject, patterns in cues.items()}

    def __call__(self, doc: Doc) -> Doc:
        layout: Layout = doc._.layout
        by_sentence: dict[int, list[Mention]] = {}
        for m in mentions(doc):
            if m.label in SUBJECT_LABELS:
                by_sentence.setdefault(layout.sentence_index(m.start), []).append(m)
        standing = ""
        for number, (start, end) in enumerate(layout.sentences):
            section = layout.section(start).kind
            if number not in by_sentence and section not in _GENERAL_SECTIONS:
                standing = ""
                continue
            sentence = _Reading(layout.text[start:end], self.cues)
            row = layout.row(start)
            whole = "patient" if row and not row.name else of_sentence(sentence, section, standing)
            if number == 0 and whole == "general" and not sentence.text.rstrip().endswith((".", "?", "!")):
                whole = "patient"  # the title of a report is about its patient, also where it names the literature
            standing = whole if whole == "other" and section in _GENERAL_SECTIONS else ""
            for m in by_sentence.get(number, ()):
                m.subject = of_mention(sentence, m.start - start, section, whole)
                here = layout.row(m.start)
                if here and not here.name:
                    m.subject = "patient"
                m.case = layout.case(m.start) if m.subject == "patient" and row is None else None
                if row and m.subject == "other":
                    m.case = row.name
        return doc


def of_sentence(sentence: _Reading, section: str, standing: str) -> str:
    """Whose the sentence is as a whole; `standing` is the subject that the one before left open."""
    if section in _TABLES:
        return _TABLES[section]
    if _KEYWORDS.match(sentence.text):
        return "patient"
    listed = len(_ABBREVIATION_LIST.findall(sentence.text)) if ";" in sentence.text else 0
    if listed > 1 and (section == "caption" or not sentence.says("patient")):
        return "general"
    if section in _GENERAL_SECTIONS:
        own = sentence.says("patient") and _OWN.search(sentence.text)
        if not own and (sentence.says("other") or (standing == "other" and _GOES_ON.match(sentence.text))):
            return "other"
        return "patient" if sentence.says("patient") and (own or not sentence.says("general")) else "general"
    if sentence.says("other") and (
        not sentence.says("patient") or (_AUTHORS.search(sentence.text) and not _OWN.search(sentence.text))
    ):
        return "other"
    if section in ("caption", "alt") or sentence.says("patient"):
        return "patient"
    return "general" if sentence.says("general") else "patient"


def of_mention(sentence: _Reading, place: int, section: str, whole: str) -> str:
    """Whose the mention at `place` is: a relative's after a word of kinship, else what its half of the
    sentence says, else what the whole does."""
    kin = next((m for m in reversed(sentence.relatives) if m.end() <= place), None)
    if kin is not None and not _NO_LONGER_KIN.search(sentence.text, kin.end(), place):
        return "family"
    if whole not in ("patient", "general") or section in _UNDIVIDED or len(sentence.cuts) <= 2:
        return whole
    half = sentence.half(place)
    if whole == "patient" and not half.says("patient"):
        return "other" if half.says("other") else "general" if half.says("general") else whole
    told = not _REASON.match(half.text) or half.says("patient") or _PAST.search(half.text)
    if whole == "general" and not half.says("general") and told and section not in _GENERAL_SECTIONS:
        return "patient"
    return whole


@Language.factory("oncocase_subject", requires=["doc.spans", "doc._.layout"], assigns=["span._.mention"])
def make(nlp: Language, name: str) -> Subject:
    """The factory that `config.cfg` names."""
    return Subject()
