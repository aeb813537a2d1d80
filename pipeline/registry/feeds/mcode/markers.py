"""Receptors as TumorMarkerTest: one Observation a kind of result (status, percent, score, ISH), and its Specimen.

The LOINC test is that of breast cancer specimens where the primary is one, else that of any tissue. A hybridisation is
coded as FISH only where the text says so. What the rules derive over a whole panel (surrogate subtype, HER2-low,
conversion) is no test, and is not exported.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.registry.feeds.mcode import codes
from pipeline.registry.feeds.mcode.amounts import percent
from pipeline.registry.feeds.mcode.dates import timed
from pipeline.registry.feeds.mcode.fhir import Json, category, concept

if TYPE_CHECKING:
    from pipeline.patient.model import Panel
    from pipeline.registry.feeds.mcode.sheet import Draft, Sheet

_NAMES = {"HR": "hormone receptors (ER or PR)", "triple-negative": "ER, PR and HER2 together"}
_KINDS = {"status": "", "percent": ", percent of cells", "score": ", score", "ish": ", in situ hybridisation"}
_TAKEN = {"biopsy": "biopsy", "surgery": "surgical specimen", "cytology": "cytology"}
_FISH = re.compile(r"\bFISH\b|fluorescen", re.I)
_SCORE = re.compile(r"(?P<scale>Allred|H-score) (?P<points>[0-9]{1,3})")


def add_panels(sheet: Sheet) -> None:
    for place, panel in enumerate(sheet.record.receptor_panels):
        base = f"receptor_panels.{place}"
        if panel.results and sheet.is_cited(base, panel):
            specimen = _specimen(sheet, base, panel)
            for marker, result in panel.results.items():
                for kind in _KINDS:
                    if (value := getattr(result, kind)) is not None:
                        _test(sheet, base, panel, specimen, marker, kind, value)


def _specimen(sheet: Sheet, base: str, panel: Panel) -> bool:
    """Whether the record knows what was tested, and its Specimen then."""
    what, _, site = panel.specimen.partition(":")
    if what == "unstated" and panel.procedure is None:
        return False
    draft = sheet.open("Specimen", "human-specimen", f"{base}.specimen", base, panel)
    told = (
        [] if what == "unstated" else ["primary tumour" if what == "primary" else panel.specimen.replace(":", " of ")]
    )
    text = " of ".join([*([_TAKEN[panel.procedure]] if panel.procedure else []), *told])
    keys = [*(["procedure"] if panel.procedure else []), *(["specimen"] if told else [])]
    draft.say("type", concept(text), *keys, shown=text)
    collection: Json = {}
    topography = codes.topography_of(site) if site else None
    if topography:
        collection["bodySite"] = concept(site, codes.icd_o(topography))
        draft.cite("collection.bodySite", "specimen", shown=f"{site} ({topography})")
    if panel.procedure:
        collection["method"] = concept(panel.procedure)
        draft.cite("collection.method", "procedure", shown=panel.procedure)
    if collection:
        draft.put("collection", collection)
    draft.close()
    return True


def _test(sheet: Sheet, base: str, panel: Panel, specimen: bool, marker: str, kind: str, value: str) -> None:
    key = f"results.{marker}.{kind}"
    draft = sheet.open("Observation", "tumor-marker-test", f"{base}.{key}", base, panel)
    draft.put("category", category("laboratory"))
    code = codes.marker_test(marker, kind, sheet.record.case.primary_site)
    if kind == "ish" and not _says_fish(panel, marker):
        code = None
    draft.put("code", concept(_NAMES.get(marker, marker) + _KINDS[kind], code))
    _value(draft, marker, kind, value, key)
    if specimen:
        draft.put("specimen", sheet.reference(f"{base}.specimen"))
    if (when := timed("effective", panel.date)) is not None:
        draft.say(*when, "date", shown=panel.date)
    if sheet.has("primary"):
        draft.put("focus", [sheet.reference("primary")])
    draft.close()


def _value(draft: Draft, marker: str, kind: str, value: str, key: str) -> None:
    scored = _SCORE.fullmatch(value)
    if kind == "percent":
        element, said = percent(value)
        draft.say(element, said, key, shown=value)
    elif scored:
        draft.say("valueInteger", int(scored["points"]), key, shown=value)
        draft.put("code", concept(f"{marker}, {scored['scale']}{' score' if scored['scale'] == 'Allred' else ''}"))
    elif marker == "triple-negative":  # 'positive' here says that all three are negative
        said = "all negative" if value == "positive" else f"triple-negative: {value}"
        draft.say("valueCodeableConcept", concept(said), key, shown=said)
    else:
        answer = codes.marker_answer(kind, value) if kind != "score" or marker == "HER2" else None
        draft.say("valueCodeableConcept", concept(value, answer), key, shown=value)


def _says_fish(panel: Panel, marker: str) -> bool:
    """Whether the hybridisation is told to be by fluorescence."""
    cited = [*panel.cites.get(f"results.{marker}.ish", ()), *panel.cites.get(f"results.{marker}", ()), *panel.evidence]
    return any(_FISH.search(place.text) for place in cited)
