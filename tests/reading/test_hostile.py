"""Files that mean harm, or are broken: each is refused by name or read within the limits, and the others go on."""

import gzip
import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packing import packed
from pdf_maker import column, pdf
from spacy.language import Language

import pipeline
from pipeline.cli import main
from pipeline.reading import ReadingError, find, read

FILES = Path(__file__).with_name("files")
BODY = "<article><body><p>{}</p></body></article>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

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
        packed("out.tar.gz", {"../../evil.txt": b"x", "zz_packed.txt": b"ER positive in the archive."})
    )
    (folder / "bomb.zip").write_bytes(packed("bomb.zip", {"bomb.txt": b"A" * 4_000_000}))
    (folder / "cut.tgz").write_bytes(gzip.compress(b"x" * 5000)[:20])
    (folder / "zz_good.txt").write_text("The tumour was ER positive.", encoding="utf-8")
    (folder / "zz_good.nxml").write_text(BODY.format("HER2 was 3+."), encoding="utf-8")
    assert main(["extract", str(folder), "-o", str(tmp_path / "out"), "--quiet"]) == 3
    lines = [json.loads(line) for line in (tmp_path / "out/failures.jsonl").read_text("utf-8").splitlines()]
    assert all(line["stage"] == "reading" and line["error"] for line in lines)
    named = {str(Path(line["path"]).relative_to(folder)) for line in lines}
    assert named == {*REFUSED, "out.tar.gz/../../evil.txt", "bomb.zip/bomb.txt", "cut.tgz"}
    assert {p.stem for p in (tmp_path / "out/annotations").iterdir()} == {"zz_good", "zz_good-2", "zz_packed"}
    assert not list(tmp_path.rglob("evil*"))
    assert "Traceback" not in capsys.readouterr().err


SEEDS = {
    "a.nxml": (FILES / "case.nxml").read_bytes(),
    "a.html": (FILES / "pmc.html").read_bytes(),
    "a.pdf": pdf([column(["Discussion", "It was seen late.", "Table 1. Of it"]), [(60, 60, 8, "1")]]),
    "a.json": b'{"documents": [{"id": "1", "passages": [{"infons": {"type": "title_1"}, "text": "ER \\u03b1"}]}]}',
    "a.txt": "The tumour was ER positive, 90 µm.".encode(),
    **{
        name: packed(name, {"a.txt": b"ER positive.", "b.nxml": BODY.format("HER2").encode()})
        for name in ("a.zip", "a.tar.gz", "a.tar")
    },
}


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, bytes]:
    """A seed with pieces cut out, doubled, overwritten or swapped for others."""
    name = draw(st.sampled_from(sorted(SEEDS)))
    return name, mutated(SEEDS[name], random.Random(draw(st.integers(0, 2**32))))


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        start = chance.randrange(len(changed) + 1)
        end = min(len(changed), start + chance.choice((1, 1, 2, 8, 64, 1000)))
        piece = changed[start:end]
        match chance.randrange(5):
            case 0:
                changed[start:end] = b""
            case 1:
                changed[start:start] = piece * chance.randint(1, 20)
            case 2:
                changed[start:end] = chance.randbytes(len(piece))
            case 3:
                changed[start:end] = chance.choice(
                    (b"<", b"&#0;", b"</", b"\0", b"\xff", b"99999999999", b"<sec>", b"[")
                )
            case _:
                changed = changed[:start] if chance.random() < 0.2 else changed[start:] + changed[:start]
    return bytes(changed)


@settings(max_examples=400)
@given(mutations())
def test_mutated_files_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, one: tuple[str, bytes]) -> None:
    name, data = one
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(data)
    accounted = 0
    found = find([path])
    for source in found.sources:
        try:
            document = read(source.path)
        except ReadingError:
            accounted += 1
            continue
        accounted += 1
        assert len(document.sha256()) == 64
        for part in (*document.sections, *document.captions, *document.tables):
            assert 0 <= part.start <= part.end <= len(document.text)
    assert accounted + len(found.problems) > 0


def test_mutations_change_something() -> None:
    assert sum(mutated(SEEDS["a.txt"], random.Random(n)) != SEEDS["a.txt"] for n in range(20)) > 15
