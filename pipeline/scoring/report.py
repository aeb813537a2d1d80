"""Scores as lines to print and as a JSON value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.scoring.mentions import ALL, Row, differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.scoring.agreement import Agreement
    from pipeline.scoring.evaluation import Evaluation
    from pipeline.scoring.gold import Annotated
    from pipeline.scoring.pairs import Pairs

_PRF = ("P", "R", "F1")
_ATTRIBUTES = ("value", "subject", "status")


def evaluation_lines(evaluation: Evaluation) -> Iterator[str]:
    """The two tables and the intervals of their totals."""
    head = ["mention", "gold", "pred", "exact P", "R", "F1", "overlap P", "R", "F1", *_ATTRIBUTES]
    body = [
        [label, *_counts(row), *map(_number, (*row.exact.scores, *row.overlap.scores)), *map(_number, _shares(row))]
        for label, row in evaluation.mentions.items()
    ]
    yield from _table([head, *body])
    yield ""
    facts = [
        [slot, str(tally.gold), str(tally.pred), *map(_number, tally.scores)]
        for slot, tally in evaluation.records.items()
    ]
    yield from _table([["record fact", "gold", "pred", *_PRF], *facts])
    yield ""
    for name, f1 in (
        ("mention exact", evaluation.mentions[ALL].exact.f1),
        ("record", evaluation.records[ALL].f1),
    ):
        low, high = evaluation.intervals[name]
        known = f"95 % interval {low:.3f} to {high:.3f} (bootstrap over documents)"
        yield f"{name} F1 {f1:.3f}, {known if evaluation.documents > 1 else 'no interval from a single document'}"


def agreement_lines(agreement: Agreement) -> Iterator[str]:
    """Exact F1 a label, and kappa an attribute."""
    body = [[label, *_counts(row), _number(row.exact.f1)] for label, row in agreement.rows.items()]
    yield from _table([["mention", "first", "second", "exact F1"], *body])
    yield ""
    kappas = [[name, str(kappa.count), _number(kappa.value)] for name, kappa in agreement.kappas.items()]
    yield from _table([["attribute", "mentions", "kappa"], *kappas])


def difference_lines(pairs: Iterable[tuple[Annotated, Annotated]], label: str) -> Iterator[str]:
    """A line for each gold mention of a label that nothing overlaps, and for each such prediction."""
    for gold, pred in pairs:
        for found in differences(gold, pred, label):
            e = found.entity
            yield f"{found.kind:5} {found.doc_id} {e.start}-{e.end} {' '.join(e.text.split())!r} = {e.norm}"


def evaluation_json(evaluation: Evaluation, pairs: Pairs) -> dict[str, Any]:
    """Mappings with the keys of the shared scorer's JSON and more; scores lie in 0..1, None where nothing counts."""
    return _about(pairs, evaluation.documents) | {
        "mention": {label: _mention(row) for label, row in evaluation.mentions.items()},
        "record": {
            slot: {"gold": tally.gold, "pred": tally.pred, "prf": tally.scores}
            for slot, tally in evaluation.records.items()
        },
        "intervals": evaluation.intervals,
    }


def agreement_json(agreement: Agreement, pairs: Pairs) -> dict[str, Any]:
    """The numbers of `agreement_lines`."""
    return _about(pairs, len(pairs.common())) | {
        "agreement": {
            label: {"first": row.exact.gold, "second": row.exact.pred, "exact_f1": row.exact.f1}
            for label, row in agreement.rows.items()
        },
        "kappa": {name: {"mentions": kappa.count, "kappa": kappa.value} for name, kappa in agreement.kappas.items()},
    }


def _about(pairs: Pairs, documents: int) -> dict[str, Any]:
    return {
        "documents": documents,
        "missing": pairs.missing,
        "extra": pairs.extra,
        "broken": [str(error) for error in pairs.broken],
    }


def _mention(row: Row) -> dict[str, Any]:
    attributes = {name: share.value for name, share in (("subject", row.subject), ("status", row.status)) if share.of}
    return {
        "gold": row.exact.gold,
        "pred": row.exact.pred,
        "exact": row.exact.scores,
        "overlap": row.overlap.scores,
        "norm": row.value.value,
    } | attributes


def _counts(row: Row) -> tuple[str, str]:
    return str(row.exact.gold), str(row.exact.pred)


def _shares(row: Row) -> tuple[float | None, ...]:
    return row.value.value, row.subject.value, row.status.value


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of equal length as lines: names to the left, numbers to the right, two blanks between."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *numbers in rows:
        cells = (cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True))
        yield "  ".join((name.ljust(widths[0]), *cells))
