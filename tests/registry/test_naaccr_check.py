"""The check of NAACCR XML: what it lets pass, and each kind of bad value that it rejects."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.registry.feeds.naaccr.check import problems
from pipeline.registry.feeds.naaccr.dictionary import NAMESPACE, items, uri

SEX = '<Item naaccrId="sex" naaccrNum="220">2</Item>'
TUMOUR = (
    '<Item naaccrId="ageAtDiagnosis">045</Item>'
    '<Item naaccrId="ajccTnmClinM">cM0</Item>'
    '<Item naaccrId="ajccTnmClinT">cT4b</Item>'
    '<Item naaccrId="dateOfDiagnosis">20191014</Item>'
    '<Item naaccrId="estrogenReceptorPercntPosOrRange">040</Item>'
    '<Item naaccrId="estrogenReceptorSummary">1</Item>'
    '<Item naaccrId="her2IhcSummary">1</Item>'
    '<Item naaccrId="her2OverallSummary">0</Item>'
    '<Item naaccrId="ki67">10.0</Item>'
    '<Item naaccrId="metsAtDxBone">0</Item>'
    '<Item naaccrId="primarySite">C502</Item>'
    '<Item naaccrId="regionalNodesExamined">14</Item>'
    '<Item naaccrId="regionalNodesPositive">02</Item>'
    '<Item naaccrId="textRemarks">A case.</Item>'
)
GOOD = (
    f'<NaaccrData xmlns="{NAMESPACE}" baseDictionaryUri="{uri("250")}" recordType="A" specificationVersion="1.8">'
    '<Item naaccrId="naaccrRecordVersion">250</Item><Item naaccrId="recordType">A</Item>'
    f"<Patient>{SEX}<Tumor>{TUMOUR}</Tumor></Patient></NaaccrData>"
)
AGE = '<Item naaccrId="ageAtDiagnosis">045</Item>'


def item(naaccr_id: str, value: str) -> str:
    return f'<Item naaccrId="{naaccr_id}">{value}</Item>'


def said(naaccr_id: str, old: str, new: str) -> tuple[str, str]:
    return item(naaccr_id, old), item(naaccr_id, new)


# name: what stands in a good file, what stands there instead, what the check says
BAD: dict[str, tuple[str, str, str]] = {
    "an item that no dictionary has": (AGE, item("shoeSize", "42"), "shoeSize is not in the dictionary"),
    "an item of the next version": (
        AGE, item("sexAssignedAtBirth", "2"), "sexAssignedAtBirth is not in the dictionary"),
    "an item at the wrong level": (AGE, SEX, "sex belongs to Patient"),
    "an item twice": (AGE, AGE + AGE, "ageAtDiagnosis stands twice"),
    "an item after the tumour": ("</Tumor>", f"</Tumor>{item('vitalStatus', '1')}", "vitalStatus stands after Tumor"),
    "an item without an id": (AGE, "<Item>045</Item>", "has no naaccrId"),
    "a number that is another item's": ('naaccrNum="220"', 'naaccrNum="221"', "has the number 221, not 220"),
    "an item without a value": (*said("ageAtDiagnosis", "045", ""), "ageAtDiagnosis has no value"),
    "a value with spaces": (*said("ajccTnmClinM", "cM0", " cM0"), "has spaces"),
    "a value that is too long": (*said("ajccTnmClinT", "cT4b", "cT4b" * 4), "longer than 15"),
    "a text that is too long": (*said("textRemarks", "A case.", "a" * 4001), "longer than 4000"),
    "letters among digits": (*said("ageAtDiagnosis", "045", "4x5"), "not of type digits"),
    "digits that are not ASCII": (*said("ageAtDiagnosis", "045", "٠٤٥"), "not of type digits"),
    "digits that do not fill the item": (*said("ageAtDiagnosis", "045", "45"), "does not fill"),
    "an age that no one has": (*said("ageAtDiagnosis", "045", "200"), "not among the values allowed"),
    "a date with dashes": (*said("dateOfDiagnosis", "20191014", "2019-10"), "not of type date"),
    "a day that is in no calendar": (*said("dateOfDiagnosis", "20191014", "20190231"), "no day of the calendar"),
    "a month that is in no calendar": (*said("dateOfDiagnosis", "20191014", "201913"), "no day of the calendar"),
    "an interval as a date": (*said("dateOfDiagnosis", "20191014", "2019/2020"), "longer than 8"),
    "a code that an item does not have": (*said("estrogenReceptorSummary", "1", "5"), "not among the values allowed"),
    "a percentage above 100": (*said("estrogenReceptorPercntPosOrRange", "040", "101"), "not among the values allowed"),
    "a range that has no code": (
        *said("estrogenReceptorPercntPosOrRange", "040", "R15"), "not among the values allowed"),
    "a Ki-67 without its decimal": (*said("ki67", "10.0", "10"), "not among the values allowed"),
    "a TNM without its prefix": (*said("ajccTnmClinT", "cT4b", "T4b"), "not among the values allowed"),
    "a clinical item with a pathological T": (*said("ajccTnmClinT", "cT4b", "pT2"), "not among the values allowed"),
    "a pM0, which there is not": (*said("ajccTnmClinM", "cM0", "pM0"), "not among the values allowed"),
    "a stage group in Roman figures": (AGE, item("ajccTnmClinStageGroup", "IIIC"), "not among the values allowed"),
    "a site with its point": (*said("primarySite", "C502", "C5.2"), "not among the values allowed"),
    "a behaviour that ICD-O does not have": (AGE, item("behaviorCodeIcdO3", "7"), "not among the values allowed"),
    "more nodes positive than examined": (*said("regionalNodesPositive", "02", "20"), "more nodes positive"),
    "a receptor against its percentage": (*said("estrogenReceptorSummary", "1", "0"), "does not go with"),
    "a HER2 against its score": (*said("her2IhcSummary", "1", "3"), "her2OverallSummary 0 does not go"),
    "a metastasis of a patient without one": (*said("metsAtDxBone", "0", "1"), "does not go with ajccTnmClinM"),
    "an item before its years": (
        *said("dateOfDiagnosis", "20191014", "20141014"), "not collected for a diagnosis of 2014"),
    "items of the breast of another organ": (*said("primarySite", "C502", "C649"), "items of the breast"),
    "a dictionary of another version": (uri("250"), uri("260"), "baseDictionaryUri"),
    "a record version of another version": (">250<", ">240<", "naaccrRecordVersion is 240"),
    "a record type that there is not": ('recordType="A"', 'recordType="Z"', "recordType is Z"),
    "two record types": ('recordType="A"', 'recordType="M"', "recordType differs"),
    "another specification": ('"1.8"', '"1.4"', "specificationVersion is 1.4"),
    "an attribute of its own": ('recordType="A"', 'recordType="A" by="me"', "has an attribute by"),
    "an element of its own": (SEX, "<Note/>", "holds an element"),
    "text beside the items": (SEX, f"{SEX}female", "holds text"),
    "no namespace": (f' xmlns="{NAMESPACE}"', "", "the root is NaaccrData"),
    "XML that does not close": ("</Patient>", "", "is no XML"),
    "an entity": ("<NaaccrData ", '<!DOCTYPE x [<!ENTITY e "2">]><NaaccrData ', "declares the entity"),
}  # fmt: skip


def test_a_good_file_passes() -> None:
    assert problems(GOOD.encode(), "250") == []


@pytest.mark.parametrize(("old", "new", "why"), BAD.values(), ids=BAD)
def test_the_check_rejects(old: str, new: str, why: str) -> None:
    assert GOOD.count(old) >= 1
    found = problems(GOOD.replace(old, new).encode(), "250")
    assert any(why in problem for problem in found), found


def test_what_is_rejected_is_of_more_than_15_kinds() -> None:
    assert len({why for _, _, why in BAD.values()}) > 30


def test_version_26_has_no_sex_and_version_25_no_sex_assigned_at_birth() -> None:
    newer = GOOD.replace("250", "260")
    assert problems(newer.encode(), "260") == ["Patient 1: item sex is not in the dictionary"]
    born = newer.replace(SEX, item("sexAssignedAtBirth", "2"))
    assert problems(born.encode(), "260") == []
    assert any("sexAssignedAtBirth" in p for p in problems(born.replace("260", "250").encode(), "250"))


def test_the_check_reads_no_file_and_no_network(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("CANARY-93")
    reaching = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>' + GOOD.replace("A case.", "&e;")
    found = problems(reaching.encode(), "250")
    assert found
    assert "CANARY-93" not in " ".join(found)


def codes(shared: Path) -> Path:
    if not (shared / "codes" / "naaccr").is_dir():
        pytest.skip("NAACCR's dictionaries are not here: they are no part of the project")
    return shared / "codes" / "naaccr"


@pytest.mark.parametrize("version", ["250", "260"])
def test_the_projects_table_says_what_the_dictionary_says(shared: Path, version: str) -> None:
    from pipeline.registry.feeds.naaccr.dictionary import read

    theirs = read(codes(shared) / f"naaccr-dictionary-{version}.xml")
    ours = items(version)  # type: ignore[arg-type]
    assert len(ours) > 120
    assert {i: theirs[i] for i in ours} == dict(ours)
    assert list(ours) == [i for i in theirs if i in ours]


def test_the_codes_are_those_of_the_shared_table(shared: Path) -> None:
    from pipeline.registry.feeds.naaccr.dictionary import value_problem

    codes(shared)
    known = {**items("250"), **items("260")}
    lines = (shared / "codes" / "naaccr_breast_code_values.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    single = [(row[1], row[2]) for row in rows if row[1] in known and row[2] and "-" not in row[2]]
    assert len(single) > 200
    assert [(i, code) for i, code in single if value_problem(known[i], code)] == []


OF_STRUCTURE = ("has no naaccrId", "stands after Tumor", "has an attribute by", "holds an element", "the root is")


@pytest.mark.parametrize("name", [name for name in BAD if BAD[name][2].startswith(OF_STRUCTURE)])
def test_the_schema_rejects_what_the_check_rejects_of_structure(shared: Path, name: str) -> None:
    folder = codes(shared)
    schema, dictionary = folder / "naaccr_data_1.8.xsd", folder / "naaccr-dictionary-250.xml"
    assert problems(GOOD.encode(), "250", dictionary, schema) == []
    old, new, _ = BAD[name]
    found = problems(GOOD.replace(old, new).encode(), "250", dictionary, schema)
    assert any(p.startswith("schema") for p in found)


def test_with_naaccrs_dictionary_all_its_items_are_known(shared: Path) -> None:
    extra = GOOD.replace(AGE, item("abstractedBy", "ME"))
    dictionary = codes(shared) / "naaccr-dictionary-250.xml"
    assert problems(extra.encode(), "250", dictionary) == []
    assert any("abstractedBy" in p for p in problems(extra.encode(), "250"))


def test_a_dictionary_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "d.xml"
    path.write_text("<a/>")
    with pytest.raises(ValueError, match="defines no items"):
        problems(GOOD.encode(), "250", path)
