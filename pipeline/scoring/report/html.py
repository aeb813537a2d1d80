"""Scores as one HTML page: tables with plots in their rows, the errors with the text around them.

The page is a single file without script or anything fetched; all that comes from a text is escaped.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline import __version__
from pipeline.annotations.scheme import ATTRIBUTES, LABELS
from pipeline.scoring.confusion import NOTHING
from pipeline.scoring.mistakes import BOUNDARY, EXTRA, MISS, VALUE, Mistake, mistakes
from pipeline.scoring.reliability import error
from pipeline.scoring.report.lines import TITLES, chance, number, ungold
from pipeline.scoring.schemes import SCHEMES
from pipeline.scoring.tally import ALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jinja2 import Template

    from pipeline.scoring.evaluation import Evaluation
    from pipeline.scoring.intervals import Difference
    from pipeline.scoring.pairs import Pair, Pairs

_AROUND = 60
"""Characters of the text that are shown on either side of an error."""
_LISTED = 500
"""Errors of a label that are listed; the page says how many more there are."""
_KINDS = (MISS, EXTRA, BOUNDARY, VALUE, *ATTRIBUTES)


@dataclass(frozen=True, slots=True)
class Shown:
    """An error as the page shows it: the words before, the mention, the words after, and what either side says."""

    kind: str
    doc_id: str
    place: str
    before: str
    words: str
    after: str
    gold: str
    pred: str


def page(
    evaluation: Evaluation,
    pairs: Pairs,
    against: Mapping[str, Mapping[str, Difference]] | None = None,
    before: Pairs | None = None,
) -> str:
    """The whole page; `against` is the comparison with the earlier run `before`."""
    found = [mistake for pair in pairs.documents for mistake in mistakes(pair)]
    return _template().render(
        version=__version__,
        evaluation=evaluation,
        scores=evaluation.scores,
        pairs=pairs,
        against=against,
        before=before,
        calibration_error=error(evaluation.reliability),
        ungold=ungold(evaluation.scores),
        documents=_documents(pairs.documents),
        levels=evaluation.scores.levels,
        titles=TITLES,
        schemes=SCHEMES,
        attributes=ATTRIBUTES,
        all=ALL,
        confusion=_confusion(evaluation),
        kinds=_KINDS,
        counts=_counts(found),
        errors=_errors(found),
        listed=_LISTED,
    )


def shown(mistake: Mistake) -> Shown:
    """An error with the text around it; without a text only the mention itself is known."""
    entity = mistake.entity
    before, words, after = "", entity.text, ""
    if mistake.text is not None:
        text = mistake.text
        before = text[max(0, entity.start - _AROUND) : entity.start].replace("\n", " ")
        words = text[entity.start : entity.end]
        after = text[entity.end : entity.end + _AROUND].replace("\n", " ")
    sides = [_said(mistake, side) for side in (mistake.gold, mistake.pred)]
    return Shown(mistake.kind, mistake.doc_id, f"{entity.start}-{entity.end}", before, words, after, *sides)


def _said(mistake: Mistake, side: Any) -> str:
    if side is None:
        return "–"
    if mistake.kind in ATTRIBUTES:
        return getattr(side, mistake.kind) or "–"
    if mistake.kind == BOUNDARY:
        return side.text or f"{side.start}-{side.end}"
    return side.norm or "–"


def _errors(found: Iterable[Mistake]) -> dict[str, list[Shown]]:
    by_label: dict[str, list[Mistake]] = defaultdict(list)
    for mistake in found:
        by_label[mistake.label].append(mistake)
    return {label: [shown(mistake) for mistake in by_label[label]] for label in LABELS if label in by_label}


def _counts(found: Iterable[Mistake]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for mistake in found:
        counts[mistake.label][mistake.kind] += 1
    return {label: counts[label] for label in LABELS if label in counts}


def _documents(pairs: Iterable[Pair]) -> list[tuple[str, int, int]]:
    """Each document with its misses and extras, the worst first."""
    rows = []
    for pair in pairs:
        kinds = Counter(mistake.kind for mistake in mistakes(pair))
        rows.append((pair.id, kinds[MISS], kinds[EXTRA]))
    return sorted(rows, key=lambda row: (-row[1] - row[2], row[0]))


def _confusion(evaluation: Evaluation) -> dict[str, Any]:
    """The rows and columns that are not empty, and the darkest cell off the diagonal."""
    counts = evaluation.confusion
    names = [*LABELS, NOTHING]
    rows = [name for name in names if any(counts[name, other] for other in names)]
    columns = [name for name in names if any(counts[other, name] for other in names)]
    most = max((count for (gold, pred), count in counts.items() if gold != pred), default=1)
    return {"rows": rows, "columns": columns, "counts": counts, "most": most}


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pipeline.scoring.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    environment.filters["chance"] = chance
    return environment.get_template("page.html")
