"""Scores of patient records: their invariants, matching by keys, and the partial credit of the guidelines."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ReadingError
from pipeline.scoring.patient import compare, date_credit
from pipeline.scoring.patient_layouts import read_record
from pipeline.scoring.tally import Tally

ROOT = Path(__file__).resolve().parents[2]
RECORDS = sorted((ROOT / "annotations" / "records").glob("[BO]C*.json"))


def total(gold: list[Any], pred: list[Any]) -> Tally:
    return sum(compare(gold, pred).values(), Tally())


def record(**parts: Any) -> dict[str, Any]:
    return {"case": {}} | parts


def drug(name: str, **values: Any) -> dict[str, Any]:
    return {"kind": "drug", "name": name, "status": "given", "evidence": []} | values


@pytest.mark.parametrize("path", RECORDS, ids=lambda p: p.stem)
def test_a_record_against_itself_is_all_right(path: Path) -> None:
    gold = read_record(path)
    same = compare(gold, deepcopy(gold))
    assert all(tally.scores == (1.0, 1.0, 1.0) for tally in same.values()), same
    nothing = total(gold, [])
    assert (nothing.gold, nothing.pred, nothing.right) == (sum(t.gold for t in same.values()), 0, 0)


def test_the_order_of_objects_makes_no_difference() -> None:
    gold = read_record(RECORDS[0])
    turned = [{key: value[::-1] if isinstance(value, list) else value for key, value in gold[0].items()}]
    assert compare(gold, turned) == compare(gold, gold)


@pytest.mark.parametrize(
    ("gold", "pred", "credit"),
    [
        ("2020-11-05", "2020-11-05", 1.0),
        ("2020-11-05", "2020-11", 0.5),
        ("2020-11-05", "2020-10/2020-12", 0.5),
        ("2020-11-05", "2020-11/..", 0.5),
        ("2020-11", "2020-11-05", 0.0),  # more precise than the gold
        ("2020-10/2020-12", "2020-11", 0.0),
        ("2020-11-05", "2020-12", 0.0),
        ("2020-11/..", "2020-11", 0.0),
        ("2020-11", "some day", 0.0),
    ],
)
def test_dates(gold: str, pred: str, credit: float) -> None:
    assert date_credit(gold, pred) == credit


def test_a_value_counts_one_and_null_on_both_sides_nothing() -> None:
    gold = record(treatments=[drug("letrozole", dose="2.5 mg", start="2018-04")])
    pred = record(treatments=[drug("letrozole", dose="5 mg", start="2018")])
    found = compare([gold], [pred])
    assert "treatments.cycles" not in found
    assert found["treatments.dose"] == Tally(1, 1, 0, 0)
    assert found["treatments.start"] == Tally(1, 1, 0.5, 0.5)
    assert found["treatments.name"] == Tally(1, 1, 1, 1)


def test_negative_is_not_unreported() -> None:
    gold = record(metastases=[{"site": "liver", "status": "absent"}])
    found = compare([gold], [record(metastases=[])])
    assert found["metastases.status"] == Tally(1, 0, 0, 0)


def test_courses_of_one_drug_are_told_apart_by_their_start() -> None:
    early, late = drug("trastuzumab", start="2019", cycles="6"), drug("trastuzumab", start="2021", cycles="9")
    assert total([record(treatments=[early, late])], [record(treatments=[late, early])]).f1 == 1.0


def test_another_drug_is_a_miss_and_an_extra() -> None:
    found = total([record(treatments=[drug("letrozole")])], [record(treatments=[drug("anastrozole")])])
    assert (found.gold, found.pred, found.right) == (3, 3, 0)


def test_markers_of_a_panel_of_another_specimen_are_wrong() -> None:
    results = {"ER": {"status": "positive", "percent": "90%", "score": None, "ish": None}}
    gold = {"specimen": "primary", "date": "2019", "results": results}
    assert total([record(receptor_panels=[gold])], [record(receptor_panels=[gold | {"specimen": "node"}])]).right == 0


def test_patients_are_matched_by_their_number() -> None:
    one, two = record(case_id="1", case={"sex": "female"}), record(case_id="2", case={"sex": "male"})
    assert total([one, two], [two, one]).f1 == 1.0
    assert total([one, two], [one]).recall == 0.5
    assert total([one], [one, two]).precision == 0.5


def test_a_contradiction_is_found_by_its_places() -> None:
    places = [{"start": 0, "end": 10}, {"start": 50, "end": 60}]
    gold = record(contradictions=[{"slot": "drug", "evidence": places}])
    moved = record(contradictions=[{"slot": "drug", "evidence": [{"start": 100, "end": 110}]}])
    assert total([gold], [gold]).f1 == 1.0
    assert total([gold], [moved]).right == 0


def test_the_prose_layout_is_read(tmp_path: Path) -> None:
    parts = ("receptor_panels", "stages", "treatments", "metastases", "events", "contradictions", "literature_cases")
    case = {
        "sex": "female", "age_at_diagnosis": 45, "laterality": "right", "grade": "3 (at operation)",
        "primary_site": "breast, 2 o'clock position", "histology": "invasive ductal carcinoma (8500/3)",
        "evidence": ["A woman"],
    }  # fmt: skip
    prose = {"case": case} | {part: [] for part in parts}
    prose["metastases"] = [
        {"site": "axillary lymph node, right", "icd_o": "C77.3", "status": "present", "date": "2019-10",
         "date_note": "13/13 at surgery", "evidence": []}
    ]  # fmt: skip
    path = tmp_path / "record.json"
    path.write_text(json.dumps(prose), encoding="utf-8")
    (found,) = read_record(path, "A woman of 45")
    assert found["case"]["morphology"] == "8500/3"
    assert found["case"]["quadrant"] == "2 o'clock"
    site = found["metastases"][0]
    assert (site["site"], site["laterality"], site["nodal_yield"]) == ("axillary lymph node", "right", "13/13")
    # What this layout cannot say is not held against a prediction that says it.
    told = deepcopy(found) | {"metastases": [site | {"confirmed_by": "surgery"}]}
    assert total([found], [told]).f1 == 1.0


@pytest.mark.parametrize(("content", "reason"), [("{", "no JSON"), ('{"case": {}}', "lacks receptor_panels")])
def test_what_is_no_record(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(ReadingError, match=reason):
        read_record(path)
