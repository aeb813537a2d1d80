"""`oncocase registry` as a registrar meets it, on the corpus and, where it is here, the seed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from line_feed import write
from made_out import TEXT, Out, record
from sqlalchemy import select

import pipeline
from pipeline.cli import main
from pipeline.registry import export as exporting
from pipeline.registry.engine import connect, reading, url
from pipeline.registry.tables import metadata

pytest_plugins = ("stores",)

PACKAGE = Path(pipeline.__file__).parent
ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT.parent / "shared" / "gold" / "seed" / "seed.txt"


@pytest.fixture
def registry(db: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setenv("ONCOCASE_DB", db)
    return lambda *arguments: main(["registry", *map(str, arguments)])


@pytest.fixture(scope="module")
def outs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """OUT of the seed and the whole corpus, and OUT of the same with a changed lexicon: letrozole is no longer a drug
    that it knows, and the liver is called hepar."""
    folder = tmp_path_factory.mktemp("runs")
    shutil.copytree(PACKAGE, folder / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    _extract(folder, folder / "old")
    lexicons = folder / "pipeline" / "lexicons"
    drugs, sites = lexicons / "drugs.tsv", lexicons / "sites.tsv"
    kept = [line for line in drugs.read_text(encoding="utf-8").splitlines(keepends=True) if "letrozole" not in line]
    assert len(kept) < len(drugs.read_text(encoding="utf-8").splitlines())
    drugs.write_text("".join(kept), encoding="utf-8")
    renamed = re.sub(r"(?m)(^|\t)liver(?=\t|$)", r"\1hepar", sites.read_text(encoding="utf-8"))
    assert renamed != sites.read_text(encoding="utf-8")
    sites.write_text(renamed, encoding="utf-8")
    _extract(folder, folder / "new")
    return folder / "old", folder / "new"


def _extract(program: Path, out: Path) -> None:
    texts = [str(ROOT / "corpus"), *([str(SEED)] if SEED.is_file() else [])]
    command = [sys.executable, "-m", "pipeline", "extract", *texts, "-o", str(out), "--workers", "0", "--quiet"]
    environment = os.environ | {"PYTHONPATH": str(program)}
    subprocess.run(command, check=True, cwd=program, env=environment)


def dump(db: str, but: tuple[str, ...] = ("audit",)) -> dict[str, list[tuple[Any, ...]]]:
    engine = connect(url(db))
    with reading(engine) as connection:
        found = {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
            if table.name not in but
        }
    engine.dispose()
    return found


def test_corpus_and_seed_loaded_twice_and_again_with_a_changed_lexicon(
    registry: Callable[..., int], outs: tuple[Path, Path], db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = outs
    documents = len(list((ROOT / "corpus").glob("*.txt"))) + SEED.is_file()
    assert registry("init") == 0
    assert registry("load", old) == 0
    first = capsys.readouterr().out
    counted = re.search(r"(\d+) documents, (\d+) cases: values (\d+) new, 0 changed, 0 unchanged, 0 lost", first)
    assert counted
    assert int(counted[1]) == documents
    assert int(counted[3]) > 3000
    gone, number = _lost_site(old, new)
    decided = [("BC0001", path) for path in ("case.sex", "treatments.0", "metastases.0.site")]
    for case, path in [*decided, (gone, f"metastases.{number}.site")]:
        assert registry("review", case, path, "accept", "--who", "A. Registrar", "--why", "read") == 0
    before = dump(db)
    capsys.readouterr()
    assert registry("load", old) == 0
    assert " 0 new, 0 changed, " in capsys.readouterr().out
    assert dump(db) == before
    assert registry("load", new) == 0
    said = capsys.readouterr().out
    assert re.search(r"value changed: \d+\n", said)
    assert re.search(r"value lost: \d+\n", said)
    assert ": liver -> hepar (" in said
    assert f"reviewed value gone: 1\n  {gone} metastases." in said
    found = dump(db)
    assert found["review"] == before["review"]
    assert len(found["case"]) == len(before["case"])
    assert len(found["run"]) == 2
    stands = [{row[:2]: row[4:6] for row in state["case_value"] if row[-1] is not None} for state in (before, found)]
    assert stands[0] == stands[1] != {}
    assert registry("status") == 0
    said = capsys.readouterr().out
    assert re.search(rf"{gone} metastases\.\d+\.site: accepted .*; the newest run no longer says it", said)


def _lost_site(old: Path, new: Path) -> tuple[str, int]:
    """A site of a text of one patient that the changed lexicon no longer finds: the document, and its number there."""
    for path in sorted((old / "records").glob("*.json")):
        before, after = (json.loads((out / "records" / path.name).read_bytes()) for out in (old, new))
        if isinstance(before, dict) and isinstance(after, dict):
            left = {place["start"] for site in after["metastases"] for place in site["cites"].get("site", ())}
            for number, site in enumerate(before["metastases"]):
                places = {place["start"] for place in site["cites"].get("site", ())}
                if places and not places & left:
                    return path.stem, number
    raise AssertionError("the changed lexicon loses no site")


def test_the_first_load_makes_the_file_of_sqlite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = Out(tmp_path / "in")
    out.add("A", record())
    db = f"sqlite:///{tmp_path / 'new.db'}"
    assert main(["registry", "load", str(tmp_path / "none"), "--db", db, "--who", "me"]) == 2
    assert not (tmp_path / "new.db").exists()  # what cannot be loaded makes none
    assert main(["registry", "load", str(tmp_path / "in"), "--db", db, "--who", "me"]) == 0
    said = capsys.readouterr().out
    assert "the tables are made" in said
    assert "1 document, 1 case: values" in said


def test_from_init_to_export(
    registry: Callable[..., int],
    db: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(exporting, "feed_of", lambda form: write)
    out = Out(tmp_path / "in")
    out.add("A", record())
    out.add("B", record(), f"{TEXT} ")
    assert registry("status") == 2
    assert "oncocase registry init" in capsys.readouterr().err
    assert registry("init") == 0
    assert registry("init") == 0
    assert "has the tables already" in capsys.readouterr().out
    assert registry("load", tmp_path / "in", "--changes", tmp_path / "changes.csv", "--who", "me") == 0
    said = capsys.readouterr()
    assert "2 documents, 2 cases: values 38 new" in said.out
    assert "was made with another model" in said.err
    assert registry("status", "A") == 0
    assert 'case.grade  waiting  - (extracted: 2)  slot grade has no threshold: never taken unseen "grade 2"' in (
        capsys.readouterr().out
    )
    decide = ("--who", "me", "--why", "read it")
    assert registry("review", "A", "case.grade", "edit", "--value", "3", *decide) == 0
    assert registry("review", "A", "case.grade", "reject", "--based-on", "99", *decide) == 2
    assert registry("review", "A", "treatments.0", "edit", "--value", "3", *decide) == 2
    assert registry("review", "A", "treatments.0", "accept", *decide) == 0
    assert registry("review", "A", "treatments.0", "accept", *decide) == 0
    assert "every value of it is decided already" in capsys.readouterr().out
    assert registry("export", "--to", "csv", "-o", tmp_path / "feed", "--reviewed-only", "--who", "me") == 0
    assert "1 case to csv, values reviewed: 5 lines" in capsys.readouterr().out
    assert (tmp_path / "feed" / "A.txt").read_text(encoding="utf-8").startswith("case.grade\t'3'\n")
    assert registry("merge") == 0
    assert registry("merge", "A", "B", "--why", "same name", "--who", "me") == 0
    assert registry("merge", "A", "B", "C", "--why", "x") == 2
    assert registry("merge", "--apart", "B", "--why", "not the same") == 0
    assert registry("status") == 0
    said = capsys.readouterr().out
    assert re.search(r" 2  cases\n +0  cases joined to another\n +2  documents\n +1  runs\n", said)
    assert re.search(r"grade +1 +1\n", said)


def test_a_document_that_is_left_out_ends_with_3(
    registry: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = Out(tmp_path / "in")
    out.add("A", record())
    (tmp_path / "in" / "records" / "A.json").write_text("{", encoding="utf-8")
    assert registry("init", "--quiet") == 0
    assert registry("load", tmp_path / "in", "--quiet") == 3
    assert "records/A.json: is broken JSON" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("sex=0.9", "SLOT is one of"),
        ("receptor=2", "is no probability"),
        ("receptor", "say never"),
        ("=1", "say never"),
    ],
)
def test_thresholds_that_are_none(
    registry: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, said: str
) -> None:
    Out(tmp_path / "in").add("A", record())
    registry("init")
    assert registry("load", tmp_path / "in", "--accept-above", option) == 2
    assert said in capsys.readouterr().err


def test_values_are_printed_without_what_a_terminal_obeys(
    registry: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = Out(tmp_path / "in")
    out.add("A", {"case": {"histology": "\x1b[2Jcarcinoma\u202e\n"}}, "x", [])
    registry("init")
    registry("load", tmp_path / "in")
    capsys.readouterr()
    assert registry("status", "A") == 0
    said = capsys.readouterr().out
    assert r"(extracted: \u001b[2Jcarcinoma\u202e\u000a)" in said
    assert "\x1b" not in said


@pytest.mark.parametrize("command", ["", "init", "load", "status", "review", "export", "merge"])
def test_help_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["registry", *([command] if command else []), "--help"])
    assert end.value.code == 0
    assert f"oncocase registry {command or 'init'}" in capsys.readouterr().out.partition("example:")[2]
