"""Inputs to documents: `find` the files, give each an id, `read` its text.

    paths -> find -> Source (path, id) -> read -> Document (id, path, text, encoding)

Offsets everywhere else count code points of `Document.text`, which is the file decoded and nothing
more: line ends, blanks and combining marks stay as they are.
"""

from pipeline.errors import ReadingError
from pipeline.reading.document import Document
from pipeline.reading.finding import Found, find, place
from pipeline.reading.ids import Source
from pipeline.reading.plain import MAX_BYTES, MEGABYTE, read, read_all

__all__ = ["MAX_BYTES", "MEGABYTE", "Document", "Found", "ReadingError", "Source", "find", "place", "read", "read_all"]
