"""What can be read besides local files: files behind fsspec URLs, and rows of Parquet files.

A Parquet file has a text a row, in the columns `id` and `text`. Every kind becomes a `Document` in the same
way, by `pipeline.reading.read`, so that what is refused does not depend on where it lies.
"""

from __future__ import annotations

import stat
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.batch.store import filesystem, is_url
from pipeline.errors import ReadingError
from pipeline.reading import MEGABYTE, Document, Source, find, read
from pipeline.reading.finding import ENDINGS
from pipeline.reading.ids import number, stem

if TYPE_CHECKING:
    from pyarrow import RecordBatch

_TABLE = ".parquet"
# Rows of a Parquet file that are held at a time.
_BATCH = 64


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file at a URL; `version` changes when the file does, empty where its storage does not tell."""

    path: str
    id: str
    version: tuple[int, ...]

    @property
    def is_renamed(self) -> bool:
        return self.id != stem(Path(self.path))


@dataclass(frozen=True, slots=True)
class Row:
    """Row `number`, from 0, of the Parquet `file`; `name` is the id that it has there."""

    file: str
    number: int
    name: str
    id: str
    version: tuple[int, ...]

    @property
    def path(self) -> str:
        return f"{self.file}#{self.number}"

    @property
    def is_renamed(self) -> bool:
        return self.id != self.name


Input = Source | RemoteFile | Row


@dataclass(frozen=True, slots=True)
class Inputs:
    """As `pipeline.reading.Found`, of every kind."""

    sources: tuple[Input, ...]
    problems: tuple[ReadingError, ...]
    ignored: int


def find_inputs(paths: Sequence[str | Path], leave_out: Path | None) -> Inputs:
    """The inputs among `paths`: files, folders, URLs of either, Parquet files and folders of them.

    Each has an id of its own. In a folder at a URL the same files are read as in one of this machine.
    """
    local = [path for path in paths if not is_url(path) and not str(path).endswith(_TABLE)]
    others = sorted({str(path) for path in paths} - {str(path) for path in local})
    found = find(local, leave_out)
    more: list[RemoteFile | Row] = []
    problems = list(found.problems)
    ignored = found.ignored
    for place in others:
        try:
            inside, unread = _rows(place) if place.endswith(_TABLE) else _files(place)
        except ReadingError as error:
            problems.append(error)
        else:
            more += inside
            ignored += unread
    if not more:
        return Inputs(found.sources, tuple(sorted(problems, key=str)), ignored)
    names = [*(source.path for source in found.sources), *map(_named, more)]
    ids = [source.id for source in number(names)]
    numbered = [replace(source, id=new) for source, new in zip([*found.sources, *more], ids, strict=True)]
    return Inputs(tuple(numbered), tuple(sorted(problems, key=str)), ignored)


class Reader:
    """Inputs to documents. Rows of one Parquet file are best asked for in their order."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._file = ""
        self._texts: Iterator[str | None] = iter(())
        self._next = 0

    def __call__(self, source: Input) -> Document:
        """Raises `ReadingError` as `read` does, and where a URL or a Parquet file cannot be read."""
        if isinstance(source, Source):
            return read(source.path, self._max_bytes, source.id)
        if isinstance(source, Row):
            # Not plain: offsets count in a text that stands in no file, so it is written beside the annotations.
            return replace(self._as_file(source, ".txt", self._text(source).encode()), encoding="parquet")
        return self._as_file(source, "".join(Path(source.path).suffixes[-2:]), self._bytes(source))

    def _as_file(self, source: RemoteFile | Row, ending: str, data: bytes) -> Document:
        with tempfile.TemporaryDirectory(prefix="oncocase-") as folder:
            path = Path(folder, f"text{ending}")
            path.write_bytes(data)
            try:
                document = read(path, self._max_bytes, source.id)
            except ReadingError as error:
                raise ReadingError(source.path, error.reason) from error
        return document

    def _bytes(self, source: RemoteFile) -> bytes:
        files, path = filesystem(source.path)
        try:
            if (size := files.size(path) or 0) > self._max_bytes:
                held = f"holds {size / MEGABYTE:.1f} MB, more than the {self._max_bytes / MEGABYTE:g} MB allowed"
                raise ReadingError(source.path, f"{held}; split it, or raise the limit (--max-size)")
            data: bytes = files.cat_file(path)
        except OSError as error:
            raise ReadingError(source.path, f"cannot be opened: {error.strerror or error}") from error
        return data

    def _text(self, row: Row) -> str:
        if row.file != self._file or row.number < self._next:
            self._file, self._next = row.file, 0
            self._texts = (text.as_py() for batch in _batches(row.file, "text") for text in batch.column(0))
        text = None
        while self._next <= row.number:
            text = next(self._texts, None)
            self._next += 1
        return text or ""


