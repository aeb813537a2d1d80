"""Each item: a record that gives it, and one that must not."""

from __future__ import annotations

from typing import Any

import pytest
from registry.naaccr_cases import BREAST, DATED, case, contradiction, gold, values

from pipeline.registry.feeds.naaccr.abstract import Abstract
from pipeline.registry.feeds.naaccr.making import abstract_of
from pipeline.registry.feeds.naaccr.markers import percent_code
from pipeline.registry.feeds.naaccr.staging import axes

ER, PR = "estrogenReceptor", "progesteroneRecep"
NEO = {"kind": "drug", "name": "docetaxel", "status": "given", "intent": "neoadjuvant"}
ADJ = {"kind": "drug", "name": "letrozole", "status": "given", "intent": "adjuvant", "start": "2020-09-01"}
RT = {"kind": "radiotherapy", "name": "radiotherapy", "status": "given", "intent": "adjuvant", "dose": "50 Gy/25",
      "start": "2020-10-01", "end": "2020-11-05"}  # fmt: skip
OP = {"kind": "surgery", "name": "lumpectomy", "site": "breast", "status": "given", "start": "2020-05-04",
      "said": "A lumpectomy was done.", "cite": {"name": "lumpectomy"}}  # fmt: skip
SENTINEL = {"kind": "surgery", "name": "sentinel lymph node biopsy", "site": "axillary lymph node", "status": "given"}
DISSECTION = SENTINEL | {"name": "axillary dissection"}
STAGE = {"tnm": "cT2N1M0", "basis": "clinical", "date": "2020-03-05"}
AXILLA = {"site": "axillary lymph node", "icd_o": "C77.3", "laterality": "left", "nodal_yield": "2/14"}
ANGLO = {"said": "The patient is a transgender woman.", **BREAST}


def panel(marker: str = "ER", **more: Any) -> dict[str, Any]:
    result = {key: more.pop(key) for key in ("status", "percent", "score", "ish") if key in more}
    return DATED | {"results": {marker: result}} | more


def other(site: str, **more: Any) -> dict[str, Any]:
    return {"sex": "male", "primary_site": site, **more}


def spread(site: str, icd_o: str, **more: Any) -> list[dict[str, Any]]:
    return [{"site": site, "icd_o": icd_o, "date": "2020-03-02", **more}]


