"""All scores of a set of pairs: what the report prints and the JSON file holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.scoring import mentions, records
from pipeline.scoring.intervals import interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.scoring.gold import Annotated
    from pipeline.scoring.mentions import Row
    from pipeline.scoring.tally import Tally


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Rows by label and tallies by slot, each with `all` last.

    `intervals` has the 95 % bounds of the two F1s of `all`: `mention exact` and `record`.
    """

    documents: int
    mentions: dict[str, Row]
    records: dict[str, Tally]
    intervals: dict[str, tuple[float, float]]


def evaluate(pairs: Sequence[tuple[Annotated, Annotated]]) -> Evaluation:
    """Score (gold, predicted) pairs; their order makes no difference."""
    ordered = sorted(pairs, key=lambda pair: pair[0].id)
    rows = [mentions.compare(gold, pred) for gold, pred in ordered]
    slots = [records.compare(gold, pred) for gold, pred in ordered]
    mention_rows = mentions.total(rows)
    labels = mentions.in_gold(mention_rows)
    return Evaluation(
        len(ordered),
        mention_rows,
        records.total(slots),
        {
            "mention exact": interval([mentions.together(document, labels).exact for document in rows]),
            "record": interval([records.total([document])[mentions.ALL] for document in slots]),
        },
    )
