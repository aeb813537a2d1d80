"""A folder of annotation files: which there are, and each one read, whatever its format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipeline.annotations.brat import read_brat
from pipeline.annotations.checks import check
from pipeline.errors import ReadingError, UsageError
from pipeline.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.annotations.label_maps import LabelMap
    from pipeline.annotations.scheme import Annotated
    from pipeline.reading import Document

JSON, BRAT = ".json", ".ann"
_KINDS = {"id": str, "label": str, "start": int, "end": int}
_NO_ANNOTATIONS = frozenset({"schema.json", "run.json", "record.json"})


def annotation_files(folder: Path) -> dict[str, Path]:
    """Document id to file, in order of id; a document that has both formats is read from its JSON.

    What `oncocase extract` wrote is known by its `run.json`, and its annotations are meant. Raises `UsageError`
    where the folder cannot be looked into.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        if any(path.name == "run.json" for path in paths):
            paths = sorted((folder / "annotations").iterdir())
    except OSError as error:
        raise UsageError(f"{folder}: cannot be looked into ({error.strerror})") from error
    found: dict[str, Path] = {}
    for suffix in (BRAT, JSON):
        for path in paths:
            if path.suffix.lower() == suffix and path.name not in _NO_ANNOTATIONS:
                found[path.stem] = path
    return dict(sorted(found.items()))


def find_text(doc_id: str, places: Iterable[Path]) -> Document | None:
    """The text of a document in the first of these folders that has it, None where none has.

    Raises `ReadingError` for one that cannot be read.
    """
    name = f"{doc_id}.txt"
    found = next((folder / name for folder in places if (folder / name).is_file()), None)
    return read(found) if found else None


def text_folders(folder: Path, texts: Path | None) -> list[Path]:
    """Where the texts of a folder of annotations, and their manifest, are looked for, first the one that was named."""
    return [place for place in (texts, folder, folder.resolve().parent / "corpus") if place]


def read_annotation(path: Path, text: str | None, labels: LabelMap | None = None) -> Annotated:
    """The annotation in a file, checked against the guidelines, and against the document's text where that is given.

    `labels` says what another source's labels are in ours. Raises `ReadingError` with the first thing that is wrong.
    """
    try:
        if not path.is_file():
            raise ReadingError(path, "is no regular file")
        content = path.read_bytes()
    except OSError as error:
        raise ReadingError(path, f"cannot be opened: {error.strerror}") from error
    try:
        return checked(path, _raw(path, content, text, labels), text)
    except RecursionError as error:
        raise ReadingError(path, "is nested too deep for an annotation") from error
    except UnicodeDecodeError as error:
        raise ReadingError(path, f"is not UTF-8 (byte {error.start}); annotations are") from error
    except ValueError as error:
        raise ReadingError(path, str(error)) from error


def checked(path: Path, raw: Any, text: str | None) -> Annotated:
    """The annotation that a raw value stands for; `path` is where it came from, for errors.

    Raises `ReadingError` with the first thing that is wrong.
    """
    try:
        return check(path.stem, raw, text)
    except ValueError as error:
        raise ReadingError(path, str(error)) from error


def _raw(path: Path, content: bytes, text: str | None, labels: LabelMap | None) -> Any:
    if path.suffix == BRAT:
        raw = read_brat(content.decode("utf-8-sig"), text, foreign=labels is not None)
    else:
        try:
            raw = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_number)
        except UnicodeDecodeError:
            raise
        except ValueError as error:
            raise ValueError(f"is broken JSON ({error}); write it anew or mend it") from error
    return labels.apply(_shaped(raw)) if labels else raw


def _shaped(raw: Any) -> dict[str, Any]:
    """The raw value where it has the shape that a label map can work on."""
    entities = raw.get("entities") if isinstance(raw, dict) else None
    relations = raw.get("relations") if isinstance(raw, dict) else None
    if not isinstance(entities, list) or not isinstance(relations, list):
        raise ValueError('has no lists "entities" and "relations"')
    for entity in entities:
        if not isinstance(entity, dict) or any(type(entity.get(key)) is not kind for key, kind in _KINDS.items()):
            raise ValueError(f"an entity needs strings id and label, whole numbers start and end: {_short(entity)}")
    for relation in relations:
        if not (isinstance(relation, list) and len(relation) == 3 and all(isinstance(part, str) for part in relation)):
            raise ValueError(f"relation {_short(relation)}: must be three strings: source id, kind, target id")
    return {"entities": entities, "relations": relations}


def _short(value: Any) -> str:
    return json.dumps(value)[:80]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of whose keys none is given twice; JSON would take the last and say nothing."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
        raise ValueError(f'"{twice}" is given twice in one object')
    return found


def _number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
