"""Files that hold one document or many: XML with JATS articles, BioC collections in XML and JSON.

<article>                            one JATS article
<pmc-articleset>, <OAI-PMH>          many, as PMC's services give them; <articles>, as Europe PMC's, and any other root
<collection><document>               BioC; in JSON {"documents": [...]}, or a list with one such object
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any

from pipeline.reading.jats_front import metadata
from pipeline.reading.safe_xml import local, parse

if TYPE_CHECKING:
    from pipeline.reading.limits import Limits

    Element = Any

Item = tuple[str, Any]
"""`jats` with an `article` element, or `bioc` with a document as in BioC JSON."""

HEAD = 4096
"""How many first bytes of a file say what it is."""
_OF_MANY = (b'"documents"', b'"BioCCollection"')
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.S)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")


def names(head: bytes, rest: IO[bytes], form: str, limits: Limits) -> list[str]:
    """What to call the documents of a file that holds several; an empty list for one document or none.

    `head` are the first `HEAD` bytes; the rest is read only where they are a collection's. Never raises
    `ValueError`: what is wrong with the file shows when it is read.
    """
    if not is_collection(head, form):
        return []
    try:
        found = _items(head + rest.read(int(limits.size) + 1 - len(head)), form, limits)
    except ValueError:
        return []
    return list(found) if len(found) > 1 else []


def is_collection(head: bytes, form: str) -> bool:
    """Whether the first bytes of a file are those of a collection, as every JSON file that is read is one.

    XML is one where its first element is no article, or does not show in them.
    """
    if form != "xml":
        return form == "json" and any(mark in head for mark in _OF_MANY)
    root = _ROOT.search(_COMMENT.sub(b"", head))
    return root is None or root[1] != b"article"


def item(data: bytes, form: str, limits: Limits, name: str = "") -> Item:
    """The document of that name, or the only one. Raises `ValueError` with the reason where there is none."""
    found = _kept_items(data, form, limits) if name else _items(data, form, limits)
    if not name and len(found) == 1:
        return next(iter(found.values()))
    if not name:
        raise ValueError(f"holds {len(found)} documents; name one of them after the file's path")
    if name not in found:
        raise ValueError(f"holds {len(found)} documents, none named '{name}'; name one of them after the file's path")
    return found[name]


@lru_cache(maxsize=1)  # the documents of one file are read one after another
def _kept_items(data: bytes, form: str, limits: Limits) -> dict[str, Item]:
    return _items(data, form, limits)


def _items(data: bytes, form: str, limits: Limits) -> dict[str, Item]:
    return _in_json(data) if form == "json" else _in_xml(parse(data, limits))


def _in_xml(root: Element) -> dict[str, Item]:
    match local(root):
        case "article":
            return {"": ("jats", root)}
        case "collection":
            documents = [_bioc(one) for one in root if local(one) == "document"]
            if not documents:
                raise ValueError("is a BioC collection without documents")
            return _named((str(one["id"]), ("bioc", one)) for one in documents)
    articles = list(root.iter("{*}article"))
    if not articles:
        raise ValueError(f"is XML of another kind (<{local(root)}>); JATS (<article>) and BioC (<collection>) are read")
    return _named((metadata(one).pmcid or metadata(one).doi, ("jats", one)) for one in articles)


def _in_json(data: bytes) -> dict[str, Item]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is no JSON that can be read ({error}); repair it, or fetch it again") from None
    collections = value if isinstance(value, list) else [value]
    if not collections or not all(
        isinstance(one, dict) and isinstance(one.get("documents"), list) for one in collections
    ):
        raise ValueError('is JSON of another kind; BioC collections are read, which have "documents"')
    documents = [one for collection in collections for one in collection["documents"]]
    if not documents or not all(isinstance(one, dict) for one in documents):
        raise ValueError("is a BioC collection without documents")
    return _named((str(one.get("id", "")), ("bioc", one)) for one in documents)


def _bioc(document: Element) -> dict[str, Any]:
    """A BioC document element in the shape that it has in JSON."""
    return {
        "id": document.findtext("{*}id") or "",
        "infons": _infons(document),
        "passages": [
            {"infons": _infons(passage), "text": _passage_text(passage)}
            for passage in document
            if local(passage) == "passage"
        ],
    }


def _passage_text(passage: Element) -> str:
    """The text, which may stand in sentences."""
    texts = passage.findall("{*}text") or passage.findall("{*}sentence/{*}text")
    return " ".join("".join(text.itertext()) for text in texts)


def _infons(element: Element) -> dict[str, str]:
    return {one.get("key") or "": "".join(one.itertext()) for one in element if local(one) == "infon"}


def _named(items: Iterable[tuple[str, Item]]) -> dict[str, Item]:
    """Names as they can stand in a path, each once."""
    found: dict[str, Item] = {}
    for number, (name, one) in enumerate(items, 1):
        plain = "".join(c if c.isprintable() and c not in "/\\." else "_" for c in name.strip())
        plain = plain or str(number)
        found[plain if plain not in found else f"{plain}-{number}"] = one
    return found
