"""BioC documents (Comeau et al. 2013), PMC's flavour of them first, to documents.

Passages say what they are by infons: `section_type` (TITLE, ABSTRACT, INTRO, CASE, FIG, TABLE, REF …) and `type`
(title_1, paragraph, fig_caption, table_caption, table, footnote …). Others are paragraphs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.reading.builder import Builder, squeeze
from pipeline.reading.document import Metadata
from pipeline.reading.inline import text_of
from pipeline.reading.jats_front import doi, year_in
from pipeline.reading.outline import Outline
from pipeline.reading.safe_xml import parse
from pipeline.reading.table_grid import from_lines, grid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.reading.document import Document
    from pipeline.reading.limits import Limits
    from pipeline.reading.table_grid import GridCell

_LEFT_OUT = frozenset({"ref", "reference"})


def read_bioc(document: Mapping[str, Any], doc_id: str, path: Path, limits: Limits, packed: bool = False) -> Document:
    """The document of a BioC document in the shape of BioC JSON.

    Raises `ValueError` with the reason: no text, no BioC, time that is up.
    """
    passages = document.get("passages")
    if not isinstance(passages, list) or not all(isinstance(one, dict) for one in passages):
        raise ValueError("is a BioC document without passages")
    parts = [(_strings(one.get("infons")), _string(one.get("text"))) for one in passages]
    builder = Builder(limits)
    with Outline(builder) as outline:
        _Passages(builder, limits, outline).add(parts)
    known = _metadata(_strings(document.get("infons")), _string(document.get("id")), parts)
    return builder.document(doc_id, path, "bioc", known, packed=packed)


class _Passages:
    """Goes over the passages and hands them to the builder."""

    def __init__(self, builder: Builder, limits: Limits, outline: Outline) -> None:
        self._builder, self._limits, self._outline = builder, limits, outline
        self._abstract = False

    def add(self, parts: Sequence[tuple[Mapping[str, str], str]]) -> None:
        label = caption = ""
        for infons, text in parts:
            kind, section = infons.get("type", "").lower(), infons.get("section_type", "").upper()
            if kind in _LEFT_OUT or section == "REF":
                continue
            if section == "ABSTRACT" and not self._abstract:
                self._abstract = True
                if squeeze(text).lower() != "abstract":
                    self._outline.heading("Abstract", 1)
            if kind == "table" or (kind.startswith("table") and "xml" in infons):
                self._builder.table(label, caption, self._rows(infons, text))
                label = caption = ""
                continue
            if label or caption:  # a caption whose table did not come
                self._builder.caption(label, caption)
                label = caption = ""
            if kind.startswith("table") and "caption" in kind:
                label, caption = _label(infons, text, "Table"), text
            elif kind.startswith("fig") and ("caption" in kind or "title" in kind or kind == "fig"):
                self._builder.caption(_label(infons, text, "Figure"), text)
            elif "title" in kind and section != "TITLE" and kind not in ("title", "front"):
                self._outline.heading(text, _level(kind) + (section == "ABSTRACT"))
            else:
                self._builder.paragraph(text)
        if label or caption:
            self._builder.caption(label, caption)

    def _rows(self, infons: Mapping[str, str], text: str) -> list[list[GridCell]]:
        """The table's own markup where it is given and sound, else the lines of the text."""
        if "xml" in infons:
            try:
                return grid(parse(infons["xml"].encode(), self._limits), text_of)
            except ValueError:
                self._builder.remarks.append("the markup of a table is broken; its text was read instead")
        return from_lines(text)


def _level(kind: str) -> int:
    digits = kind.rpartition("_")[2]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 3 else 1


def _label(infons: Mapping[str, str], text: str, noun: str) -> str:
    """'Figure 1' where the caption does not begin with it and its id, such as F1 or fig1, numbers it."""
    if squeeze(text)[:3].lower() == noun[:3].lower():
        return ""
    number = infons.get("id", "").lower().removeprefix(noun.lower()).removeprefix(noun[:3].lower()).lstrip("ft0")
    return f"{noun} {number}" if number.isascii() and number.isdigit() else ""


def _metadata(infons: dict[str, str], name: str, parts: Sequence[tuple[Mapping[str, str], str]]) -> Metadata:
    front: dict[str, str] = {}
    for said, _ in parts[:2]:
        front |= said
    said = front | infons
    title = next((text for own, text in parts if own.get("type", "").lower() in ("front", "title")), "")
    pmcid = said.get("article-id_pmc", "").upper().removeprefix("PMC")
    if not pmcid and name.upper().startswith("PMC"):
        pmcid = name[3:]
    journal = said.get("journal-title") or said.get("journal") or ""
    return Metadata(
        squeeze(title),
        doi(said.get("article-id_doi", "")),
        pmid if (pmid := said.get("article-id_pmid", "")).isdigit() else "",
        f"PMC{pmcid}" if pmcid.isdigit() else "",
        squeeze(journal.partition(";")[0]),
        year_in([said.get("year", "")]),
        squeeze(said.get("license", "")),
    )


def _strings(value: object) -> dict[str, str]:
    return {str(key): _string(one) for key, one in value.items()} if isinstance(value, dict) else {}


def _string(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
