"""What is printed on every page and belongs to no text: running heads, page numbers, 'Downloaded from'."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.reading.pdf_lines import Piece

_EDGE = 0.12  # of the height of the page, at its head and at its foot
_NUMBER = re.compile(r"(?:page\s*)?\d{1,5}(?:\s*(?:of|/)\s*\d{1,4})?", re.I)
_DIGITS = re.compile(r"\d+")
_STEP = 6.0  # points in which a running head may move from page to page


def without(pages: Sequence[tuple[list[Piece], float]]) -> list[list[Piece]]:
    """The pieces of each page that are no furniture; a page is its pieces and its height in points."""
    seen = Counter(key for page, height in pages for key in {_key(piece) for piece in page if _at_edge(piece, height)})
    enough = max(2, len(pages) // 3)
    return [
        [
            piece
            for piece in page
            if not (_at_edge(piece, height) and (_times(piece, seen) >= enough or _is_number(piece)))
        ]
        for page, height in pages
    ]


def _key(piece: Piece) -> tuple[str, int]:
    """The same for a line that differs in its page number only."""
    return _DIGITS.sub("0", piece.text), round(piece.middle / _STEP)


def _times(piece: Piece, seen: Counter[tuple[str, int]]) -> int:
    """On how many pages the line stands, about as high."""
    words, step = _key(piece)
    return sum(seen[words, near] for near in (step - 1, step, step + 1))


def _at_edge(piece: Piece, height: float) -> bool:
    return piece.middle > (1 - _EDGE) * height or piece.middle < _EDGE * height


def _is_number(piece: Piece) -> bool:
    return bool(_NUMBER.fullmatch(piece.text))
