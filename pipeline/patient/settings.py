"""What the words beside a treatment say that it was for: adjuvant, neoadjuvant, palliative, and in which line.

    the last word before it that reaches it, else one behind it in its own clause

'After adjuvant tamoxifen, letrozole …' and 'on first-line A the tumour grew, and B …' say nothing of what comes next.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.mentions.mention import Mention
    from pipeline.patient.story import Passage

Intent = Literal["neoadjuvant", "adjuvant", "palliative", "supportive", "other"]
SAID: tuple[tuple[re.Pattern[str], Intent], ...] = (
    (re.compile(r"\b(?:neo-?adjuvant|NACT|pre-?operative|induction|perioperative"
                r"|primary systemic)\b", re.I), "neoadjuvant"),
    (re.compile(r"(?<!neo)(?<!neo-)\b(?:adjuvant|post-?operative(?! (?:day|week|month|year|course"
                r"|period|complication|infection|wound|pain))"
 r"|extended (?:adjuvant|endocrine|hormon\w+|therapy|treatment))\b|\bpost-?operatively\b(?=, )", re.I), "adjuvant"),
    (re.compile(r"\b(?:palliati\w+|first[- ]line|second[- ]line|third[- ]line|fourth[- ]line|salvage|for metastatic|1L"
                r"|2L)\b", re.I), "palliative"),
)  # fmt: skip
_ASIDE = re.compile(r"[.;]|\b(?:followed by|then|after|before|until)\b", re.I)  # what follows is another treatment's
_REACH = 90  # characters after a drug in which a word says what it is for
# Words after which what stands beside them is over.
_OVER = re.compile(
    r"\b(?:after|following|(?<!decided )(?<!based )(?<!agreed )(?<!started )(?<!put )on|during|despite|since|until"
    r"|under|refractory to|resistant to"
    r"|(?:failure|completion|course|courses|cycles|months|years|end) of|failed|completed|finished)"
    r" (?:(?!with\b|and\b)[\w-]+ ){0,4}$",
    re.I,
)
_RELAPSED = re.compile(
    r"\b(?:relaps\w+|recurr\w+|progress(?:ed|ion)|(?:developed|found|showed|shown|revealed|detected|appeared|suspected)"
    r"\b[^.;]{0,60}\bmetasta\w+|metasta(?:sis|ses)\b[^.;,]{0,40}\b(?:appeared|developed|found|detected|occurred|seen))",
    re.I,
)
_DENIED = re.compile(r"\b(?:no|without|free|risk|prevent\w*|against|not)\b[^.;]{0,60}$", re.I)
_LINE = re.compile(
    r"\b(?P<n>first|second|third|fourth|fifth|sixth|1st|2nd|3rd|4th|5th)[- ](?:line|choice)\b"
    r"|\b(?P<front>front-?line)\b"
    r"|\bthe (?P<m>second|third|fourth) line\b",
    re.I,
)
_ORDER = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
    "5th": 5,
}  # fmt: skip
TURN = re.compile(
    # 'Was then given' is no turn;
    # 'loading dose 8 mg/kg, then 6 mg/kg', 'then every 4 weeks' are steps of one drug
    r"(?<!was )(?<!were )\b(?:followed by|then|subsequently)\b"
    r"(?! (?:by |at |to )?(?:\d|every|once|twice|daily|weekly|monthly)|\))"
    r"|\b(?:afterwards|until|before|switch\w*|chang(?:ed|ing)|replac\w+"
    r"|progress\w*|relaps\w*|fail(?:ed|ure)|refractory|resistan\w+)\b|;",
    re.I,
)
_BEHIND = re.compile(r"(?:\b(?:as|in|was|were|is|being)(?: an?| the| her| his)?|\() $", re.I)


def said_intent(passage: Passage, m: Mention, operated: Sequence[int] = ()) -> Intent | None:
    """What the sentence says that a treatment was for; `operated` are the places of the primary's operations."""
    before = passage.before(m.start)
    said = [(found.start(), found.end(), intent) for pattern, intent in SAID for found in pattern.finditer(before)]
    behind = _said_behind(passage, m)
    if said:
        start, end, intent = max(said)
        # 'Neoadjuvant AC, mastectomy and radiotherapy': the word does not reach beyond the operation
        beyond = intent == "neoadjuvant" and any(passage.start + start < o < m.start for o in operated)
        if (
            not beyond
            and not _is_over(passage, start, end, m)
            and not (intent != "palliative" and has_relapsed(before, end))
        ):
            return intent
    return behind


def _said_behind(passage: Passage, m: Mention) -> Intent | None:
    after = _ASIDE.split(passage.after(m.end))[0][:_REACH]
    said = [(found.start(), intent) for pattern, intent in SAID for found in pattern.finditer(after)]
    return min(said)[1] if said else None


def has_relapsed(text: str, low: int = 0) -> bool:
    """Whether a text tells of a relapse from a place on: 'after adjuvant AC metastases were found, and B …'."""
    found = _RELAPSED.search(text, low)
    return found is not None and not _DENIED.search(text[low : found.start()])


def _is_over(passage: Passage, start: int, end: int, m: Mention) -> bool:
    """'After adjuvant chemotherapy, X was begun', 'after adjuvant A, X was': a word of what is over by then."""
    gap = passage.text[end : max(end, m.start - passage.start)]
    others = [d for d in passage.of("Drug") if end <= d.start - passage.start and d.end <= m.start]
    past = _OVER.search(passage.text[:start])
    return past is not None and bool(
        re.search(r",(?! \d)|\b(?:she|he|the patient)\b", _listed(gap, others, passage, end))
    )


def _listed(gap: str, others: Sequence[Mention], passage: Passage, low: int) -> str:
    """A gap without the commas of a list of drugs: those that touch one."""
    for d in others:
        place = d.end - passage.start - low
        if gap[place : place + 2] == ", " and re.match(r", (?:and )?[\w-]+(?:,| and|$)", gap[place:]):
            gap = gap[:place] + " " + gap[place + 1 :]
    return gap


def said_line(passage: Passage, m: Mention) -> int | None:
    """The line that the sentence says a drug was given in."""
    words = [(f.start() + passage.start, f.end() + passage.start, f) for f in _LINE.finditer(passage.text)]
    after = next((w for w in words if w[0] >= m.end), None)
    if after is not None and _is_told_behind(passage, m, after):
        return _number(after[2])
    before = next((w for w in reversed(words) if w[1] <= m.start), None)
    if before is not None:
        start, end, found = before
        over = _is_over(passage, start - passage.start, end - passage.start, m)
        if not over and not TURN.search(passage.text[end - passage.start : m.start - passage.start]):
            return _number(found)
    return None


def _is_told_behind(passage: Passage, m: Mention, word: tuple[int, int, re.Match[str]]) -> bool:
    """'X was given as second-line treatment', 'X (first line)': not 'X failed, and second-line Y'."""
    start, end, _ = word
    gap = passage.text[m.end - passage.start : start - passage.start]
    if TURN.search(gap):
        return False
    if _BEHIND.search(gap):
        return True
    return not any(d.start >= end for d in passage.of("Drug")) and not any(
        m.end <= d.start < start for d in passage.of("Drug")
    )


def _number(found: re.Match[str]) -> int:
    return 1 if found["front"] else _ORDER[(found["n"] or found["m"]).lower()]


def setting(passage: Passage, m: Mention) -> str | None:
    """The setting that a sentence names for a drug, by which one course of it is told from another."""
    line = said_line(passage, m)
    return f"line {line}" if line else said_intent(passage, m)
