"""JATS articles (Journal Article Tag Suite, ANSI/NISO Z39.96; NLM DTD before it) to documents.

In the order of print: title, abstracts, body, floats that stand apart, back matter without the list of
references, then sub-articles that tell of patients. In other languages than the article's, and of reviewers,
nothing is read; what was left out stands in the document.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.reading.builder import Builder, squeeze
from pipeline.reading.inline import runs, text_of
from pipeline.reading.jats_front import child, metadata
from pipeline.reading.safe_xml import local
from pipeline.reading.table_grid import grid

if TYPE_CHECKING:
    from pipeline.reading.document import Document
    from pipeline.reading.limits import Limits

    Element = Any

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# The kinds of abstract of JATS4R's list, as they are headed in print where they have no title.
_ABSTRACTS = {
    "graphical": "Graphical abstract",
    "key-points": "Key points",
    "executive-summary": "Summary",
    "plain-language-summary": "Plain language summary",
    "summary": "Summary",
    "teaser": "Teaser",
    "highlights": "Highlights",
    "author-highlights": "Highlights",
    "web-summary": "Summary",
    "lay-summary": "Plain language summary",
    "lay-abstract": "Plain language summary",
    "toc": "Short abstract",
    "precis": "Short abstract",
    "short": "Short abstract",
}
# Sub-articles by JATS4R's list of article types: these speak about the article, or say it again.
_ABOUT = frozenset(
    "translation decision-letter editor-report reply author-comment referee-report reviewer-report "
    "aggregated-review-documents peer-review article-commentary".split()
)
_LEFT_OUT = frozenset(
    "ref-list label title xref-group processing-meta permissions kwd-group object-id sec-meta".split()
)
_FLOATS = frozenset("fig table-wrap boxed-text fig-group table-wrap-group supplementary-material media fn".split())
_BREAKS = frozenset("list def-list disp-quote disp-formula verse-group speech statement p array preformat".split())
_IN_TEXT_OUT = frozenset(_FLOATS | {"graphic", "inline-graphic", "object-id"})


def read_jats(article: Element, doc_id: str, path: Path, limits: Limits, packed: bool = False) -> Document:
    """The document of an `article` element.

    Raises `ValueError` with the reason: no text, an unknown entity, time that is up.
    """
    walk = _Walk(Builder(limits), article.get(_LANGUAGE) or "en")
    walk.article(article)
    return walk.builder.document(doc_id, path, "jats", metadata(article), packed=packed)


class _Walk:
    """Goes over the blocks of an article and hands them to the builder."""

    def __init__(self, builder: Builder, language: str) -> None:
        self.builder = builder
        self._language = language

    def article(self, article: Element, level: int = 1) -> None:
        front = child(article, "front", "front-stub")
        if front is not None:
            self._front(front, metadata(article).title, level)
        for part in article:
            match local(part):
                case "body":
                    self.blocks(part, level)
                case "back" | "floats-group" | "floats-wrap":
                    self.blocks(part, level)
                case "sub-article" | "response":
                    self._sub_article(part, level)

    def _front(self, front: Element, title: str, level: int) -> None:
        meta = child(front, "article-meta")
        meta = front if meta is None else meta
        self.builder.paragraph(title)
        for abstract in meta:
            name = local(abstract)
            language = abstract.get(_LANGUAGE) or ("?" if name == "trans-abstract" else self._language)
            if name not in ("abstract", "trans-abstract"):
                continue
            if language[:2] not in (self._language[:2], "en"):
                self.builder.left_out.append(f"abstract ({language})")
                continue
            heading = _title(abstract) or _ABSTRACTS.get(abstract.get("abstract-type") or "", "Abstract")
            with self.builder.section(heading, level):
                self.blocks(abstract, level + 1)

    def _sub_article(self, article: Element, level: int) -> None:
        kind = article.get("article-type") or article.get("response-type") or local(article)
        language = article.get(_LANGUAGE) or self._language
        if kind in _ABOUT or language[:2] != self._language[:2]:
            self.builder.left_out.append(f"sub-article ({kind})")
            return
        with self.builder.section("", level):
            self.article(article, level + 1)

    def blocks(self, parent: Iterable[Element], level: int) -> None:
        for element in parent:
            self._block(element, level)

    def _block(self, element: Element, level: int) -> None:
        match local(element):
            case "":
                return
            case "p":
                self._paragraph(element, level)
            case "fig":
                self._figure(element, level)
            case "table-wrap":
                self._table(element)
            case "disp-formula":
                self.builder.paragraph(text_of(element, ("graphic", "label")))
            case "list" | "def-list":
                self._list(element, level)
            case "fn":
                self.builder.paragraph(text_of(element))
            case "supplementary-material" | "media":
                self.builder.caption(_label(element), _caption(element))
            case "fig-group" | "table-wrap-group":
                self.builder.caption(_label(element), _caption(element))
                self.blocks((part for part in element if local(part) != "caption"), level)
            case name if name in _LEFT_OUT:
                return
            case "verse-line" | "attrib" | "speaker" | "preformat" | "term" | "def":
                self.builder.paragraph(text_of(element))
            case "graphic" | "inline-graphic":
                self.builder.image(_description(element))
            case _:  # sections, and everything that is made of blocks: boxes, quotes, groups, appendices
                with self.builder.section(_title(element), level):
                    self.blocks(element, level + 1)

    def _paragraph(self, element: Element, level: int) -> None:
        """A paragraph; the lists, quotes and formulas in it stand on their own, figures and notes after it."""
        for part in runs(element, _BREAKS, _IN_TEXT_OUT):
            if isinstance(part, str):
                self.builder.paragraph(part)
            else:
                self._block(part, level)
        for part in element.iter():
            if local(part) in _FLOATS and _around(part) is element:
                self._block(part, level)

    def _list(self, element: Element, level: int) -> None:
        for item in element:
            match local(item):
                case "title":
                    self.builder.paragraph(text_of(item))
                case "def-item":
                    parts = [squeeze(text_of(part)) for part in item if local(part) in ("term", "def")]
                    self.builder.paragraph(", ".join(filter(None, parts)))
                case "list-item" if (item.text or "").strip():  # against the DTD, and still on the page
                    self.builder.paragraph(text_of(item, ("label",)))
                case "list-item":
                    self.blocks(item, level)

    def _figure(self, element: Element, level: int) -> None:
        self.builder.image(_description(element))
        self.builder.caption(_label(element), _caption(element))
        for part in element:
            if local(part) in ("table-wrap", "fig", "p", "list", "disp-formula"):
                self._block(part, level)

    def _table(self, element: Element) -> None:
        label, caption = _label(element), _caption(element)
        tables = [
            table
            for table in element.iter("{*}table", "{*}tgroup")
            if local(table.getparent()) not in ("td", "th", "table") and not _is_another_form(table)
        ]
        notes = [text_of(note) for foot in element if local(foot) == "table-wrap-foot" for note in _notes(foot)]
        if not tables:
            self.builder.image(_description(element))
            self.builder.table(label, caption, [], notes)
        for number, table in enumerate(tables, 1):
            rows = grid(table, lambda cell: text_of(cell, ("graphic", "inline-graphic")))
            self.builder.table(label, caption, rows, notes if number == len(tables) else ())
            label = caption = ""


def _title(element: Element) -> str:
    heading = child(element, "title")
    if heading is None:
        return ""
    return f"{_label(element)} {squeeze(text_of(heading, ('fn',), _is_note))}".strip()


def _is_note(element: Element) -> bool:
    """Whether an element refers to a footnote."""
    return local(element) == "xref" and element.get("ref-type") == "fn"


def _label(element: Element) -> str:
    label = child(element, "label")
    return squeeze(text_of(label)) if label is not None else ""


def _caption(element: Element) -> str:
    """Title and paragraphs of a caption, on one line."""
    captions = [part for part in element if local(part) == "caption"]
    return squeeze(" ".join(text_of(part, ("graphic", "inline-graphic")) for part in captions))


def _description(element: Element) -> str:
    """The alternative text and the long description of the pictures in an element, not of those in a cell."""
    found = [part for part in element.iter("{*}alt-text", "{*}long-desc") if local(part.getparent()) != "td"]
    return " ".join(dict.fromkeys(squeeze(text_of(part)) for part in found))


def _is_another_form(table: Element) -> bool:
    """Whether a table says again, in another model, what one before it says."""
    within = next(table.iterancestors("{*}alternatives"), None)
    return within is not None and next(within.iter("{*}table", "{*}tgroup"), None) is not table


def _notes(foot: Element) -> list[Element]:
    return [note for part in foot for note in (part if local(part) == "fn-group" else [part]) if local(note)]


def _around(float_: Element) -> Element | None:
    """The paragraph that a float belongs to: none where a list or another float holds it, which gives it out."""
    parent = float_.getparent()
    while parent is not None and local(parent) != "p":
        if local(parent) in _FLOATS or local(parent) in _BREAKS:
            return None
        parent = parent.getparent()
    return parent
