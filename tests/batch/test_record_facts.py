"""Facts of records: one row a fact, ids that stay, and what the record does not cover."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from spacy.language import Language

import pipeline
from pipeline.batch.facts import Row, rows
from pipeline.batch.report import Report
from pipeline.batch.run import run
from pipeline.batch.task import Job, Task
from pipeline.batch.worker import Worker
from pipeline.console import Console

TEXT = (
    "A woman with breast cancer took letrozole 2.5 mg daily. She took letrozole until 2020. ER was 90%. "
    "Her mother took tamoxifen. Two patients of others took anastrozole."
)


class Loaded(Worker):
    """A worker with the pipeline of the tests."""

    def __init__(self, nlp: Language) -> None:
        super().__init__()
        self._nlp = nlp


def go(source: Path, out: Path, nlp: Language) -> Report:
    job = Job(str(out), annotator=lambda: Loaded(nlp))
    return run([source], job, lambda sources: map(Task(job), sources), Console(quiet=True))


@pytest.fixture(scope="module")
def found(nlp: Language) -> list[Row]:
    annotation = Loaded(nlp)("doc", TEXT)
    return rows(annotation, TEXT, annotation["record"])


def test_one_row_a_fact(found: list[Row]) -> None:
    drugs = [(row["name"], row["subject"]) for row in found if row["slot"] == "drug"]
    assert drugs.count(("letrozole", "patient")) == 1
    assert ("tamoxifen", "family") in drugs  # the record is silent on relatives: their rows stay
    dose = next(row for row in found if row["slot"] == "dose")
    assert (dose["name"], dose["value"], dose["unit"], dose["text"]) == ("letrozole", "2.5", "mg", "2.5 mg")


def test_rows_cite_what_stands_there(found: list[Row]) -> None:
    assert all(row["text"] == TEXT[row["start"] : row["end"]] for row in found)
    percent = next(row for row in found if (row["slot"], row["value"]) == ("receptor", "90%"))
    status = next(row for row in found if (row["slot"], row["value"]) == ("receptor", "positive"))
    assert percent["rule"] == "record"
    assert "ASCO/CAP" in status["rule"]


def test_ids_stay_and_differ(nlp: Language, found: list[Row]) -> None:
    ids = [row["fact_id"] for row in found]
    assert len(ids) == len(set(ids))
    assert all(len(i) == 16 for i in ids)
    again = Loaded(nlp)("doc", TEXT)
    assert ids == [row["fact_id"] for row in rows(again, TEXT, again["record"])]
    other = Loaded(nlp)("other", TEXT)
    assert not set(ids) & {row["fact_id"] for row in rows(other, TEXT, other["record"])}


def test_records_are_written_and_found_again(nlp: Language, tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    (source / "a.txt").write_text(TEXT, encoding="utf-8")
    first = go(source, out, nlp)
    path = out / "records" / "a.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["case"]["sex"] == "female"
    assert "record" not in json.loads((out / "annotations" / "a.json").read_text(encoding="utf-8"))
    facts = (out / "facts.csv").read_bytes()
    again = go(source, out, nlp)
    assert (first.processed, again.reused) == (1, 1)
    assert (out / "facts.csv").read_bytes() == facts
    path.unlink()  # a record that is gone is made again
    assert go(source, out, nlp).processed == 1
    assert path.exists()


def test_a_record_of_a_failed_document_is_taken_away(nlp: Language, tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    (source / "a.txt").write_text(TEXT, encoding="utf-8")
    go(source, out, nlp)
    (source / "a.txt").write_text("", encoding="utf-8")
    assert go(source, out, nlp).failed
    assert not (out / "records" / "a.json").exists()


def test_the_public_record_is_what_is_written(nlp: Language) -> None:
    assert pipeline.record(nlp(TEXT)).model_dump() == Loaded(nlp)("doc", TEXT)["record"]
