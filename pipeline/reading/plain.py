"""Plain text files to documents."""

import stat
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.errors import ReadingError
from pipeline.reading.decoding import decode
from pipeline.reading.document import Document
from pipeline.reading.finding import find
from pipeline.reading.ids import stem

MEGABYTE = 10**6
MAX_BYTES = 5 * MEGABYTE
"""The size over which a file is taken for something else than a case report."""


def read(path: Path, limit: int = MAX_BYTES, doc_id: str = "") -> Document:
    """The document in one file of at most `limit` bytes; its id is the file's name unless one is given.

    Raises `ReadingError` where the file cannot be opened, is no regular file, too large, empty, blank,
    binary or not decodable.
    """
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise ReadingError(path, "is not a file; name a file or a folder of files")
        if about.st_size > limit:
            size = f"holds {about.st_size / MEGABYTE:.1f} MB, more than the {limit / MEGABYTE:g} MB allowed"
            raise ReadingError(path, f"{size}; split it, or raise the limit (--max-size)")
        data = path.read_bytes()
    except OSError as error:
        raise ReadingError(path, f"cannot be opened: {error.strerror}") from error
    if not data:
        raise ReadingError(path, "is empty; a document needs text")
    try:
        text, encoding = decode(data)
    except ValueError as error:
        raise ReadingError(path, str(error)) from error
    if not text.strip():
        raise ReadingError(path, "holds nothing but blanks; a document needs text")
    return Document(doc_id or stem(path), path, text, encoding)


def read_all(paths: Iterable[str | Path], limit: int = MAX_BYTES) -> Iterator[Document]:
    """The documents of files and folders, each with an id of its own, in order of place.

    Raises `ReadingError` for the first that cannot be read; warns of an encoding that is a guess.
    """
    found = find(paths)
    if found.problems:
        raise found.problems[0]
    for source in found.sources:
        document = read(source.path, limit, source.id)
        if document.warning:
            warnings.warn(document.warning, stacklevel=2)
        yield document
