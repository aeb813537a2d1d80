"""Folders to pairs of annotations: each document's gold, and what was predicted for it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.annotations.folder import annotation_files, checked, find_text, read_annotation, text_folders
from pipeline.annotations.scheme import Annotated
from pipeline.errors import OncocaseError, ReadingError, UsageError
from pipeline.scoring.patient_layouts import Item, gold_patients, pred_patients

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from pipeline.annotations.from_doc import Annotation
    from pipeline.annotations.label_maps import LabelMap
    from pipeline.console import Console

    Annotate = Callable[[str, str], Annotation]


@dataclass(frozen=True, slots=True)
class Pair:
    """A document's gold and its prediction, which is empty where there is none (`predicted` is false then).

    `source` names the gold folder that it comes from; `text` is None where the text was not found. Where the
    gold is not `valued` it marks places and labels only, and neither values nor record facts can be compared.
    `gold_record` are the patients of its record, none where the gold has none.
    """

    source: str
    gold: Annotated
    pred: Annotated
    predicted: bool
    text: str | None
    valued: bool = True
    gold_record: tuple[Item, ...] = ()
    pred_record: tuple[Item, ...] = ()

    @property
    def id(self) -> str:
        return self.gold.id


@dataclass(slots=True)
class Pairs:
    """`documents` in order of source and name.

    `missing` are those without a prediction file, `extra` the predictions without gold, `broken` says
    what could not be read, `unchecked` names the documents whose offsets had no text to be held against,
    `warnings` are of texts whose encoding was guessed.
    """

    documents: list[Pair] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    broken: list[ReadingError] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def pair_up(
    gold: Sequence[Path],
    pred: Path | None,
    texts: Path | None,
    annotate: Annotate,
    console: Console,
    labels: LabelMap | None = None,
    wanted: frozenset[str] | None = None,
    both_mapped: bool = False,
) -> Pairs:
    """The documents of the folders `gold` with the predictions of `pred`, or with what `annotate` gives.

    Texts are looked for where `text_folders` says. `labels`
    maps the gold's labels to ours, and the predictions' too where `both_mapped`; of the predictions only those
    labels count then. `wanted` are the ids to take, None for all. Raises `UsageError` where a folder is none, or
    holds nothing to compare. A file that is broken does not stop the others: it is in `broken`, its document
    counts as not predicted or, if it is gold, not at all.
    """
    check_folders([("--gold", path) for path in gold])
    check_folders([("--pred", pred), ("--text", texts)])
    golden = _golden(gold)
    predicted = annotation_files(pred) if pred is not None else {}
    if pred is not None and not predicted:
        raise UsageError(f"{pred}: holds no annotation (.json or .ann); name a folder of annotations")
    result = Pairs(extra=sorted(predicted.keys() - {path.stem for _, path in golden}))
    if wanted is not None:
        golden = [(folder, path) for folder, path in golden if path.stem in wanted]
    names = _names(gold)
    for folder, path in console.track(golden):
        try:
            annotated, text = _gold(path, text_folders(folder, texts), labels, pred is None, result)
        except ReadingError as error:
            result.broken.append(error)
            continue
        prediction = None
        records: tuple[tuple[Item, ...], tuple[Item, ...]] = ((), ())
        try:
            gold_record = gold_patients(path, text)
            records = (gold_record, ())
            if pred is None:
                prediction, pred_record = _extracted(path, text or "", annotate)
                records = (gold_record, pred_record)
            elif path.stem in predicted:
                prediction = read_annotation(predicted[path.stem], text, labels if both_mapped else None)
                records = (gold_record, pred_patients(predicted[path.stem], text))
            else:
                result.missing.append(path.stem)
        except ReadingError as error:
            result.broken.append(error)
        if labels and prediction:
            prediction = prediction.only(labels.labels)
        known = prediction or Annotated(path.stem)
        valued = labels is None and (not annotated.entities or any(entity.norm for entity in annotated.entities))
        has_prediction = prediction is not None
        result.documents.append(Pair(names[folder], annotated, known, has_prediction, text, valued, *records))
    return result


def _gold(
    path: Path, places: Sequence[Path], labels: LabelMap | None, needs_text: bool, result: Pairs
) -> tuple[Annotated, str | None]:
    """A gold annotation and its text; what is to be said of the text goes into `result`."""
    document = find_text(path.stem, places)
    if document and document.warning:
        result.warnings.append(document.warning)
    text = document.text if document else None
    annotated = read_annotation(path, text, labels)
    if text is None and needs_text:
        tried = ", ".join(str(place / f"{path.stem}.txt") for place in places)
        raise ReadingError(path, f"its text is not there (looked for {tried}); name its folder with --text")
    if text is None:
        result.unchecked.append(path.stem)
    return annotated, text


def check_folders(named: Iterable[tuple[str, Path | None]]) -> None:
    """Raise `UsageError` for the first option whose folder is none, or cannot be looked into."""
    for option, folder in named:
        if folder is not None and not folder.is_dir():
            raise UsageError(f"{option} {folder}: no such folder; check the name")
        if folder is not None and not os.access(folder, os.R_OK | os.X_OK):
            raise UsageError(f"{option} {folder}: may not be looked into; check its permissions")


def _golden(folders: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Each gold file with the folder that it was named by."""
    found: list[tuple[Path, Path]] = []
    seen: dict[str, Path] = {}
    for folder in folders:
        files = annotation_files(folder)
        if not files:
            raise UsageError(f"--gold {folder}: holds no annotation (.json or .ann); name a folder of annotations")
        for doc_id, path in files.items():
            if doc_id in seen:
                raise UsageError(f"--gold: {doc_id} is in {seen[doc_id]} and in {folder}; score them one at a time")
            seen[doc_id] = folder
            found.append((folder, path))
    return found


def _names(folders: Sequence[Path]) -> Mapping[Path, str]:
    """What the folders are called: their last part where that tells them apart, else the whole path."""
    short = {folder: folder.resolve().name for folder in folders}
    return short if len(set(short.values())) == len(short) else {folder: str(folder) for folder in folders}


def _extracted(path: Path, text: str, annotate: Annotate) -> tuple[Annotated, tuple[Item, ...]]:
    try:
        found = annotate(path.stem, text)
    except OncocaseError:  # what stands in the way of all documents, such as a model that is not there
        raise
    except Exception as error:  # whatever one document does to the pipeline, the others are owed their turn
        raise ReadingError(path, f"the pipeline fails on its text: {type(error).__name__}: {error}") from error
    record = found.pop("record", None)
    patients = record if isinstance(record, list) else [record] if record else []
    return checked(path, found, text), tuple(patients)
