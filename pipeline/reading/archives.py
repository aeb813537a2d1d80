"""Files in .zip, .tar, .tar.gz and .tgz archives, read one by one in memory; nothing is unpacked to disk.

A gzipped file, as `PMC1.nxml.gz`, is an archive of one: `PMC1.nxml.gz/PMC1.nxml`.

Archives come from anywhere: names that lead out of them are refused, as are members that grow out of
proportion, that overlap, or that are links. A tar is a tape: read its members in the order in which they stand.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import weakref
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import IO, cast

from pipeline.errors import ReadingError
from pipeline.reading.limits import MEGABYTE, Limits

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz")
GZIPPED = ".gz"
BROKEN = (OSError, EOFError, zlib.error, tarfile.TarError, zipfile.BadZipFile, NotImplementedError, RuntimeError)
"""What the libraries raise for an archive that is cut off, damaged, encrypted or of an unknown method."""

_SMALL = MEGABYTE  # under which growing out of proportion is no danger
_HEADERS = 2 * MEGABYTE  # more than all headers between two members of a tar


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: `problem` says why it is not read; `open` its bytes before the next one is asked for."""

    name: str
    problem: str = ""
    open: Callable[[], IO[bytes]] = io.BytesIO


def is_archive(path: Path) -> bool:
    return path.name.lower().endswith((*ENDINGS, GZIPPED))


def members(path: Path, limits: Limits) -> Iterator[Member]:
    """The files in an archive, in its order, but hidden ones. Raises `ReadingError` where it is damaged."""
    archive = _opened(path, limits)
    seen: set[str] = set()
    for number, member in enumerate(archive.members()):
        if number >= limits.members:
            raise ReadingError(
                path, f"holds more than the {limits.members:g} files allowed; raise the limit (--max-members)"
            )
        if any(part.startswith(".") for part in member.name.split("/")) and not member.problem:
            continue
        if member.name in seen and not member.problem:
            member = Member(member.name, "stands twice in the archive; the first was read")
        seen.add(member.name)
        yield member


def content(path: Path, names: tuple[str, ...], limit: float, limits: Limits) -> tuple[str, bytes]:
    """The first member that has one of the names, and its bytes, at most `limit` and one.

    Raises `ReadingError` where there is none, or the archive is damaged.
    """
    about = path.stat()
    return _reader(path, about.st_mtime_ns, about.st_size, limits).content(names, limit)


@lru_cache(maxsize=1)  # going over a folder, one archive is read at a time, and its directory once
def _reader(path: Path, modified: int, size: int, limits: Limits) -> _Zip | _Tar | _Gzip:
    return _opened(path, limits)


def _opened(path: Path, limits: Limits) -> _Zip | _Tar | _Gzip:
    name = path.name.lower()
    if name.endswith(ENDINGS):
        return _Zip(path, limits) if name.endswith(".zip") else _Tar(path, limits)
    return _Gzip(path, limits)


def _name(said: str) -> Member:
    """A name as it can stand after the archive's path; a problem where it leads elsewhere."""
    parts = said.replace("\\", "/").split("/")
    name = "/".join(part for part in parts if part not in ("", "."))
    if ".." in parts or said.startswith(("/", "\\")) or ":" in parts[0] or "\0" in said:
        # Without a slash before it, or it would stand in the place of the archive's own path.
        return Member(
            said.replace("\0", "?").lstrip("/"), "its name leads out of the archive; pack it under a plain name"
        )
    return Member(name)


