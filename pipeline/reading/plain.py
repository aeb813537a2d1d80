"""Plain text to a document: the text is the decoded file and nothing more."""

import re
from pathlib import Path

from pipeline.reading.decoding import decode
from pipeline.reading.document import Document

# UTF-8 read as Windows-1252 and saved again ('â€™' for '’', 'Â°' for '°'), and what could not be decoded.
_MOJIBAKE = re.compile(r"â€[\x80-\x9d˜™šœž‘’“”•–—¢¦]|[ÃÂ][\x80-\xbf]|Î[\x80-\xbf¼]|\ufffd")
# Marks that change the order in which the text is shown, not that of its characters.
_DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def read_plain(data: bytes, doc_id: str, path: Path, packed: bool = False) -> Document:
    """The document. Raises `ValueError` with the reason where the data are not text."""
    text, encoding = decode(data)
    return Document(doc_id, path, text, encoding, packed=packed, remarks=tuple(remarks(text)))


def remarks(text: str) -> list[str]:
    """What in a text should be looked at."""
    found = []
    if garbled := _MOJIBAKE.search(text):
        found.append(
            f"letters were garbled before ('{garbled.group()}' at character {garbled.start()}); what they"
            " spell may be missed: get the text anew as UTF-8"
        )
    if mark := _DIRECTION.search(text):
        found.append(f"characters that turn the direction of writing (U+{ord(mark.group()):04X} at {mark.start()})")
    return found
