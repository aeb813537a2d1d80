"""Which files are read, and under which id, whatever the order in which they are named."""

import os
from itertools import permutations
from pathlib import Path

import pytest

from pipeline.reading import find


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("ER positive.", encoding="utf-8")
    return path


def ids(*paths: Path) -> dict[str, str]:
    return {source.id: str(source.path) for source in find(paths).sources}


def test_folder_in_depth_sorted(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.TXT", "a.csv", "a/notes.md", ".hidden.txt", ".git/c.txt"):
        write(tmp_path / name)
    found = find([tmp_path])
    assert [s.path.relative_to(tmp_path).as_posix() for s in found.sources] == ["a/z.TXT", "b.txt"]
    assert found.ignored == 2
    assert found.problems == ()


def test_out_is_left_out(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    write(tmp_path / "out/text/a.txt")
    assert [s.path.name for s in find([tmp_path], leave_out=tmp_path / "out").sources] == ["a.txt"]
    assert len(find([tmp_path]).sources) == 2


def test_named_twice_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.txt")
    monkeypatch.chdir(tmp_path)
    assert len(find([path, tmp_path, "a.txt", "../" + tmp_path.name + "/a.txt"]).sources) == 1


def test_a_link_is_a_document_of_its_own(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    (tmp_path / "b.txt").symlink_to(path)
    (tmp_path / "loop").symlink_to(tmp_path)
    assert set(ids(tmp_path)) == {"a", "b"}


def test_same_names_are_numbered_in_order_of_place(tmp_path: Path) -> None:
    paths = [write(tmp_path / name) for name in ("1/report.txt", "2/report.txt", "3/Report.txt", "4/report-2.txt")]
    want = {"report": paths[0], "report-3": paths[1], "Report-4": paths[2], "report-2": paths[3]}
    for order in permutations(paths):
        assert ids(*order) == {name: str(path) for name, path in want.items()}


def test_long_and_undecodable_names(tmp_path: Path) -> None:
    write(tmp_path / ("é" * 125 + ".txt"))
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("ER positive.")
    names = set(ids(tmp_path))
    assert names == {"é" * 120, "caf?"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.txt", "no such file or folder"),
        ("letter.docx", r"ends in \.docx; only files ending in \.txt, \.nxml, \.xml, "),
        ("README", r"has no ending; only files ending in \.txt, \.nxml, "),
        ("empty", r"the folder holds no file whose name ends in \.txt, "),
    ],
)
def test_problems(tmp_path: Path, name: str, reason: str) -> None:
    for file in ("letter.docx", "README", "empty/notes.md"):
        write(tmp_path / file)
    found = find([tmp_path / name])
    assert found.sources == ()
    (problem,) = found.problems
    assert problem.path == tmp_path / name
    assert problem.reason.startswith(reason.replace("\\", ""))


def test_unreadable_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.txt")
    closed = tmp_path / "closed"
    closed.mkdir()
    scandir = os.scandir

    def refuse(path: str) -> object:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = find([tmp_path])
    assert len(found.sources) == 1
    assert [str(p) for p in found.problems] == [f"{closed}: cannot be opened: Permission denied"]
