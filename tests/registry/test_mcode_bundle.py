"""What each slot of the record becomes in FHIR, and what must never become a fact."""

import re
from typing import Any

import pytest
from mcode_cases import TEXT, bundle, case, full, of, place, said

from pipeline.patient.model import Case, MarkerResult, Metastasis, Panel, Record, Stage, Treatment
from pipeline.registry.feeds.mcode.amounts import dose, percent, radiation
from pipeline.registry.feeds.mcode.bundle import fill
from pipeline.registry.feeds.mcode.check import problems
from pipeline.registry.feeds.mcode.codes import topography_of
from pipeline.registry.feeds.mcode.dates import period, shared, timed
from pipeline.registry.feeds.mcode.staging import categories

ABSENT = [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]


def code_of(concept: dict[str, Any]) -> list[str]:
    return [coding["code"] for coding in concept.get("coding", [])]


def drugs(**more: Any) -> Record:
    found = full()
    found.treatments = [Treatment(kind="drug", **(more | said(name="docetaxel")))]
    return found


def test_every_slot_has_its_resources() -> None:
    made = bundle()
    assert problems(made) == []
    counts = {
        "cancer-patient": 1, "primary-cancer-condition": 1, "secondary-cancer-condition": 4, "tumor-marker-test": 9,
        "histologic-grade": 1, "human-specimen": 1, "tnm-primary-tumor-category": 2, "tnm-regional-nodes-category": 2,
        "tnm-distant-metastases-category": 1, "tnm-stage-group": 1, "cancer-related-medication-administration": 2,
        "cancer-related-medication-request": 2, "radiotherapy-course-summary": 1, "radiotherapy-volume": 1,
        "cancer-related-surgical-procedure": 2, "cancer-disease-status": 1, "DocumentReference": 1,
    }  # fmt: skip
    assert {name: len(of(made, name)) for name in counts} == counts
    assert len(of(made, "Provenance")) == sum(counts.values()) - 1  # all but that of the document itself


def test_patient_names_nobody() -> None:
    (patient,) = of(bundle(), "cancer-patient")
    assert patient["gender"] == "female"
    assert patient["name"] == [{"extension": ABSENT}]
    (unknown,) = of(bundle(Record(case=Case())), "cancer-patient")
    assert unknown["gender"] == "unknown"


def test_primary_cancer() -> None:
    (primary,) = of(bundle(), "primary-cancer-condition")
    assert code_of(primary["code"]) == ["C50.412"]
    assert primary["code"]["text"] == "invasive ductal carcinoma of the breast"
    (extension,) = primary["extension"]
    assert code_of(extension["valueCodeableConcept"]) == ["8500/3"]
    assert code_of(primary["bodySite"][0]) == ["C50.4"]
    assert primary["onsetAge"]["value"] == 52
    assert "clinicalStatus" not in primary  # how the primary fares at the end the record does not say
    (grade,) = of(bundle(), "histologic-grade")
    assert grade["valueCodeableConcept"] == {"text": "grade 3"}


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (Case(sex="female", primary_site="breast", laterality="right", quadrant="2 o'clock"), "C50.911"),
        (Case(sex="female", primary_site="breast", laterality="right", quadrant="Upper-Outer".lower()), "C50.411"),
        (Case(sex="male", primary_site="breast", quadrant="retro-areolar"), "C50.129"),
        (Case(sex="female", primary_site="breast", laterality="left", morphology="8500/2"), "D05.12"),
        (Case(primary_site="breast", laterality="left"), None),  # the code tells the sexes apart
        (Case(sex="female", primary_site="breast", laterality="bilateral"), None),  # that is two cancers
        (Case(sex="male", primary_site="lung", laterality="left", morphology="8140/3"), "C34.92"),
        (Case(sex="male", primary_site="lung", morphology="8246/3"), None),  # C7A, not C34
        (Case(sex="female", primary_site="ovary", laterality="bilateral"), "C56.3"),
        (Case(sex="male", primary_site="skin", morphology="8720/3"), "C43.9"),
        (Case(sex="male", primary_site="skin", morphology="8070/3"), None),
        (Case(sex="male", primary_site="kidney", morphology="8310/0"), None),  # benign
    ],
)
def test_icd_10_cm_where_it_can_be_derived(case: Case, code: str | None) -> None:
    case.evidence = [place("woman")]
    (primary,) = of(bundle(Record(case=case)), "primary-cancer-condition")
    assert code_of(primary["code"]) == ([] if code is None else [code])


