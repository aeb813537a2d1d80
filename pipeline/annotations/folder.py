"""A folder of annotation files: which there are, and each one read, whatever its format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipeline.annotations.brat import read_brat
from pipeline.annotations.checks import check
from pipeline.errors import ReadingError
from pipeline.reading import read

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.annotations.label_maps import LabelMap
    from pipeline.annotations.scheme import Annotated

JSON, BRAT = ".json", ".ann"
_NO_ANNOTATIONS = frozenset({"schema.json"})


def annotation_files(folder: Path) -> dict[str, Path]:
    """Document id to file, in order of id; a document that has both formats is read from its JSON."""
    found: dict[str, Path] = {}
    for suffix in (BRAT, JSON):
        for path in folder.glob(f"*{suffix}"):
            if not path.name.startswith(".") and path.name not in _NO_ANNOTATIONS:
                found[path.stem] = path
    return dict(sorted(found.items()))


def find_text(doc_id: str, places: list[Path]) -> str | None:
    """The text of a document in the first of these folders that has it, None where none has.

    Raises `ReadingError` for one that cannot be read.
    """
    name = f"{doc_id}.txt"
    found = next((folder / name for folder in places if (folder / name).is_file()), None)
    return read(found).text if found else None


def read_annotation(path: Path, text: str | None, labels: LabelMap | None = None) -> Annotated:
    """The annotation in a file, checked against the guidelines, and against the document's text where that is given.

    `labels` says what another source's labels are in ours. Raises `ReadingError` with the first thing that is wrong.
    """
    try:
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
            raw = json.loads(content)
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
        if not isinstance(entity, dict) or any(key not in entity for key in ("id", "label", "start", "end")):
            raise ValueError(f"an entity lacks id, label, start or end: {json.dumps(entity)[:80]}")
    for relation in relations:
        if not (isinstance(relation, list) and len(relation) == 3):
            raise ValueError(f"relation {json.dumps(relation)[:80]}: must be source id, kind, target id")
    return {"entities": entities, "relations": relations}
