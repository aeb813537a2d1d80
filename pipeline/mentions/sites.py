"""Sites said to hold, or not to hold, spread of the cancer.

An anatomical word is a Site only with evidence in its own sentence: a word of spread after it ('liver
metastases') or before it ('metastases to the liver'), a lesion outside the primary ('a mass in the
lung'), a statement of lymph nodes, or a biopsy with its finding. Sites in a row ('liver, lung and
bone metastases') share their evidence. The classes of words are `lexicons/site_cues.tsv`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.lexicons import rows
from pipeline.mentions.anatomy import Anatomy, between
from pipeline.mentions.mention import Mention, propose, register
from pipeline.mentions.primary import primaries
from pipeline.values import Site

_SIDE = (
    r"(?:the|an?|his|her|their|both|all|left|right|bilateral|multiple|several|numerous|many|few|two|three|four|some|other|different|various|ipsilateral|contralateral"
    r"|opposite|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|opposite|upper|lower|middle|mid|anterior|posterior|lateral|medial|distal|proximal|entire|whole|adjacent|regional|surrounding|underlying|overlying|one|distant"
    r"|organs?|sites?|locations?|including|include|included|such as|namely|particularly|especially|mainly|like|e\.g\.|i\.e\.|levels?(?: [IV]+(?: and [IV]+)?)?|segments? \w+(?: \([^()]{1,8}\))? of(?: the)?|areas? of(?: the)?|regions? of(?: the)?"
    r"|parts? of(?: the)?|surface of(?: the)?|wall of(?: the)?|\d+(?:st|nd|rd|th)?|(?:(?:most|some|many|each|both|all|one|two|three|\d+|\d+ out) )?of(?: the)?|dissected|resected|removed|excised|examined|retrieved|sampled|extensive|diffuse|widespread|small|large|deep|superficial|frontal|parietal|occipital|temporal|sacral|central|peripheral|subcentimetric|at least|also|retro-?areolar|new|innumerable)"
)
_FILL = rf"(?:{_SIDE}[\s,:;()]*\s?){{0,9}}"
_AND = r"(?:\s?\([^()]{1,40}\))?[\s,/()+]*(?:(?:and|or|as well as|&|plus|nor|then|and/or|and also|along with|together with)[\s,]+)?"
_JOIN = re.compile(rf"{_AND}{_FILL}$", re.I)
# 'metastases in the liver and in both lungs', 'two in the frontal lobe and two in the cerebellum'
_JOIN_IN = re.compile(rf"(?:\s?\([^()]{{1,40}}\))?\s?(?:,|and|or|,\s?and|as well as)\s(?:(?:one|two|three|four|another|others?)(?: of [\d.,]+ ?[mc]m)? )?(?:in|to|at|on|within)\s{_FILL}$", re.I)
_PREPOSITION = r"(?:to|into|in|of|at|involving|within|on|over|affecting|throughout|including|infiltrating|from|for|through|beyond|around|invading|near|along|across|over|onto|under|beneath)"
_BIOPSY_OF = re.compile(
    rf"\b(?:biops(?:y|ies)|FNAC?|fine[- ]needle aspirat\w+(?: (?:biopsy|cytology))?|aspiration(?: cytology)?|cytolog\w+|histolog\w+(?: examination)?|specimens?|excision|resection|examination|puncture|pathology|extirpation|sampling|tap)(?: \w+)? (?:of|from|on) {_FILL}$",
    re.I,
)
_FOUND = re.compile(
    r"^(?:(?!,|\bbut\b|\bbenign\b)[^.;])*\b(?:confirm\w*|reveal\w*|show\w*|demonstrat\w*|disclos\w*|found|consistent|compatible|diagnos\w*|positive|contain\w*|identif\w*|prov\w+|verif\w+|establish\w*|was|were|presence|yield\w*|held|return\w*|harbou?r\w*)\b[^.;]{0,80}?\b(?:metasta\w*|carcinoma\w*|adenocarcinoma|malignan\w*|cancer|tumou?r cells|neoplastic|recurren\w*)",
    re.I,
)
# What is said of the sites themselves: 'the ovaries were not invaded', 'pericardial fluid contained cells'.
_PREDICATE = re.compile(
    r"(?P<said>(?:\s(?:\([^()]{1,30}\) )?(?!who|which|with|and|but|of|in)\w+){0,3}?\s(?:(?:was|were|is|are|be|been|being|had been|has been|appeared|to be|not|also|both|all|the|then|only|found|shown|proved|diffusely|extensively|massively|microscopically|macroscopically|clinically|sites|main) ){1,6}"
    r"(?:invaded|infiltrated|involved|affected|metastatic|occupied by tumou?r|replaced by (?:\w+ )?(?:tumou?r|metasta|carcinoma)|positive for (?:metasta|malig|tumou?r|carcinoma|cancer|neoplas)|site(?:s)? of (?:metasta|spread|recurr)))"
    r"|(?P<free>(?:\s(?:\([^()]{1,30}\) )?(?!who|which|with|and|but|of|in)\w+){0,3}?\s(?:was|were|is|are|remained|appeared)(?: (?:also|both|all|found|macroscopically|clinically|to be))* (?:spared|unaffected|uninvolved|(?:free|clear|clean|unremarkable)(?=\s*(?:[.,;)]|$|and\b|but\b|while\b|whereas\b))|(?:free|clear) (?:of|from) (?:\w+ )?(?:metasta|malig|tumou?r|carcinoma|cancer|neoplas|disease|deposits|lesions?)|negative for (?:metasta|malig|tumou?r|carcinoma|cancer|neoplas)))"
    r"|(?P<shown>(?:\s(?!who|which|with|and|but|of|in)\w+){0,4}?\s(?P<not>(?:did|does|do) not )?(?:contain\w*|show\w*|reveal\w*|harbou?r\w*|demonstrat\w*|disclos\w*|held|yield\w*|had|prov(?:ed|en)) (?P<no>no |neither |without )?(?:\w+ ){0,4}?(?:metasta\w+|tumou?r(?: cells| deposits| infiltr\w+)?\b|carcinoma|malignan\w+|cancer cells|neoplastic|adenocarcinoma|deposits))",
    re.I,
)
_IMAGED = re.compile(r"\b(?:CT|MRI|scans?|scanning|tomography|ultraso\w+|imaging|X-?rays?|radiograph\w*|PET|scintigra\w+|examination|film)\b(?: scans?)?(?: (?:of|on|for) (?:the )?)?[^,;.]{0,25}$", re.I)
_MALIGNANT = re.compile(r"\bmalignant (?:\w+ )?$", re.I)
_FREE = re.compile(r"\s(?:clinically )?(?:free|clear|clean|unremarkable)(?=\s*(?:[.,;)]|$))", re.I)
_WITHOUT = re.compile(r"\s?:?\s?(?:without|with no|showed no|had no|has no)\s(?:any |evidence of |signs of |other )*(?:metasta\w*|secondar\w+|lesions?|deposits?|spread|suspicious|focal)", re.I)
_WITH = re.compile(r"\s(?:with|showing)\s(?:\w+\s){0,2}metasta\w+", re.I)
_CYTOLOGY = re.compile(r"[\s-](?:\w+\s){0,2}(?:cytology|lavage|washings?|fluid|aspirate)\b", re.I)
_CYTOLOGY_OF = re.compile(r"\bcytolog\w+ of (?:the )?$", re.I)
_NEGATIVE = re.compile(r"\s(?:(?:was|became|remained|turned)\s)?(?:negative|clear|normal)\b", re.I)
_NO_CELLS = re.compile(r"\b(?:was|were|remained|is)\s(?:\w+\s)?(?:negative|normal|clear)\b|\b(?:no|without) (?:malignant|tumou?r|atypical|neoplastic|cancer|carcinoma) cells", re.I)
_SITES_ARE = re.compile(rf"\bsites? of (?:\w+ )?(?:metasta\w+|spread|disseminat\w+|recurrence|relapse|involvement)(?: (?:disease|from|of|in|for|\w+ cancer|\w+ carcinoma))*,? (?:are|include[sd]?|were|was|is|comprised?|being|:)\s*{_FILL}$", re.I)
_IN_OTHER = re.compile(rf"\b(?:adeno)?carcinoma (?:cells )?(?:\w+ )?(?:in|within|at|into) {_FILL}$", re.I)
# A lesion of these says nothing of spread, unless the sentence calls it metastatic.
_BROAD = frozenset("hand foot arm leg lip anus head face finger toe nail nose ear tooth back limb extremity chest thorax abdomen tongue  optic nerve optic disc pharynx throat knee elbow ankle wrist shoulder hip".split()) | {"optic nerve", "optic disc"}
_CALLED = re.compile(r"\bmetasta\w*|\bsecondary\b|\bmalignan(?:t|cy)\b|\bcarcinomatosis\b|\bdisseminat\w+", re.I)
_CLAUSE_END = re.compile(r"[;:]|,? (?:and|but|while|whereas)(?= (?:\w+ ){0,3}(?:was|were|showed|revealed|confirmed|demonstrated|had|biopsy))|, (?:which|and|while)\b", re.I)
_SUSPECTED = re.compile(r"\b(?:suggest\w*|suspic\w*|suspect\w*|possib\w*|probab\w*|concern\w*|question\w*|rais\w+|worrisome|compatible|consistent|differential|exclude|rule out)\b[^,;]{0,40}$", re.I)
_DIAGNOSED = re.compile(r"[^,;.]{0,40}, which (?:was|were|proved|turned)(?: \w+){0,3} (?:diagnosed|confirmed|proven|shown|identified|to be|as)\b[^,;.]{0,40}\b(?:metasta\w*|recurren\w*|carcinoma|cancer)", re.I)
_CALLED_BEFORE = re.compile(r"\bmetastatic (?:disease|lesions|spread)\b[^,;.]{0,70}$|\b(?:metasta\w+|malignant|secondary)(?: \w+){0,2}$", re.I)
_NOT_SPREAD = re.compile(r"\b(?:benign|cysts?|h(?:a|ae)mangiomas?|fibroadenoma|lipoma|granulom\w*|abscess|pneumoni\w*|infection|fatty|osteoporo\w*|osteoarth\w*|degenerative|fibrosis|emphysema|thrombosis|tuberculo\w*)\b", re.I)
_SPECIAL_BEFORE = re.compile(r"(?:cancer|carcinoma|tumou?r|disease|melanoma|\bno|\bor|\bof)[- ]$", re.I)
# What becomes of a lesion that was confirmed before: 'the scalp lesion regressed'.
_COURSE = re.compile(r"\b(?:regress\w*|shr[aiu]nk\w*|decreas\w*|reduc\w*|progress\w*|stable|gr[eo]w\w*|respon\w*|resol\w*|disappear\w*|melt\w*|vanish\w*|persist\w*|smaller|larger|unchanged)\b", re.I)
_FAR = 1500  # characters back to which 'the node' may point
# Organs with diseases of their own: 'liver disease' is spread only where the sentence speaks of spread.
_DISEASED = frozenset({"lung", "heart", "kidney", "skin", "liver", "thyroid", "coronary artery", "eye"})
_SPREADING = re.compile(r"\bmetasta\w*|\bprogress\w*|\bneither\b|\bdeposits?\b|\bcarcinoma\b|\bstable\b", re.I)
_ENLARGED = re.compile(r"\b(?:enlarged|swollen|suspicious|palpable|prominent)(?: \w+){0,2} $", re.I)
_NODE_COUNT = re.compile(r"\b(?:(?P<p0>\d{1,2})|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|all)\s*(?:out )?(?:of|/)\s*(?:the )?(?:\d{1,2}|\w+)\b|\(\s*(?P<pos>\d{1,2})\s*(?:/|of|out of)\s*(?P<all>\d{1,2})\s*\)|\b(?P<p2>\d{1,2})\s*/\s*(?P<a2>\d{1,2})\b", re.I)


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
        self.before_spread = re.compile(rf"\b(?:{cue['spread_before']})(?: \([^()]{{1,30}}\))?(?: of (?:the |her |his |a )?(?:\w+ ){{0,3}}(?:carcinoma|cancer|tumou?r|melanoma|disease|origin|sarcoma))?(?:,? (?:was|were|is|are|developed|occurred|arose|appearing|scattered|one|two|three|four|of [\d.,]+ ?[mc]m|discovered|disclosed|documented|demonstrated|revealed|confirmed|diagnosed|apparent|found|seen|detected|identified|present|noted|observed|located|appeared|mainly|also|only|newly|again|been|had|has|predominantly|directly|deeply|locally|of tumou?r|of cancer|of carcinoma|of the tumou?r|of the cancer|of the disease))*[\s,:]*\(?(?:{_PREPOSITION}\s+|:\s*)(?:{_PREPOSITION}\s+)?{_FILL}$", re.I)
        self.verb_spread = re.compile(rf"\b(?:involving|involve[sd]?|invad(?:ed|es|ing|e)|infiltrat(?:ed|es|ing|e)|reaching|affecting|metastatic|metastasi[sz]ed|secondary|encasing|destroying)\s+{_FILL}$", re.I)
        self.before_lesion = re.compile(rf"\b(?:{cue['lesion_before']})(?: \([^()]{{1,40}}\))?(?:,? (?:was|were|is|are|and|perceptible|palpable|visible|found|seen|detected|identified|present|noted|observed|located|appeared|measuring[^,;.]{{1,35}}|of [\d.,x×*\s-]{{1,20}}(?:cm|mm)(?: in (?:size|diameter|length|width|thickness|the greatest diameter|maximum diameter|largest diameter))?|measuring [\d.,x×*\s-]{{1,25}}(?:cm|mm)(?: in \w+)?|arising|also|suggestive of \w+|palpated))*,?\s*{_PREPOSITION}\s+(?:{_PREPOSITION}\s+)?{_FILL}$", re.I)
        self.node = {kind: re.compile(rf"(?<![\w-])(?:{cue[kind]})(?!\w)", re.I) for kind in ("node_present", "node_absent", "node_possible")}

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
            for chain in _chains(text, inside):
                for member, status, rule in self.judge(text, start, end, chain, anatomy, primary, confirmed, table):
                    confirmed |= {member.name} if status == "present" else set()
                    name = _called(text, member, start, end, inside, anatomy, previous, "breast" in primary)
                    found.append(Mention(member.start, member.end, "Site", Site(name, member.icdo3), f"sites:{rule}", "lexicon", status))
        return propose(doc, found)

    def judge(self, text: str, start: int, end: int, chain: _Chain, anatomy: list[Anatomy], primary: set[str], confirmed: set[str], table: bool) -> Iterable[tuple[Anatomy, str, str]]:
        """The members of a chain that are Sites, each with its status before ConText and the rule."""
        before, after = text[start : chain.start], text[chain.end : end]
        if self.cancer.match(after) and not self.after_spread.match(after):
            chain = _Chain(chain.members[:-1]) if len(chain.members) > 1 else chain
            if self.cancer.match(text[chain.end : end]):
                return
            after = text[chain.end : end]
        blocked = bool(self.blocked.match(after))
        verdict = self.verdict(before, after, chain, blocked, text[start:end])
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
                own = self.node_verdict(text, start, end, member, chain, verdict, blocked)
            if own is None:
                continue
            status, rule = own
            if member.name in _BROAD and rule != "predicate" and not _CALLED.search(text[start:end]):
                continue  # 'the symptoms involved both hands'
            if member.name in primary and not self.is_elsewhere(text, start, member, rule):
                continue
            if status == "possible" and member.name in confirmed and rule == "lesion" and _COURSE.search(text[start:end]):
                status = "present"
            yield member, status, rule

    def is_elsewhere(self, text: str, start: int, member: Anatomy, rule: str) -> bool:
        """Whether a mention of the primary's own organ means spread to it all the same."""
        beside = text[max(start, member.start - 18) : member.end]
        if member.name == "breast":
            return bool(re.search(r"\b(?:contralateral|opposite|other|both)\s+(?:\w+\s)?breasts?$", beside, re.I))
        return rule == "spread_after" and not re.match(r"[\s-]*(?:cancer|carcinoma|tumou?r|invasion|involvement|infiltration|recurrence|progression|disease|extension)", text[member.end : member.end + 14], re.I)

    def verdict(self, before: str, after: str, chain: _Chain, blocked: bool, sentence: str) -> tuple[str, str] | None:
        spread_after, lesion_after = self.after_spread.match(after), self.after_lesion.match(after)
        if spread_after or _MALIGNANT.search(before) and re.match(r"[\s-](?:effusions?|ascites|tamponade)\b", after):
            return "present", "spread_after"
        if _WITHOUT.match(after) or _FREE.match(after):
            return "absent", "without"
        if _WITH.match(after):
            return "present", "with"
        if _NO_CELLS.search(after[:110]) if _CYTOLOGY.match(after) else _NEGATIVE.match(after) and _CYTOLOGY_OF.search(before):
            return "absent", "cytology"
        if self.after_disease.match(after) and (chain.members[-1].name not in _DISEASED or (_SPREADING.search(sentence) and "history" not in before)):
            return "present", "spread_after"
        found = _FOUND.search(after)
        if found and re.search(r"\b(?:hepatic|pulmonary|osseous|cerebral|liver|lung|bone|brain|nodal|skin|cutaneous|peritoneal|pleural) metasta", found.group(), re.I):
            found = None  # the finding names its site itself
        if blocked and found and not re.search(r"\b(?:no|not|without|negative|free)\b", found.group()) and re.match(r"[\s-]*(?:\w+[\s-]+){0,2}(?:biops|aspirat|cytolog|specimen|puncture|resection)", after, re.I):
            return "present", "biopsy"
        if blocked:
            return None
        if _BIOPSY_OF.search(before[-90:]) and found:
            return "present", "biopsy"
        if self.before_spread.search(before) or self.verb_spread.search(before[-140:]) or _SITES_ARE.search(before[-160:]):
            return "present", "spread_before"
        predicate = _PREDICATE.match(after)
        if predicate and not (predicate["shown"] and _IMAGED.search(before)):
            return ("absent" if predicate["free"] or predicate["no"] or predicate["not"] else "present"), "predicate"
        if _IN_OTHER.search(before[-100:]):
            return "present", "in_other_organ"
        if lesion_after or self.before_lesion.search(before[-170:]):
            called = _called_metastatic(after) or _CALLED_BEFORE.search(before)
            near = re.split(r"[,;]", before)[-1][-60:] + re.split(r"[,;]", after)[0][:60]
            if not called and (_NOT_SPREAD.search(near) or chain.members[-1].name in _BROAD):
                return None
            return ("present" if called else "possible"), "lesion"
        return None

    def node_verdict(
        self, text: str, start: int, end: int, member: Anatomy, chain: _Chain, shared: tuple[str, str] | None, blocked: bool
    ) -> tuple[str, str] | None:
        """What the clause around a lymph node expression says of it."""
        enlarged = _ENLARGED.search(text[start : member.start])
        if shared and shared[1] in ("spread_after", "biopsy", "spread_before"):
            # 'swollen nodes and multiple liver metastases': the nodes have their own word
            return ("possible", "nodes") if enlarged and shared[1] == "spread_after" and member is not chain.members[-1] else shared
        words = text[member.start : member.end]
        itself = re.search(r"adenopath|lymphadenopath", words, re.I)
        named = re.search(r"node|nodal|aden|^N$", text[chain.start : chain.end], re.I)
        if blocked or (not named and not shared):
            stated = re.search(r"\b(negative|positive|free|clear)\s$", text[max(start, member.start - 12) : member.start], re.I)
            return ("present" if stated[1].lower() == "positive" else "absent", "nodes") if stated and not blocked else None
        left = re.split(r"[.;]|, (?=and \w+ (?:was|were)|which|who|she|he\b)|\bbut\b|\bwith (?=no\b)", text[start : chain.start])[-1]
        right = re.split(r"[.;]|, (?=and |which|who|she|he\b)|\bbut\b|\bwhile\b|\band (?=(?:the |a |no )?\w+ (?:was|were))", text[chain.end : end])[0]
        if re.search(r"\b(?:dissect\w+|sampling|clearance|resection|excision|lymphadenectomy) (?:of|from) (?:\w+ ){0,3}$", left, re.I) and not _NODE_COUNT.search(right):
            return None
        count = _NODE_COUNT.search(left[-60:]) or _NODE_COUNT.search(right[:60])
        if count and (count["pos"] or count["p2"] or count["p0"]) in ("0", "00"):
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


