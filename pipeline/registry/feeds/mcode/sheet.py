"""One case on its way into a Bundle: its resources, where each value is said, and what was left out.

A resource is a `Draft` while its values are said. Each value is said with the keys of the record that it comes from,
so that it is traced to its characters, its Provenance names the passage, and a value that a reviewer decided is known
as one.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from pipeline.registry.cases import Trace
from pipeline.registry.feeds.mcode.fhir import MCODE, Json, clean, note, unknown

if TYPE_CHECKING:
    from pipeline.patient.model import Cited, Evidence
    from pipeline.registry.cases import RegistryCase

# Ids are made of this, the case and the path of the record: the same input has the same ids.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:oncocase:mcode")
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


class Sheet:
    """The resources of one case in order. `snomed` asks for SNOMED CT codes besides those of the profiles."""

    def __init__(self, case: RegistryCase, snomed: bool = False) -> None:
        self.case, self.record, self.snomed = case, case.record, snomed
        self.resources: list[Json] = []
        self.provenances: list[Json] = []
        self.traces: list[Trace] = []
        self.left_out: list[str] = []

    def id(self, path: str) -> str:
        name = f"{self.case.case_id!r} {path!r}".encode("ascii", "backslashreplace").decode()
        return str(uuid.uuid5(_NAMESPACE, name))

    def reference(self, path: str) -> Json:
        return {"reference": f"urn:uuid:{self.id(path)}"}

    def has(self, path: str) -> bool:
        return any(resource["id"] == self.id(path) for resource in self.resources)

    def leave_out(self, path: str, why: str) -> None:
        self.left_out.append(f"{self.case.case_id}: {path}: {why}")

    def open(self, kind: str, profile: str, path: str, base: str, item: Cited) -> Draft:
        """A resource of this case. `path` makes its id, `base` is where its `item` stands in the record."""
        return Draft(self, kind, profile, path, base, item)

    def is_cited(self, base: str, item: Cited) -> bool:
        """Whether the document says anything of an item; if not it cannot be traced, and is left out."""
        if item.evidence or any(item.cites.values()):
            return True
        self.leave_out(base, "no place of the document says it")
        return False

    def bundle(self) -> Json:
        """All resources, then where each of them is said."""
        entries = [{"fullUrl": f"urn:uuid:{r['id']}", "resource": r} for r in (*self.resources, *self.provenances)]
        return {
            "resourceType": "Bundle",
            "id": self.id("bundle"),
            "meta": {"profile": [f"{MCODE}patient-bundle"]},
            "type": "collection",
            "entry": entries,
        }


class Draft:
    """A resource while its values are said; `close` puts it into the sheet."""

    def __init__(self, sheet: Sheet, kind: str, profile: str, path: str, base: str, item: Cited) -> None:
        self._sheet, self._base, self._item, self._path = sheet, base, item, path
        self.body: Json = {"resourceType": kind, "id": sheet.id(path)}
        if profile:
            self.body["meta"] = {"profile": [MCODE + profile]}
        if kind != "Patient":
            self.body["patient" if kind == "BodyStructure" else "subject"] = sheet.reference("patient")
        self._passages: dict[Evidence, bool] = {}
        self._notes: list[str] = []
        self._keys: set[str] = set()

    def put(self, element: str, value: Any) -> None:
        """An element that is no value of the record: a fixed code, a reference, an unknown."""
        self.body[element] = value

    def say(self, element: str, value: Any, *keys: str, shown: object) -> None:
        """An element made of the values at `keys`; `shown` is the value as the trace tells it."""
        self.body[element] = value
        self.cite(element, *keys, shown=shown)

    def note(self, text: str, *keys: str) -> None:
        """What no element holds, in words."""
        self._notes.append(text)
        self.cite("note", *keys, shown=text)

    def cite(self, element: str, *keys: str, shown: object) -> None:
        """Trace an element to where each of its keys is said; what is said and derived counts as said."""
        case = self._sheet.case
        for key in keys:
            self._keys.add(f"{self._base}.{key}")
            place = self._place(key)
            name = key.removeprefix("results.")
            derived = name in self._item.derived or key in self._item.derived
            self._passages[place] = self._passages.get(place, True) and derived
            item = f"{self.body['resourceType']}/{self.body['id']}.{element}"
            self._sheet.traces.append(
                Trace(case.case_id, item, str(shown), case.source.doc_id, place.start, place.end, place.text)
            )

    def _place(self, key: str) -> Evidence:
        """Where a value is said: its own place, else that of what it is part of, else the item's sentence."""
        parts = key.split(".")
        for known in range(len(parts), 0, -1):
            if places := self._item.cites.get(".".join(parts[:known])):
                return places[0]
        return self._item.evidence[0] if self._item.evidence else next(p[0] for p in self._item.cites.values() if p)

    def is_reviewed(self) -> bool:
        """Whether a person decided every value of this resource."""
        reviewed = self._sheet.case.reviewed
        return bool(self._keys) and all(_is_in(key, reviewed) for key in self._keys)

    def close(self) -> None:
        """Into the sheet with it. An Observation is `preliminary`, FHIR's word for 'unverified', until reviewed."""
        if self.body["resourceType"] == "Observation":
            self.body["status"] = "final" if self.is_reviewed() else "preliminary"
        if self._notes:
            self.body["note"] = note("; ".join(self._notes))
        self._sheet.resources.append(self.body)
        if self._passages:
            self._sheet.provenances.append(self._provenance())

    def _provenance(self) -> Json:
        """The document, and each passage of it as a logical reference: RFC 5147's `char=start,end` in the document.

        A quotation says the value, a derivation is what a rule made it of.
        """
        sheet = self._sheet
        source = sheet.reference("document")
        entities: list[Json] = [{"role": "source", "what": source}]
        for place, derived in sorted(self._passages.items(), key=lambda item: (item[0].start, item[0].end)):
            at = {"system": source["reference"], "value": f"char={place.start},{place.end}"}
            what = {"identifier": at, "display": clean(place.text)}
            entities.append({"role": "derivation" if derived else "quotation", "what": what})
        program = f"oncocase {sheet.case.version}".strip()
        agents = [_agent("assembler", program)]
        if any(_is_in(key, sheet.case.reviewed) for key in self._keys):
            agents.append(_agent("verifier", "reviewer of the registry"))
        return {
            "resourceType": "Provenance",
            "id": sheet.id(f"provenance {self._path}"),
            "target": [sheet.reference(self._path)],
            "_recorded": unknown(),
            "agent": agents,
            "entity": entities,
        }


def _agent(kind: str, name: str) -> Json:
    return {"type": {"coding": [{"system": _PARTICIPANT, "code": kind}]}, "who": {"display": clean(name)}}


def _is_in(key: str, reviewed: frozenset[str]) -> bool:
    """Whether a path of the record, or something that it is part of, was decided by a person."""
    parts = key.split(".")
    return any(".".join(parts[:known]) in reviewed for known in range(1, len(parts) + 1))
