"""What `oncocase extract` wrote, read document by document for the store, and refused where it cannot be trusted.

Refused is a file that is no record, a text that is not the one that was extracted, and characters that a database
cannot hold in text: NUL, which PostgreSQL has no place for, and lone surrogates, which are no Unicode. Both are refused
for SQLite too, so that a store can move.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pipeline.errors import ReadingError, UsageError
from pipeline.patient.model import Record
from pipeline.reading import find
from pipeline.registry.slots import MAX_PATH
from pipeline.registry.values import values

if TYPE_CHECKING:
    from collections.abc import Sequence

_STAMP = ("version", "components", "lexicons", "code", "ner", "model", "least")


@dataclass(frozen=True, slots=True)
class Run:
    """What made OUT: the columns of the table `run`, and the digest over them."""

    version: str
    config: str
    lexicons: str
    code: str
    ner: str
    model: str

    @property
    def digest(self) -> str:
        made = (self.version, self.config, self.lexicons, self.code, self.ner, self.model)
        return hashlib.sha256(json.dumps(made).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Incoming:
    """One document of OUT: its text, its mentions, and its patients as (`''` or `#2`, record)."""

    doc_id: str
    path: str
    licence: str | None
    sha256: str
    text: str
    mentions: Sequence[dict[str, Any]]
    patients: Sequence[tuple[str, dict[str, Any]]]


class OutFolder:
    """The folder that `oncocase extract` wrote. Raises `UsageError` where it is none.

    `texts` is where the plain texts lie now; by default the paths that were extracted, as run.json names them.
    """

    def __init__(self, root: Path, texts: Path | None = None) -> None:
        self._root = root
        self._about = self._run_json()
        self.run = self._run()
        self._texts = [texts] if texts else [Path(path) for path in self._paths() if "://" not in path]
        self._files: dict[str, Path] | None = None

    def doc_ids(self) -> list[str]:
        """The ids of all documents, sorted. Raises `UsageError` where there is none."""
        folder = self._root / "annotations"
        found = sorted(path.stem for path in folder.glob("*.json")) if folder.is_dir() else []
        if not found:
            raise UsageError(f"{folder}: holds no annotations; name a folder that `oncocase extract` wrote")
        return found

    def read(self, doc_id: str) -> Incoming:
        """Raises `ReadingError`, which names the file, for a document that is not fit for the store."""
        path = self._root / "annotations" / f"{doc_id}.json"
        annotation = _json(path)
        if not isinstance(annotation, dict) or not isinstance(annotation.get("entities"), list):
            raise ReadingError(path, "is no annotation; extract the document again")
        source, text = self._text(doc_id)
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest != annotation.get("text_sha256"):
            raise ReadingError(
                source, "is not the text that was extracted; extract it again, or name its folder with --text"
            )
        patients = self._patients(doc_id, text) if annotation.get("has_record") else []
        metadata = annotation.get("metadata") or {}
        place = str(source).encode("utf-8", "backslashreplace").decode()
        return Incoming(doc_id, place, metadata.get("licence"), digest, text, annotation["entities"], patients)

    def _patients(self, doc_id: str, text: str) -> list[tuple[str, dict[str, Any]]]:
        path = self._root / "records" / f"{doc_id}.json"
        raw = _json(path)
        found = []
        for raw_record in raw if isinstance(raw, list) else [raw]:
            record = _checked(path, raw_record, text)
            found.append((f"#{record['case_id']}" if record["case_id"] else "", record))
        if len({name for name, _ in found}) < len(found):
            raise ReadingError(path, "has two patients of one case_id")
        return found

    def _text(self, doc_id: str) -> tuple[Path, str]:
        """The file that the offsets count in, and its text."""
        path = self._root / "text" / f"{doc_id}.txt"
        if not path.is_file():
            found = self._plain_files().get(doc_id)
            if found is None:
                looked = ", ".join(map(str, self._texts)) or "run.json, which names no paths"
                raise ReadingError(
                    self._root / "annotations" / f"{doc_id}.json",
                    f"its text is not in {looked}; name the folder of the texts with --text",
                )
            path = found
        try:
            text = path.read_bytes().decode()
        except OSError as error:
            raise ReadingError(path, f"cannot be opened: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ReadingError(path, f"is not the text that was extracted (byte {error.start} is no UTF-8)") from error
        if bad := unfit(text):
            raise ReadingError(path, f"holds {bad}, which no database keeps in text; take it out and extract again")
        return path, text

    def _plain_files(self) -> dict[str, Path]:
        """Id to file, numbered as extraction did."""
        if self._files is None:
            here = [path for path in self._texts if path.exists()]
            self._files = {source.id: source.path for source in find(here, self._root).sources}
        return self._files

    def _run_json(self) -> dict[str, Any]:
        path = self._root / "run.json"
        try:
            found = json.loads(path.read_bytes())
        except OSError as error:
            reason = f"cannot be opened ({error.strerror}); name a folder that `oncocase extract` wrote"
            raise UsageError(f"{path}: {reason}") from error
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{path}: is broken; extract again") from error
        if not isinstance(found, dict) or any(key not in found for key in _STAMP):
            raise UsageError(f"{path}: does not say what made it ({', '.join(_STAMP)}); extract again")
        return found

    def _run(self) -> Run:
        config = json.dumps([self._about["components"], self._about["least"]])
        hashed = hashlib.sha256(config.encode()).hexdigest()
        version, lexicons, code, ner, model = (
            str(self._about[key]) for key in ("version", "lexicons", "code", "ner", "model")
        )
        return Run(version, hashed, lexicons, code, ner, model)

    def _paths(self) -> list[str]:
        paths = (self._about.get("options") or {}).get("paths") or []
        return [str(path) for path in paths]


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise ReadingError(path, f"cannot be opened: {error.strerror}") from error
    except RecursionError as error:
        raise ReadingError(path, "is nested too deep for a record") from error
    except ValueError as error:
        raise ReadingError(path, f"is broken JSON ({error}); extract the document again") from error


def _checked(path: Path, raw: Any, text: str) -> dict[str, Any]:
    """The JSON of a record, every key in it. Raises `ReadingError` unless the text says what it cites."""
    _check_text(path, raw, "")
    try:
        record = Record.model_validate(raw).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ReadingError(path, f"is no record: {where}: {first['msg']}; extract the document again") from error
    _check_places(path, record, text)
    for value in values(record):
        if len(value.path) > MAX_PATH:
            raise ReadingError(path, f"{value.path[:60]}…: a name of {len(value.path)} characters is none of a marker")
    return record


def _check_places(path: Path, value: Any, text: str) -> None:
    """Whatever a record cites must stand there: values are walked back by it."""
    if isinstance(value, dict):
        if value.keys() == {"start", "end", "text"}:
            start, end = value["start"], value["end"]
            if not 0 <= start <= end <= len(text) or text[start:end] != value["text"]:
                raise ReadingError(path, f"{value['text'][:40]!r} does not stand at {start}-{end}; extract it again")
        else:
            for inner in value.values():
                _check_places(path, inner, text)
    elif isinstance(value, list):
        for inner in value:
            _check_places(path, inner, text)


def _check_text(path: Path, value: Any, where: str) -> None:
    if isinstance(value, str):
        if bad := unfit(value):
            raise ReadingError(path, f"{where}: holds {bad}, which no database keeps in text; mend its source")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_text(path, key, f"a key of {where or 'the record'}")
            _check_text(path, inner, f"{where}.{key}" if where else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _check_text(path, inner, f"{where}.{number}")


def unfit(text: str) -> str | None:
    """What makes a text unfit for a database, in words; None where nothing does."""
    if "\0" in text:
        return "the character NUL"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "half a surrogate pair"
    return None
