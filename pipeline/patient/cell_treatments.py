"""The treatments that a cell of a table names: one entry each, drugs by their names, cycles behind what they count.

'Four cycles of docetaxel and trastuzumab; RT 3000 cGy/10 fx' gives 'docetaxel, four cycles', 'trastuzumab, four
cycles' and 'radiotherapy 30 Gy/10'. What is no list stays as it is: 'removal and graft of the mass'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.mentions.mention import Mention

_OUTSIDE = r"(?![^()]*\))"  # not within brackets
_STEP = re.compile(rf"\s*(?:;|,?\s*\b(?:followed by|and then|then)\b){_OUTSIDE}\s*", re.I)
_JOINT = re.compile(
    rf"\s*(?:,\s*(?:(?:and|plus)\b)?|\band\b|\bplus\b|\+|\b(?:combined |together )?with\b){_OUTSIDE}\s*", re.I
)
_TOGETHER = re.compile(r"and|plus|\+|with", re.I)
_NUMBER = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_COUNT = re.compile(rf"(?P<count>{_NUMBER} (?:cycles?|courses?)) of (?P<what>.+)", re.I | re.S)
_ONLY_COUNT = re.compile(rf"(?:for )?{_NUMBER} (?:cycles?|courses?)(?: each)?", re.I)
_REFUSED = re.compile(r"(?P<how>refused|declined|rejected) (?P<what>.+)", re.I | re.S)
_HANDS = re.compile(
    r"ectom|resect|excis|surg|procedure|radi(?:o|at)|transplant|emboli|ablati|dissection|chemotherapy", re.I
)
_UNTREATED = re.compile(
    r"(?:(?:(?:did|does) not receive|without|no) (?:any )?|received no )(?:(?:specific|active|further|anticancer) )?"
    r"(?:treatment|therapy)\b[^;,]*|none|nil|untreated|not treated",
    re.I,
)


@dataclass(slots=True)
class _Piece:
    """A stretch of the cell that names one treatment; `joint` is what stands before it, `count` its cycles."""

    start: int
    end: int
    joint: str = ""
    count: str = ""
    drugs: list[Mention] = field(default_factory=list)


def cell_treatments(text: str, start: int, end: int, found: Sequence[Mention]) -> list[str]:
    """The treatments of the cell between two places; `found` are the mentions of the text there."""
    said = text[start:end].rstrip(". ")
    if _UNTREATED.fullmatch(said):
        return []
    end = start + len(said)
    made: list[str] = []
    for low, high in _parts(text, start, end):
        pieces = _pieces(text, low, high, found)
        _share_counts(text, pieces)
        made += [_entry(text, piece, found) for piece in pieces if piece.start < piece.end]
    return made


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The steps of the cell, one after another."""
    at = start
    for match in _STEP.finditer(text, start, end):
        if at < match.start():
            yield at, match.start()
        at = match.end()
    if at < end:
        yield at, end


def _pieces(text: str, start: int, end: int, found: Sequence[Mention]) -> list[_Piece]:
    """A step cut where a further treatment begins."""
    pieces = [_Piece(start, start)]
    for low, high, joint in _joined(text, start, end):
        drugs = [m for m in found if low <= m.start < high and m.label in ("Drug", "Radiotherapy")]
        last = pieces[-1]
        begins = bool(drugs) or bool(_HANDS.search(text[low:high]))
        goes_on = bool(last.drugs) or (bool(_HANDS.search(text[last.start : last.end])) and joint.lower() != "with")
        if _ONLY_COUNT.fullmatch(text[low:high].strip()):
            _count_back(pieces, text[low:high].strip())
        elif last.start == last.end:
            pieces[-1] = _Piece(low, high, joint, drugs=drugs)
        elif begins and goes_on:
            pieces.append(_Piece(low, high, joint, drugs=drugs))
        else:
            last.end = high
            last.drugs += drugs
    return pieces


def _joined(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    at, joint = start, ""
    for match in _JOINT.finditer(text, start, end):
        if at < match.start():
            yield at, match.start(), joint
        at, joint = match.end(), match.group().strip(" ,") or ","
    if at < end:
        yield at, end, joint


def _count_back(pieces: list[_Piece], count: str) -> None:
    """'Docetaxel and trastuzumab, four cycles' counts both."""
    for piece in reversed(pieces):
        if piece.count or not piece.drugs:
            return
        piece.count = count
        if not _TOGETHER.fullmatch(piece.joint):
            return


def _share_counts(text: str, pieces: list[_Piece]) -> None:
    """'Four cycles of docetaxel and trastuzumab' counts both, 'four cycles of docetaxel, tamoxifen' the first."""
    for number, piece in enumerate(pieces):
        leading = _COUNT.fullmatch(text[piece.start : piece.end])
        if leading is None:
            continue
        piece.count = leading["count"]
        piece.start += leading.start("what")
        run = []
        for other in pieces[number + 1 :]:
            if other.count or not other.drugs or other.drugs[0].start != other.start:
                break
            if _COUNT.fullmatch(text[other.start : other.end]):
                break
            run.append(other)
        joined = max((n for n, other in enumerate(run, 1) if _TOGETHER.fullmatch(other.joint)), default=0)
        for other in run[:joined]:
            other.count = piece.count


def _entry(text: str, piece: _Piece, found: Sequence[Mention]) -> str:
    """The piece with drugs and doses in their canonical form."""
    made, at = "", piece.start
    for m in sorted(found, key=lambda m: m.start):
        if m.start < at or m.end > piece.end:
            continue
        plain = _canonical(m, text[m.start : m.end])
        if plain is not None:
            made += text[at : m.start] + plain
            at = m.end
    made = " ".join((made + text[at : piece.end]).replace("radiotherapy:", "radiotherapy").split()).strip(" ,.")
    refused = _REFUSED.fullmatch(made)
    if refused:
        made = f"{refused['what']} ({refused['how'].lower()})"
    return f"{made}, {piece.count.removeprefix('for ')}" if piece.count else made


def _canonical(m: Mention, said: str) -> str | None:
    match m.label:
        case "Drug":
            name: str = m.value.norm()
            return f"{name} ({said})" if "+" in name and "+" not in said else name
        case "Radiotherapy":
            return (
                "radiotherapy" if re.fullmatch(r"(?:X?RT|radiation(?: (?:treatment|therapy))?)", said, re.I) else None
            )
        case "Dose":
            return str(m.value.norm())
    return None
