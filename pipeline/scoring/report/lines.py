"""Scores as lines to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.annotations.scheme import ATTRIBUTES
from pipeline.scoring.measures import LEVELS
from pipeline.scoring.mistakes import EXTRA, MISS, mistakes
from pipeline.scoring.reliability import error
from pipeline.scoring.schemes import SCHEMES
from pipeline.scoring.tally import ALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.scoring.agreement import Agreement
    from pipeline.scoring.evaluation import Evaluation
    from pipeline.scoring.intervals import Difference, Interval
    from pipeline.scoring.measures import Measures
    from pipeline.scoring.mentions import Row
    from pipeline.scoring.pairs import Pair
    from pipeline.scoring.tally import Tally

TITLES = {"mention": "mention exact", "relation": "relation", "record": "record", "patient": "patient record"}
"""Level of the scores to its name in a report."""
_PRF = ("P", "R", "F1")


def evaluation_lines(evaluation: Evaluation) -> Iterator[str]:
    """The tables, the intervals of their totals, and the subsets."""
    scores = evaluation.scores
    head = ["mention", "gold", "pred", "exact P", "R", "F1", "overlap P", "R", "F1", "value", *ATTRIBUTES]
    yield from _table([head, *([label, *_mention(row)] for label, row in scores.mentions.items())])
    if others := ungold(scores):
        yield "not in the gold, and so not in all: " + ", ".join(f"{k} ({v} predicted)" for k, v in others.items())
    yield ""
    yield from _table([["nervaluate F1", *SCHEMES], *_schemes(scores)])
    yield ""
    tables = (("relation", scores.relations), ("record fact", scores.records), ("patient record", scores.patients))
    for title, tallies in tables:
        if len(tallies) > 1:
            yield from _tallies(title, tallies)
            yield ""
    if len(scores.patients) > 1:
        yield from _tallies("part of the record", by_part(scores.patients))
        yield ""
    for level in scores.levels:
        yield _total(level, scores, evaluation.intervals[level].get(ALL))
    if evaluation.reliability:
        yield f"expected calibration error {error(evaluation.reliability):.3f} (confidence against right, ten bins)"
    if evaluation.subsets:
        yield ""
        yield from _table([["subset", "documents", *(f"{TITLES[level]} F1 (95 %)" for level in scores.levels)]] + [
            [
                f"{subset.column} {subset.name}",
                str(subset.documents),
                *(_with_interval(subset.f1.get(level), subset.intervals.get(level)) for level in scores.levels),
            ]
            for subset in evaluation.subsets
        ])  # fmt: skip


def against_lines(found: Mapping[str, Mapping[str, Difference]]) -> Iterator[str]:
    """Row by row the F1 of two runs, and whether their difference is real."""
    for level in LEVELS:
        if len(found[level]) < 2:
            continue
        yield from _table([[TITLES[level], "F1 before", "after", "change", "95 %", "p", "verdict"]] + [
            [
                name,
                *map(number, (row.first, row.second)),
                f"{row.change:+.3f}",
                "{:+.3f} to {:+.3f}".format(*row.interval),
                chance(row.p),
                row.verdict,
            ]
            for name, row in found[level].items()
        ])  # fmt: skip
        yield ""
    yield "each p is of its row alone; of twenty rows that do not differ, one comes out below 0.05 by chance"


def agreement_lines(agreement: Agreement) -> Iterator[str]:
    """Exact F1 a label, relations, records, and kappa an attribute."""
    scores = agreement.scores
    body = [
        [label, *_counts(row.exact), number(row.exact.f1), number(row.overlap.f1), number(row.value.value)]
        for label, row in scores.mentions.items()
    ]
    yield from _table([["mention", "first", "second", "exact F1", "overlap F1", "same value"], *body])
    for level, tallies in (("relation", scores.relations), ("record fact", scores.records)):
        yield ""
        rows = [[name, *_counts(tally), number(tally.f1)] for name, tally in tallies.items()]
        yield from _table([[level, "first", "second", "F1"], *rows])
    yield ""
    kappas = [[name, str(kappa.count), number(kappa.value)] for name, kappa in agreement.kappas.items()]
    yield from _table([["attribute", "mentions", "kappa"], *kappas])
    yield ""
    for level in scores.levels:
        yield _total(level, scores, agreement.intervals[level].get(ALL))


def difference_lines(pairs: Iterable[Pair], label: str) -> Iterator[str]:
    """A line for each gold mention of a label that nothing overlaps, and for each such prediction."""
    for pair in pairs:
        for found in mistakes(pair):
            if found.label == label and found.kind in (MISS, EXTRA):
                e = found.entity
                yield f"{found.kind:5} {found.doc_id} {e.start}-{e.end} {' '.join(e.text.split())!r} = {e.norm}"


def by_part(tallies: Mapping[str, Tally]) -> dict[str, Tally]:
    """The counts of patient records summed over the keys of each part."""
    found: dict[str, Tally] = {}
    for name, tally in tallies.items():
        part = name.partition(".")[0]
        found[part] = found[part] + tally if part in found else tally
    return found


def number(value: float | None) -> str:
    """Three decimals; a dash where nothing was compared."""
    return "-" if value is None else f"{value:.3f}"


def chance(p: float) -> str:
    """A probability with three decimals, which is never nought."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def ungold(scores: Measures) -> dict[str, int]:
    """The labels that were predicted and that the gold does not hold, which `all` leaves out."""
    rows = scores.mentions.items()
    return {label: row.exact.pred for label, row in rows if label != ALL and row.exact.pred and not row.exact.gold}


def _total(level: str, scores: Measures, interval: Interval | None) -> str:
    tally = scores.level(level)[ALL]
    if not tally.gold and not tally.pred:
        return f"{TITLES[level]} F1: nothing to compare"
    f1 = tally.f1
    if interval is None:
        return f"{TITLES[level]} F1 {f1:.3f}, too few documents for an interval"
    low, high = interval
    return f"{TITLES[level]} F1 {f1:.3f}, 95 % interval {low:.3f} to {high:.3f} (bootstrap over documents)"


def _with_interval(f1: float | None, interval: Interval | None) -> str:
    if interval is None or f1 is None:
        return number(f1)
    low, high = interval
    return f"{f1:.3f} ({low:.3f} to {high:.3f})"


def _mention(row: Row) -> list[str]:
    shares = (row.value, *(row.attributes.get(name) for name in ATTRIBUTES))
    scores = (*row.exact.scores, *row.overlap.scores)
    return [*_counts(row.exact), *map(number, scores), *(number(share.value if share else None) for share in shares)]


def _schemes(scores: Measures) -> Iterator[list[str]]:
    for label in scores.mentions:
        if label in scores.schemes:
            yield [label, *(number(scores.schemes[label][scheme].f1) for scheme in SCHEMES)]


def _tallies(title: str, tallies: Mapping[str, Tally]) -> Iterator[str]:
    body = [[name, *_counts(tally), *map(number, tally.scores)] for name, tally in tallies.items()]
    return _table([[title, "gold", "pred", *_PRF], *body])


def _counts(tally: Tally) -> tuple[str, str]:
    return str(tally.gold), str(tally.pred)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of equal length as lines: names to the left, numbers to the right, two blanks between."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *numbers in rows:
        cells = (cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True))
        yield "  ".join((name.ljust(widths[0]), *cells))
