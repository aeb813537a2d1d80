"""What a sentence says of anatomical expressions: spread, a lesion, freedom of disease, or nothing.

The classes of words are `lexicons/site_cues.tsv`; the ways in which a sentence puts them together
stand here: a word of spread after the sites or before them, a predicate ('the ovaries were not
invaded'), a biopsy with its finding, a cytology.
"""

import re

from pipeline.lexicons import rows
from pipeline.mentions.site_chains import FILL, Chain
from pipeline.mentions.site_imaging import only_examined
from pipeline.mentions.site_words import BROAD, CALLED, NOT_SPREAD

Verdict = tuple[str, str]
"""A status before ConText, and the rule that gave it."""
_PREPOSITION = (
    r"(?:to|into|in|of|at|involving|within|on|over|affecting|throughout|including|infiltrating|from|for"
    r"|through|beyond|around|invading|near|along|across|over|onto|under|beneath)"
)
# What a list of invaded parts may begin with: 'invasion of the capsule, renal pelvis or renal vein'
_LAYER = (
    r"(?:(?:the |its )?(?:\w+ )?(?:capsule|serosa|muscularis(?: propria)?|vessels|fat"
    r"|tissues?|structures|fascia|organs?)"
    r"(?:,|,? and|,? or) )?"
    r"(?:(?:the )?primary(?: tumou?r| lesion| site)?,? and (?:(?:in|of|at) )?)?"
)
_BIOPSY_OF = re.compile(
    r"\b(?:biops(?:y|ies)|FNAC?|fine[- ]needle aspirat\w+(?: (?:biopsy|cytology))?|aspiration(?: cytology)?"
    r"|cytolog\w+|histolog\w+(?: examination)?|specimens?|excision|resection|examination|puncture|brushings?|pathology"
    rf"|extirpation|sampling|tap)(?: \w+)? (?:of|from|on) {FILL}$",
    re.I,
)
_FOUND = re.compile(
    r"^(?:(?!(?<!later),(?! (?:19|20)\d\d\b| (?:[\w-]+ ){1,3}later,)|\bbut\b|\bbenign\b)[^.;])*"
    r"\b(?:confirm\w*|reveal\w*|show\w*|demonstrat\w*"
    r"|disclos\w*|found"
    r"|consistent|compatible|diagnos\w*|positive|contain\w*|identif\w*|prov\w+|verif\w+|establish\w*|was|were"
    r"|presence|evidence\w*|yield\w*|held|return\w*|harbou?r\w*)\b[^.;]{0,80}?\b(?:metasta\w*|carcinoma\w*"
    r"|adenocarcinoma"
    r"|malignan\w*|cancer|tumou?r cells|neoplastic|recurren\w*)",
    re.I,
)
_DENIED = re.compile(r"\b(?:no|not|without|negative|free|neither|failed)\b(?! only)", re.I)
_NAMES_ITS_SITE = re.compile(
    r"\b(?:hepatic|pulmonary|osseous|cerebral|liver|lung|bone|brain|nodal|skin|cutaneous|peritoneal|pleural) metasta",
    re.I,
)
_PROCEDURE = re.compile(r"[\s-]*(?:\w+[\s-]+){0,2}(?:biops|aspirat|cytolog|specimen|puncture|resection)", re.I)
_NEGATIVE_FOR = re.compile(
    r"\b(?:negative for|free of|(?:showed|revealed|disclosed|found) no (?:evidence of |signs? of )?)\s?(?:\w+ )?"
    r"(?:metasta|malig|tumou?r|carcinoma|cancer|neoplas|involvement|infiltration)",
    re.I,
)
# What is said of the sites themselves: 'the ovaries were not invaded', 'pericardial fluid contained cells'.
_PREDICATE = re.compile(
    r"(?P<said>(?:\s(?:\([^()]{1,30}\) )?(?!who|which|with|and|but|of|in)\w+){0,3}?\s(?:(?:was|were) (?:also |both )?"
    r"(?:removed|resected|excised|taken out|enlarged) and )?(?:(?:was|were|is|are|be|been"
    r"|being|had been|has been|appeared|to be|not|also|both|all|the|then|only|found|shown|proved|diffusely"
    r"|extensively|massively|microscopically|macroscopically|clinically|sites|main|first|only|most|commonest|common"
    r"|frequent|usual|preferred"
    r"|second|favou?rite|the most) ){1,6}"
    r"(?:invaded|infiltrated|involved|affected|metastatic|(?:occupied|replaced) by (?:\w+ ){0,2}(?:tumou?r"
    r"|metasta|\w*carcinoma|neoplas)|positive for (?:metasta|malig|tumou?r|carcinoma|cancer|neoplas)|(?:sites?"
    r"|places?) (?:of|for) (?:metasta"
    r"|spread|recurr|relapse)|metastatic (?:sites?|places?)))"
    r"|(?P<free>(?:\s(?:\([^()]{1,30}\) )?(?!who|which|with|and|but|of|in)\w+){0,3}?\s(?:was|were|is|are|remained"
    r"|appeared)(?: (?:also|both|all|found|macroscopically|clinically|to be))* (?:spared|unaffected|uninvolved"
    r"|(?:free|clear|clean|unremarkable)(?=\s*(?:[.,;)]|$|and\b|but\b|while\b|whereas\b))|(?:free|clear|clean) (?:of"
    r"|from) (?:\w+ )?(?:metasta|malig|tumou?r|carcinoma|cancer|neoplas|disease|deposits|lesions?|involvement"
    r"|infiltration)"
    r"|negative for (?:metasta|malig|tumou?r|carcinoma|cancer|neoplas)))"
    r"|(?P<shown>(?:\s(?!who|which|with|and|but|of|in)\w+){0,4}?\s(?P<not>(?:did|does|do) not )?(?:contain\w*"
    r"|show\w*|reveal\w*|harbou?r\w*|demonstrat\w*|disclos\w*|held|yield\w*|had|prov(?:ed|en)) (?P<no>no |neither "
    r"|without )?(?:\w+ ){0,4}?(?:metasta\w+|tumou?r(?: cells| deposits| infiltr\w+)?\b|carcinoma|malignan\w+"
    r"|cancer cells|neoplastic|adenocarcinoma|deposits))",
    re.I,
)
_IMAGED = re.compile(
    r"\b(?:CT|MRI|scans?|scanning|tomography|ultraso\w+|imaging|X-?rays?|radiograph\w*|PET|scintigra\w+|examination"
    r"|film)\b(?: scans?)?(?: (?:of|on|for) (?:the )?)?[^,;.]{0,25}$",
    re.I,
)
_MALIGNANT = re.compile(r"\bmalignant (?:\w+ )?$", re.I)
_FREE = re.compile(r"\s(?:clinically )?(?:free|clear|clean|unremarkable)(?=\s*(?:[.,;)]|$))", re.I)
_WITHOUT = re.compile(
    r"\s?:?\s?(?:(?:was |were )?without|with no|showed no|had no|has no)\s(?:any |evidence of |signs of "
    r"|other )*(?:metasta\w*"
    r"|secondar\w+|lesions?|deposits?|spread|suspicious|focal|tumou?r\b|infiltration|invasion)",
    re.I,
)
_WITH = re.compile(r"\s(?:with|showing)\s(?:\w+\s){0,2}metasta\w+", re.I)
_WITH_LESIONS = re.compile(
    r"\s(?:\([^()]*\)\s)?with (?:[\w-]+ ){0,3}(?:nodules|lesions|masses|tumou?rs)\b(?! (?:in|on|of the)\b)", re.I
)
_CYTOLOGY = re.compile(r"[\s-](?:\w+\s){0,2}(?:cytology|lavage|washings?|fluid|aspirate)\b", re.I)
_CYTOLOGY_OF = re.compile(r"\bcytolog\w+ of (?:the )?$", re.I)
_NEGATIVE = re.compile(r"\s(?:(?:was|became|remained|turned)\s)?(?:negative|clear|normal)\b", re.I)
_NO_CELLS = re.compile(
    r"\b(?:was|were|remained|is)\s(?:\w+\s)?(?:negative|normal|clear)\b|\b(?:no|without) (?:malignant|tumou?r"
    r"|atypical|neoplastic|cancer|carcinoma) cells",
    re.I,
)
# What else spreads, involves and extends: complaints, infections, procedures.
_NO_TUMOUR = re.compile(
    r"\b(?:rash|pain|infection|eruption|erythema|itching|numbness|weakness|paresthesia|paraesthesia|symptoms?"
    r"|(?<!tumour )(?<!tumor )thrombus|inflammation)\b"
    r"(?! and)[^.;]{0,80}$",
    re.I,
)
# 'The pathologist found in the gallbladder wall a metastasis.'
_HELD = re.compile(rf"\b(?:found|revealed|showed|detected|demonstrated|disclosed) (?:in|within|on) {FILL}$", re.I)
_A_METASTASIS = re.compile(r"\s(?:an?|the|two|three|several|multiple) (?:\w+ ){0,2}metasta\w+", re.I)
# 'Replacement of the marrow by cords of small cells'; by fat or fibres it is no spread.
_REPLACEMENT_OF = re.compile(rf"\b(?:replacement|effacement) of {FILL}$", re.I)
_BY_CELLS = re.compile(
    r"\sby (?!(?:\w+ ){0,2}(?:fat|fatty|fibr\w+|adipose|connective|scar|plasma|lymphoid|h(?:a)?ematopoietic)\b)"
    r"(?:[\w-]+ ){0,5}(?:cells|\w*carcinoma|tumou?r|metasta\w+|malignan\w+)\b",
    re.I,
)
_SITES_ARE = re.compile(
    r"\bsites? of (?:\w+ )?(?:metasta\w+|spread|disseminat\w+|recurrence|relapse|involvement)(?: (?:disease|from"
    rf"|of|in|for|\w+ cancer|\w+ carcinoma))*,? (?:are|include[sd]?|were|was|is|comprised?|being|:)\s*{FILL}$",
    re.I,
)
_NO_DISEASE = re.compile(
    r"\b(?:no|without|free of) (?:(?:evidence of|signs? of|measurable|residual|metastatic|recurrent|other|detectable"
    rf"|visible|active) )*(?:disease|spread)(?: (?:was|were) (?:found|seen|detected))? (?:in|at|within|to) {FILL}$",
    re.I,
)
_SPARED = re.compile(rf"\b(?:sparing|not reaching|without (?:invasion|involvement|infiltration) of) {FILL}$", re.I)
# A lesion that its sentence shows to be something else: 'two nodules in the lung were old granulomas'.
_SOMETHING_ELSE = re.compile(
    r"[^,;.]{0,60}\b(?:prove[dn]|turned out|corresponded|corresponding|shown|confirmed|was|were|found|diagnosed)\b"
    r"(?: (?:also|only|then|excised|resected|and|proved|found|shown|to be|to|as))*(?: (?:an?|old|merely|simple|the"
    r"|calcified|typical))*"
    r" (?:fibrosis|granulom\w+|h(?:a|ae)mangiom\w*|(?:simple |benign )?cysts?|hamartom\w*|scars?|benign"
    r"|(?:reactive |chronic )?inflammat\w+"
    r"|lipomas?|infarct\w*|abscess\w*|focal nodular hyperplasia|tubercul\w+)\b",
    re.I,
)
_STAIN = re.compile(r"\b(?:[A-Z][A-Z0-9][\w/-]*|receptor|triple)[- ](?:was |were )?negative\b")
_NOT_OF_CANCER = re.compile(
    r"\b(?:interstitial|chronic|obstructive|coronary|valvular|polycystic|fatty|inflammatory|isch(?:a)?emic|alcoholic"
    r"|vascular|peripheral|autoimmune) $",
    re.I,
)
_IN_OTHER = re.compile(rf"\b(?:adeno)?carcinoma (?:cells )?(?:\w+ )?(?:in|within|at|into) {FILL}$", re.I)
_LIQUID = re.compile(r"\s(?:free )?(?:fluid|effusions?|ascites|air|h(?:a)?ematomas?)\b", re.I)
_LIMBS = frozenset("hand foot arm leg knee elbow ankle wrist shoulder hip limb extremity back".split())
_GROWTH = re.compile(r"\b(?:mass(?:es)?|lumps?|tumou?rs?)\b", re.I)
_UPTAKE = re.compile(r"\b(?:uptakes?|accumulation|hypermetabol\w+|avid\w*)\b", re.I)
_NO_LESION = re.compile(r"\b(?:no|without)(?: \w+)? (?:lesions?|mass(?:es)?|nodules?)\b[^,;.]*$", re.I)
_CLAUSE_END = re.compile(
    r"[;:]|,? (?:and|but|while|whereas)(?= (?:\w+ ){0,3}(?:was|were|showed|revealed|confirmed|demonstrated|had"
    r"|biopsy))|, (?:which|and|while|without|with no)\b",
    re.I,
)
_SUSPECTED = re.compile(
    r"\b(?:suggest\w*|suspic\w*|suspect\w*|possib\w*|probab\w*|concern\w*|question\w*|rais\w+|worrisome|compatible"
    r"|consistent|differential|exclude|rule out)\b[^,;]{0,40}$",
    re.I,
)
_DIAGNOSED = re.compile(
    r"[^,;.]{0,40}, which (?:was|were|proved|turned)(?: \w+){0,3} (?:diagnosed|confirmed|proven|shown|identified"
    r"|to be|as)\b[^,;.]{0,40}\b(?:metasta\w*|recurren\w*|carcinoma|cancer)",
    re.I,
)
_CALLED_BEFORE = re.compile(
    r"\bmetastatic (?:disease|lesions|spread)\b[^,;.]{0,70}$|\b(?:metasta\w+|malignant|secondary)(?: \w+){0,2}$", re.I
)
# 'Bone disease' of a patient with cancer is spread; 'liver disease' only where the sentence speaks of spread.
_SPREAD_DISEASE = frozenset(
    {"bone", "brain", "meninges", "peritoneum", "intracranial", "skull", "spine", "pleura", "bone marrow"}
    | {"viscera", "epidural space"}
)
_SPREADING = re.compile(r"\bmetasta\w*|\bprogress\w*|\bneither\b|\bdeposits?\b|\bcarcinoma\b|\bstable\b", re.I)


