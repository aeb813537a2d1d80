"""cBioPortal: the study is clean by the validator's rules, which a check proves that refuses what is not."""

from __future__ import annotations

import shutil

import pytest
from flat_cases import HOSTILE, extracted_cases, gold_cases, hostile_cases, made_case, same_bytes, written

from pipeline.registry.cases import RegistryCase
from pipeline.registry.feeds.cbioportal import write
from pipeline.registry.feeds.cbioportal.check import problems
from pipeline.registry.feeds.cells import clean, is_risky, one_line, original


def read(path, heads=0):
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n")[heads:-1]]
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[1:]]


@pytest.mark.parametrize(
    "cases",
    [gold_cases, extracted_cases, hostile_cases, lambda: (made_case(),)],
    ids=["gold", "extracted", "hostile", "made"],
)
def test_the_study_is_clean(cases, tmp_path) -> None:
    wrote, traces = written(write, cases(), tmp_path)
    assert problems(tmp_path) == []
    assert wrote.counts["patient"] == len(cases())
    assert wrote.counts["sample"] == sum(max(1, len(case.record.receptor_panels)) for case in cases())
    assert len(traces) > wrote.counts["patient"]


def test_what_the_made_case_becomes(tmp_path) -> None:
    written(write, [made_case()], tmp_path)
    (patient,) = read(tmp_path / "data_clinical_patient.txt", heads=4)
    assert (patient["AGE"], patient["SEX"], patient["GRADE"]) == ("50", "female", "NA")
    assert (patient["SITES_ABSENT"], patient["NOT_GIVEN"]) == ("liver", "tamoxifen (declined)")
    (sample,) = read(tmp_path / "data_clinical_sample.txt", heads=4)
    assert (sample["SAMPLE_TYPE"], sample["PR_STATUS"], sample["AR_STATUS"]) == ("Primary", "negative", "NA")
    (drug,) = read(tmp_path / "data_timeline_treatment.txt")
    assert (drug["START_DATE"], drug["STOP_DATE"], drug["AGENT"]) == ("18", "95", "paclitaxel")
    (operation,) = read(tmp_path / "data_timeline_surgery.txt")
    assert (operation["START_DATE"], operation["STOP_DATE"], operation["PROCEDURE"]) == ("121", "", "mastectomy")
    status = [(row["START_DATE"], row["STATUS"], row["SITE"]) for row in read(tmp_path / "data_timeline_status.txt")]
    assert status == [("0", "Diagnosis", "NA"), ("1530", "Spread", "bone")]


def test_an_event_without_a_day_and_what_did_not_happen_are_in_no_timeline(tmp_path) -> None:
    wrote, _ = written(write, [made_case()], tmp_path)
    told = "".join(path.read_text() for path in tmp_path.glob("data_timeline_*"))
    assert "letrozole" not in told
    assert "tamoxifen" not in told
    assert "liver" not in told
    assert any("does not know the day of the event" in line for line in wrote.left_out)


@pytest.mark.parametrize("date", ["2015-03", None, "2015-03-02/2015-03-09"])
def test_without_the_day_of_diagnosis_there_is_no_timeline(date, tmp_path) -> None:
    case = made_case()
    case.record.receptor_panels[0].date = date
    case.record.stages[0].date = date
    wrote, _ = written(write, [case], tmp_path)
    assert not list(tmp_path.glob("*timeline*"))
    assert problems(tmp_path) == []
    assert any("day of diagnosis" in line for line in wrote.left_out)


def test_an_end_before_the_start_is_left_out(tmp_path) -> None:
    case = made_case()
    case.record.treatments[0].end = "2015-01-01"
    wrote, _ = written(write, [case], tmp_path)
    (drug,) = read(tmp_path / "data_timeline_treatment.txt")
    assert (drug["START_DATE"], drug["STOP_DATE"]) == ("18", "")
    assert any("ends before it starts" in line for line in wrote.left_out)


def test_an_event_before_the_diagnosis_keeps_its_minus_sign(tmp_path) -> None:
    """What was given for another reason comes before the diagnosis and says nothing of its day."""
    case = made_case()
    case.record.treatments[0] = case.record.treatments[0].model_copy(update={"start": "2015-02-20", "intent": "other"})
    written(write, [case], tmp_path)
    assert read(tmp_path / "data_timeline_treatment.txt")[0]["START_DATE"] == "-10"
    assert problems(tmp_path) == []


