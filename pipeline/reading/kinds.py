"""Which files are read, by the ending of their name."""

from pathlib import PurePath

from pipeline.reading.archives import ENDINGS as ARCHIVES
from pipeline.reading.archives import GZIPPED

FORMATS = {
    ".txt": "text",
    ".nxml": "xml",
    ".xml": "xml",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".json": "json",
}
"""The format that an ending stands for; `xml` is JATS or BioC, `json` is BioC."""
# JSON that is gzipped is hardly ever BioC, and in a folder all of it would have to be looked into.
ENDINGS = (*FORMATS, *ARCHIVES, *(ending + GZIPPED for ending in FORMATS if ending != ".json"))
_NAMED = (*FORMATS, *ARCHIVES)
ALLOWED = f"{', '.join(_NAMED[:-1])} or {_NAMED[-1]}, or one of the first with {GZIPPED} after it"
BESIDE = ".ann"
"""brat's annotations: the document is the .txt beside them."""


def format_of(path: PurePath) -> str:
    """The format, empty for a file that is not read, or is an archive."""
    return FORMATS.get(path.suffix.lower(), "")
