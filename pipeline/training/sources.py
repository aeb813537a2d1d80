"""Corpora to learn from: what each document says, and of which labels it says anything.

A source is a folder, read through a label map where its labels are others than ours:

- annotations (`.json`, `.ann`) with their texts, as `oncocase evaluate` reads gold;
- files of IOB tags (`.tsv`);
- PHEE's JSON lines (`.json` files that are no annotation).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.annotations.folder import annotation_files, find_text, read_annotation, text_folders
from pipeline.annotations.iob import read_iob
from pipeline.annotations.label_maps import LabelMap, read_label_map
from pipeline.annotations.phee import read_phee
from pipeline.annotations.scheme import LABELS
from pipeline.errors import ReadingError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pipeline.annotations.iob import Raw

Span = tuple[str, int, int]
"""Label, start, end."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A text, the mentions in it, places that may hold more, and the labels of which it says anything.

    `foreign` sources do not mark all that is ours: a name that the lexicon knows and they leave out is no
    counter-example.
    """

    id: str
    text: str
    mentions: tuple[Span, ...]
    unsure: tuple[Span, ...]
    labels: frozenset[str]
    foreign: bool

    @property
    def digest(self) -> str:
        """A hash of the words alone, by which near-copies of a text are found."""
        return hashlib.sha256("".join(filter(str.isalnum, self.text.lower())).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Source:
    """A folder, the name of its label map (None: ours) and where its texts are, if elsewhere."""

    path: Path
    labels: str | None = None
    texts: Path | None = None

    @property
    def name(self) -> str:
        return self.path.resolve().name

    def documents(self, without: frozenset[str] = frozenset()) -> Iterator[Taught]:
        """The documents in order of their names, except those whose id is in `without`.

        Raises `UsageError` where the folder holds nothing that is read, `ReadingError` for a broken file.
        """
        if not self.path.is_dir():
            raise UsageError(f"--source {self.path}: no such folder; check the name")
        label_map = read_label_map(self.labels) if self.labels else None
        tables = sorted(self.path.glob("*.tsv")) if label_map else []
        lines = [] if tables or not label_map else _json_lines(self.path)
        files = annotation_files(self.path) if not tables and not lines else {}
        if not (tables or lines or files):
            raise UsageError(
                f"--source {self.path}: holds no annotations (.json, .ann), IOB tables (.tsv) or JSON lines"
            )
        if label_map:
            for path in (*tables, *lines):
                reader = read_iob if path.suffix == ".tsv" else read_phee
                yield from _mapped(path, reader, label_map, without)
        for doc_id, path in files.items():
            if doc_id not in without:
                yield self._annotated(path, label_map)

    def _annotated(self, path: Path, label_map: LabelMap | None) -> Taught:
        document = find_text(path.stem, text_folders(self.path, self.texts))
        if document is None:
            raise ReadingError(path, "its text is not there; a document to learn from needs one")
        found = read_annotation(path, document.text, label_map)
        mentions = tuple((e.label, e.start, e.end) for e in found.entities)
        labels = label_map.labels if label_map else frozenset(LABELS)
        return Taught(path.stem, document.text, mentions, (), labels, label_map is not None)


def _json_lines(folder: Path) -> list[Path]:
    """The `.json` files of a folder without `.ann` whose first line is a whole value."""
    if any(folder.glob("*.ann")):
        return []
    found = []
    for path in sorted(folder.glob("*.json")):
        with path.open(encoding="utf-8") as file:
            first = file.readline().strip()
        if first.startswith("{") and first.endswith("}") and '"context"' in first:
            found.append(path)
    return found


def _mapped(
    path: Path, reader: Callable[[str], Iterator[Raw]], label_map: LabelMap, without: frozenset[str]
) -> Iterator[Taught]:
    try:
        for name, text, raw in reader(path.read_text(encoding="utf-8")):
            doc_id = f"{path.stem}-{name}"
            if doc_id not in without:
                sure, unsure = _spans(label_map.apply(raw)["entities"]), _spans(label_map.unsure(raw))
                yield Taught(doc_id, text, sure, unsure, label_map.labels, True)
    except (OSError, ValueError) as error:
        raise ReadingError(path, str(error)) from error


def _spans(entities: Sequence[dict[str, Any]]) -> tuple[Span, ...]:
    return tuple((entity["label"], entity["start"], entity["end"]) for entity in entities)