def _called_metastatic(after: str) -> bool:
    """Whether the clause goes on to call the lesion metastatic, and does not merely suspect it."""
    clause = _CLAUSE_END.split(after)[0]
    called = _CALLED.search(clause)
    if called:
        return not _SUSPECTED.search(clause[: called.start()])
    return bool(_DIAGNOSED.match(after))


def _chains(text: str, anatomy: list[Anatomy]) -> list[_Chain]:
    chains: list[_Chain] = []
    for a in anatomy:
        gap = text[chains[-1].end : a.start] if chains else ""
        joined = chains and len(gap) < 70 and (_JOIN.fullmatch(gap) or _JOIN_IN.fullmatch(gap)) and not re.match(r"\s?of\b", gap)
        if joined and a.kind == "adjective" and chains[-1].members[-1].kind == "noun" and re.search(r"\band an?\s(?:\w+\s)?$", gap):
            joined = False  # 'consolidations in the lower lobes and a mediastinal mass'
        if joined and a.kind != "special" and chains[-1].members[-1].kind != "special":
            chains[-1].members.append(a)
        else:
            chains.append(_Chain([a]))
    for chain in chains:
        noun = next((m for m in chain.members if m.kind == "node" and re.search(r"nod|aden", text[m.start : m.end], re.I)), None)
        if noun is not None:  # 'pelvic or retroperitoneal lymph nodes'
            chain.members = [replace(m, name=_REGIONS[m.name], kind="node") if m.name in _REGIONS and m.end <= noun.start else m for m in chain.members]
    return chains


