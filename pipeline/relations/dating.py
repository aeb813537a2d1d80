"""Which drug, radiotherapy, site, marker or stage a date dates in its own sentence.

A date that opens its clause ('In May 2019 …') reaches what follows; one that ends it ('… began in May 2019')
what stands before it in the clause. What the patient took already, a drug that was not given and what came
after ('followed by …') are not dated.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.lexicons import rows
from pipeline.mentions.mention import Mention, Relation
from pipeline.relations.sentence import Sentence, combinations

DATED = frozenset({"Drug", "Radiotherapy", "Site", "Marker", "Stage"})
TREATMENTS = frozenset({"Drug", "Radiotherapy"})
_NOT_GIVEN = frozenset({"considered", "declined", "not_given", "allergy"})
# Two dates of one moment: 'In June 2013 (18 months after surgery)', 'in 1997 at the age of 46'.
_SAME_MOMENT = re.compile(r"\s*[,(]?\s*(?:(?:that is|i\.e\.|at|about|some|exactly|only),?\s*)?")
_RAYED = re.compile(r"[^.;]{0,60}\b(?:to|on|of|for)\s(?:the |a |an |both )?(?:\w+ ){0,2}$")
_COMPLEMENT = re.compile(r"\s+of\s[^,;.]*")
_ANCHORED = re.compile(r"\b(?:after|before|following|since|from|of|prior)\b", re.I)
_PAUSE = re.compile(r"[,;]")
# 'began A in May, and in June B': a date after a conjunction opens a part of its own, verb or no verb.
_OPENS = re.compile(r"\b(?:and|then|but|while|whereas),? (?:in|on|from|since|at|by)? ?(?:early |late |mid-?)?$", re.I)
_WHEN = re.compile(r",? (?:when|where)\b")
_SPAN_BEFORE = 40


def _cues() -> dict[str, re.Pattern[str]]:
    patterns: dict[str, list[str]] = {}
    for row in rows("dating"):
        patterns.setdefault(row["cue"], []).append(row["pattern"])
    return {cue: re.compile("|".join(found), re.I) for cue, found in patterns.items()}


CUES = _cues()
"""The patterns of `lexicons/dating.tsv` by cue."""


@dataclass(slots=True)
class Moment:
    """Dates of one moment, and what they date in their sentence."""

    dates: list[Mention]
    events: list[Mention] = field(default_factory=list)

    @property
    def start(self) -> int:
        return self.dates[0].start

    @property
    def end(self) -> int:
        return max(d.end for d in self.dates)

    def relations(self, events: list[Mention]) -> Iterator[Relation]:
        for date in self.dates:
            yield from (Relation("DateOf", date, m) for m in events if m.subject == date.subject)


def datable(text: str, sentence: Sentence) -> list[Mention]:
    """What a date in or before this sentence may date."""
    taken = {id(m) for run in combinations(text, sentence) if _background(text, sentence, run[0]) for m in run}
    rays = sentence.of("Radiotherapy") + [d for d in sentence.of("Dose") if d.rule == "doses:radiation"]
    found = []
    for m in sentence.all:
        if m.label not in DATED or id(m) in taken:
            continue
        if m.label in TREATMENTS and (
            m.status in _NOT_GIVEN or CUES["effect"].match(text, m.end) or _background(text, sentence, m)
        ):
            continue
        if m.label == "Site" and any(r.end <= m.start and _RAYED.fullmatch(text, r.end, m.start) for r in rays):
            continue
        found.append(m)
    return found


def _background(text: str, sentence: Sentence, m: Mention) -> bool:
    """Whether the words before a treatment say that it was there already, or only talk of it."""
    return m.label in TREATMENTS and bool(
        CUES["background"].search(text[max(sentence.start, m.start - _SPAN_BEFORE) : m.start])
    )


def moments(text: str, sentence: Sentence) -> list[Moment]:
    """The dates of a sentence, those of one moment together, with what they date in it."""
    found: list[Moment] = []
    for date in sentence.of("Date", "RelativeDate"):
        if found and (date.start < found[-1].end or _SAME_MOMENT.fullmatch(text, found[-1].end, date.start)):
            found[-1].dates.append(date)
        else:
            found.append(Moment([date]))
    if not found:
        return found
    events = datable(text, sentence)
    clauses = _clauses(text, sentence)
    for number, moment in enumerate(found):
        if CUES["published"].search(text[sentence.start : moment.start]) or _age_of_kin(moment):
            continue
        before = _before(text, moment, events, clauses, found[:number])
        following = found[number + 1] if number + 1 < len(found) else None
        stop = following.start if following else sentence.end
        theirs = {id(m) for m in _before(text, following, events, clauses, [moment])} if following else set()
        after = [m for m in events if moment.end <= m.start < stop and id(m) not in theirs]
        moment.events = before + _after(text, sentence, moment, before, after, clauses)
        if not moment.events and number and CUES["resumed"].search(text, moment.end, stop):
            moment.events = _changed(moment, found[:number], [])
    return found


def _age_of_kin(moment: Moment) -> bool:
    """At what age a relative fell ill says nothing of the relative's treatment or death."""
    return moment.dates[0].subject == "family" and moment.dates[0].value.norm().startswith("age")