class _Zip:
    """A zip archive: its directory is read at once, its members in any order."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        try:
            self._file = zipfile.ZipFile(path)
        except (*BROKEN, ValueError) as error:
            raise ReadingError(path, f"is no zip archive that can be read ({error}); pack it again") from error
        weakref.finalize(self, self._file.close)
        files = [info for info in self._file.infolist() if not _is_folder(info)]
        if sum(info.compress_size for info in files) > path.stat().st_size:
            raise ReadingError(path, "its members overlap, as in a zip bomb; pack it again")
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for info in reversed(files):
            self._infos[_name(info.filename).name] = info

    def members(self) -> Iterator[Member]:
        left = max(self._path.stat().st_size * self._limits.ratio, _SMALL)
        for info in self._file.infolist():
            if _is_folder(info):
                continue
            member = self._member(info)
            left -= 0 if member.problem else info.file_size
            if left < 0:  # many members that are small enough each
                raise ReadingError(self._path, f"{_grows(self._limits)}; what stands before was read")
            yield member

    def content(self, names: tuple[str, ...], limit: float) -> tuple[str, bytes]:
        name = next((name for name in names if name in self._infos), None)
        if name is None:
            raise ReadingError(self._path / names[0], "is not in the archive; check the name")
        try:
            with self._file.open(self._infos[name]) as member:
                return name, member.read(int(limit) + 1)
        except (*BROKEN, ValueError) as error:
            raise ReadingError(self._path / name, f"is damaged in the archive ({error}); pack it again") from error

    def _member(self, info: zipfile.ZipInfo) -> Member:
        member = _name(info.filename)
        if member.problem:
            return member
        if info.flag_bits & 0x1:
            return Member(member.name, "is encrypted; unpack it, and name the file")
        if info.file_size > max(info.compress_size * self._limits.ratio, _SMALL):
            return Member(member.name, _grows(self._limits))
        return replace(member, open=lambda: self._file.open(info))


class _Tar:
    """A tar archive, gzipped or not, on which one goes forward only; to go back is to begin again."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self._last: tuple[str, bytes] | None = None
        self._begin()

    def members(self) -> Iterator[Member]:
        while (info := self._next()) is not None:
            if info.isdir():
                continue
            member = _name(info.name)
            if not member.problem and (not info.isreg() or info.issparse()):
                member = Member(member.name, "is a link or no plain file; pack the file itself")
            yield replace(member, open=partial(self._open, info))

    def content(self, names: tuple[str, ...], limit: float) -> tuple[str, bytes]:
        if self._last is not None and self._last[0] in names:
            return self._last
        for again in (False, True):
            if again:
                self._begin()
            while (info := self._next()) is not None:
                name = _name(info.name).name
                if name in names and info.isreg() and not info.issparse():
                    self._last = name, self._bytes(info, limit)
                    return self._last
        raise ReadingError(self._path / names[0], "is not in the archive; check the name")

    def _begin(self) -> None:
        try:
            self._tape = _Tape(self._path, self._limits)
            self._tar = tarfile.open(fileobj=self._tape, mode="r|", bufsize=1 << 16)  # noqa: SIM115 - closed with the tape
        except (*BROKEN, ValueError) as error:
            raise self._damaged(error) from error

    def _next(self) -> tarfile.TarInfo | None:
        try:
            info: tarfile.TarInfo | None = self._tar.next()
        except (*BROKEN, ValueError) as error:
            raise self._damaged(error) from error
        self._tar.members.clear()  # type: ignore[attr-defined] # it keeps every header it has seen
        if info is not None:
            self._tape.allow(info.size)
        return info

    def _bytes(self, info: tarfile.TarInfo, limit: float) -> bytes:
        try:
            return self._open(info).read(int(limit) + 1)
        except (*BROKEN, ValueError) as error:
            raise self._damaged(error, _name(info.name).name) from error

    def _open(self, info: tarfile.TarInfo) -> IO[bytes]:
        file = self._tar.extractfile(info)
        assert file is not None  # what is no plain file is not asked for
        return file

    def _damaged(self, error: Exception, name: str = "") -> ReadingError:
        return ReadingError(
            self._path / name, f"is cut off or damaged ({error}); what stands before was read; fetch it again"
        )


class _Gzip:
    """One gzipped file, in however many parts."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        self._name = path.stem

    def members(self) -> Iterator[Member]:
        yield Member(self._name, open=lambda: cast("IO[bytes]", _Stream(self._path, self._limits)))

    def content(self, names: tuple[str, ...], limit: float) -> tuple[str, bytes]:
        if self._name not in names:
            raise ReadingError(self._path / names[0], "is not in the archive; check the name")
        try:
            with _Stream(self._path, self._limits) as file:
                return self._name, file.read(int(limit) + 1)
        except BROKEN as error:
            raise ReadingError(self._path, f"is cut off or damaged ({error}); fetch it again") from error


class _Stream(io.BufferedIOBase):
    """The unpacked bytes of a gzipped file, as long as they grow in proportion."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._file = gzip.open(path)  # noqa: SIM115 - closed below
        self._most = int(max(path.stat().st_size * limits.ratio, _SMALL))
        self._limits = limits

    def read(self, size: int | None = -1) -> bytes:
        data: bytes = self._file.read(min(self._most + 1, size if size is not None and size >= 0 else self._most + 1))
        if self._file.tell() > self._most:
            raise ReadingError(self._path, _grows(self._limits))
        return data

    def close(self) -> None:
        self._file.close()
        super().close()


class _Tape(io.RawIOBase):
    """The unpacked bytes of a tar, as long as they grow in proportion, and only as many as its members account for."""

    def __init__(self, path: Path, limits: Limits) -> None:
        packed = not path.name.lower().endswith(".tar")
        self._file = gzip.open(path) if packed else path.open("rb")  # noqa: SIM115 - closed below
        weakref.finalize(self, self._file.close)
        self._most = max(path.stat().st_size * limits.ratio, _SMALL) if packed else float("inf")
        self._limits = limits
        self._read = 0
        self._allowed = _HEADERS

    def allow(self, size: int) -> None:
        """A member of this size comes now."""
        self._allowed = self._read + size + _HEADERS

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._file.read1(size)  # what a cut-off file still holds
        self._read += len(data)
        if self._read > self._most:
            raise ValueError(_grows(self._limits))
        if self._read > self._allowed:
            raise ValueError("headers without end")
        return data


def _grows(limits: Limits) -> str:
    return f"grows more than the {limits.ratio:g} times allowed when unpacked; raise the limit (--max-ratio)"


def _is_folder(info: zipfile.ZipInfo) -> bool:
    """As `ZipInfo.is_dir`, which falls over a name that is empty."""
    return info.filename.endswith("/")
