"""XML from anywhere to a tree: no network, no files, no entities, bounded depth and text nodes.

libxml2's own limits stay on (a text node of 10 MB, 256 levels); what it would expand by itself, entities in
attributes, is refused before it is looked at.
"""

from __future__ import annotations

from html.entities import html5
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.reading.limits import Limits

    Element = Any


def parse(data: bytes, limits: Limits) -> Element:
    """The root element. Raises `ValueError` with the reason where the data are no XML, or none to be trusted."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"is no XML that can be read ({_first_line(error)}); repair it, or fetch it again") from None
    declared = root.getroottree().docinfo.internalDTD
    for entity in declared.iterentities() if declared is not None else ():
        if entity.system_url is None:
            raise ValueError(f"declares the entity '{entity.name}', which could stand for anything; write it out")
    check_depth(root, limits)
    return root


def check_depth(root: Element, limits: Limits) -> None:
    """Raises `ValueError` where elements stand deeper inside one another than `limits` allow."""
    from lxml import etree

    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limits.depth:
            raise ValueError(f"is nested more than the {limits.depth:g} levels allowed; raise the limit (--max-depth)")


def local(element: Element) -> str:
    """The element's name without its namespace; an empty string for None, comments and entities."""
    tag = getattr(element, "tag", None)
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def entity(node: Element) -> str:
    """The character that a reference such as &alpha; stands for, an empty string for what is no reference.

    The names are HTML's, which hold those of the JATS DTDs. Raises `ValueError` for another name.
    """
    name = getattr(node, "name", None)
    if name is None or isinstance(node.tag, str):
        return ""
    if f"{name};" not in html5:
        raise ValueError(f"refers to the entity '{name}', which is not read from elsewhere; write it out")
    return html5[f"{name};"]


def _first_line(error: Exception) -> str:
    return str(error).replace("\n", " ").strip()[:200]
