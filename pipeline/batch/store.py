"""Where OUT is: a folder here, or a place that fsspec knows. Every file is whole or not there."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from pipeline.errors import UsageError, WritingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager


class Store(Protocol):
    """Files by their name under one root, as `annotations/a.json`. What cannot be done raises `WritingError`."""

    root: str

    def prepare(self) -> None:
        """Make the root; `UsageError` where it cannot be used."""

    def clear(self) -> None:
        """Take away what a killed run left half written."""

    def read(self, name: str) -> bytes | None:
        """None where there is no such file, or none that can be read."""

    def write(self, name: str, data: bytes) -> None: ...

    def opened(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """A file to write in pieces, which is there once the block ends well."""

    def remove(self, name: str) -> None: ...

    def close(self) -> None:
        """Leave nothing but outputs behind."""


class Folder:
    """A folder of this machine. A file is written beside and moved to its name in one step."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        self._root = root
        self._beside = root / ".part"

    def prepare(self) -> None:
        try:
            self._beside.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = f"cannot be used as a folder ({error.strerror}); name one that you can write to"
            raise UsageError(f"-o {self.root}: {reason}") from error

    def clear(self) -> None:
        for file in self._beside.iterdir():
            file.unlink(missing_ok=True)

    def read(self, name: str) -> bytes | None:
        try:
            return (self._root / name).read_bytes()
        except OSError:
            return None

    def write(self, name: str, data: bytes) -> None:
        with self._moved(name) as beside:
            beside.write_bytes(data)

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        with self._moved(name) as beside, beside.open("wb") as file:
            yield file

    def remove(self, name: str) -> None:
        path = self._root / name
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _cannot(path, "removed", error) from error

    def close(self) -> None:
        shutil.rmtree(self._beside, ignore_errors=True)

    @contextmanager
    def _moved(self, name: str) -> Iterator[Path]:
        path = self._root / name
        beside = self._beside / f"{os.getpid()}-{path.name[-100:]}"
        try:
            yield beside
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.replace(path)
        except OSError as error:
            raise _cannot(path, "written", error) from error


class Remote:
    """A place behind fsspec, such as `s3://bucket/out`. Object stores show an object when all of it is there;
    where a file system of another kind leaves a torn annotation, the next run sees that and makes it again."""

    def __init__(self, url: str) -> None:
        self.root = url.rstrip("/")
        self._fs, self._at = filesystem(self.root)

    def prepare(self) -> None:
        try:
            self._fs.makedirs(self._at, exist_ok=True)
        except Exception as error:  # each file system has errors of its own
            raise UsageError(f"-o {self.root}: cannot be used ({error}); name a place that you can write to") from error

    def clear(self) -> None:
        """Nothing stands beside the outputs here."""

    def read(self, name: str) -> bytes | None:
        try:
            data: bytes = self._fs.cat_file(self._path(name))
        except Exception:
            return None
        return data

    def write(self, name: str, data: bytes) -> None:
        with self.opened(name) as file:
            file.write(data)

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        path = self._path(name)
        try:
            self._fs.makedirs(self._fs._parent(path), exist_ok=True)
            with self._fs.open(path, "wb") as file:
                yield file
        except OSError as error:
            raise _cannot(f"{self.root}/{name}", "written", error) from error

    def remove(self, name: str) -> None:
        try:
            if self._fs.exists(self._path(name)):
                self._fs.rm_file(self._path(name))
        except OSError as error:
            raise _cannot(f"{self.root}/{name}", "removed", error) from error

    def close(self) -> None:
        """Nothing stands beside the outputs here."""

    def _path(self, name: str) -> str:
        return f"{self._at}/{name}"


def is_url(place: str | Path) -> bool:
    """Whether a place is one for fsspec rather than a path of this machine."""
    return "://" in str(place)


def store(root: str) -> Store:
    """The store at a path or a URL."""
    return Remote(root) if is_url(root) else Folder(Path(root))


def filesystem(url: str) -> tuple[Any, str]:
    """The fsspec file system of a URL, and the path in it; `UsageError` where its library is not installed."""
    try:
        from fsspec.core import url_to_fs

        found: tuple[Any, str] = url_to_fs(url)
    except (ImportError, ValueError) as error:
        remedy = "pip install 'oncocase[scale]' and the fsspec library of that storage, such as s3fs"
        raise UsageError(f"{url}: cannot be opened ({error}); {remedy}") from error
    return found


def _cannot(path: Path | str, what: str, error: OSError) -> WritingError:
    reason = f"cannot be {what} ({error.strerror or error}); mend that, and the same command goes on from here"
    return WritingError(path, reason)
