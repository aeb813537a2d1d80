"""Files at URLs and rows of Parquet files become the documents that local files become."""

import gzip
from pathlib import Path

import fsspec
import pandas as pd
import pytest
from packing import packed

from pipeline.batch.inputs import Inputs, Reader, Row, find_inputs, version
from pipeline.errors import ReadingError, UsageError
from pipeline.reading import Limits, Source


@pytest.fixture
def memory() -> None:
    """Files of fsspec's `memory://`, which are there for one test."""
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pipe({
        "/in/a.txt": b"ER positive", "/in/deep/A.TXT": "Naïve".encode("cp1252"), "/in/b.md": b"x",
        "/in/.hidden/c.txt": b"x", "/in/d.txt": b"",
    })  # fmt: skip


def ids(found: Inputs) -> dict[str, str]:
    return {source.id: str(source.path) for source in found.sources}


@pytest.mark.usefixtures("memory")
def test_a_folder_at_a_url() -> None:
    found = find_inputs(["memory://in"], None)
    assert ids(found) == {"a": "memory:///in/a.txt", "d": "memory:///in/d.txt", "A-2": "memory:///in/deep/A.TXT"}
    assert (found.ignored, found.problems) == (2, ())
    assert [source.is_renamed for source in found.sources] == [False, False, True]
    read = Reader(Limits(size=1000))
    documents = [read(found.sources[0]), read(found.sources[2])]
    assert [(d.id, d.text, d.is_plain) for d in documents] == [("a", "ER positive", True), ("A-2", "Naïve", False)]
    with pytest.raises(ReadingError, match=r"memory:///in/d\.txt: is empty"):
        read(found.sources[1])
    with pytest.raises(ReadingError, match=r"memory:///in/a\.txt: holds more than the 1e-05 MB allowed"):
        Reader(Limits(size=10))(found.sources[0])
    assert version(found.sources[0]) != version(find_inputs(["memory://in/deep"], None).sources[0])


ARTICLE = b"<article><body><p>ER positive in %s.</p></body></article>"
BIOC = (
    b'{"documents": [{"id": "%s", "passages": [{"infons": {}, "text": "ER positive."}]}, {"id": "B2", "passages": []}]}'
)


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("ending", ["zip", "tar.gz"])
def test_archives_and_collections_at_a_url(ending: str) -> None:
    inside = {
        "1/c.nxml": ARTICLE % b"c",
        "1/c.pdf": b"in print",
        "2/a.txt": b"ER+",
        "x.json": b"{}",
        "../e.txt": b"out",
    }
    files = fsspec.filesystem("memory")
    files.pipe({
        f"/in/x.{ending}": packed(f"x.{ending}", inside), "/in/y.json": BIOC % b"B1", "/in/other.json": b"{}",
        "/in/z.nxml": ARTICLE % b"z", "/in/z.pdf": b"in print", f"/in/broken.{ending}": b"no archive",
        "/in/w.txt": b"ER+", "/in/w.ann": b"T1\tMarker 0 2\tER",
    })  # fmt: skip
    found = find_inputs(["memory://in"], None)
    at = f"memory:///in/x.{ending}"
    assert {i: p for i, p in ids(found).items() if i not in ("a", "d", "A-2")} == {
        "c": f"{at}/1/c.nxml", "a-3": f"{at}/2/a.txt", "B1": "memory:///in/y.json/B1", "B2": "memory:///in/y.json/B2",
        "z": "memory:///in/z.nxml", "w": "memory:///in/w.txt",
    }  # fmt: skip
    assert [(str(p.path), p.reason.partition(";")[0]) for p in found.problems] == [
        (f"memory:///in/broken.{ending}", found.problems[0].reason.partition(";")[0]),
        (f"{at}/../e.txt", "its name leads out of the archive"),
    ]
    assert found.ignored == 2 + 4  # b.md and one that is hidden; JSON of another kind twice, what is there in print
    read = Reader()
    texts = {source.id: read(source) for source in found.sources if source.id in ("c", "a-3", "B1", "z")}
    assert {i: (d.text.strip(), d.packed, d.id) for i, d in texts.items()} == {
        "c": ("ER positive in c.", True, "c"), "a-3": ("ER+", True, "a-3"),
        "B1": ("ER positive.", True, "B1"), "z": ("ER positive in z.", False, "z"),
    }  # fmt: skip
    archive = next(source for source in found.sources if source.id == "c")
    assert version(archive) == version(next(source for source in found.sources if source.id == "a-3")) != ()
    files.pipe({f"/in/x.{ending}": packed(f"x.{ending}", {"1/c.nxml": ARTICLE % b"new"})})
    assert [read(s).text.strip() for s in find_inputs([at], None).sources] == ["ER positive in new."]


