"""A sentence with its mentions, and the drugs in it that are given together."""

import re
from dataclasses import dataclass, field

from spacy.tokens import Doc

from pipeline.mentions.mention import Mention, mentions

# What joins the members of one combination, doses and rhythms between them taken out.
_TOGETHER = re.compile(
    r"[\s,/+;()®™-]*(?:(?:and|plus|with|combined with|in combination with|together with|along with|as well as|or"
    r"|followed by|then|of|regimen|injection|oral|intravenous|i\.?v\.?|tablets?|daily|at|a|an|dose|doses|the|dosage"
    r"|started|given|administered)[\s,/+;()®™-]*)*",
    re.I,
)
_BRACKET = re.compile(r"\([^()]{0,80}\)")


@dataclass(slots=True)
class Sentence:
    """The mentions of one sentence in order of place, and where it stands."""

    start: int
    end: int
    all: list[Mention] = field(default_factory=list)

    def of(self, *labels: str) -> list[Mention]:
        return [m for m in self.all if m.label in labels]


def by_sentence(doc: Doc) -> list[Sentence]:
    """The sentences of a document, each with its mentions."""
    layout = doc._.layout
    found = [Sentence(start, end) for start, end in layout.sentences]
    for m in mentions(doc):
        found[layout.sentence_index(m.start)].all.append(m)
    return found


def combinations(text: str, sentence: Sentence) -> list[list[Mention]]:
    """The drugs of a sentence as they are given together: 'docetaxel (75 mg/m2) plus epirubicin'."""
    between = sentence.of("Dose", "Frequency", "Duration", "Cycles")
    runs: list[list[Mention]] = []
    for drug in sentence.of("Drug"):
        if runs:
            gap = _BRACKET.sub(" ", blanked(text, runs[-1][-1].end, drug.start, between))
            if _TOGETHER.fullmatch(gap):
                runs[-1].append(drug)
                continue
        runs.append([drug])
    return runs


def blanked(text: str, start: int, end: int, taken: list[Mention]) -> str:
    """The text between two places without the mentions in `taken`."""
    out = []
    at = start
    for m in taken:
        if m.start >= at and m.end <= end:
            out.append(text[at : m.start])
            at = m.end
    return "".join(out) + text[at:end]


def parts(regimen: Mention, sentence: Sentence) -> list[Mention]:
    """The parts of a regimen that its sentence names after it: 'FEC (5-FU, epirubicin, cyclophosphamide)'."""
    names = set(regimen.value.norm().split("+"))
    if len(names) == 1:
        return []
    return [m for m in sentence.of("Drug") if m.start >= regimen.end and set(m.value.norm().split("+")) < names]
