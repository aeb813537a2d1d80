"""The reports and their annotations: whole, fitting their texts and their schemas, the same in both formats."""

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import ROOT
from markup import DEFAULT_STATUS, LABELS, RELATIONS, STATUS, SUBJECT_LABELS, SUBJECTS

from pipeline.annotations import scheme
from pipeline.annotations.brat import write_brat
from pipeline.annotations.checks import check
from pipeline.annotations.folder import read_annotation
from pipeline.scoring.agreement import agreement
from pipeline.scoring.pairs import Pair

CORPUS, ANNOTATIONS = ROOT / "corpus", ROOT / "annotations"
TEXTS = sorted(CORPUS.glob("*.txt"))
HELD_OUT = sorted((ROOT / "held_out").glob("*.txt"))
RECORDS = sorted(path for path in (ANNOTATIONS / "records").glob("*.json") if path.stem != "schema")


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t"))


def validator(path: Path) -> jsonschema.Draft202012Validator:
    schema = load(path)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def gold_of(text: Path) -> Path:
    """The annotation of a report: beside it where it is held out."""
    return text.with_suffix(".json") if text in HELD_OUT else ANNOTATIONS / f"{text.stem}.json"


def text_of(doc_id: str) -> str:
    return (CORPUS / f"{doc_id}.txt").read_text(encoding="utf-8")


def test_each_report_has_its_files() -> None:
    names = [path.stem for path in TEXTS]
    assert len(names) >= 60
    for folder, suffix in (("", ".json"), ("brat", ".ann"), ("passes/first", ".ann"), ("passes/second", ".ann")):
        found = sorted(p.stem for p in (ANNOTATIONS / folder).glob(f"*{suffix}") if p.stem != "schema")
        assert found == names, folder
    assert len(RECORDS) >= 20
    assert {path.stem for path in RECORDS} <= set(names)


def test_the_manifest_tells_the_truth() -> None:
    rows = table(CORPUS / "manifest.tsv")
    assert [row["id"] for row in rows] == [path.stem for path in TEXTS]
    known = {row["name"] for row in table(CORPUS / "phenomena.tsv")}
    used = {tag for row in rows for tag in row["phenomena"].split(",")}
    assert used == known
    for row in rows:
        raw = (CORPUS / f"{row['id']}.txt").read_bytes()
        assert row["sha256"] == hashlib.sha256(raw).hexdigest(), row["id"]
        assert int(row["words"]) == len(raw.decode("utf-8").split()), row["id"]
        assert 250 <= int(row["words"]) <= 1800, row["id"]
        assert row["split"] in ("train", "dev", "test")
        assert ("other_cancer" in row["phenomena"].split(",")) == (row["cancer"] != "breast"), row["id"]
    assert {row["split"] for row in rows} == {"train", "dev", "test"}
    # A fifth of the reports are of other cancers than breast.
    assert 0.15 <= sum(row["cancer"] != "breast" for row in rows) / len(rows) <= 0.25


@pytest.mark.parametrize("path", TEXTS + HELD_OUT, ids=lambda p: p.stem)
def test_annotations_fit_their_text(path: Path) -> None:
    text, gold = path.read_text(encoding="utf-8"), load(gold_of(path))
    entities = gold["entities"]
    assert gold["id"] == path.stem
    assert entities
    assert [e for e in entities if text[e["start"] : e["end"]] != e["text"] or not e["text"]] == []
    assert [e for e in entities if e["text"] != e["text"].strip()] == []
    assert {e["label"] for e in entities} <= LABELS
    assert entities == sorted(entities, key=lambda e: (e["start"], -e["end"]))
    assert len({(e["label"], e["start"], e["end"]) for e in entities}) == len(entities)
    assert [e for e in entities if not e["norm"] and e["label"] != "Radiotherapy"] == []
    assert [e for e in entities if (e["label"] in SUBJECT_LABELS) != ("subject" in e)] == []
    assert {e["subject"] for e in entities if "subject" in e} <= SUBJECTS
    assert [e for e in entities if e["label"] in DEFAULT_STATUS and e.get("status") not in STATUS[e["label"]]] == []
    assert [e for e in entities if (e["label"] == "Marker") != ("specimen" in e)] == []


@pytest.mark.parametrize("path", TEXTS + HELD_OUT, ids=lambda p: p.stem)
def test_relations_join_what_they_may(path: Path) -> None:
    gold = load(gold_of(path))
    labels = {e["id"]: e["label"] for e in gold["entities"]}
    assert len(labels) == len(gold["entities"])
    assert len({tuple(r) for r in gold["relations"]}) == len(gold["relations"])
    assert {kind for _, kind, _ in gold["relations"]} <= set(RELATIONS)
    for source, kind, target in gold["relations"]:
        assert labels[source] in RELATIONS[kind][0]
        assert labels[target] in RELATIONS[kind][1]


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.stem)
def test_brat_says_what_json_says(path: Path) -> None:
    gold = read_annotation(ANNOTATIONS / f"{path.stem}.json", text_of(path.stem))
    assert (ANNOTATIONS / "brat" / f"{path.stem}.ann").read_text(encoding="utf-8") == write_brat(gold)


