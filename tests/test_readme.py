"""What the README shows runs: its two commands and its Python block."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from spacy.language import Language

import pipeline
from pipeline.cli import main

README = Path(__file__).resolve().parent.parent / "README.md"
ROOT = README.parent


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), re.S)


def test_the_two_commands_are_the_ones_that_are_promised() -> None:
    commands = [block.strip() for block in blocks("sh")]
    assert commands == ["pip install . && oncocase extract corpus -o out", "pip install '.[test]' && pytest"]


def test_the_main_job(tmp_path: Path) -> None:
    _, _, command = blocks("sh")[0].strip().partition(" && ")
    program, *arguments = shlex.split(command)
    assert program == "oncocase"
    arguments[arguments.index("out")] = str(tmp_path / "out")
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    reports = sorted(path.stem for path in (ROOT / "corpus").glob("*.txt"))
    assert sorted(path.stem for path in (tmp_path / "out" / "annotations").glob("*.json")) == reports
    assert (tmp_path / "out" / "failures.jsonl").read_text() == ""
    assert (tmp_path / "out" / "facts.csv").read_text(encoding="utf-8").count("\n") > 100


def test_the_python_block() -> None:
    (code,) = blocks("python")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Marker ER ER" in done.stdout
    assert "DoseOf 2.5 mg letrozole" in done.stdout
    assert "metastasis:spine" in done.stdout or "primary" in done.stdout


@pytest.mark.parametrize("name", ["README.md", "annotations/README.md"])
def test_the_console_blocks(
    name: str, tmp_path: Path, nlp: Language, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command runs, one after another as a reader would run them, and says something."""
    for folder in ("corpus", "annotations"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pipeline, "load", lambda: nlp)
    found = re.findall(r"```console\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.S)
    commands = [line for block in found for line in block.splitlines()]
    assert commands
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "oncocase"
        assert main(arguments) == 0, command
        said = capsys.readouterr()
        assert said.err == "", command
        assert said.out or "--quiet" in arguments, command
