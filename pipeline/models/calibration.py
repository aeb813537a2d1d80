"""How probably a mention is right: label, place, value, status and subject, all of them.

A logistic regression over what is known of a mention: its label, the rule that proposed it, its status and subject,
the part of the report it stands in, and what the tagger says of its words. The weights are fitted by
`oncocase calibrate` on documents that the tagger was not trained on, and lie as numbers in `calibration.json`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING, Any

from pipeline.errors import ReadingError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from spacy.tokens import Doc

    from pipeline.mentions.mention import Mention

FILE = "calibration.json"
_EXTREME = 0.02  # a tagger's probability is taken for no more certain than this
# Rules whose id goes on with the words that it matched: what counts is the rule.
_BY_WORD = frozenset({"drugs", "drug_stems", "markers"})


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights by feature; a feature that has none adds nothing.

    `relations` has by kind the share of predicted relations that are right where both their ends are;
    `thresholds` by slot of the record the confidence from which 99 % were right, None where none was.
    """

    intercept: float
    weights: Mapping[str, float]
    relations: Mapping[str, float]
    thresholds: Mapping[str, float | None]
    about: Mapping[str, Any]

    def of(self, features: Mapping[str, float]) -> float:
        """The probability, in 0..1, with three decimals."""
        total = self.intercept + sum(value * self.weights.get(name, 0.0) for name, value in features.items())
        return round(1 / (1 + exp(-total)), 3)


def features(mention: Mention, doc: Doc) -> dict[str, float]:
    """What is known of a mention, by name; most are 1 where they hold."""
    label = mention.label
    found = {
        f"label={label}": 1.0,
        f"rule={label}:{rule(mention.rule)}": 1.0,
        f"status={label}:{mention.status or '-'}": 1.0,
        f"subject={mention.subject or 'patient'}": 1.0,
        f"section={doc._.layout.section(mention.start).kind}": 1.0,
    }
    chances = (doc._.chances or {}).get(label)
    if chances is not None:
        span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
        if span is not None:
            inside = float(chances[span.start : span.end].mean())
            found[f"tagger={label}"] = _logit(min(max(inside, _EXTREME), 1 - _EXTREME))
    return found


def rule(name: str) -> str:
    """A rule's id without the word that it matched; a guess at a misspelling keeps its mark."""
    table, _, row = name.partition(":")
    return (table + "~" * row.endswith("~")) if table in _BY_WORD else name


def _logit(probability: float) -> float:
    return log(probability / (1 - probability))


def load(folder: Path) -> Calibration | None:
    """The calibration in a folder of a tagger, None where it has none.

    Raises `ReadingError` for a file that is none.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_bytes())
        keys = ("intercept", "weights", "relations", "thresholds", "about")
        return Calibration(*(found[key] for key in keys))
    except (ValueError, KeyError, TypeError) as error:
        raise ReadingError(path, f"is no calibration ({error!r}); `oncocase calibrate` makes one") from error
