"""The folder OUT: every file in it is whole or not there, whenever the run is killed."""

from __future__ import annotations

import csv
import json
import os
import shutil
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError, WritingError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pandas import DataFrame

    from pipeline.reading import Document


class Output:
    """Where the files of a run go, and the one way in which they are written.

    A file is written beside and moved to its name in one step; what a killed run left beside is
    cleared when the next one begins. Every method that writes or removes raises `WritingError`.
    """

    def __init__(self, root: Path) -> None:
        """Make the folders. Raises `UsageError` where `root` is no folder or cannot be written to."""
        self.root = root
        self._beside = root / ".part"
        try:
            shutil.rmtree(self._beside, ignore_errors=True)
            for folder in (root / "annotations", self._beside):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = f"cannot be used as a folder ({error.strerror}); name one that you can write to"
            raise UsageError(f"-o {root}: {reason}") from error

    def close(self) -> None:
        """Leave nothing but outputs behind."""
        shutil.rmtree(self._beside, ignore_errors=True)

    def annotation(self, doc_id: str) -> dict[str, Any] | None:
        """The annotation that stands in OUT; None where there is none, or none that can be read."""
        found = _read(self._annotation_path(doc_id))
        return found if isinstance(found, dict) else None

    def record(self, doc_id: str) -> dict[str, Any] | list[Any] | None:
        """The record that stands in OUT, a list where the text has several patients; None as above."""
        found = _read(self._record_path(doc_id))
        return found if isinstance(found, dict | list) else None

    def write_annotation(self, annotation: dict[str, Any]) -> None:
        self._write(self._annotation_path(annotation["id"]), _json(annotation, indent=1))

    def write_record(self, doc_id: str, record: dict[str, Any] | list[Any] | None) -> None:
        """The record of a document; None takes away what an earlier run wrote."""
        if record is None:
            self._remove(self._record_path(doc_id))
        else:
            self._write(self._record_path(doc_id), _json(record, indent=1))

    def write_text(self, document: Document) -> None:
        """The text that offsets count in, where the input is not that text already."""
        if document.is_plain:
            self._remove(self._text_path(document.id))
        else:
            self._write(self._text_path(document.id), document.text.encode())

    def forget(self, doc_id: str) -> None:
        """Take away what an earlier run wrote of a document that now fails."""
        self._remove(self._annotation_path(doc_id))
        self._remove(self._record_path(doc_id))
        self._remove(self._text_path(doc_id))

    def write_facts(self, facts: DataFrame) -> None:
        # Quotes around every string: a text may hold any kind of line end.
        table = facts.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        self._write(self.root / "facts.csv", table.encode())
        self._write(self.root / "facts.parquet", facts.to_parquet(index=False))

    def write_failures(self, failures: Iterable[dict[str, str]]) -> None:
        self._write(self.root / "failures.jsonl", b"".join(map(_json, failures)))

    def write_run(self, about: dict[str, Any]) -> None:
        self._write(self.root / "run.json", _json(about, indent=1))

    def _annotation_path(self, doc_id: str) -> Path:
        return self.root / "annotations" / f"{doc_id}.json"

    def _record_path(self, doc_id: str) -> Path:
        return self.root / "records" / f"{doc_id}.json"

    def _text_path(self, doc_id: str) -> Path:
        return self.root / "text" / f"{doc_id}.txt"

    def _write(self, path: Path, data: bytes) -> None:
        beside = self._beside / str(os.getpid())
        try:
            beside.write_bytes(data)
            path.parent.mkdir(exist_ok=True)
            beside.replace(path)
        except OSError as error:
            raise _cannot(path, "written", error) from error

    def _remove(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _cannot(path, "removed", error) from error


def _cannot(path: Path, what: str, error: OSError) -> WritingError:
    return WritingError(path, f"cannot be {what} ({error.strerror}); mend that, and the same command goes on from here")


def _read(path: Path) -> Any:
    """The JSON in a file of an earlier run; None where there is none that can be read."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def _json(value: object, indent: int | None = None) -> bytes:
    # A file name that is not valid Unicode holds lone surrogates, which JSON can write as escapes only.
    return (json.dumps(value, ensure_ascii=False, indent=indent) + "\n").encode("utf-8", "backslashreplace")
