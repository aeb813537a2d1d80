"""The check refuses what is wrong: each mutation of a good bundle is a mistake of its own kind.

`fhir.resources` is the other opinion: it takes what our check takes, of this record and of the corpus.
"""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle
from mcode_cases import Json, bundle, of

from pipeline.registry.feeds.mcode.check import problems
from pipeline.registry.feeds.mcode.shapes import elements
from pipeline.registry.feeds.mcode.tables import rows

Mutation = Callable[[Json], Any]


def first(made: Json, profile: str) -> Json:
    return of(made, profile)[0]


def marker(made: Json, text: str) -> Json:
    return next(item for item in of(made, "tumor-marker-test") if item["code"]["text"] == text)


def dose(made: Json) -> list[Json]:
    found: list[Json] = first(made, "radiotherapy-course-summary")["extension"][-1]["extension"]
    return found


def entry(made: Json, kind: str) -> Json:
    found: Json = next(item for item in made["entry"] if item["resource"]["resourceType"] == kind)
    return found


ER = "ER, percent of cells"
LIVER, PRIMARY = "secondary-cancer-condition", "primary-cancer-condition"
GIVEN, ASKED = "cancer-related-medication-administration", "cancer-related-medication-request"
OPERATION, COURSE = "cancer-related-surgical-procedure", "radiotherapy-course-summary"

