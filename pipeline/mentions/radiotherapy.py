"""Radiotherapy: its names, forms and abbreviations, and what it was aimed at."""

import re

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.mentions.anatomy import Anatomy, between
from pipeline.mentions.mention import Mention, propose, register
from pipeline.values import Target

_HEAD = re.compile(
    r"\b(?:(?:(?:whole|total)[- ](?P<whole>brain|breast|body|abdomen|pelvis|skin)[- ])?(?:radio-?therap(?:y|ies)"
    r"|radiation[- ](?:therap(?:y|ies)|treatments?)"
    r"|(?:re-?)?irradiations?|radiant (?:treatment|therapy))"
    r"|(?:concurrent |concomitant )?(?P<chemo>(?:chemo[- ]?radio-?therap(?:y|ies)|radio-?chemo-?therapy"
    r"|chemo[- ]?(?:ir)?radiation(?:[- ]therapy)?|chemo[- ]radiotherapy|thermoradiotherapy))"
    r"|brachy-?therapy|(?:gamma|cyber)[- ]?knife(?: (?:stereotactic )?(?:radio)?(?:surgery|therapy|treatment))?"
    r"|(?:stereotactic )?radio-?surgery"
    r"|(?:proton|carbon[- ]ion|heavy[- ]ion)(?:[- ]beam)?[- ](?:radio)?therapy|tomotherapy|telecobalt therapy"
    r"|cobalt therapy)\b",
    re.I,
)
_SHORT = re.compile(
    r"(?<![\w-])(?:RTx?|EBRT|WBRT|WBI|PMRT|SBRT|SABR|FSRT|SRS|SRT|IMRT|VMAT|3D-?CRT|IORT|CCRT|CRT|PCI"
    r"|CyberKnife)(?![\w-]|\s?PCR|\s\((?:somato|respir|room|reverse))"
)
_SIDE = re.compile(
    r"\s(?:arm|leg|ovary|lung|side|kidney|breast|hand|foot|knee|hip|shoulder|eye|ear|lobe|axilla)\b", re.I
)
_SURE = frozenset(("RT EBRT WBRT PMRT SBRT SABR FSRT SRS IMRT VMAT IORT CCRT 3DCRT 3D-CRT RTx CyberKnife").split())
_BARE = re.compile(
    r"\b(?P<head>radiation)\b(?![- ]*(?:induced|associated|related|recall|dermat|pneumon|oncolog|exposure|field"
    r"|necrosis|enter|proct|fibros|port\b"
    r"|sourc|safety|protec|hazard|physic|depart|damage|injur|toxic|sensit|resist|change|burn|reaction|naive|naïve"
    r"|emit|risk|free|myel|esoph"
    r"|encephal|cyst|plex|scar|bed|therap|treatment|unit|center\b|centre\b|ulcer|angio|sarcom|in nature|techn|worker"
    r"|survivor|effect|sign|to the (?:left|right) (?:arm|leg|shoulder)|to the (?:arm|leg|jaw|back|shoulder)))",
    re.I,
)
_NOT_BEFORE = re.compile(
    r"(?:ultraviolet|\bUV[AB]?|ionizing|ionising|solar|sun|background|scatter|electromagnetic|laser|atomic bomb"
    r"|bomb|pain had|the pain|post|pre|prior to|heat)[- ]?$",
    re.I,
)
# Words of a form of radiotherapy that belong to its name.
_FORM = re.compile(
    r"(?:(?:external(?:[- ]beam)?|stereotactic(?: body| ablative)?|intensity[- ]modulated|(?:3D"
    r"|three-dimensional)[- ]conformal|conformal|image[- ]guided"
    r"|hypofractionated|high[- ]dose[- ]rate|intracavitary|intra-?operative|involved[- ](?:field|site)"
    r"|accelerated partial|partial|craniospinal"
    r"|cranio-spinal|fractionated|volumetric(?:[- ]modulated)?(?: arc)?|electron(?:[- ]beam)?|prophylactic"
    r"|hemi-?body|mantle[- ]field|interstitial)[- ])+$",
    re.I,
)
# A tab or a blank line parts cells of a table and paragraphs: no target is taken from the other side.
_APART = r"\t|\n[ ]*\n"
_JOIN = re.compile(rf"(?:(?!{_APART})[\s-])*(?:(?:and|,|/|&|plus)(?:(?!{_APART})\s)*)?$")
_AIM = re.compile(
    r"\s*(?:\([^()]{0,60}\)\s*)?(?:was\s+(?:given|administered|delivered|performed|done|applied)\s+)?(?:directed\s+"
    r"|treatment\s+|delivered\s+|given\s+)?"
    r"(?:to|of|for|on|over|at|against|targeting|involving|including)\s+", re.I,
)  # fmt: skip
_AIM_END = re.compile(
    rf"{_APART}|[.;:()]|\b(?:was|were|with|which|followed|at|in|after|before|she|he|by|from|because|due)\b"
)
# What was treated, told before the treatment: 'the sternum was treated with SBRT', 'the orbit received radiotherapy'.
_TREATED = re.compile(
    r"\b(?:(?:was|were)(?: (?:also|then|successfully|subsequently))? (?:treated|irradiated|managed) (?:with|by)"
    r"|(?:(?:bed|cavity|metastas[ie]s|lesions?|region|area|mass|node) )?received) (?:[\w/.,-]+ ){0,6}?$"
)
_AIMED_BEFORE = re.compile(r"\b(?:to|of|on|in|at) (?:(?:the|her|his|left|right|both) )*$", re.I)
_PERSON = re.compile(r"\b(?:patient|she|he|they|woman|man|who|it|we|her case|his case)\b", re.I)
_VERTEBRA = re.compile(r"(?<![\w-])[CTDLS]\d{1,2}(?!\w| (?:tumou?r|disease|cancer|stage|carcinoma))")
_BROAD = {"whole brain": "brain", "total body": "body", "whole breast": "breast"}