def test_no_primary_is_made_up() -> None:
    empty = fill(case(Record(case=Case(sex="male", evidence=[place("woman")]))))
    assert of(empty.bundle(), "primary-cancer-condition") == []
    assert any("no PrimaryCancerCondition" in line for line in empty.left_out)
    staged = bundle(Record(case=Case(), stages=full().stages))
    (primary,) = of(staged, "primary-cancer-condition")  # a stage group must have a focus
    assert primary["code"] == {"extension": ABSENT}
    assert problems(staged) == []


def test_metastases_by_what_is_said_of_them() -> None:
    made = bundle()
    found = {item["code"]["text"]: item for item in of(made, "secondary-cancer-condition")}
    assert set(found) == {f"metastasis of the {site}" for site in ("liver", "lung", "brain", "axillary lymph node")}
    liver, lung, brain = (found[f"metastasis of the {site}"] for site in ("liver", "lung", "brain"))
    assert code_of(liver["code"]) == ["C78.7"]
    assert code_of(liver["bodySite"][0]) == ["C22.0"]
    assert liver["extension"][0]["valueDateTime"] == "2021"
    assert liver["note"] == [{"text": "found: 2021-01/2021-03; confirmed by imaging"}]
    assert code_of(lung["code"]) == ["C78.01"]
    assert code_of(lung["verificationStatus"]) == ["unconfirmed"]
    assert "clinicalStatus" not in lung
    assert code_of(brain["clinicalStatus"]) == ["inactive"]
    assert brain["extension"][0]["valueDateTime"] == "2020"
    assert found["metastasis of the axillary lymph node"]["note"][0]["text"] == "positive/examined nodes: 2/14"


def test_absent_sites_and_recurrences_are_left_out_by_name() -> None:
    sheet = fill(case())
    assert "X1: metastases.2: bone: said to be absent: no SecondaryCancerCondition" in sheet.left_out
    assert any(line.startswith("X1: metastases.4: a recurrence") for line in sheet.left_out)
    said = str([item["code"] for item in of(sheet.bundle(), "secondary-cancer-condition")])
    assert "bone" not in said
    assert "recurrence" not in said


def test_distant_spread_without_a_site() -> None:
    record = Record(case=full().case, metastases=[Metastasis(site="distant", **said(site="liver"))])
    (found,) = of(bundle(record), "secondary-cancer-condition")
    assert found["code"] == {"text": "distant metastasis"}
    assert "bodySite" not in found


def test_receptors() -> None:
    made = bundle()
    tests = {item["code"]["text"]: item for item in of(made, "tumor-marker-test")}
    er = tests["ER, percent of cells"]
    assert code_of(er["code"]) == ["85329-1"]
    assert er["valueQuantity"] == {"value": 90, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}
    assert er["effectiveDateTime"] == "2019-03"
    (specimen,) = of(made, "human-specimen")
    assert er["specimen"] == {"reference": f"urn:uuid:{specimen['id']}"}
    assert specimen["type"] == {"text": "biopsy of primary tumour"}
    assert tests["PR, percent of cells"]["valueQuantity"]["comparator"] == "<"
    assert code_of(tests["ER"]["valueCodeableConcept"]) == ["LA6576-8"]
    assert tests["ER, Allred score"]["valueInteger"] == 8
    assert code_of(tests["HER2, score"]["valueCodeableConcept"]) == ["LA11842-4"]
    assert code_of(tests["HER2, in situ hybridisation"]["code"]) == ["85318-4"]
    assert code_of(tests["HER2, in situ hybridisation"]["valueCodeableConcept"]) == ["LA6577-6"]
    ki67 = tests["Ki-67, percent of cells"]
    assert code_of(ki67["code"]) == ["85330-9"]
    assert (ki67["valueRange"]["low"]["value"], ki67["valueRange"]["high"]["value"]) == (30, 35)


