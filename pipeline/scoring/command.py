"""What `oncocase evaluate` does: pairs to scores, scores to the console and a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError, WritingError
from pipeline.scoring.agreement import agreement
from pipeline.scoring.evaluation import evaluate
from pipeline.scoring.pairs import pairs
from pipeline.scoring.report import (
    agreement_json,
    agreement_lines,
    difference_lines,
    evaluation_json,
    evaluation_lines,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.console import Console
    from pipeline.scoring.pairs import Annotate, Pairs


def run(
    gold: Path,
    pred: Path | None,
    texts: Path | None,
    annotate: Annotate,
    console: Console,
    json_file: Path | None = None,
    show: str | None = None,
    agree: bool = False,
) -> bool:
    """Score `pred` (or what `annotate` gives) against `gold` and say the result; whether all files were sound.

    `show` lists the errors of one label; `agree` asks for the agreement of two annotators in place of scores.
    Raises `UsageError` where there is nothing to compare, `WritingError` where `json_file` cannot be written.
    """
    found = pairs(gold, pred, texts, annotate, console)
    _tell(found, console, agree)
    documents = found.common() if agree else found.filled()
    if not documents:
        if found.broken:
            return False
        raise UsageError(f"--pred {pred}: holds no document of {gold}; files are paired by their names")
    if show:
        for line in difference_lines(documents, show):
            console.say(line)
        console.say("")
    if agree:
        agreed = agreement(documents)
        lines, value = agreement_lines(agreed), agreement_json(agreed, found)
    else:
        scores = evaluate(documents)
        lines, value = evaluation_lines(scores), evaluation_json(scores, found)
    console.say(_count(len(documents)))
    for line in lines:
        console.say(line)
    if json_file:
        _write(json_file, value)
        console.say(f"{json_file}: the same as JSON")
    return not found.broken


def _tell(found: Pairs, console: Console, agree: bool) -> None:
    """Name what was not as it should be."""
    for error in found.broken:
        console.error(str(error))
    then = "left out" if agree else "all of its mentions count as missed"
    for doc_id in found.missing:
        console.warn(f"{doc_id}: no prediction; {then}")
    for doc_id in found.extra:
        console.warn(f"{doc_id}: a prediction with no gold; left out")
    if found.unchecked:
        unchecked = _count(found.unchecked)
        console.warn(f"offsets of {unchecked} without a text were not checked; name the folder of texts with --text")


def _count(documents: int) -> str:
    return "1 document" if documents == 1 else f"{documents} documents"


def _write(path: Path, value: dict[str, Any]) -> None:
    try:
        path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise WritingError(path, f"cannot be written ({error.strerror}); name a file that you can write to") from error
