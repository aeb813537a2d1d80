"""Files behind fsspec URLs: what is found and read is what would be in a folder here, archives with it."""

from __future__ import annotations

import shutil
import tempfile
import weakref
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.batch.store import filesystem
from pipeline.errors import ReadingError
from pipeline.reading import Document, Limits, find, read
from pipeline.reading.archives import is_archive
from pipeline.reading.bundles import HEAD, is_collection
from pipeline.reading.files import check_size
from pipeline.reading.finding import beside, chosen
from pipeline.reading.ids import stem
from pipeline.reading.kinds import ALLOWED, format_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# Beginnings of files that are asked for at once.
_HEADS = 1000
# Names on an object store may be longer than a disk takes; what a name ends in says what it is.
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file at the URL `file`, or the document `part` in it where it is an archive or a collection.

    `version` changes when the file does, and is empty where its storage does not tell.
    """

    file: str
    part: str
    id: str
    version: tuple[int, ...]

    @property
    def path(self) -> str:
        return f"{self.file}/{self.part}" if self.part else self.file

    @property
    def is_renamed(self) -> bool:
        return self.id != stem(Path(self.path))


@dataclass(frozen=True, slots=True)
class RemoteFound:
    """As `pipeline.reading.Found`, with ids that are still to be given."""

    sources: tuple[RemoteFile, ...]
    problems: tuple[ReadingError, ...]
    ignored: int


def find_remote(url: str, limits: Limits) -> RemoteFound:
    """The documents at a URL. Raises `ReadingError` where nothing is there that can be read."""
    files, at = filesystem(url)
    listed = listing(url, files, at)
    shown = {Path(name): name for name in listed if "/." not in f"/{name[len(at) :]}"}
    readable = chosen(list(shown))
    heads = _heads(files, [shown[path] for path in readable if format_of(path) in ("xml", "json")])
    sources: list[RemoteFile] = []
    problems: list[ReadingError] = []
    ignored = len(listed) - len(readable) - beside(list(shown))
    for path in readable:
        name = shown[path]
        url_of, version = files.unstrip_protocol(name), version_of(listed[name])
        collection = is_collection(heads.get(name, b""), format_of(path))
        if is_archive(path) or (collection and (listed[name].get("size") or 0) <= limits.size):
            inside = _inside(files, name, url_of, limits)
            sources += (RemoteFile(url_of, part, "", version) for part in inside.parts)
            problems += inside.problems
            ignored += inside.ignored
        elif format_of(path) == "json" and name != at and not collection:
            ignored += 1  # JSON of another kind, as there is in many a folder
        else:
            sources.append(RemoteFile(url_of, "", "", version))
    if not sources and not problems:
        raise ReadingError(url, f"holds no file whose name ends in {ALLOWED}; check the name")
    return RemoteFound(tuple(sources), tuple(problems), ignored)


class RemoteReader:
    """Remote files to documents. Documents of one archive are best asked for one after another: it is kept."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._kept: tuple[RemoteFile, Path] | None = None
        self._forget: Callable[[], object] = lambda: None

    def __call__(self, source: RemoteFile) -> Document:
        """The document. Raises `ReadingError`; the `path` of the document is not that of the source."""
        files, name = filesystem(source.file)
        with as_read(source.path), _opening(source.file):
            if not source.part:
                _check(files, name, self._limits)
                with _fetched(files, name) as path:
                    return read(path, self._limits, source.id)
            return read(self._archive(files, name, source) / source.part, self._limits, source.id)

    def _archive(self, files: Any, name: str, source: RemoteFile) -> Path:
        if self._kept:
            kept, path = self._kept
            if (kept.file, kept.version) == (source.file, source.version):
                return path
        self._forget()
        self._kept = None
        folder = tempfile.mkdtemp(prefix="oncocase-")
        self._forget = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        path = _fetch(files, name, folder)
        self._kept = source, path
        return path


@contextmanager
def as_read(name: str) -> Iterator[None]:
    """Errors of a copy in a temporary file are told of what it is a copy of."""
    try:
        yield
    except ReadingError as error:
        raise ReadingError(name, error.reason) from error


def listing(place: str, files: Any, at: str) -> dict[str, dict[str, Any]]:
    """The files at a place, at any depth, in order of name, and what their storage says of them."""
    with _opening(place):
        found = {path: about for path, about in files.find(at, detail=True).items() if about.get("type") == "file"}
    if not found:
        raise ReadingError(place, "no such file or folder; check the name")
    return dict(sorted(found.items()))


def version_of(about: dict[str, Any]) -> tuple[int, ...]:
    """What changes when a file does, empty where its storage does not tell."""
    told = [about[key] for key in ("ETag", "etag", "LastModified", "last_modified", "mtime", "created") if key in about]
    return (about.get("size") or 0, zlib.crc32(repr(told[0]).encode())) if told else ()


@dataclass(frozen=True, slots=True)
class _Inside:
    parts: tuple[str, ...]
    problems: tuple[ReadingError, ...]
    ignored: int


def _inside(files: Any, name: str, url: str, limits: Limits) -> _Inside:
    """What an archive or a collection holds: names that go on after its own, '' for a file that is one document."""
    try:
        with _opening(url), _fetched(files, name) as path:
            found = find([path], limits=limits)
            parts = tuple("" if s.path == path else s.path.relative_to(path).as_posix() for s in found.sources)
            problems = tuple(ReadingError(url + str(p.path).removeprefix(str(path)), p.reason) for p in found.problems)
    except ReadingError as error:
        return _Inside((), (error,), 0)
    return _Inside(parts, problems, found.ignored)


def _heads(files: Any, names: Sequence[str]) -> dict[str, bytes]:
    """The first bytes of files; reading them will say what is wrong with one that gives none."""
    found: dict[str, bytes] = {}
    for first in range(0, len(names), _HEADS):
        some = list(names[first : first + _HEADS])
        with suppress(OSError):
            heads = files.cat_ranges(some, [0] * len(some), [HEAD] * len(some), on_error="return")
            found |= {name: head for name, head in zip(some, heads, strict=True) if isinstance(head, bytes)}
    return found


@contextmanager
def _fetched(files: Any, name: str) -> Iterator[Path]:
    """A copy of a file, for the time of a `with`."""
    with tempfile.TemporaryDirectory(prefix="oncocase-") as folder:
        yield _fetch(files, name, folder)


def _fetch(files: Any, name: str, folder: str) -> Path:
    path = Path(folder, Path(name).name.encode()[-_LONGEST_NAME:].decode("utf-8", "ignore"))
    files.get_file(name, str(path))
    return path


def _check(files: Any, name: str, limits: Limits) -> None:
    """Nothing is fetched that would not be read."""
    try:
        check_size(files.size(name) or 0, format_of(Path(name)), limits)
    except ValueError as error:
        raise ReadingError(name, str(error)) from error


@contextmanager
def _opening(place: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReadingError(place, f"cannot be opened: {error.strerror or error}") from error
