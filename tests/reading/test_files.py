"""One file to one document, and each way in which that can fail."""

import os
from pathlib import Path

import pytest

from pipeline.reading import Document, Limits, ReadingError, file_of, find, read, read_all


def test_text_is_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("ER 🙂\r\n\xa0e\u0301.\r".encode())
    document = read(path)
    assert document == Document("a", path, "ER 🙂\r\n\xa0e\u0301.\r", "utf-8")
    assert document.is_plain
    assert document.warning == ""


def test_a_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("ER positive", encoding="utf-8-sig")
    document = read(path, doc_id="b")
    assert (document.id, document.text, document.is_plain) == ("b", "ER positive", False)
    assert document.sha256() == Document("a", path, "ER positive", "utf-8").sha256()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t\r\n\xc2\xa0", "nothing but blanks"),
        (b"\xef\xbb\xbf", "nothing but blanks"),
        (b"\x89PNG\0\0", "binary"),
        (b"\xff\xfeE", "begins as utf-16"),
        (b"x" * 20_000_000, "holds 20.0 MB, more than the 5 MB allowed"),
    ],
    ids=["empty", "blank", "mark", "binary", "undecodable", "large"],
)
def test_bad_files(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(ReadingError, match=reason) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_limit_is_in_bytes_and_allowed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("ER++", encoding="utf-8")
    assert read(path, limits=Limits(size=4)).text == "ER++"
    with pytest.raises(ReadingError, match="--max-size"):
        read(path, limits=Limits(size=3))


def test_missing_folder_and_pipe(tmp_path: Path) -> None:
    for ending in ("txt", "xml", "json", "zip", "pdf"):
        os.mkfifo(tmp_path / f"pipe.{ending}")
    assert len(find([tmp_path]).sources) == 5
    for name, reason in (("a.txt", "No such file"), (".", "not a file"), ("pipe.txt", "not a file")):
        with pytest.raises(ReadingError, match=reason):
            read(tmp_path / name)


def test_read_all(tmp_path: Path) -> None:
    for folder in "xy":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(f"ER in {folder}", encoding="utf-8")
    assert [(d.id, d.text) for d in read_all([tmp_path])] == [("a", "ER in x"), ("a-2", "ER in y")]
    with pytest.raises(ReadingError, match="no such file"):
        next(read_all([tmp_path, tmp_path / "b"]))


def test_read_all_warns_of_a_guess(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"na\xefve")
    with pytest.warns(UserWarning, match="read as cp1252"):
        assert [d.text for d in read_all([path])] == ["naïve"]


def test_the_file_that_a_path_leads_into(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK")
    for path in (tmp_path / "a.zip", tmp_path / "a.zip/b/c.xml/PMC1"):
        assert file_of(path) == tmp_path / "a.zip"
    assert file_of(tmp_path / "b/c.txt") == tmp_path / "b/c.txt"
    with pytest.raises(ReadingError, match="is an archive; name a document in it"):
        read(tmp_path / "a.zip")
