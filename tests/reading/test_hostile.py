"""Files that mean harm, or are broken: each is refused by name or read within the limits, and the others go on."""

import gzip
import json
import os
import random
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from packing import packed
from pdf_maker import pdf, pdf_file
from reading import fuzzing
from reading.mutating import changed, seeds
from spacy.language import Language

import pipeline
from pipeline.cli import main
from pipeline.reading import Found, ReadingError, find, read

BODY = "<article><body><p>{}</p></body></article>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def scan() -> bytes:
    """A page that is one picture."""
    picture = zlib.compress(bytes(100 * 100))
    image = b"/Type/XObject/Subtype/Image/Width 100/Height 100/BitsPerComponent 8/ColorSpace/DeviceGray"
    return pdf_file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>",
            b"<</Length 33>>stream\nq 595 0 0 842 0 0 cm /I Do Q\nendstream",
            b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (image, len(picture), picture),
        ]
    )


REFUSED = {
    "laughs.xml": (
        f'<!DOCTYPE article [<!ENTITY l0 "ha">{LAUGHS}]>{BODY.format("&l9;")}',
        "declares the entity 'l0'|entity amplification",
    ),
    "laughs_in_attribute.xml": (
        f'<!DOCTYPE article [<!ENTITY l0 "ha">{LAUGHS}]><article article-type="&l9;"/>',
        "declares the entity|no XML that can be read",
    ),
    "blowup.xml": (
        f'<!DOCTYPE article [<!ENTITY a "{"a" * 50_000}">]>{BODY.format("&a;" * 50_000)}',
        "declares the entity 'a'|entity amplification",
    ),
    "external.xml": (
        f'<!DOCTYPE article [<!ENTITY secret SYSTEM "file:///etc/passwd">]>{BODY.format("&secret;")}',
        "refers to the entity 'secret'",
    ),
    "network.xml": (
        f'<!DOCTYPE article [<!ENTITY secret SYSTEM "http://127.0.0.1:9/x">]>{BODY.format("&secret;")}',
        "refers to the entity 'secret'",
    ),
    "deep.xml": (BODY.format("<b>" * 150 + "x" + "</b>" * 150), "nested more than the 100 levels allowed"),
    "deeper.xml": (BODY.format("<b>" * 100_000), "no XML that can be read"),
    "deep.html": ("<div>" * 300 + "x", "limit of the parser|nested more than"),
    "deep.json": ('{"documents":' + "[" * 200_000, "no JSON that can be read"),
    "half.json": ('{"documents":[{"id":"1","passages":[{"text":"\\udc00"}]}]}', "half of a character"),
    "large.xml": (BODY.format("x" * 6_000_000), "holds 6.0 MB, more than the 5 MB allowed"),
    "large.html": ("<p>" + "x" * 6_000_000, "holds 6.0 MB, more than the 5 MB allowed"),
    "nul.txt": ("ER\0positive", "holds NUL characters"),
    "nul.xml": (BODY.format("ER\0positive"), "no XML that can be read"),
    "nul.html": ("<p>ER\0positive", "holds NUL characters"),
    "half.xml": (BODY.format("&#xD800;"), "no XML that can be read"),
    "cut.nxml": (BODY.format("x")[:-20], "no XML that can be read"),
    "line.txt": ("x" * 10_000_000, "holds 10.0 MB, more than the 5 MB allowed"),
    "picture.pdf": (pdf([[]]), "holds no text, only pictures"),
    "scan.pdf": (scan(), "holds no text, only pictures; run a text recognition"),
    "circle.pdf": (pdf([[]]).replace(b"/Kids[6 0 R]", b"/Kids[2 0 R]"), "is damaged|no PDF|holds no text"),
    "none.pdf": ("%PDF-1.7 no", "no PDF that can be opened"),
    "blank.nxml": ("<article><body/></article>", "holds no text"),
    "empty.html": ("", "is empty"),
    "wide.html": ("<table><tr>" + "<td colspan=1000>x" * 5000, "more than the 2000 columns"),
    "spans.html": ("<table>" + "<tr><td rowspan=65000>x" * 5000, "more than the 2000 columns"),
}
READ = {
    "turned.txt": "\u202eevitisop RE\u202c",
    "turned.xml": BODY.format("\u202eevitisop RE\u202c"),
    "foreign_entity.nxml": '<!DOCTYPE article SYSTEM "file:///etc/passwd">' + BODY.format("&beta;-blocker"),
    "parameter.nxml": '<!DOCTYPE article [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>' + BODY.format("x"),
    "line.xml": BODY.format("ER positive " * 300_000),
    "lone.html": "<p>a&#xD800;b&#x110000;c",
    "turned.html": "<p>\u202eevitisop RE\u202c",
    "included.xml": '<article xmlns:xi="http://www.w3.org/2001/XInclude"><body><p>ER'
    '<xi:include href="/etc/passwd" parse="text"/></p></body></article>',
    "bioc_foreign.xml": '<!DOCTYPE collection SYSTEM "file:///etc/passwd"><collection><document><id>1</id>'
    "<passage><text>ER positive</text></passage></document></collection>",
    "broken.html": "<table><tr><td><p>a<table></p></tr><b><i></b>c</i><!-- <p>d",
}


def bytes_of(data: str | bytes) -> bytes:
    return data if isinstance(data, bytes) else data.encode()


@pytest.mark.parametrize("name", REFUSED)
def test_refused(tmp_path: Path, name: str) -> None:
    data, reason = REFUSED[name]
    (tmp_path / name).write_bytes(bytes_of(data))
    (source,) = find([tmp_path]).sources
    with pytest.raises(ReadingError, match=reason):
        read(source.path)


