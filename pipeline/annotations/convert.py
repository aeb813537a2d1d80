"""What `oncocase convert` does: a folder of annotations to another format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipeline.annotations.brat import write_brat
from pipeline.annotations.folder import BRAT, JSON, annotation_files, find_text, read_annotation, text_folders
from pipeline.annotations.label_maps import read_label_map
from pipeline.annotations.scheme import ATTRIBUTES
from pipeline.console import counted
from pipeline.errors import ReadingError, UsageError, WritingError

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.annotations.scheme import Annotated
    from pipeline.console import Console


def run(folder: Path, out: Path, to: str, texts: Path | None, labels: str | None, console: Console) -> bool:
    """Write each annotation of a folder to `out` as `brat` or `json`; whether all files were sound.

    Raises `UsageError` where the folder is none or holds no annotation, `WritingError` where `out` cannot be written.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder; check the name")
    found = annotation_files(folder)
    if not found:
        raise UsageError(f"{folder}: holds no annotation (.json or .ann)")
    label_map = read_label_map(labels) if labels else None
    places = text_folders(folder, texts)
    written, broken, unchecked = 0, 0, 0
    for doc_id, path in console.track(list(found.items())):
        try:
            document = find_text(doc_id, places)
            annotated = read_annotation(path, document.text if document else None, label_map)
        except ReadingError as error:
            console.error(str(error))
            broken += 1
            continue
        unchecked += document is None
        if document and document.warning:
            console.warn(document.warning)
        target = out / f"{doc_id}{BRAT if to == 'brat' else JSON}"
        try:
            out.mkdir(parents=True, exist_ok=True)
            content = write_brat(annotated) if to == "brat" else write_json(annotated)
            target.write_text(content, encoding="utf-8", newline="\n")
        except OSError as error:
            raise WritingError(target, f"cannot be written ({error.strerror})") from error
        written += 1
    if unchecked:
        console.warn(f"offsets of {unchecked} without a text were not checked; name the folder of texts with --text")
    console.say(f"{out}: {counted(written, 'annotation')} as {to}")
    return not broken


def write_json(annotated: Annotated) -> str:
    """The annotation in the JSON shape of the guidelines, entities in order of place."""
    entities: list[dict[str, Any]] = []
    for e in annotated.entities:
        entity: dict[str, Any] = {"id": e.id, "label": e.label, "start": e.start, "end": e.end, "text": e.text}
        entity["norm"] = e.norm
        stated = (*ATTRIBUTES, "confidence")
        entities.append(entity | {key: value for key in stated if (value := getattr(e, key)) is not None})
    value = {"id": annotated.id, "entities": entities, "relations": [list(r) for r in annotated.relations]}
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
