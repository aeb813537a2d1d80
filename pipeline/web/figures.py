"""The page of figures: what is in the store, and the scores of an `oncocase evaluate --json` report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

_MOST = 50_000_000
LEVELS = {
    "mention": "Mentions (exact spans)", "relation": "Relations", "record": "Facts of the record",
    "patient": "Facts of the patient",
}  # fmt: skip


class Score(NamedTuple):
    """A row of scores, from 0 to 1; `low` and `high` are of the 95 % interval of F1."""

    name: str
    gold: int
    pred: int
    precision: float
    recall: float
    f1: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Scores:
    """The scores of a report by level."""

    documents: int
    levels: list[tuple[str, list[Score]]]


def read(file: Path) -> Scores:
    """A report. Raises `UsageError` for a file that is none."""
    try:
        if file.stat().st_size > _MOST:
            raise ValueError("too large")
        told = json.loads(file.read_bytes())
        levels = [(name, _level(told, key)) for key, name in LEVELS.items() if told.get(key)]
        return Scores(int(told["documents"]), [(name, rows) for name, rows in levels if rows])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise UsageError(f"--scores {file}: is no report; make one with `oncocase evaluate --json FILE`") from error


def _level(told: dict[str, Any], level: str) -> list[Score]:
    rows = []
    for name, row in told[level].items():
        if not row["gold"] and not row["pred"]:
            continue
        low, high = _interval(told, level, name)
        precision, recall, f1 = map(float, row["exact"] if level == "mention" else row["prf"])
        rows.append(Score(name, int(row["gold"]), int(row["pred"]), precision, recall, f1, low, high))
    return rows


def _interval(told: dict[str, Any], level: str, name: str) -> tuple[float | None, float | None]:
    found = told.get("intervals", {}).get(level, {}).get(name)
    if not isinstance(found, list) or len(found) != 2 or None in found:
        return None, None
    return float(found[0]), float(found[1])
