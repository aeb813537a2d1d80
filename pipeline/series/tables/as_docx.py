"""`cases.docx`: the table as a journal takes it: landscape, a caption, abbreviations beneath, the summary after it."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pipeline.registry.feeds.cells import clean
from pipeline.series.cells import NOT_REPORTED
from pipeline.series.evidence import link

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

    from pipeline.series.cases import SeriesCase
    from pipeline.series.cells import Cell
    from pipeline.series.rows import Table

_MADE = datetime(2000, 1, 1)
_SIZE = 6.5  # points: the widest table of a landscape page that can still be read
_NOTES = (
    f"{NOT_REPORTED}, not found in the report (not the same as negative). Values in italics are derived by a rule "
    "and not stated as such. ER, estrogen receptor; PR, progesterone receptor; HER2, human epidermal growth factor "
    "receptor 2; IHC, immunohistochemistry. Dates are given as precisely as the report gives them."
)


def cases(table: Table) -> bytes:
    """The document; each value is a link to its sentence in `evidence/`."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    document = docx.Document()
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Mm(297), Mm(210)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(12)
    document.add_paragraph(f"Table 1. Case series of {len(table.rows)} patients.", style="Caption")
    _cases(document, table)
    _small(document.add_paragraph(_NOTES))
    document.add_paragraph("Table 2. Summary of the series.", style="Caption")
    _summary(document, table)
    about = document.core_properties
    about.author, about.title = "", "Case series"
    about.created = about.modified = _MADE
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _cases(document: Document, table: Table) -> None:
    shown = document.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    _repeat_head(shown.rows[0])
    for cell, column in zip(shown.rows[0].cells, table.columns.values(), strict=True):
        _words(cell.paragraphs[0], column.heading, bold=True)
    for case, row in table.rows:
        for cell, told in zip(shown.add_row().cells, row.values(), strict=True):
            _fill(cell, case, told)


def _summary(document: Document, table: Table) -> None:
    shown = document.add_table(rows=1, cols=3, style="Table Grid")
    _repeat_head(shown.rows[0])
    for cell, heading in zip(shown.rows[0].cells, ("Item", "Value", "Reported"), strict=True):
        _words(cell.paragraphs[0], heading, bold=True)
    for line in table.summary:
        for cell, text in zip(shown.add_row().cells, line, strict=True):
            _words(cell.paragraphs[0], text)


def _fill(cell: _Cell, case: SeriesCase, told: Cell) -> None:
    paragraph = cell.paragraphs[0]
    if not told:
        _words(paragraph, NOT_REPORTED)
    for number, one in enumerate(told):
        if number:
            paragraph = cell.add_paragraph()
        if one.places:
            _link(paragraph, one.text, link(case, one.places[0]), italic=one.rule is not None)
        else:
            _words(paragraph, one.text)
        _tight(paragraph)


def _words(paragraph: Paragraph, text: str, *, bold: bool = False) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(clean(text))
    run.bold, run.font.size = bold, Pt(_SIZE)
    _tight(paragraph)


def _tight(paragraph: Paragraph) -> None:
    from docx.shared import Pt

    paragraph.paragraph_format.space_after = Pt(1)


def _small(paragraph: Paragraph) -> None:
    from docx.shared import Pt

    for run in paragraph.runs:
        run.font.size = Pt(8)


def _link(paragraph: Paragraph, text: str, target: str, *, italic: bool) -> None:
    """A run inside a hyperlink, which python-docx has no call for; the look stays that of a table, black."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    holder = OxmlElement("w:hyperlink")
    holder.set(qn("r:id"), paragraph.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(clean(text))
    run.italic, run.font.size = italic, Pt(_SIZE)
    holder.append(run._r)
    paragraph._p.append(holder)


def _repeat_head(row: Any) -> None:
    """The row stands at the top of each page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
