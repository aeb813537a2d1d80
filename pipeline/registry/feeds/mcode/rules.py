"""Whether a resource meets the rules of `profiles.tsv`: what mCODE, US Core and R4 demand of it.

A row names what it is of (a profile, `extension <name>`, `R4 <type>`), a path, and a rule: `required` (there, or absent
with a reason), `max` (at most so often), `coding` (has a coding of this `system|code`), `code` (one of these), `some`
(one of the concepts is of a value set), `valueset` (each is), `extensible` (each that is coded at all is), `unit` (a
Quantity of this UCUM unit).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.registry.feeds.mcode.fhir import MCODE, UCUM
from pipeline.registry.feeds.mcode.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.registry.feeds.mcode.fhir import Json

_HL7 = "http://hl7.org/fhir/StructureDefinition/"
# Extensions of mCODE that stand inside another and have no address of their own.
_INNER = frozenset({"volume", "totalDoseDelivered", "fractionsDelivered", "modality", "technique"})


@cache
def _rules() -> dict[str, list[Mapping[str, str]]]:
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in rows("profiles"):
        found.setdefault(row["of"], []).append(row)
    return found


@cache
def _value_set(name: str) -> frozenset[tuple[str, str]]:
    """The codes that are known of a value set; none of a set that the feed has no need of, so that nothing is of it."""
    return frozenset((row["system"], row["code"]) for row in rows("value_sets") if row["name"] == name)


def profile_problems(resource: Json, path: str, inside: list[tuple[str, Json]]) -> Iterator[str]:
    """What a resource lacks of its profile, its type and the extensions of the objects `inside` it (`shapes.walk`)."""
    kind = resource.get("resourceType")
    yield from _checked(resource, f"R4 {kind}", f"{path}:{kind}")
    for profile in resource.get("meta", {}).get("profile", []):
        name = str(profile).removeprefix(MCODE)
        if not str(profile).startswith(MCODE) or name not in _rules():
            yield f"{path}: {profile} is no profile of this feed"
        else:
            yield from _checked(resource, name, f"{path} ({name})")
    for place, inner in inside:
        if "extension" in inner:
            yield from _extension_problems(inner, place)
        if "comparator" in inner:
            yield from _checked(inner, "R4 Quantity", place)


def _extension_problems(body: Json, path: str) -> Iterator[str]:
    for extension in body["extension"]:
        url = str(extension.get("url", ""))
        name = url.removeprefix(MCODE).removeprefix(_HL7)
        if f"extension {name}" in _rules() and url != name:
            yield from _checked(extension, f"extension {name}", f"{path} ({name})")
        elif url not in _INNER:
            yield f"{path}: {url} is no extension of this feed"


def _checked(body: Json, of: str, path: str) -> Iterator[str]:
    for row in _rules().get(of, ()):
        found = list(_at(body, row["path"].split(".")))
        if not _holds(row["rule"], row["value"], found):
            yield f"{path}: {row['path']} must be: {row['rule']} {row['value']}".rstrip() + f" [{row['source']}]"


def _at(body: Any, parts: list[str]) -> Iterator[Any]:
    """The values at a path; a primitive that is absent with a reason counts as what gives the reason."""
    if isinstance(body, list):
        for item in body:
            yield from _at(item, parts)
    elif not parts:
        yield body
    elif isinstance(body, dict):
        name, _, url = parts[0].partition(":")
        for key in [key for key in body if _is_named(key.removeprefix("_"), name)]:
            inner = body[key]
            if url:
                inner = [item for item in inner if item.get("url") == url]
            yield from _at(inner, parts[1:])


def _is_named(key: str, name: str) -> bool:
    """`value[x]` is any of `valueString`, `valueQuantity` …"""
    if not name.endswith("[x]"):
        return key == name
    stem = name.removesuffix("[x]")
    return key.startswith(stem) and key[len(stem) : len(stem) + 1].isupper()


def _holds(rule: str, value: str, found: list[Any]) -> bool:
    if rule == "required":
        return bool(found)
    if rule == "max":
        return len(found) <= int(value)
    if rule == "coding":
        system, code = value.split("|")
        return any((system, code) in _codings(concept) for concept in found)
    if rule == "code":
        return all(item in value.split("|") for item in found if isinstance(item, str))
    if rule == "some":
        return any(_codings(concept) & _value_set(value) for concept in found)
    if rule == "valueset":
        return all(_codings(concept) & _value_set(value) for concept in found)
    if rule == "extensible":
        return all(not _codings(concept) or _codings(concept) & _value_set(value) for concept in found)
    if rule == "unit":
        return all((item.get("system"), item.get("code")) == (UCUM, value) for item in found)
    raise ValueError(f"profiles.tsv: {rule} is no rule")


def _codings(concept: Any) -> set[tuple[str, str]]:
    codings = concept.get("coding", []) if isinstance(concept, dict) else []
    return {(str(item.get("system")), str(item.get("code"))) for item in codings if isinstance(item, dict)}
