"""Files that are whole or not there, in a folder and behind fsspec."""

import json
from pathlib import Path

import fsspec
import pytest

from pipeline.batch.output import as_json
from pipeline.batch.store import Folder, Remote, Store, store
from pipeline.errors import UsageError, WritingError


@pytest.fixture(params=["folder", "remote"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    fsspec.filesystem("memory").store.clear()
    made = store(str(tmp_path / "out") if request.param == "folder" else "memory://out")
    assert type(made) is (Folder if request.param == "folder" else Remote)
    made.prepare()
    made.clear()
    return made


def test_written_read_removed(place: Store) -> None:
    assert place.read("deep/a.txt") is None
    place.write("deep/a.txt", b"one")
    place.write("deep/a.txt", b"two")
    assert place.read("deep/a.txt") == b"two"
    with place.opened("b.txt") as file:
        file.write(b"x")
        file.write(b"y")
    assert place.read("b.txt") == b"xy"
    place.remove("b.txt")
    place.remove("b.txt")
    assert place.read("b.txt") is None


def test_a_file_that_breaks_off_does_not_replace_the_one_that_stands(tmp_path: Path) -> None:
    made = Folder(tmp_path)
    made.prepare()
    made.write("a.txt", b"whole")

    def break_off() -> None:
        with made.opened("a.txt") as file:
            file.write(b"ha")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert made.read("a.txt") == b"whole"
    made.close()
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_what_a_killed_run_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / ".part").mkdir()
    (tmp_path / ".part/1").write_text("ha")
    made = Folder(tmp_path)
    made.prepare()
    made.clear()
    assert list((tmp_path / ".part").iterdir()) == []


def test_what_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be used as a folder"):
        Folder(tmp_path / "file").prepare()
    made = Folder(tmp_path)
    made.prepare()
    with pytest.raises(WritingError, match=r"file/a\.txt: cannot be written"):
        made.write("file/a.txt", b"")


def test_file_names_that_are_not_unicode_can_be_written() -> None:
    line = as_json({"path": "caf\udce9 é"})
    assert json.loads(line) == {"path": "caf\udce9 é"}
