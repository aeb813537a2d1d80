"""Text items: the sentences behind the codes, and what a registrar should know of the case.

Sentences stand whole, in the order of the document; the first that would exceed an item's length ends it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.registry.feeds.naaccr.dictionary import items

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.patient.model import Evidence
    from pipeline.registry.feeds.naaccr.abstract import Abstract

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The coded items whose sentences stand in a text item.
_OF = {
    "textDxProcLabTests": ("estrogenReceptor", "progesteroneRecep", "her2", "ki67"),
    "textDxProcPath": ("grade", "histologicType", "regionalNodes"),
    "textStaging": ("ajccTnm", "metsAtDx"),
    "textDxProcOp": ("rxSummSurgPrim", "rxSummScope", "rxDateSurgery", "rxDateMostDefin"),
}


def add(abstract: Abstract) -> None:
    """The text items; none of them holds a sentence that no coded item rests on, save contradictions in textRemarks."""
    for naaccr_id, coded in _OF.items():
        places = [e for i, said in abstract.places.items() if i.startswith(coded) for e in said]
        _quote(abstract, naaccr_id, places)
    case = abstract.record.case
    if abstract.has("primarySite"):
        title = [case.laterality if abstract.has("laterality") else None, case.primary_site, case.quadrant]
        abstract.put("textPrimarySiteTitle", plain(", ".join(t for t in title if t)), abstract.places["primarySite"])
    if abstract.has("histologicTypeIcdO3") and case.histology:
        abstract.put("textHistologyTitle", plain(case.histology), abstract.places["histologicTypeIcdO3"])


def remarks(abstract: Abstract) -> str:
    """Which case of which document this is, and where the document contradicts itself, within the item's length."""
    source, length = abstract.case.source, items("260")["textRemarks"].length
    text = plain(f"Oncocase {abstract.case.version} case {abstract.case.case_id}; SHA-256 of the text {source.sha256}.")
    for contradiction in abstract.record.contradictions:
        longer = f"{text} Contradiction in the text: {plain(contradiction.what)}."
        text = longer if len(longer) <= length else text
    return text[:length]


def _quote(abstract: Abstract, naaccr_id: str, places: Iterable[Evidence]) -> None:
    length = items("260")[naaccr_id].length
    text, quoted = "", []
    for place in sorted(set(places), key=lambda e: (e.start, e.end)):
        longer = f"{text} {plain(place.text)}".strip()
        if len(longer) > length:
            break
        text = longer
        quoted.append(place)
    if quoted and text:
        abstract.put(naaccr_id, text, quoted)


def plain(text: str) -> str:
    """A text in one line, without the characters that XML 1.0 cannot hold."""
    return " ".join(_NOT_XML.sub(" ", text).split())
