"""Published cases that a discussion tells of in a sentence: 'Okonjo et al. reported a 62-year-old woman with …'."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.mentions.mention import Mention, mentions
from pipeline.patient.model import Evidence, LiteratureCase

if TYPE_CHECKING:
    from spacy.tokens import Doc

_AUTHORS = re.compile(r"\b[A-Z][\w’'-]+(?: et al\.?| and (?:colleagues|co-?workers|associates))(?: \(\d{1,3}\))?")
_AGE = re.compile(r"\b(?P<age>\d{1,2})[- ]?years?[- ]old\b|\baged (?P<aged>\d{1,2})\b", re.I)
_FEMALE, _MALE = re.compile(r"\b(?:woman|female|lady)\b", re.I), re.compile(r"\b(?:man|male|gentleman)\b", re.I)
_SEVERAL = re.compile(r"\b(?:cohort|series|patients|cases|trial|study of|meta-?analysis)\b", re.I)


def told_cases(doc: Doc, text: str) -> list[LiteratureCase]:
    """One case a sentence that names authors and a single patient with an age or a sex."""
    layout = doc._.layout
    found: list[LiteratureCase] = []
    said: dict[int, list[Mention]] = {}
    for m in mentions(doc):
        said.setdefault(layout.sentence_index(m.start), []).append(m)
    for number, (start, end) in enumerate(layout.sentences):
        if layout.section(start).kind == "table":
            continue
        sentence = text[start:end]
        authors = _AUTHORS.search(sentence)
        age = _AGE.search(sentence)
        one = age or _FEMALE.search(sentence) or _MALE.search(sentence)
        if authors is None or one is None or (_SEVERAL.search(sentence) and not age):
            continue
        case = LiteratureCase(reference=authors.group(), confidence=0.7)
        case.evidence = [Evidence(start=start, end=start + len(sentence.rstrip()), text=sentence.rstrip())]
        if age:
            case.age = int(age["age"] or age["aged"])
        case.sex = "female" if _FEMALE.search(sentence) else "male" if _MALE.search(sentence) else None
        for m in said.get(number, ()):
            if m.subject not in ("other", "general", None):
                continue
            name = m.value.norm()
            if m.label == "Site" and m.status in (None, "present") and name not in case.sites:
                case.sites.append(name)
            elif m.label == "Drug" and m.status in (None, "given") and name not in case.treatments:
                case.treatments.append(name)
        found.append(case)
    return found
