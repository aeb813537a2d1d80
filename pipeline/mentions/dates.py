"""Calendar dates and ranges, with what is known of them and nothing more."""

import itertools
import re
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.language.windows import scan, windows
from pipeline.mentions.mention import Mention, propose, register
from pipeline.values import DateRange, PartialDate

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH = (
    r"(?P<{m}>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_YEAR = r"(?P<{y}>(?:19|20)\d\d)"
_DAY = r"(?P<{d}>[0-3]?\d)(?:st|nd|rd|th)?"


# The edges of a cell, where a line of a table, or a line for each cell, holds a year alone.
_CELL_BEFORE = re.compile(r"(?:^|[;|\t\n])[ ]?$")
_CELL_AFTER = re.compile(r"[ ]?(?:[;|\t\n]|$)")


def _part(n: int) -> str:
    """One date in words, with groups d/m/y numbered n; every part but the month may be missing."""
    month, year, day = _MONTH.format(m=f"m{n}"), _YEAR.format(y=f"y{n}"), _DAY.format(d=f"d{n}")
    us_day = _DAY.format(d=f"e{n}")
    return (
        rf"(?:{day}(?: of)?[ -])?{month}(?!-(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov"
        rf"|Dec))[A-Za-z])(?!-\d{{1,2}}\b)(?:(?: the)? {us_day}(?!\d|[.,]\d|\s?(?:mg|cm|mm"
        rf"|%)))?(?:,? ?(?:of )?(?:the year )?[ -]?{year})?"
    )


_WORDS = re.compile(rf"\b{_part(1)}(?:(?:\s?[-–—]\s?| to | until | till | through | and ){_part(2)})?\b")
# 'July 6 to 11, 2020', 'March-June 2019' (the second month without a day) and '6-11 July 2020'.
_DAY_RANGE = re.compile(
    rf"\b{_MONTH.format(m='m1')} (?P<d1>[0-3]?\d)(?:st|nd|rd|th)?(?:\s?[-–—]\s?| to | and )(?P<d2>[0-3]?\d)(?:st|nd"
    rf"|rd|th)?,? {_YEAR.format(y='y1')}"
    r"|\b(?P<d3>[0-3]?\d)(?:st|nd|rd|th)?(?:\s?[-–—]\s?| to | and )(?P<d4>[0-3]?\d)(?:st|nd|rd"
    rf"|th)? {_MONTH.format(m='m2')} {_YEAR.format(y='y2')}"
)
_ISO = re.compile(
    r"(?<![\d/.-])(?P<y>(?:19|20)\d\d)(?P<s>[-/.])(?P<m>0?[1-9]|1[0-2])(?:(?P=s)(?P<d>[0-3]?\d))?(?![\d/-]|\.\d)"
)
_NUMERIC = re.compile(
    r"(?<![\d/.-])(?P<a>[0-3]?\d)(?P<s>[-/.])(?P<b>[0-3]?\d)(?P=s)(?P<y>(?:19|20)\d\d)(?![\d/-]|\.\d)"
)
_MONTH_YEAR = re.compile(r"(?<![\d/.-])(?P<m>0?[1-9]|1[0-2])[/.](?P<y>(?:19|20)\d\d)(?![\d/-])")
_SEASON = re.compile(
    rf"\b(?:spring|summer|autumn|fall|winter)(?: of| in)?,? {_YEAR.format(y='y')}(?:[-/–](?:\d\d)+)?\b", re.I
)
_YEARS = re.compile(rf"\b{_YEAR.format(y='a')}(?:\s?[-–—/]\s?| to | and | until | through ){_YEAR.format(y='b')}\b")
_ALONE = re.compile(
    rf"(?:(?<![\d.,/-])|(?<=mid-)|(?<=early-)|(?<=late-)){_YEAR.format(y='y')}(?!\d|[.,]\d|[/-]\d|\s?(?:mg|mm|cm|ml"
    r"|mL|kg|g\b|U\b|IU|cells|patients|women|cases|pg|ng|µ|μ|%|×|x\b|kcal|units|/))"
)
# Before a year alone there stands a word of time …
_BEFORE_YEAR = re.compile(
    r"(?:\b(?:in|since|from|of|by|until|till|during|early|late|mid|year|to|on|before|after|between|through|around"
    r"|about|and|or|for|the|her|his|beginning|end"
    r"|middle|circa|than|dated)[- ]+(?:the )?(?:year )?(?:of )?|^\s*|[a-z]{3,} \((?:in )?)$",
    re.I,
)
# … and what follows does not make it a citation, an edition or a guideline.
_AFTER_YEAR = re.compile(
    r"\s*(?:WHO|AJCC|UICC|FIGO|ASCO|NCCN|ESMO|St\.? Gallen|TNM|guidelines?|criteria|classification|edition"
    r"|consensus|recommendations?|version|World)\b|[;:]\s?\d|\s*\)?\s*;\s*\d+\s?[(:]",
    re.I,
)
_CITED = re.compile(
    r"(?:\bet al\.?|\b(?:WHO|AJCC|UICC|FIGO|ASCO(?:/CAP)?|CAP|NCCN|ESMO|JSMO|RECIST|TNM|CTCAE|GLOBOCAN|guidelines?"
    r"|classification|criteria|consensus|edition|version)),?\s*(?:\([^()]{0,30}\),?\s*)?(?:\(|in |of "
    r"|from )?\s*(?:the )?$|\[[^\]]{0,40}$",
    re.I,
)
_MAY_VERB = re.compile(
    r"\bMay\b(?=\s+(?:be|have|also|not|occur|present|cause|lead|help|represent|include|result|mimic|indicate"
    r"|require)\b)"
)
_MONTH_BEFORE = re.compile(
    r"\b(?:in|since|from|of|by|until|till|during|early|late|mid|to|on|before|after|between|through|around|this|that"
    r"|last|next|following|previous|and|end|beginning|the)[- ]+(?:the )?(?:month of )?$",
    re.I,
)


_ANCHOR = re.compile(r"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|19\d\d|20\d\d")
# '12.10 to 23.10.2020': the year stands once.
_POINTED_RANGE = re.compile(
    r"(?<![\d.])(?P<d1>[0-3]?\d)\.(?P<m1>[01]?\d)\.?(?:\s?[-–]\s?| to "
    r"| until )(?P<d2>[0-3]?\d)\.(?P<m2>[01]?\d)\.(?P<y>(?:19|20)\d\d)(?![\d.]\d)"
)
_THROUGH = re.compile(r"\s?(?:[-–—]|to|until|till|through)\s?")


class Dates:
    """Proposes Date mentions."""

    def __call__(self, doc: Doc) -> Doc:
        return propose(doc, _ranges(doc._.layout.text, list(find(doc))))


def _ranges(text: str, found: list[Mention]) -> list[Mention]:
    """The findings, with two dates in figures that 'to' or a dash joins made one range."""
    figures = sorted(
        (m for m in found if m.rule in ("dates:iso", "dates:numeric", "dates:month_year")), key=lambda m: m.start
    )
    joined = []
    for a, b in itertools.pairwise(figures):
        if (
            _THROUGH.fullmatch(text, a.end, b.start)
            and isinstance(a.value, PartialDate)
            and isinstance(b.value, PartialDate)
        ):
            joined.append(Mention(a.start, b.end, "Date", DateRange(a.value, b.value), "dates:figures_range"))
    return found + joined


def find(doc: Doc) -> Iterator[Mention]:
    text = doc._.layout.text
    near = windows(text, _ANCHOR, 45, 50)
    for match in scan(_DAY_RANGE, text, near):
        month, year = _month(match["m1"] or match["m2"]), int(match["y1"] or match["y2"])
        first, last = match["d1"] or match["d3"], match["d2"] or match["d4"]
        yield _mention(
            match, DateRange(PartialDate(year, month, int(first)), PartialDate(year, month, int(last))), "day_range"
        )
    for match in scan(_WORDS, text, near):
        yield from _in_words(text, match)
    for match in scan(_ISO, text, near):
        if match["d"] or match["s"] == "-":
            day = int(match["d"]) if match["d"] else None
            yield _mention(match, PartialDate(int(match["y"]), int(match["m"]), day), "iso")
    numeric = list(scan(_NUMERIC, text, near))
    day_first = _day_first(numeric)
    for match in numeric:
        value = _numeric(int(match["a"]), int(match["b"]), match["y"], "." if day_first else match["s"])
        if value:
            yield _mention(match, value, "numeric")
    for match in scan(_POINTED_RANGE, text, near):
        first, last = (PartialDate(int(match["y"]), int(match[f"m{n}"]), int(match[f"d{n}"])) for n in (1, 2))
        if first.month and last.month and first.month <= 12 and last.month <= 12:
            yield _mention(match, DateRange(first, last), "pointed_range")
    for match in scan(_MONTH_YEAR, text, near):
        yield _mention(match, PartialDate(int(match["y"]), int(match["m"])), "month_year")
    for match in scan(_SEASON, text, near):
        yield _mention(match, PartialDate(int(match["y"])), "season")
    for match in scan(_YEARS, text, near):
        if int(match["a"]) < int(match["b"]) and not _is_cited(text, match):
            yield _mention(match, DateRange(PartialDate(int(match["a"])), PartialDate(int(match["b"]))), "years")
    for match in scan(_ALONE, text, near):
        if _is_year(doc, match):
            yield _mention(match, PartialDate(int(match["y"])), "year")


def _in_words(text: str, match: re.Match[str]) -> Iterator[Mention]:
    first, last = _known(match, 1), _known(match, 2)
    if first is None:
        return
    if last is None:
        yield from _one(text, match.start(), match.end(), first)
        return
    connected_by_and = " and " in match.group()
    if connected_by_and and not re.search(
        r"\bbetween (?:the )?$", text[max(0, match.start() - 12) : match.start()], re.I
    ):
        # Two dates, not a range; a year said once may be meant for both, which is not for us to say.
        middle = match.group().index(" and ")
        yield from _one(text, match.start(), match.start() + middle, first)
        yield from _one(text, match.start() + middle + 5, match.end(), last)
        return
    if first.year is None and last.year is not None:  # 'July 6 to August 11, 2020': one year for both
        first = PartialDate(last.year, first.month, first.day)
    yield _mention(match, DateRange(first, last), "range")


def _one(text: str, start: int, end: int, value: PartialDate) -> Iterator[Mention]:
    # A month by itself needs a word of time before it; 'may' and names do not have one.
    timed = _MONTH_BEFORE.search(text[max(0, start - 25) : start]) and not _MAY_VERB.match(text, start)
    if value.year is None and value.day is None and not timed:
        return
    end -= len(text[start:end]) - len(text[start:end].rstrip(" .,"))
    yield Mention(start, end, "Date", value, "dates:words")


def _known(match: re.Match[str], n: int) -> PartialDate | None:
    if match[f"m{n}"] is None:
        return None
    day, year = match[f"d{n}"] or match[f"e{n}"], match[f"y{n}"]
    if day and not 1 <= int(day) <= 31:
        day = None
    return PartialDate(int(year) if year else None, _month(match[f"m{n}"]), int(day) if day else None)


def _month(name: str) -> int:
    return next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(name.lower().rstrip(".")[:3]))