def _only_sites(text: str, start: int, end: int, anatomy: list[Anatomy]) -> bool:
    """Whether a table's cell does no more than list sites: 'left frontal scalp', 'spine, ribs and liver'."""
    rest, at = "", start
    for a in between(anatomy, start, end):
        rest += text[at : a.start]
        at = a.end
    words = re.findall(r"[A-Za-z]{3,}", rest + text[at:end])
    return sum(not _LOCATES.fullmatch(w) for w in words) <= 1


_LOCATES = re.compile(r"(?:and|the|left|right|both|top|side|of|upper|lower|lobe|frontal|parietal|occipital|temporal|posterior|anterior|mid|multiple|numerous|thoracic|lumbar|dorsal|area|region|th|st|ipsilateral|bilateral|metasta\w+|nodal|recurrence|lesions?|solitary|wall|fossa)", re.I)


def _special(text: str, start: int, end: int, member: Anatomy, anatomy: list[Anatomy]) -> str | None:
    """'Distant' before a word of spread; 'recurrence' by itself, not 'peritoneal recurrence' or '-free'."""
    after = text[member.end : end]
    if member.name == "distant":
        return "present" if re.match(r"[\s-]*(?:\w+ )?(?:(?:or|and|/)\s\w+ )?(?:\([^()]*\) )?(?:metasta\w*|spread|disease|recurren\w*|lesions?|relapse|organ|site|disseminat\w+|failure)", after, re.I) else None
    if re.match(r"[- ](?:free|score|rate|risk|interval)|[- ]?suspected", after, re.I):
        return None
    words = text[member.start : member.end].lower()
    before = text[max(start, member.start - 30) : member.start]
    if re.search(r"\b(?:cancer|carcinoma|tumou?r|melanoma|metastatic|distant|late|systemic|biochemical)\s$|\b(?:risk|rate|chance|probability|prevent\w*) of (?:\w+ )?$|\bfree (?:of|from) (?:the )?$", before, re.I):
        return "absent" if re.search(r"\bfree (?:of|from) (?:the )?$", before, re.I) else None
    if words.startswith(("relapse", "recurred", "remote")) and not re.search(r"\b(?:no|without|free of|evidence of|signs? of)\s(?:\w+ )?$", before, re.I):
        return None
    if "local" in words or "loco" in words:
        return None if text[start:end].strip(" \t\n.").lower() == words else "present"
    if re.match(r" of (?:the |her |his )?(?:disease|cancer|symptom|fever|rash|pain|effusion|breast cancer|ascites|bleeding)", after, re.I):
        return None
    place = re.match(rf"(?:\s+(?:was|were|is)\s(?:seen|found|noted|detected|observed))?\s+(?:in|to|on|within|at|of) {_FILL}", after, re.I)
    if place and any(a.start == member.end + place.end() for a in between(anatomy, member.end, member.end + 80)):
        return None  # 'recurrence in the liver': the liver is the Site
    if any(a.end >= member.start - 1 and a.end <= member.start for a in between(anatomy, max(start, member.start - 40), member.start)):
        return None  # 'peritoneal recurrence'
    return None if text[start:end].strip(" \t\n.").lower() == words else "present"


def _called(text: str, member: Anatomy, start: int, end: int, inside: list[Anatomy], anatomy: list[Anatomy], before: int, breast: bool) -> str:
    """The canonical name in its sentence: a bare 'lymph nodes' takes the region that the sentence names,
    and 'the node' the one told of before."""
    if member.name == "lymph node":
        if breast and text[member.start : member.end].lower().startswith("sentinel"):
            return "axillary lymph node"
        region = next((a for a in inside if a.kind == "node" and a.name not in ("lymph node",) and not re.search(r"node|aden", text[a.start : a.end])), None)
        if region is not None:
            return region.name
        nodes = [a for a in between(anatomy, max(0, before), member.start) if a.kind == "node" and a.name != "lymph node" and re.search(r"nod|aden", text[a.start : a.end], re.I)]
        if nodes:  # the sentence before tells of 'axillary lymph nodes'
            return nodes[-1].name
        if re.search(r"\b(?:the|this|that|these) (?:same )?$", text[max(start, member.start - 12) : member.start], re.I):
            named = next((a for a in reversed(between(anatomy, max(0, member.start - _FAR), member.start)) if a.kind == "node" and a.name != "lymph node"), None)
            if named is not None:  # 'the node' is the one told of before
                return named.name
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
