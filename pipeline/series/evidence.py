"""The page of a case: each sentence that a cell cites, in the order of the report, with the cited words marked.

Cells link to `evidence/<case>.html#<anchor>`, so the table can be checked without the program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from pipeline.series.template import template

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.patient.model import Evidence
    from pipeline.series.cases import SeriesCase
    from pipeline.series.cells import Cell
    from pipeline.series.columns import Column


class Sentence(NamedTuple):
    """A sentence cut into pieces, each with its anchor where a cell cites it, and the columns that cite it."""

    place: str
    pieces: list[tuple[str | None, str]]
    columns: list[str]


def link(case: SeriesCase, place: Evidence) -> str:
    """Where a place is shown, relative to the table."""
    return f"evidence/{quote(case.case_id)}.html#{anchor(place)}"


def anchor(place: Evidence) -> str:
    """The name of a place in the page of its case."""
    return f"c{place.start}-{place.end}"


def page(case: SeriesCase, columns: Mapping[str, Column], row: Mapping[str, Cell]) -> str:
    """The page as HTML; all that comes from the report is escaped."""
    cited: dict[Evidence, list[str]] = {}
    for key, cell in row.items():
        for place in (place for part in cell for place in part.places):
            headings = cited.setdefault(place, [])
            if columns[key].heading not in headings:
                headings.append(columns[key].heading)
    return template("evidence.html").render(case=case, sentences=list(_sentences(cited)))


def _sentences(cited: Mapping[Evidence, list[str]]) -> Iterable[Sentence]:
    """The longest places are the sentences; the others are words in them."""
    ordered = sorted(cited, key=lambda place: (place.start, -place.end))
    whole: Evidence | None = None
    inside: list[Evidence] = []
    for place in ordered:
        if whole is not None and place.end <= whole.end:
            inside.append(place)
            continue
        if whole is not None:
            yield _sentence(whole, inside, cited)
        whole, inside = place, []
    if whole is not None:
        yield _sentence(whole, inside, cited)


def _sentence(whole: Evidence, inside: list[Evidence], cited: Mapping[Evidence, list[str]]) -> Sentence:
    """Overlapping words are marked once, from the first of them; the anchors of the others go to the sentence."""
    pieces: list[tuple[str | None, str]] = [(anchor(whole), "")]
    at = whole.start
    for place in inside:
        pieces.append((anchor(place), ""))
        if place.start < at:
            continue
        pieces.append((None, whole.text[at - whole.start : place.start - whole.start]))
        pieces.append(("mark", place.text))
        at = place.end
    pieces.append((None, whole.text[at - whole.start :]))
    headings = dict.fromkeys(heading for place in (whole, *inside) for heading in cited[place])
    return Sentence(f"{whole.start}–{whole.end}", [piece for piece in pieces if any(piece)], list(headings))
