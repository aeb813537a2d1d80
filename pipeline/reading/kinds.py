"""Which files are read, by the ending of their name."""

from pathlib import PurePath

from pipeline.reading.archives import ENDINGS as ARCHIVES

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
ENDINGS = (*FORMATS, *ARCHIVES)
ALLOWED = ", ".join(ENDINGS[:-1]) + " or " + ENDINGS[-1]
BESIDE = ".ann"
"""brat's annotations: the document is the .txt beside them."""


def format_of(path: PurePath) -> str:
    """The format, empty for a file that is not read, or is an archive."""
    return FORMATS.get(path.suffix.lower(), "")
