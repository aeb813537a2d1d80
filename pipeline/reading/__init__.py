"""Inputs to documents: `find` the files, give each an id, `read` its text.

    paths -> find -> Source (path, id) -> read -> Document (id, path, text, sections, tables, metadata)

Offsets everywhere else count code points of `Document.text`. For plain text that is the file decoded and
nothing more: line ends, blanks and combining marks stay as they are. Other formats (`kinds`) go through
`Builder`, one reader a format: `jats`, `html`, `pdf`, `bioc`. What a file may cost is told by `Limits`.
"""

from pipeline.errors import ReadingError
from pipeline.reading.document import Caption, Cell, Document, Metadata, Section, Table
from pipeline.reading.files import file_of, read, read_all
from pipeline.reading.finding import Found, find, place
from pipeline.reading.ids import Source
from pipeline.reading.limits import DEFAULT, MAX_BYTES, MEGABYTE, Limits

__all__ = [
    "DEFAULT",
    "MAX_BYTES",
    "MEGABYTE",
    "Caption",
    "Cell",
    "Document",
    "Found",
    "Limits",
    "Metadata",
    "ReadingError",
    "Section",
    "Source",
    "Table",
    "file_of",
    "find",
    "place",
    "read",
    "read_all",
]
