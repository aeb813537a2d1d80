"""What `oncocase evaluate` does: pairs to scores, scores to the console and to files."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.annotations.folder import text_folders
from pipeline.annotations.label_maps import read_label_map
from pipeline.console import counted
from pipeline.errors import UsageError, WritingError
from pipeline.scoring.agreement import agreement
from pipeline.scoring.evaluation import against, evaluate
from pipeline.scoring.pairs import check_folders, pair_up
from pipeline.scoring.report import as_json, lines
from pipeline.scoring.subsets import read_groups

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.console import Console
    from pipeline.scoring.intervals import Difference
    from pipeline.scoring.pairs import Annotate, Pair, Pairs
    from pipeline.scoring.subsets import Groups

_NAMED = 10  # documents in one line


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be scored, and what is to be said of it.

    `gold` folders, a `pred` folder or None to extract now, the folder `texts`; `labels` names a label map for
    the gold; `split` takes only the documents of that split of the manifest; `against` is a folder with an
    earlier run's predictions; `agree` asks for the agreement of two annotators in place of scores; `show` lists
    the errors of one label; `json_file` and `html_file` are written too.
    """

    gold: tuple[Path, ...]
    pred: Path | None = None
    texts: Path | None = None
    labels: str | None = None
    split: str | None = None
    against: Path | None = None
    agree: bool = False
    show: str | None = None
    json_file: Path | None = None
    html_file: Path | None = None


def run(request: Request, annotate: Annotate, console: Console) -> bool:
    """Score what is asked for and say the result; whether all files were sound.

    Files are written before anything is printed. Raises `UsageError` where there is nothing to compare,
    `ReadingError` for a broken manifest, `WritingError` where a file cannot be written.
    """
    check_folders([("--gold", folder) for folder in request.gold])
    check_folders([("--pred", request.pred), ("--against", request.against), ("--text", request.texts)])
    groups = _groups(request)
    found = _pairs(request, groups, annotate, console)
    _tell(found, console, request.agree, request.pred)
    documents = [pair for pair in found.documents if pair.predicted] if request.agree else found.documents
    if not documents:
        if found.broken:
            return False
        raise UsageError(_nothing(request))
    said = [*lines.difference_lines(documents, request.show), ""] if request.show else []
    said.append(counted(len(documents), "document"))
    compared, before = None, None
    if request.agree:
        agreed = agreement(documents)
        said += lines.agreement_lines(agreed)
        value = as_json.agreement_json(agreed, found)
    else:
        scores = evaluate(documents, groups)
        said += lines.evaluation_lines(scores)
        value = as_json.evaluation_json(scores, found)
    if request.against:
        before = _pairs(replace(request, pred=request.against), groups, annotate, console)
        _tell(before, console, request.agree, request.against)
        compared = _compared(before, documents, console)
        value["against"] = as_json.against_json(compared, before)
        said += ["", *lines.against_lines(compared)]
    if request.json_file:
        _write(request.json_file, json.dumps(value, indent=1) + "\n")
        said.append(f"{request.json_file}: the same as JSON")
    if request.html_file:
        from pipeline.scoring.report.html import page

        _write(request.html_file, page(scores, found, compared, before))
        said.append(f"{request.html_file}: the same as a page, with the wrong mentions in their context")
    for line in said:
        console.say(line)
    return not found.broken and not (before and before.broken)


def _nothing(request: Request) -> str:
    if request.split is not None and not request.agree:
        return f"--split {request.split}: the gold holds no document of that split"
    return f"--pred {request.pred}: holds no document of the gold; files are paired by their names"


def _groups(request: Request) -> Groups:
    return read_groups(place for folder in request.gold for place in text_folders(folder, request.texts))


def _pairs(request: Request, groups: Groups, annotate: Annotate, console: Console) -> Pairs:
    wanted = None
    if request.split is not None:
        wanted = groups.get(("split", request.split))
        if wanted is None:
            known = ", ".join(name for column, name in groups if column == "split")
            raise UsageError(f"--split {request.split}: the manifest has {known or 'no splits'}")
    labels = read_label_map(request.labels) if request.labels else None
    return pair_up(request.gold, request.pred, request.texts, annotate, console, labels, wanted, request.agree)


def _compared(before: Pairs, documents: list[Pair], console: Console) -> dict[str, dict[str, Difference]]:
    """The two runs on the documents whose gold could be read for both."""
    sides = [{pair.id: pair for pair in side} for side in (before.documents, documents)]
    for doc_id in sorted(sides[0].keys() ^ sides[1].keys()):
        console.warn(f"{doc_id}: only one of the two runs can be scored on it; left out of the comparison")
    common = sorted(sides[0].keys() & sides[1].keys())
    return against(*([side[doc_id] for doc_id in common] for side in sides))


def _tell(found: Pairs, console: Console, agree: bool, pred: Path | None) -> None:
    """Name what was not as it should be."""
    for error in found.broken:
        console.error(str(error))
    for line in found.warnings:
        console.warn(line)
    then = "left out" if agree else "all of its mentions count as missed"
    for doc_id in found.missing:
        console.warn(f"{doc_id}: no prediction in {pred}; {then}")
    if found.extra:
        console.warn(f"predictions of {pred} with no gold, left out: {_names(found.extra)}")
    if found.unchecked:
        names = _names(found.unchecked)
        console.warn(f"offsets were not checked, the text is not there (name its folder with --text): {names}")


def _names(doc_ids: Sequence[str]) -> str:
    more = f" and {len(doc_ids) - _NAMED} more" if len(doc_ids) > _NAMED else ""
    return ", ".join(doc_ids[:_NAMED]) + more


def _write(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise WritingError(path, f"cannot be written ({error.strerror}); name a file that you can write to") from error
