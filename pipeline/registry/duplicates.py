"""Two reports of one patient: suggested, with the score and what speaks for it; a person joins them, or does not.

Only cases that share something rare, or all of sex, age, site and side, are looked at, so that time grows with the
number of cases. Another sex or another primary site, or right against left, rules a pair out, as far as both are told;
an age two years or more apart does too. Two that have no age and no month in common are not suggested: patients of one
disease share drugs and doses.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from math import log2
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, func, select

from pipeline.registry.tables import REJECTED, case, case_value, fact

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Slots whose values tell patients apart when they are rare: not derived, not free text.
_TELLING = ("drug", "dose of", "stage", "receptor", "histology", "age at diagnosis", "quadrant")
_DATES = ("event date", "treatment start", "treatment end", "receptor date", "stage date", "site date")
_SITES = ("site present", "site absent", "site possible", "site resolved")
_SAME = ("sex", "primary site", "laterality")
_BITS_OF_DATE = 4.0  # a month of a story of some twenty years, told in the same way in two reports
_MOST_DATES = 3
_FEW = 5  # cases that share a value, above which it suggests nobody
_UNSEEN = 100  # cases that a small store is taken to have besides: rare in two is not rare
_CROWD = 50  # cases alike in sex, age, site and side, above which that alone suggests nobody
ENOUGH = 20.0  # bits; of the 7,503 pairs of different patients in corpus and dev folder one has more


class Suggestion(NamedTuple):
    """Two cases; `score` in bits, and the reasons, the strongest first."""

    score: float
    one: str
    other: str
    why: tuple[str, ...]


@dataclass(slots=True)
class _Portrait:
    """What is compared of a case."""

    case_id: str
    text: int
    about: dict[str, str] = field(default_factory=dict)
    told: set[tuple[str, str]] = field(default_factory=set)
    months: set[str] = field(default_factory=set)


def suggestions(connection: Connection, enough: float = ENOUGH) -> list[Suggestion]:
    """Pairs of cases that may be one patient, the likeliest first."""
    portraits = _portraits(connection)
    carriers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, portrait in portraits.items():
        for said in portrait.told:
            carriers[said].append(number)
    found = []
    for one, other in _candidates(portraits, carriers):
        suggestion = _compare(portraits[one], portraits[other], carriers, len(portraits))
        if suggestion and suggestion.score >= enough:
            found.append(suggestion)
    return sorted(found, key=lambda pair: (-pair.score, pair.one, pair.other))


def _portraits(connection: Connection) -> dict[int, _Portrait]:
    """Of each case that is not joined to another, what stands or waits in it."""
    telling = and_(
        fact.c.case_id == case_value.c.case_id,
        fact.c.key == case_value.c.key,
        fact.c.version == case_value.c.fact_version,
    )
    value = func.coalesce(case_value.c.value, fact.c.value)
    path = case_value.c.path
    asked = (
        select(case.c.id, case.c.case_id, case.c.document_id, case_value.c.slot, path, value, fact.c.specimen)
        .select_from(case_value)
        .join(case, case.c.id == case_value.c.case_id)
        .outerjoin(fact, telling)
        .where(case.c.joined_to.is_(None), case_value.c.state != REJECTED)
        .where(case_value.c.slot.in_((*_TELLING, *_DATES, *_SITES, *_SAME)))
    )
    found: dict[int, _Portrait] = {}
    for number, case_id, text, slot, at, said, specimen in connection.execute(asked.execution_options(yield_per=1000)):
        portrait = found.setdefault(number, _Portrait(case_id, text))
        _draw(portrait, slot, at, said, specimen or "")
    return found


def _draw(portrait: _Portrait, slot: str, path: str, value: str, specimen: str) -> None:
    if slot in _SAME or slot == "age at diagnosis":
        portrait.about[slot] = value
    elif slot in _DATES:
        if "/" not in value and len(value) >= len("2020-11"):
            portrait.months.add(value[:7])
    elif slot == "receptor":
        marker, key = path.split(".results.", 1)[1].rsplit(".", 1)
        if key == "percent":
            portrait.told.add((f"{marker} of {specimen.partition(':')[0] or 'unstated'}", value))
    elif slot not in _SITES or path.endswith(".site"):
        portrait.told.add((slot, value))


def _candidates(portraits: dict[int, _Portrait], carriers: dict[tuple[str, str], list[int]]) -> list[tuple[int, int]]:
    groups = [group for group in carriers.values() if len(group) <= _FEW]
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for number, portrait in portraits.items():
        key = tuple(portrait.about.get(slot) for slot in (*_SAME, "age at diagnosis"))
        if None not in key:
            alike[key].append(number)
    groups += [group for group in alike.values() if len(group) <= _CROWD]
    return sorted({pair for group in groups for pair in combinations(sorted(group), 2)})


def _compare(
    one: _Portrait, other: _Portrait, carriers: dict[tuple[str, str], list[int]], cases: int
) -> Suggestion | None:
    """None where they cannot be one patient; two patients of one text are told apart by it."""
    if one.text == other.text or any(_differ(one.about.get(slot), other.about.get(slot)) for slot in _SAME):
        return None
    ages = [one.about.get("age at diagnosis"), other.about.get("age at diagnosis")]
    reasons: list[tuple[float, str]] = []
    if all(age and age.isdecimal() for age in ages):
        apart = abs(int(ages[0] or 0) - int(ages[1] or 0))
        if apart >= 2:
            return None
        reasons.append((5.0 - apart, f"age at diagnosis {ages[0]}" + (f" and {ages[1]}" if apart else "")))
    months = sorted(one.months & other.months)
    if months:
        reasons.append((_BITS_OF_DATE * min(len(months), _MOST_DATES), f"dates in {', '.join(months[:_MOST_DATES])}"))
    if not reasons:
        return None
    same = [f"{slot} {one.about[slot]}" for slot in _SAME if slot in one.about and slot in other.about]
    if same:
        reasons.append((float(len(same)) / 2, ", ".join(same)))
    for said in one.told & other.told:
        bits = log2((cases + _UNSEEN) / len(carriers[said]))
        if len(carriers[said]) <= max(_FEW, cases // 50):
            reasons.append((bits, f"{said[0]} {said[1][:60]} (in {len(carriers[said])} of {cases} cases)"))
    reasons.sort(key=lambda reason: (-reason[0], reason[1]))
    score = round(sum(bits for bits, _ in reasons), 1)
    first, second = sorted((one.case_id, other.case_id))
    return Suggestion(score, first, second, tuple(words for _, words in reasons))


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other and "bilateral" not in (one, other)
