"""What reading gives: a text whose offsets hold."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

GUESSED = frozenset({"cp1252", "latin-1"})
"""Encodings that nothing in the file vouches for."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text and where it came from.

    `text` is the decoded file without its byte order mark; `encoding` is `utf-8`, `utf-8-sig` (with a
    byte order mark), `utf-16`, `cp1252` or `latin-1`.
    """

    id: str
    path: Path
    text: str
    encoding: str

    @property
    def is_plain(self) -> bool:
        """Whether offsets of `text` hold in the file itself when it is opened as UTF-8."""
        return self.encoding == "utf-8"

    @property
    def warning(self) -> str:
        """What the user should check, or an empty string."""
        if self.encoding not in GUESSED:
            return ""
        return f"{self.path}: not UTF-8, read as {self.encoding}; if letters look wrong, convert the file to UTF-8"

    def sha256(self) -> str:
        """The SHA-256 of the text in UTF-8, in hexadecimal: the same text in another encoding has the same."""
        return hashlib.sha256(self.text.encode()).hexdigest()