# The name of a mistake: how it is made, and a word of what the check must say of it.
MUTATIONS: dict[str, tuple[Mutation, str]] = {
    # The bundle.
    "bundle is a message": (lambda b: b.update(type="message"), "collection"),
    "bundle without entries": (lambda b: b.pop("entry"), "entry must be: required"),
    "two resources of one address": (lambda b: b["entry"].append(b["entry"][2]), "bdl-7"),
    "address is not that of the id": (lambda b: b["entry"][3].update(fullUrl="urn:uuid:0"), "bdl-8"),
    "no patient": (lambda b: b["entry"].remove(entry(b, "Patient")), "one Patient"),
    "two patients": (lambda b: b["entry"].append(_twin(entry(b, "Patient"))), "one Patient"),
    "an unknown profile": (lambda b: first(b, LIVER)["meta"]["profile"].append("http://x.org/p"), "no profile"),
    "a resource of another kind": (
        lambda b: entry(b, "Specimen").update(resource={"resourceType": "Device"}), "Device"),
    # Structure.
    "an element that R4 lacks": (lambda b: first(b, LIVER).update(severityCode="x"), "no such element in R4"),
    "an element of R5": (lambda b: first(b, GIVEN).update(occurencePeriod={"start": "2020"}), "no such element"),
    "a single value where a list stands": (lambda b: first(b, LIVER).update(bodySite={"text": "x"}), "must be a list"),
    "a list where one value stands": (lambda b: marker(b, ER).update(code=[{"text": "ER"}]), "must be no list"),
    "an empty list": (lambda b: first(b, LIVER).update(note=[]), "empty list"),
    "an empty object": (lambda b: marker(b, ER).update(code={}), "something in it"),
    "an empty string": (lambda b: marker(b, ER)["code"].update(text=" "), "no string"),
    "a control character": (lambda b: marker(b, ER)["code"].update(text="a\x00b"), "no string"),
    "a number as text": (lambda b: marker(b, ER)["valueQuantity"].update(value="90"), "no decimal"),
    "a day that the calendar lacks": (lambda b: marker(b, ER).update(effectiveDateTime="2019-02-30"), "no dateTime"),
    "a date in words": (lambda b: marker(b, ER).update(effectiveDateTime="March 2019"), "no dateTime"),
    "two values of one observation": (lambda b: marker(b, ER).update(valueString="90%"), "only one may stand"),
    # References.
    "a reference to nothing": (lambda b: marker(b, ER).update(specimen={"reference": "urn:uuid:1"}), "no resource of"),
    "a specimen that is a patient": (
        lambda b: marker(b, ER).update(specimen=marker(b, ER)["subject"]), "where Specimen"),
    "a subject that is a specimen": (
        lambda b: marker(b, ER).update(subject=marker(b, ER)["specimen"]), "where Patient"),
    # Patient and conditions.
    "patient without identifier": (lambda b: first(b, "Patient").pop("identifier"), "identifier must be: required"),
    "patient without gender": (lambda b: first(b, "Patient").pop("gender"), "gender must be: required"),
    "patient without even an absent name": (lambda b: first(b, "Patient").pop("name"), "name must be: required"),
    "gender of no code": (lambda b: first(b, "Patient").update(gender="woman"), "gender must be: code"),
    "condition without code": (lambda b: first(b, PRIMARY).pop("code"), "code must be: required"),
    "condition of no patient": (lambda b: first(b, LIVER).pop("subject"), "subject is missing"),
    "condition of no category": (lambda b: first(b, LIVER).pop("category"), "category must be: required"),
    "condition of another category": (lambda b: _code(first(b, LIVER)["category"][0], "encounter-diagnosis"), "some"),
    "clinical status of no code": (lambda b: _code(first(b, LIVER)["clinicalStatus"], "present"), "condition-clinical"),
    "metastasis that is refuted": (lambda b: _code(first(b, LIVER)["verificationStatus"], "refuted"), "refuted"),
    "status of an error": (lambda b: _code(first(b, LIVER)["verificationStatus"], "entered-in-error"), "con-5"),
    "evidence outside its value set": (
        lambda b: first(b, LIVER).update(evidence=[{"code": [{"text": "CT"}]}]), "evidence"),
    "histology that is no code of ICD-O": (
        lambda b: _code(first(b, PRIMARY)["extension"][0]["valueCodeableConcept"], "8500"), "no code of"),
    "place that is no code of ICD-O": (lambda b: _code(first(b, LIVER)["bodySite"][0], "liver"), "no code of"),
    "a code system that nobody knows": (
        lambda b: first(b, LIVER)["code"]["coding"][0].update(system="http://x.org"), "no code of http://x.org"),
    "histology without value": (lambda b: first(b, PRIMARY)["extension"][0].pop("valueCodeableConcept"), "ext-1"),
    "an extension of another house": (
        lambda b: first(b, PRIMARY)["extension"][0].update(url="http://x.org/e"), "x.org"),
    # Observations.
    "marker without value": (lambda b: marker(b, ER).pop("valueQuantity"), "value[x] must be: required"),
    "marker with a value and a reason for none": (
        lambda b: marker(b, ER).update(dataAbsentReason={"text": "x"}), "obs-6"),
    "marker of no laboratory": (lambda b: _code(marker(b, ER)["category"][0], "exam"), "laboratory"),
    "marker test of another code": (lambda b: _code(marker(b, ER)["code"], "718-7"), "extensible tumor-marker-test"),
    "observation of no status": (lambda b: marker(b, ER).pop("status"), "status is missing"),
    "status of no code": (lambda b: marker(b, ER).update(status="done"), "status must be: code"),
    "percent above 100": (lambda b: marker(b, ER)["valueQuantity"].update(value=900), "cannot be"),
    "percent below 0": (lambda b: marker(b, ER)["valueQuantity"].update(value=-1), "cannot be"),
    "comparator of no code": (lambda b: marker(b, ER)["valueQuantity"].update(comparator="~"), "comparator must be"),
    "unit code without system": (lambda b: marker(b, ER)["valueQuantity"].pop("system"), "qty-3"),
    "range upside down": (
        lambda b: marker(b, "Ki-67, percent of cells")["valueRange"]["low"].update(value=99), "rng-2"),
    "grade of another code": (lambda b: _code(first(b, "histologic-grade")["code"], "C1"), "C18000"),
    "stage group without focus": (lambda b: first(b, "tnm-stage-group").pop("focus"), "focus must be: required"),
    "stage group of two cancers": (lambda b: _twice(first(b, "tnm-stage-group"), "focus"), "focus must be: max 1"),
    "stage without method": (lambda b: first(b, "tnm-stage-group").pop("method"), "method must be: required"),
    "T category without method": (lambda b: first(b, "tnm-primary-tumor-category").pop("method"), "method"),
    "T category with the code of N": (
        lambda b: _code(first(b, "tnm-primary-tumor-category")["code"], "21906-3"), "stage-type-T"),
    "disease status of another code": (lambda b: _code(first(b, "cancer-disease-status")["code"], "1-8"), "97509-4"),
    # Treatments.
    "administration of no time": (lambda b: first(b, GIVEN).pop("effectivePeriod"), "effective[x] is missing"),
    "administration of no drug": (
        lambda b: first(b, GIVEN).pop("medicationCodeableConcept"), "medication[x] is missing"),
    "administration planned": (lambda b: first(b, GIVEN).update(status="planned"), "status must be: code"),
    "dosage without dose": (lambda b: first(b, GIVEN)["dosage"].pop("dose"), "mad-1"),
    "time that ends before it begins": (lambda b: first(b, GIVEN)["effectivePeriod"].update(end="2018"), "per-1"),
    "request without intent": (lambda b: first(b, ASKED).pop("intent"), "intent is missing"),
    "request of an intent that is none": (lambda b: first(b, ASKED).update(intent="wish"), "intent must be: code"),
    "operation done at no time": (lambda b: first(b, OPERATION).pop("performedDateTime"), "us-core-7"),
    "radiotherapy of another code": (lambda b: _code(first(b, COURSE)["code"], "108290001"), "1217123003"),
    "dose in gray": (lambda b: dose(b)[1]["valueQuantity"].update(code="Gy"), "unit cGy"),
    "dose to no volume": (lambda b: dose(b).pop(0), "volume.valueReference must be: required"),
    "dose to two volumes": (lambda b: dose(b).append(dose(b)[0]), "volume must be: max 1"),
    "fractions that are a fraction": (lambda b: dose(b)[2].update(valueUnsignedInt=2.5), "no unsignedInt"),
    "dose of what was not done": (lambda b: first(b, COURSE).update(status="not-done"), "not done"),
    "reason for absence of no code": (
        lambda b: first(b, COURSE)["performedPeriod"]["extension"][0].update(valueCode="dunno"), "valueCode must be"),
    # Provenance.
    "resource that nothing tells of": (lambda b: b["entry"].remove(_provenance_of(b, marker(b, ER))), "no Provenance"),
    "passage that ends before it begins": (lambda b: _passage(b, "char=9,3"), "char=start,end"),
    "passage without characters": (lambda b: _passage(b, "line 3"), "char=start,end"),
    "provenance of no agent": (lambda b: first(b, "Provenance").pop("agent"), "agent is missing"),
    "provenance of no role": (lambda b: first(b, "Provenance")["entity"][1].update(role="quote"), "entity.role"),
    "specimen of no type": (lambda b: first(b, "human-specimen").pop("type"), "type must be: required"),
}  # fmt: skip


