"""How often, how many cycles, how long: Frequency, Cycles and Duration of treatments.

All three are said of other things too (pain for three months, an imaging every three months, the
menstrual cycle); each counts only beside a drug, a radiotherapy or a word of treatment.
"""

import re
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.language.numbers import DIGITS, NUMBER, to_int
from pipeline.language.periods import TIME_WORD, UNIT, period
from pipeline.language.windows import scan, windows
from pipeline.mentions.mention import Mention, propose, register
from pipeline.mentions.treatment import THERAPY, distance, in_sentence
from pipeline.values import Count, Name

_TIMES = rf"(?:once|twice|thrice|(?:{NUMBER})(?:[- ]times?))"
_EACH = r"(?:a|per|each|every|in a)"
_DAYS = (
    r"\d{1,2}(?:(?:\s?,\s?(?:and |& )?|,? (?:and|&|to|or|through|until) |\s?[-–&]\s?|\s?\+\s?)(?:days? "
    r"|d ?)?\d{1,2}\b(?!-[A-Za-z]|\s?(?:mg|days|weeks|months|courses|cycles|Gy)))*"
)
_SPAN = rf"(?:{NUMBER})(?:\s?[-–]\s?|\s+)(?:consecutive )?(?:days?|weeks?|wks?)"
_PIECE = re.compile(
    rf"\b(?:b\.i\.d\.|t\.i\.d\.|q\.i\.d\.|q\.d\.|o\.d\.|b\.d\.|t\.d\.s\.|q\.d\.s\.|mane|once in {NUMBER} (?:days|weeks)"
    r"|as (?:needed|required)|p\.r\.n\.|prn|on demand"
    r"|(?:before|after|with|prior to) (?:each|every) (?:infusion|cycle|dose|administration|course)"
    rf"|for {_SPAN},? (?:of |in )?(?:every|each) {NUMBER}[- ](?:days?|weeks?)(?: cycles?)?"
    rf"|for {NUMBER} of every {NUMBER} days|\d\s?[x×]\s?/\s?d(?:ay|ie)?|at (?:night|bedtime)|nocte|in the morning"
    rf"|{NUMBER} days (?:a|per|each|every) week|{_TIMES}[- ](?:daily|weekly|monthly|yearly|nightly|{_EACH} (?:day"
    rf"|week|month|year|{NUMBER} (?:days|weeks|months)|cycle))"
    rf"|(?:one |in |{_TIMES} )?(?:every|each)(?: |-)(?:other |second |third |fourth "
    rf"|alternate )?(?:{NUMBER}(?:\s?(?:[-–]|to|or)\s?{NUMBER})?[- ])?(?:consecutive )?(?:days?|weeks?|wks?|months?"
    r"|years?|hours?|h\b|night|morning|evening|cycle)"
    r"|(?:bi|tri|semi|three|two|four|3|2|4)-?(?:weekly|monthly|daily)|(?:thrice|twice|once)-(?:weekly|daily"
    r"|monthly)|weekly|daily|monthly|fortnightly|nightly|quarterly|annually"
    rf"|(?:{DIGITS})[- ]?(?:x|×) ?(?:daily|/ ?day|a day|weekly)|(?<=[a-z\d )])(?:per|a) (?:day|week"
    r"|month)(?! (?:later|after|before|ago|prior|of\b|earlier))"
    r"|q\.?\s?\d{1,2}\s?(?:-?weekly|w(?:ee)?ks?|w|d(?:ays?)?|h(?:ours?|rs?)?|m(?:onths?)?)|qod|q\.?d|q\.?o\.?d|qw"
    r"|qm|qhs|q\.?i\.?d|b\.?i\.?d|t\.?i\.?d|b\.?d|tds|o\.?d(?=[\s,.;)])"
    rf"|(?:on |at )?(?:day|days|d)[- ]?{_DAYS}(?:,? (?:of|in) (?:a|each|every|the|an) (?:{NUMBER}[- ](?:day"
    rf"|week)[- ]?(?:treatment )?cycles?|cycle|week|month|course)| of {NUMBER}[- ](?:day|week) cycles?"
    r"| of \d\d(?: days)?\b(?! ?(?:patients|cases)))?"
    rf"|(?:on )?d\d{{1,2}}(?:(?:\s?[,&/]\s?|,? and |\s?[-–]\s?)d?\d{{1,2}})*"
    rf"|(?:on|in|of|with|for) (?:a |an |each )?(?:{NUMBER})[- ](?:day|week)[- ](?:treatment )?(?:cycles?|intervals?"
    r"|basis|schedule)"
    rf"|(?:at|with|in|on) (?:a |an )?(?:{NUMBER}|an?|weekly|monthly)?[- ]?(?:day|week|month)s?[- ](?:intervals?)"
    rf"|{NUMBER} (?:days|weeks) (?:out of (?:every )?{NUMBER}|apart)|every \d{{2}}(?=\s?[,.;)])"
    rf"|spaced {NUMBER} (?:days|weeks) apart|at intervals of {NUMBER} (?:days|weeks)"
    rf"|(?:for )?{_SPAN}[ -]on(?: treatment)?(?: ?[,/]? ?(?:and |then |followed by )?)(?:{_SPAN}"
    rf"|{NUMBER}(?: (?:days?|weeks?))?)[ -]off(?: treatment)?"
    rf"|for {_SPAN},? (?:and then |then |and |followed by )(?:a |an )?{_SPAN}[ -](?:off|rest|break|pause"
    r"|treatment[- ]free interval|drug[- ]free interval|without (?:treatment|drug)|rest period|interruption)"
    r")(?![\w])",
    re.I,
)
_JOIN = re.compile(
    rf"(?:\s(?:for )?{_SPAN}(?: out)?)?\s?(?:,|;|/|\()?\s?(?:(?:and|then|followed by|and then|of|further)\s)?\s?$", re.I
)
# What an interval or a rhythm is of, where it is not of a medicine.
_OTHER_RHYTHM = re.compile(
    r"\b(?:follow\w*|imaging|scans?|CT|MRI|monitor\w*|visits?|check\w*|surveillance|ultraso\w+|examin\w+|assess\w*"
    r"|activit\w+|living|episodes?|vomit\w*"
    r"|headaches?|mammogra\w+|evaluat\w*|basis of|seizures?|stools?|smok\w*|cigarettes?|diarrh\w+|echocardio\w*"
    r"|fraction|fevers?|pain|dressing\w*|urine|water|fluids?|sessions of)\b|;.{25}",
    re.I,
)
_COUNTED = (
    r"(?:(?:more|additional|further|subsequent|others?|consecutive|initial|pre-?operative|post-?operative"
    r"|neo-?adjuvant|adjuvant|full|complete[d]?|total"
    r"|monthly|weekly|bi-?weekly|tri-?weekly|\d+-week(?:ly)?|\d+-day|induction|maintenance|palliative|salvage|such"
    r"|of|intensive|standard|planned|systemic|dose-dense|long|short|cumulative|treatment"
    r"|chemo(?:therapy|immunotherapy)?|immunotherapy|first-line|second-line|third-line|alternating|biological"
    r"|intravenous|oral|combination|successive|conventional|(?-i:[A-Z][A-Za-z0-9-]{1,11})) ){0,3}"
)
_CYCLES = re.compile(
    rf"(?<![\w.,/-])(?P<n>{NUMBER})(?:\s?[-–]\s?(?P<to>{NUMBER}))? (?P<q>{_COUNTED})(?:cycles?|courses?)\b"
    rf"|(?<![\w.,/-])(?P<a>{NUMBER}) (?:administrations?|infusions|injections)\b"
    r"|\b(?:x|×) ?(?P<x>\d{1,2}) (?:cycles?|courses?)\b"
    r"|(?:(?<=weekly )|(?<=\bq\dw )|(?<=\bq\d\dd )|(?<=m2\) ))"
    r"(?:x|×) ?(?P<z>\d{1,2})\b(?! ?(?:days|weeks|months|doses|mg|h))"
    r"|(?<![\w.,/-])(?P<y>\d{1,2}) ?(?:x"
    r"|×) (?!ULN)(?=[A-Z]{2,6}\b)",
    re.I,
)
_CYCLE_WORD = re.compile(
    r"[cC][yY][cC][lL][eE]|[cC][oO][uU][rR][sS][eE]|administration|infusions|injections|[x×X] ?\d|\d ?[x×X] "
)
_NOT_CYCLES = re.compile(
    r"\b(?:menstrual|IVF|ovulat\w+|estrous|cell|cardiac|sleep|breathing|life|PCR|amplified for|denaturation)\s*$"
    r"|\s*(?:(?:a|per|every|each) (?:day|week|month|year)"
    r"|of (?:breast |external |whole-brain )?radio|of (?:menstrua|the disease|illness|IVF|dialysis|antibiotic))",
    re.I,
)
_LENGTH = (
    rf"(?:(?:{NUMBER}|an?|several|another|a few)(?:\s?[-–]\s?|\s+(?:to |or |and a half |consecutive |full "
    r"|additional |more "
    rf"|further )?))(?:(?:{NUMBER}) )?(?:consecutive )?{UNIT}(?:,? (?:and )?(?:{NUMBER}) {UNIT})?"
)
_QUALIFIED = (
    r"(?:(?:a |the )?(?:total of|period of|duration of|further|additional|total|course of|maximum of|minimum of"
    r"|next|subsequent|past|following|last)? ?"
    r"(?:more than|over|about|approximately|almost|nearly|at least|up to|around|another|only|a further"
    r"|an additional|less than|the next|the following)? ?)"
)
_DURATION = re.compile(
    rf"\b(?P<for>(?:for|over|during|lasting)\s+{_QUALIFIED}(?P<len1>{_LENGTH})(?! (?:after|before|ago|later"
    r"|prior|history|earlier|previously|postop\w+)))(?!-old)\b"
    rf"|\b(?P<of>(?P<len2>{_LENGTH}) of)(?= )"
    rf"|\((?P<bare>(?:for )?(?P<len3>{_LENGTH}))\)"
    rf"|,\s(?P<last>(?:for )?(?P<len5>{_LENGTH}))(?=\))"
    rf"|\b(?P<on>(?P<len4>{_LENGTH}))(?= (?:on|under) (?:maintenance |adjuvant )?\w)",
    re.I,
)
_GIVING = re.compile(
    r"\b(?:treat\w*|receiv\w*|administ\w*|given|giving|prescrib\w*|continu\w*|took|taken|taking|start\w*|underw\w*"
    r"|undergo\w*|placed|put|was on|were on|commenc\w*|initiat\w*"
    r"|therap(?:y|ies)|chemotherapy|radiotherapy|antibiotics?|steroids?|corticosteroids?|tapered|taper\w*"
    r"|followed by|prophylaxis|infusion|dose|dosage|regimen|cycles?|tablets?)\b",
    re.I,
)
_STATE = re.compile(
    r"\b(?:stable|effective|efficac\w*|stabil\w*|control\w*|remission|respon\w+|surviv\w*|free|history|pain\w*"
    r"|symptom\w*|complain\w*|follow\w*[- ]?up|follow(?:ed)? for|alive|progress\w*|recurren\w*|relapse\w*"
    r"|persist\w*|ceas\w*|absent|lasted|remain\w*|last|observed|presented|noticed|suffer\w*|experienc\w*|headaches?"
    r"|cough\w*|fever|evidence|well|asymptomatic|hospitali\w*|admitted|stay\w*|married|smok\w*"
    r"|pregnan\w*|menopaus\w*|lump|mass|nodule|swelling|bleeding|dyspn\w+|known|had been (?:ill|present)|noted"
    r"|palpable|improv\w*|interval|surveillance|monitor\w*|watch\w*|interrupt\w*|discontinu\w*|withheld|stopped"
    r"|held|delay\w*|ongoing response|maintained (?:a|the|his|her) (?:complete|partial|response)|immobil\w*"
    r"|infus\w+ over)\b",
    re.I,
)