def version(source: Input) -> tuple[int, ...]:
    """What tells whether an input changed; for a local file its size and time of change (ns). Empty: not known.

    Of a path that goes on into a file, as into an archive, that file's.
    """
    if not isinstance(source, Source):
        return source.version
    for path in (source.path, *source.path.parents):
        try:
            about = path.stat()
        except OSError:
            continue
        return (about.st_size, about.st_mtime_ns) if stat.S_ISREG(about.st_mode) else ()
    return ()


def _files(url: str) -> tuple[list[RemoteFile | Row], int]:
    files, at = filesystem(url)
    found = _listed(url, files, at)
    chosen = [
        RemoteFile(files.unstrip_protocol(path), "", _version(about))
        for path, about in found.items()
        if path.lower().endswith(ENDINGS) and not any(part.startswith(".") for part in path[len(at) :].split("/"))
    ]
    if not chosen:
        raise ReadingError(url, f"holds no file whose name ends in {' or '.join(ENDINGS)}; check the name")
    return list(chosen), len(found) - len(chosen)


def _rows(place: str) -> tuple[list[RemoteFile | Row], int]:
    files, at = filesystem(place)
    rows: list[RemoteFile | Row] = []
    for path, about in _listed(place, files, at).items():
        if path.endswith(_TABLE):
            file = files.unstrip_protocol(path) if is_url(place) else path
            ids = (name.as_py() for batch in _batches(file, "id") for name in batch.column(0))
            for at_row, name in enumerate(ids):
                named = str(name or f"{Path(path).stem}-{at_row}").replace("/", "_")
                rows.append(Row(file, at_row, named, "", _version(about)))
    return rows, 0


def _listed(place: str, files: Any, at: str) -> dict[str, dict[str, Any]]:
    """What lies at a place, at any depth, in order of name."""
    try:
        found = {path: about for path, about in files.find(at, detail=True).items() if about.get("type") == "file"}
    except OSError as error:
        raise ReadingError(place, f"cannot be opened: {error.strerror or error}") from error
    if not found:
        raise ReadingError(place, "no such file or folder; check the name")
    return dict(sorted(found.items()))


def _batches(file: str, column: str) -> Iterator[RecordBatch]:
    """One column of a Parquet file, piece by piece."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    files, path = filesystem(file)
    try:
        with files.open(path, "rb") as opened, pq.ParquetFile(opened) as table:
            if missing := {"id", "text"} - set(table.schema_arrow.names):
                raise ReadingError(file, f"has no column {' and '.join(sorted(missing))}; a text a row needs both")
            yield from table.iter_batches(batch_size=_BATCH, columns=[column])
    except (OSError, pa.ArrowException) as error:
        raise ReadingError(file, f"cannot be read as Parquet: {error}") from error


def _version(about: dict[str, Any]) -> tuple[int, ...]:
    told = [about[key] for key in ("ETag", "etag", "LastModified", "last_modified", "mtime", "created") if key in about]
    return (about.get("size") or 0, zlib.crc32(repr(told[0]).encode())) if told else ()


def _named(source: RemoteFile | Row) -> Path:
    """A path whose stem is the name that an input has of itself."""
    return Path(f"{source.name}.txt") if isinstance(source, Row) else Path(source.path)