class Radiotherapy:
    """Proposes Radiotherapy mentions with their target."""

    def __call__(self, doc: Doc) -> Doc:
        text, anatomy = doc._.layout.text, doc._.anatomy
        found = []
        for match in _HEAD.finditer(text):
            if _NOT_BEFORE.search(text, max(0, match.start() - 20), match.start()):
                continue
            start = match.start("chemo") if match["chemo"] else match.start()
            found.append(self.mention(text, anatomy, start, match.end(), "name", match["whole"]))
        taken = {m.end for m in found}
        long_forms = {m.end: m for m in found}
        for match in _SHORT.finditer(text):
            if self.is_radiotherapy(doc, match.group(), match.start()):
                whole = "brain" if match.group() in ("WBRT", "WBI", "PCI") else None
                mention = self.mention(text, anatomy, match.start(), match.end(), "abbreviation", whole)
                long_form = long_forms.get(match.start() - 2) if text[match.start() - 1] == "(" else None
                if long_form and not mention.value.norm():
                    mention.value = long_form.value
                found.append(mention)
        for match in _BARE.finditer(text):
            if match.end() not in taken and not _NOT_BEFORE.search(text, max(0, match.start() - 20), match.start()):
                found.append(self.mention(text, anatomy, match.start(), match.end(), "bare"))
        return propose(doc, found)

    def is_radiotherapy(self, doc: Doc, short: str, place: int) -> bool:
        definition = doc._.abbreviations.resolve(short, place)
        if definition:
            return bool(re.search(r"radi|brachy|gamma", definition.long, re.I))
        if short == "RT":  # also the right side, room temperature, a therapist
            if _SIDE.match(doc._.layout.text, place + 2) or re.search(
                r"\b(?:at|RT-?)\s?$", doc._.layout.text[max(0, place - 4) : place]
            ):
                return False
            begin, end = doc._.layout.sentence(place)
            return not re.search(r"\b(?:incubat|sample|room|overnight|ventilat)", doc._.layout.text[begin:end], re.I)
        return short in _SURE

    def mention(
        self, text: str, anatomy: list[Anatomy], start: int, end: int, rule: str, whole: str | None = None
    ) -> Mention:
        """The whole phrase: forms and targets before the head belong to it, a target after it does not."""
        sites = [_BROAD.get(f"whole {whole}", whole)] if whole else []
        while True:
            form = _FORM.search(text, max(0, start - 60), start)
            before = between(anatomy, max(0, start - 40), start)
            if form:
                start = form.start()
            elif before and _JOIN.fullmatch(text, before[-1].end, start) and before[-1].kind != "special":
                gap = text[before[-1].end : start]
                if ("," in gap and not sites) or (
                    "and" in gap and _AIMED_BEFORE.search(text[max(0, before[-1].start - 30) : before[-1].start])
                ):
                    break  # 'RT to the femur and SBRT': the femur is another's target
                start = before[-1].start
                sites.insert(0, "brain" if text[start : before[-1].end].lower() == "cranial" else before[-1].name)
                article = re.search(r"\b(?:whole|entire)[- ]$", text[max(0, start - 8) : start], re.I)
                start -= len(article.group()) if article else 0
            else:
                break
        if not sites:
            sites = _aimed_at(text, anatomy, end) or _treated(text, anatomy, start)
        return Mention(start, end, "Radiotherapy", Target(tuple(sites)), f"radiotherapy:{rule}")


def _aimed_at(text: str, anatomy: list[Anatomy], place: int) -> list[str]:
    aim = _AIM.match(text, place)
    if not aim:
        return []
    stop = _AIM_END.search(text, aim.end())
    limit = min(stop.start() if stop else len(text), aim.end() + 90)
    named = [a.name for a in between(anatomy, aim.end(), limit) if a.kind != "special"]
    return named or (["spine"] if _VERTEBRA.match(text, aim.end(), limit) else [])


def _treated(text: str, anatomy: list[Anatomy], place: int) -> list[str]:
    """The sites that are the subject of a clause which ends in the radiotherapy."""
    clause = re.split(
        r"[.;:\n]|, (?=and |but |which |while )|\b(?:and|but|while) (?=[^,]*\bwas\b)", text[max(0, place - 130) : place]
    )[-1]
    told = _TREATED.search(clause)
    if told is None or _PERSON.search(clause):
        return []
    begin = place - len(clause)
    named = [a for a in between(anatomy, begin, begin + told.start()) if a.kind != "special"]
    if "received" in told.group() and not (named and begin + told.start() - named[-1].end < 3):
        return []
    return list(dict.fromkeys(a.name for a in named))


@Language.factory(
    "oncocase_radiotherapy", requires=["doc._.anatomy", "doc._.abbreviations"], assigns=["doc._.candidates"]
)
def make(nlp: Language, name: str) -> Radiotherapy:
    """The factory that `config.cfg` names."""
    register()
    return Radiotherapy()
