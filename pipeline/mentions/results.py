"""Results of receptors: status words, percentages, scores, plus and minus signs (`lexicons/results.tsv`)."""

import re
from typing import Protocol

from pipeline.lexicons import rows
from pipeline.mentions.mention import Mention
from pipeline.values import Result

_SIGN = re.compile(
    r"\s?\(?\s?(?P<sign>[+−–-]\s?ve\b|(?:\+{1,3}|[−–-])(?!\s?ve\b))(?=\s?[)\]]|\s*[,;./|]|\s+\w|\s*$|\s\(|/|[A-Z]|−|\()"
)
_COMPARATOR = (
    (re.compile(r"(?:less|fewer|lower) than (?:or equal to )?|below |under |up to "), "<"),
    (re.compile(r"(?:more|greater|higher) than (?:or equal to )?|over |above "), ">"),
    (re.compile(r"at least |≧|>="), "≥"),
    (re.compile(r"≦|<="), "≤"),
    (re.compile(r"~|about |approximately "), ""),
)
_HYBRIDISED = re.compile(r"\b[FCSD]*ISH\b|\bhybridi[sz]ation|HER-?2|CEP-?17|\bamplif", re.I)
_LOST_GAP = re.compile(r"[\s-]*(?:(?:expressions?|status|was|were|is|are|had been|have been|both)\s+)*", re.I)
_LINK_BEFORE = re.compile(
    r"[.;](?=\s)|\b(?:margins?|nodes?|LVEF|ejection|survival|diameter|sized?|stage|cases|patients|women|accounts?"
    r"|years?|months?|stenosis|response|reduction|decreas\w*|shr[aiu]nk\w*|necrosis|mitotic|grade|regress\w*"
    r"|enzymes?)\b",
    re.I,
)
_CHANGE_AFTER = re.compile(
    r"\s*(?:reduction|decrease|increase|shrinkage|regression|stenosis|response|risk|survival|of the (?:section"
    r"|lumen|area|patients|cases))",
    re.I,
)
_LEVEL_GAP = re.compile(
    r"[\s:()=-]*(?:(?:was|were|is|are|be|expressions?|index|status|proliferation|proliferative|labell?ing|levels?"
    r"|rate|very|relatively|rather|also|still|activity|a|the)[\s:(=-]*)*",
    re.I,
)
_FOR = re.compile(
    r"\s*(?:immuno\w*|nuclear|staining|stain|expression|reactivity|reaction|status|results?|tumou?r|cells?"
    r"|membran\w*|strong\w*|of|the)?\s*(?:\w+\s+)?(?:for|of|in|to)\s+(?:both |the |all "
    r"|either )?(?:the )?(?:expression of )?(?:\w+ )?$",
    re.I,
)
_ADJECTIVE = re.compile(r"[\s-]*(?:(?:nuclear|immuno\w*|staining|expression of|levels? of|the|for)\s+)*$", re.I)


class _Spanned(Protocol):
    start: int
    end: int