def panel(primary: str, words: str = "biopsy", **results: MarkerResult) -> dict[str, Any]:
    record = Record(
        case=Case(primary_site=primary, evidence=[place("woman")]),
        receptor_panels=[Panel(results=results, evidence=[place(words)])],
    )
    return bundle(record)


def test_tests_of_other_cancers_and_methods_not_told() -> None:
    text = "Biopsy in March 2019: ER 90%"
    found = of(panel("lung", text, HER2=MarkerResult(score="3+", ish="amplified")), "tumor-marker-test")
    assert [code_of(item["code"]) for item in found] == [["72383-3"], []]  # no word of fluorescence
    assert "specimen" not in found[0]
    (odd,) = of(panel("lung", text, ER=MarkerResult(status="equivocal")), "tumor-marker-test")
    assert odd["valueCodeableConcept"] == {"text": "equivocal"}


def test_triple_negative_is_no_positive_test() -> None:
    made = panel("breast", "woman", **{"triple-negative": MarkerResult(status="positive")})
    (found,) = of(made, "tumor-marker-test")
    assert found["valueCodeableConcept"] == {"text": "all negative"}
    assert found["code"] == {"text": "ER, PR and HER2 together"}


@pytest.mark.parametrize(
    ("text", "element", "value"),
    [
        ("12.5%", "valueQuantity", {"value": 12.5}),
        (">50%", "valueQuantity", {"comparator": ">", "value": 50}),
        ("≥90%", "valueQuantity", {"comparator": ">=", "value": 90}),
        ("10-15%", "valueRange", {}),
        ("15-10%", "valueString", "15-10%"),
        ("120%", "valueString", "120%"),
        ("most", "valueString", "most"),
    ],
)
def test_percents(text: str, element: str, value: Any) -> None:
    found, amount = percent(text)
    assert found == element
    assert amount == value if isinstance(value, str) else isinstance(amount, dict) and value.items() <= amount.items()


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("75 mg/m2", 75, "mg/m2"), ("75 μg", 75, "ug"), ("2 mg/kg/day", 2, "mg/kg/d"), ("0.5 g", 0.5, "g")],
)
def test_doses_in_ucum(text: str, value: float, unit: str) -> None:
    found = dose(text)
    assert found is not None
    assert (found["value"], found["code"]) == (value, unit)


@pytest.mark.parametrize("text", ["AUC 5", "8 mg/kg; 6 mg/kg", "6 units", "3 U/kg", None, "1e3 mg"])
def test_doses_without_a_sure_reading(text: str | None) -> None:
    assert dose(text) is None


def test_radiation_in_centigray() -> None:
    found = radiation("40.05 Gy/15")
    assert found is not None
    assert (found.total["value"], found.total["code"], found.fractions) == (4005, "cGy", 15)
    assert radiation("8 Gy") is not None
    assert radiation("50 Gy; 46 Gy") is None
    assert radiation("5.5 GBq") is None


def test_drugs_given() -> None:
    docetaxel, other = of(bundle(), "cancer-related-medication-administration")
    assert docetaxel["status"] == "completed"
    systems = {coding["system"] for coding in docetaxel["medicationCodeableConcept"]["coding"]}
    assert "http://fdasis.nlm.nih.gov" in systems
    assert docetaxel["effectivePeriod"] == {"start": "2019-04", "end": "2019-08"}
    assert docetaxel["dosage"]["dose"]["code"] == "mg/m2"
    assert docetaxel["dosage"]["text"] == "75 mg/m2, every 3 weeks, 6 cycles"
    assert "dosage" not in other
    assert other["note"] == [{"text": "6 cycles"}]


