"""Cycles to the drugs that were given in them."""

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline.mentions.mention import Mention, Relation
from pipeline.mentions.treatment import THERAPY
from pipeline.relations.rhythm import same_cycles
from pipeline.relations.sentence import Sentence, blanked, combinations, parts

BACK = 3
"""How many sentences back 'after four cycles' may point."""

_CYCLES_OF = re.compile(
    r"\s*(?:of\s+)?(?:[\w/-]+\s){0,4}?(?:with|using|of|including|consisting of|based on|:|\(|comprising|containing"
    r"|-)*\s*\(?$",
    re.I,
)
_OTHERS = re.compile(r"\s*of (?:the|this|that|these|combination|chemotherapy|therapy|treatment)\b")
# Of one drug's doses it may be said as well: '8 mg/kg followed by 6 mg/kg, and pertuzumab'.
_NEXT_IN_TURN = re.compile(r"\b(?:followed by|then|subsequently)\b(?!.*(?:,|\band\b))", re.I | re.S)
_TOUCHES = re.compile(r"[\s(x×-]*(?:regimen|chemotherapy|for|in)?[\s(x×]*", re.I)
_GIVEN = (None, "given", "planned")
_AT_ONCE = re.compile(r"\s*")
# 'Three courses, the first with A, the others with B': how many of A is not said.
_ONE_OF_THEM = re.compile(
    r"\b(?:first|second|third|fourth|fifth|sixth|last|next|other|remaining)(?: \w+)? (?:cycles?|courses?)\b", re.I
)
# What is given in cycles: doses by body surface, weight or AUC, and the intervals of cycles.
_BY_CYCLE = re.compile(r"m2|m²|AUC|/kg|every|q ?\d|weekly|\bcycle", re.I)


def cycles(text: str, sentence: Sentence, earlier: list[Sentence]) -> Iterator[Relation]:
    """The relations of the Cycles of a sentence; `earlier` are the sentences before it, the nearest last."""
    if not sentence.of("Cycles"):
        return
    runs = [turn for run in combinations(text, sentence) for turn in _turns(text, run)]
    for m in sentence.of("Cycles"):
        found = _in_sentence(text, sentence, m, runs)
        if found:
            found = same_cycles(text, sentence, found, m)
        if found is None:
            found = [] if sentence.of("Radiotherapy") else _earlier(text, earlier)
        with_parts = {id(t): t for t in found}
        for t in found:
            with_parts |= {id(part): part for part in parts(t, sentence) if part.status in _GIVEN}
        yield from (Relation("CyclesOf", m, t) for t in with_parts.values())


def _turns(text: str, run: list[Mention]) -> Iterator[list[Mention]]:
    """A combination cut where another follows it: 'AC followed by paclitaxel'."""
    turn = run[:1]
    for before, drug in pairwise(run):
        if _NEXT_IN_TURN.search(text, before.end, drug.start):
            yield turn
            turn = []
        turn.append(drug)
    yield turn


def _in_sentence(text: str, sentence: Sentence, m: Mention, runs: list[list[Mention]]) -> list[Mention] | None:
    """The drugs of the sentence that these cycles are of; None where it names none that they could be of."""
    before = [[t for t in r if t.end <= m.start] for r in runs if r[0].end <= m.start]
    after = [[t for t in r if t.start >= m.end] for r in runs if r[-1].start >= m.end]
    others = sentence.of("Cycles")
    between = sentence.of("Dose", "Frequency", "Duration", "Cycles")
    touches = before and _TOUCHES.fullmatch(blanked(text, before[-1][-1].end, m.start, between))
    if after and (not touches or re.match(r"\s*of\b", text[m.end : m.end + 5])):
        if _ONE_OF_THEM.search(text, m.end, after[0][0].start):
            return []
        gap = blanked(text, m.end, after[0][0].start, between)
        if len(gap) < 80 and (_CYCLES_OF.fullmatch(gap) or re.match(r"\s*(?:of\b|\()", gap)):
            stop = next((c.start for c in others if c.start > m.start), sentence.end)
            return [t for t in after[0] if t.end <= stop and not _has_own_length(text, sentence, t)]
    tail = text[m.end : m.end + 45]
    if re.match(r"\s*of\b", tail) and THERAPY.search(tail) and not _OTHERS.match(tail):
        return []
    if before:
        stop = next((c.end for c in reversed(others) if c.end <= m.start), sentence.start)
        return [t for t in before[-1] if t.start >= stop or len(before[-1]) == 1]
    return None


def _has_own_length(text: str, sentence: Sentence, drug: Mention) -> bool:
    """'Four cycles of AC, trastuzumab for one year': the length beside a drug of a list is its own."""
    return any(
        d.start >= drug.end and _AT_ONCE.fullmatch(blanked(text, drug.end, d.start, sentence.of("Dose", "Frequency")))
        for d in sentence.of("Duration")
    )


def _earlier(text: str, sentences: list[Sentence]) -> list[Mention]:
    """The last treatment by cycles before, not a drug for its side effects; else the last drugs given."""
    last: list[Mention] = []
    for sentence in reversed(sentences):
        for run in reversed(combinations(text, sentence)):
            given = [t for t in run if t.status in _GIVEN]
            if not given:
                continue
            last = last or given
            following = next((t.start for t in sentence.of("Drug") if t.start >= run[-1].end), sentence.end)
            if any("+" in t.value.norm() for t in given) or any(
                _BY_CYCLE.search(text, d.start, d.end)
                for d in sentence.of("Dose", "Frequency")
                if run[0].start - 25 <= d.start < following
            ):
                return given
    return last
