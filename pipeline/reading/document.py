"""What reading gives: a text whose offsets hold, and what the file says of its parts."""

import hashlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

GUESSED = frozenset({"cp1252", "latin-1"})
"""Encodings that nothing in the file vouches for."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section from the first letter of its heading to its end; a section inside it has a higher `level`.

    The outermost sections have level 1; an abstract without a heading has the title it is given in print.
    """

    title: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Caption:
    """The caption of a figure or table, from its label, which may be empty, to the end of its line."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that begins in `row` and `column` (both from 0) and covers `rows` times `columns` of the grid.

    Its text stands once, at `start` to `end`; an empty cell has a place too.
    """

    row: int
    column: int
    rows: int
    columns: int
    header: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table from its caption to its last cell."""

    label: str
    start: int
    end: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file says of the article; empty or None where it says nothing.

    `doi` begins with `10.`, `pmid` is digits, `pmcid` is `PMC` and digits; `licence` is its address where
    there is one, else its words.
    """

    title: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    journal: str = ""
    year: int | None = None
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A text and where it came from.

    `text` is, for plain text, the decoded file without its byte order mark, else what `Builder` makes of
    the file's parts. `format` is `text`, `jats`, `html`, `pdf` or `bioc`; `encoding`, of plain text and HTML,
    `utf-8`, `utf-8-sig` (with a byte order mark), `utf-16`, `cp1252`, `latin-1`, or what a page names.
    `packed` means that the file is in an archive or holds other documents too; its `path` then goes on after
    that file's. `left_out` names parts that are no part of the report, `remarks` what the user should check.
    """

    id: str
    path: Path
    text: str
    encoding: str
    format: str = "text"
    packed: bool = False
    sections: tuple[Section, ...] = ()
    captions: tuple[Caption, ...] = ()
    tables: tuple[Table, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)
    left_out: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether offsets of `text` hold in the file itself when it is opened as UTF-8."""
        return self.format == "text" and self.encoding == "utf-8" and not self.packed

    @property
    def warning(self) -> str:
        """What the user should check, or an empty string."""
        said = list(self.remarks)
        if self.encoding in GUESSED:
            said.insert(0, f"not UTF-8, read as {self.encoding}; if letters look wrong, convert the file to UTF-8")
        return f"{self.path}: {'; '.join(said)}" if said else ""

    def sha256(self) -> str:
        """The SHA-256 of the text in UTF-8, in hexadecimal: the same text in another encoding has the same."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def about(self) -> dict[str, Any]:
        """The format and what is known of the article, as JSON values; nothing for plain text."""
        if self.format == "text":
            return {}
        known = {key: value for key, value in asdict(self.metadata).items() if value}
        return {"format": self.format, "metadata": known, "left_out": list(self.left_out)}