def test_a_drug_of_unknown_date() -> None:
    (found,) = of(bundle(drugs(name="docetaxel", status="given")), "cancer-related-medication-administration")
    assert found["effectivePeriod"] == {"extension": ABSENT}


def test_bounds_that_are_intervals_are_coarser_or_only_told() -> None:
    record = drugs(name="docetaxel", status="given", start="2021-01/2021-03", end="2021-06/..")
    (found,) = of(bundle(record), "cancer-related-medication-administration")
    assert found["effectivePeriod"] == {"start": "2021"}
    assert found["note"] == [{"text": "start: 2021-01/2021-03; end: 2021-06/.."}]
    turned = drugs(name="docetaxel", status="given", start="2021-06", end="2020")
    (found,) = of(bundle(turned), "cancer-related-medication-administration")
    assert found["effectivePeriod"] == {"extension": ABSENT}


def test_a_regimen_is_a_resource_a_drug_and_its_dose_is_nobodys() -> None:
    record = drugs(name="cyclophosphamide+docetaxel", status="given", dose="75 mg/m2")
    found = of(bundle(record), "cancer-related-medication-administration")
    assert [item["medicationCodeableConcept"]["text"] for item in found] == ["cyclophosphamide", "docetaxel"]
    assert all("dosage" not in item for item in found)
    assert found[0]["note"] == [{"text": "of the whole regimen: 75 mg/m2"}]