@pytest.mark.parametrize("name", READ)
def test_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bytes_of(READ[name]))
    (source,) = find([tmp_path]).sources
    document = read(source.path)
    assert document.text.strip()
    assert len(document.sha256()) == 64
    assert "root:" not in document.text
    assert ("direction of writing (U+202E" in document.warning) is name.startswith("turned")


def test_a_text_node_over_the_limit_of_the_parser(tmp_path: Path) -> None:
    """With a raised limit of size the parser's own of 10 MB a text node stands."""
    from pipeline.reading import Limits

    path = tmp_path / "a.xml"
    path.write_text(BODY.format("x" * 12_000_000), encoding="utf-8")
    with pytest.raises(ReadingError, match="Text node too long"):
        read(path, Limits(size=2e7))


def test_each_is_listed_and_the_others_go_on(
    tmp_path: Path, nlp: Language, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pipeline, "load", lambda: nlp)
    folder = tmp_path / "in"
    folder.mkdir()
    for name, (data, _) in REFUSED.items():
        (folder / name).write_bytes(bytes_of(data))
    (folder / "out.tar.gz").write_bytes(
        packed(
            "out.tar.gz",
            {"../../evil.txt": b"x", "/etc/evil.txt": b"x", "zz_packed.txt": b"ER positive in the archive."},
        )
    )
    (folder / "bomb.zip").write_bytes(packed("bomb.zip", {"bomb.txt": b"A" * 4_000_000}))
    (folder / "bombs.zip").write_bytes(packed("bombs.zip", {f"{n:02}.md": b"A" * 900_000 for n in range(50)}))
    (folder / "bomb.txt.gz").write_bytes(gzip.compress(b"A" * 50_000_000))
    (folder / "cut.tgz").write_bytes(gzip.compress(b"x" * 5000)[:20])
    (folder / "cut.txt.gz").write_bytes(gzip.compress(b"x" * 5000)[:20])
    (folder / "zz_good.txt").write_text("The tumour was ER positive.", encoding="utf-8")
    (folder / "zz_good.nxml").write_text(BODY.format("HER2 was 3+."), encoding="utf-8")
    assert main(["extract", str(folder), "-o", str(tmp_path / "out"), "--quiet"]) == 3
    lines = [json.loads(line) for line in (tmp_path / "out/failures.jsonl").read_text("utf-8").splitlines()]
    assert all(line["stage"] == "reading" and line["error"] for line in lines)
    named = {str(Path(line["path"]).relative_to(folder)) for line in lines}
    assert named == {
        *REFUSED, "out.tar.gz/../../evil.txt", "out.tar.gz/etc/evil.txt", "bomb.zip/bomb.txt", "cut.tgz", "bombs.zip",
        "bomb.txt.gz/bomb.txt", "cut.txt.gz/cut.txt",
    }  # fmt: skip
    assert {p.stem for p in (tmp_path / "out/annotations").iterdir()} == {"zz_good", "zz_good-2", "zz_packed"}
    assert not list(tmp_path.rglob("evil*"))
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("form", seeds())
def test_mutated_inputs_are_read_or_refused(tmp_path: Path, form: str) -> None:
    """A few of what tests/benchmarks/fuzz.py does; that each is accounted for is asserted there."""
    files = seeds()[form]
    done = [fuzzing.accounted(fuzzing.written(tmp_path, form, 1, number, files)) for number in range(40)]
    assert any(documents for documents, _ in done)
    assert any(refused for _, refused in done)


def test_mutations_change_something_and_are_the_same_again() -> None:
    for form, files in seeds().items():
        made = [[changed(form, files[0][1], random.Random(n)) for n in range(20)] for _ in range(2)]
        assert sum(data != files[0][1] for data in made[0]) > 14
        assert form in (".tar.gz", ".zip", ".gz") or made[0] == made[1]  # those hold the time of packing


def poisoned(path: Path) -> tuple[int, int]:
    """Reads as a reader would that crashes, hangs or raises at some inputs."""
    data = path.read_bytes()
    match len(data) % 4:
        case 0:
            os.abort()
        case 1:
            time.sleep(60)
        case 2:
            raise RecursionError("too deep")
    return 1, 0


def test_the_fuzz_run_tells_of_crashes_and_hangs() -> None:
    told = list(fuzzing.answers("text", 12, 3, 0.5, poisoned))
    assert [number for number, *_ in told] == list(range(12))
    wrong = " ".join(wrong for *_, wrong in told)
    assert all(said in wrong for said in ("exit code -6", "Timeout (0:00:00.500000)", "RecursionError: too deep"))
    assert any(not wrong and documents for _, documents, *_, wrong in told)


def test_the_fuzz_run_tells_of_inputs_that_nothing_speaks_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x", encoding="utf-8")
    assert fuzzing.accounted(path) == (1, 0)
    monkeypatch.setattr(fuzzing, "find", lambda *_args, **_options: Found((), (), 1))
    with pytest.raises(AssertionError, match="nothing speaks of it"):
        fuzzing.accounted(path)


def test_the_fuzz_run_prints_a_table() -> None:
    script = Path(__file__).parents[1] / "benchmarks/fuzz.py"
    command = [sys.executable, str(script), "--inputs", "5", "--formats", "text,.gz"]
    head, _, *rows = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert head == "| format | inputs | read | refused | slowest | crashes, hangs, lost |"
    assert [row.split("|")[1:3] for row in rows] == [[" text ", " 5 "], [" .gz ", " 5 "]]
