"""Sites said to hold, or not to hold, spread of the cancer.

An anatomical word is a Site only with evidence in its own sentence: a word of spread after it ('liver
metastases') or before it ('metastases to the liver'), a lesion outside the primary ('a mass in the
lung'), a statement of lymph nodes, or a biopsy with its finding (`site_evidence`). Sites in a row
share their evidence (`site_chains`).
"""

import re
from collections.abc import Iterable

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.mentions.anatomy import Anatomy, between
from pipeline.mentions.mention import Mention, propose, register
from pipeline.mentions.primary import primaries
from pipeline.mentions.site_chains import FILL, Chain, chains
from pipeline.mentions.site_evidence import BROAD, CALLED, Evidence
from pipeline.values import Site

# What becomes of a lesion that was confirmed before: 'the scalp lesion regressed'.
_COURSE = re.compile(
    r"\b(?:regress\w*|shr[aiu]nk\w*|decreas\w*|reduc\w*|progress\w*|stable|sclero\w*|gr[eo]w\w*|respon\w*|resol\w*"
    r"|disappear\w*|melt\w*|vanish\w*|persist\w*|smaller|larger|unchanged)\b",
    re.I,
)
_FAR = 1500  # characters back to which 'the node' may point


class Sites:
    """Proposes Site mentions."""

    def __init__(self) -> None:
        self.evidence = Evidence()

    def __call__(self, doc: Doc) -> Doc:
        layout, anatomy = doc._.layout, doc._.anatomy
        text = layout.text
        primary = primaries(doc)
        confirmed: set[str] = set()
        found: list[Mention] = []
        starts = [0, *(start for start, _ in layout.sentences)]
        for previous, (start, end) in zip(starts, layout.sentences, strict=False):
            inside = between(anatomy, start, end)
            if not inside:
                continue
            table = layout.section(start).kind == "table"
            for chain in chains(text, inside):
                for member, status, rule in self.judge(text, start, end, chain, anatomy, primary, confirmed, table):
                    confirmed |= {member.name} if status == "present" else set()
                    name = _called(text, member, start, end, inside, anatomy, previous, "breast" in primary)
                    found.append(
                        Mention(
                            member.start,
                            member.end,
                            "Site",
                            Site(name, member.icdo3),
                            f"sites:{rule}",
                            "lexicon",
                            status,
                        )
                    )
        return propose(doc, found)

    def judge(
        self,
        text: str,
        start: int,
        end: int,
        chain: Chain,
        anatomy: list[Anatomy],
        primary: set[str],
        confirmed: set[str],
        table: bool,
    ) -> Iterable[tuple[Anatomy, str, str]]:
        """The members of a chain that are Sites, each with its status before ConText and the rule."""
        before, after = text[start : chain.start], text[chain.end : end]
        if self.evidence.cancer.match(after) and not self.evidence.after_spread.match(after):
            chain = Chain(chain.members[:-1]) if len(chain.members) > 1 else chain
            if self.evidence.cancer.match(text[chain.end : end]):
                return
            after = text[chain.end : end]
        blocked = bool(self.evidence.blocked.match(after))
        verdict = self.evidence.verdict(before, after, chain, blocked, text[start:end])
        if verdict is None and table and not blocked and _only_sites(text, start, end, anatomy):
            verdict = ("present", "table_cell")
        for member in chain.members:
            if member.kind == "special":
                special = _special(text, start, end, member, anatomy)
                if special:
                    yield member, special, "special"
                continue
            own = verdict
            if member.kind == "node":
                own = self.evidence.node_verdict(text, start, end, member, chain, verdict, blocked)
            if own is None:
                continue
            status, rule = own
            if member.name in BROAD and rule != "predicate" and not CALLED.search(text[start:end]):
                continue  # 'the symptoms involved both hands'
            if member.name in primary and not self.is_elsewhere(text, start, member, rule):
                continue
            if (
                status == "possible"
                and member.name in confirmed
                and rule == "lesion"
                and _COURSE.search(text[start:end])
            ):
                status = "present"
            yield member, status, rule

    def is_elsewhere(self, text: str, start: int, member: Anatomy, rule: str) -> bool:
        """Whether a mention of the primary's own organ means spread to it all the same."""
        beside = text[max(start, member.start - 18) : member.end]
        if member.name == "breast":
            return bool(re.search(r"\b(?:contralateral|opposite|other|both)\s+(?:\w+\s)?breasts?$", beside, re.I))
        return rule == "spread_after" and not re.match(
            r"[\s-]*(?:cancer|carcinoma|tumou?r|invasion|involvement|infiltration|recurrence|progression|disease"
            r"|extension)",
            text[member.end : member.end + 14],
            re.I,
        )


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


