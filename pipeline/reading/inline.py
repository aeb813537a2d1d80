"""Running text of JATS and HTML: what superscripts, references, line breaks and formulas become.

A raised number is a unit's or an isotope's (mg/m², ¹⁸F) or a citation; glued to the word before, a citation
would make another word of it, so it is set in brackets, as in journals that cite on the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

from pipeline.reading import formulas
from pipeline.reading.safe_xml import entity, local

if TYPE_CHECKING:
    Element = Any
    Hidden = Callable[[Element], bool]

_EXPONENT = re.compile(r"[-−–]?\d{1,2}")
_NUMBERS = re.compile(r"\d[\d,\s–-]*")
_MARK = re.compile(r"[a-z](?:\s*,\s*[a-z])*|[*†‡§¶#]+")
_WORD_BEFORE = re.compile(r"[^\W\d_]{4,}[.,;:]?$")
_CITED = re.compile(r"(\[\d[\d,–-]*)\]\s*([,–-])\s*\[(?=\d)")
_REFERENCE = ("xref", "a")
_LINE_ENDS = ("br", "break", "p", "title", "td", "th", "li", "list-item", "tr", "div")


def text_of(element: Element, leave_out: Collection[str] = (), hidden: Hidden | None = None) -> str:
    """The text inside an element, without elements named in `leave_out` or said to be `hidden`; blanks as they come.

    Raises `ValueError` for an entity that has no known character.
    """
    return "".join(part for part in runs(element, (), leave_out, hidden) if isinstance(part, str))


def runs(
    element: Element, breaks: Collection[str], leave_out: Collection[str] = (), hidden: Hidden | None = None
) -> Iterator[str | Element]:
    """As `text_of`, in pieces: running text, and between two of them an element named in `breaks`."""
    pieces = [element.text or ""]
    for child in element:
        if local(child) in breaks:
            yield _joined(pieces)
            yield child
            pieces = [child.tail or ""]
        else:
            pieces += _piece(child, "".join(pieces[-2:]), leave_out, hidden), child.tail or ""
    yield _joined(pieces)


def _joined(pieces: list[str]) -> str:
    return _CITED.sub(r"\1\2", "".join(pieces))


def _piece(child: Element, before: str, leave_out: Collection[str], hidden: Hidden | None) -> str:
    name = local(child)
    if not name:
        return entity(child)
    if name in leave_out or (hidden is not None and hidden(child)):
        return ""
    if formulas.is_formula(child):
        return formulas.text(child)
    inside = text_of(child, leave_out, hidden)
    if name == "sup":
        refers = local(child.getparent()) in _REFERENCE or any(local(part) in _REFERENCE for part in child)
        return raised(inside, before, refers)
    return f" {inside} " if name in _LINE_ENDS else inside


def raised(inside: str, before: str, refers: bool) -> str:
    """Raised words as they can stand on the line after the text `before`; `refers` if they are known to be a link."""
    words = inside.strip()
    if _NUMBERS.fullmatch(words):
        words = "".join(words.split())
    if words.startswith("["):
        return inside
    if words and (refers or _MARK.fullmatch(words)):
        return f"[{words}]"
    if _EXPONENT.fullmatch(words) and not _WORD_BEFORE.search(before[-12:]):
        return words.translate(formulas.RAISED)
    if _NUMBERS.fullmatch(words) and (len(words) > 2 or _WORD_BEFORE.search(before[-12:])):
        return f"[{words}]"
    return inside
