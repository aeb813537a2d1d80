"""All counts of one document: the unit that is added up, drawn again for intervals, and grouped into subsets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.scoring import mentions, patient, records, relations, schemes
from pipeline.scoring.tally import ALL, Share, Tally, added, fullest_first

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.scoring.mentions import Row
    from pipeline.scoring.pairs import Pair
    from pipeline.scoring.schemes import Schemes

LEVELS = ("mention", "relation", "record", "patient")


@dataclass(frozen=True, slots=True)
class Measures:
    """Counts by label, by label and scheme, by kind of relation, by slot of the facts, by key of patient records."""

    mentions: Mapping[str, Row]
    schemes: Schemes
    relations: Mapping[str, Tally]
    records: Mapping[str, Tally]
    patients: Mapping[str, Tally]

    @property
    def levels(self) -> tuple[str, ...]:
        """Those of `LEVELS` that have something to show: patient records only where the gold has some."""
        return tuple(level for level in LEVELS if level != "patient" or any(t.gold for t in self.patients.values()))

    def level(self, name: str) -> Mapping[str, Tally]:
        """The counts of one of `LEVELS`; of mentions those of exact spans."""
        if name == "mention":
            return {label: row.exact for label, row in self.mentions.items()}
        return {"relation": self.relations, "record": self.records, "patient": self.patients}[name]


def measure(pair: Pair) -> Measures:
    """The counts of one document."""
    gold, pred = pair.gold, pair.pred
    rows = mentions.compare(gold, pred)
    return Measures(
        rows if pair.valued else {label: replace(row, value=Share()) for label, row in rows.items()},
        schemes.compare(gold, pred),
        relations.compare(gold, pred),
        records.compare(gold, pred) if pair.valued else {},
        patient.compare(pair.gold_record, pair.pred_record) if pair.gold_record else {},
    )


def total(documents: Sequence[Measures]) -> Measures:
    """The counts of several documents added, each level with `all` last."""
    return Measures(
        mentions.total(document.mentions for document in documents),
        schemes.total([document.schemes for document in documents]),
        fullest_first(added((document.relations for document in documents), Tally())),
        fullest_first(added((document.records for document in documents), Tally())),
        _by_part(added((document.patients for document in documents), Tally())),
    )


def _by_part(tallies: Mapping[str, Tally]) -> dict[str, Tally]:
    """Keys of records in order of their part, and `all` last."""
    return dict(sorted(tallies.items())) | {ALL: sum(tallies.values(), Tally())}


def columns(documents: Sequence[Measures], level: str) -> dict[str, list[Tally]]:
    """The counts of one level, row by row, a tally a document; `all` sums the rows of its document.

    `all` of the mentions counts the labels that the gold of these documents holds, as `total` does.
    """
    found = [document.level(level) for document in documents]
    names = dict.fromkeys(name for document in found for name in document)
    counted = {n for n in names if level != "mention" or any(d.get(n, Tally()).gold for d in found)}
    rows = {name: [document.get(name, Tally()) for document in found] for name in names}
    sums = [sum((tally for name, tally in document.items() if name in counted), Tally()) for document in found]
    return rows | {ALL: sums}
