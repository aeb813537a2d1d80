"""Responses as CancerDiseaseStatus: one a response that the text tells, part of each treatment that it answers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.registry.feeds.mcode import codes
from pipeline.registry.feeds.mcode.fhir import LOINC, category, coding, concept

if TYPE_CHECKING:
    from pipeline.patient.model import Treatment
    from pipeline.registry.feeds.mcode.sheet import Sheet


class Responses:
    """Gathers the responses of a case while its treatments are written."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._found: dict[tuple[str, int], tuple[str, Treatment, list[str]]] = {}

    def gather(self, base: str, item: Treatment, written: list[str]) -> None:
        """The response of a treatment, and the paths of its resources; drugs of one regimen share what is said once."""
        if item.response is None:
            return
        if not written:
            self._sheet.leave_out(base, f"{item.response}: the treatment that it answers to was not written")
            return
        places = item.cites.get("response") or item.evidence
        key = (item.response, places[0].start if places else -len(self._found) - 1)
        _, _, paths = self._found.setdefault(key, (base, item, []))
        paths += written

    def add(self) -> None:
        sheet = self._sheet
        for base, item, paths in self._found.values():
            response = item.response or ""
            draft = sheet.open("Observation", "cancer-disease-status", f"{base}.response", base, item)
            draft.put("category", category("therapy"))
            code = coding(LOINC, "97509-4", "Cancer Disease Progression")
            draft.put("code", concept("cancer disease status", code))
            if sheet.has("primary"):
                draft.put("focus", [sheet.reference("primary")])
            draft.put("partOf", [sheet.reference(path) for path in paths])
            also = codes.snomed("response", response) if sheet.snomed else None
            draft.say("valueCodeableConcept", concept(response, also), "response", shown=response)
            draft.close()