M1 = STAGE | {"tnm": "cT2N1M1"}
# item, value (None: must not be there), parts of the record
ROWS: list[tuple[str, str | None, dict[str, Any]]] = [
    ("sex", "2", {}),
    ("sex", "1", {"case": BREAST | {"sex": "male"}}),
    ("sex", None, {"case": BREAST | {"sex": None}}),
    ("sex", None, {"case": ANGLO}),
    ("sexAssignedAtBirth", "2", {}),
    ("sexAssignedAtBirth", None, {"case": ANGLO}),
    ("ageAtDiagnosis", "045", {"case": BREAST | {"age_at_diagnosis": 45}}),
    ("ageAtDiagnosis", None, {"case": BREAST}),
    ("ageAtDiagnosis", None, {"case": BREAST | {"age_at_diagnosis": 45},
                              "contradictions": [contradiction("age at presentation: 45 (case) or 54 (abstract)")]}),
    ("dateOfDiagnosis", "20200302", {"receptor_panels": [panel(status="positive")]}),
    ("dateOfDiagnosis", "202003", {"receptor_panels": [panel(date="2020-03")]}),
    ("dateOfDiagnosis", "2020", {"receptor_panels": [panel(date="2020")]}),
    ("dateOfDiagnosis", None, {"receptor_panels": [panel(date="2020-03/2020-05")]}),
    ("dateOfDiagnosis", None, {"receptor_panels": [panel(date="2020-03/..")]}),
    ("dateOfDiagnosis", None, {"receptor_panels": [panel(specimen="metastasis:liver")]}),
    ("dateOfDiagnosis", None, {"receptor_panels": [panel(procedure="surgery")]}),
    ("dateOfDiagnosis", None, {"receptor_panels": [panel()], "treatments": [OP | {"start": "2015"}]}),
    ("dateOfDiagnosis", None, {"receptor_panels": [panel(derived=["date"], how={"date": "reckoned"})]}),
    ("primarySite", "C509", {}),
    ("primarySite", "C504", {"case": BREAST | {"quadrant": "upper outer quadrant"}}),
    ("primarySite", "C504", {"case": BREAST | {"quadrant": "2 o'clock"}}),
    ("primarySite", "C502", {"case": BREAST | {"quadrant": "2 o’clock", "laterality": "right"}}),
    ("primarySite", "C509", {"case": BREAST | {"quadrant": "2 o'clock", "laterality": None}}),
    ("primarySite", "C501", {"case": BREAST | {"quadrant": "retroareolar"}}),
    ("primarySite", "C649", {"case": other("kidney")}),
    ("laterality", "2", {}),
    ("laterality", "1", {"case": BREAST | {"laterality": "right"}}),
    ("laterality", None, {"case": BREAST | {"laterality": None}}),
    ("laterality", None, {"case": other("kidney", laterality="left")}),
    ("histologicTypeIcdO3", "8500", {"case": BREAST | {"morphology": "8500/3"}}),
    ("histologicTypeIcdO3", None, {"case": BREAST | {"morphology": None}}),
    ("histologicTypeIcdO3", None,
     {"case": BREAST | {"morphology": "8140/3", "said": "The biopsy was adenocarcinoma."}}),
    ("histologicTypeIcdO3", None,
     {"case": BREAST | {"morphology": "8520/3", "said": "A metastatic lobular carcinoma."}}),
    ("behaviorCodeIcdO3", "3", {"case": BREAST | {"morphology": "8500/3"}}),
    ("behaviorCodeIcdO3", "2", {"case": BREAST | {"morphology": "8500/2"}}),
    ("behaviorCodeIcdO3", None, {}),
    (f"{ER}Summary", "1", {"receptor_panels": [panel(status="positive")]}),
    (f"{ER}Summary", "1", {"receptor_panels": [panel(status="low", percent="5%")]}),
    (f"{ER}Summary", "0", {"receptor_panels": [panel(percent="0%")]}),
    (f"{ER}Summary", "0", {"receptor_panels": [panel("triple-negative", status="positive")]}),
    (f"{ER}Summary", None, {"receptor_panels": [panel("HR", status="positive")]}),
    (f"{ER}Summary", None, {"receptor_panels": [panel(status="positive", percent="0%")]}),
    (f"{ER}Summary", None, {"receptor_panels": [panel(status="positive", specimen="metastasis:liver")]}),
    (f"{ER}Summary", None, {"receptor_panels": [panel(status="positive", specimen="node")]}),
    (f"{ER}Summary", None,
     {"receptor_panels": [panel(status="positive", derived=["specimen"], how={"specimen": "?"})]}),
    (f"{ER}Summary", None, {"receptor_panels": [panel(status="positive", procedure="surgery")], "treatments": [NEO]}),
    (f"{ER}Summary", None, {"receptor_panels": [panel(status="positive", procedure="surgery")],
                            "stages": [{"tnm": "ypT1N0", "basis": "post-neoadjuvant"}]}),
    (f"{ER}Summary", None, {"receptor_panels": [panel(status="positive", date="2021-01")], "treatments": [ADJ]}),
    (f"{ER}Summary", None,
     {"receptor_panels": [panel(status="positive"), panel(status="negative", procedure="surgery")]}),
    (f"{ER}Summary", "1", {"receptor_panels": [panel(status="positive"), panel(status="negative", procedure="surgery",
                                                                              date="2020-08")], "treatments": [NEO]}),
    (f"{ER}Summary", None, {"receptor_panels": [panel(status="positive", date="2016-05")]}),
    (f"{ER}Summary", None, {"receptor_panels": [panel(status="positive")], "case": other("stomach")}),
    (f"{ER}Summary", None, {"receptor_panels": [panel(status="positive")], "contradictions": [
        contradiction("ER of primary: positive (case) or negative (abstract)", "receptor")]}),
    (f"{ER}PercntPosOrRange", "040", {"receptor_panels": [panel(status="positive", percent="40%")]}),
    (f"{ER}PercntPosOrRange", "000", {"receptor_panels": [panel(status="negative")]}),
    (f"{ER}PercntPosOrRange", "R10", {"receptor_panels": [panel(percent="5-10%")]}),
    (f"{ER}PercntPosOrRange", None, {"receptor_panels": [panel(status="positive")]}),
    (f"{ER}TotalAllredScore", "08", {"receptor_panels": [panel(score="Allred 8")]}),
    (f"{ER}TotalAllredScore", None, {"receptor_panels": [panel(status="positive", score="H-score 280")]}),
    (f"{PR}Summary", "0", {"receptor_panels": [panel("PR", status="negative")]}),
    (f"{PR}Summary", None, {"receptor_panels": [panel("ER", status="negative")]}),
    (f"{PR}PrcntPosOrRange", "070", {"receptor_panels": [panel("PR", percent="70%")]}),
    (f"{PR}PrcntPosOrRange", None, {"receptor_panels": [panel("PR", percent="35-45%")]}),
    (f"{PR}TotalAllredScor", "05", {"receptor_panels": [panel("PR", score="Allred 5")]}),
    (f"{PR}TotalAllredScor", None, {"receptor_panels": [panel("PR", percent="70%")]}),
    ("her2IhcSummary", "1", {"receptor_panels": [panel("HER2", score="1+")]}),
    ("her2IhcSummary", "3", {"receptor_panels": [panel("HER2", score="3+")]}),
    ("her2IhcSummary", None, {"receptor_panels": [panel("HER2", status="positive")]}),
    ("her2IshSummary", "3", {"receptor_panels": [panel("HER2", score="2+", ish="amplified")]}),
    ("her2IshSummary", "0", {"receptor_panels": [panel("HER2", ish="not amplified")]}),
    ("her2IshSummary", None, {"receptor_panels": [panel("HER2", score="2+")]}),
    ("her2OverallSummary", "1", {"receptor_panels": [panel("HER2", score="3+")]}),
    ("her2OverallSummary", "1", {"receptor_panels": [panel("HER2", score="2+", ish="amplified")]}),
    ("her2OverallSummary", "0", {"receptor_panels": [panel("HER2", status="low", score="1+")]}),
    ("her2OverallSummary", "0",
     {"receptor_panels": [panel("HER2", status="equivocal", score="2+", ish="not amplified")]}),
    ("her2OverallSummary", None, {"receptor_panels": [panel("HER2", status="equivocal", score="2+")]}),
    ("her2OverallSummary", None, {"receptor_panels": [panel("HER2", status="negative", score="3+")]}),
    ("ki67", "10.0", {"receptor_panels": [panel("Ki-67", percent="10%")]}),
    ("ki67", "12.5", {"receptor_panels": [panel("Ki-67", percent="12.5%")]}),
    ("ki67", "XXX.7", {"receptor_panels": [panel("Ki-67", status="positive")]}),
    ("ki67", None, {"receptor_panels": [panel("Ki-67", percent="10-15%")]}),
    ("ki67", None, {"receptor_panels": [panel("Ki-67", percent=">50%")]}),
    ("ajccTnmClinT", "cT2", {"stages": [STAGE]}),
    ("ajccTnmClinT", None, {"stages": [STAGE | {"tnm": "pT2N1M0", "basis": "pathological"}]}),
    ("ajccTnmClinT", None, {"stages": [STAGE | {"derived": ["basis"], "how": {"basis": "?"}}]}),
    ("ajccTnmClinT", None, {"stages": [STAGE | {"date": "2021-06"}], "treatments": [OP]}),
    ("ajccTnmClinT", None, {"stages": [STAGE | {"date": None}]}),
    ("ajccTnmClinT", None, {"stages": [STAGE | {"edition": "7"}]}),
    ("ajccTnmClinT", "cT2", {"stages": [STAGE | {"edition": "8", "date": None}]}),
    ("ajccTnmClinT", None, {"stages": [STAGE | {"problems": ["called pathological but written with the prefix c"]}]}),
    ("ajccTnmClinT", None, {"stages": [STAGE | {"tnm": "cTisN0M0"}]}),
    ("ajccTnmClinT", None, {"stages": [STAGE | {"said": "The gastric cancer was cT2N1M0."}]}),
    ("ajccTnmClinT", None, {"stages": [{"tnm": "pT1N0", "basis": "pathological", "date": "2020-03-05"}, STAGE]}),
    ("ajccTnmClinT", None, {"stages": [STAGE], "contradictions": [
        contradiction("stage: cT2N1M0 or cT3N1M0 (abstract)", "stage")]}),
    ("ajccTnmClinN", "cN3", {"stages": [STAGE | {"tnm": "cT4bN3M0"}]}),
    ("ajccTnmClinN", None, {"stages": [STAGE | {"tnm": "cT2"}]}),
    ("ajccTnmClinNSuffix", "(f)", {"stages": [STAGE | {"tnm": "cT2N1(f)M0"}]}),
    ("ajccTnmClinNSuffix", None, {"stages": [STAGE]}),
    ("ajccTnmClinTSuffix", "(m)", {"stages": [STAGE | {"tnm": "cT2(m)N1M0"}]}),
    ("ajccTnmClinTSuffix", None, {"stages": [STAGE]}),
    ("ajccTnmClinM", "cM0", {"stages": [STAGE]}),
    ("ajccTnmClinM", "cM1", {"stages": [M1]}),
    ("ajccTnmClinM", None, {"stages": [STAGE | {"tnm": "cT2N1"}]}),
    ("ajccTnmClinStageGroup", "3C", {"stages": [STAGE | {"group": "IIIC"}]}),
    ("ajccTnmClinStageGroup", None,
     {"stages": [STAGE | {"group": "IIB", "derived": ["group"], "how": {"group": "?"}}]}),
    ("ajccTnmClinStageGroup", None, {"stages": [STAGE | {"derived_group": "IIB"}]}),
    ("ajccTnmClinStageGroup", None, {"stages": [STAGE | {"group": "II"}]}),
    ("ajccTnmClinStageGroup", None, {"stages": [STAGE | {"group": "IV", "problems": ["stated group IV, gives IIB"]}]}),
    ("tnmEditionNumber", "08", {"stages": [STAGE | {"edition": "8"}]}),
    ("tnmEditionNumber", None, {"stages": [STAGE]}),
]  # fmt: skip
for prefix, basis, stem in (("p", "pathological", "ajccTnmPath"), ("yp", "post-neoadjuvant", "ajccTnmPostTherapy"),
                            ("yc", "post-neoadjuvant", "ajccTnmPostTherapyClin")):  # fmt: skip
    own = {"basis": basis, "date": "2022-05-04"}
    group = f"{stem}StageGrp" if prefix == "yc" else f"{stem}StageGroup"
    ROWS += [
        (f"{stem}T", f"{prefix}T1c", {"stages": [own | {"tnm": f"{prefix}T1cN1M0"}]}),
        (f"{stem}T", None, {"stages": [own | {"tnm": f"{prefix}T0/isN0"}]}),
        (f"{stem}T", None, {"stages": [STAGE]}),
        (f"{stem}T", None, {"stages": [own | {"basis": "post-neoadjuvant", "tnm": "T1cN1M0"}]}),
        (f"{stem}N", f"{prefix}N1", {"stages": [own | {"tnm": f"{prefix}T1cN1M0"}]}),
        (f"{stem}N", None, {"stages": [own | {"tnm": f"{prefix}T2N1cM0"}]}),
        (f"{stem}M", "cM0", {"stages": [own | {"tnm": f"{prefix}T1cN1M0"}]}),
        (f"{stem}M", None, {"stages": [own | {"tnm": f"{prefix}T1cN1M1"}]}),
        (f"{stem}TSuffix", "(m)", {"stages": [own | {"tnm": f"{prefix}T2(m)N1"}]}),
        (f"{stem}TSuffix", None, {"stages": [own | {"tnm": f"{prefix}T2N1"}]}),
        (f"{stem}NSuffix", "(sn)", {"stages": [own | {"tnm": f"{prefix}T2N0(sn)"}]}),
        (f"{stem}NSuffix", None, {"stages": [own | {"tnm": f"{prefix}T2N0"}]}),
        (group, "2A", {"stages": [own | {"tnm": f"{prefix}T2N0M0", "group": "IIA"}]}),
        (group, None, {"stages": [own | {"tnm": f"{prefix}T2N0M0"}]}),
        (group, None, {"stages": [{"basis": "post-neoadjuvant", "group": "IIA", "date": "2022-05-04"}]}),
    ]

