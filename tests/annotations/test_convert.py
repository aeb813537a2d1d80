"""`oncocase convert` as a user meets it."""

import json
from pathlib import Path

import pytest

from pipeline.cli import main

TEXT = "She took letrozole."
GOOD = {
    "id": "a",
    "entities": [{"id": "e1", "label": "Drug", "start": 9, "end": 18, "text": "letrozole", "norm": "letrozole"}],
    "relations": [],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.json").write_text(json.dumps(GOOD))
    (tmp_path / "in/a.txt").write_text(TEXT)
    return tmp_path / "in"


def test_there_and_back(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(folder), "--to", "brat", "-o", str(tmp_path / "brat")]) == 0
    assert (tmp_path / "brat/a.ann").read_text() == "T1\tDrug 9 18\tletrozole\n#1\tnorm T1\tletrozole\n"
    assert capsys.readouterr().out == f"{tmp_path}/brat: 1 annotation as brat\n"
    back = ["convert", str(tmp_path / "brat"), "--to", "json", "-o", str(tmp_path / "back"), "--text", str(folder)]
    assert main(back) == 0
    found = json.loads((tmp_path / "back/a.json").read_text())
    assert found["entities"] == [GOOD["entities"][0] | {"id": "T1"}]  # type: ignore[index]
    assert capsys.readouterr().err == ""


def test_a_broken_file_is_named_and_the_rest_written(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "b.json").write_text("{")
    assert main(["convert", str(folder), "--to", "brat", "-o", str(tmp_path / "out")]) == 3
    assert capsys.readouterr().err.startswith(f"error: {folder}/b.json: is broken JSON")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.ann"]


@pytest.mark.parametrize(("name", "reason"), [("gone", "no such folder"), (".", "holds no annotation")])
def test_wrong_use(name: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(tmp_path / name), "--to", "json", "-o", str(tmp_path / "out")]) == 2
    assert reason in capsys.readouterr().err


def test_offsets_without_a_text_are_said_to_be_unchecked(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.txt").unlink()
    assert main(["convert", str(folder), "--to", "brat", "-o", str(tmp_path / "out")]) == 0
    assert "offsets of 1 without a text were not checked" in capsys.readouterr().err
