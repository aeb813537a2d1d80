"""The check of a bundle before it is written: what FHIR R4, US Core and mCODE STU4 demand and this one does not have.

`shapes.py` checks structure, `rules.py` profiles and value sets, `invariants.py` what holds between elements and
between resources. It knows the profiles that this feed writes and no others; a profile, an extension or a resource of
another kind is a problem too. It has no terminology server: of value sets it holds the codes that the feed uses, and
takes another code as a mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.registry.feeds.mcode.invariants import bundle_problems, resource_problems
from pipeline.registry.feeds.mcode.rules import profile_problems
from pipeline.registry.feeds.mcode.shapes import Shape, walk

if TYPE_CHECKING:
    from pipeline.registry.feeds.mcode.fhir import Json


def problems(bundle: Json) -> list[str]:
    """What is wrong with a bundle, one line a problem; empty where it may be written.

    A bundle that has not the shape of FHIR is not read further.
    """
    shape = Shape(bundle)
    if shape.problems:
        return shape.problems
    found = [*profile_problems(bundle, "Bundle", []), *bundle_problems(bundle, shape.references)]
    for number, entry in enumerate(bundle.get("entry", [])):
        if (resource := entry.get("resource")) is not None:
            path = f"Bundle.entry[{number}]"
            inside = walk(resource, path)
            found += [*profile_problems(resource, path, inside), *resource_problems(resource, path, inside)]
    return found
