"""REDCap: the data fit the dictionary, which a check proves that refuses whatever is changed for the worse."""

from __future__ import annotations

import csv
import sys

import pytest
from flat_cases import HOSTILE, extracted_cases, gold_cases, hostile_cases, made_case, same_bytes, written

from pipeline.registry.cases import RegistryCase
from pipeline.registry.feeds.cells import clean, one_line, original
from pipeline.registry.feeds.redcap import write
from pipeline.registry.feeds.redcap.check import problems
from pipeline.registry.feeds.redcap.dictionary import COLUMNS, fields, repeating
from pipeline.registry.feeds.redcap.feed import record_id

csv.field_size_limit(sys.maxsize)
DICTIONARY, DATA = "redcap_data_dictionary.csv", "redcap_import.csv"


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def check(folder):
    forms = frozenset(row["form_name"] for row in read(folder / "redcap_repeating_instruments.csv"))
    return problems(folder / DICTIONARY, folder / DATA, forms)


@pytest.mark.parametrize(
    "cases",
    [gold_cases, extracted_cases, hostile_cases, lambda: (made_case(),)],
    ids=["gold", "extracted", "hostile", "made"],
)
def test_the_data_fit_the_dictionary(cases, tmp_path) -> None:
    wrote, _ = written(write, cases(), tmp_path)
    assert check(tmp_path) == []
    rows = read(tmp_path / DATA)
    assert len(rows) == sum(wrote.counts.values())
    assert wrote.counts["cases"] == len(cases())


def test_what_the_made_case_becomes(tmp_path) -> None:
    written(write, [made_case()], tmp_path)
    rows = read(tmp_path / DATA)
    of = {(row["redcap_repeat_instrument"], row["redcap_repeat_instance"]): row for row in rows}
    patient = of["", ""]
    assert (patient["sex"], patient["grade"], patient["histology"]) == ("female", "nr", "")
    panel = of["receptor_panels", "1"]
    assert (panel["er_status"], panel["pr_status"], panel["ar_status"]) == ("positive", "negative", "nr")
    assert (panel["panel_day"], panel["her2_score"], panel["her2_ish"]) == ("2015-03-02", "1+", "nr")
    assert of["treatments", "2"]["treatment_status"] == "declined"
    letrozole = of["treatments", "4"]
    assert (letrozole["treatment_start_day"], letrozole["treatment_start_told"]) == ("", "2019-06")
    assert [of["metastases", str(n)]["met_status"] for n in (1, 2, 3)] == ["absent", "present", "possible"]


def test_each_value_of_the_gold_records_is_there_and_traced(tmp_path) -> None:
    """The panels are counted again by hand: each status of each marker, and what is not reported as such."""
    _, traces = written(write, gold_cases(), tmp_path)
    found = [row for row in read(tmp_path / DATA) if row["redcap_repeat_instrument"] == "receptor_panels"]
    panels = [panel for case in gold_cases() for panel in case.record.receptor_panels]
    assert len(found) == len(panels) > 40
    for row, panel in zip(found, panels, strict=True):
        for marker, name in (("ER", "er"), ("PR", "pr"), ("HER2", "her2")):
            result = panel.results.get(marker)
            assert row[f"{name}_status"] == ((result and result.status) or "nr")
            assert original(row[f"{name}_score"]) == ((result and result.score) or "")
    cells = {
        (row["record_id"], row["redcap_repeat_instrument"] or "patient", row["redcap_repeat_instance"] or "0"): row
        for row in read(tmp_path / DATA)
    }
    for trace in traces:
        record, form, instance, field = trace.item.rsplit(".", 3)
        cell = original(cells[record, form, instance][field])
        assert cell == trace.value or trace.value in cell, trace


def test_a_value_that_no_place_says_is_neither_exported_nor_called_not_reported(tmp_path) -> None:
    case = made_case()
    case.record.case.evidence.clear()
    wrote, _ = written(write, [case], tmp_path)
    row = read(tmp_path / DATA)[0]
    assert (row["sex"], row["grade"]) == ("", "nr")
    assert any("no place of the document" in line for line in wrote.left_out)


def test_a_value_that_is_no_choice_is_left_out_and_told(tmp_path) -> None:
    case = made_case()
    case.record.receptor_panels[0].results["ER"].status = "weak"
    case.record.case.age_at_diagnosis = 500
    wrote, _ = written(write, [case], tmp_path)
    assert check(tmp_path) == []
    rows = read(tmp_path / DATA)
    assert (rows[0]["age_at_diagnosis"], rows[1]["er_status"]) == ("", "")
    assert {row["value"] for row in read(tmp_path / "left_out.csv")} == {"weak", "500"}
    assert len(wrote.left_out) == 2


def test_hostile_values_are_text(tmp_path) -> None:
    wrote, _ = written(write, hostile_cases(), tmp_path)
    found = [row for row in read(tmp_path / DATA) if not row["redcap_repeat_instrument"]]
    for row, value in zip(found, HOSTILE, strict=True):
        expected = "" if len(value) > 65_000 else clean(one_line(value))
        assert original(row["histology"]) == expected
        assert all(not cell.lstrip().startswith(("=", "+", "@")) for cell in row.values())
    assert any("65,535" in line for line in wrote.left_out)


