"""Whose fact it is: the patient's, another case's, a general statement's, a relative's; and of which case.

The sentence decides by its cues (`lexicons/subject.tsv`), the section says what holds where no cue
speaks: an introduction or discussion states generalities, a literature table lists other patients.
"""

import re

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.language.sections import Layout
from pipeline.lexicons import rows
from pipeline.mentions.mention import SUBJECT_LABELS, Mention, mentions

_GENERAL_SECTIONS = frozenset({"introduction", "discussion", "conclusion", "back"})
_ABBREVIATION_LIST = re.compile(r"(?:^|[.;:]\s*)(?:[A-Z][\w/+ -]{0,18}|[A-Za-z]{2,8}\d{0,2}|\w+ staining)[,:=] [A-Za-z][^;.]{2,70}(?:;|\.\s*$|$)")
_AUTHORS = re.compile(r"\b[A-Z]\w+ et al\b|\bet al\.? (?:have |had )?(?:report|describ|publish|present)")
_GOES_ON = re.compile(r"\s*(?:The (?:patient|woman|man|lesion|tumou?r)|She|He|Her|His|This patient|That patient|Treatment|Therapy|After|Following|Subsequently)\b")
_OWN = re.compile(r"\b(?:our|present|current|this|we)\b", re.I)
_MIXED = re.compile(r"[,;:]\s*(?:(?:and|but|while|whereas|although|since|as|which|so|therefore|we|because|for)\b)|[;:]\s|\b(?:since|because|although|whereas|while)\b", re.I)


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
            sentence = layout.text[start:end]
            whole = self.of_sentence(sentence, section, standing)
            standing = whole if whole == "other" and section in _GENERAL_SECTIONS else ""
            relatives = list(self.cues["family"].finditer(sentence)) if number in by_sentence else []
            for m in by_sentence.get(number, ()):
                m.subject = self.of_mention(sentence, m.start - start, section, whole, relatives)
                m.case = layout.case(m.start) if m.subject == "patient" else None
        return doc

    def of_sentence(self, sentence: str, section: str, standing: str) -> str:
        if section == "table":
            return "other"
        if section == "caption" and len(_ABBREVIATION_LIST.findall(sentence)) > 1:
            return "general"
        if len(_ABBREVIATION_LIST.findall(sentence)) > 1 and sentence.count(";") >= 1 and not self.cues["patient"].search(sentence):
            return "general"
        patient, other, general = (self.cues[k].search(sentence) for k in ("patient", "other", "general"))
        if section in _GENERAL_SECTIONS:
            own = patient and _OWN.search(sentence)
            if other and not own:
                return "other"
            if standing == "other" and _GOES_ON.match(sentence) and not own:
                return "other"
            return "patient" if patient and (own or not general) else "general"
        if other and (not patient or (_AUTHORS.search(sentence) and not _OWN.search(sentence))):
            return "other"
        return "general" if general and not patient and section not in ("caption", "alt") else "patient"

    def of_mention(self, sentence: str, place: int, section: str, whole: str, relatives: list[re.Match[str]]) -> str:
        family = [m for m in relatives if m.end() <= place]
        if family and not re.search(r"[.;]|\b(?:she|he|the patient|patient|herself|himself|the (?:wo)?man)\b|,\s*(?:and|but|the|a|an|this)\b", sentence[family[-1].end() : place], re.I):
            return "family"
        if whole not in ("patient", "general") or section in ("caption", "alt", "table"):
            return whole
        # A sentence of two halves ('Since tamoxifen is widely used, we reviewed …'): the mention's own half decides.
        cuts = [0, *(m.start() for m in _MIXED.finditer(sentence)), len(sentence)]
        low = max(c for c in cuts if c <= place)
        high = min(c for c in cuts if c > place)
        half = sentence[low:high]
        patient, other, general = (self.cues[k].search(half) for k in ("patient", "other", "general"))
        if whole == "patient" and not patient and (general or other) and len(cuts) > 2:
            return "other" if other else "general"
        if whole == "general" and not general and section not in _GENERAL_SECTIONS and (patient or len(cuts) > 2):
            return "patient"
        return whole


@Language.factory("oncocase_subject", requires=["doc.spans", "doc._.layout"], assigns=["span._.mention"])
def make(nlp: Language, name: str) -> Subject:
    """The factory that `config.cfg` names."""
    return Subject()