GRADED = BREAST | {"grade": "3", "morphology": "8500/3"}
BIOPSY = {"said": "Core biopsy showed grade 3 ductal carcinoma.", "cite": {"grade": "grade 3"}}
RESECTED = {"said": "The mastectomy specimen held a grade 3 carcinoma.", "cite": {"grade": "grade 3"}}
POORLY = {"said": "Core biopsy: poorly differentiated.", "derived": ["grade"], "how": {"grade": "?"}}
ROWS += [
    ("gradeClinical", "3", {"case": GRADED | BIOPSY}),
    ("gradeClinical", "C", {"case": GRADED | POORLY}),
    ("gradeClinical", "H", {"case": GRADED | BIOPSY | {"morphology": "8500/2"}}),
    ("gradeClinical", None, {"case": GRADED | RESECTED}),
    ("gradeClinical", None, {"case": GRADED | {"said": "It was a grade 3 carcinoma."}}),
    ("gradeClinical", None, {"case": GRADED | {"said": "Biopsy of the liver: metastatic carcinoma, grade 3."}}),
    ("gradeClinical", None, {"case": GRADED | {"said": "Core biopsy: nuclear grade 3.",
                                               "cite": {"grade": "nuclear grade 3"}}}),
    ("gradePathological", "3", {"case": GRADED | RESECTED}),
    ("gradePathological", None, {"case": GRADED | RESECTED, "treatments": [NEO]}),
    ("gradePostTherapy", "3", {"case": GRADED | RESECTED, "treatments": [NEO]}),
    ("gradePostTherapy", None, {"case": GRADED | BIOPSY, "treatments": [NEO]}),
    ("regionalNodesPositive", "02", {"metastases": [AXILLA]}),
    ("regionalNodesPositive", "00", {"metastases": [AXILLA | {"status": "absent", "nodal_yield": "0/3"}]}),
    ("regionalNodesPositive", None, {"metastases": [AXILLA | {"laterality": "right"}]}),
    ("regionalNodesPositive", None, {"metastases": [AXILLA | {"nodal_yield": None}]}),
    ("regionalNodesPositive", None, {"metastases": [AXILLA], "treatments": [SENTINEL, DISSECTION]}),
    ("regionalNodesPositive", None, {"metastases": [AXILLA | {"nodal_yield": "9/3"}]}),
    ("regionalNodesPositive", None, {"metastases": [AXILLA], "contradictions": [
        contradiction("involved nodes: 2/14 (body) or 3/14 (abstract)", "site")]}),
    ("regionalNodesExamined", "14", {"metastases": [AXILLA]}),
    ("regionalNodesExamined", "90", {"metastases": [AXILLA | {"nodal_yield": "2/95"}]}),
    ("regionalNodesExamined", None, {"metastases": [AXILLA], "case": other("lung")}),
]  # fmt: skip
for item, site, code in (("Bone", "spine", "C41.2"), ("Brain", "brain", "C71.9"), ("Liver", "liver", "C22.0"),
                         ("Lung", "lung", "C34.9"), ("DistantLn", "mediastinal lymph node", "C77.1"),
                         ("Other", "pleura", "C38.4")):  # fmt: skip
    late = spread(site, code, date="2021-06")
    ROWS += [
        (f"metsAtDx{item}", "1", {"stages": [M1], "metastases": spread(site, code)}),
        (f"metsAtDx{item}", "1", {"stages": [M1], "metastases": spread(site, code, status="resolved")}),
        (f"metsAtDx{item}", "0", {"stages": [STAGE]}),
        (f"metsAtDx{item}", "0", {"stages": [STAGE], "metastases": late}),
        (f"metsAtDx{item}", None, {"stages": [M1], "metastases": late}),
        (f"metsAtDx{item}", None, {"stages": [M1], "metastases": spread(site, code, date=None)}),
        (f"metsAtDx{item}", None, {"stages": [STAGE], "metastases": spread(site, code, status="possible")}),
        (f"metsAtDx{item}", None, {"stages": [STAGE], "metastases": spread(site, code)}),
        (f"metsAtDx{item}", None, {"stages": [STAGE | {"basis": "recurrence"}]}),
        (f"metsAtDx{item}", None, {"metastases": spread(site, code)}),
        (f"metsAtDx{item}", None, {"stages": [STAGE | {"date": "2014-02"}]}),
        (f"metsAtDx{item}", None, {}),
    ]
