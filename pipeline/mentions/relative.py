"""Times told against another event: 'three months later', 'two years after surgery', 'at the age of 35'.

The span holds the event it leans on ('two years after surgery'), as the guidelines want it. How long
a symptom, a state or a treatment lasted is no RelativeDate.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.language.numbers import NUMBER, ORDINAL, ordinal_to_int, to_decimal
from pipeline.language.periods import LENGTH, TIME_WORD, UNIT, period
from pipeline.language.sections import Layout
from pipeline.language.windows import Segment, scan, windows
from pipeline.mentions.events import anchor_end
from pipeline.mentions.mention import Mention, propose, register
from pipeline.values import Period, RelativeTime

_ABOUT = r"(?:(?:less than|more than|within|just|only|over|at least) )?"
_LATER = re.compile(rf"\b(?P<l>{_ABOUT}{LENGTH}) (?P<w>later|afterwards?|thereafter|hence|on(?=[,.;]))(?!\w)", re.I)
_AGO = re.compile(
    rf"\b(?P<l>{LENGTH}) (?P<w>ago|earlier|previously|back|before(?= ?[,.;)]| (?:she|he|the patient|with|for|at"
    r"|in)\b)|prior(?! to)|beforehand|in the past)\b(?! to)",
    re.I,
)
_AFTER = re.compile(
    rf"\b(?P<l>{_ABOUT}{LENGTH}) (?:have passed |has passed |had passed |had elapsed |have elapsed )?(?P<w>after"
    r"|following|from|since|post|into|of(?= receiving| starting| initiating| beginning"
    r"| commencing))(?=[ ,.;)-])(?!-?\s?menopaus)",
    re.I,
)
_WITHIN = re.compile(
    rf"\b(?P<l>within (?:just |only |about )?{LENGTH}) (?P<w>of)(?= (?!treatment\b|therapy\b|follow))", re.I
)
_BEFORE = re.compile(
    rf"\b(?P<l>{_ABOUT}{LENGTH}) (?:immediately )?(?P<w>before|prior to|preceding|previous to|in advance of)(?= )", re.I
)
_POST = re.compile(
    rf"\b(?P<l>{LENGTH})[- ](?P<w>post-?\s?(?:operation|operatively|operative(?:ly)?|surgery|surgically|mastectomy"
    r"|partum|delivery|transplant\w*|treatment|therapy|diagnosis|resection|radiotherapy|chemotherapy|presentation"
    r"|discharge|procedure))\b",
    re.I,
)
_OPEN = re.compile(
    r"\b(?P<p>after|within|at|in) (?:only |just |about |approximately |nearly |almost |another |a further "
    rf"|around )?(?P<l>{LENGTH})(?P<t> of (?:(?:the |this |her |his )?(?:\w+ )?(?:treatments?|therapy|follow[- ]?up"
    r"|hospitali[sz]ation|admission|chemotherapy|administration|medication|surveillance|observation))\b)?",
    re.I,
)
_FOLLOWING = re.compile(
    r"\b(?:(?P<p>over|during|in|within|for|throughout) )(?:the )(?P<d>following|next|subsequent|ensuing|coming"
    rf"|last|past|previous|preceding) (?P<l>{NUMBER} {UNIT}|few {UNIT}|several {UNIT}|year|month|week|day|decade)\b"
    r"|\b(?P<the>the (?P<d2>following|next|subsequent|previous|preceding) (?P<u>day|week|month|year|morning))\b",
    re.I,
)
_AGE = re.compile(
    rf"\b(?:at|by|from|since|until) (?:the |an )?age (?:of )?(?P<n>{NUMBER})(?: years?(?: old)?)?\b"
    rf"|\bat (?P<m>{NUMBER}) years (?:of age|old)\b|\bat age (?P<k>{NUMBER})\b",
    re.I,
)
_DAY = re.compile(
    r"(?P<p>\b(?:on|at|by|after|until|till|from|since|of|to|between)\s|\((?=(?:week|month) \d+\))|^)?"
    r"(?P<s>\b(?:post-?operative day|POD"
    r"|hospital day|(?:day|month|week)|D(?=\d))[- #]?(?P<n>\d{1,3})\b)"
    r"(?P<t> (?:of|after|post|following) (?:the )?(?:(?:\w+ )?(?:treatment|therapy|admission|hospitali[sz]ation"
    r"|operation|surgery|illness|cycle|course|transplant\w*|infusion|chemotherapy|administration|life)|\w+ (?:cycle"
    r"|course)(?: of \w+)?)| post-?op(?:erative(?:ly)?)?\b)?",
    re.I | re.M,
)
_DAY_LIST = re.compile(r"\s?(?:,|and|&|–|-|to|/|or)\s?(?:days? |d ?)?\d", re.I)
_DORSAL = 12
_SPINE = re.compile(
    r"\b(?:vertebra\w*|spin(?:e|al)|sacrum|sacral|bon(?:e|es|y)|lytic|sclerotic|blastic|metastas[ei]s|fractures?|compression"
    r"|collapse|dorsal|lumbar|thoracic|cord|laminectomy|vertebroplasty|[TLC]\d{1,2})\b",
    re.I,
)
_POSTOP_UNIT = re.compile(
    rf"\b(?:post-?operative|postpartum|hospital) (?P<u>day|week|month|year)s? (?P<n>{NUMBER})\b"
    rf"|\b(?P<o>{ORDINAL}) (?:post-?operative|postpartum|hospital) (?P<v>day|week|month|year)\b",
    re.I,
)
_ORDINAL = re.compile(
    rf"\b(?P<full>(?P<pre>(?:during|in|on|at) the )?(?P<o>{ORDINAL}) (?P<u>day|week|month|year) (?P<w>after"
    r"|following|of|post)(?= ))",
    re.I,
)
# 'On the 12th day', 'in the third month of olaparib': counted from what was told before, or from what is named.
_ORDINAL_ALONE = re.compile(
    rf"\b(?:on the (?P<o>{ORDINAL}) (?P<u>day)|(?P<in>in (?:the )?(?P<n>{ORDINAL}) (?P<v>week|month|year(?= of))))\b"
    r"(?! of (?:life|each|every|a\b|illness|symptom)|-)",
    re.I,
)
_FOLLOW_UP = re.compile(
    rf"\b(?P<l>{NUMBER}[- ]?(?:years?|months?|weeks?|days?))(?:[- ]| of )(?:\w+ )?follow[- ]?up\b", re.I
)
_GESTATION = re.compile(
    r"\b(?:at|in|by) (?:the )?(?P<w>\d{1,2})(?:(?: and | )(?P<d>[0-6])/7"
    r"|\s?\+\s?(?P<e>[0-6]))?[- ](?:gestational )?weeks?(?: (?:and (?P<f>[0-6]) days?))?(?:(?: of)? (?:gestation"
    r"|pregnancy|amenorrh\w+)|'? gestation)?\b",
    re.I,
)
_NO_EVENT = re.compile(
    r"\b(?:history|survival|free|interval|course|duration|period|age|aged|old|lasting|for|during|stable|remission"
    r"|every)\s*(?:of|time of|was|is|than|about|approximately|the|over|more than|at least|a|an)?\s*$",
    re.I,
)


class RelativeDates:
    """Proposes RelativeDate mentions."""

    def __call__(self, doc: Doc) -> Doc:
        found = [m for m in find(doc) if m.value.norm().strip("+-") not in ("P", "")]
        return propose(doc, found)


def find(doc: Doc) -> Iterator[Mention]:
    layout = doc._.layout
    text = layout.text
    near = windows(text, TIME_WORD, 60, 45)
    for pattern, sign in ((_LATER, "+"), (_AGO, "-"), (_POST, "+")):
        for match in scan(pattern, text, near):
            yield from _mention(match.start(), match.end(), sign, period(match["l"]), pattern)
    for pattern, sign in ((_AFTER, "+"), (_WITHIN, "+"), (_BEFORE, "-")):
        for match in scan(pattern, text, near):
            before = text[max(0, match.start() - 30) : match.start()]
            if _NO_EVENT.search(before) and match["w"].lower() in ("from", "since", "into"):
                continue
            if match["w"].lower() == "since" and before.endswith("after "):
                continue  # 'stopped after three days since cultures were negative' gives a reason
            gap = 1 if text[match.end()] in " -" else 0
            end = anchor_end(text, match.end() + gap, layout.sentence(match.start())[1])
            if end > match.end() + gap:
                yield from _mention(match.start(), end, sign, period(match["l"]), pattern)
            elif match["w"].lower() in ("after", "before"):
                yield from _mention(match.start(), match.end(), sign, period(match["l"]), pattern)
    yield from _open(text, near)
    yield from _counted(layout, near)


def _open(text: str, near: list[Segment]) -> Iterator[Mention]:
    """'After 2 months', 'over the following year', 'the next day', '18-month follow-up', ages."""
    for match in scan(_OPEN, text, near):
        word, tail = match["p"].lower(), text[match.end() : match.end() + 25]
        if word != "after" and not re.match(r"\s*(?:[,.;)]|follow|post|$)", tail):
            continue
        if (
            word == "in"
            or (word == "at" and re.match(r"\s*(?:of age|old)", tail))
            or re.match(r"[- ](?:old|history|of (?!treat|therap|follow|hosp|admin))", tail)
        ):
            continue
        if word == "within" and re.match(r" (?:after|of|from|following)", tail):
            continue
        yield from _mention(match.start(), match.end(), "+", period(match["l"]), _OPEN)
    for match in scan(_FOLLOWING, text, near):
        word = (match["d"] or match["d2"]).lower()
        past = word in ("last", "past", "previous", "preceding")
        if past and (match["p"] or "").lower() in ("for", "over", "during", "throughout", "within"):
            continue
        length = match["l"] or match["u"]
        length = length.lower().replace("morning", "day")
        value = period(length if re.match(rf"{NUMBER}|few|several", length, re.I) else f"one {length}")
        yield from _mention(match.start(), match.end(), "-" if past else "+", value, _FOLLOWING)
    for match in scan(_AGE, text, near):
        years = to_decimal(match["n"] or match["m"] or match["k"])
        if years is not None:
            yield from _mention(match.start(), match.end(), "age", Period(((years, "Y"),)), _AGE)
    for match in scan(_FOLLOW_UP, text, near):
        before = text[max(0, match.start() - 25) : match.start()]
        if (
            re.search(r"\b(?:at|after|on|until|by|in|of)(?: (?:the|a|her|his|our|last|time of|least))* $", before, re.I)
            and "period" not in text[match.end() : match.end() + 8]
        ):
            yield from _mention(match.start(), match.end(), "+", period(match["l"].replace("-", " ")), _FOLLOW_UP)


def _counted(layout: Layout, near: list[Segment]) -> Iterator[Mention]:
    """Numbered days and months of a course: 'day 14', 'postoperative month 18', 'D10', gestation."""
    text = layout.text
    pregnant = re.search(r"\b(?:gestation\w*|pregnan\w+|trimester)\b", text, re.I) is not None
    for match in scan(_DAY, text, near):
        word = re.sub(r"[^a-z]", "", match["s"].lower())
        begin = layout.sentence(match.start("s"))[0]
        at_head = text[begin : match.start("s")].strip().lower() in ("", "on", "at", "by", "after")
        list_of_days = _DAY_LIST.match(text, match.end("s"))
        if list_of_days or not (
            match["p"]
            or (at_head and match["s"][0] in "DWM" and (word == "day" or match["t"]))
            or word in ("d", "pod", "postoperativeday", "hospitalday")
        ):
            continue
        if word in ("day", "d") and int(match["n"]) <= 1 and not match["t"]:
            continue
        if match["s"][0] in "Dd" and word == "d" and _is_vertebra(text, begin, match):
            continue
        if (word == "d" and not (match["p"] and match["p"].strip())) or (
            word in ("week", "month") and not (match["p"] and match["p"].strip()) and not at_head
        ):
            continue
        inside = (match["p"] or "").strip().lower() == "after"
        unit = "M" if word == "month" else "W" if word == "week" else "D"
        start = match.start() if inside and match["p"] else match.start("s")
        yield from _mention(start, match.end(), "+", Period(((Decimal(match["n"]), unit),)), _DAY)
    for match in scan(_POSTOP_UNIT, text, near):
        number = to_decimal(match["n"]) if match["n"] else Decimal(ordinal_to_int(match["o"]) or 0)
        unit = (match["u"] or match["v"])[0].upper()
        yield from _mention(match.start(), match.end(), "+", Period(((number, unit),)), _POSTOP_UNIT)
    for match in scan(_ORDINAL, text, near):
        ordinal = ordinal_to_int(match["o"])
        end = anchor_end(text, match.end() + 1, layout.sentence(match.start())[1])
        if ordinal and end > match.end() + 1:
            start = match.start() if (match["pre"] or "").lower().startswith(("during", "in")) else match.start("o")
            yield from _mention(start, end, "+", Period(((Decimal(ordinal), match["u"][0].upper()),)), _ORDINAL)
    for match in scan(_ORDINAL_ALONE, text, near):
        ordinal = ordinal_to_int(match["o"] or match["n"])
        end = match.end()
        if text.startswith(" of ", end):
            end = max(end, anchor_end(text, end + 4, layout.sentence(match.start())[1]))
        if ordinal:
            unit = (match["u"] or match["v"])[0].upper()
            start = match.start() if match["in"] else match.start("o")
            yield from _mention(start, end, "+", Period(((Decimal(ordinal), unit),)), _ORDINAL_ALONE)
    for match in scan(_GESTATION, text, near):
        days = match["d"] or match["e"] or match["f"]
        named = days is not None or re.search(r"gestation|pregnan|amenorr", match.group(), re.I)
        # 'At 21 weeks' is gestational in a report of a pregnancy, nowhere else.
        if not named and not (pregnant and match.group()[:2].lower() == "at" and 4 <= int(match["w"]) <= 42):
            continue
        parts = ((Decimal(match["w"]), "W"), *(((Decimal(days), "D"),) if days and days != "0" else ()))
        yield from _mention(match.start(), match.end(), "+", Period(parts), _GESTATION)


def _is_vertebra(text: str, begin: int, match: re.Match[str]) -> bool:
    """'Metastases of the sacrum and of D8': a dorsal vertebra, where the sentence before it speaks of the spine."""
    return int(match["n"]) <= _DORSAL and not match["t"] and bool(_SPINE.search(text, begin, match.start("s")))


_RULES = {
    _LATER: "later",
    _AGO: "ago",
    _POST: "post",
    _AFTER: "after",
    _BEFORE: "before",
    _WITHIN: "within",
    _OPEN: "open",
    _FOLLOWING: "following",
    _AGE: "age",
    _DAY: "day",
    _POSTOP_UNIT: "postoperative",
    _ORDINAL: "ordinal",
    _ORDINAL_ALONE: "ordinal_alone",
    _FOLLOW_UP: "follow_up",
    _GESTATION: "gestation",
}


def _mention(start: int, end: int, sign: str, length: Period | None, pattern: re.Pattern[str]) -> Iterator[Mention]:
    if length is not None:
        yield Mention(start, end, "RelativeDate", RelativeTime(sign, length), f"relative:{_RULES[pattern]}")


@Language.factory("oncocase_relative_dates", requires=["doc._.layout"], assigns=["doc._.candidates"])
def make(nlp: Language, name: str) -> RelativeDates:
    """The factory that `config.cfg` names."""
    register()
    return RelativeDates()
