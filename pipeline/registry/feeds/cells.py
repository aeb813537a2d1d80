"""Text as a cell that nothing executes: one policy for every table that a feed writes.

A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line end for a formula (OWASP, 'CSV
Injection'; the full-width forms count in some locales). Such a text gets an apostrophe in front, which `original`
takes off again: what is written can always be read back. Where a cell has a type of its own (XLSX) none is needed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.errors import WritingError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Self

Cell = str | int | float | None

# Excel's own limit, in UTF-16 units; beyond it the file does not open.
XLSX_LIMIT = 32_767

_RISKY = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")
# What PostgreSQL (NUL), XML (C0, U+FFFE) or UTF-8 (surrogates) cannot hold, and what a terminal obeys (C0, C1).
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_XLSX_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """The text with each control character as U+FFFD: as long as before, so that offsets stand."""
    # Most values are short and plain, and a search of each would take half the time of an export.
    return text if text.isprintable() else _CONTROLS.sub("�", text)


def inert(text: str) -> str:
    """The text, cleaned, as a cell of CSV or TSV that is no formula."""
    text = clean(text)
    return f"'{text}" if _RISKY.match(text) else text


def original(cell: str) -> str:
    """The text of which `inert` made the cell (control characters stay U+FFFD)."""
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell) else cell


def one_line(text: str) -> str:
    """The text with every run of white space as one space, for forms that know no quotes."""
    return _SPACE.sub(" ", text).strip()


def xlsx(text: str) -> str:
    """The text for an XLSX cell of type string: line ends as LF, which is all that XML keeps; `_x000A_` as is meant."""
    text = clean(text).replace("\r\n", "\n").replace("\r", "\n")
    return _XLSX_ESCAPE.sub("_x005F_", text) if "_x" in text else text


def fits_xlsx(text: str) -> bool:
    return len(text) <= XLSX_LIMIT // 2 or len(text.encode("utf-16-le", "surrogatepass")) // 2 <= XLSX_LIMIT


def is_risky(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula."""
    return _RISKY.match(text) is not None


def csv_line(cells: Iterable[Cell]) -> str:
    """One line of CSV by RFC 4180, its end LF: text quoted always, so that no other delimiter can split it; None is
    empty without quotes, which PostgreSQL reads as NULL."""
    return ",".join(map(_csv_cell, cells)) + "\n"


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return '"' + inert(cell).replace('"', '""') + '"'
    return str(cell)


def _name(column: str) -> str:
    """A column's name: the form's own, bare where it can be, as every reader expects it."""
    return f'"{column}"' if "," in column else column


def tsv_line(cells: Iterable[Cell]) -> str:
    """One line of tab-separated values without quotes: a text is one line of it, None is empty."""
    return "\t".join("" if cell is None else inert(one_line(str(cell))) for cell in cells) + "\n"


class Lines:
    """A text file written line by line, UTF-8, LF.

    Raises `WritingError` where the disk does not take it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise WritingError(path, f"cannot be written ({error.strerror})") from error

    def write(self, line: str) -> None:
        try:
            self._file.write(line)
        except OSError as error:
            raise WritingError(self.path, f"cannot be written ({error.strerror})") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._file.close()
        except OSError as error:
            raise WritingError(self.path, f"cannot be written ({error.strerror})") from error


class CsvFile(Lines):
    """A CSV file with a head, and the number of its rows."""

    def __init__(self, path: Path, columns: Iterable[str]) -> None:
        super().__init__(path)
        self.rows = 0
        self.write(",".join(map(_name, columns)) + "\n")

    def row(self, cells: Iterable[Cell]) -> None:
        self.write(csv_line(cells))
        self.rows += 1
