"""Drugs of one combination that are not given in the same cycles: 'weekly A and B every three weeks'."""

import re

from pipeline.language.numbers import to_int
from pipeline.mentions.mention import Mention
from pipeline.relations.sentence import Sentence, blanked

_WEEK, _MONTH = 7, 28
_UNIT = {"d": 1, "w": _WEEK, "m": _MONTH}
_EVERY = re.compile(
    r"\b(?:every|each|q) ?(?P<n>\w+?)?[- ]?(?P<unit>d|w|m)(?:ays?|eeks?|onths?)?\b"
    r"|\b(?P<of>\w+)[- ](?P<cycle>d|w)(?:ay|eek)(?:ly)?[- ](?:cycles?|intervals?)\b"
    r"|\b(?P<by>three|four|two|\d)[- ]weekly\b|\b(?P<weekly>weekly)\b|\b(?P<monthly>monthly)\b",
    re.I,
)
_BESIDE = re.compile(
    r"[\s(),:;®™–-]*(?:(?:at|a|an|the|dose|doses|of|given|administered|intravenous(?:ly)?|oral(?:ly)?|i\.?v\.?|on|once"
    r"|area|under|curve)[\s(),:;®™–-]*)*",
    re.I,
)
_AHEAD = re.compile(r"\s*(?:of\s|oral\s|intravenous\s|dose-dense\s|nab-)*", re.I)


def same_cycles(text: str, sentence: Sentence, drugs: list[Mention], count: Mention) -> list[Mention]:
    """Those of a combination that a count is of: where each drug has a rhythm of its own, it is of the one beside it.

    Behind 'A every three weeks and weekly B' a count may be of either, and is of none.
    """
    if len(drugs) < 2:
        return drugs
    nearest = drugs[0] if drugs[0].start >= count.end else drugs[-1]
    own = {id(d): _rhythms(text, sentence, d) for d in drugs}
    ours = own[id(nearest)]
    if not ours:
        return drugs
    kept = [d for d in drugs if d is nearest or not _lengths(own[id(d)]) or own[id(d)] & ours]
    if len(kept) < len(drugs) and nearest is drugs[-1] and ours == {_WEEK}:
        return []
    return kept


def _lengths(rhythms: set[int]) -> set[int]:
    return rhythms - {0}


def _rhythms(text: str, sentence: Sentence, drug: Mention) -> set[int]:
    """The days from dose to dose by the words beside a drug; 0 for days of a cycle of which no length is said."""
    asides = sentence.of("Dose", "Frequency")
    following = next((d.start for d in sentence.of("Drug") if d.start >= drug.end), sentence.end)
    found = set()
    for f in sentence.of("Frequency"):
        if drug.end <= f.start < following:
            beside = _BESIDE.fullmatch(blanked(text, drug.end, f.start, asides))
        else:
            beside = _AHEAD.fullmatch(text, f.end, drug.start) if f.end <= drug.start else None
        if beside:
            found.add(_days(text[f.start : f.end]))
    return found


def _days(words: str) -> int:
    """How many days lie between two doses: 'every 3 weeks' 21, 'weekly' 7, 'on days 1 and 8' 0."""
    said = _EVERY.search(words)
    if said is None:
        return 1 if re.search(r"daily|a day|per day", words, re.I) else 0
    if said["weekly"] or said["by"]:
        return _WEEK * (_number(said["by"]) or 1)
    if said["monthly"]:
        return _MONTH
    unit = (said["unit"] or said["cycle"]).lower()
    return (_number(said["n"] or said["of"]) or 1) * _UNIT[unit]


def _number(word: str | None) -> int | None:
    return to_int(word) if word else None