def test_annotations_fit_their_schema() -> None:
    schema = validator(ANNOTATIONS / "schema.json")
    assert len(HELD_OUT) == 20
    for path in TEXTS + HELD_OUT:
        assert [e.message for e in schema.iter_errors(load(gold_of(path)))] == [], path.stem


def entity(**changed: object) -> dict[str, Any]:
    good = {"id": "e1", "label": "Drug", "start": 0, "end": 1, "text": "x", "norm": "x", "subject": "patient"}
    found = good | {"status": "given"} | changed
    return {"id": "a", "entities": [{k: v for k, v in found.items() if v is not None}], "relations": []}


@pytest.mark.parametrize(
    "value",
    [
        entity(label="Drugs"),
        entity(subject="me"),
        entity(status="present"),
        entity(label="Result", subject=None),
        entity(start=-1),
        entity(start="0"),
        entity() | {"relations": [["e1", "Of", "e1"]]},
        entity() | {"relations": [["e1", "DoseOf"]]},
        {"id": "a", "entities": []},
    ],
)
def test_the_schema_and_the_reader_refuse_the_same(value: dict[str, Any]) -> None:
    assert not validator(ANNOTATIONS / "schema.json").is_valid(value)
    with pytest.raises(ValueError, match=r"unknown|has no|hold no|whole number|a list of three"):
        check("a", value, "x")


def test_the_schema_and_the_reader_allow_the_same() -> None:
    assert validator(ANNOTATIONS / "schema.json").is_valid(entity())
    assert check("a", entity(), "x").entities[0].norm == "x"
    properties = load(ANNOTATIONS / "schema.json")["properties"]
    assert properties["entities"]["items"]["properties"]["label"]["enum"] == list(scheme.LABELS)
    assert properties["relations"]["items"]["prefixItems"][1]["enum"] == list(scheme.RELATIONS)


@pytest.mark.parametrize(("split", "least"), [("test", 0.90), (None, 0.90)])
def test_the_two_passes_agree(split: str | None, least: float) -> None:
    ids = [row["id"] for row in table(CORPUS / "manifest.tsv") if split in (None, row["split"])]
    first, second = (
        [read_annotation(ANNOTATIONS / "passes" / name / f"{i}.ann", text_of(i)) for i in ids]
        for name in ("first", "second")
    )
    pairs = [Pair("", one, other, True, None) for one, other in zip(first, second, strict=True)]
    found = agreement(pairs).scores.mentions["all"].exact.f1
    assert found >= least
    # The figure that the README prints is this one.
    readme = (ANNOTATIONS / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"\| {'all 65' if split is None else 'the 16 of the test split'} \| {found:.3f} ", readme)


def test_the_adjudication_decides_every_difference() -> None:
    rows = table(ANNOTATIONS / "passes" / "adjudication.tsv")
    assert {row["decision"] for row in rows} == {"first", "second"}
    assert {row["id"] for row in rows} <= {path.stem for path in TEXTS}
    assert all(row["first"] != row["second"] for row in rows)


def test_records_fit_their_schema() -> None:
    schema = validator(ANNOTATIONS / "records" / "schema.json")
    for path in RECORDS:
        assert [e.message for e in schema.iter_errors(load(path))] == [], path.stem


@pytest.mark.parametrize("path", RECORDS, ids=lambda p: p.stem)
def test_records_cite_the_text(path: Path) -> None:
    text = text_of(path.stem)
    cited = list(evidence(load(path)))
    assert cited
    assert [e for e in cited if text[e["start"] : e["end"]] != e["text"] or "\n" in e["text"]] == []


def evidence(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from part if key == "evidence" else evidence(part)
    elif isinstance(value, list):
        for part in value:
            yield from evidence(part)


def test_what_is_derived_is_a_value_of_the_object() -> None:
    for path in RECORDS:
        for record in load(path) if isinstance(load(path), list) else [load(path)]:
            for objects in record.values():
                for value in objects if isinstance(objects, list) else [objects]:
                    if not isinstance(value, dict) or not isinstance(value.get("derived"), list):
                        continue
                    for name in value["derived"]:
                        found: Any = value.get("results", value) if "." in name else value
                        for part in name.split("."):
                            found = found[part]
                        assert found is not None, (path.stem, name)