def test_planned_and_declined_drugs_are_requests_that_were_not_filled() -> None:
    declined, planned = of(bundle(), "cancer-related-medication-request")
    assert (declined["status"], declined["statusReason"]) == ("cancelled", {"text": "declined"})
    assert (planned["status"], planned["intent"]) == ("unknown", "plan")
    assert planned["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] == 2.5


@pytest.mark.parametrize("status", ["not_given", "considered", "allergy", None])
@pytest.mark.parametrize("kind", ["drug", "surgery", "radiotherapy"])
def test_what_was_not_done_leaves_no_resource(kind: Any, status: str | None) -> None:
    record = full()
    record.treatments = [Treatment(kind=kind, name="docetaxel", status=status, **said(name="docetaxel"))]
    sheet = fill(case(record))
    assert "docetaxel" not in str([r for r in sheet.resources if r["resourceType"] != "Provenance"])
    assert any("treatments.0: docetaxel" in line for line in sheet.left_out)


def test_drugs_of_other_illnesses_and_other_treatments_are_left_out() -> None:
    sheet = fill(case())
    assert any(line.endswith("amlodipine: not for the cancer") for line in sheet.left_out)
    record = full()
    record.treatments = [
        Treatment(kind="other", name="ablation", status="given", response="stable disease", **said(name="woman"))
    ]
    sheet = fill(case(record))
    assert sum("treatments.0" in line for line in sheet.left_out) == 2
    assert of(sheet.bundle(), "cancer-disease-status") == []


def test_operations() -> None:
    done, declined = of(bundle(), "cancer-related-surgical-procedure")
    assert (done["status"], done["performedDateTime"]) == ("completed", "2019-09")
    assert (declined["status"], declined["statusReason"]["text"]) == ("not-done", "declined")
    assert "performedPeriod" not in declined


def test_operations_not_known_to_be_for_the_cancer_are_left_out() -> None:
    record = full()
    operations = [("hepatectomy", "liver"), ("colectomy", "colon"), ("sternal resection", "sternum"), ("biopsy", None)]
    record.treatments = [
        Treatment(kind="surgery", name=name, site=site, status="given", **said(name="woman"))
        for name, site in operations
    ]
    sheet = fill(case(record))
    (hepatectomy,) = of(sheet.bundle(), "cancer-related-surgical-procedure")  # bone is said to be free
    assert hepatectomy["code"] == {"text": "hepatectomy"}
    assert hepatectomy["bodySite"][0]["coding"][0]["code"] == "C22.0"
    assert sum("not known to be for the cancer" in line for line in sheet.left_out) == 3


def test_a_site_has_the_code_of_its_own_name() -> None:
    assert topography_of("brain") == "C71.9"  # not that of 'cerebral'
    assert topography_of("no such site") is None


def test_radiotherapy() -> None:
    made = bundle()
    (course,) = of(made, "radiotherapy-course-summary")
    assert code_of(course["code"]) == ["1217123003"]
    assert course["performedPeriod"] == {"extension": ABSENT}
    (volume,) = of(made, "radiotherapy-volume")
    inner = {part["url"]: part for part in course["extension"][-1]["extension"]}
    assert inner["volume"]["valueReference"] == {"reference": f"urn:uuid:{volume['id']}"}
    assert inner["totalDoseDelivered"]["valueQuantity"]["value"] == 5000
    assert inner["fractionsDelivered"]["valueUnsignedInt"] == 25
    assert volume["location"] == {"text": "chest wall"}


@pytest.mark.parametrize(("dose", "status"), [("50 Gy/25", "stopped"), ("50 Gy; 46 Gy", "given")])
def test_doses_that_may_not_have_been_delivered(dose: str, status: str) -> None:
    record = full()
    record.treatments = [
        Treatment(kind="radiotherapy", name="radiotherapy", dose=dose, status=status, **said(name="woman"))
    ]
    (made,) = of(bundle(record), "radiotherapy-course-summary")
    assert "extension" not in made
    assert made["note"] == [{"text": f"dose: {dose}"}]


def test_one_response_of_two_drugs_is_one_observation() -> None:
    made = bundle()
    (response,) = of(made, "cancer-disease-status")
    assert response["valueCodeableConcept"] == {"text": "partial response"}
    assert len(response["partOf"]) == 2


def test_stages() -> None:
    made = bundle()
    t, yp_t = of(made, "tnm-primary-tumor-category")
    assert (t["valueCodeableConcept"], code_of(t["code"])) == ({"text": "cT2"}, ["21905-5"])
    assert t["method"] == {"extension": ABSENT}
    assert (yp_t["valueCodeableConcept"], code_of(yp_t["code"])) == ({"text": "ypT1b"}, ["21899-0"])
    assert yp_t["method"] == {"text": "TNM, edition 7"}
    assert yp_t["effectivePeriod"] == {"start": "2019-09"}
    (group,) = of(made, "tnm-stage-group")
    assert (group["valueCodeableConcept"], code_of(group["code"])) == ({"text": "IIB"}, ["21908-9"])
    assert "derived" in group["method"]["text"]
    assert len(group["hasMember"]) == 3


@pytest.mark.parametrize(
    ("tnm", "basis", "expected"),
    [
        ("cT2N1M0", "clinical", "cT2 clinical, cN1 clinical, cM0 clinical"),
        ("pT2N1M0", "pathological", "pT2 pathological, pN1 pathological, M0 other"),
        ("pT2cN0cM0", "pathological", "pT2 pathological, cN0 clinical, cM0 clinical"),
        ("pT1cN0(sn)M0", "pathological", "pT1c pathological, pN0(sn) pathological, M0 other"),
        ("pT2pN0pM1", "pathological", "pT2 pathological, pN0 pathological, pM1 pathological"),
        ("T2N0M1", "pathological", "T2 pathological, N0 pathological, M1 other"),
        ("T2N0M1", "unstated", "T2 other, N0 other, M1 other"),
        ("ypT0/isN0", "post-neoadjuvant", "ypT0/is pathological, ypN0 pathological"),
        ("rT2N0M0", "recurrence", "rT2 other, rN0 other, rM0 other"),
    ],
)
def test_prefixes_of_tnm(tnm: str, basis: str, expected: str) -> None:
    assert ", ".join(f"{item.text} {item.side}" for item in categories(tnm, basis)) == expected


def test_a_stage_of_no_known_side_names_no_side() -> None:
    record = Record(case=full().case, stages=[Stage(tnm="T2", group="II", basis="unstated", **said(tnm="cT2N1M0"))])
    made = bundle(record)
    assert of(made, "tnm-primary-tumor-category")[0]["code"] == {"text": "primary tumour"}
    assert code_of(of(made, "tnm-stage-group")[0]["code"]) == ["21914-7"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018-03/2018-04", {"start": "2018-03", "end": "2018-04"}),
        ("2020-11/..", {"start": "2020-11"}),
        ("../2016-04", {"end": "2016-04"}),
        ("2019-09-03/2019-09", {"start": "2019-09-03", "end": "2019-09"}),
        ("2019-10/2019-09", None),
        ("../..", None),
        ("2019-13/2020", None),
        ("2019", None),
    ],
)
def test_periods(text: str, expected: Any) -> None:
    assert period(text) == expected