_CHECKED = re.compile(r"\b(?:checked|monitored|measured|assessed|examined|controlled|seen|reviewed|followed)\s$", re.I)
_ONE_DAY = re.compile(r"(?:on |at )?(?:day|d)[- ]?\d{1,3}", re.I)
_EACH_TIME = re.compile(r"(?:\b\w+s|once|twice|thrice) $")
_HAPPENED = re.compile(
    r"\b(?:discontinu|stopp|develop|fever|died|discharg|appear|admi(?:tt|ss)|resol|occur|perform|underw|surg|suffer"
    r"|present|reveal|show|was noted|induced|withdraw|delay)\w*",
    re.I,
)


class Schedules:
    """Proposes Frequency, Cycles and Duration mentions."""

    def __call__(self, doc: Doc) -> Doc:
        treated = in_sentence(doc, ("Drug", "Radiotherapy", "Dose"))
        found = [*_frequencies(doc, treated), *_cycles(doc, treated), *_durations(doc, treated)]
        return propose(doc, found)


def _frequencies(doc: Doc, treated: dict[int, list[Mention]]) -> Iterator[Mention]:
    layout = doc._.layout
    text = layout.text
    pieces: list[tuple[int, int]] = []
    for match in scan(_PIECE, text, (layout.sentences[number] for number in sorted(treated))):
        if pieces and layout.sentence_index(pieces[-1][0]) == layout.sentence_index(match.start()):
            gap = text[pieces[-1][1] : match.start()]
            if _JOIN.fullmatch(gap) and len(gap) < 30 and not _weekly_name(match.group()):
                pieces[-1] = (pieces[-1][0], match.end())
                continue
        pieces.append(match.span())
    for start, end in pieces:
        near = treated.get(layout.sentence_index(start), [])
        if near and _is_of_treatment(text, start, end, near):
            yield Mention(
                start, end, "Frequency", Name(re.sub(r"\s+", " ", text[start:end].lower())), "schedules:frequency"
            )


