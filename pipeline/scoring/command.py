"""What `oncocase evaluate` does: pairs to scores, scores to the console and to files."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline.annotations.label_maps import read_label_map
from pipeline.errors import UsageError, WritingError
from pipeline.scoring.agreement import agreement
from pipeline.scoring.evaluation import against, evaluate
from pipeline.scoring.pairs import pair_up, text_folders
from pipeline.scoring.report import as_json, lines
from pipeline.scoring.subsets import read_groups

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.console import Console
    from pipeline.scoring.pairs import Annotate, Pair, Pairs
    from pipeline.scoring.subsets import Groups


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

    Raises `UsageError` where there is nothing to compare, `ReadingError` for a broken manifest, `WritingError`
    where a file cannot be written.
    """
    groups = _groups(request)
    found = _pairs(request, groups, annotate, console)
    _tell(found, console, request.agree)
    documents = [pair for pair in found.documents if pair.predicted] if request.agree else found.documents
    if not documents:
        if found.broken:
            return False
        raise UsageError(f"--pred {request.pred}: holds no document of the gold; files are paired by their names")
    if request.show:
        for line in lines.difference_lines(documents, request.show):
            console.say(line)
        console.say("")
    console.say(_count(len(documents)))
    sound = not found.broken
    if request.agree:
        agreed = agreement(documents)
        said, value = lines.agreement_lines(agreed), as_json.agreement_json(agreed, found)
    else:
        scores = evaluate(documents, groups)
        said, value = lines.evaluation_lines(scores), as_json.evaluation_json(scores, found)
    for line in said:
        console.say(line)
    compared = None
    if request.against:
        before = _pairs(replace(request, pred=request.against), groups, annotate, console)
        _tell(before, console, request.agree)
        sound = sound and not before.broken
        compared = _compared(before, documents)
        value["against"] = as_json.against_json(compared)
        console.say("")
        for line in lines.against_lines(compared):
            console.say(line)
    if request.json_file:
        _write(request.json_file, json.dumps(value, indent=1) + "\n")
        console.say(f"{request.json_file}: the same as JSON")
    if request.html_file:
        from pipeline.scoring.report.html import page

        _write(request.html_file, page(scores, found, compared))
        console.say(f"{request.html_file}: the same as a page, with the errors in their sentences")
    return sound


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
    return pair_up(request.gold, request.pred, request.texts, annotate, console, labels, wanted)


def _compared(before: Pairs, documents: list[Pair]) -> dict[str, Any]:
    """The two runs on the documents whose gold could be read for both, which is all of them."""
    ids = {pair.id for pair in before.documents}
    after = [pair for pair in documents if pair.id in ids]
    return against(before.documents, after)


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


def _write(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise WritingError(path, f"cannot be written ({error.strerror}); name a file that you can write to") from error
