"""Doses: an amount with its unit, of a drug or of radiotherapy.

Units follow UCUM where the guidelines' norm allows; laboratory values ('5 ng/mL', '11 mg/dL') and
sizes are not doses. Units that also measure other things ('g', '%', 'units') need a drug beside them.
"""

import re

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.language.numbers import DIGITS, WORD, to_decimal, to_int
from pipeline.mentions.mention import Mention, propose, register
from pipeline.mentions.treatment import in_sentence
from pipeline.values import Dose, decimal_norm

_AMOUNT = rf"(?P<n>{DIGITS}(?:(?:[-–]|(?<!(?:19|20)\d\d) to ){DIGITS})?)"
_SURE_UNIT = r"mgs?|milligrams?|mcg|[µμu]g|micrograms?|KE"
_WEAK_UNIT = (
    r"[kMG]Bq|mCi|g|gm|grams?|gr|m?IU|U|units?|MU"
    r"|million (?:international )?units|MIU|mL|ml|cc|mEq|drops?|tablets?|puffs?|%|k?IU"
)
_PER = (
    r"(?:\s?/\s?(?:m\s?(?:2|²|\^2|\(2\))|sqm|kg|day|die\b|d\b|h\b|hr|hour|week|wk|dose|body|min)"
    r"|\s?per (?:square met(?:er|re)|m\s?(?:2|²)|kilogram|kg|day|dose|week"
    r"|hour|minute)(?: of body (?:weight|surface(?: area)?))?|\s?(?:mg|g)\b(?=/kg))*"
)
_DOSE = re.compile(
    rf"(?<![\w.,/±])(?<!CA[- ]){_AMOUNT}[\s-]?(?:(?P<sure>{_SURE_UNIT})|(?P<weak>{_WEAK_UNIT}))(?P<per>{_PER})(?![\w²])"
    r"(?!\s?(?:/|per)\s?(?:d?[lL]|dL|m[lL]|mm|cm|c\.?c|liter|litre|24|L\b|mol|min|day|100|HPF|cell)|\s?I/|\s?\((?:normal|reference|ref\b))",
)
_RADIATION = re.compile(
    rf"(?P<one>\bsingle )?(?<![\w.,]){_AMOUNT}[\s-]?(?P<unit>c?Gy(?:E|\s?\(?RBE\)?|\s?\[RBE\])?|c?gray|c?Grays?|CGE"
    r"|rads?)\b"
    r"(?:\s?(?:/|,|in|over|delivered (?:in|over)|given (?:in|over)|divided (?:in|into)|administered (?:in|over)"
    r"|with|per|(?P<open>\()|as)\s?(?:a total of )?"
    rf"(?P<fx>\d{{1,2}}|{WORD}|a single|single)\s?(?:daily |equal |consecutive )?(?:fractions?|frs?\b|fx|sessions?"
    r"|f\b|Fr\b|#)(?(open)\)?)|(?(one)\sfraction\b|(?!)))?",
    re.I,
)
_AUC = re.compile(
    r"(?:\bAUC\)?|\barea[- ]under[- ](?:the )?(?:\w+[- ]){0,3}curve(?: \(?\[?AUC\]?\)?)?)\s?(?:of|=|:"
    rf"|at)?\s?(?P<n>{DIGITS})"
    r"(?: ?mg(?:/| per )(?:mL|milliliter|ml)(?: ?[·/x×*] ?| per )min(?:ute)?s?| ?mg[·.]min/m[lL]| ?min/m[lL])?",
    re.I,
)
# '75 and 600 mg/m2, respectively': the numbers before share the unit of the last.
_SHARED = re.compile(rf"(?P<more>(?<![\w.,/])(?:{DIGITS}(?:, and | and |, ))+)$")
_DILUENT = re.compile(
    r"\s?of (?:normal |isotonic |physiologic(?:al)? |sterile |[\d.%]+ )?(?:saline|glucose|dextrose|sodium|water"
    r"|solution|blood|packed|plasma|fluid|urine)",
    re.I,
)
_GRAM_OTHER = re.compile(
    r"\b(?:weigh\w*|weight|spleen|tumou?r|specimen|placenta|h(?:ae|e)moglobin|Hb|albumin|protein\w*|blood|mass|baby"
    r"|infant|birth)\b",
    re.I,
)
_UNIT_NAMES = {
    "mgs": "mg",
    "milligram": "mg",
    "milligrams": "mg",
    "mcg": "μg",
    "µg": "μg",
    "ug": "μg",
    "microgram": "μg",
    "micrograms": "μg",
    "gm": "g",
    "gr": "g",
    "gram": "g",
    "grams": "g",
    "unit": "units",
    "u": "U",
    "ml": "mL",
    "cc": "mL",
    "drop": "drops",
    "tablet": "tablets",
    "puff": "puffs",
    "million international units": "million units",
}
_PER_NAMES = (
    (re.compile(r"per square met(?:er|re)|per m\s?[2²]|/\s?(?:m\s?(?:2|²|\^2|\(2\))|sqm)"), "/m2"),
    (re.compile(r"per (?:kilogram|kg)|/\s?kg"), "/kg"),
    (re.compile(r"per day|/\s?(?:day|die\b|d\b)"), "/day"),
    (re.compile(r"per week|/\s?(?:week|wk)"), "/week"),
    (re.compile(r"per hour|/\s?(?:hour|hr|h\b)"), "/h"),
    (re.compile(r"per dose|/\s?dose"), "/dose"),
    (re.compile(r"per minute|/\s?min"), "/min"),
    (re.compile(r"/\s?body"), "/body"),
    (re.compile(r"of body (?:weight|surface(?: area)?)|\s"), ""),
)
_NEAR = 45  # characters within which a weak unit needs its drug


