"""Articles as web pages (PMC, Frontiers, BMC and Springer, and plain HTML) to documents.

Where the parts of a page are called by names of their publisher's, these stand in
`lexicons/html_layouts.tsv`; the rest is told by HTML's own elements.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.reading.builder import Builder, squeeze
from pipeline.reading.decoding import decode
from pipeline.reading.html_captions import SERVER, caption
from pipeline.reading.html_head import metadata
from pipeline.reading.html_layout import SKIPPED, Layout
from pipeline.reading.inline import runs, text_of
from pipeline.reading.outline import Outline
from pipeline.reading.safe_xml import check_depth, local
from pipeline.reading.table_grid import grid

if TYPE_CHECKING:
    from pipeline.reading.document import Document
    from pipeline.reading.limits import Limits

    Element = Any

_PICTURES = frozenset("img picture".split())
_BLOCKS = frozenset(
    "p div section article main figure table ul ol dl li dt dd blockquote pre h1 h2 h3 h4 h5 h6 address details "
    "summary hr center".split()
)
_HEADINGS = {"h1": 1, "h2": 1, "h3": 2, "h4": 3, "h5": 4, "h6": 5}
_REFERENCES = re.compile(r"(?:\d+\.? )?(?:references?|bibliography|literature cited|works cited)", re.I)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{1,40})""", re.I)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Python knows more codecs than pages are written in, some of them ('idna', 'unicode_escape') no encodings of text.
_OF_PAGES = re.compile(r"iso8859|cp125\d|koi8|gb|big5|euc|shift_jis|mac")
_HEAD = 4096


def read_html(data: bytes, doc_id: str, path: Path, limits: Limits, packed: bool = False) -> Document:
    """The document of a page.

    Raises `ValueError` with the reason: not decodable, nested too deep, no text, time that is up.
    """
    text, encoding = _decoded(data)
    root = _parse(text, limits)
    known = metadata(root)
    builder = Builder(limits)
    with Outline(builder) as outline:
        _Page(builder, outline, Layout(root), known.title).read(root)
    return builder.document(doc_id, path, "html", known, encoding, packed)


def _decoded(data: bytes) -> tuple[str, str]:
    """The page's text by the encoding that it names, unless the bytes say another."""
    named = _CHARSET.search(data, 0, _HEAD)
    if named and not data.startswith(_MARKS):
        try:
            name = codecs.lookup(named[1].decode()).name
            if _OF_PAGES.match(name):
                return decode(data.decode(name).encode())[0], name
        except (LookupError, ValueError):
            pass  # an unknown name, or the bytes belie it
    return decode(data)


def _parse(text: str, limits: Limits) -> Element:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode(), parser=parser)
    except etree.LxmlError as error:
        raise ValueError(f"is no HTML that can be read ({str(error)[:200]}); fetch it again") from None
    broken = next((entry.message for entry in parser.error_log if entry.type_name == "ERR_RESOURCE_LIMIT"), None)
    if broken:
        raise ValueError(f"goes beyond a limit of the parser ({broken.strip()[:200]})")
    check_depth(root, limits)
    return root


class _Page:
    """Goes over the blocks of a page and hands them to the builder."""

    def __init__(self, builder: Builder, outline: Outline, layout: Layout, title: str) -> None:
        self._builder, self._outline, self._layout, self._title = builder, outline, layout, title
        self._references = 0  # the level of the heading under which references stand

    def read(self, root: Element) -> None:
        if not self._title:
            heading = next(root.iter("h1"), None)
            self._title = self._text(heading) if heading is not None else ""
        self._builder.paragraph(self._title)
        for part in self._layout.mains():
            self._block(part)

    def _block(self, element: Element) -> None:
        name, role = local(element), self._layout.role(element)
        if name in SKIPPED or self._layout.is_hidden(element):
            return
        if name in _HEADINGS and role != "label":
            self._heading(self._text(element), _HEADINGS[name])
        elif self._references and name in ("p", "li", "dd", "table"):
            return
        elif role == "table" or name == "table" or (name == "figure" and next(element.iter("table"), None) is not None):
            self._table(element)
        elif role == "figure" or name == "figure":
            self._figure(element)
        else:
            if role == "abstract" and not self._has_heading(element):
                self._heading("Abstract", 1)
            self._blocks(element)

    def _blocks(self, element: Element) -> None:
        for part in runs(element, _BLOCKS, SKIPPED | _PICTURES, self._layout.is_hidden):
            if not isinstance(part, str):
                self._block(part)
            elif not self._references and not SERVER.fullmatch(part):
                self._builder.paragraph(part)

    def _heading(self, title: str, level: int) -> None:
        if title == self._title or (self._references and level > self._references):
            return
        self._references = level if _REFERENCES.fullmatch(title.rstrip(":. ")) else 0
        if title and not self._references:
            self._outline.heading(title, level)

    def _figure(self, element: Element) -> None:
        for picture in element.iter("img"):
            self._builder.image(picture.get("alt") or "")
        self._builder.caption(*caption(element, self._layout))

    def _table(self, element: Element) -> None:
        label, words = caption(element, self._layout)
        tables = [table for table in element.iter("table") if not _is_inside(table, "table", element)]
        notes = [self._text(part) for part in element.iter() if self._layout.role(part) == "notes"]
        if not tables:
            self._builder.caption(label, words)
        for number, table in enumerate(tables, 1):
            self._builder.table(label, words, grid(table, self._text), notes if number == len(tables) else ())
            label = words = ""

    def _text(self, element: Element) -> str:
        return squeeze(text_of(element, SKIPPED, self._layout.is_hidden))

    def _has_heading(self, abstract: Element) -> bool:
        """Whether the words of an abstract, but for the title of the article, begin with a heading of its own."""
        for part in abstract.iter():
            if local(part) in _HEADINGS and self._text(part) != self._title:
                return True
            if local(part) == "p" and not self._layout.is_hidden(part):
                return False
        return False


def _is_inside(element: Element, name: str, root: Element) -> bool:
    parent = element.getparent() if element is not root else None
    while parent is not None:
        if local(parent) == name:
            return True
        parent = None if parent is root else parent.getparent()
    return False
