"""The loop: what it writes, what it does not do twice, what it survives."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd
import pytest
from batch.poison import Poison
from packing import packed
from spacy.language import Language

from pipeline.annotations.from_doc import Annotation, annotate
from pipeline.batch.crew import Crew
from pipeline.batch.facts import COLUMNS
from pipeline.batch.journal import Journal
from pipeline.batch.report import Report
from pipeline.batch.run import run
from pipeline.batch.stamp import Stamp
from pipeline.batch.task import Job, Task
from pipeline.batch.worker import Worker
from pipeline.console import Console
from pipeline.errors import UsageError, WritingError
from pipeline.reading import DEFAULT, Limits

TEXTS = {
    "a": "In May 2019 the tumour was ER positive. She took letrozole 2.5 mg daily for 5 years.",
    "b": "Liver metastases were found. Stage IV. Her 🙂 e\u0301 HER2\xa0was 3+.\r\n"
    "Paclitaxel 80 mg/m2 was given weekly.\r\n",
    "c": "There was no evidence of bone metastasis.",
}


class Counting(Worker):
    """Annotates with the real pipeline; counts, and dies or fails at the text that it is told to."""

    def __init__(self, nlp: Language, at: str = "", error: BaseException | None = None) -> None:
        self.nlp, self.at, self.error = nlp, at, error
        self.seen: list[str] = []

    def load(self) -> Language:
        return self.nlp

    def __call__(self, doc_id: str, text: str) -> Annotation:
        if doc_id == self.at and self.error:
            raise self.error
        self.seen.append(doc_id)
        return annotate(self.nlp, doc_id, text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "in" / f"{name}.txt").write_bytes(text.encode())
    return tmp_path / "in"


ARTICLE = b"<article><body><p>ER positive in %s.</p></body></article>"


def go(folder: Path, out: Path, annotate: Worker, *more: Path, limits: Limits = DEFAULT) -> Report:
    """A run in this process."""
    job = Job(str(out), limits, annotator=lambda: annotate)
    return run([folder, *more], job, lambda sources: map(Task(job), sources), Console(quiet=True))


def files(out: Path) -> dict[str, bytes]:
    """Every file of OUT but run.json, which has the times in it."""
    found = {p.relative_to(out).as_posix(): p for p in out.rglob("*") if p.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name != "run.json"}


def test_what_is_written(folder: Path, tmp_path: Path, nlp: Language) -> None:
    out = tmp_path / "deep" / "out"
    report = go(folder, out, Counting(nlp))
    assert sorted(files(out)) == [
        *(f"annotations/{name}.json" for name in "abc"),
        "facts.csv",
        "facts.parquet",
        "failures.jsonl",
    ]
    assert (out / "failures.jsonl").read_bytes() == b""
    assert [p.name for p in out.iterdir() if p.name.startswith(".")] == []
    about = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert about["counts"] == report.counts()
    assert about["components"] == nlp.pipe_names
    assert {"version", "lexicons", "models", "options", "times", "warnings"} <= set(about)


def test_facts_of_both_files(folder: Path, tmp_path: Path, nlp: Language) -> None:
    report = go(folder, tmp_path / "out", Counting(nlp))
    table = pd.read_parquet(tmp_path / "out/facts.parquet")
    assert tuple(table.columns) == COLUMNS
    assert len(table) == report.facts > 8
    assert pd.read_csv(tmp_path / "out/facts.csv", keep_default_na=False).to_dict() == table.to_dict()
    for row in table.itertuples():
        assert TEXTS[row.doc_id][row.start : row.end] == row.text
    said = set(zip(table["slot"], table["name"], table["value"], table["status"], strict=True))
    assert {
        ("receptor", "ER", "positive", ""),
        ("dose", "letrozole", "2.5", "given"),
        ("duration", "letrozole", "P5Y", "given"),
        ("site", "liver", "C22.0", "present"),
        ("stage", "group", "IV", ""),
    } <= said


def test_offsets_hold_in_the_text(folder: Path, tmp_path: Path, nlp: Language) -> None:
    (folder / "d.txt").write_bytes(TEXTS["b"].encode("utf-16"))
    (folder / "e.txt").write_bytes("Naïve. Letrozole 2.5 mg.".encode("cp1252"))
    report = go(folder, tmp_path / "out", Counting(nlp))
    assert sorted(p.name for p in (tmp_path / "out/text").iterdir()) == ["d.txt", "e.txt"]
    assert [w.partition(": ")[0] for w in report.warnings] == [str(folder / "e.txt")]
    for name in "abcde":
        own = tmp_path / "out/text" / f"{name}.txt"
        text = (own if own.exists() else folder / f"{name}.txt").read_bytes().decode()
        entities = json.loads((tmp_path / f"out/annotations/{name}.json").read_bytes())["entities"]
        assert entities
        assert all(text[e["start"] : e["end"]] == e["text"] for e in entities)
        assert all(0 <= e["confidence"] <= 1 for e in entities)


def test_again_does_nothing_twice(folder: Path, tmp_path: Path, nlp: Language) -> None:
    go(folder, tmp_path / "out", Counting(nlp))
    first = files(tmp_path / "out")
    again = Counting(nlp)
    report = go(folder, tmp_path / "out", again)
    assert again.seen == []
    assert (report.processed, report.reused) == (0, 3)
    assert files(tmp_path / "out") == first


@pytest.mark.parametrize("killed_at", ["a", "b", "c"])
def test_killed_half_way(folder: Path, tmp_path: Path, nlp: Language, killed_at: str) -> None:
    go(folder, tmp_path / "whole", Counting(nlp))
    killed = Counting(nlp, killed_at, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        go(folder, tmp_path / "out", killed)
    assert not (tmp_path / "out/facts.csv").exists()
    rest = Counting(nlp)
    go(folder, tmp_path / "out", rest)
    assert killed.seen + rest.seen == ["a", "b", "c"]
    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_a_killed_run_does_not_read_again_what_it_read(
    folder: Path, tmp_path: Path, nlp: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "b.txt").write_bytes(b"")
    with pytest.raises(KeyboardInterrupt):
        go(folder, tmp_path / "out", Counting(nlp, "c", KeyboardInterrupt()))
    opened = []
    read_bytes = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: opened.append(path.name) or read_bytes(path))
    report = go(folder, tmp_path / "out", Counting(nlp))
    assert [name for name in opened if name.endswith(".txt")] == ["c.txt"]
    assert (report.processed, report.reused, report.failed) == (1, 1, 1)


def test_a_document_changed_since_the_kill_is_done_again(folder: Path, tmp_path: Path, nlp: Language) -> None:
    with pytest.raises(KeyboardInterrupt):
        go(folder, tmp_path / "out", Counting(nlp, "c", KeyboardInterrupt()))
    (folder / "a.txt").write_text("Stage II, ER positive.", encoding="utf-8")
    rest = Counting(nlp)
    go(folder, tmp_path / "out", rest)
    assert rest.seen == ["a", "c"]
    go(folder, tmp_path / "whole", Counting(nlp))
    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_two_runs_into_one_folder(folder: Path, tmp_path: Path, nlp: Language) -> None:
    (tmp_path / "out").mkdir()
    with (
        Journal(tmp_path / "out/.journal.jsonl", "x"),
        pytest.raises(UsageError, match="another run is writing to this folder"),
    ):
        go(folder, tmp_path / "out", Counting(nlp))


def test_killed_while_writing(folder: Path, tmp_path: Path, nlp: Language) -> None:
    go(folder, tmp_path / "out", Counting(nlp))
    whole = files(tmp_path / "out")
    (tmp_path / "out/.part").mkdir()
    (tmp_path / "out/.part/1").write_text("hal")
    (tmp_path / "out/annotations/b.json").write_text('{"id": "b", ')
    again = Counting(nlp)
    go(folder, tmp_path / "out", again)
    assert again.seen == ["b"]
    assert files(tmp_path / "out") == whole


def test_changed_text_or_program_is_done_again(
    folder: Path, tmp_path: Path, nlp: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(folder, tmp_path / "out", Counting(nlp))
    (folder / "a.txt").write_text("Stage II.", encoding="utf-8")
    again = Counting(nlp)
    go(folder, tmp_path / "out", again)
    assert again.seen == ["a"]
    newer = replace(Stamp.now(), lexicons="other")
    monkeypatch.setattr(Stamp, "now", lambda *_told: newer)
    again = Counting(nlp)
    go(folder, tmp_path / "out", again)
    assert again.seen == ["a", "b", "c"]


def test_archives_go_on_after_a_kill_by_the_archive(folder: Path, tmp_path: Path, nlp: Language) -> None:
    members = {"x/d.nxml": ARTICLE % b"d", "x/e.txt": b"Stage II.", "f.html": b"<p>HER2 negative."}
    (folder / "z.zip").write_bytes(packed("z.zip", members))
    with pytest.raises(KeyboardInterrupt):
        go(folder, tmp_path / "out", Counting(nlp, "f", KeyboardInterrupt()))
    rest = Counting(nlp)
    go(folder, tmp_path / "out", rest)
    assert rest.seen == ["f"]
    assert sorted(p.name for p in (tmp_path / "out/text").iterdir()) == ["d.txt", "e.txt", "f.txt"]
    about = json.loads((tmp_path / "out/annotations/d.json").read_bytes())
    assert (about["format"], about["id"]) == ("jats", "d")
    for name in "def":
        text = (tmp_path / f"out/text/{name}.txt").read_bytes().decode()
        annotation = json.loads((tmp_path / f"out/annotations/{name}.json").read_bytes())
        assert annotation["entities"]
        assert all(text[e["start"] : e["end"]] == e["text"] for e in annotation["entities"])
    (folder / "c.txt").write_text("New text.", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        go(folder, tmp_path / "out", Counting(nlp, "c", KeyboardInterrupt()))
    (folder / "z.zip").write_bytes(packed("z.zip", members | {"x/d.nxml": ARTICLE % b"another"}))
    rest = Counting(nlp)
    go(folder, tmp_path / "out", rest)
    assert rest.seen == ["c", "d"]


def test_another_limit_tries_again_what_a_killed_run_did(folder: Path, tmp_path: Path, nlp: Language) -> None:
    with pytest.raises(KeyboardInterrupt):
        go(folder, tmp_path / "out", Counting(nlp, "c", KeyboardInterrupt()), limits=Limits(size=60))
    report = go(folder, tmp_path / "out", Counting(nlp))
    assert (report.failed, report.counts()["documents"]) == (0, 3)
    options = json.loads((tmp_path / "out/run.json").read_text(encoding="utf-8"))["options"]
    assert options["limits"] == asdict(DEFAULT)
    assert {"timeout", "max_memory", "paths", "out"} < set(options)


def test_a_text_that_was_an_article_is_told_of_as_text(folder: Path, tmp_path: Path, nlp: Language) -> None:
    (folder / "d.nxml").write_bytes(ARTICLE % b"d")
    go(folder, tmp_path / "out", Counting(nlp))
    (folder / "d.nxml").unlink()
    (folder / "d.txt").write_bytes((tmp_path / "out/text/d.txt").read_bytes())
    go(folder, tmp_path / "out", Counting(nlp))
    assert "format" not in json.loads((tmp_path / "out/annotations/d.json").read_bytes())
    assert not (tmp_path / "out/text/d.txt").exists()


def test_documents_gone_are_left_alone_but_not_counted(folder: Path, tmp_path: Path, nlp: Language) -> None:
    go(folder, tmp_path / "out", Counting(nlp))
    (folder / "b.txt").unlink()
    report = go(folder, tmp_path / "out", Counting(nlp))
    assert (tmp_path / "out/annotations/b.json").exists()
    assert report.counts()["documents"] == 2
    assert set(pd.read_parquet(tmp_path / "out/facts.parquet")["doc_id"]) == {"a", "c"}


def test_a_failure_is_listed_and_the_rest_goes_on(folder: Path, tmp_path: Path, nlp: Language) -> None:
    go(folder, tmp_path / "out", Counting(nlp))
    (folder / "b.txt").write_bytes(b"")
    (folder / "c.txt").write_text("New text.", encoding="utf-8")
    report = go(folder, tmp_path / "out", Counting(nlp, "c", IndexError("out of range")))
    assert report.counts() | {"facts": 0} == {
        "documents": 1, "processed": 0, "reused": 1, "failed": 2, "facts": 0, "ignored_files": 0,
    }  # fmt: skip
    lines = [json.loads(line) for line in (tmp_path / "out/failures.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(f["path"], f["stage"], f["error"]) for f in lines] == [
        (str(folder / "b.txt"), "reading", "is empty; a document needs text"),
        (str(folder / "c.txt"), "pipeline", "IndexError: out of range"),
    ]
    assert "raise self.error" in lines[1]["trace"]
    assert report.failed == 2
    assert [p.name for p in (tmp_path / "out/annotations").iterdir()] == ["a.json"]


def test_a_document_that_takes_its_worker_down_leaves_nothing_of_an_earlier_run(folder: Path, tmp_path: Path) -> None:
    job = Job(str(tmp_path / "out"), annotator=Poison)
    assert run([folder], job, Crew(job, 2), Console(quiet=True)).counts()["documents"] == 3
    (folder / "b.txt").write_text("crash", encoding="utf-8")
    report = run([folder], job, Crew(job, 2), Console(quiet=True))
    assert (report.reused, report.failed) == (2, 1)
    assert sorted(p.name for p in (tmp_path / "out/annotations").iterdir()) == ["a.json", "c.json"]


def test_two_inputs_with_one_id(folder: Path, tmp_path: Path, nlp: Language) -> None:
    (folder / "more").mkdir()
    (folder / "more/a.txt").write_text("Stage II.", encoding="utf-8")
    report = go(folder, tmp_path / "out", Counting(nlp))
    assert sorted(p.stem for p in (tmp_path / "out/annotations").iterdir()) == ["a", "a-2", "b", "c"]
    assert report.renamed == {"a-2": str(folder / "more/a.txt")}


def test_order_of_paths_does_not_matter(folder: Path, tmp_path: Path, nlp: Language) -> None:
    paths = [folder / "a.txt", folder / "missing.txt", folder / "c.txt"]
    for out, order in (("1", paths), ("2", paths[::-1])):
        go(order[0], tmp_path / out, Counting(nlp), *order[1:])
    assert files(tmp_path / "1") == files(tmp_path / "2")


def test_text_left_by_another_encoding_is_removed(folder: Path, tmp_path: Path, nlp: Language) -> None:
    text = (folder / "a.txt").read_text(encoding="utf-8")
    (folder / "a.txt").write_text(text, encoding="utf-8-sig")
    go(folder, tmp_path / "out", Counting(nlp))
    assert (tmp_path / "out/text/a.txt").exists()
    (folder / "a.txt").write_text(text, encoding="utf-8")
    assert go(folder, tmp_path / "out", Counting(nlp)).reused == 3
    assert not (tmp_path / "out/text/a.txt").exists()


def test_nothing_found_writes_nothing(tmp_path: Path, nlp: Language) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(UsageError, match=r"nothing to read\n.*holds no file"):
        go(tmp_path / "in", tmp_path / "out", Counting(nlp))
    assert not (tmp_path / "out").exists()


def test_out_must_stand_apart(folder: Path, tmp_path: Path, nlp: Language) -> None:
    with pytest.raises(UsageError, match="holds the input"):
        go(folder, tmp_path, Counting(nlp))
    with pytest.raises(UsageError, match="cannot be used as a folder"):
        go(folder, folder / "a.txt", Counting(nlp))
    go(folder, folder / "out", Counting(nlp))
    (folder / "a.txt").write_text("ER+", encoding="utf-8-sig")
    go(folder, folder / "out", Counting(nlp))
    assert go(folder, folder / "out", Counting(nlp)).counts()["documents"] == 3


def test_full_disk(folder: Path, tmp_path: Path, nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(WritingError, match="No space left"):
        go(folder, tmp_path / "out", Counting(nlp))
