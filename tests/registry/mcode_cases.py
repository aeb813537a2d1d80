"""Cases for the mCODE tests: one text and a record of it that fills every slot, each value cited."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from pipeline.patient.model import Case, Evidence, MarkerResult, Metastasis, Panel, Record, Stage, Treatment
from pipeline.registry.cases import RegistryCase, Source, Trace, Written
from pipeline.registry.feeds import mcode
from pipeline.registry.feeds.mcode.bundle import fill

Json = dict[str, Any]

TEXT = """\
A 52-year-old woman had a grade 3 invasive ductal carcinoma of the upper outer quadrant of the left breast, cT2N1M0.
Biopsy in March 2019: ER 90%, Allred 8, PR <1%, HER2 2+, not amplified by FISH, Ki-67 30-35%.
She received docetaxel 75 mg/m2 every 3 weeks and cyclophosphamide for six cycles from April 2019 to August 2019.
Her disease responded partially. She declined tamoxifen 20 mg/day. Letrozole 2.5 mg is planned.
Epirubicin was not given. Amlodipine was continued. She underwent mastectomy in September 2019: ypT1bN0 by the 7th AJCC.
Radiotherapy of 50 Gy in 25 fractions was given to the chest wall. She refused axillary dissection.
In 2021 liver metastases were found on imaging between January and March; lung metastases are possible, bone is free.
A brain metastasis of 2020 has resolved. There was a local recurrence.
"""


def place(words: str, text: str = TEXT) -> Evidence:
    start = text.index(words)
    return Evidence(start=start, end=start + len(words), text=words)


def said(**words: str) -> dict[str, Any]:
    """Places of values, and the first as evidence."""
    cites = {key.replace("__", ".results."): [place(value)] for key, value in words.items()}
    return {"cites": cites, "evidence": [next(iter(cites.values()))[0]]}


def full() -> Record:
    return Record(
        case=Case(
            sex="female", age_at_diagnosis=52, primary_site="breast", quadrant="upper outer quadrant",
            laterality="left", histology="invasive ductal carcinoma", morphology="8500/3", grade="3",
            derived=["morphology"], how={"morphology": "ICD-O-3"},
            **said(sex="woman", age_at_diagnosis="52-year-old", primary_site="breast",
                   histology="invasive ductal carcinoma", quadrant="upper outer quadrant",
                   laterality="left", grade="grade 3"),
        ),
        receptor_panels=[_panel()],
        stages=[
            Stage(tnm="cT2N1M0", group="IIB", basis="clinical", date="2019-03", derived_group="IIB",
                  derived=["group", "derived_group"], how={"group": "table", "derived_group": "table"},
                  **said(tnm="cT2N1M0")),
            Stage(tnm="ypT1bN0", basis="post-neoadjuvant", edition="7", date="2019-09/..", **said(tnm="ypT1bN0")),
        ],
        treatments=_treatments(),
        metastases=[
            Metastasis(site="liver", icd_o="C22.0", date="2021-01/2021-03", confirmed_by="imaging",
                       **said(site="liver")),
            Metastasis(site="lung", icd_o="C34.9", laterality="right", status="possible", **said(site="lung")),
            Metastasis(site="bone", icd_o="C41.9", status="absent", **said(site="bone")),
            Metastasis(site="brain", icd_o="C71.9", status="resolved", date="2020", **said(site="brain")),
            Metastasis(site="recurrence", **said(site="local recurrence")),
            Metastasis(site="axillary lymph node", icd_o="C77.3", nodal_yield="2/14", **said(site="axillary")),
        ],
    )  # fmt: skip


def _panel() -> Panel:
    line = place("Biopsy in March 2019: ER 90%, Allred 8, PR <1%, HER2 2+, not amplified by FISH, Ki-67 30-35%.")
    cites = {
        "results.ER": [place("ER 90%, Allred 8")],
        "results.PR": [place("PR <1%")],
        "results.HER2": [place("HER2 2+, not amplified by FISH")],
        "results.Ki-67": [place("Ki-67 30-35%")],
    }
    results = {
        "ER": MarkerResult(status="positive", percent="90%", score="Allred 8"),
        "PR": MarkerResult(status="negative", percent="<1%"),
        "HER2": MarkerResult(status="negative", score="2+", ish="not amplified"),
        "Ki-67": MarkerResult(percent="30-35%"),
    }
    return Panel(
        specimen="primary", procedure="biopsy", date="2019-03", results=results, evidence=[line], cites=cites,
        derived=["ER.status", "PR.status", "HER2.status"],
        how={"ER.status": "≥ 1 %", "PR.status": "< 1 %", "HER2.status": "2+, not amplified"},
    )  # fmt: skip


def _treatments() -> list[Treatment]:
    course: dict[str, Any] = {
        "cycles": "6", "start": "2019-04", "end": "2019-08", "intent": "neoadjuvant", "status": "given",
        "response": "partial response",
    }  # fmt: skip
    responded = [place("Her disease responded partially.")]
    given = [
        Treatment(kind="drug", name=name, **course, **more, evidence=[place(f"{name}")],
                  cites={"name": [place(name)], "response": responded})
        for name, more in (("docetaxel", {"dose": "75 mg/m2", "frequency": "every 3 weeks"}), ("cyclophosphamide", {}))
    ]  # fmt: skip
    return [
        *given,
        Treatment(kind="drug", name="tamoxifen", dose="20 mg/day", status="declined", intent="adjuvant",
                  **said(name="tamoxifen")),
        Treatment(kind="drug", name="letrozole", dose="2.5 mg", status="planned", intent="adjuvant",
                  **said(name="Letrozole")),
        Treatment(kind="drug", name="epirubicin", status="not_given", **said(name="Epirubicin")),
        Treatment(kind="drug", name="amlodipine", status="ongoing", intent="other", **said(name="Amlodipine")),
        Treatment(kind="surgery", name="mastectomy", site="breast", start="2019-09", end="2019-09", status="given",
                  **said(name="mastectomy")),
        Treatment(kind="radiotherapy", name="radiotherapy", site="chest wall", dose="50 Gy/25", status="given",
                  intent="adjuvant", **said(name="Radiotherapy", dose="50 Gy in 25 fractions", site="chest wall")),
        Treatment(kind="surgery", name="axillary dissection", site="axillary lymph node", status="declined",
                  **said(name="axillary dissection")),
    ]  # fmt: skip


def case(record: Record | None = None, *, case_id: str = "X1", text: str = TEXT, **more: Any) -> RegistryCase:
    source = Source("X1", hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), text)
    return RegistryCase(case_id, full() if record is None else record, source, "0.1.0", **more)


def bundle(record: Record | None = None, *, snomed: bool = False, **more: Any) -> Json:
    return fill(case(record, **more), snomed).bundle()


def of(bundle: Json, profile: str) -> list[Json]:
    """The resources of a profile (`tumor-marker-test`) or, where they have none, of a type."""
    resources = [entry["resource"] for entry in bundle["entry"]]
    return [
        r
        for r in resources
        if r["resourceType"] == profile
        or any(p.endswith(f"/mcode-{profile}") for p in r.get("meta", {}).get("profile", ()))
    ]


def write(folder: Path, *cases: RegistryCase, **more: Any) -> tuple[Written, list[Trace]]:
    traces: list[Trace] = []
    return mcode.write(cases, folder, traces.append, **more), traces
