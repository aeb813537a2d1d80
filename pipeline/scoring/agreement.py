"""Two annotators of the same texts: do they mark the same, and say the same of what both marked?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.annotations.scheme import ATTRIBUTES
from pipeline.scoring.intervals import intervals
from pipeline.scoring.measures import LEVELS, columns, measure, total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.scoring.intervals import Interval
    from pipeline.scoring.measures import Measures
    from pipeline.scoring.pairs import Pair


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa of an attribute over `count` mentions; None where nothing was compared."""

    value: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """The scores with the first annotator as gold, which F1 does not depend on, and a kappa for each attribute."""

    documents: int
    scores: Measures
    intervals: dict[str, dict[str, Interval]]
    kappas: dict[str, Kappa]


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """The agreement over documents that both annotated.

    Attributes are compared on mentions with the same label, start and end for which either annotator
    stated one; not to state it is a statement of its own.
    """
    stated: dict[str, list[tuple[str, str]]] = {name: [] for name in ATTRIBUTES}
    for pair in pairs:
        places = {(e.label, *e.span): e for e in pair.pred.entities}
        for one in pair.gold.entities:
            other = places.get((one.label, *one.span))
            if other is None:
                continue
            for name, values in stated.items():
                said = getattr(one, name), getattr(other, name)
                if said != (None, None):
                    values.append((said[0] or "", said[1] or ""))
    measured = [measure(pair) for pair in sorted(pairs, key=lambda pair: (pair.source, pair.id))]
    return Agreement(
        len(measured),
        total(measured),
        {level: intervals(columns(measured, level)) for level in LEVELS},
        {name: Kappa(kappa(values), len(values)) for name, values in stated.items()},
    )


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of paired judgements: 1 full agreement, 0 no more than chance gives, below 0 less.

    Two annotators who both use one and the same value throughout agree fully (1), though chance alone
    would do as well.
    """
    if not pairs:
        return None
    count = len(pairs)
    observed = sum(one == other for one, other in pairs)
    firsts, seconds = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(number * seconds[value] for value, number in firsts.items())
    if by_chance == count * count:
        return 1.0
    return (observed * count - by_chance) / (count * count - by_chance)
