"""Sites said to hold, or not to hold, spread of the cancer.

An anatomical word is a Site only with evidence in its own sentence: a word of spread after it ('liver
metastases') or before it ('metastases to the liver'), a lesion outside the primary ('a mass in the
lung'), a statement of lymph nodes, or a biopsy with its finding. Sites in a row ('liver, lung and
bone metastases') share their evidence. The classes of words are `lexicons/site_cues.tsv`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.lexicons import rows
from pipeline.mentions.anatomy import Anatomy, between
from pipeline.mentions.mention import Mention, propose, register
from pipeline.mentions.primary import primaries
from pipeline.values import Site

_SIDE = (
    r"(?:the|an?|his|her|their|both|all|left|right|bilateral|multiple|several|numerous|many|few|two|three|four|some|other|different|various|ipsilateral|contralateral"
    r"|opposite|upper|lower|middle|mid|anterior|posterior|lateral|medial|distal|proximal|entire|whole|adjacent|regional|surrounding|underlying|overlying|one|distant"
    r"|organs?|sites?|locations?|including|include|included|such as|namely|particularly|especially|mainly|like|e\.g\.|i\.e\.|levels?(?: [IV]+(?: and [IV]+)?)?|segments? \w+ of the|areas? of(?: the)?|regions? of(?: the)?"
    r"|parts? of(?: the)?|surface of(?: the)?|wall of(?: the)?|\d+(?:st|nd|rd|th)?|(?:\w+ )?(?:out )?of(?: the)?|dissected|resected|removed|excised|examined|retrieved|sampled|extensive|diffuse|widespread|small|large|deep|superficial|frontal|parietal|occipital|temporal|sacral|central|peripheral|subcentimetric|at least|also|retro-?areolar|new|innumerable)"
)
_FILL = rf"(?:{_SIDE}[\s,:;()]*\s?){{0,9}}"
_JOIN = re.compile(
    rf"[\s,/()+]*(?:(?:and|or|as well as|&|plus|nor|then|and/or|and also|along with|together with|with)[\s,]+)?(?:(?:in|to|at|on|of|within) (?=(?:the|his|her|both|left|right|bilateral)\b))?{_FILL}(?:(?:metastas[ie]s|metastatic|lesions?|nodes?|wall|parenchyma|nodules?)[\s,]*(?:(?:and|or|,|to|in) )?{_FILL})?$",
    re.I,
)
_PREPOSITION = r"(?:to|into|in|of|at|involving|within|on|over|affecting|throughout|including|infiltrating|from|for|through|beyond|around|invading|near|along|across|over|onto|under|beneath)"
_BIOPSY_OF = re.compile(
    rf"\b(?:biops(?:y|ies)|FNAC?|fine[- ]needle aspirat\w+(?: (?:biopsy|cytology))?|aspiration(?: cytology)?|cytolog\w+|histolog\w+(?: examination)?|specimens?|excision|resection|examination|puncture|pathology|extirpation|sampling|tap)(?: \w+)? (?:of|from|on) {_FILL}$",
    re.I,
)
_FOUND = re.compile(
    r"\b(?:confirm\w*|reveal\w*|show\w*|demonstrat\w*|disclos\w*|found|consistent|compatible|diagnos\w*|positive|contain\w*|identif\w*|prov\w+|verif\w+|establish\w*|was|were|presence)\b[^.;]{0,80}?\b(?:metasta\w*|carcinoma\w*|adenocarcinoma|malignan\w*|cancer|tumou?r cells|neoplastic|recurren\w*)",
    re.I,
)
_CALLED = re.compile(r"\bmetasta\w*|\bsecondary\b|\bmalignan(?:t|cy)\b|\bcarcinomatosis\b|\brecurren(?:ce|t)\b|\bdisseminat\w+|\bprogress(?:ion|ed|ive disease)\b", re.I)
_NOT_SPREAD = re.compile(r"\b(?:benign|cysts?|h(?:a|ae)mangiomas?|fibroadenoma|lipoma|granulom\w*|abscess|pneumoni\w*|infection|fatty|osteoporo\w*|osteoarth\w*|degenerative|fibrosis|emphysema|thrombosis|tuberculo\w*)\b", re.I)
_SPECIAL_BEFORE = re.compile(r"(?:cancer|carcinoma|tumou?r|disease|melanoma|\bno|\bor|\bof)[- ]$", re.I)
_NODE_COUNT = re.compile(r"\b(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|all)\s*(?:out )?(?:of|/)\s*(?:the )?(?:\d{1,2}|\w+)\b|\(\s*(?P<pos>\d{1,2})\s*(?:/|of|out of)\s*(?P<all>\d{1,2})\s*\)|\b(?P<p2>\d{1,2})\s*/\s*(?P<a2>\d{1,2})\b", re.I)


@dataclass(slots=True)
class _Chain:
    """Anatomical expressions in a row, which share what is said before and after them."""

    members: list[Anatomy]

    @property
    def start(self) -> int:
        return self.members[0].start

    @property
    def end(self) -> int:
        return self.members[-1].end


class Sites:
    """Proposes Site mentions."""

    def __init__(self) -> None:
        cue = {row["kind"]: row["pattern"] for row in rows("site_cues")}
        adjective = r"(?:(?:multiple|solitary|lymph|distant|new|further|single|multifocal|diffuse|extensive|osteolytic|osteoblastic|lytic|parenchymal|visceral|isolated|additional|small|large|tissue|metachronous|synchronous|wall|tumou?r|cancer|visible|suspicious|possible|enlarged|hypermetabolic|cystic|initial|target|bilateral|massive|oligo-?|micro-?|macro-?|bulky|necrotic|nodular|sclerotic|in-transit|satellite|surface|and|or|single)[\s/,-]+){0,3}"
        self.after_spread = re.compile(rf"[\s/-]*{adjective}(?:{cue['spread_noun']})\b(?! (?:cancer|carcinoma|adenocarcinoma|melanoma|breast))", re.I)
        self.after_disease = re.compile(rf"[\s-]*(?:{cue['disease_noun']})\b", re.I)
        self.after_lesion = re.compile(rf"[\s-]*{adjective}(?:{cue['lesion_noun']})\b", re.I)
        self.blocked = re.compile(rf"[\s-]*(?:\([^()]{{1,25}}\) )?(?:(?:needle|core|fine|node|excision|incisional|punch|stereotactic|contrast[- ]enhanced|enhanced|magnetic|computed|and|or) ?)*(?:{cue['blocked_after']})", re.I)
        self.cancer = re.compile(rf"[\s-]*(?:{cue['cancer_noun']})\b", re.I)
        self.before_spread = re.compile(rf"\b(?:{cue['spread_before']})(?: \([^()]{{1,30}}\))?(?:,? (?:was|were|is|are|found|seen|detected|identified|present|noted|observed|located|appeared|mainly|also|only|newly|again|been|had|has|predominantly|directly|deeply|locally|of tumou?r|of cancer|of carcinoma|of the tumou?r|of the cancer|of the disease))*[\s,:]*\(?(?:{_PREPOSITION}\s+|:\s*)(?:{_PREPOSITION}\s+)?{_FILL}$", re.I)
        self.verb_spread = re.compile(rf"\b(?:involving|involve[sd]?|invad(?:ed|es|ing)|infiltrat(?:ed|es|ing)|affecting|metastatic|metastasi[sz]ed|secondary|encasing|destroying)\s+{_FILL}$", re.I)
        self.before_lesion = re.compile(rf"\b(?:{cue['lesion_before']})(?: \([^()]{{1,40}}\))?(?:,? (?:was|were|is|are|found|seen|detected|identified|present|noted|observed|located|appeared|measuring[^,;.]{{1,35}}|arising|also|suggestive of \w+|palpated))*,?\s*{_PREPOSITION}\s+(?:{_PREPOSITION}\s+)?{_FILL}$", re.I)
        self.node = {kind: re.compile(rf"(?<![\w-])(?:{cue[kind]})(?!\w)", re.I) for kind in ("node_present", "node_absent", "node_possible")}

    def __call__(self, doc: Doc) -> Doc:
        text = doc.text
        primary = primaries(doc)
        confirmed: set[str] = set()
        found: list[Mention] = []
        for start, end in doc._.layout.sentences:
            inside = between(doc._.anatomy, start, end)
            for chain in _chains(text, inside):
                for member, status, rule in self.judge(text, start, end, chain, primary, confirmed):
                    confirmed |= {member.name} if status == "present" else set()
                    name = _called(text, member, start, end, inside)
                    found.append(Mention(member.start, member.end, "Site", Site(name, member.icdo3), f"sites:{rule}", "lexicon", status))
        return propose(doc, found)

    def judge(self, text: str, start: int, end: int, chain: _Chain, primary: set[str], confirmed: set[str]) -> Iterable[tuple[Anatomy, str, str]]:
        """The members of a chain that are Sites, each with its status before ConText and the rule."""
        before, after = text[start : chain.start], text[chain.end : end]
        if self.cancer.match(after) and not self.after_spread.match(after):
            chain = _Chain(chain.members[:-1]) if len(chain.members) > 1 else chain
            if self.cancer.match(text[chain.end : end]):
                return
            after = text[chain.end : end]
        blocked = bool(self.blocked.match(after))
        verdict = self.verdict(before, after, chain, blocked, text[start:end])
        for member in chain.members:
            if member.kind == "special":
                special = _special(text, start, end, member, self)
                if special:
                    yield member, special, "special"
                continue
            own = verdict
            if member.kind == "node":
                own = self.node_verdict(text, start, end, member, chain, verdict, blocked)
            if own is None:
                continue
            status, rule = own
            if member.name in primary and not (rule in ("spread_after", "nodes") or re.search(r"\b(?:contralateral|opposite|other)\s$", text[max(start, member.start - 15) : member.start], re.I)):
                continue
            if status == "possible" and member.name in confirmed and rule.startswith("lesion"):
                status = "present"
            yield member, status, rule

    def verdict(self, before: str, after: str, chain: _Chain, blocked: bool, sentence: str) -> tuple[str, str] | None:
        spread_after, lesion_after = self.after_spread.match(after), self.after_lesion.match(after)
        if spread_after:
            return "present", "spread_after"
        if self.after_disease.match(after) and chain.members[-1].name not in ("lung", "heart", "kidney", "skin", "liver", "thyroid", "coronary artery", "eye"):
            return "present", "spread_after"
        found = _FOUND.search(after)
        if blocked and found and re.match(r"[\s-]*(?:\w+[\s-]+){0,2}(?:biops|aspirat|cytolog|specimen|puncture|resection)", after, re.I):
            return "present", "biopsy"
        if blocked:
            return None
        if _BIOPSY_OF.search(before[-90:]) and found:
            return "present", "biopsy"
        if self.before_spread.search(before) or self.verb_spread.search(before[-140:]):
            return "present", "spread_before"
        if lesion_after or self.before_lesion.search(before[-170:]):
            if _NOT_SPREAD.search(sentence) and not _CALLED.search(sentence):
                return None
            called = _CALLED.search(sentence)
            return ("present" if called else "possible"), "lesion"
        return None

    def node_verdict(
        self, text: str, start: int, end: int, member: Anatomy, chain: _Chain, shared: tuple[str, str] | None, blocked: bool
    ) -> tuple[str, str] | None:
        """What the clause around a lymph node expression says of it."""
        if shared and shared[1] in ("spread_after", "biopsy", "spread_before"):
            return shared
        words = text[member.start : member.end]
        itself = re.search(r"adenopath|lymphadenopath", words, re.I)
        if blocked or (not re.search(r"node|nodal|aden|^N$", words, re.I) and not shared):
            return None
        left = re.split(r"[.;]|, (?=and \w+ (?:was|were)|which|who|she|he\b)|\bbut\b|\bwith (?=no\b)", text[start : member.start])[-1]
        right = re.split(r"[.;]|, (?=and |which|who|she|he\b)|\bbut\b|\bwhile\b|\band (?=(?:the |a |no )?\w+ (?:was|were))", text[chain.end : end])[0]
        if re.search(r"\b(?:dissect\w+|biops\w+|sampling|clearance|resection|excision|lymphadenectomy|aspirat\w+) (?:of|from) (?:\w+ ){0,3}$", left, re.I) and not _NODE_COUNT.search(right):
            return None
        count = _NODE_COUNT.search(left[-60:]) or _NODE_COUNT.search(right[:60])
        if count and (count["pos"] or count["p2"]) and int(count["pos"] or count["p2"]) == 0:
            return "absent", "nodes"
        near = left[-70:] + " | " + right[:90]
        if self.node["node_present"].search(near) and not re.match(r"\W*-?negative", right):
            return "present", "nodes"
        if self.node["node_absent"].search(right[:60]) or self.node["node_absent"].search(left[-15:]):
            return "absent", "nodes"
        if re.match(r"-?(?:\s|-)positive", right) or count and self.node["node_present"].search(text[start:end]):
            return "present", "nodes"
        if itself or self.node["node_possible"].search(left[-40:] + " | " + right[:45]):
            return "possible", "nodes"
        return shared


def _chains(text: str, anatomy: list[Anatomy]) -> list[_Chain]:
    chains: list[_Chain] = []
    for a in anatomy:
        gap = text[chains[-1].end : a.start] if chains else ""
        if chains and len(gap) < 70 and _JOIN.fullmatch(gap) and a.kind != "special" and chains[-1].members[-1].kind != "special":
            chains[-1].members.append(a)
        else:
            chains.append(_Chain([a]))
    return chains


def _special(text: str, start: int, end: int, member: Anatomy, sites: Sites) -> str | None:
    """'Distant' before a word of spread; 'recurrence' by itself, not 'peritoneal recurrence' or '-free'."""
    after = text[member.end : end]
    if member.name == "distant":
        return "present" if re.match(r"[\s-]*(?:\w+ )?(?:(?:or|and|/)\s\w+ )?(?:\([^()]*\) )?(?:metasta\w*|spread|disease|recurren\w*|lesions?|relapse|organ|site|disseminat\w+|failure)", after, re.I) else None
    if re.match(r"[- ](?:free|score|rate|risk|interval)|[- ]?suspected", after, re.I):
        return None
    words = text[member.start : member.end].lower()
    before = text[max(start, member.start - 30) : member.start]
    if re.search(r"\b(?:cancer|carcinoma|tumou?r|melanoma|metastatic|disease|distant|late|systemic|biochemical)\s$|\b(?:risk|rate|chance|probability|prevent\w*) of (?:\w+ )?$|\bfree (?:of|from) (?:the )?$", before, re.I):
        return "absent" if re.search(r"\bfree (?:of|from) (?:the )?$", before, re.I) else None
    if "local" in words or "loco" in words:
        return "present"
    if re.match(r" of (?:the )?(?:disease|cancer|symptom|fever|rash|pain|effusion|breast cancer)|\s+(?:in|at|to|on|within) ", after, re.I) and not re.match(r" in (?:the )?(?:same|operated|scar|residual|ipsilateral)", after):
        return None
    return "present"


def _called(text: str, member: Anatomy, start: int, end: int, inside: list[Anatomy]) -> str:
    """The canonical name in its sentence: a bare 'lymph nodes' takes the region that the sentence names,
    the first of 'pelvic or retroperitoneal lymph nodes' takes the noun of the second."""
    if member.name == "lymph node":
        region = next((a for a in inside if a.kind == "node" and a.name not in ("lymph node",) and not re.search(r"node|aden", text[a.start : a.end])), None)
        if region is not None:
            return region.name
    if member.kind != "node":
        joined = re.match(r"[\s,/]*(?:and|or|,)\s(?:(?:left|right|bilateral)\s)?(?:[\w-]+\s){0,2}?(?:lymph\s)?(?:nod(?:es?|al)|lymphadenopath\w+)\b", text[member.end : min(end, member.end + 60)], re.I)
        if joined and member.name in _REGIONS:
            return _REGIONS[member.name]
    return member.name


_REGIONS = {
    "pelvis": "pelvic lymph node", "mediastinum": "mediastinal lymph node", "retroperitoneum": "retroperitoneal lymph node",
    "hilum": "hilar lymph node", "lung hilum": "hilar lymph node", "mesentery": "mesenteric lymph node",
}  # fmt: skip


@Language.factory("oncocase_sites", requires=["doc._.anatomy", "doc._.layout"], assigns=["doc._.candidates"])
def make(nlp: Language, name: str) -> Sites:
    """The factory that `config.cfg` names."""
    register()
    return Sites()
