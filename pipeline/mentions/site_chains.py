"""Anatomical expressions in a row: 'liver, lung and multiple bone metastases' is one chain of three."""

import re
from dataclasses import dataclass, replace

from pipeline.mentions.anatomy import Anatomy
from pipeline.mentions.site_nodes import REGIONS

_SIDE = (
    r"(?:the|an?|his|her|their|(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth) to"
    r"|both|all|left|right|bilateral|multiple|several|numerous|many|few|two|three|four|some"
    r"|other|different|various|ipsilateral|contralateral"
    r"|opposite|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|opposite|upper"
    r"|lower|middle|mid|anterior|posterior|lateral|medial|distal|proximal|entire|whole|adjacent|regional"
    r"|surrounding|underlying|overlying|one|distant"
    r"|organs?|sites?|locations?|including|include|included|such as|namely|particularly|especially|mainly|like"
    r"|remaining|remnant|remainder of(?: the)?|rest of(?: the)?|residual"
    r"|(?:upper|left) and (?:lower|right)|quadrants?(?: areas?)?(?: of(?: the)?)?"
    r"|e\.g\.|i\.e\.|levels?(?: [IV]+(?: and [IV]+)?)?|segments? \w+(?: \([^()]{1,8}\))? of(?: the| his| her)?"
    r"|areas? of(?: the)?|regions? of(?: the)?"
    r"|parts? of(?: the)?|surface of(?: the)?|wall of(?: the)?|\d+(?:st|nd|rd|th)?|(?:(?:most|some|many|each|both"
    r"|all|one|two|three|\d+|\d+ out) )?of(?: the)?|dissected|resected|removed|excised|examined|retrieved|sampled"
    r"|extensive|diffuse|widespread|small|large|deep|superficial|frontal|parietal|occipital|temporal|sacral|central"
    r"|peripheral|subcentimetric|at least|also|retro-?areolar|new|innumerable)"
)
FILL = rf"(?:{_SIDE}[\s,:;()]*\s?){{0,9}}"
_AND = (
    r"(?:\s?\([^()]{1,40}\))?[\s,/()+]*(?:(?:and|or|as well as|&|plus|nor|then|and/or|and also|along with"
    r"|together with)[\s,]+)?"
)
_JOIN = re.compile(rf"{_AND}{FILL}$", re.I)
# 'metastases in the liver and in both lungs', 'two in the frontal lobe and two in the cerebellum'
_JOIN_IN = re.compile(
    r"(?:\s?\([^()]{1,40}\))?\s?(?:,|and|or|,\s?and|as well as)\s(?:(?:one|two|three|four|another"
    rf"|others?)(?: of [\d.,]+ ?[mc]m)? )?(?:in|to|at|on|within|of)\s{FILL}$",
    re.I,
)


# 'nodules in the lung and hepatic metastases': the adjective has its own noun
_OWN_NOUN = re.compile(
    r"\s(?:metasta\w+|recurrences?|carcinomatosis|disease|lesions?|nodules?|mass(?:es)?|spread)\b", re.I
)
_IN = re.compile(rf"\b(?:in|on|at|within|of|to|into) (?:the )?{FILL}$", re.I)


@dataclass(slots=True)
class Chain:
    """Anatomical expressions in a row, which share what is said before and after them."""

    members: list[Anatomy]

    @property
    def start(self) -> int:
        return self.members[0].start

    @property
    def end(self) -> int:
        return self.members[-1].end


def chains(text: str, anatomy: list[Anatomy]) -> list[Chain]:
    """The anatomical expressions of a sentence in chains; special words stand alone."""
    found: list[Chain] = []
    for a in anatomy:
        gap = text[found[-1].end : a.start] if found else ""
        joined = (
            found
            and len(gap) < 70
            and (_JOIN.fullmatch(gap) or _JOIN_IN.fullmatch(gap))
            and not re.match(r"\s?of\b", gap)
        )
        if (
            joined
            and a.kind == "adjective"
            and found[-1].members[-1].kind == "noun"
            and (
                re.search(r"\band an?\s(?:\w+\s)?$", gap)
                or (
                    re.search(r"\band\b", gap)
                    and _OWN_NOUN.match(text, a.end)
                    and _IN.search(text[max(0, found[-1].start - 60) : found[-1].start])
                )
            )
        ):
            # 'consolidations in the lower lobes and a mediastinal mass', 'nodules in the lung and hepatic metastases'
            joined = False
        if joined and a.kind != "special" and found[-1].members[-1].kind != "special":
            found[-1].members.append(a)
        else:
            found.append(Chain([a]))
    for chain in found:
        noun = next(
            (m for m in chain.members if m.kind == "node" and re.search(r"nod|aden", text[m.start : m.end], re.I)), None
        )
        if noun is not None:  # 'pelvic or retroperitoneal lymph nodes'
            chain.members = [
                replace(m, name=REGIONS[m.name], kind="node") if m.name in REGIONS and m.end <= noun.start else m
                for m in chain.members
            ]
    return found
