"""One file, or one document in an archive or a collection, to a `Document`."""

from __future__ import annotations

import stat
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ReadingError
from pipeline.reading import archives
from pipeline.reading.document import Document
from pipeline.reading.finding import find
from pipeline.reading.ids import stem
from pipeline.reading.kinds import format_of
from pipeline.reading.limits import DEFAULT, MEGABYTE, Limits


def read(path: Path, limits: Limits = DEFAULT, doc_id: str = "") -> Document:
    """The document at a path; its id is the file's name unless one is given.

    A path may go on into an archive (`a.zip/folder/b.xml`) or a collection (`c.xml/PMC1`). A file whose ending
    says nothing is plain text. Raises `ReadingError` where it cannot be opened, is not what its ending says,
    goes beyond the limits, or holds no text.
    """
    try:
        file = _file(path, limits)
        document = _document(file, doc_id or stem(path), path, limits)
    except OSError as error:
        raise ReadingError(path, f"cannot be opened: {error.strerror}") from error
    except ValueError as error:
        raise ReadingError(path, str(error)) from error
    if not document.text.strip():
        raise ReadingError(path, "holds nothing but blanks; a document needs text")
    return document


def read_all(paths: Iterable[str | Path], limits: Limits = DEFAULT) -> Iterator[Document]:
    """The documents of files and folders, each with an id of its own, in order of place.

    Raises `ReadingError` for the first that cannot be read; warns of what the user should check.
    """
    found = find(paths, limits=limits)
    if found.problems:
        raise found.problems[0]
    for source in found.sources:
        document = read(source.path, limits, source.id)
        if document.warning:
            warnings.warn(document.warning, stacklevel=2)
        yield document


@dataclass(frozen=True, slots=True)
class _File:
    """The bytes to read, their format, and the name of a document in them where they hold several."""

    data: bytes
    format: str
    part: str
    packed: bool


def _file(path: Path, limits: Limits) -> _File:
    real = file_of(path)
    inside = path.relative_to(real).as_posix() if real != path else ""
    if inside and archives.is_archive(real):
        # What follows the archive is a member's name, or that of a collection and of a document in it.
        outer, _, part = inside.rpartition("/")
        names = (inside, outer) if format_of(Path(outer)) in ("xml", "json") else (inside,)
        form = format_of(Path(inside)) or format_of(Path(outer)) or "text"
        name, data = archives.content(real, names, _most(form, limits), limits)
        check_size(len(data), form, limits)
        return _File(data, format_of(Path(name)) or "text", part if name != inside else "", True)
    form = format_of(real) or "text"
    about = real.stat()
    if archives.is_archive(real) and stat.S_ISREG(about.st_mode):
        raise ReadingError(path, "is an archive; name a document in it, as in archive.zip/report.txt")
    if not stat.S_ISREG(about.st_mode):
        raise ReadingError(path, "is not a file; name a file or a folder of files")
    check_size(about.st_size, form, limits)
    return _File(real.read_bytes(), form, inside, bool(inside))


def _document(file: _File, doc_id: str, path: Path, limits: Limits) -> Document:
    if not file.data:
        raise ValueError("is empty; a document needs text")
    match file.format:
        case "xml" | "json":
            from pipeline.reading.bioc import read_bioc
            from pipeline.reading.bundles import item
            from pipeline.reading.jats import read_jats

            kind, content = item(file.data, file.format, limits, file.part)
            reader = read_jats if kind == "jats" else read_bioc
            return reader(content, doc_id, path, limits, file.packed)
        case "html":
            from pipeline.reading.html import read_html

            return read_html(file.data, doc_id, path, limits, file.packed)
        case "pdf":
            from pipeline.reading.pdf import read_pdf

            return read_pdf(file.data, doc_id, path, limits, file.packed)
        case _:
            from pipeline.reading.plain import read_plain

            return read_plain(file.data, doc_id, path, file.packed)


def file_of(path: Path) -> Path:
    """The file on disk that a path leads to or into: of `a.zip/b.xml` it is `a.zip`."""
    for real in (path, *path.parents):
        if real.is_file():
            return real
        if real.is_dir():
            break
    return path


def _most(form: str, limits: Limits) -> float:
    return limits.pdf_size if form == "pdf" else limits.size


def check_size(size: int, form: str, limits: Limits) -> None:
    """Raises `ValueError` where a file of a format has more bytes than it may."""
    most = _most(form, limits)
    if size > most:
        option = "--max-pdf-size" if form == "pdf" else "--max-size"
        much = (
            "" if size - most < 0.05 * MEGABYTE else f"{size / MEGABYTE:.1f} MB, "
        )  # in an archive no more is unpacked
        holds = f"holds {much}more than the {most / MEGABYTE:g} MB allowed"
        raise ValueError(f"{holds}; split it, or raise the limit ({option})")
