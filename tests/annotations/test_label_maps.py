"""Another source's labels in terms of ours."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.annotations.label_maps import LabelMap, is_generic, read_label_map, shipped
from pipeline.errors import UsageError

MAP = LabelMap("m", {"Medication": "Drug", "Chemical": "Drug", "Dosage": "Dose", "Age": "-"}, {"MODIFY": "*", "*": "-"})


def entity(name: str, label: str, start: int) -> dict[str, Any]:
    return {"id": name, "label": label, "start": start, "end": start + 1}


def test_labels_are_mapped_and_the_rest_left_out() -> None:
    raw = {
        "entities": [entity("a", "Medication", 0), entity("b", "Dosage", 2), entity("c", "Age", 4)],
        "relations": [["b", "MODIFY", "a"], ["a", "BEFORE", "b"], ["c", "MODIFY", "a"], ["a", "MODIFY", "b"]],
    }
    found = MAP.apply(raw)
    assert [(e["id"], e["label"]) for e in found["entities"]] == [("a", "Drug"), ("b", "Dose")]
    assert found["relations"] == [["b", "DoseOf", "a"]]
    assert MAP.labels == {"Drug", "Dose"}


def test_two_mentions_of_one_place_become_one() -> None:
    raw = {
        "entities": [entity("a", "Medication", 0), entity("x", "Chemical", 0), entity("b", "Dosage", 2)],
        "relations": [["b", "MODIFY", "x"]],
    }
    found = MAP.apply(raw)
    assert [e["id"] for e in found["entities"]] == ["a", "b"]
    assert found["relations"] == [["b", "DoseOf", "a"]]


def test_a_label_that_the_map_does_not_name_is_an_error() -> None:
    with pytest.raises(ValueError, match="entity a: the label map m has no label 'Sex'; add a row, '-' leaves it out"):
        MAP.apply({"entities": [entity("a", "Sex", 0)], "relations": []})
    strict = LabelMap("m", {"Age": "-"}, {})
    with pytest.raises(ValueError, match="relation a NEXT a: the label map m has no relation 'NEXT'"):
        strict.apply({"entities": [entity("a", "Age", 0)], "relations": [["a", "NEXT", "a"]]})


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ({"entities": [entity("a", "Age", 0), entity("a", "Age", 2)], "relations": []}, "entity a: another entity"),
        ({"entities": [entity("a", "Age", 0)], "relations": [["a", "MODIFY", "z"]]}, "there is no entity z"),
    ],
)
def test_what_is_wrong_is_wrong_with_a_map_too(raw: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        MAP.apply(raw)


def test_a_relation_mapped_to_what_cannot_join_its_ends() -> None:
    wrong = LabelMap("m", {"Medication": "Drug", "Dosage": "Dose"}, {"MODIFY": "ResultOf"})
    raw = {"entities": [entity("a", "Medication", 0), entity("b", "Dosage", 2)], "relations": [["b", "MODIFY", "a"]]}
    with pytest.raises(ValueError, match="a ResultOf does not join Dose and Drug"):
        wrong.apply(raw)


def test_the_maps_that_are_shipped_can_be_read() -> None:
    assert shipped() == ["bc5cdr", "maccrobat", "phee", "scispacy"]
    assert read_label_map("bc5cdr").labels == {"Drug"}
    assert read_label_map("phee").labels == {"Drug", "Dose"}
    assert read_label_map("maccrobat").labels == {"Drug", "Dose"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("source\ttarget\n", "the first line must name the columns kind, source, target"),
        ("kind\tsource\ttarget\nlabel\tA\tDrug\n", "line 2: kind 'label' is neither entity nor relation"),
        ("kind\tsource\ttarget\nentity\tA\tDrugs\n", "line 2: target 'Drugs' is unknown; allowed are Marker, "),
        ("kind\tsource\ttarget\nentity\tA\tDrug\nentity\tA\t-\n", "line 3: entity 'A' has a row already"),
        ("kind\tsource\ttarget\nentity\tA\n", "line 2: target '' is unknown"),
        ("kind\tsource\ttarget\texcept\nentity\tA\tDrug\t(\n", "line 2: '(' is neither 'generic' nor a pattern"),
    ],
)
def test_a_map_that_cannot_be_meant(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "m.tsv"
    path.write_text(content)
    with pytest.raises(UsageError) as caught:
        read_label_map(str(path))
    assert f"--labels {path}" in str(caught.value)
    assert reason in str(caught.value)


def test_a_map_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "m.tsv"
    path.write_text("kind\tsource\ttarget\nentity\tDRUG\tDrug\nentity\t*\t-\n")
    found = read_label_map(str(path)).apply(
        {"entities": [entity("a", "DRUG", 0), entity("b", "SEX", 1)], "relations": []}
    )
    assert [e["label"] for e in found["entities"]] == ["Drug"]


@pytest.mark.parametrize(
    ("words", "generic"),
    [
        ("chemotherapy", True),
        ("broad-spectrum antibiotics", True),
        ("β-blockers", True),
        ("Vitamins", True),
        ("prednisone", False),
        ("prednisone pulse therapy", False),
        ("growth hormone", False),
        ("", False),
    ],
)
def test_generic_words(words: str, generic: bool) -> None:
    assert is_generic(words) is generic


@pytest.mark.parametrize(
    ("label", "words", "kept"),
    [
        ("Medication", "an antibiotic", False),
        ("Medication", "cefepime", True),
        ("Dosage", "high-dose", False),
        ("Dosage", "twice daily", False),
        ("Dosage", "six courses", False),
        ("Dosage", "0.5 mg/day", True),
        ("Dosage", "500mg", True),
        ("Dosage", "45 Gy in 25 fractions", True),
        ("Dosage", "two tablets daily", True),
        ("Dosage", "15%", True),
    ],
)
def test_what_maccrobat_marks_and_ours_do_not(label: str, words: str, kept: bool) -> None:
    raw = {"entities": [entity("a", label, 0) | {"text": words}], "relations": []}
    assert bool(read_label_map("maccrobat").apply(raw)["entities"]) is kept
