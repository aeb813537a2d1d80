"""Files in archives: found, read in memory, and refused where the archive is hostile."""

import gzip
import random
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from packing import packed

from pipeline.reading import DEFAULT, Limits, ReadingError, find, read

ARTICLE = b"<article><body><p>ER positive in %s.</p></body></article>"


def pack(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path.write_bytes(packed(path.name, files, method))
    return path


FILES = {
    "./PMC2/b.nxml": ARTICLE % b"b",
    "./PMC2/b.pdf": b"the same in print",
    "./PMC2/b.jpg": b"a picture",
    "PMC1/a.txt": b"ER positive in a.",
    "PMC1/a.ann": b"T1\tMarker 0 2\tER",
    "PMC1/.hidden.txt": b"no",
    "inner.zip": b"PK",
    "data.json": b'{"entities": []}',
}


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz", "X.TGZ"])
def test_members_are_documents(tmp_path: Path, name: str) -> None:
    path = pack(tmp_path / name, FILES)
    found = find([tmp_path])
    assert [(s.id, s.path) for s in found.sources] == [("b", path / "PMC2/b.nxml"), ("a", path / "PMC1/a.txt")]
    assert (found.problems, found.ignored) == ((), 4)
    for _ in range(2):  # again, and in the other order
        for source in found.sources[::-1]:
            document = read(source.path)
            assert document.text.strip() == f"ER positive in {source.id}."
            assert (document.packed, document.is_plain) == (True, False)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz"])
def test_ids_of_members_are_told_apart(tmp_path: Path, name: str) -> None:
    pack(tmp_path / name, {"1/a.txt": b"one", "2/a.txt": b"two"})
    (tmp_path / "a.txt").write_text("three", encoding="utf-8")
    assert {s.id: read(s.path).text for s in find([tmp_path]).sources} == {"a": "three", "a-2": "one", "a-3": "two"}


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz"])
@pytest.mark.parametrize("member", ["../../etc/cron.txt", "/etc/a.txt", "a/../../b.txt", "C:\\a.txt", "..\\a.txt"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str, member: str) -> None:
    pack(tmp_path / name, {member: b"out", "good.txt": b"in"})
    found = find([tmp_path / name])
    assert [s.id for s in found.sources] == ["good"]
    (problem,) = found.problems
    assert "leads out of the archive" in problem.reason
    assert str(problem.path).startswith(f"{tmp_path / name}/")


def test_links_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo(f"{kind.decode()}.txt")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    found = find([path])
    assert found.sources == ()
    assert len(found.problems) == 4
    assert all("is a link or no plain file" in problem.reason for problem in found.problems)


def test_a_member_that_grows_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", {"bomb.txt": b"A" * 4_000_000, "good.txt": b"in"})
    found = find([path])
    assert [s.id for s in found.sources] == ["good"]
    assert "grows more than the 100 times allowed" in found.problems[0].reason
    assert len(find([path], limits=Limits(ratio=1e6)).sources) == 2


def test_an_archive_that_grows_is_left(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.tar.gz", {"good.txt": b"in", "film.avi": b"\0" * 30_000_000, "after.txt": b"in"})
    found = find([path])
    assert [s.id for s in found.sources] == ["good"]
    assert "grows more than the 100 times allowed" in found.problems[0].reason
    assert read(path / "good.txt").text == "in"


def test_overlapping_members_are_refused(tmp_path: Path) -> None:
    """As in Fifield's zip bomb: many entries of the directory lead to one piece of data."""
    path = pack(tmp_path / "x.zip", {"a.txt": bytes(range(256)) * 64}, zipfile.ZIP_STORED)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(50):
            info = zipfile.ZipInfo(f"{number}.txt")
            first = archive.infolist()[0]
            info.file_size, info.compress_size = first.file_size, first.compress_size
            info.header_offset, info.CRC = first.header_offset, first.CRC
            archive.filelist.append(info)
        archive._didModify = True  # type: ignore[attr-defined]
    (problem,) = find([path]).problems
    assert "members overlap" in problem.reason


def test_headers_without_end_are_left(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    info = tarfile.TarInfo("a.txt")
    info.pax_headers = {"comment": "x" * 5_000_000}
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info)
    assert "headers without end" in find([path]).problems[0].reason


def test_what_stands_before_a_cut_is_read(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(200_000).hex().encode()
    whole = pack(tmp_path / "x.tar.gz", {"a.txt": b"one", "b.txt": noise, "c.txt": b"three"})
    data = whole.read_bytes()
    whole.write_bytes(data[: len(data) // 2])
    found = find([whole])
    assert [s.id for s in found.sources] == ["a", "b"]
    assert "is cut off or damaged" in found.problems[0].reason
    assert read(whole / "a.txt").text == "one"
    with pytest.raises(ReadingError, match=r"x\.tar\.gz/b\.txt: is cut off or damaged"):
        read(whole / "b.txt")


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz"])
@pytest.mark.parametrize("data", [b"", b"no archive at all" * 100, gzip.compress(b"no tar" * 400), b"\x1f\x8b"])
def test_no_archive(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    found = find([path])
    assert found.sources == ()
    assert found.problems[0].path == path


def test_members_that_are_small_each_and_grow_together(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", {f"{n:02}.txt": b"A" * 900_000 for n in range(50)})
    found = find([path])
    assert 0 < len(found.sources) < 10
    assert found.problems[0].path == path
    assert "grows more than the 100 times allowed" in found.problems[0].reason
    honest = pack(
        tmp_path / "y.zip", {f"{n:02}.txt": random.Random(n).randbytes(20_000).hex().encode() for n in range(99)}
    )
    assert (len(find([honest]).sources), find([honest]).problems) == (99, ())


def test_a_member_without_a_name(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", {"?": b"x", "a.txt": b"in"})
    whole = path.read_bytes().replace(b"?", b"")
    for place in (b"PK\x03\x04", b"PK\x01\x02"):  # the length of the name, in the member and in the directory
        at = whole.index(place) + (26 if place.endswith(b"\x04") else 28)
        whole = whole[:at] + b"\0" + whole[at + 1 :]
    end = whole.index(b"PK\x05\x06")
    size, start = end - whole.index(b"PK\x01\x02"), whole.index(b"PK\x01\x02")
    whole = whole[: end + 12] + size.to_bytes(4, "little") + start.to_bytes(4, "little") + whole[end + 20 :]
    second = whole.index(b"PK\x03\x04", 1)
    entry = whole.rindex(b"PK\x01\x02")
    path.write_bytes(whole[: entry + 42] + second.to_bytes(4, "little") + whole[entry + 46 :])
    found = find([path])
    assert ([s.id for s in found.sources], found.ignored) == (["a"], 1)
    assert read(path / "a.txt").text == "in"


@pytest.mark.parametrize("name", ["b.nxml.gz", "B.XML.GZ"])
def test_a_gzipped_file_is_an_archive_of_one(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(ARTICLE % b"b") + gzip.compress(b"<!-- in parts -->"))
    (tmp_path / "table.csv.gz").write_bytes(gzip.compress(b"1,2"))
    (tmp_path / "rows.json.gz").write_bytes(gzip.compress(b"[]"))
    found = find([tmp_path])
    assert [(s.id, s.path) for s in found.sources] == [(name[0], path / name[:-3])]
    assert (found.problems, found.ignored) == ((), 2)
    document = read(found.sources[0].path)
    assert (document.text, document.format, document.is_plain) == ("ER positive in b.\n", "jats", False)
    with pytest.raises(ReadingError, match="is not in the archive"):
        read(path / "c.nxml")


def test_a_gzipped_set_of_articles(tmp_path: Path) -> None:
    path = tmp_path / "europepmc.xml.gz"
    path.write_bytes(gzip.compress(b"<articles>" + ARTICLE % b"a" + ARTICLE % b"b" + b"</articles>"))
    assert [read(s.path).text for s in find([path]).sources] == ["ER positive in a.\n", "ER positive in b.\n"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"no gzip", "is cut off or damaged"),
        (gzip.compress(b"ER positive " * 50)[:30], "is cut off or damaged"),
        (gzip.compress(b"ER positive")[:-8] + bytes(8), "is cut off or damaged .*CRC"),
        (gzip.compress(random.Random(1).randbytes(2_600_000).hex().encode()), "holds more than the 5 MB allowed"),
        (gzip.compress(b"A" * 4_000_000), r"gz: grows more than the 100 times allowed"),
    ],
)
def test_gzipped_files_that_are_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.txt.gz").write_bytes(data)
    (source,) = find([tmp_path]).sources
    with pytest.raises(ReadingError, match=reason):
        read(source.path)


def test_a_damaged_member_is_told(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", {"a.txt": b"one two three four"}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"three", b"other"))
    with pytest.raises(ReadingError, match=r"x\.zip/a\.txt: is damaged in the archive \(Bad CRC-32"):
        read(path / "a.txt")


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz"])
def test_limits(tmp_path: Path, name: str) -> None:
    path = pack(tmp_path / name, {"a.txt": b"ER " * 100, "b.txt": b"b"})
    with pytest.raises(ReadingError, match="--max-size"):
        read(path / "a.txt", Limits(size=299))
    assert len(read(path / "a.txt", Limits(size=300)).text) == 300
    found = find([path], limits=Limits(members=1))
    assert [s.id for s in found.sources] == ["a"]
    assert "--max-members" in found.problems[0].reason
    with pytest.raises(ReadingError, match="is not in the archive"):
        read(path / "c.txt")


def test_the_archive_is_read_anew_when_it_changes(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", {"a.txt": b"one"})
    assert read(path / "a.txt").text == "one"
    pack(path, {"a.txt": b"three"})
    assert read(path / "a.txt").text == "three"


def test_only_the_printed_twin_of_an_article_is_passed_over(tmp_path: Path) -> None:
    for name in ("a.nxml", "a.pdf", "a.txt", "a.html", "b.pdf"):
        (tmp_path / name).write_bytes(b"x")
    found = find([tmp_path])
    assert sorted(s.path.name for s in found.sources) == ["a.html", "a.nxml", "a.txt", "b.pdf"]
    assert found.ignored == 1
    assert len(find([tmp_path / "a.pdf"]).sources) == 1


def test_a_folder_may_be_called_as_an_archive(tmp_path: Path) -> None:
    (tmp_path / "x.zip").mkdir()
    (tmp_path / "x.zip/a.txt").write_text("one", encoding="utf-8")
    assert [read(s.path, DEFAULT).text for s in find([tmp_path]).sources] == ["one"]