@pytest.mark.usefixtures("memory")
def test_json_at_a_url_that_is_named_is_read(tmp_path: Path) -> None:
    fsspec.filesystem("memory").pipe({"/in/other.json": b"{}"})
    (source,) = find_inputs(["memory://in/other.json"], None).sources
    with pytest.raises(ReadingError, match=r"memory:///in/other\.json: is JSON of another kind"):
        Reader()(source)


@pytest.mark.usefixtures("memory")
def test_ids_are_one_s_own_among_all_kinds(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    pd.DataFrame({"id": ["a", None, "p/q.1"], "text": ["one", "two", "three"]}).to_parquet(tmp_path / "t.parquet")
    found = find_inputs(["memory://in/a.txt", tmp_path / "a.txt", tmp_path / "t.parquet"], None)
    assert ids(found) == {
        "a": str(tmp_path / "a.txt"),
        "a-2": f"{tmp_path}/t.parquet#0",
        "t-1": f"{tmp_path}/t.parquet#1",
        "p_q.1": f"{tmp_path}/t.parquet#2",
        "a-3": "memory:///in/a.txt",
    }


def test_the_version_of_a_file_and_of_what_lies_in_one(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(b"one")
    size, changed = version(Source(file, "a"))
    assert (size, changed) == (3, file.stat().st_mtime_ns)
    assert version(Source(file / "deep/b.xml", "b")) == (size, changed)
    assert version(Source(tmp_path / "gone/b.xml", "b")) == ()
    file.write_bytes(b"four")
    assert version(Source(file / "deep/b.xml", "b")) != (size, changed)


def test_rows_in_any_order(tmp_path: Path) -> None:
    (tmp_path / "many.parquet").mkdir()
    for part in range(2):
        numbers = range(part * 100, part * 100 + 100)
        texts = pd.DataFrame({"id": [f"n{n}" for n in numbers], "text": [f"Text {n}." for n in numbers], "x": 1})
        texts.to_parquet(tmp_path / f"many.parquet/{part}.parquet", row_group_size=30)
    found = find_inputs([tmp_path / "many.parquet"], None)
    assert len(found.sources) == 200
    read = Reader(Limits(size=1000))
    for number in (0, 1, 99, 100, 199, 5, 150, 150):
        document = read(found.sources[number])
        assert (document.id, document.text, document.is_plain) == (f"n{number}", f"Text {number}.", False)
    with pytest.raises(ReadingError, match="is empty"):
        read(Row(str(tmp_path / "many.parquet/0.parquet"), 1000, "x", "x", ()))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("gone.parquet", "no such file or folder; check the name"),
        ("bad.parquet", "cannot be read as Parquet"),
        ("other.parquet", "has no column id and text; a text a row needs both"),
        ("memory://gone", "no such file or folder; check the name"),
    ],
)
def test_what_cannot_be_read_is_a_problem(tmp_path: Path, name: str, line: str) -> None:
    (tmp_path / "bad.parquet").write_bytes(b"not Parquet at all")
    pd.DataFrame({"x": [1]}).to_parquet(tmp_path / "other.parquet")
    place = name if "://" in name else str(tmp_path / name)
    found = find_inputs([place], None)
    assert found.sources == ()
    assert str(found.problems[0]).startswith(f"{place}: {line}")


def test_a_storage_whose_library_is_missing() -> None:
    with pytest.raises(UsageError, match=r"nowhere://x: cannot be opened .*pip install 'oncocase\[scale\]'"):
        find_inputs(["nowhere://x"], None)


@pytest.mark.usefixtures("memory")
def test_gzipped_files_at_a_url() -> None:
    files = fsspec.filesystem("memory")
    files.pipe({"/gz/p.nxml.gz": gzip.compress(ARTICLE % b"p"), "/gz/t.csv.gz": gzip.compress(b"1")})
    found = find_inputs(["memory://gz"], None)
    assert (ids(found), found.ignored) == ({"p": "memory:///gz/p.nxml.gz/p.nxml"}, 1)
    assert Reader()(found.sources[0]).text == "ER positive in p.\n"
