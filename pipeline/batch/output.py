"""The files of OUT: what each is called and what it looks like."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.batch.store import Store
    from pipeline.reading import Document


class Output:
    """Every method that writes or removes raises `WritingError`."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def annotation(self, doc_id: str) -> dict[str, Any] | None:
        """The annotation that stands in OUT; None where there is none, or none that can be read."""
        found = self._read(_annotation(doc_id))
        return found if isinstance(found, dict) else None

    def record(self, doc_id: str) -> dict[str, Any] | list[Any] | None:
        """The record that stands in OUT, a list where the text has several patients; None as above."""
        found = self._read(_record(doc_id))
        return found if isinstance(found, dict | list) else None

    def write_annotation(self, annotation: dict[str, Any]) -> None:
        self.store.write(_annotation(annotation["id"]), as_json(annotation, indent=1))

    def write_record(self, doc_id: str, record: dict[str, Any] | list[Any] | None) -> None:
        """The record of a document; None takes away what an earlier run wrote."""
        if record is None:
            self.store.remove(_record(doc_id))
        else:
            self.store.write(_record(doc_id), as_json(record, indent=1))

    def write_text(self, document: Document) -> None:
        """The text that offsets count in, where the input is not that text already."""
        if document.is_plain:
            self.store.remove(_text(document.id))
        else:
            self.store.write(_text(document.id), document.text.encode())

    def forget(self, doc_id: str) -> None:
        """Take away what an earlier run wrote of a document that now fails."""
        for name in (_annotation, _record, _text):
            self.store.remove(name(doc_id))

    def write_run(self, about: dict[str, Any]) -> None:
        self.store.write("run.json", as_json(about, indent=1))

    def _read(self, name: str) -> Any:
        data = self.store.read(name)
        try:
            return json.loads(data) if data else None
        except ValueError:
            return None


def as_json(value: object, indent: int | None = None) -> bytes:
    """JSON and a line end. A file name that is not valid Unicode holds lone surrogates, which are escaped."""
    return (json.dumps(value, ensure_ascii=False, indent=indent) + "\n").encode("utf-8", "backslashreplace")


def _annotation(doc_id: str) -> str:
    return f"annotations/{doc_id}.json"


def _record(doc_id: str) -> str:
    return f"records/{doc_id}.json"


def _text(doc_id: str) -> str:
    return f"text/{doc_id}.txt"
