"""The cases of an extraction: OUT/records, and what OUT/annotations know of the document."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pipeline.errors import ReadingError, UsageError
from pipeline.patient.model import Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_REFERENCE = ("title", "journal", "year", "doi")


@dataclass(frozen=True)
class SeriesCase:
    """One patient. `case_id` is the document's id, with `#` and the record's own where it reports several."""

    doc_id: str
    case_id: str
    record: Record
    reference: str


def record_files(out: Path) -> list[Path]:
    """The records of an extraction, by name."""
    folder = out / "records"
    if not folder.is_dir():
        raise UsageError(f"{out} has no folder records; give the folder that `oncocase extract … -o {out}` wrote")
    files = sorted(folder.glob("*.json"), key=lambda path: path.name)
    if not files:
        raise UsageError(f"{folder} holds no record; none of the documents told of a patient")
    return files


def read(out: Path, path: Path) -> Iterator[SeriesCase]:
    """The patients of one file of records."""
    doc_id = path.stem
    told = _json(path)
    reference = _reference(out / "annotations" / path.name)
    many = isinstance(told, list)
    for number, one in enumerate(told if many else [told], start=1):
        try:
            record = Record.model_validate(one)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the whole"
            raise ReadingError(path, f"is no record ({where}: {first['msg']}); extract the document again") from None
        case_id = f"{doc_id}#{record.case_id or number}" if many else doc_id
        yield SeriesCase(doc_id, case_id, record, reference or doc_id)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReadingError(path, f"cannot be read: {error.strerror}") from error
    except ValueError:
        raise ReadingError(path, "is no JSON; extract the document again") from None


def _reference(annotation: Path) -> str:
    """Title, journal, year and DOI as far as the document's file named them."""
    if not annotation.is_file():
        return ""
    known = _json(annotation).get("metadata") or {}
    return ". ".join(str(known[key]) for key in _REFERENCE if known.get(key))
