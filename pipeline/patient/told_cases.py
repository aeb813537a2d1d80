"""Published cases that a discussion tells of in a sentence: 'Okonjo et al. reported a 62-year-old woman with …'."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.mentions.mention import Mention, mentions
from pipeline.patient.model import Evidence, LiteratureCase
from pipeline.patient.surgery import operation_names
from pipeline.patient.tumour import histologies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spacy.tokens import Doc

_AUTHORS = re.compile(r"\b[A-Z][\w’'-]+(?: et al\.?| and (?:colleagues|co-?workers|associates))(?: \(\d{1,3}\))?")
# 'One group has described a man … [4]': a case of others that is named by its number only.
_OTHERS = re.compile(
    r"\b(?:group|team|author|report|case|investigators|authors|others)s? (?:(?:from|in|of) \w+ )?"
    r"(?:(?:has|have|had|was|were) )?(?:also |been |recently |previously )*(?:described|reported|published|presented)"
    r" (?:the case of |by \w+ )?an? ",
    re.I,
)
_OURSELVES = re.compile(r"\b(?:we|our|us|present (?:case|report|patient))\b", re.I)
_CITED = re.compile(r" ?[\[(](?P<number>\d{1,3})[\])]")
_AGE = re.compile(r"\b(?P<age>\d{1,2})[- ]?years?[- ]old\b|\baged (?P<aged>\d{1,2})\b", re.I)
_FEMALE, _MALE = re.compile(r"\b(?:woman|female|lady)\b", re.I), re.compile(r"\b(?:man|male|gentleman)\b", re.I)
_SEVERAL = re.compile(r"\b(?:cohort|series|patients|cases|trial|study of|meta-?analysis)\b", re.I)
_OUTCOME = re.compile(
    r"\b(?P<said>(?:(?:still )?alive|died|dead|deceased|(?:disease|recurrence|progression)-free|free of (?:disease|"
    r"recurrence|relapse)|responded|progressed|survived|lost to follow-up|in (?:complete |partial )?remission"
    r"|no (?:relapse|recurrence|progression))\b[^,.;:()\[\]]{0,60}?)"
    r"(?= and (?:she|he|was|had|the)\b|[,.;:()\[\]]|$| [\[(])",
    re.I,
)
_ELSE = re.compile(r"\b(?:not|never|mother|father|sister|brother|if|until)\b[^,.;]{0,20}$", re.I)
_GOES_ON = re.compile(r"(?:She|He|Her|His|The (?:patient|woman|man|tumou?r|metasta\w+))\b")
_STATUS = frozenset({"positive", "negative", "low"})


def told_cases(doc: Doc, text: str) -> list[LiteratureCase]:
    """One case a sentence that names authors, or a number of the references, and a single patient with an age or a
    sex."""
    layout = doc._.layout
    found: list[LiteratureCase] = []
    said: dict[int, list[Mention]] = {}
    for m in mentions(doc):
        said.setdefault(layout.sentence_index(m.start), []).append(m)
    for number, (start, end) in enumerate(layout.sentences):
        if layout.section(start).kind == "table":
            continue
        sentence = text[start:end].strip()
        reference = _reference(sentence)
        age = _AGE.search(sentence)
        one = age or _FEMALE.search(sentence) or _MALE.search(sentence)
        if reference is None or one is None or (_SEVERAL.search(sentence) and not age):
            continue
        last = _last(doc, text, number, said)
        end = layout.sentences[last][1]
        told = text[start:end].rstrip()
        case = LiteratureCase(reference=reference, confidence=0.7)
        case.evidence = [Evidence(start=start, end=start + len(told), text=told)]
        if age:
            case.age = int(age["age"] or age["aged"])
        case.sex = "female" if _FEMALE.search(sentence) else "male" if _MALE.search(sentence) else None
        here = [m for at in range(number, last + 1) for m in said.get(at, ())]
        here = [m for m in here if m.subject in ("other", "general", None)]
        _tumour(doc, case, told, here)
        _treatments(case, told, start, here)
        case.outcome = _outcome(told)
        found.append(case)
    return found


def _last(doc: Doc, text: str, number: int, said: Mapping[int, Sequence[Mention]]) -> int:
    """The sentence with which a case ends: those that go on with 'She' or 'The patient' are of it, but not where a
    mention in them was found to be the report's own patient's."""
    sentences = doc._.layout.sentences
    while number + 1 < len(sentences):
        start, end = sentences[number + 1]
        going_on = _GOES_ON.match(text[start:end].lstrip()) and "\n" not in text[sentences[number][0] : start].strip()
        if not going_on or any(m.subject == "patient" for m in said.get(number + 1, ())):
            break
        number += 1
    return number


def _reference(sentence: str) -> str | None:
    """The authors with the number that closes the sentence, or that number alone where others tell of one patient."""
    cited = _CITED.findall(sentence)
    authors = _AUTHORS.search(sentence)
    if authors is None:
        told = _OTHERS.search(sentence) and not _OURSELVES.search(sentence)
        return cited[0] if told and len(cited) == 1 else None
    last = _CITED.search(sentence, authors.end())
    if len(cited) == 1 and last and sentence[last.end() :].strip(" .") == "":
        return f"{authors.group()} ({cited[0]})"
    return authors.group()


def _tumour(doc: Doc, case: LiteratureCase, sentence: str, here: list[Mention]) -> None:
    """Histology, receptors and sites of the case."""
    named = [m for pattern, _, _ in histologies() for m in pattern.finditer(sentence)]
    if named:
        case.histology = min(named, key=lambda m: (m.start() - m.end(), m.start())).group()
    results = {id(r.target): r.source.value.norm() for r in doc._.relations or [] if r.kind == "ResultOf"}
    signs = {}
    for m in here:
        name = m.value.norm()
        if m.label == "Site" and m.status in (None, "present") and name not in case.sites:
            case.sites.append(name)
        elif m.label == "Marker" and name == "triple-negative":
            signs[name] = name
        elif m.label == "Marker" and results.get(id(m)) in _STATUS:
            signs.setdefault(name, f"{name}-{results[id(m)]}")
    case.subtype = ", ".join(signs.values()) or None


def _treatments(case: LiteratureCase, sentence: str, start: int, here: list[Mention]) -> None:
    """Operations, radiation with its dose where it has one, and drugs by their names, in this order."""
    case.treatments = operation_names(sentence)
    doses = [m.value.norm() for m in here if m.label == "Dose" and "Gy" in m.value.norm()]
    rays = [m for m in here if m.label == "Radiotherapy" and m.status in (None, "given")]
    for m in rays:
        name = sentence[m.start - start : m.end - start]
        case.treatments.append(f"{name} {doses[0]}" if len(doses) == len(rays) == 1 else name)
    for m in here:
        name = m.value.norm()
        if m.label == "Drug" and m.status in (None, "given") and name not in case.treatments:
            case.treatments.append(name)


def _outcome(sentence: str) -> str | None:
    """The last that the sentence says of how it went, in its words."""
    told = [m for m in _OUTCOME.finditer(sentence) if not _ELSE.search(sentence[: m.start()])]
    return told[-1]["said"].strip() if told else None
