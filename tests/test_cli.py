"""The command as a user meets it: exit codes, clear lines, help, and how soon it answers."""

import json
import subprocess
import sys
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest
from spacy.language import Language

import pipeline
from pipeline.cli import main
from pipeline.reading import Limits
from pipeline.reading.kinds import ALLOWED

TEXT = "The tumour was ER positive. She took letrozole."


@pytest.fixture(autouse=True)
def _one_pipeline(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading takes seconds; the fixture's is the same."""
    monkeypatch.setattr(pipeline, "load", lambda: nlp)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def extract(*arguments: object) -> int:
    """In this process, where the pipeline of the fixture is; tests/batch has the workers."""
    return main(["extract", *map(str, arguments), "--workers", "0"])


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)


def test_all_well(good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert extract(good, "-o", out) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.splitlines() == [
        f"{out}/annotations: 1 document",
        f"{out}/records: the record of each patient",
        f"{out}/facts.parquet, {out}/facts.csv: 3 facts",
        f"{out}/failures.jsonl: 0 failures",
        f"{out}/run.json: how this was made",
    ]
    assert extract(good, "-o", out) == 0
    assert "1 document (1 of them from an earlier run)" in capsys.readouterr().out
    assert extract(good, "-o", out, "--quiet") == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("empty.txt", b"", "is empty; a document needs text"),
        ("blank.txt", b" \r\n\t", "holds nothing but blanks; a document needs text"),
        ("binary.txt", b"\x89PNG\r\n\x1a\n\0\0", "binary"),
        ("large.txt", b"ER " * 7_000_000, "holds 21.0 MB, more than the 5 MB allowed"),
        ("letter.docx", b"PK", "ends in .docx; only files ending in .txt, .nxml, "),
        ("missing.txt", None, "no such file or folder; check the name"),
        ("folder", None, "the folder holds no file whose name ends in .txt, .nxml, "),
    ],
)
def test_one_bad_among_good(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes | None, line: str
) -> None:
    bad = tmp_path / name
    if data is not None:
        bad.write_bytes(data)
    elif name == "folder":
        bad.mkdir()
    assert extract(good, bad, "-o", tmp_path / "out", "--quiet") == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"error: {bad}: ")
    assert line in said.err
    assert said.err.count("\n") == 1
    (failure,) = map(json.loads, (tmp_path / "out/failures.jsonl").read_text(encoding="utf-8").splitlines())
    assert (failure["path"], failure["stage"]) == (str(bad), "reading")
    assert [p.name for p in (tmp_path / "out/annotations").iterdir()] == ["good.json"]


def test_latin_1_is_read_with_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_bytes("Naïve. Letrozole 2.5 µg".encode("latin-1"))
    assert extract(tmp_path / "a.txt", "-o", tmp_path / "out") == 0
    line = f"{tmp_path}/a.txt: not UTF-8, read as cp1252; if letters look wrong, convert the file to UTF-8"
    assert capsys.readouterr().err == f"warning: {line}\n"
    assert json.loads((tmp_path / "out/run.json").read_text(encoding="utf-8"))["warnings"] == [line]
    assert (tmp_path / "out/text/a.txt").read_text(encoding="utf-8") == "Naïve. Letrozole 2.5 µg"


def test_numbered_and_other_files_are_told(good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/good.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "in/notes.md").write_text("x", encoding="utf-8")
    assert extract(good, tmp_path / "in", "-o", tmp_path / "out") == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "1 file of other kinds in the folders not read",
        "1 document numbered, the name being taken: see run.json",
    ]


def test_nothing_to_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    assert extract(tmp_path / "in", tmp_path / "gone", "-o", tmp_path / "out") == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: nothing to read",
        f"  {tmp_path}/gone: no such file or folder; check the name",
        f"  {tmp_path}/in: the folder holds no file whose name ends in {ALLOWED}",
    ]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "COMMAND"),
        (["extract"], "PATH"),
        (["extract", "a.txt"], "-o/--out"),
        (["extract", "a.txt", "-o", "out", "--max-size", "none"], "'none' is no amount"),
        (["extract", "a.txt", "-o", "out", "--max-size", "-1"], "'-1' is no amount"),
        (["extract", "a.txt", "-o", "out", "--max-size", "inf"], "'inf' is no amount"),
        (["extract", "a.txt", "-o", "out", "--timeout", "0"], "'0' is no amount"),
        (["extract", "a.txt", "-o", "out", "--workers", "-1"], "'-1' is no number of workers; give one from 0 to 512"),
        (["extract", "a.txt", "-o", "out", "--workers", "1.5"], "'1.5' is no number of workers"),
    ],
)
def test_wrong_use(capsys: pytest.CaptureFixture[str], arguments: list[str], line: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert line in capsys.readouterr().err


def test_max_size(good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert extract(good, "-o", tmp_path / "out", "--max-size", "0.00001") == 3
    assert "more than the 1e-05 MB allowed" in capsys.readouterr().err


def test_every_limit_is_an_option(good: Path, tmp_path: Path) -> None:
    options = [f"--max-{field.name.replace('_', '-')}=7" for field in fields(Limits)]
    assert extract(good, "-o", tmp_path / "out", "--timeout=8", "--max-memory=900", *options) == 0
    told = json.loads((tmp_path / "out/run.json").read_text(encoding="utf-8"))["options"]
    assert told["limits"] == {field.name: 7 * field.metadata["unit"] for field in fields(Limits)}
    assert (told["timeout"], told["max_memory"], told["workers"]) == (8, 900, 0)


def test_failing_pipeline_shows_no_traceback(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(text: str) -> None:
        raise ValueError("too strange")

    monkeypatch.setattr(pipeline, "load", lambda: type("Nlp", (), {"__call__": staticmethod(fail)})())
    assert extract(good, "-o", tmp_path / "out") == 3
    assert capsys.readouterr().err == f"error: {good}: ValueError: too strange\n"


def test_interrupted_and_unwritable(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out/facts.csv").mkdir(parents=True)
    assert extract(good, "-o", tmp_path / "out") == 1
    assert "facts.csv: cannot be written" in capsys.readouterr().err

    def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "load", stop)
    assert extract(good, "-o", tmp_path / "other") == 130
    assert capsys.readouterr().err == "error: interrupted; the same command goes on from here\n"


@pytest.mark.parametrize("arguments", [["--help"], ["extract", "--help"]])
def test_help_has_an_example(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(arguments)
    assert "example:\n  oncocase extract " in capsys.readouterr().out


def test_module_is_the_command() -> None:
    done = python("-m", "pipeline", "--version")
    assert (done.returncode, done.stdout) == (0, f"oncocase {pipeline.__version__}\n")


@pytest.mark.parametrize("module", ["pipeline", "pipeline.cli", "pipeline.reading", "pipeline.batch.run"])
def test_import_is_light(module: str) -> None:
    heavy = {"spacy", "pandas", "numpy", "pyarrow", "thinc", "medspacy", "tqdm"}
    done = python("-c", f"import sys, {module}; print(sorted({heavy!r} & set(sys.modules)))")
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize("module", ["pipeline", "pipeline.reading"])
def test_public_names_are_sorted_and_there(module: str) -> None:
    names = import_module(module).__all__
    assert names == sorted(names, key=lambda n: (not n.isupper(), n.islower(), n))  # as ruff sorts: A_B, Ab, ab
    assert all(hasattr(import_module(module), name) for name in names)


def test_extract_in_python(good: Path) -> None:
    assert pipeline.extract([good])["name"].tolist() == ["ER", "sex", "letrozole"]
