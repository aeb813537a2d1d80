"""What the code tables know of a value: one question a function, None or nothing where a table has no code."""

from __future__ import annotations

import re
from functools import cache

from pipeline import lexicons
from pipeline.registry.feeds.mcode.fhir import ICD_10_CM, ICD_O, LOINC, RXNORM, SNOMED, UNII, Json, coding
from pipeline.registry.feeds.mcode.tables import rows


@cache
def _sites() -> dict[str, str]:
    """Names of sites to their ICD-O-3 topography, from the lexicon that the sites were found with.

    The row of the name itself decides: another way to say it may be narrower ('cerebral' for the brain).
    """
    coded = [row for row in lexicons.rows("sites") if row["icdo3"]]
    found = {row["norm"]: row["icdo3"] for row in coded if row["name"] == row["norm"]}
    return {row["norm"]: row["icdo3"] for row in reversed(coded)} | found


def topography_of(site: str) -> str | None:
    return _sites().get(site)


def primary_topography(site: str | None, quadrant: str | None) -> str | None:
    """ICD-O-3 of a primary: in the breast by quadrant where it is named, not by an hour of the clock."""
    if site != "breast":
        return _sites().get(site or "")
    words = re.sub(r"[- ]+", " ", (quadrant or "").removesuffix("quadrant")).strip()
    return next((row["topography"] for row in rows("quadrants") if row["words"] == words), "C50.9")


def icd_o(code: str | None) -> Json | None:
    return coding(ICD_O, code) if code else None


def primary_icd10(site: str | None, topography: str | None, morphology: str | None, sex: str | None,
                  laterality: str | None) -> Json | None:  # fmt: skip
    """ICD-10-CM of a primary by the first row that fits: a breast of no told sex has none, nor have both breasts."""
    for row in rows("icd10cm_primary"):
        if (
            row["site"] in ("*", site)
            and row["topography"] in ("*", topography)
            and _is_of(morphology, row["morphology"])
            and row["sex"] in ("*", sex)
            and row["laterality"] in ("*", laterality or "")
        ):
            return coding(ICD_10_CM, row["code"], row["display"]) if row["code"] else None
    return None


def _is_of(morphology: str | None, pattern: str) -> bool:
    """`*` any, `*/3` malignant or not told, else how the code begins."""
    if pattern == "*":
        return True
    if pattern == "*/3":
        return morphology is None or morphology.endswith("/3")
    return morphology is not None and morphology.startswith(pattern)


def secondary_icd10(topography: str | None, laterality: str | None) -> Json | None:
    for row in rows("icd10cm_secondary"):
        if row["topography"] == topography and row["laterality"] in ("*", laterality or ""):
            return coding(ICD_10_CM, row["code"], row["display"])
    return None


@cache
def _drugs() -> dict[str, list[Json]]:
    """Names of drugs to their codings: UNII, and RxNorm where it is known."""
    found: dict[str, list[Json]] = {}
    for row in rows("drugs"):
        unii = [coding(UNII, row["unii"], row["unii_display"])] if row["unii"] else []
        found[row["name"]] = unii + ([coding(RXNORM, row["rxcui"])] if row["rxcui"] else [])
    return found


def drug(name: str) -> list[Json]:
    return [dict(code) for code in _drugs().get(name, [])]


def marker_test(marker: str, kind: str, primary: str | None) -> Json | None:
    """The LOINC test of a marker's `kind` of result; of breast cancer where the primary is one."""
    for row in rows("marker_tests"):
        if row["marker"] == marker and row["kind"] == kind and row["primary"] in ("*", primary):
            return coding(LOINC, row["code"], row["display"])
    return None


def marker_answer(kind: str, value: str) -> Json | None:
    for row in rows("marker_answers"):
        if row["kind"] == kind and row["value"] == value:
            return coding(LOINC, row["code"], row["display"])
    return None


def stage_type(axis: str, side: str) -> Json | None:
    """The LOINC name of an axis (`T`, `N`, `M`, `group`) on a side (`clinical`, `pathological`, `other`)."""
    for row in rows("stage_types"):
        if row["axis"] == axis and row["side"] == side:
            return coding(LOINC, row["code"], row["display"])
    return None


def snomed(use: str, value: str) -> Json | None:
    """The SNOMED CT code of a value; only for those who have its licence."""
    for row in rows("snomed"):
        if row["use"] == use and row["value"] == value:
            return coding(SNOMED, row["code"], row["display"])
    return None
