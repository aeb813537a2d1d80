"""What several slots ask of a sentence: does this place speak of a treatment, and of which mention."""

import re

from spacy.tokens import Doc

from pipeline.mentions.mention import Mention

THERAPY = re.compile(
    r"\b(?:(?:[a-z-]*chemo|radio|immuno|endocrine|hormon\w*|anti-?\w*|neoadjuvant|adjuvant|systemic|targeted"
    r"|maintenance|palliative|salvage"
    r"|first|second|third)[- ]?(?:line )?(?:chemo)?(?:therap(?:y|ies)|treatments?)|chemo\w*|regimens?"
    r"|(?:cortico)?steroids?|antibiotics?"
    r"|inhibitors?|blockade|infusions?|injections?|medications?|therap(?:y|ies)|treatment|bisphosphonates?"
    r"|anti-?aromatase)\b",
    re.I,
)
"""Words of a treatment that names no drug."""


def in_sentence(doc: Doc, labels: tuple[str, ...]) -> dict[int, list[Mention]]:
    """The candidates with one of `labels` by the number of their sentence, in order of place."""
    grouped: dict[int, list[Mention]] = {}
    for m in sorted(doc._.candidates or (), key=lambda m: m.start):
        if m.label in labels:
            grouped.setdefault(doc._.layout.sentence_index(m.start), []).append(m)
    return grouped


def distance(a: Mention, b: Mention) -> int:
    """Characters between two mentions, 0 where they touch or overlap."""
    return max(a.start - b.end, b.start - a.end, 0)