@pytest.mark.parametrize("text", ["--05", "2019-??", "2021-02-30", "19", "2019-1"])
def test_no_date_is_made_of_what_is_none(text: str) -> None:
    assert timed("effective", text) is None
    assert shared(text) is None


def test_what_is_shared_by_an_interval() -> None:
    assert shared("2018-03/2018-04") == "2018"
    assert shared("2018-03/2018-03-09") == "2018-03"
    assert shared("2018/2019") is None
    assert shared("2018/..") is None
    assert shared(None) is None


def test_snomed_only_when_asked_for() -> None:
    def snomed(made: dict[str, Any]) -> set[str]:
        return set(re.findall(r"'http://snomed.info/sct', 'code': '(\d+)'", str(made)))

    assert snomed(bundle()) == {"1217123003"}
    asked = bundle(snomed=True)
    assert problems(asked) == []
    assert {"94225005", "373846009", "103337004", "399504009"} < snomed(asked)


def test_reviewed_values_are_final_and_name_a_verifier() -> None:
    made = bundle(reviewed=frozenset({"receptor_panels.0.results.ER.percent", "receptor_panels.0.date"}))
    status = {item["code"]["text"]: item["status"] for item in of(made, "tumor-marker-test")}
    assert status["ER, percent of cells"] == "final"
    assert status["ER"] == "preliminary"  # its date is decided, its value is not
    kinds = [len(item["agent"]) for item in of(made, "Provenance")]
    assert set(kinds) == {1, 2}


def test_provenance_leads_to_the_characters() -> None:
    made = bundle()
    (document,) = of(made, "DocumentReference")
    (er,) = [item for item in of(made, "tumor-marker-test") if item["code"]["text"] == "ER"]
    (told,) = [p for p in of(made, "Provenance") if p["target"][0]["reference"].endswith(er["id"])]
    assert told["entity"][0] == {"role": "source", "what": {"reference": f"urn:uuid:{document['id']}"}}
    passages = {entity["what"]["display"]: entity for entity in told["entity"][1:]}
    assert passages["ER 90%, Allred 8"]["role"] == "derivation"  # the status follows from the percent
    for entity in passages.values():
        identifier = entity["what"]["identifier"]
        start, end = map(int, identifier["value"].removeprefix("char=").split(","))
        assert TEXT[start:end] == entity["what"]["display"]
        assert identifier["system"] == f"urn:uuid:{document['id']}"


def test_what_no_place_says_is_left_out() -> None:
    record = full()
    record.treatments = [Treatment(kind="drug", name="docetaxel", status="given")]
    sheet = fill(case(record))
    assert "X1: treatments.0: no place of the document says it" in sheet.left_out
    assert of(sheet.bundle(), "MedicationAdministration") == []
