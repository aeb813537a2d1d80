"""An XLSX file of typed cells, written row by row, the same bytes for the same rows."""

from __future__ import annotations

import re
import shutil
import zipfile
from typing import TYPE_CHECKING

from openpyxl import Workbook as _Workbook
from openpyxl.cell import WriteOnlyCell

from pipeline.errors import WritingError
from pipeline.registry.feeds.cells import fits_xlsx, is_risky, xlsx

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import Any

    from pipeline.registry.feeds.cells import Cell

# Excel's own limit of rows in a sheet.
SHEET_ROWS = 1_048_576
_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_KNOWN_STAMP = b"1980-01-01T00:00:00Z"


class Workbook:
    """Sheets that are appended to; openpyxl keeps their rows on disk, not in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._book = _Workbook(write_only=True)
        self._book.properties.creator = "oncocase"

    def sheet(self, title: str, columns: Sequence[str]) -> Sheet:
        return Sheet(self._book, title, columns)

    def save(self) -> None:
        """Write the file; raises `WritingError`."""
        loose = self._path.with_name(f".{self._path.name}.part")
        try:
            self._book.save(loose)
            _repack(loose, self._path)
        except OSError as error:
            raise WritingError(self._path, f"cannot be written ({error.strerror})") from error
        finally:
            loose.unlink(missing_ok=True)


class Sheet:
    """A sheet with a head, to which rows are appended until it is full."""

    def __init__(self, book: _Workbook, title: str, columns: Sequence[str]) -> None:
        self._sheet: Any = book.create_sheet(title)
        self._sheet.append(list(columns))
        self._rows = 1

    @property
    def is_full(self) -> bool:
        return self._rows >= SHEET_ROWS

    def row(self, cells: Iterable[Cell]) -> list[int]:
        """Append a row; gives the places of texts that are too long for a cell, where their length stands instead."""
        self._rows += 1
        made: list[Any] = []
        too_long: list[int] = []
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                text = xlsx(cell)
                if not fits_xlsx(text):
                    too_long.append(place)
                    text = f"[too long for a cell: {len(cell)} characters, whole in the CSV file]"
                made.append(self._text(text) if is_risky(text) else text)
            else:
                made.append(cell)
        self._sheet.append(made)
        return too_long

    def _text(self, text: str) -> Any:
        """A cell of type string, whatever it begins with, which stays one when somebody edits it."""
        cell: Any = WriteOnlyCell(self._sheet, value=None)
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = True
        return cell


def _repack(loose: Path, path: Path) -> None:
    """The same archive without the time at which it was made."""
    with zipfile.ZipFile(loose) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            with old.open(name) as source, new.open(info, "w", force_zip64=True) as target:
                if name == "docProps/core.xml":
                    target.write(_STAMP.sub(rb"\g<1>" + _KNOWN_STAMP, source.read()))
                else:
                    shutil.copyfileobj(source, target)
