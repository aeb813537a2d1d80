"""What a JATS article says of itself: title, identifiers, journal, year, licence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipeline.reading.builder import squeeze
from pipeline.reading.document import Metadata
from pipeline.reading.inline import text_of
from pipeline.reading.safe_xml import local

if TYPE_CHECKING:
    from collections.abc import Iterable

    Element = Any

_HREF = "{http://www.w3.org/1999/xlink}href"
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
# Of several dates the one that the article is cited by; dates of other kinds are no dates of publication.
_DATES = ("collection", "ppub", "pub", "epub-ppub", "epub", "ecorrected", "")
_LICENCE = re.compile(r"https?://creativecommons\.org/(?:licenses|publicdomain)/[\w./-]+")


def metadata(article: Element) -> Metadata:
    """The metadata of an `article` or `sub-article`."""
    front = child(article, "front", "front-stub")
    if front is None:
        return Metadata()
    meta = child(front, "article-meta")
    meta = front if meta is None else meta
    ids = {one.get("pub-id-type"): squeeze(text_of(one)) for one in meta if local(one) == "article-id"}
    pmcid = ids.get("pmcid") or ids.get("pmc") or ids.get("pmcaid") or ""
    return Metadata(
        title(meta),
        doi(ids.get("doi", "")),
        ids.get("pmid", "") if ids.get("pmid", "").isdigit() else "",
        f"PMC{pmcid}" if pmcid.isdigit() else pmcid,
        _journal(front),
        _year(meta),
        _licence(meta),
    )


def title(meta: Element) -> str:
    """The title with its subtitle, without footnotes."""
    group = child(meta, "title-group")
    parts = [one for one in (meta if group is None else group) if local(one) in ("article-title", "subtitle")]
    return squeeze(": ".join(squeeze(text_of(part, ("xref", "fn"))) for part in parts))


def doi(said: str) -> str:
    """The DOI without an address before it; empty where there is none."""
    start = said.find("10.")
    return said[start:].strip() if start >= 0 else ""


def child(element: Element, *names: str) -> Element | None:
    """The first child of one of these names."""
    return next((one for one in element if local(one) in names), None)


def year_in(said: Iterable[str]) -> int | None:
    """The first year that the strings name."""
    return next((int(found.group()) for one in said if (found := _YEAR.search(one))), None)


def _journal(front: Element) -> str:
    journal = child(front, "journal-meta")
    if journal is None:
        return ""
    return next((squeeze(text_of(one)) for one in journal.iter("{*}journal-title")), "")


def _year(meta: Element) -> int | None:
    years: dict[str, str] = {}
    for date in meta:
        if local(date) == "pub-date":
            kind = date.get("pub-type") or date.get("date-type") or ""
            years.setdefault(kind, "".join(text_of(one) for one in date if local(one) == "year"))
    return year_in(years[kind] for kind in _DATES if kind in years)


def _licence(meta: Element) -> str:
    permissions = child(meta, "permissions")
    if permissions is None:
        return ""
    addresses = [one.get(_HREF) or "" for one in permissions.iter("{*}license", "{*}ext-link")]
    addresses += [squeeze(text_of(one)) for one in permissions.iter("{*}license_ref")]
    words = next((squeeze(text_of(one)) for one in permissions.iter("{*}license")), "")
    found = next((match for one in [*addresses, words] if (match := _LICENCE.search(one))), None)
    return found.group() if found else next(filter(None, addresses), words)
