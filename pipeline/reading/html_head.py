"""What a page says of its article: the meta elements that Google Scholar, Dublin Core and PRISM ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipeline.reading.builder import squeeze
from pipeline.reading.document import Metadata
from pipeline.reading.jats_front import doi, year_in

if TYPE_CHECKING:
    Element = Any

_PMCID = re.compile(r"/(PMC\d+)\b", re.I)
_LICENCE = re.compile(r"https?://creativecommons\.org/(?:licenses|publicdomain)/[\w./-]+")
_TITLE = ("citation_title", "dc.title", "og:title")
_DOI = ("citation_doi", "prism.doi", "dc.identifier", "doi")
_JOURNAL = ("citation_journal_title", "prism.publicationname", "dc.source")
_DATE = ("citation_publication_date", "citation_date", "citation_online_date", "prism.publicationdate", "dc.date")


def metadata(root: Element) -> Metadata:
    """The metadata of a page; empty where it says nothing."""
    said: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        said.setdefault(name, squeeze(meta.get("content") or ""))
    links = [link.get("href") or "" for link in root.iter("a", "link")]
    pmcid = said.get("citation_pmcid") or _first(
        _PMCID, [said.get("citation_fulltext_html_url", ""), *_canonical(root)]
    )
    pmid = said.get("citation_pmid", "")
    return Metadata(
        _one(said, _TITLE),
        next((found for name in _DOI if (found := doi(said.get(name, "")))), ""),
        pmid if pmid.isdigit() else "",
        pmcid.upper(),
        _one(said, _JOURNAL),
        year_in(said.get(name, "") for name in _DATE),
        _first(_LICENCE, [said.get("dc.rights", ""), *links]),
    )


def _canonical(root: Element) -> list[str]:
    return [link.get("href") or "" for link in root.iter("link") if link.get("rel") == "canonical"]


def _one(said: dict[str, str], names: tuple[str, ...]) -> str:
    return next((said[name] for name in names if said.get(name)), "")


def _first(pattern: re.Pattern[str], texts: list[str]) -> str:
    found = next((match for text in texts if (match := pattern.search(text))), None)
    return found[found.lastindex or 0] if found else ""