def _day_first(numeric: list[re.Match[str]]) -> bool:
    """Whether the text writes its dates as '18/06/2024': one of them can be read so only, and none otherwise.

    The other order is not told by one date: a European text may quote an American date, hardly the reverse.
    """
    pairs = [(int(match["a"]), int(match["b"])) for match in numeric]
    return any(a > 12 >= b for a, b in pairs) and not any(b > 12 >= a for a, b in pairs)


def _numeric(first: int, second: int, year: str, sign: str) -> PartialDate | None:
    """Day and month where one of them can only be the day, or points tell the day first ('05.10.2020');
    of '05/10/2020' the year alone is known, unless the text's other dates tell their order."""
    if first > 12 >= second and second:
        return PartialDate(int(year), second, first) if first <= 31 else None
    if second > 12 >= first and first:
        return PartialDate(int(year), first, second) if second <= 31 else None
    if first and (first == second or sign == ".") and second <= 12:
        return PartialDate(int(year), second, first)
    return PartialDate(int(year)) if first and second and first <= 12 else None


def _is_cited(text: str, match: re.Match[str]) -> bool:
    return bool(_CITED.search(text[max(0, match.start() - 45) : match.start()]) or _AFTER_YEAR.match(text, match.end()))


def _is_year(doc: Doc, match: re.Match[str]) -> bool:
    if _is_cited(doc._.layout.text, match):
        return False
    if doc._.layout.section(match.start()).kind in ("table", "own_table"):
        text = doc._.layout.text
        return bool(_CELL_BEFORE.search(text, max(0, match.start() - 3), match.start())) and bool(
            _CELL_AFTER.match(text, match.end())
        )
    begin = doc._.layout.sentence(match.start())[0]
    before = doc._.layout.text[max(begin, match.start() - 25) : match.start()]
    if before.endswith("("):  # '(2003)' after a plain noun; after a name it cites
        return (
            bool(re.search(r"(?:^[A-Z]?|[\s,])[a-z]{3,} \($", before))
            and doc._.layout.text[match.end() : match.end() + 1] == ")"
        )
    return bool(_BEFORE_YEAR.search(before))


def _mention(match: re.Match[str], value: PartialDate | DateRange, rule: str) -> Mention:
    end = match.end() - (len(match.group()) - len(match.group().rstrip(" .,")))
    return Mention(match.start(), end, "Date", value, f"dates:{rule}")


@Language.factory("oncocase_dates", requires=["doc._.layout"], assigns=["doc._.candidates"])
def make(nlp: Language, name: str) -> Dates:
    """The factory that `config.cfg` names."""
    register()
    return Dates()