def _weekly_name(piece: str) -> bool:
    """'weekly' before a drug begins a new statement ('daily x and weekly y')."""
    return piece.lower() in ("weekly",)


def _is_of_treatment(text: str, start: int, end: int, near: list[Mention]) -> bool:
    here = Mention(start, end, "Frequency", Name(""), "")
    closest = min(near, key=lambda m: distance(m, here))
    gap = text[closest.end : start] if closest.end <= start else text[end : closest.start]
    after = text[end : end + 25]
    if closest.start >= end and _CHECKED.search(text, max(0, start - 25), start):
        return False  # 'platelets were checked weekly while …'
    if _ONE_DAY.fullmatch(text, start, end) and (len(gap) > 35 or _HAPPENED.search(gap)):
        return False  # 'on day 12' told of an event, not of the days of a schedule
    return (
        len(gap) < 90
        and not _OTHER_RHYTHM.search(gap)
        and not re.match(r"\s*(?:activit|living|follow|imaging|basis of)", after)
    )


def _cycles(doc: Doc, treated: dict[int, list[Mention]]) -> Iterator[Mention]:
    layout = doc._.layout
    text = layout.text
    for match in scan(_CYCLES, text, windows(text, _CYCLE_WORD, 90, 30)):
        number = to_int(match["n"] or match["a"] or match["x"] or match["y"] or match["z"])
        before = text[max(0, match.start() - 20) : match.start()]
        if number is None or _NOT_CYCLES.search(before) or _NOT_CYCLES.match(text, match.end()):
            continue
        if match["a"] and layout.sentence_index(match.start()) not in treated:
            continue  # 'two injections' of whatever
        if (
            re.search(r"\b(?:first|last|next|previous|of|cycle|cycles) $", before)
            and re.search(r"(?:first|last|next|previous) $", before)
            and number == 1
        ):
            continue
        start = max(match.start(), match.start("x"), match.start("z"))  # the sign of times stays outside
        end = match.start() + len(match.group().rstrip())
        yield Mention(start, end, "Cycles", Count(number), "schedules:cycles")


