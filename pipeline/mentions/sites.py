"""Sites said to hold, or not to hold, spread of the cancer.

An anatomical word is a Site only with evidence in its own sentence: a word of spread after it ('liver
metastases') or before it ('metastases to the liver'), a lesion outside the primary ('a mass in the
lung'), a statement of lymph nodes, or a biopsy with its finding (`site_evidence`, `site_node_evidence`,
`site_imaging`). Sites in a row share their evidence (`site_chains`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.mentions.anatomy import Anatomy, between
from pipeline.mentions.mention import Mention, propose, register
from pipeline.mentions.site_chains import FILL, Chain, chains
from pipeline.mentions.site_evidence import Evidence
from pipeline.mentions.site_imaging import imaged
from pipeline.mentions.site_node_evidence import NodeEvidence
from pipeline.mentions.site_nodes import called, with_places
from pipeline.mentions.site_signs import is_around, is_sign
from pipeline.mentions.site_special import special
from pipeline.mentions.site_words import BROAD, CALLED
from pipeline.values import Site

_LESS_WORDS = (
    r"regress\w*|shr[aiu]nk\w*|decreas\w*|reduc\w*|respon\w*|resol\w*|disappear\w*|melt\w*|vanish\w*|diminish\w*"
    r"|smaller"
)
_LESS = re.compile(rf"\b(?:{_LESS_WORDS})\b", re.I)
# What becomes of a lesion that was confirmed before: 'the scalp lesion regressed'.
_COURSE = re.compile(
    rf"\b(?:{_LESS_WORDS}|progress\w*|stable|sclero\w*|gr[eo]w\w*|persist\w*|improv\w*|larger|unchanged)\b", re.I
)
_OTHER_SIDE = re.compile(r"\b(?:contralateral|opposite|other)(?:\s+(?:\w+\s)?$|\s+\w+$)", re.I)
_METASTASIS_TO = re.compile(
    r"\b(?<!node )(?<!nodal )(?:metasta\w+|spread|secondar\w+)(?: (?!of|from)\w+){0,3} (?:to|in|into|within|of)"
    rf" (?!cancer)(?:\w+(?:,| and| or) ){{0,3}}{FILL}$",
    re.I,
)
_OWN_GROWTH = re.compile(
    r"[\s-]*(?:cancer|carcinoma|tumou?r|invasion|involvement|infiltration|recurrence|progression|disease|extension)",
    re.I,
)
# The tissue proof of what was palpated or seen, in the same sentence.
_PROVEN = re.compile(
    r"\b(?:biops\w+|aspirat\w+|cytolog\w+|histolog\w+|histopatholog\w+|patholog\w+|FNAC?)\b"
    r"(?:(?!\b(?:no|not|without|negative|benign|but)\b)[^.;]){0,80}?\b(?:confirm\w*|show\w*|reveal\w*|prove\w*"
    r"|demonstrat\w*|disclos\w*|yield\w*|found|was|were|positive)\b"
    r"(?:(?!\b(?:no|not|without|negative|benign|but|suspect\w*|suspicious)\b)[^.;]){0,60}?"
    r"\b(?:metasta\w*|\w*carcinoma|malignan\w+|tumou?r cells|\w*sarcoma|melanoma)",
    re.I,
)
_DOUBT = re.compile(r"\b(?:suggest\w*|suspicious|suspect\w*|possibl\w*|probabl\w*)\b", re.I)
# 'The colonic tumour was not a metastatic lesion but a second primary': free of spread, though not of cancer.
_NO_METASTASIS = re.compile(
    r"[\s-](?:tumou?r|lesion|mass|nodule)\b[^.;]{0,80}?\b(?:not (?:an? )?metasta\w+|rather than (?:an? )?metasta\w+)",
    re.I,
)
# 'A soft tissue mass in the splenic bed' is in the bed.
_OF_A_PLACE = re.compile(
    r"[\s-](?:mass|lesion|tumou?r|nodule|density|component)(?:es|s)? (?:\w+ )?(?:in|of|at|on|around|within|along)\b",
    re.I,
)
_AND_VEIN = re.compile(r"(?:\w+ ){0,3}(?:artery|vein) and (?:artery|vein)\b", re.I)
_APART = re.compile(r",\s(?:and|as well as|while)\s(?:\w+\s)?", re.I)
_NEAR = 300  # characters on to which a sentence tells of the same lesion


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence and what is known of its document when it is read."""

    text: str
    """The document."""
    start: int
    end: int
    anatomy: list[Anatomy]
    primary: set[str]
    confirmed: set[str]
    """The sites that sentences before it said to hold spread."""
    in_table: bool

    @property
    def words(self) -> str:
        return self.text[self.start : self.end]


