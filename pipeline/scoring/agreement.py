"""Two annotators of the same texts: do they mark the same, and say the same of what both marked?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.scoring import mentions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.scoring.gold import Annotated
    from pipeline.scoring.mentions import Row


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa of an attribute over `count` mentions; None where nothing was compared."""

    value: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """The rows of the mention level, first annotator as gold, and a kappa for each attribute."""

    rows: dict[str, Row]
    kappas: dict[str, Kappa]


def agreement(pairs: Iterable[tuple[Annotated, Annotated]]) -> Agreement:
    """The agreement over documents that both annotated.

    Attributes are compared on mentions with the same label, start and end for which either annotator
    stated one; not to state it is a statement of its own.
    """
    rows = []
    stated: dict[str, list[tuple[str, str]]] = {"subject": [], "status": []}
    for first, second in pairs:
        rows.append(mentions.compare(first, second))
        places = {(e.label, *e.span): e for e in second.entities}
        for one in first.entities:
            other = places.get((one.label, *one.span))
            if other is None:
                continue
            for name, values in stated.items():
                pair = getattr(one, name), getattr(other, name)
                if pair != (None, None):
                    values.append((pair[0] or "", pair[1] or ""))
    return Agreement(mentions.total(rows), {name: Kappa(kappa(v), len(v)) for name, v in stated.items()})


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
