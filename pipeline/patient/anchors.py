"""The dated events that other times are counted from: 'six years after the nephrectomy', 'postoperative month 18'.

A time that names its event is counted from the date of that event, which is that of a sentence that tells of it by
the same words or those of its kind (`lexicons/time_anchors.tsv`); where no dated sentence does, its date is not
known. That another date was told before it says nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import islice

from pipeline.language.numbers import NUMBER, ORDINAL
from pipeline.language.periods import UNIT
from pipeline.lexicons import rows
from pipeline.patient.intervals import Interval

_EVENT = re.compile(
    r"\b(?:after|from|since|following|before|prior to|preceding|into|of|post(?=[ -]))[ -]?(?P<event>.*)"
    r"|\b(?P<joined>(?:post-?\s?\w{4,}|hospital)\b.*)",
    re.I | re.S,
)
_AMOUNT = re.compile(rf"\b(?:{NUMBER}|{ORDINAL})?[ -]?(?:{UNIT})\b", re.I)
_BEGINNING = re.compile(
    r"\b(?:start(?:ed|ing)?|initiat(?:ed|ion|ing)|beg(?:an|un|in|inning)|commenc(?:ed|ing|ement)|introduc(?:ed|tion)"
    r"|first (?:dose|infusion|administration|injection|cycle|course|session))\b",
    re.I,
)
_ENDING = re.compile(
    r"\b(?:end(?:ed)?|complet(?:ed|ion)|finish(?:ed)?|conclu(?:ded|sion)|stopp(?:ed|ing)|discontinu(?:ed|ation)"
    r"|ceas(?:ed|ing)|cessation|withdraw(?:n|al)|last|final|until)\b",
    re.I,
)
_NTH = re.compile(rf"\b(?P<n>{ORDINAL}|\d+(?:st|nd|rd|th))\b", re.I)
_FIRST = re.compile(r"first|1st|initial", re.I)
_NUMBERED = re.compile(
    rf"\b(?:day|week|month|year|POD|D)[- #]?\d|\b{ORDINAL} (?:[\w-]+ )?(?:day|week|month|year)\b", re.I
)
_PASSED = re.compile(r"\bat (?:the )?\w+[ -](?:hour|day|week|month|year)s?\b|\bfollow[- ]?up\b", re.I)
_ELSEWHEN = re.compile(r"\b(?:after|following|since|before|prior to|history of|status post|s/p)\b[^,.;]*", re.I)
_WORD = re.compile(r"[^\W_][\w-]*")
_ENDS = re.compile(r"(?:ations?|ions?|ings?|ages?|ed|ies|y|es|s)$")
_PLAIN = frozenset(
    "a an the this that these those her his its their of in on at to for with by and was were had been she he they "
    "patient dose doses cycle cycles course courses session sessions administration infusion injection".split()
)
_UNTOLD = re.compile(r"\b(?:its|their|this|that|these|those)\s+\w|\b(?:the|an?|her|his)\s*$", re.I)
_LOOK_THROUGH = 50
TREATMENT = "treatment"
_ORIGINS = frozenset({TREATMENT, "operation", "admission", "delivery"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: how a time names it, how a sentence tells of it, and which of several is meant."""

    name: str
    named: re.Pattern[str]
    told: re.Pattern[str]
    first: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """A dated sentence: its date and words, the kinds of event that it tells of, whether its date is reckoned."""

    interval: Interval
    text: str
    stems: frozenset[str]
    kinds: frozenset[str]
    reckoned: bool


@dataclass(frozen=True, slots=True)
class Event:
    """What a time is counted from, as it is named: its words and, where they have one, its kind."""

    text: str
    stems: frozenset[str]
    kind: str