ROWS += [
    ("metsAtDxLiver", "0", {"stages": [M1], "metastases": spread("liver", "C22.0", status="absent")}),
    ("metsAtDxBone", None, {"stages": [M1], "metastases": spread("spine", "C41.2", status="absent")}),
    (
        "metsAtDxDistantLn",
        "1",
        {"stages": [M1], "metastases": [AXILLA | {"laterality": "right", "date": "2020-03-02"}]},
    ),
    ("metsAtDxDistantLn", None, {"stages": [M1], "metastases": [AXILLA | {"date": "2020-03-02"}]}),
    ("metsAtDxDistantLn", None, {"stages": [M1], "metastases": spread("internal mammary lymph node", "C77.1")}),
    ("metsAtDxBrain", "1", {"case": other("lung"), "stages": [M1], "metastases": spread("brain", "C71.9")}),
    ("metsAtDxLung", None, {"case": other("lung"), "stages": [M1], "metastases": spread("lung", "C34.9")}),
    ("metsAtDxOther", None, {"case": other("lung"), "stages": [M1], "metastases": spread("pleura", "C38.4")}),
]

TWO = [NEO | {"start": "2020-04-01"}, NEO | {"name": "epirubicin"}]
CHEMO = NEO | {"said": "She had single-agent docetaxel.", "start": "2020-04-01"}
BRM = ADJ | {"name": "pertuzumab"}
BIOPSIED = [panel()]
ROWS += [
    ("rxSummChemo", "03", {"treatments": TWO}),
    ("rxSummChemo", "03", {"treatments": [NEO | {"name": "cyclophosphamide+doxorubicin"}]}),
    ("rxSummChemo", "02", {"treatments": [CHEMO]}),
    ("rxSummChemo", None, {"treatments": [NEO]}),
    ("rxSummChemo", None, {"treatments": [t | {"intent": "palliative"} for t in TWO]}),
    ("rxSummChemo", None, {"treatments": [t | {"status": "declined"} for t in TWO]}),
    ("rxSummChemo", None, {"treatments": [*TWO, OP, OP | {"start": "2024-01"}]}),
    ("rxSummChemo", None, {"treatments": []}),
    ("rxDateChemo", "20200401", {"treatments": TWO}),
    ("rxDateChemo", None, {"treatments": TWO[::-1]}),
    ("rxDateChemo", None, {"treatments": [CHEMO | {"start": "2020-04/2020-05"}]}),
    ("rxDateChemo", None, {"treatments": [CHEMO | {"derived": ["start"], "how": {"start": "?"}}]}),
    ("rxDateSystemic", "20200401", {"treatments": [*TWO, ADJ]}),
    ("rxDateSystemic", None, {"treatments": [NEO, ADJ]}),
    ("rxSummHormone", "01", {"treatments": [ADJ]}),
    ("rxSummHormone", None, {"treatments": [ADJ | {"intent": "palliative"}]}),
    ("rxSummHormone", None, {"treatments": [ADJ | {"status": "planned"}]}),
    ("rxDateHormone", "20200901", {"treatments": [ADJ]}),
    ("rxDateHormone", None, {"treatments": [ADJ | {"start": "2020-08/.."}]}),
    ("rxSummBrm", "01", {"treatments": [BRM]}),
    ("rxSummBrm", "01", {"treatments": [BRM | {"name": "trastuzumab"}], "receptor_panels": BIOPSIED}),
    ("rxSummBrm", None, {"treatments": [BRM | {"name": "trastuzumab"}]}),
    ("rxSummBrm", None, {"treatments": [ADJ]}),
    ("rxDateBrm", "20200901", {"treatments": [BRM]}),
    ("rxDateBrm", None, {"treatments": [BRM | {"start": None}]}),
    ("rxSummRadiation", "5", {"treatments": [RT]}),
    ("rxSummRadiation", "1", {"treatments": [RT | {"name": "external beam radiotherapy"}]}),
    ("rxSummRadiation", "2", {"treatments": [RT | {"name": "brachytherapy"}]}),
    ("rxSummRadiation", "4",
     {"treatments": [RT | {"name": "brachytherapy"}, RT | {"name": "external beam radiotherapy"}]}),
    ("rxSummRadiation", None, {"treatments": [RT | {"intent": "palliative"}]}),
    ("rxSummRadiation", None, {"treatments": [RT | {"status": "declined"}]}),
    ("rxDateRadiation", "20201001", {"treatments": [RT]}),
    ("rxDateRadiation", None, {"treatments": [RT | {"start": "2020-10/2020-11"}]}),
    ("rxDateRadiationEnded", "20201105", {"treatments": [RT]}),
    ("rxDateRadiationEnded", None, {"treatments": [RT, RT]}),
    ("phase1TotalDose", "005000", {"treatments": [RT]}),
    ("phase1TotalDose", None, {"treatments": [RT | {"dose": "50 Gy"}]}),
    ("phase1TotalDose", None, {"treatments": [RT, RT | {"dose": "10 Gy/5"}]}),
    ("phase1NumberOfFractions", "025", {"treatments": [RT]}),
    ("phase1NumberOfFractions", None, {"treatments": [RT | {"dose": None}]}),
    ("phase1DosePerFraction", "00200", {"treatments": [RT]}),
    ("phase1DosePerFraction", None, {"treatments": [RT | {"dose": "50 Gy/16"}]}),
    ("rxDateSurgery", "20200504", {"treatments": [OP]}),
    ("rxDateSurgery", None, {"treatments": [OP | {"site": "ovary", "name": "oophorectomy"}]}),
    ("rxDateSurgery", None, {"treatments": [OP | {"status": "declined"}]}),
    ("rxDateMostDefinSurg", "20200504", {"treatments": [OP]}),
    ("rxDateMostDefinSurg", None, {"treatments": [OP, OP | {"start": "2020-06-04", "name": "mastectomy"}]}),
    ("rxSummSurgPrimSite", "22", {"treatments": [OP], "receptor_panels": BIOPSIED}),
    ("rxSummSurgPrimSite", "20",
     {"treatments": [OP | {"name": "breast-conserving surgery"}], "receptor_panels": BIOPSIED}),
    ("rxSummSurgPrimSite", None, {"treatments": [OP]}),
    ("rxSummSurgPrimSite", None, {"treatments": [OP], "receptor_panels": [panel(date="2023-03-02")]}),
    ("rxSummSurgPrimSite", None,
     {"treatments": [OP | {"name": "mastectomy"}, DISSECTION], "receptor_panels": BIOPSIED}),
    ("rxSummSurgPrimSite", None, {"treatments": [OP | {"said": "A lumpectomy with flap reconstruction was done."}],
                                  "receptor_panels": BIOPSIED}),
    ("rxSummScopeRegLnSur", "2", {"treatments": [SENTINEL]}),
    ("rxSummScopeRegLnSur", "5", {"treatments": [DISSECTION], "metastases": [AXILLA]}),
    ("rxSummScopeRegLnSur", None, {"treatments": [DISSECTION], "metastases": [AXILLA | {"nodal_yield": "1/4"}]}),
    ("rxSummScopeRegLnSur", None, {"treatments": [SENTINEL, DISSECTION]}),
    ("rxSummSurgRadSeq", "3", {"treatments": [OP, RT]}),
    ("rxSummSurgRadSeq", None, {"treatments": [RT]}),
    ("rxSummSystemicSurSeq", "2", {"treatments": [NEO, OP]}),
    ("rxSummSystemicSurSeq", "3", {"treatments": [OP, ADJ]}),
    ("rxSummSystemicSurSeq", "4", {"treatments": [NEO, OP, ADJ]}),
    ("rxSummSystemicSurSeq", None, {"treatments": [NEO]}),
    ("responseToNeoadjuvantTherapy", "2", {"treatments": [NEO | {"response": "partial response"}]}),
    ("responseToNeoadjuvantTherapy", "1", {"treatments": [NEO | {"response": "complete response"}]}),
    ("responseToNeoadjuvantTherapy", None, {"treatments": [NEO | {"response": "stable disease"}]}),
    ("responseToNeoadjuvantTherapy", None, {"treatments": [ADJ | {"response": "complete response"}]}),
    ("textDxProcLabTests", "ER was positive.",
     {"receptor_panels": [panel(status="positive", said="ER was positive.")]}),
    ("textDxProcLabTests", None, {"receptor_panels": [panel(status="positive", specimen="metastasis")]}),
    ("textDxProcPath", BIOPSY["said"], {"case": GRADED | BIOPSY}),
    ("textDxProcPath", None, {}),
    ("textDxProcOp", "A lumpectomy was done.", {"treatments": [OP]}),
    ("textDxProcOp", None, {"treatments": [OP | {"status": "declined"}]}),
    ("textDxProcOp", None, {"treatments": [OP | {"said": "x" * 4001 + "lumpectomy"}]}),
    ("textStaging", "It was cT2N1M0.", {"stages": [STAGE | {"said": "It was cT2N1M0."}]}),
    ("textStaging", None, {"stages": [STAGE | {"basis": "recurrence"}]}),
    ("textPrimarySiteTitle", "left, breast", {}),
    ("textPrimarySiteTitle", None, {"case": BREAST | {"quadrant": "x" * 101}}),
    ("textHistologyTitle", "tubular carcinoma",
     {"case": BREAST | {"morphology": "8211/3", "histology": "tubular carcinoma"}}),
    ("textHistologyTitle", None, {}),
]  # fmt: skip


