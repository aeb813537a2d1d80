"""`slots.tsv` says of every field of the record whether there is something to accept, and takes what the record has."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT
from spacy.language import Language

import pipeline
from pipeline.models import SHIPPED, calibration
from pipeline.patient.model import Case, Event, MarkerResult, Metastasis, Panel, Record, Stage, Treatment
from pipeline.registry.forms import edited, is_date
from pipeline.registry.keys import value_key
from pipeline.registry.slots import NO_VALUES, PARTS, keys, result_keys, slot_of, slots, split
from pipeline.registry.standing import WHICH, standing
from pipeline.registry.values import values

MODELS = {
    "case": Case, "receptor_panels": Panel, "stages": Stage, "treatments": Treatment, "metastases": Metastasis,
    "events": Event,
}  # fmt: skip
# What says where a value is from, and remarks of the program; the kind of a treatment goes with its name.
NOT_VALUES = {"evidence", "cites", "derived", "how", "confidence", "note", "problems", "results", "kind"}


def test_every_field_of_the_record_is_a_value_or_said_to_be_none() -> None:
    assert {"case_id", *PARTS, *NO_VALUES} == set(Record.model_fields)
    for part, model in MODELS.items():
        assert set(keys(part)) == set(model.model_fields) - NOT_VALUES, part
    assert set(result_keys()) == set(MarkerResult.model_fields)


def test_every_threshold_is_that_of_a_slot() -> None:
    found = calibration.load(SHIPPED)
    assert found is not None
    named = {slot.slot for slot in slots().values()}
    statuses = {f"site {status}" for status in ("present", "absent", "possible", "resolved")}
    kinds = {"drug", "radiotherapy"}
    mentions_alone = {"date", "relativedate"}  # how a mention is read, not what it dates
    assert set(found.thresholds) - mentions_alone <= named | statuses | kinds
    assert {slot.relation for slot in slots().values()} - {""} <= set(found.relations)


@pytest.fixture(scope="module")
def records(nlp: Language) -> list[dict[str, object]]:
    """Records of every sixth report of the corpus."""
    found = []
    for path in sorted((ROOT / "corpus").glob("*.txt"))[::6]:
        said = pipeline.record(nlp(path.read_text(encoding="utf-8")))
        for record in said.root if hasattr(said, "root") else [said]:
            found.append(record.model_dump(mode="json"))
    return found


def test_what_extraction_says_has_the_form_that_a_person_must_keep(records: list[dict[str, object]]) -> None:
    seen = 0
    for record in records:
        for value in values(record):
            seen += 1
            form = value.slot.form
            if form == "date":
                assert is_date(value.text), value.path
            elif form not in ("", "list"):
                assert re.fullmatch(form, value.text), (value.path, value.text)
            assert edited(record, value.path, value.text) == value.text
    assert seen > 500


def test_a_record_with_all_its_values_standing_is_the_record(records: list[dict[str, object]]) -> None:
    for record in records:
        rows = [{"path": v.path, "state": "waiting", "said": v.text, "value": None} for v in values(record)]
        kept, reviewed = standing(record, rows, WHICH[2])  # type: ignore[arg-type]
        wanted = record | {"contradictions": [], "literature_cases": []}
        assert Record.model_validate(kept) == Record.model_validate(wanted)
        assert reviewed == frozenset()


def test_a_record_of_which_nothing_stands_has_no_value(records: list[dict[str, object]]) -> None:
    for record in records:
        kept, _ = standing(record, [], WHICH[0])
        assert list(values(json.loads(Record.model_validate(kept).model_dump_json()))) == []


@pytest.mark.parametrize(
    ("path", "item", "key"),
    [
        ("case.grade", "case", "grade"),
        ("treatments.10.name", "treatments.10", "name"),
        ("receptor_panels.0.results.PD-L1 22.3.status", "receptor_panels.0", "results.PD-L1 22.3.status"),
    ],
)
def test_paths(path: str, item: str, key: str) -> None:
    assert split(path) == (item, key)
    assert slot_of(item.split(".")[0], key) is not None


def test_keys_of_markers_are_short_and_differ() -> None:
    long = [value_key("receptor_panels/primary@3", f"results.{'x' * 100}{end}.status") for end in "ab"]
    assert len(set(long)) == 2
    assert max(map(len, long)) < 120
    assert value_key("p/q@1", "results.a/b.status").count("/") == 2


def test_the_table_is_packaged() -> None:
    assert (Path(pipeline.__file__).parent / "registry" / "slots.tsv").is_file()
