"""What can be read besides local files: files behind fsspec URLs, and rows of Parquet files.

A Parquet file has a text a row, in the columns `id` and `text`. Every kind becomes a `Document` in the same
way, by `pipeline.reading.read`, so that what is refused does not depend on where it lies.
"""

from __future__ import annotations

import stat
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.batch.remote import RemoteFile, RemoteReader, as_read, find_remote, listing, version_of
from pipeline.batch.store import filesystem, is_url
from pipeline.errors import ReadingError
from pipeline.reading import DEFAULT, Document, Limits, Source, find, read
from pipeline.reading.ids import number

if TYPE_CHECKING:
    from pyarrow import RecordBatch

_TABLE = ".parquet"
# Rows of a Parquet file that are held at a time.
_BATCH = 64


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


def find_inputs(paths: Sequence[str | Path], leave_out: Path | None, limits: Limits = DEFAULT) -> Inputs:
    """The inputs among `paths`: files, folders, URLs of either, Parquet files and folders of them.

    Each has an id of its own. In a folder at a URL the same files are read as in one of this machine.
    """
    local = [path for path in paths if not is_url(path) and not str(path).endswith(_TABLE)]
    others = sorted({str(path) for path in paths} - {str(path) for path in local})
    found = find(local, leave_out, limits)
    more: list[RemoteFile | Row] = []
    problems = list(found.problems)
    ignored = found.ignored
    for place in others:
        try:
            if place.endswith(_TABLE):
                more += _rows(place)
            else:
                there = find_remote(place, limits)
                more += there.sources
                problems += there.problems
                ignored += there.ignored
        except ReadingError as error:
            problems.append(error)
    if not more:
        return Inputs(found.sources, tuple(sorted(problems, key=str)), ignored)
    names = [*(source.path for source in found.sources), *map(_named, more)]
    ids = [source.id for source in number(names)]
    numbered = [replace(source, id=new) for source, new in zip([*found.sources, *more], ids, strict=True)]
    return Inputs(tuple(numbered), tuple(sorted(problems, key=str)), ignored)


class Reader:
    """Inputs to documents. Rows of one Parquet file are best asked for in their order."""

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self._limits = limits
        self._remote = RemoteReader(limits)
        self._file = ""
        self._texts: Iterator[str | None] = iter(())
        self._next = 0

    def __call__(self, source: Input) -> Document:
        """Raises `ReadingError` as `read` does, and where a URL or a Parquet file cannot be read."""
        if isinstance(source, Source):
            return read(source.path, self._limits, source.id)
        if isinstance(source, RemoteFile):
            return self._remote(source)
        with as_read(source.path), tempfile.TemporaryDirectory(prefix="oncocase-") as folder:
            path = Path(folder, "text.txt")
            path.write_bytes(self._text(source).encode())
            # Packed: offsets count in a text that stands in no file, so it is written beside the annotations.
            return replace(read(path, self._limits, source.id), packed=True)

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


def _rows(place: str) -> list[Row]:
    files, at = filesystem(place)
    rows: list[Row] = []
    for path, about in listing(place, files, at).items():
        if path.endswith(_TABLE):
            file = files.unstrip_protocol(path) if is_url(place) else path
            ids = (name.as_py() for batch in _batches(file, "id") for name in batch.column(0))
            for at_row, name in enumerate(ids):
                named = str(name or f"{Path(path).stem}-{at_row}").replace("/", "_")
                rows.append(Row(file, at_row, named, "", version_of(about)))
    return rows


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


def _named(source: RemoteFile | Row) -> Path:
    """A path whose stem is the name that an input has of itself."""
    return Path(f"{source.name}.txt") if isinstance(source, Row) else Path(source.path)