def _special(text: str, start: int, end: int, member: Anatomy, anatomy: list[Anatomy]) -> str | None:
    """'Distant' before a word of spread; 'recurrence' by itself, not 'peritoneal recurrence' or '-free'."""
    after = text[member.end : end]
    if member.name == "distant":
        return (
            "present"
            if re.match(
                r"[\s-]*(?:\w+ )?(?:(?:or|and|/)\s\w+ )?(?:\([^()]*\) )?(?:metasta\w*|spread|disease|recurren\w*"
                r"|lesions?|relapse|organ|site|disseminat\w+|failure)",
                after,
                re.I,
            )
            else None
        )
    if re.match(r"[- ](?:free|score|rate|risk|interval)|[- ]?suspected", after, re.I):
        return None
    words = text[member.start : member.end].lower()
    before = text[max(start, member.start - 30) : member.start]
    if re.search(
        r"\b(?:cancer|carcinoma|tumou?r|melanoma|metastatic|distant|late|systemic|biochemical)\s$|\b(?:risk|rate"
        r"|chance|probability|prevent\w*) of (?:\w+ )?$|\bfree (?:of|from) (?:the )?$",
        before,
        re.I,
    ):
        return "absent" if re.search(r"\bfree (?:of|from) (?:the )?$", before, re.I) else None
    if words.startswith(("relapse", "recurred", "remote")) and not re.search(
        r"\b(?:no|without|free of|evidence of|signs? of)\s(?:\w+ )?$", before, re.I
    ):
        return None
    if "local" in words or "loco" in words:
        return None if text[start:end].strip(" \t\n.").lower() == words else "present"
    if re.match(
        r" of (?:the |her |his )?(?:disease|cancer|symptom|fever|rash|pain|effusion|breast cancer|ascites|bleeding)",
        after,
        re.I,
    ):
        return None
    place = re.match(
        rf"(?:\s+(?:was|were|is)\s(?:seen|found|noted|detected|observed))?\s+(?:in|to|on|within|at|of) {FILL}",
        after,
        re.I,
    )
    if place and any(a.start == member.end + place.end() for a in between(anatomy, member.end, member.end + 80)):
        return None  # 'recurrence in the liver': the liver is the Site
    if any(
        a.end >= member.start - 1 and a.end <= member.start
        for a in between(anatomy, max(start, member.start - 40), member.start)
    ):
        return None  # 'peritoneal recurrence'
    return None if text[start:end].strip(" \t\n.").lower() == words else "present"


def _called(
    text: str,
    member: Anatomy,
    start: int,
    end: int,
    inside: list[Anatomy],
    anatomy: list[Anatomy],
    before: int,
    breast: bool,
) -> str:
    """The canonical name in its sentence: a bare 'lymph nodes' takes the region that the sentence names,
    and 'the node' the one told of before."""
    if member.name == "lymph node":
        if breast and text[member.start : member.end].lower().startswith("sentinel"):
            return "axillary lymph node"
        region = next(
            (
                a
                for a in inside
                if a.kind == "node"
                and a.name not in ("lymph node",)
                and not re.search(r"node|aden", text[a.start : a.end])
            ),
            None,
        )
        if region is not None:
            return region.name
        nodes = [
            a
            for a in between(anatomy, max(0, before), member.start)
            if a.kind == "node" and a.name != "lymph node" and re.search(r"nod|aden", text[a.start : a.end], re.I)
        ]
        if nodes:  # the sentence before tells of 'axillary lymph nodes'
            return nodes[-1].name
        if re.search(
            r"\b(?:the|this|that|these) (?:same )?$", text[max(start, member.start - 12) : member.start], re.I
        ):
            named = next(
                (
                    a
                    for a in reversed(between(anatomy, max(0, member.start - _FAR), member.start))
                    if a.kind == "node" and a.name != "lymph node"
                ),
                None,
            )
            if named is not None:  # 'the node' is the one told of before
                return named.name
    return member.name


@Language.factory("oncocase_sites", requires=["doc._.anatomy", "doc._.layout"], assigns=["doc._.candidates"])
def make(nlp: Language, name: str) -> Sites:
    """The factory that `config.cfg` names."""
    register()
    return Sites()
