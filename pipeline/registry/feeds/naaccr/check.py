"""An independent check of a NAACCR XML file: its structure, its items, their values, and values against each other.

NAACCR's schema and dictionaries are not part of the project; where their paths are given, the file is held against
them too, else against the project's own table. The check knows nothing of how a file was made.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.registry.feeds.naaccr.dictionary import (
    NAMESPACE,
    SPECIFICATION,
    is_collected,
    items,
    read,
    uri,
    value_problem,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.registry.feeds.naaccr.dictionary import Item, Version

_ROOT = "NaaccrData"
_WITHIN = {_ROOT: "Patient", "Patient": "Tumor", "Tumor": None}
_RECORD_TYPES = frozenset("AMCI")
_ROOT_ATTRIBUTES = frozenset({"baseDictionaryUri", "userDictionaryUri", "timeGenerated", "recordType",
                              "specificationVersion"})  # fmt: skip
_ITEM_ATTRIBUTES = frozenset({"naaccrId", "naaccrNum"})
_BREAST = "C50"


def problems(
    source: Path | bytes | Any, version: Version, dictionary: Path | None = None, schema: Path | None = None
) -> list[str]:
    """What is wrong with a file (its path, its bytes or its tree); an empty list where nothing is.

    `dictionary` and `schema` are paths of NAACCR's base dictionary of the version and of its XSD. Raises `OSError`
    where a path cannot be read, `ValueError` where dictionary or schema are none.
    """
    from lxml import etree

    try:
        root = _root(source)
    except ValueError as error:
        return [f"the file {error}"]
    known = read(dictionary) if dictionary is not None else items(version)
    found = [*_about_root(root, version), *_level(root, _ROOT, known)]
    values = _values(root)
    for patient in root.iter(f"{{{NAMESPACE}}}Patient"):
        for tumour in patient.iter(f"{{{NAMESPACE}}}Tumor"):
            found += [f"Patient {_place(patient)}: {p}" for p in _against({**_values(patient), **_values(tumour)})]
    if values.get("naaccrRecordVersion", version) != version:
        found.append(f"naaccrRecordVersion is {values['naaccrRecordVersion']}, not {version}")
    if values.get("recordType", root.get("recordType")) != root.get("recordType"):
        found.append("the item recordType differs from the file's attribute")
    if schema is not None:
        xsd = etree.XMLSchema(_root(schema))
        xsd.validate(root.getroottree())
        found += [f"schema, line {error.line}: {error.message}" for error in xsd.error_log]
    return found


def _root(source: Path | bytes | Any) -> Any:
    from pipeline.reading.limits import Limits
    from pipeline.reading.safe_xml import parse

    if isinstance(source, bytes | Path):
        return parse(source.read_bytes() if isinstance(source, Path) else source, Limits())
    return source.getroot() if hasattr(source, "getroot") else source


def _about_root(root: Any, version: Version) -> Iterator[str]:
    if root.tag != f"{{{NAMESPACE}}}{_ROOT}":
        yield f"the root is {root.tag}, not {_ROOT} of {NAMESPACE}"
    if root.get("baseDictionaryUri") != uri(version):
        yield f"baseDictionaryUri is {root.get('baseDictionaryUri')}, not {uri(version)}"
    if root.get("recordType") not in _RECORD_TYPES:
        yield f"recordType is {root.get('recordType')}, none of {', '.join(sorted(_RECORD_TYPES))}"
    if root.get("specificationVersion") != SPECIFICATION:
        yield f"specificationVersion is {root.get('specificationVersion')}, not {SPECIFICATION}"
    for name in sorted(set(root.keys()) - _ROOT_ATTRIBUTES):
        yield f"{_ROOT} has an attribute {name}"


def _level(node: Any, name: str, known: Mapping[str, Item]) -> Iterator[str]:
    """The problems of one element of a level, and of those within it."""
    within, seen, begun = _WITHIN[name], set(), False
    if (node.text or "").strip():
        yield f"{name} {_place(node)} holds text"
    for child in node:
        if (child.tail or "").strip():
            yield f"{name} {_place(node)} holds text"
        if child.tag == f"{{{NAMESPACE}}}Item":
            if begun:
                yield f"{name} {_place(node)}: item {child.get('naaccrId')} stands after {within}"
            if child.get("naaccrId") in seen:
                yield f"{name} {_place(node)}: item {child.get('naaccrId')} stands twice"
            seen.add(child.get("naaccrId"))
            yield from (f"{name} {_place(node)}: {problem}" for problem in _item(child, name, known))
        elif within is not None and child.tag == f"{{{NAMESPACE}}}{within}":
            begun = True
            yield from _level(child, within, known)
        else:
            yield f"{name} {_place(node)} holds an element {child.tag}"


def _item(node: Any, level: str, known: Mapping[str, Item]) -> Iterator[str]:
    naaccr_id = node.get("naaccrId")
    if naaccr_id is None:
        yield "an item has no naaccrId"
        return
    if len(node) or set(node.keys()) - _ITEM_ATTRIBUTES:
        yield f"item {naaccr_id} has elements or attributes of its own"
    item = known.get(naaccr_id)
    if item is None:
        yield f"item {naaccr_id} is not in the dictionary"
        return
    if item.parent != level:
        yield f"item {naaccr_id} belongs to {item.parent}"
    if node.get("naaccrNum", item.number) != item.number:
        yield f"item {naaccr_id} has the number {node.get('naaccrNum')}, not {item.number}"
    if problem := value_problem(item, node.text or ""):
        yield f"item {naaccr_id} {problem}: {(node.text or '')[:40]!r}"


def _values(node: Any) -> dict[str, str]:
    return {i.get("naaccrId", ""): i.text or "" for i in node.iterchildren(f"{{{NAMESPACE}}}Item")}


def _place(node: Any) -> str:
    """The number of an element among its like, counted from 1."""
    return str(1 + sum(1 for _ in node.itersiblings(node.tag, preceding=True))) if node.getparent() is not None else "1"


_RECEPTORS = (
    ("estrogenReceptorSummary", "estrogenReceptorPercntPosOrRange"),
    ("progesteroneRecepSummary", "progesteroneRecepPrcntPosOrRange"),
)


def _against(values: Mapping[str, str]) -> Iterator[str]:
    """Values that cannot both hold of one tumour."""
    examined, positive = values.get("regionalNodesExamined", ""), values.get("regionalNodesPositive", "")
    counted = examined.isdigit() and positive.isdigit() and max(int(examined), int(positive)) <= 90
    if counted and int(positive) > int(examined):
        yield f"more nodes positive ({positive}) than examined ({examined})"
    for summary, percent in _RECEPTORS:
        said, share = values.get(summary), values.get(percent)
        if (said == "0" and share not in (None, "000")) or (said == "1" and share == "000"):
            yield f"{summary} {said} does not go with {percent} {share}"
    if values.get("her2OverallSummary") == "0" and "3" in (values.get("her2IhcSummary"), values.get("her2IshSummary")):
        yield "her2OverallSummary 0 does not go with a HER2 that is 3+ or amplified"
    mets = [i for i, v in values.items() if i.startswith("metsAtDx") and v == "1"]
    if mets and values.get("ajccTnmClinM", "").startswith("cM0"):
        yield f"{', '.join(sorted(mets))} 1 does not go with ajccTnmClinM {values['ajccTnmClinM']}"
    year = values.get("dateOfDiagnosis", "")[:4]
    if year.isdigit():
        late = [i for i in values if not is_collected(i, int(year))]
        if late:
            yield f"not collected for a diagnosis of {year}: {', '.join(sorted(late))}"
    ssdi = [i for i in values if i.startswith(("estrogenRec", "progesteroneRec", "her2"))]
    if ssdi and not values.get("primarySite", _BREAST).startswith(_BREAST):
        yield f"items of the breast with the primary site {values['primarySite']}: {', '.join(sorted(ssdi))}"