class ResultFinder:
    """Finds what could be a result in a sentence that names a marker."""

    def __init__(self) -> None:
        self.patterns = [
            (
                re.compile(
                    rf"(?<![\w.])(?:{row['pattern']})(?!\w)"
                    if row["kind"] != "word"
                    else rf"(?<!\w)(?:{row['pattern']})(?![a-z])",
                    re.I,
                ),
                row,
            )
            for row in rows("results")
        ]

    def find(self, text: str, start: int, end: int, markers: list[Mention]) -> list[Mention]:
        """Candidates in order of place, the longer first where two overlap, none inside a marker."""
        found: list[Mention] = []
        for pattern, row in self.patterns:
            kind = row["kind"]
            if kind == "sign_listed" and "respectively" not in text[start:end]:
                continue
            for match in pattern.finditer(text, start, end):
                if kind == "ratio" and not _HYBRIDISED.search(text, max(start, match.start() - 90), match.start()):
                    continue
                norm = row["norm"] or _norm(kind, match.group())
                found.append(Mention(match.start(), match.end(), "Result", Result(kind, norm), f"results:{kind}"))
        for marker in markers:
            sign = _SIGN.match(text, marker.end, end)
            if sign and not (
                sign["sign"] in ("−", "–", "-") and text[sign.end("sign") : sign.end("sign") + 1].isalnum()
            ):
                found.append(
                    Mention(
                        sign.start("sign"),
                        sign.end("sign"),
                        "Result",
                        Result("word", _sign_norm(sign["sign"])),
                        "results:sign",
                    )
                )
        found.sort(key=lambda m: (m.start, m.start - m.end))
        kept: list[Mention] = []
        for m in found:
            inside = any(m.overlaps(marker) for marker in markers)
            if not inside and not (kept and m.start < kept[-1].end):
                kept.append(m)
        return kept

    @staticmethod
    def may_follow(text: str, group_end: int, result: Mention) -> bool:
        """Whether `result` can be said of a group that ended before it."""
        gap = text[group_end : result.start]
        if ("amplified" in result.value.norm() or result.rule.endswith(":ratio")) and len(gap) < 130:
            return True  # in situ hybridisation is told last, often after a semicolon
        if result.rule.endswith(":loss"):
            return bool(_LOST_GAP.fullmatch(gap))
        if len(gap) > 110 or _LINK_BEFORE.search(gap) or _CHANGE_AFTER.match(text, result.end):
            return False
        if result.value.norm() in ("low", "high"):
            return bool(_LEVEL_GAP.fullmatch(gap))
        if result.rule.endswith(":sign"):
            return len(gap) <= 3
        if result.rule.endswith(":proliferation"):
            return False
        if result.rule.endswith(":bare_score"):
            return (
                bool(re.search(r"(?:score|IHC|expression|staining|was|were|of|:|=|\()[\s\w]*\(?$|^\s*\(?$", gap))
                and len(gap) < 40
            )
        return True


def is_for_next(
    text: str,
    result: Mention,
    before: _Spanned | None,
    after: _Spanned,
    following: Mention | None,
    before_is_served: bool,
) -> bool:
    """Whether `result` is said of the group after it: 'negative for ER', 'low Ki-67', 'lack of PR'."""
    gap = text[result.end : after.start]
    if (
        len(gap) > 60
        or re.search(r"[.;]", gap)
        or (following is not None and following.end <= after.start and "," in gap)
    ):
        return False
    kind = result.rule.split(":")[1]
    left_gap = text[before.end : result.start] if before is not None else None
    touching = (
        left_gap is not None
        and re.fullmatch(
            r"[\s:=(-]*(?:status |expression |receptors? |protein )?(?:was|were|is|are|being)?[\s:=(-]*", left_gap
        )
        is not None
    )
    if kind == "sign":
        return False
    if kind in ("word", "proliferation"):
        if _FOR.fullmatch(gap) and not (gap.strip().lower() in ("in", "of", "to") and touching):
            return True
        if result.value.norm() == "negative" and text[result.start : result.end].lower().startswith(
            ("loss", "lack", "absence", "did not", "no ")
        ):
            return bool(_ADJECTIVE.fullmatch(gap)) or len(gap) < 3
        return bool(_ADJECTIVE.fullmatch(gap)) and (not touching or (before_is_served and "," in (left_gap or ",")))
    if kind == "percent":
        if before is None or before_is_served:
            return bool(
                re.match(r"\s*(?:of (?:the )?(?:\w+ ){0,3}(?:cells|nuclei)|(?:\w+ )?(?:positiv|express)|$|for )", gap)
            )
        return False
    return bool(_ADJECTIVE.fullmatch(gap)) and before is None


def _sign_norm(sign: str) -> str:
    if sign.startswith("++"):
        return f"{len(sign)}+"
    return "positive" if sign.startswith("+") else "negative"


def _norm(kind: str, written: str) -> str:
    low = re.sub(r"\s+", " ", written.lower()).strip()
    if kind == "percent":
        for pattern, sign in _COMPARATOR:
            low = pattern.sub(sign, low)
        low = re.sub(r"\s|%|percent|per cent", "", low).replace(",", ".")
        return re.sub(r"(?<=\d)(?:–|to|and|-)(?=\d)", "-", low).rstrip("+") + "%"
    if kind == "allred":
        numbers = re.findall(r"\d", low)
        return f"Allred {numbers[0]}" if numbers else low
    if kind == "score":
        if set(low) <= {"+"}:
            return f"{len(low)}+"
        digit = re.search(r"\d", low)
        return f"{digit.group()}+" if digit and digit.group() != "0" else "0"
    if kind == "sign_listed":
        return _sign_norm(low)
    if kind == "ratio":
        return f"ratio {low.split()[-1].lstrip(':=')}" if low[-1].isdigit() else low
    return re.sub(r"\s+", " ", written).strip()
