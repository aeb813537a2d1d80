"""PDF articles, in one column or more, to documents, by PDFium.

    page -> pieces -> without furniture -> rows in reading order -> headings, paragraphs, captions, tables

A PDF says how a page looks, not what stands on it: headings, the ends of paragraphs and the rows of tables are
told by size, weight and place, and may be wrong. Where the article can be had as XML, read that.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.reading import pdf_columns, pdf_furniture
from pipeline.reading.builder import Builder, squeeze
from pipeline.reading.document import Metadata
from pipeline.reading.outline import Outline
from pipeline.reading.pdf_flow import Flow
from pipeline.reading.pdf_lines import Piece, pieces

if TYPE_CHECKING:
    from pipeline.reading.document import Document
    from pipeline.reading.limits import Limits


def read_pdf(data: bytes, doc_id: str, path: Path, limits: Limits, packed: bool = False) -> Document:
    """The document of a PDF file.

    Raises `ValueError` with the reason: no PDF, encrypted, too many pages, pictures of text only, time that is up.
    """
    pages, title = _pages(data, limits)
    found = pdf_columns.of_pages(pdf_furniture.without(pages))
    if not found:
        raise ValueError("holds no text, only pictures; run a text recognition (OCR) over it first")
    builder = Builder(limits)
    with Outline(builder) as outline:
        flow = Flow(builder, outline, found)
        flow.read()
    known = Metadata(title=title or flow.title, doi=flow.doi)
    return builder.document(doc_id, path, "pdf", known, packed=packed)


def _pages(data: bytes, limits: Limits) -> tuple[list[tuple[list[Piece], float]], str]:
    """The pieces and the height of each page, and the title that the file gives itself."""
    import pypdfium2

    clock = limits.clock()
    try:
        file = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ValueError(f"is no PDF that can be opened ({error}); repair it, or save it without a password") from None
    try:
        count = len(file)
        if count > limits.pages:
            raise ValueError(
                f"has {count} pages, more than the {limits.pages:g} allowed; raise the limit (--max-pages)"
            )
        found = []
        for number in range(count):
            clock.check()
            page: Any = file[number]
            found.append((pieces(page, clock), page.get_height()))
            page.close()
        title = squeeze(file.get_metadata_dict().get("Title") or "")
        return found, title if " " in title else ""
    except pypdfium2.PdfiumError as error:
        raise ValueError(f"is damaged ({error}); fetch it again") from None
    finally:
        file.close()