class Evidence:
    """The verdict on a chain of sites."""

    def __init__(self) -> None:
        cue = {row["kind"]: row["pattern"] for row in rows("site_cues")}
        adjective = (
            r"(?:(?:multiple|solitary|lymph|distant|new|further|single|multifocal|diffuse|extensive"
            r"|osteolytic|osteoblastic|extra-?hepatic|lytic|parenchymal|visceral|isolated|additional|small|large|tissue"
            r"|metachronous|synchronous|wall|tumou?r|cancer|visible|suspicious|possible|enlarged"
            r"|hypermetabolic|cystic|initial|target|bilateral|massive|oligo-?|micro-?|macro-?|bulky"
            r"|necrotic|nodular|sclerotic|in-transit|satellite|surface|and|or|single)[\s/,-]+){0,3}"
        )
        self.after_spread = re.compile(
            rf"[\s/-]*{adjective}(?:{cue['spread_noun']})\b(?! (?:cancer|carcinoma|adenocarcinoma|melanoma|breast))",
            re.I,
        )
        self.after_disease = re.compile(
            rf"[\s-]*(?:(?:or|and) (?:distant|visceral|systemic) )?(?:{cue['disease_noun']})\b", re.I
        )
        self.after_lesion = re.compile(rf"[\s-]*{adjective}(?:{cue['lesion_noun']})\b", re.I)
        self.blocked = re.compile(
            r"[\s-]*(?:\([^()]{1,25}\) )?(?:(?:needle|core|fine|node|excision|incisional|punch|stereotactic"
            rf"|contrast[- ]enhanced|enhanced|magnetic|computed|and|or) ?)*(?:{cue['blocked_after']})",
            re.I,
        )
        self.cancer = re.compile(rf"[\s-]*(?:{cue['cancer_noun']})\b", re.I)
        self.before_spread = re.compile(
            rf"\b(?:{cue['spread_before']})(?:\s?\([^()]{{1,30}}\))?(?: of (?:the |her |his "
            r"|a )?(?:\w+ ){0,3}(?:carcinoma|cancer|tumou?r|melanoma|disease|origin|sarcoma))?(?:,? (?:was|were"
            r"|is|are|developed|occurred|arose|appearing|scattered|one|two|three|four|of [\d.,]+ ?[mc]m|discovered"
            r"|confined|limited|restricted"
            r"|disclosed|documented|demonstrated|revealed|confirmed|diagnosed|apparent|found|seen|detected"
            r"|identified|present|noted|observed|located|appeared|mainly|also|only|newly|again|been|had|has"
            r"|predominantly|directly|deeply|locally|of tumou?r|of cancer|of carcinoma|of the tumou?r"
            rf"|of the cancer|of the disease))*[\s,:]*\(?(?:{_PREPOSITION}\s+|:\s*)(?:{_PREPOSITION}\s+)?"
            rf"{_LAYER}{FILL}$",
            re.I,
        )
        self.verb_spread = re.compile(
            r"\b(?:involving|involve[sd]?|invad(?:ed|es|ing|e)|infiltrat(?:ed|es|ing|e)|reaching|affecting"
            rf"|metastatic|metastasi[sz]ed|secondary|encas(?:ing|ed|es)|destroying|destroyed)\s+{FILL}$",
            re.I,
        )
        self.before_lesion = re.compile(
            rf"\b(?:{cue['lesion_before']})(?:\s?\([^()]{{1,40}}\))?(?:,? (?:was|were|is|are|and|perceptible|palpable"
            r"|visible|found|seen|detected|identified|present|noted|observed|located|appeared"
            r"|measuring[^,;.]{1,35}|of [\d.,x×*\s-]{1,20}(?:cm|mm)(?: in (?:size|diameter|length|width"
            r"|thickness|the greatest diameter|maximum diameter|largest diameter))?"
            r"|measuring [\d.,x×*\s-]{1,25}(?:cm|mm)(?: in \w+)?|arising|also|suggestive of \w+"
            rf"|palpated))*,?\s*{_PREPOSITION}\s+(?:{_PREPOSITION}\s+)?{FILL}$",
            re.I,
        )

    def verdict(self, before: str, after: str, chain: Chain, blocked: bool, sentence: str) -> Verdict | None:
        """What the sentence says of a chain, from its text `before` and `after`; the plainest statement first.

        `blocked`: the sites only name a procedure or a function ('liver biopsy'), so that nothing but the
        finding of that procedure speaks of them.
        """
        stated = self._beside(before, after, chain, sentence)
        if stated:
            return stated
        if (
            blocked
            and _PROCEDURE.match(after)
            and _NEGATIVE_FOR.search(re.split(r"[.;]|, (?:but|and)\b", after[:200])[0])
        ):
            return "absent", "biopsy"
        if blocked:
            return ("present", "biopsy") if _PROCEDURE.match(after) and _finding(after, plain=True) else None
        if _BIOPSY_OF.search(before[-90:]) and _finding(after):
            return ("present" if _finding(after, plain=True) else "absent"), "biopsy"
        if _NO_DISEASE.search(before[-140:]) or _SPARED.search(before[-100:]):
            return "absent", "spared"
        if _HELD.search(before[-140:]) and _A_METASTASIS.match(after):
            return "present", "held"
        if _REPLACEMENT_OF.search(before[-90:]) and _BY_CELLS.match(after):
            return "present", "replaced"
        if (
            self.before_spread.search(before[-240:])
            or self.verb_spread.search(before[-140:])
            or _SITES_ARE.search(before[-160:])
        ):
            complaint = _NO_TUMOUR.search(before)
            if complaint and not CALLED.search(before[complaint.start() :] + after):
                return None  # 'a man with metastatic cancer has a rash that has spread to the scalp'
            return "present", "spread_before"
        predicate = _PREDICATE.match(after)
        if predicate and only_examined(before, predicate["free"]):
            return None
        if predicate and not (predicate["shown"] and _IMAGED.search(before)):
            return ("absent" if predicate["free"] or predicate["no"] or predicate["not"] else "present"), "predicate"
        if _IN_OTHER.search(before[-100:]):
            return "present", "in_other_organ"
        return self._lesion(before, after, chain)

    def _beside(self, before: str, after: str, chain: Chain, sentence: str) -> Verdict | None:
        """Words right behind the sites: 'liver metastases', 'bone disease', 'peritoneal lavage was negative'."""
        effusion = _MALIGNANT.search(before) and re.match(r"[\s-](?:effusions?|ascites|tamponade)\b", after)
        if self.after_spread.match(after) or effusion:
            return "present", "spread_after"
        if _WITH.match(after):
            return "present", "with"
        of_cells = _CYTOLOGY.match(after) and _NO_CELLS.search(after[:110])
        if of_cells or (_NEGATIVE.match(after) and _CYTOLOGY_OF.search(before)):
            return "absent", "cytology"
        last = chain.members[-1]
        spread = last.name in _SPREAD_DISEASE or last.kind == "node"
        if _NOT_OF_CANCER.search(before):
            return None
        if self.after_disease.match(after) and (spread or (_SPREADING.search(sentence) and "history" not in before)):
            return "present", "spread_after"
        return None

    def _lesion(self, before: str, after: str, chain: Chain) -> Verdict | None:
        """A lesion at the sites is a possible spread, a certain one where its clause calls it metastatic."""
        noun = chain.members[-1].kind == "noun"
        lesion_before = self.before_lesion.search(before[-170:]) or (noun and _WITH_LESIONS.match(after))
        if not lesion_before and (_WITHOUT.match(after) or _FREE.match(after)):
            return "absent", "without"
        if (not lesion_before and not self.after_lesion.match(after)) or _LIQUID.match(after):
            return None
        called = _called_metastatic(after) or _CALLED_BEFORE.search(before)
        near = re.split(r"[,;]", before)[-1][-60:] + re.split(r"[,;]", after)[0][:60]
        if not called and _SOMETHING_ELSE.match(after):
            return "absent", "something_else"
        if not called and NOT_SPREAD.search(near):
            return None
        if not called and any(member.name in BROAD for member in chain.members):
            grown = chain.members[-1].name in _LIMBS and _GROWTH.search(near)
            told = _UPTAKE.search(before[-120:]) or _NO_LESION.search(before[-170:])
            if lesion_before and (grown or told):
                return "possible", "broad"
            if chain.members[-1].name in BROAD:
                return None
        return ("present" if called else "possible"), "lesion"


def _finding(after: str, plain: bool = False) -> bool:
    """Whether a biopsy found tumour, and does not name another site itself; `plain`: without any negation."""
    found = _FOUND.search(after)
    if found is None or _NAMES_ITS_SITE.search(found.group()):
        return False
    return not (plain and _DENIED.search(_STAIN.sub("", found.group())))


def _called_metastatic(after: str) -> bool:
    """Whether the clause goes on to call the lesion metastatic, and does not merely suspect it."""
    clause = _CLAUSE_END.split(after)[0]
    called = CALLED.search(clause)
    if called:
        return not _SUSPECTED.search(clause[: called.start()])
    return bool(_DIAGNOSED.match(after))