class Sites:
    """Proposes Site mentions."""

    def __init__(self) -> None:
        self.evidence = Evidence()
        self.nodes = NodeEvidence()

    def __call__(self, doc: Doc) -> Doc:
        layout = doc._.layout
        text = layout.text
        anatomy = with_places(text, doc._.anatomy)
        primary = doc._.primaries
        confirmed: set[str] = set()
        found: list[Mention] = []
        starts = [0, *(start for start, _ in layout.sentences)]
        for previous, (start, end) in zip(starts, layout.sentences, strict=False):
            inside = between(anatomy, start, end)
            if not inside:
                continue
            in_table = layout.section(start).kind in ("table", "own_table")
            sentence = _Sentence(text, start, end, anatomy, primary, confirmed, in_table)
            for chain in chains(text, inside):
                for member, status, rule in self.judge(sentence, chain):
                    confirmed |= {member.name} if status == "present" else set()
                    name = called(text, member, start, end, inside, anatomy, previous, "breast" in primary)
                    site = Site(name, member.icdo3)
                    found.append(Mention(member.start, member.end, "Site", site, f"sites:{rule}", "lexicon", status))
        return propose(doc, found)

    def judge(self, sentence: _Sentence, chain: Chain) -> Iterator[tuple[Anatomy, str, str]]:
        """The members of a chain that are Sites, each with its status before ConText and the rule."""
        text, start, end = sentence.text, sentence.start, sentence.end
        trimmed = self.trimmed(sentence, chain)
        if trimmed is None:
            return
        chain, blocked = trimmed
        before, after = text[start : chain.start], text[chain.end : end]
        verdict = self.evidence.verdict(before, after, chain, blocked, sentence.words)
        if verdict is None:
            then = between(sentence.anatomy, chain.end, min(end, chain.end + _NEAR))
            verdict = imaged(before, after, chain, blocked, then)
        if verdict is None and sentence.in_table and not blocked and _only_sites(text, start, end, sentence.anatomy):
            verdict = ("present", "table_cell")
        for member in chain.members:
            if member.kind == "special":
                if said := special(text, start, end, member, sentence.anatomy):
                    yield member, said, "special"
                continue
            own = verdict
            if member.kind == "node":
                own = self.nodes.verdict(text, start, end, member, chain, verdict, blocked)
            status = self.status(sentence, member, *own) if own is not None else None
            if own is not None and status is not None:
                yield member, status, own[1]

    def trimmed(self, sentence: _Sentence, chain: Chain) -> tuple[Chain, bool] | None:
        """A chain without a last member that says no more of spread, and whether what follows forbids evidence.

        None where nothing is left: 'liver cancer' names the cancer and no spread.
        """
        text, end = sentence.text, sentence.end
        after = text[chain.end : end]
        if self.evidence.cancer.match(after) and not self.evidence.after_spread.match(after):
            chain = Chain(chain.members[:-1]) if len(chain.members) > 1 else chain
            after = text[chain.end : end]
            if self.evidence.cancer.match(after):
                return None
        if not self.evidence.blocked.match(after) or _AND_VEIN.match(text, chain.members[-1].start, end):
            return chain, False
        if len(chain.members) > 1 and _APART.fullmatch(text[chain.members[-2].end : chain.members[-1].start]):
            return Chain(
                chain.members[:-1]
            ), False  # 'no lesion of the liver or lung, and chest radiography was normal'
        return chain, True

    def status(self, sentence: _Sentence, member: Anatomy, status: str, rule: str) -> str | None:
        """The status of one member by the verdict on its chain; None where it is no Site after all."""
        text, end = sentence.text, sentence.end
        if rule == "lesion" and _NO_METASTASIS.match(text, member.end, end):
            return "absent"
        if rule == "lesion" and member.name == "soft tissue" and _OF_A_PLACE.match(text, member.end, end):
            return None
        if (
            rule == "lesion"
            and status == "possible"
            and (is_around(text, member) or is_sign(text, end, member, sentence.anatomy))
        ):
            return None
        if member.name in BROAD and rule not in ("predicate", "broad", "imaged") and not CALLED.search(sentence.words):
            return None  # 'the symptoms involved both hands'
        if member.name in sentence.primary and not self.is_elsewhere(text, sentence.start, member, rule):
            return None
        if status != "possible":
            return status
        changes = {"lesion": _COURSE, "nodes": _LESS}.get(rule)
        if changes is not None and member.name in sentence.confirmed and changes.search(sentence.words):
            return "present"
        return "present" if rule != "spread_after" and self.is_proven(sentence, member) else status

    def is_proven(self, sentence: _Sentence, member: Anatomy) -> bool:
        """Whether the sentence goes on to tell of tissue of the same place that held the cancer."""
        text = sentence.text
        proof = _PROVEN.search(text, member.end, min(sentence.end, member.end + _NEAR))
        return (
            proof is not None
            and not _DOUBT.search(text, member.end, proof.start())
            and all(
                a.name == member.name or (a.name == "lymph node" and member.kind == "node")
                for a in between(sentence.anatomy, member.end, proof.end())
            )
        )

    def is_elsewhere(self, text: str, start: int, member: Anatomy, rule: str) -> bool:
        """Whether a mention of the primary's own organ means spread to it all the same."""
        beside = text[max(start, member.start - 30) : member.end]
        if _OTHER_SIDE.search(beside, 0, len(beside) - (member.end - member.start)) or _OTHER_SIDE.match(
            text, member.start, member.end
        ):
            return True
        if member.name == "breast":
            return bool(re.search(r"\bboth\s+(?:\w+\s)?breasts?$", beside, re.I))
        if rule == "spread_before":
            return bool(_METASTASIS_TO.search(text[max(start, member.start - 80) : member.start]))
        return rule == "spread_after" and not _OWN_GROWTH.match(text, member.end)


def _only_sites(text: str, start: int, end: int, anatomy: list[Anatomy]) -> bool:
    """Whether a table's cell does no more than list sites: 'left frontal scalp', 'spine, ribs and liver'."""
    rest, at = "", start
    for a in between(anatomy, start, end):
        rest += text[at : a.start]
        at = a.end
    words = re.findall(r"[A-Za-z]{3,}", rest + text[at:end])
    return sum(not _LOCATES.fullmatch(w) for w in words) <= 1


_LOCATES = re.compile(
    r"(?:and|the|left|right|both|top|side|of|upper|lower|lobe|frontal|parietal|occipital|temporal|posterior"
    r"|anterior|mid|multiple|numerous|thoracic|lumbar|dorsal|area|region|th|st|ipsilateral|bilateral|metasta\w+"
    r"|nodal|recurrence|lesions?|solitary|wall|fossa)",
    re.I,
)


@Language.factory(
    "oncocase_sites", requires=["doc._.anatomy", "doc._.layout", "doc._.primaries"], assigns=["doc._.candidates"]
)
def make(nlp: Language, name: str) -> Sites:
    """The factory that `config.cfg` names."""
    register()
    return Sites()