def amount_norm(written: str) -> str:
    """'1,000' is `1000`, '2.50' is `2.5`, '10 to 20' is `10-20`."""
    ends = [to_decimal(part.strip()) for part in re.split(r"[-–]| to ", written)]
    return "-".join(decimal_norm(end) for end in ends if end is not None)


class Doses:
    """Proposes Dose mentions."""

    def __call__(self, doc: Doc) -> Doc:
        text = doc._.layout.text
        drugs = in_sentence(doc, ("Drug",))
        found = []
        for match in _AUC.finditer(text):
            found.append(Mention(match.start(), match.end(), "Dose", Dose(amount_norm(match["n"]), "AUC"), "doses:auc"))
        for match in _RADIATION.finditer(text):
            found.append(_radiation(match))
        for match in _DOSE.finditer(text):
            if match["weak"] and not _beside(doc, drugs, match):
                continue
            if match["weak"] and "min" in match["per"]:  # a clearance
                continue
            unit = _unit(match["sure"] or match["weak"], match["per"])
            found += _sharing(text, match, unit)
            found.append(Mention(match.start(), match.end(), "Dose", Dose(amount_norm(match["n"]), unit), "doses:unit"))
        return propose(doc, found)


def _sharing(text: str, match: re.Match[str], unit: str) -> list[Mention]:
    """Bare numbers before a dose that 'respectively' gives to drugs of their own."""
    if not re.match(r"[^.;]{0,30}?\brespectively\b", text[match.end() :]):
        return []
    from_ = max(0, match.start() - 60)
    before = _SHARED.search(text[from_ : match.start()])
    if not before:
        return []
    at = from_ + before.start("more")
    return [
        Mention(at + n.start(), at + n.end(), "Dose", Dose(amount_norm(n.group()), unit), "doses:shared")
        for n in re.finditer(DIGITS, before["more"])
    ]


def _beside(doc: Doc, drugs: dict[int, list[Mention]], match: re.Match[str]) -> bool:
    """A weak unit counts where a drug stands next to it and no word of weighing does."""
    start, end = match.span()
    near = [
        m for m in drugs.get(doc._.layout.sentence_index(start), ())
        if (-_NEAR < start - m.end < _NEAR) or (0 <= m.start - end < 12)
    ]  # fmt: skip
    if _DILUENT.match(doc._.layout.text, end):
        return False
    if not near or _GRAM_OTHER.search(doc._.layout.text, max(0, start - 30), min(len(doc._.layout.text), end + 20)):
        return False
    if match["weak"] != "%":
        return True
    return any(0 <= start - m.end <= 2 or 0 <= m.start - end <= 2 for m in near)


def _unit(written: str, per: str) -> str:
    unit = _UNIT_NAMES.get(written.lower(), written)
    for pattern, name in _PER_NAMES:
        per = pattern.sub(name, per)
    return unit + per


def _radiation(match: re.Match[str]) -> Mention:
    amount, unit = amount_norm(match["n"]), match["unit"].lower()
    if unit.startswith(("cg", "rad")) and unit != "cge":
        hundredth = to_decimal(amount)
        amount = decimal_norm(hundredth / 100) if hundredth is not None else amount
    fractions = None
    if match["fx"]:
        fractions = 1 if "single" in match["fx"].lower() else to_int(match["fx"])
    elif match["one"] and match.group().lower().endswith("fraction"):
        fractions = 1
    start = match.start() if fractions or not match["one"] else match.start("n")
    return Mention(start, match.end(), "Dose", Dose(amount, "Gy", fractions), "doses:radiation")


@Language.factory("oncocase_doses", requires=["doc._.candidates", "doc._.layout"], assigns=["doc._.candidates"])
def make(nlp: Language, name: str) -> Doses:
    """The factory that `config.cfg` names."""
    register()
    return Doses()