@pytest.mark.parametrize(("item", "value", "parts"), ROWS, ids=[f"{n}-{r[0]}-{r[1]}" for n, r in enumerate(ROWS)])
def test_a_record_gives_an_item_or_must_not(item: str, value: str | None, parts: dict[str, Any]) -> None:
    made = case(**parts)
    found = abstract_of(made)
    given = found.values.get(item) if isinstance(found, Abstract) else None
    assert given == value


def test_every_item_that_is_written_has_a_row_that_gives_it_and_one_that_must_not() -> None:
    giving, refusing = ({item for item, value, _ in ROWS if (value is not None) == given} for given in (True, False))
    # The site is that of every abstract: a case without one has none.
    assert giving - refusing == {"primarySite"}
    written = {item for made in gold() if isinstance(found := abstract_of(made), Abstract) for item in found.values}
    assert len(written) > 40
    assert written <= giving


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"case": {"sex": "female"}}, "no primary site is known"),
        ({"case": BREAST | {"laterality": "bilateral"}}, "two primaries"),
        ({"case": other("soul")}, "no topography"),
        ({"case": other("skin", quadrant="back")}, "no topography"),
        ({"case": other("pancreas"), "treatments": [OP]}, "cancer of the breast beside"),
        ({"stages": [STAGE, STAGE | {"tnm": "cT1N0M0"}]}, "two stages"),
    ],
)
def test_a_case_whose_tumour_is_not_known_has_no_abstract(parts: dict[str, Any], why: str) -> None:
    found = abstract_of(case(**parts))
    assert isinstance(found, str)
    assert why in found