def _code(concept: Json, code: str) -> None:
    concept["coding"][0]["code"] = code


def _twice(resource: Json, element: str) -> None:
    resource[element] = resource[element] * 2


def _twin(found: Json) -> Json:
    twin = copy.deepcopy(found)
    twin["resource"]["id"] = "twin"
    return twin | {"fullUrl": "urn:uuid:twin"}


def _passage(made: Json, value: str) -> None:
    first(made, "Provenance")["entity"][1]["what"]["identifier"]["value"] = value


def _provenance_of(made: Json, resource: Json) -> Json:
    found: Json = next(
        item for item in made["entry"]
        if item["resource"]["resourceType"] == "Provenance"
        and item["resource"]["target"][0]["reference"].endswith(resource["id"])
    )  # fmt: skip
    return found


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutated_bundle_is_refused(name: str) -> None:
    mutate, word = MUTATIONS[name]
    made = bundle()
    assert problems(made) == []
    mutate(made)
    found = problems(made)
    assert any(word in problem for problem in found), found


def test_nothing_in_a_bundle_may_be_null() -> None:
    """Whatever is lost on the way, at any depth, the check says so and does not fail itself."""
    made = bundle()

    def lose(parent: Any) -> Iterator[None]:
        for key in list(parent) if isinstance(parent, dict) else range(len(parent)):
            kept = parent[key]
            parent[key] = None
            yield
            parent[key] = kept
            if isinstance(kept, dict | list):
                yield from lose(kept)

    kinds = {made["entry"][n]["resource"]["resourceType"]: n for n in range(len(made["entry"]))}
    made["entry"] = [made["entry"][n] for n in sorted(kinds.values())]  # one of each type is enough
    count = 0
    for _ in lose(made):
        assert problems(made)
        count += 1
    assert count > 250


def test_there_are_enough_mutations() -> None:
    assert len(MUTATIONS) >= 20


def test_fhir_resources_agrees_that_the_bundle_is_fhir() -> None:
    for snomed in (False, True):
        assert Bundle.model_validate(bundle(snomed=snomed)) is not None


def test_the_table_of_elements_is_that_of_fhir_resources() -> None:
    for kind, table in elements().items():
        model = get_fhir_model_class(kind)
        known = {
            field.alias or name
            for name, field in model.model_fields.items()
            if not name.endswith("__ext") and (field.json_schema_extra or {}).get("element_property")
        }
        if kind == "Extension":  # of the 50 kinds of value the table has those of plain data
            assert set(table) < known
        else:
            assert set(table) == known, kind


def test_every_rule_can_be_read() -> None:
    """No row names a rule, a profile or a value set that does not exist."""
    rules = {"required", "max", "coding", "code", "some", "valueset", "extensible", "unit"}
    sets = {row["name"] for row in rows("value_sets")} | {"cancer-disease-status-evidence-type"}  # held to be empty
    for row in rows("profiles"):
        assert row["rule"] in rules
        assert row["source"]
        if row["rule"] in ("some", "valueset", "extensible"):
            assert row["value"] in sets
