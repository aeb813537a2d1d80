"""The characters of a PDF page to pieces of lines: what stands on one line without a wide gap.

PDFium gives each character with its box in points, y upwards, in the order in which the page draws them. That
order is kept inside a piece only: where the pieces stand is for `pdf_columns`.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import hypot
from typing import TYPE_CHECKING, Any

from pipeline.reading.builder import squeeze
from pipeline.reading.inline import raised

if TYPE_CHECKING:
    from pipeline.reading.limits import Clock

    Page = Any

MAX_CHARACTERS = 50_000
"""More than a page can hold: a broadsheet has 30,000."""
HYPHEN = "\x02"
"""What PDFium gives for a hyphen at the end of a line."""

_GAP = 1.0  # of the size of letters: wider than any blank of a justified line, narrower than a gutter
_BLANK = 0.15  # of the size of letters: where a blank is seen that nobody wrote
_LOOK_BACK = 8
_RAISED_SIZE = 0.85
_CHECKED = 2000
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.I)
_HEAVY = 600


@dataclass(frozen=True, slots=True)
class Piece:
    """Text in a box: left, bottom, right and top in points, y upwards; `size` of its letters in points."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    bold: bool

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2

    @property
    def width(self) -> float:
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class _Glyph:
    letter: str
    left: float
    bottom: float
    right: float
    top: float
    size: float


def pieces(page: Page, clock: Clock) -> list[Piece]:
    """The pieces of a page in the order of drawing, without those that are turned.

    Raises `ValueError` where the page holds more characters than a page can.
    """
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > MAX_CHARACTERS:
            raise ValueError(f"has a page of {count} characters, more than the {MAX_CHARACTERS} that a page can hold")
        return [piece for run in _runs(text.raw, count, clock) if (piece := _piece(text.raw, run)) is not None]
    finally:
        text.close()


Run = list[tuple[int, _Glyph]]


def _runs(text: Any, count: int, clock: Clock) -> Iterator[Run]:
    """Characters that stand on one line without a wide gap, each with its number; blanks in between as they come.

    PDFium ends a line before and after raised letters, so where a line ends is told by place alone.
    """
    run: Run = []
    blank = False
    for number in range(count):
        if number % _CHECKED == 0:
            clock.check()
        glyph = _glyph(text, number)
        if glyph.letter.isspace():
            blank = blank or glyph.letter not in "\r\n"
            continue
        if run and not _goes_on(run, glyph):
            yield run
            run = []
        elif run and (blank or glyph.left - run[-1][1].right > _BLANK * glyph.size):
            run.append((number, replace(run[-1][1], letter=" ")))
        run.append((number, glyph))
        blank = False
    if run:
        yield run


def _goes_on(run: Run, glyph: _Glyph) -> bool:
    """Whether a character stands right of the run, as high as its last letters, of which some may be raised."""
    last = [one for _, one in run[-_LOOK_BACK:]]
    size = max(last[-1].size, glyph.size)
    on_line = min(max(one.top for one in last), glyph.top) - max(min(one.bottom for one in last), glyph.bottom)
    return on_line > 0 and -0.5 * size < glyph.left - last[-1].right < _GAP * size


def _glyph(text: Any, number: int) -> _Glyph:
    import pypdfium2.raw as pdfium

    code = pdfium.FPDFText_GetUnicode(text, number)
    letter = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    ink = [ctypes.c_double() for _ in range(4)]  # left, right, bottom, top
    pdfium.FPDFText_GetCharBox(text, number, *map(ctypes.byref, ink))
    # The ink of a 1 is narrow: how far letters stand apart is told by the room that the font gives them.
    room = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text, number, ctypes.byref(room))
    # The size of a font is in units that the page may scale.
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, number, ctypes.byref(matrix))
    size = pdfium.FPDFText_GetFontSize(text, number) * (hypot(matrix.b, matrix.d) or 1)
    return _Glyph(letter, room.left, ink[2].value, room.right, ink[3].value, size)


def _piece(text: Any, run: Run) -> Piece | None:
    import pypdfium2.raw as pdfium

    first = run[0][0]
    if abs(pdfium.FPDFText_GetCharAngle(text, first)) % 3.1416 > 0.1:
        return None
    glyphs = [glyph for _, glyph in run]
    inked = [glyph for glyph in glyphs if not glyph.letter.isspace()]
    size = sorted(glyph.size for glyph in inked)[len(inked) // 2]
    words = _with_raised(glyphs, size)
    if not words.replace(HYPHEN, "-").strip():
        return None
    base = [glyph for glyph in inked if glyph.size >= _RAISED_SIZE * size] or inked
    return Piece(
        words,
        min(glyph.left for glyph in inked),
        min(glyph.bottom for glyph in base),
        max(glyph.right for glyph in inked),
        max(glyph.top for glyph in base),
        size,
        _is_bold(text, first),
    )


def _with_raised(glyphs: list[_Glyph], size: float) -> str:
    """The text; small letters above the line are set as `inline.raised` sets them."""
    written = ""
    above = ""
    floor = sorted(glyph.bottom for glyph in glyphs if not glyph.letter.isspace())
    line = floor[len(floor) // 2]
    for glyph in glyphs:
        small = glyph.size < _RAISED_SIZE * size and glyph.bottom > line + 0.15 * size
        if small and not glyph.letter.isspace():
            above += glyph.letter
            continue
        if above and not (glyph.letter.isspace() and above[-1] == ","):
            written, above = written + raised(above, written, refers=False), ""
        written += glyph.letter
    written += raised(above, written, refers=False) if above else ""
    keep = written.endswith(HYPHEN)
    return squeeze(written.rstrip(HYPHEN)) + (HYPHEN if keep else "")


def _is_bold(text: Any, number: int) -> bool:
    import pypdfium2.raw as pdfium

    if pdfium.FPDFText_GetFontWeight(text, number) >= _HEAVY:
        return True
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(text, number, name, 128, ctypes.byref(flags))
    return bool(_BOLD.search(name.value.decode("utf-8", "replace")))
