"""The label and the caption of a figure or table on a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipeline.reading import labels
from pipeline.reading.builder import squeeze
from pipeline.reading.html_layout import SKIPPED
from pipeline.reading.inline import text_of
from pipeline.reading.safe_xml import local

if TYPE_CHECKING:
    from pipeline.reading.html_layout import Layout

    Element = Any

_OUTSIDE = SKIPPED | {"img", "picture", "table"}
SERVER = re.compile(
    r"\s*(?:open in a (?:new tab|separate window)|full[- ]size (?:image|table)|go to:?"
    r"|view (?:larger )?(?:image|figure)|download (?:figure|image|powerpoint|slide)|open in figure viewer"
    r"|expand (?:image|table))\s*",
    re.I,
)
"""What the server says of a figure or a paragraph, not the article."""


def caption(element: Element, layout: Layout) -> tuple[str, str]:
    """Label and caption: where they are marked, else the words of a figure that are not its table's."""
    marked = [part for part in element.iter() if layout.role(part) in ("label", "caption")]
    label = next((squeeze(text_of(part)) for part in marked if layout.role(part) == "label"), "")
    words = _words(element, [part for part in marked if layout.role(part) == "caption"], layout)
    begins, rest = labels.split(words)
    if begins:
        return begins, rest
    if label:  # a label may hold the whole caption, as in Springer's tables
        named, more = labels.split(label)
        return (named, f"{more} {words}".strip()) if named else (label, words)
    if local(element) == "table":
        return "", words
    # PMC until 2024 prints the number beside the caption.
    named, _ = labels.split(squeeze(text_of(element, _OUTSIDE, layout.is_hidden)))
    return named, words


def _words(element: Element, marked: list[Element], layout: Layout) -> str:
    parts = marked[:1] or list(element.iter("figcaption"))[:1] or list(element.iter("caption"))[:1]
    if not parts and local(element) != "table":
        parts = [element]

    def no_caption(part: Element) -> bool:
        return layout.is_hidden(part) or layout.role(part) in ("label", "notes")

    return squeeze(SERVER.sub(" ", " ".join(text_of(part, _OUTSIDE, no_caption) for part in parts)))
