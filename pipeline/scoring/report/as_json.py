"""Scores as a JSON value: the keys of the shared scorer and more; scores in 0..1, None where nothing was compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.scoring.reliability import error
from pipeline.scoring.schemes import SCHEMES
from pipeline.scoring.tally import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.scoring.agreement import Agreement
    from pipeline.scoring.evaluation import Evaluation
    from pipeline.scoring.intervals import Difference
    from pipeline.scoring.mentions import Row
    from pipeline.scoring.pairs import Pairs
    from pipeline.scoring.tally import Tally


def evaluation_json(evaluation: Evaluation, pairs: Pairs) -> dict[str, Any]:
    """`mention`, `schemes`, `relation`, `record` by row, `intervals` by level and row, `subsets`, `confusion`."""
    scores = evaluation.scores
    return _about(pairs, evaluation.documents) | {
        "mention": {label: _mention(row) for label, row in scores.mentions.items()},
        "schemes": {
            label: {scheme: tallies[scheme].scores for scheme in SCHEMES} for label, tallies in scores.schemes.items()
        },
        "relation": _tallies(scores.relations),
        "record": _tallies(scores.records),
        "patient": _tallies(scores.patients),
        "intervals": evaluation.intervals,
        "reliability": {"ece": error(evaluation.reliability), "bins": evaluation.reliability},
        "subsets": [
            {"column": s.column, "name": s.name, "documents": s.documents, "f1": s.f1, "intervals": s.intervals}
            for s in evaluation.subsets
        ],
        "confusion": [
            {"gold": gold, "pred": pred, "count": count} for (gold, pred), count in sorted(evaluation.confusion.items())
        ],
    }


def against_json(found: Mapping[str, Mapping[str, Difference]], before: Pairs) -> dict[str, Any]:
    """The numbers of `against_lines`: `before`, `after`, `interval` of the change, `p`, `verdict`; and what was not
    as it should be with the earlier run."""
    return {"missing": before.missing, "broken": [str(error) for error in before.broken]} | {
        level: {
            name: {"before": d.first, "after": d.second, "interval": d.interval, "p": d.p, "verdict": d.verdict}
            for name, d in rows.items()
        }
        for level, rows in found.items()
    }


def agreement_json(agreement: Agreement, pairs: Pairs) -> dict[str, Any]:
    """The numbers of `agreement_lines`."""
    scores = agreement.scores
    return _about(pairs, sum(pair.predicted for pair in pairs.documents)) | {
        "agreement": {
            label: {
                "first": row.exact.gold,
                "second": row.exact.pred,
                "exact_f1": row.exact.f1,
                "overlap_f1": row.overlap.f1,
                "same_value": row.value.value,
            }
            for label, row in scores.mentions.items()
        },
        "relation": _tallies(scores.relations),
        "record": _tallies(scores.records),
        "kappa": {name: {"mentions": kappa.count, "kappa": kappa.value} for name, kappa in agreement.kappas.items()},
        "intervals": _alls(agreement.intervals),
    }


def _about(pairs: Pairs, documents: int) -> dict[str, Any]:
    return {
        "documents": documents,
        "missing": pairs.missing,
        "extra": pairs.extra,
        "broken": [str(error) for error in pairs.broken],
    }


def _mention(row: Row) -> dict[str, Any]:
    return {
        "gold": row.exact.gold,
        "pred": row.exact.pred,
        "exact": row.exact.scores,
        "overlap": row.overlap.scores,
        "norm": row.value.value,
    } | {name: share.value for name, share in row.attributes.items()}


def _tallies(tallies: Mapping[str, Tally]) -> dict[str, Any]:
    return {name: {"gold": t.gold, "pred": t.pred, "prf": t.scores} for name, t in tallies.items()}


def _alls(intervals: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {level: rows[ALL] for level, rows in intervals.items() if ALL in rows}