@pytest.mark.parametrize(
    ("case_id", "expected"),
    [("BC0001", "BC0001"), ("BC0001#2", "BC0001-2-"), ("a b/c", "a-b-c-"), ("x" * 101, "x" * 91 + "-"), ("é", "--")],
)
def test_a_record_id_is_one_that_redcap_takes(case_id, expected) -> None:
    assert record_id(case_id).startswith(expected)
    assert len(record_id(case_id)) <= 100
    assert record_id("a#1") != record_id("a-1") != record_id("a/1")


def test_the_dictionary_is_redcaps_and_knows_every_field_of_the_record(tmp_path) -> None:
    written(write, [made_case()], tmp_path)
    rows = read(tmp_path / DICTIONARY)
    assert tuple(rows[0]) == COLUMNS
    assert len(COLUMNS) == 18
    record = made_case().record
    for form, item in (("patient", record.case), ("stages", record.stages[0]), ("treatments", record.treatments[0]),
                       ("metastases", record.metastases[0])):  # fmt: skip
        own = type(item).model_fields.keys() - {"evidence", "cites", "derived", "how", "confidence", "note", "problems"}
        assert own <= {field.source.removeprefix("day.") for field in fields() if field.form == form}
    assert repeating() == ("receptor_panels", "stages", "treatments", "metastases")


def test_the_same_cases_give_the_same_bytes(tmp_path) -> None:
    assert same_bytes(write, gold_cases(), tmp_path / "a", tmp_path / "b") == 4


def test_two_cases_of_one_document_are_two_records(tmp_path) -> None:
    cases = [RegistryCase(f"doc#{n}", made_case().record, made_case().source) for n in (1, 2)]
    written(write, cases, tmp_path)
    assert check(tmp_path) == []
    assert len({row["record_id"] for row in read(tmp_path / DATA)}) == 2


def rewrite(path, change) -> None:
    rows = read(path)
    heads = list(rows[0])
    rows = change(rows) or rows
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, fieldnames=list(dict.fromkeys([*heads, *(k for row in rows for k in row)])))
        table.writeheader()
        table.writerows(rows)


def put(number, field, value):
    return lambda rows: rows[number].__setitem__(field, value)


NAME, FORM, TYPE, LABEL, CHOICES, VALIDATION = (COLUMNS[n] for n in (0, 1, 3, 4, 5, 7))
WRONG_DATA = {
    "a code that is none": put(0, "sex", "woman"),
    "a word for a number": put(0, "age_at_diagnosis", "fifty"),
    "a number out of range": put(0, "age_at_diagnosis", "500"),
    "a month for a day": put(1, "panel_day", "2015-03"),
    "no day of the calendar": put(1, "panel_day", "2015-02-30"),
    "a field of another form": put(1, "met_site", "liver"),
    "a repeated form in the first row": put(0, "met_site", "liver"),
    "two lines in a text": put(0, "histology", "a\nb"),
    "a form that does not repeat": put(1, "redcap_repeat_instrument", "patient"),
    "an instance left out": put(1, "redcap_repeat_instance", "2"),
    "an instance without a form": put(0, "redcap_repeat_instance", "1"),
    "no record id": put(0, "record_id", ""),
    "a record id that is none": put(0, "record_id", "a#1"),
    "a state that is none": put(0, "patient_complete", "3"),
    "a field that the dictionary lacks": put(0, "blood_type", "0"),
    "a record twice": lambda rows: [rows[0], *rows],
    "instances without a record": lambda rows: rows[1:],
    "a confidence above one": put(1, "panel_confidence", "1.5"),
}
WRONG_DICTIONARY = {
    "a capital in a name": put(4, NAME, "Sex"),
    "a name that begins with a digit": put(4, NAME, "1sex"),
    "a double underscore": put(4, NAME, "sex__"),
    "a reserved name": put(4, NAME, "redcap_event_name"),
    "a name twice": put(5, NAME, "sex"),
    "a form that is none": put(4, FORM, "The Patient"),
    "forms that mix": put(2, FORM, "stages"),
    "a type that is none": put(4, TYPE, "select"),
    "no label": put(4, LABEL, ""),
    "choices without codes": put(4, CHOICES, ""),
    "a code with a space": put(4, CHOICES, "not known, Not known"),
    "a code twice": put(4, CHOICES, "female, A | female, B"),
    "choices of a text": put(5, CHOICES, "1, One"),
    "a validation that is none": put(5, VALIDATION, "age"),
    "no record id first": lambda rows: rows[1:],
}


@pytest.mark.parametrize("change", WRONG_DATA.values(), ids=WRONG_DATA)
def test_the_check_refuses_wrong_data(change, tmp_path) -> None:
    written(write, [made_case()], tmp_path)
    rewrite(tmp_path / DATA, lambda rows: None)
    assert check(tmp_path) == []
    rewrite(tmp_path / DATA, change)
    assert check(tmp_path)


@pytest.mark.parametrize("change", WRONG_DICTIONARY.values(), ids=WRONG_DICTIONARY)
def test_the_check_refuses_a_wrong_dictionary(change, tmp_path) -> None:
    written(write, [made_case()], tmp_path)
    rewrite(tmp_path / DICTIONARY, change)
    assert check(tmp_path)