def _clauses(text: str, sentence: Sentence) -> list[tuple[int, int]]:
    """Where the clauses of a sentence stand: an edge counts between two parts that both have a verb."""
    edges = [sentence.start]
    opening = CUES["opening"].match(text, sentence.start, sentence.end)
    if opening:
        edges.append(opening.end())
    for edge in CUES["edge"].finditer(text, sentence.start, sentence.end):
        if edge.start() < edges[-1] or not CUES["verb"].search(text, edges[-1], edge.start()):
            continue
        # 'and' joins members of a list as well: there a verb must come before the next comma.
        stop = _PAUSE.search(text, edge.end() + 1, sentence.end) if "and" in edge.group() else None
        if text[edge.start()] == ";" or CUES["verb"].search(text, edge.end(), stop.start() if stop else sentence.end):
            edges.append(edge.end())
    return list(zip(edges, [*edges[1:], sentence.end], strict=True))


def _clause(clauses: list[tuple[int, int]], place: int) -> tuple[int, int]:
    return next(c for c in reversed(clauses) if c[0] <= place)


def _before(
    text: str, moment: Moment, events: list[Mention], clauses: list[tuple[int, int]], every: list[Moment]
) -> list[Mention]:
    """What stands before a date in its clause, after the date before it; a clause that only says that it ended
    or changed ('… but stopped after two weeks') is about the treatment before it."""
    if _OPENS.search(text[max(0, moment.start - 30) : moment.start]):
        return []
    low, _ = _clause(clauses, moment.start)
    earlier = [other for other in every if other.end <= moment.start]
    low = max([low, *(other.end for other in earlier)])
    mine = [m for m in events if low <= m.start and m.end <= moment.start]
    if not mine and CUES["resumed"].search(text, low, moment.start):
        return _changed(moment, earlier, [m for m in events if m.end <= low and m.label in TREATMENTS])
    if not mine or CUES["elsewhere"].search(text, mine[0].end, moment.start):
        return []
    return mine


def _changed(moment: Moment, earlier: list[Moment], treatments: list[Mention]) -> list[Mention]:
    same = [m for m in earlier[-1].events if m.label in TREATMENTS] if earlier else []
    return same or treatments[-1:]


def _after(
    text: str,
    sentence: Sentence,
    moment: Moment,
    before: list[Mention],
    events: list[Mention],
    clauses: list[tuple[int, int]],
) -> list[Mention]:
    """What follows a date: to the next one where the date opens its clause, else its clause, and findings."""
    if not events:
        return []
    _, high = _clause(clauses, moment.start)
    if _WHEN.match(text, moment.end):
        _, high = _clause(clauses, high)
    aside = CUES["aside"].search(text, moment.end, events[-1].start)
    limit = aside.start() if aside else len(text)
    finding = any(m.label not in TREATMENTS for m in before)
    taken = _anchored(text, sentence, moment, events)
    found = []
    for m in events:
        if id(m) in taken or (m.label in TREATMENTS and m.start > limit):
            continue
        if before and m.start >= high and (m.label in TREATMENTS or not finding):
            continue
        found.append(m)
    return found


def _anchored(text: str, sentence: Sentence, moment: Moment, events: list[Mention]) -> set[int]:
    """What belongs to the event that a relative date counts from: 'a month after the first dose of A and B'."""
    if not _ANCHORED.search(text, moment.dates[-1].start, moment.end):
        return set()
    complement = _COMPLEMENT.match(text, moment.end)
    taken = {id(m) for m in events if complement and m.start < complement.end()}
    for run in combinations(text, sentence):
        if any(moment.start <= m.start < moment.end for m in run):
            taken |= {id(m) for m in run}
    return taken