class Anchors:
    """The dated sentences of one telling, by the events that they tell of."""

    def __init__(self) -> None:
        self._told: list[_Told] = []
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        self._by_kind: dict[str, list[int]] = defaultdict(list)
        self._said: _Told | None = None

    def add(self, text: str, interval: Interval, treats: bool, reckoned: bool) -> None:
        """Learn the date of a sentence whose times counted from others are blanked; `treats`: it tells of a treatment
        given; `reckoned`: its date is not said."""
        text = _ELSEWHEN.sub(" ", text)
        kinds = {kind.name for kind in event_kinds() if kind.told.search(text)}
        told = _Told(interval, text, _stems(text), frozenset(kinds | {TREATMENT} if treats else kinds), reckoned)
        for known, keys in ((self._by_stem, told.stems), (self._by_kind, told.kinds)):
            for key in keys:
                known[key].append(len(self._told))
        self._told.append(told)
        if not reckoned:
            self._said = told

    def origin(self) -> Interval | None:
        """What 'day 9' and 'at week 6' are counted from: the last date said, if something was done on it."""
        return self._said.interval if self._said is not None and self._said.kinds & _ORIGINS else None

    def forget_origin(self) -> None:
        """A treatment was begun since, when is not known: 'day 9' is counted from there."""
        self._said = None

    def find(self, event: Event, backward: bool, any_part: bool = False) -> Interval | None:
        """The date of an event, None where no sentence learnt tells of it.

        `any_part`: a sentence that tells of another part of it will do ('the second session', 'completion').

        Of an event that went on ('radiotherapy from 3 May to 12 June') that is its end, or its beginning where it is
        named or the time goes `backward`.
        """
        kind = next((k for k in event_kinds() if k.name == event.kind), None)
        known = [self._by_stem.get(stem, []) for stem in event.stems]
        if kind is not None:
            known.append(self._by_kind.get(kind.name, []))
        if not known:
            return None
        rarest = min(known, key=len)
        order = rarest if kind is not None and kind.first else reversed(rarest)
        for number in islice(order, _LOOK_THROUGH):
            told = self._told[number]
            of_kind = kind is None or kind.name in told.kinds
            if of_kind and event.stems <= told.stems and (any_part or _same_part(event.text, told.text)):
                if told.reckoned:
                    return told.interval
                day = told.interval.start if backward or _BEGINNING.search(event.text) else told.interval.end
                return Interval(day, day)
        return None


def event_of(text: str) -> Event | None:
    """The event that a time names, None where it names none ('three months later').

    'Its start' and 'the' at the end of a time name something that the words themselves do not tell.
    """
    found = _EVENT.search(_AMOUNT.sub(" ", text))
    named = (found["event"] or found["joined"] or "") if found else ""
    rest = _NTH.sub(" ", _ENDING.sub(" ", _BEGINNING.sub(" ", named)))
    kind = next((k for k in event_kinds() if k.named.search(rest)), None)
    stems = _stems(kind.named.sub(" ", rest) if kind else rest)
    if not stems and _UNTOLD.search(named):
        return Event(named, frozenset({"its"}), "")
    if not stems and kind is None and not _BEGINNING.search(named) and not _NTH.search(named):
        return None
    return Event(named, stems, kind.name if kind else "" if stems else TREATMENT)


def is_numbered(text: str) -> bool:
    """Whether a time is a numbered day, week or month ('day 9', 'in the third month'), which is not yet over."""
    return _NUMBERED.search(text) is not None


def has_origin(text: str) -> bool:
    """Whether a time is counted from the start of something, not from what was told last ('day 9', 'at week 6')."""
    return is_numbered(text) or _PASSED.search(text) is not None


def _same_part(event: str, told: str) -> bool:
    """Whether a sentence tells of the start, the end or the time of the event that is named."""
    if _BEGINNING.search(event):
        return _BEGINNING.search(told) is not None
    if _ENDING.search(event):
        return _ENDING.search(told) is not None
    nth = [n for n in _NTH.findall(event) if not _FIRST.fullmatch(n)]
    return all(re.search(rf"\b{re.escape(n)}\b", told, re.I) for n in nth)


def _stems(text: str) -> frozenset[str]:
    words = (word.lower() for word in _WORD.findall(text))
    return frozenset(
        _ENDS.sub("", word) if len(word) > 4 else word for word in words if word not in _PLAIN and not word.isdigit()
    )


@cache
def event_kinds() -> tuple[Kind, ...]:
    """The kinds of `lexicons/time_anchors.tsv`, in its order."""
    cues: dict[str, dict[str, re.Pattern[str]]] = defaultdict(dict)
    for row in rows("time_anchors"):
        cues[row["kind"]][row["cue"]] = re.compile(row["pattern"], re.I)
    return tuple(
        Kind(name, named.get("named") or named["named_first"], named["told"], "named_first" in named)
        for name, named in cues.items()
    )
