"""Rules that hold between elements and between resources, by FHIR's own names where it has one."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from pipeline.registry.feeds.mcode.dates import in_order
from pipeline.registry.feeds.mcode.fhir import MCODE, UCUM
from pipeline.registry.feeds.mcode.tables import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.registry.feeds.mcode.fhir import Json
    from pipeline.registry.feeds.mcode.shapes import Reference

_PASSAGE = re.compile(r"char=(\d+),(\d+)")
_TOLD_OF = frozenset({"Patient", "DocumentReference", "Provenance"})


def bundle_problems(bundle: Json, references: list[Reference]) -> Iterator[str]:
    """Addresses unique (bdl-7), references that lead to a resource of a fitting type, one patient, and a Provenance
    with a passage of the document for each resource that says something."""
    entries = [entry for entry in bundle.get("entry", []) if isinstance(entry.get("resource"), dict)]
    there = {str(entry.get("fullUrl")): str(entry["resource"].get("resourceType")) for entry in entries}
    for url, number in Counter(str(entry.get("fullUrl")) for entry in entries).items():
        if number > 1:
            yield f"Bundle.entry: {number} resources have the address {url} [bdl-7]"
    for entry in entries:
        if entry.get("fullUrl") != f"urn:uuid:{entry['resource'].get('id')}":
            yield f"Bundle.entry: the address {entry.get('fullUrl')} is not that of its id [bdl-8]"
    if list(there.values()).count("Patient") != 1:
        yield "Bundle.entry: must hold one Patient [mcode-patient-bundle]"
    for reference in references:
        yield from _reference_problems(reference, there)
    told = {
        target.get("reference")
        for entry in entries
        if entry["resource"].get("resourceType") == "Provenance"
        for target in entry["resource"].get("target", [])
    }
    for url, kind in there.items():
        if kind not in _TOLD_OF and url not in told and not _is_unknown(entries, url):
            yield f"{url} ({kind}): no Provenance says where the document tells it"


def _is_unknown(entries: list[Json], url: str) -> bool:
    """A primary of which nothing is told, there for a stage to refer to."""
    resource = next(entry["resource"] for entry in entries if entry.get("fullUrl") == url)
    return bool(resource.get("resourceType") == "Condition" and "extension" in resource.get("code", {}))


def _reference_problems(reference: Reference, there: dict[str, str]) -> Iterator[str]:
    kind = there.get(reference.to)
    if kind is None:
        yield f"{reference.path}: {reference.to} is no resource of the bundle"
    elif reference.targets and kind not in reference.targets and "Resource" not in reference.targets:
        yield f"{reference.path}: refers to a {kind}, where {' or '.join(reference.targets)} may stand"


def resource_problems(resource: Json, path: str, inside: list[tuple[str, Json]]) -> Iterator[str]:
    kind = str(resource.get("resourceType"))
    if kind in _OF_KIND:
        yield from (f"{path}: {problem}" for problem in _OF_KIND[kind](resource))
    for place, body in inside:
        yield from _object_problems(body, place)


def _observation(resource: Json) -> Iterator[str]:
    has_value = any(re.match(r"value[A-Z]", name) for name in resource)
    if "dataAbsentReason" in resource and has_value:
        yield "a value and a reason for its absence [obs-6]"
    if not has_value:
        yield "an observation without a value"


def _condition(resource: Json) -> Iterator[str]:
    verification = [item.get("code") for item in resource.get("verificationStatus", {}).get("coding", [])]
    if "entered-in-error" in verification and "clinicalStatus" in resource:
        yield "a clinical status of what was entered in error [con-5]"
    if "refuted" in verification:
        yield "a cancer that is refuted is no positive fact: this feed leaves it out"


def _procedure(resource: Json) -> Iterator[str]:
    status = resource.get("status")
    if status in ("completed", "in-progress") and not {"performedDateTime", "performedPeriod"} & set(resource):
        yield "done, but neither when nor that it is unknown [us-core-7]"
    addresses = [str(extension.get("url")) for extension in resource.get("extension", [])]
    if status == "not-done" and f"{MCODE}radiotherapy-dose-delivered-to-volume" in addresses:
        yield "a dose delivered in what was not done"


def _administration(resource: Json) -> Iterator[str]:
    if "dosage" in resource and not {"dose", "rateQuantity", "rateRatio"} & set(resource["dosage"]):
        yield "a dosage with neither dose nor rate [mad-1]"


def _provenance(resource: Json) -> Iterator[str]:
    found = []
    for entity in resource.get("entity", []):
        identifier = entity.get("what", {}).get("identifier")
        if identifier is not None:
            at = _PASSAGE.fullmatch(str(identifier.get("value")))
            found.append(at is not None and int(at[1]) < int(at[2]))
    if not found or not all(found):
        yield "no passage of the document, or one that is not char=start,end with start before end"


_OF_KIND: dict[str, Callable[[Json], Iterator[str]]] = {
    "Observation": _observation,
    "Condition": _condition,
    "Procedure": _procedure,
    "MedicationAdministration": _administration,
    "Provenance": _provenance,
}


def _object_problems(body: Json, path: str) -> Iterator[str]:
    """Of any object: what holds of extensions, periods, ranges and quantities."""
    if "url" in body and path.rsplit(".", 1)[-1].startswith("extension"):
        inner = "extension" in body
        if inner == any(name.removeprefix("_").startswith("value") for name in body):
            yield f"{path}: an extension has a value or extensions, one of the two [ext-1]"
    start, end = body.get("start"), body.get("end")
    if isinstance(start, str) and isinstance(end, str) and not in_order(start, end):
        yield f"{path}: begins at {start}, after its end {end} [per-1]"
    if "low" in body and "high" in body and _number(body["low"]) > _number(body["high"]):
        yield f"{path}: its low end is above its high end [rng-2]"
    if "code" in body and "value" in body and "system" not in body:
        yield f"{path}: a unit code without its system [qty-3]"
    if "code" in body and "value" not in body and isinstance(body.get("system"), str):
        pattern = _patterns().get(body["system"])
        if pattern is None or not pattern.fullmatch(str(body["code"])):
            yield f"{path}: {body['code']} is no code of {body['system']}"
    if body.get("system") == UCUM and "value" in body:
        number = _number(body)
        if number < 0 or (body.get("code") == "%" and number > 100):
            yield f"{path}: {number} {body.get('code')} cannot be"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """How the codes of a code system are written; a system that is not there is none of this feed."""
    return {row["system"]: re.compile(row["pattern"]) for row in rows("code_systems")}


def _number(quantity: object) -> int | float:
    value = quantity.get("value") if isinstance(quantity, dict) else None
    return value if isinstance(value, int | float) else 0
