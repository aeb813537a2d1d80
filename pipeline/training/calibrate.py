"""Fitting of confidence: gold documents, as processed, to weights, thresholds and a figure of how well they fit.

The figure, the expected calibration error, is of documents left out in turn:
the weights that judge a document were fitted without it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.errors import UsageError
from pipeline.models.calibration import FILE, Calibration, features
from pipeline.scoring.pairs import pair_up
from pipeline.scoring.records import slot
from pipeline.scoring.reliability import bins, ece, judged_right

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from spacy.language import Language

    from pipeline.annotations.scheme import Annotated
    from pipeline.console import Console

FOLDS = 10
PRECISION = 0.99
_FEWEST = 30  # facts above a threshold, below which it proves nothing
_RARE = 8  # mentions with a feature, below which it is left out
_STRENGTH = 0.5  # of the regularisation: the inverse, as scikit-learn counts


@dataclass(frozen=True, slots=True)
class Judged:
    """A predicted mention of a document: what is known of it, its slot, and whether it was right."""

    document: int
    slot: str
    features: dict[str, float]
    right: bool


def calibrate(nlp: Language, folders: Sequence[Path], texts: Path | None, out: Path, console: Console) -> Calibration:
    """Fit on the gold of `folders`, which the tagger must not have seen, and write into the tagger's folder `out`.

    Raises `UsageError` where there are too few documents.
    """
    from pipeline.annotations.from_doc import to_annotation

    docs: dict[str, Any] = {}

    def annotate(doc_id: str, text: str) -> dict[str, Any]:
        doc = nlp(text)
        annotation = to_annotation(doc_id, doc, text)
        docs[doc_id] = [features(mention, doc) for mention in doc._.mentions]
        return annotation

    pairs = pair_up(tuple(folders), None, texts, annotate, console)
    for error in pairs.broken:
        console.error(str(error))
    if len(pairs.documents) < FOLDS:
        raise UsageError(f"--gold: {len(pairs.documents)} documents are too few; {FOLDS} are needed at least")
    judged: list[Judged] = []
    joined: dict[str, list[bool]] = defaultdict(list)
    for number, pair in enumerate(pairs.documents):
        # The entities of an annotation are numbered in the order of the mentions.
        by_id = {f"e{n}": found for n, found in enumerate(docs[pair.id], 1)}
        rights = judged_right(pair.gold, pair.pred)
        judged += [Judged(number, slot(e), by_id[e.id], rights[e.id]) for e in pair.pred.entities]
        _join(pair.gold, pair.pred, joined)
    names = _names(judged)
    matrix = np.array([[j.features.get(name, 0.0) for name in names] for j in judged])
    right = np.array([j.right for j in judged], dtype=float)
    held = _held_out(matrix, right, np.array([j.document for j in judged]))
    intercept, weights = _fit(matrix, right)
    about = {
        "documents": len(pairs.documents),
        "mentions": len(judged),
        "right": round(float(right.mean()), 4),
        "ece": round(ece(held, right), 4),
        "bins": bins(held, right),
    }
    found = Calibration(
        intercept,
        {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
        {kind: round((sum(values) + 1) / (len(values) + 2), 4) for kind, values in sorted(joined.items())},
        _thresholds(judged, held),
        about,
    )
    value = {key: getattr(found, key) for key in found.__slots__}
    (out / FILE).write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    console.say(f"{len(judged)} mentions of {about['documents']} documents, {about['right']:.3f} of them right")
    console.say(f"expected calibration error on documents left out: {about['ece']:.3f}")
    console.say(f"{out / FILE}: the calibration")
    return found


def _join(gold: Annotated, pred: Annotated, joined: dict[str, list[bool]]) -> None:
    """Of each predicted relation between two mentions of the gold, whether the gold has it."""
    golden = {e.id: (e.label, *e.span) for e in gold.entities}
    known = {(golden[a], kind, golden[b]) for a, kind, b in gold.relations}
    ours = {e.id: (e.label, *e.span) for e in pred.entities}
    places = set(golden.values())
    for a, kind, b in pred.relations:
        if ours[a] in places and ours[b] in places:
            joined[kind].append((ours[a], kind, ours[b]) in known)


def _names(judged: Sequence[Judged]) -> list[str]:
    counts: dict[str, int] = defaultdict(int)
    for one in judged:
        for name in one.features:
            counts[name] += 1
    return sorted(name for name, count in counts.items() if count >= _RARE)


def _fit(matrix: Any, right: Any) -> tuple[float, Any]:
    from sklearn.linear_model import LogisticRegression

    if len(set(right.tolist())) < 2:
        raise UsageError("--gold: all mentions are right, or none is; nothing can be learnt of confidence")
    model = LogisticRegression(C=_STRENGTH, max_iter=2000)
    model.fit(matrix, right)
    return float(model.intercept_[0]), model.coef_[0]


def _held_out(matrix: Any, right: Any, documents: Any) -> Any:
    """The confidence of each mention by weights fitted without its document."""
    held = np.zeros(len(right))
    for fold in range(FOLDS):
        inside = documents % FOLDS == fold
        if inside.any():
            intercept, weights = _fit(matrix[~inside], right[~inside])
            held[inside] = 1 / (1 + np.exp(-(intercept + matrix[inside] @ weights)))
    return held


def _thresholds(judged: Sequence[Judged], held: Any) -> dict[str, float | None]:
    """By slot the lowest confidence above which `PRECISION` of at least `_FEWEST` mentions were right."""
    found: dict[str, float | None] = {}
    for name in sorted({one.slot for one in judged}):
        ranked = sorted(
            ((float(c), one.right) for c, one in zip(held, judged, strict=True) if one.slot == name), reverse=True
        )
        best, hits = None, 0
        for count, (chance, right) in enumerate(ranked, 1):
            hits += right
            last = count == len(ranked) or ranked[count][0] < chance
            if last and count >= _FEWEST and hits / count >= PRECISION:
                best = round(chance, 3)
        found[name] = best
    return found
