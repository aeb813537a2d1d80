"""Two folders to pairs of annotations: each document's gold, and what was predicted for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.errors import ReadingError, UsageError
from pipeline.reading import read
from pipeline.scoring.gold import Annotated, check, read_annotation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.annotation import Annotation
    from pipeline.console import Console

    Annotate = Callable[[str, str], Annotation]

_NOT_ANNOTATIONS = frozenset({"schema.json"})


@dataclass(slots=True)
class Pairs:
    """`documents` in order of name, a prediction being None where there is none to be used.

    `missing` are those without a prediction file, `extra` the predictions without gold, `broken` says
    what could not be read, `unchecked` counts the documents whose offsets had no text to be held against.
    """

    documents: list[tuple[Annotated, Annotated | None]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    broken: list[ReadingError] = field(default_factory=list)
    unchecked: int = 0

    def filled(self) -> list[tuple[Annotated, Annotated]]:
        """The documents with an empty prediction where there is none: all of their gold is missed."""
        return [(gold, pred or Annotated(gold.id)) for gold, pred in self.documents]

    def common(self) -> list[tuple[Annotated, Annotated]]:
        """The documents that have both."""
        return [(gold, pred) for gold, pred in self.documents if pred is not None]


def pairs(gold: Path, pred: Path | None, texts: Path | None, annotate: Annotate, console: Console) -> Pairs:
    """The documents of the folder `gold` with the predictions of `pred`, or with what `annotate` gives.

    Texts are looked for beside the gold file, in `texts`, and in `corpus` beside the gold folder.
    Raises `UsageError` where a folder is none, or `gold` holds no annotations. A file that is broken does
    not stop the others: it is in `broken`, its document counts as not predicted or, if it is gold, not at all.
    """
    for option, folder in (("--gold", gold), ("--pred", pred), ("--text", texts)):
        if folder is not None and not folder.is_dir():
            raise UsageError(f"{option} {folder}: no such folder; check the name")
    golden = _files(gold)
    if not golden:
        raise UsageError(f"--gold {gold}: holds no .json file; name a folder of annotations")
    predicted = _files(_annotations(pred)) if pred is not None else {}
    result = Pairs(extra=sorted(predicted.keys() - golden.keys()))
    places = [folder for folder in (gold, texts, gold.resolve().parent / "corpus") if folder]
    for doc_id, path in console.track(list(golden.items())):
        try:
            text = _text(path, places)
            gold_annotation = read_annotation(path, text)
            if text is None and pred is None:
                tried = ", ".join(str(folder / f"{doc_id}.txt") for folder in places)
                raise ReadingError(path, f"its text is not there (looked for {tried}); name its folder with --text")
        except ReadingError as error:
            result.broken.append(error)
            continue
        result.unchecked += text is None
        prediction = None
        try:
            if pred is None:
                prediction = _extracted(path, text or "", annotate)
            elif doc_id in predicted:
                prediction = read_annotation(predicted[doc_id], text)
            else:
                result.missing.append(doc_id)
        except ReadingError as error:
            result.broken.append(error)
        result.documents.append((gold_annotation, prediction))
    return result


def _files(folder: Path) -> dict[str, Path]:
    found = (p for p in folder.glob("*.json") if not p.name.startswith(".") and p.name not in _NOT_ANNOTATIONS)
    return {path.stem: path for path in sorted(found)}


def _annotations(pred: Path) -> Path:
    """The folder itself, or its `annotations` where it is what `oncocase extract` wrote."""
    inside = pred / "annotations"
    return inside if inside.is_dir() else pred


def _text(path: Path, places: list[Path]) -> str | None:
    name = f"{path.stem}.txt"
    found = next((folder / name for folder in places if (folder / name).is_file()), None)
    return read(found).text if found else None


def _extracted(path: Path, text: str, annotate: Annotate) -> Annotated:
    try:
        found = annotate(path.stem, text)
    except Exception as error:  # whatever one document does to the pipeline, the others are owed their turn
        raise ReadingError(path, f"the pipeline fails on its text: {type(error).__name__}: {error}") from error
    return check(path, found, text)