@pytest.mark.parametrize(
    ("percent", "positive", "code"),
    [
        ("40%", True, "040"), ("100%", True, "100"), ("<1%", False, "000"), ("0%", False, "000"), ("1%", True, "001"),
        ("1-10%", True, "R10"), ("11-20%", True, "R20"), ("71-75%", True, "R80"), ("91-100%", True, "R99"),
        (">90%", True, "R99"), ("<10%", True, "R10"), ("80-90%", True, None), (">50%", True, None),
        ("12.5%", True, None),
        ("10-20%", True, None), ("many", True, None), (None, True, None), (None, False, "000"), ("150%", True, None),
    ],
)  # fmt: skip
def test_a_percentage_is_coded_only_where_one_code_holds_it(
    percent: str | None, positive: bool, code: str | None
) -> None:
    assert percent_code(percent, positive) == code


@pytest.mark.parametrize(
    ("tnm", "categories"),
    [
        ("pT1cN0", ["1c", "0"]),
        ("cT2cN0cM0", ["2", "0", "0"]),
        ("cT1cN0cM0", [None, "0", "0"]),
        ("pT2pN1cM0", ["2", "1", "0"]),
        ("pT3pN1acM0", ["3", "1a", "0"]),
        ("T2N1cM0", ["2", None, "0"]),
        ("pT3N0(i+)M0", ["3", "0(i+)", "0"]),
        ("pT2N1(mi)", ["2", "1mi"]),
        ("pT2N1(v3)", ["2", None]),
        ("pT2T3N0", [None, "0"]),
    ],
)
def test_an_axis_that_can_be_read_in_two_ways_has_no_category(tnm: str, categories: list[str | None]) -> None:
    assert [axis.category for axis in axes(tnm)] == categories


def test_a_value_whose_sentence_is_not_in_the_document_is_left_out() -> None:
    made = case(receptor_panels=[panel(status="positive")])
    place = made.record.receptor_panels[0].evidence[0]
    moved = place.model_copy(update={"start": place.start + 1})
    made.record.receptor_panels[0].evidence = [moved]
    assert f"{ER}Summary" not in values(made)