def _durations(doc: Doc, treated: dict[int, list[Mention]]) -> Iterator[Mention]:
    layout = doc._.layout
    text = layout.text
    for match in scan(_DURATION, text, windows(text, TIME_WORD, 70, 45)):
        kind = next(k for k in ("for", "of", "bare", "last", "on") if match[k])
        length = period(match["len1"] or match["len2"] or match["len3"] or match["len4"] or match["len5"])
        begin, stop = layout.sentence(match.start())
        near = treated.get(layout.sentence_index(match.start()), [])
        if length is None or not _is_length_of_treatment(text, match, kind, begin, stop, near):
            continue
        start, end = match.span(kind)
        yield Mention(start, end, "Duration", length, f"schedules:{kind}")


def _is_length_of_treatment(
    text: str, match: re.Match[str], kind: str, begin: int, stop: int, near: list[Mention]
) -> bool:
    start, end = match.span(kind)
    names = [m for m in near if m.label != "Dose"]
    if re.search(r"hour|\bhr", match.group(), re.I) and re.search(
        r"\b(?:over|infus\w+|\d+-h)\b", text[max(begin, start - 30) : start + 5], re.I
    ):
        return False  # how long one infusion ran
    if kind in ("bare", "last"):
        return any(0 <= start - m.end < 60 and "." not in text[m.end : start] for m in near)
    if kind == "on":
        return not _STATE.search(text[max(begin, start - 30) : start]) and any(0 <= m.start - end < 25 for m in names)
    if kind == "of":
        if text[start : start + 2] in ("a ", "an") and _EACH_TIME.search(text[max(begin, start - 20) : start]):
            return False  # 'two injections a day of insulin'
        tail = text[end : min(stop, end + 40)]
        if re.match(r" (?:age|treatment\b|life|gestation|follow|pregnan|hospital|symptom|progress)", tail):
            return False
        return any(0 <= m.start - end < 30 for m in names) or bool(
            THERAPY.match(text, end + 1)
            or re.match(r" \w+(?:[ -]\w+)? (?:chemo|therap|treatment|radiother|immuno|chemoimmuno)\w*", tail)
        )
    before = text[begin:start]
    # The nearest predicate to the left decides: something given, or a state that lasted.
    giving = [m.end() for m in _GIVING.finditer(before)] + [m.end - begin for m in near if m.end <= start]
    state = [m.end() for m in _STATE.finditer(before)]
    if not giving or (state and max(state) > max(giving)):
        return False
    return len(before) - max(giving) < 80


@Language.factory("oncocase_schedules", requires=["doc._.candidates", "doc._.layout"], assigns=["doc._.candidates"])
def make(nlp: Language, name: str) -> Schedules:
    """The factory that `config.cfg` names."""
    register()
    return Schedules()