def test_hostile_values_are_one_inert_cell_each(tmp_path) -> None:
    wrote, _ = written(write, hostile_cases(), tmp_path)
    rows = read(tmp_path / "data_clinical_patient.txt", heads=4)
    for row, value in zip(rows, HOSTILE, strict=True):
        assert original(row["HISTOLOGY"]) == ("NA" if len(value) > 255 else clean(one_line(value)))
        assert not any(is_risky(cell) and not cell.startswith("'") for cell in row.values())
    assert any("255 characters" in line for line in wrote.left_out)


def test_two_cases_of_one_document_and_long_ids_are_told_apart(tmp_path) -> None:
    names = ("doc#1", "doc#2", "doc-1", "x" * 70, "x" * 71)
    cases = [RegistryCase(name, made_case().record, made_case().source) for name in names]
    written(write, cases, tmp_path)
    assert problems(tmp_path) == []
    patients = read(tmp_path / "data_clinical_patient.txt", heads=4)
    assert len({row["PATIENT_ID"] for row in patients}) == 5
    assert [row["SOURCE_CASE_ID"] for row in patients] == list(names)


def test_the_study_may_have_another_name(tmp_path) -> None:
    written(write, [made_case()], tmp_path, study="brca_reports")
    assert problems(tmp_path) == []
    assert "stable_id: brca_reports_all" in (tmp_path / "case_lists" / "cases_all.txt").read_text()
    assert "type_of_cancer: brca\n" in (tmp_path / "meta_study.txt").read_text()


def test_the_same_cases_give_the_same_bytes(tmp_path) -> None:
    assert same_bytes(write, gold_cases(), tmp_path / "a", tmp_path / "b") > 10


def swap(name, old, new):
    def change(folder):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


PATIENT, SAMPLE, TREATMENT = "data_clinical_patient.txt", "data_clinical_sample.txt", "data_timeline_treatment.txt"
WRONG = {
    "no study": lambda folder: (folder / "meta_study.txt").unlink(),
    "a study without a name": swap("meta_study.txt", "name: Case reports read by oncocase\n", ""),
    "a field that is none": swap("meta_study.txt", "name:", "colour: red\nname:"),
    "a study that is another": swap("meta_clinical_patient.txt", "identifier: oncocase", "identifier: other"),
    "a datatype that is none": swap("meta_clinical_sample.txt", "SAMPLE_ATTRIBUTES", "SAMPLES"),
    "no data": lambda folder: (folder / PATIENT).unlink(),
    "three rows of heads": swap(PATIENT, "#Patient", "Patient"),
    "a row of heads too short": swap(PATIENT, "#STRING\t", "#"),
    "a type that is none": swap(PATIENT, "#STRING", "#TEXT"),
    "a priority that is none": swap(PATIENT, "#1\t", "#-1\t"),
    "an age as a text": swap(PATIENT, "NUMBER", "STRING"),
    "a column in small letters": swap(PATIENT, "SOURCE_CASE_ID", "source"),
    "a column twice": swap(PATIENT, "SOURCE_CASE_ID", "GRADE"),
    "a column in both tables": swap(SAMPLE, "ER_STATUS", "GRADE"),
    "no id of samples": swap(SAMPLE, "SAMPLE_ID", "SAMPLE"),
    "a word for a number": swap(PATIENT, "\t50\t", "\tfifty\t"),
    "a blank cell": swap(PATIENT, "\tfemale\t", "\t\t"),
    "space around a value": swap(PATIENT, "\tfemale\t", "\tfemale \t"),
    "a value too long": swap(PATIENT, "female", "f" * 256),
    "a row too short": swap(PATIENT, "\tfemale", ""),
    "an id that is none": swap(PATIENT, "\ndoc\t", "\ndoc#1\t"),
    "a patient without a sample": swap(SAMPLE, "\ndoc\t", "\nother\t"),
    "a day that is a date": swap(TREATMENT, "\t18\t", "\t2015-03-20\t"),
    "no day": swap(TREATMENT, "\t18\t", "\t\t"),
    "an end before the start": swap(TREATMENT, "\t95\t", "\t9\t"),
    "a patient that is not there": swap(TREATMENT, "\ndoc\t", "\nother\t"),
    "a type of event in small letters": swap(TREATMENT, "\tTREATMENT\t", "\ttreatment\t"),
    "columns in another order": swap(TREATMENT, "START_DATE\tSTOP_DATE", "STOP_DATE\tSTART_DATE"),
    "a list of other samples": swap("case_lists/cases_all.txt", "doc-S1", "doc-S2"),
    "a list of another study": swap("case_lists/cases_all.txt", "oncocase_all", "all"),
    "no list": lambda folder: shutil.rmtree(folder / "case_lists"),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_the_check_refuses_a_wrong_study(change, tmp_path) -> None:
    written(write, [made_case()], tmp_path)
    assert problems(tmp_path) == []
    change(tmp_path)
    assert problems(tmp_path)
