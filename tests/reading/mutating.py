"""Inputs of every format that is read, and what chance makes of them: for the fuzz run and the tests of reading.

The seeds were written for the project. A mutation works on the bytes, or on what the format is made of (marks of
XML and HTML, values of JSON, members of archives), so that it comes further than the parser's first line.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from packing import packed
from pdf_maker import column, pdf

FILES = Path(__file__).with_name("files")
PLAIN = "A 52-year-old woman, in May 2019.\r\nThe tumour was ER positive (90 %), 90 µm; HER2 2+.\n\nStage IIB.\n"
BRAT = "T1\tMarker 48 50\tER\nT2\tStage 5 9;12 14\tIIB x\nR1\thas Arg1:T1 Arg2:T2\n"
BODY = "<article><body><p>{}</p></body></article>"
PASSAGES = [
    ({"section_type": "TITLE", "type": "front", "article-id_pmc": "99", "year": "2024"}, "A case of it"),
    ({"section_type": "ABSTRACT", "type": "abstract"}, "It is rare."),
    ({"section_type": "CASE", "type": "title_1"}, "Case presentation"),
    ({"section_type": "CASE", "type": "paragraph"}, "ER α was 90%."),
    ({"section_type": "FIG", "type": "fig_caption", "id": "F1"}, "The scan."),
    ({"section_type": "TABLE", "type": "table_caption", "id": "T1"}, "Receptors."),
    ({"section_type": "TABLE", "type": "table", "xml": "<table><tr><td>1</td></tr></table>"}, "a\tb\nc"),
    ({"section_type": "REF", "type": "ref"}, "Other patients"),
]

_TOKENS = (
    b"<", b">", b"&#0;", b"</", b"\0", b"\xff", b"\xed\xa0\x80", b"99999999999", b"<sec>", b"[", b"{", b"&lt;", b"]]>",
    b"<!--", b"<![CDATA[", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"\xe2\x80\xae", b"\xcc\x81" * 40, b"\\u0000",
    b"\\ud800", b"-1", b"1e999", b"\r", b"\x0c", b"\x1b", b"\xef\xbb\xbf", b"\xff\xfe", b"<table>", b"<td colspan=999>",
)  # fmt: skip
_NAMES = (
    "../a.txt",
    "/a.txt",
    "a/./b.txt",
    "a//b.nxml",
    "./",
    ".",
    "C:\\a.txt",
    ".hidden.txt",
    "a.zip",
    "x.ann",
    "b.nxml",
    "\u202ea.txt",
    "x" * 300 + ".txt",
    "a\nb.txt",
)
_VALUES: tuple[Any, ...] = (None, True, -1, 1e308, "", "\ud800", "\0", [], {}, [[]], {"documents": []}, "x" * 3000)


def seeds() -> dict[str, list[tuple[str, bytes]]]:
    """Files, with the names that they are read by, of each format."""
    passages = [{"infons": infons, "text": text, "offset": 0} for infons, text in PASSAGES]
    one = {"documents": [{"id": "PMC1", "infons": {"license": "CC BY"}, "passages": passages}]}
    two = {"documents": [*one["documents"], {"id": "2", "passages": passages[:3]}]}
    members = {"x/a.txt": PLAIN.encode(), "x/a.ann": BRAT.encode(), "b.nxml": BODY.format("HER2").encode(),
               "c.json": json.dumps(two).encode(), "d.html": b"<p>ER</p>"}  # fmt: skip
    return {
        "text": [("a.txt", PLAIN.encode()), ("a.txt", PLAIN.encode("utf-16")), ("a.txt", PLAIN.encode("cp1252"))],
        "JATS": [("a.nxml", path.read_bytes()) for path in sorted(FILES.glob("*.nxml"))]
        + [("a.xml", f"<pmc-articleset>{BODY.format('x')}{BODY.format('y')}</pmc-articleset>".encode())],
        "HTML": [("a.html", path.read_bytes()) for path in sorted(FILES.glob("*.html"))],
        "PDF": [("a.pdf", _printed())] * 19 + [("a.pdf", (FILES / "two_columns.pdf").read_bytes())],
        "BioC XML": [("a.xml", _bioc_xml(1)), ("a.xml", _bioc_xml(2))],
        "BioC JSON": [("a.json", json.dumps(value).encode()) for value in (one, two, [one])],
        "brat": [("a.ann", BRAT.encode())],
        **{name: [(f"a{name}", packed(name, members))] for name in (".zip", ".tar", ".tar.gz")},
        ".gz": [("a.nxml.gz", gzip.compress(BODY.format("ER").encode())), ("a.txt.gz", gzip.compress(PLAIN.encode()))],
    }


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Pieces cut out, doubled, overwritten or swapped for others."""
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
                changed[start:end] = chance.choice(_TOKENS)
            case _:
                changed = changed[:start] if chance.random() < 0.2 else changed[start:] + changed[:start]
    return bytes(changed)


def changed(form: str, data: bytes, chance: random.Random) -> bytes:
    """A mutation of a seed of the format: of its bytes, or of what it is made of."""
    own = _OWN.get(form)
    return own(form, data, chance) if own and chance.random() < 0.7 else mutated(data, chance)


def _marks(_form: str, data: bytes, chance: random.Random) -> bytes:
    """Elements of XML or HTML doubled, moved, named as others are, or put into one another many times."""
    parts = data.split(b"<")
    for _ in range(chance.randint(1, 6)):
        at, other = chance.randrange(1, len(parts) + 1) - 1, chance.randrange(len(parts))
        match chance.randrange(6):
            case 0:
                parts[at], parts[other] = parts[other], parts[at]
            case 1:
                parts[at:at] = parts[other : other + chance.randint(1, 30)]
            case 2:
                del parts[at : at + chance.randint(1, 5)]
            case 3:
                parts = parts[:at] + [parts[at]] * chance.choice((3, 90, 300)) + parts[at:]
            case 4:
                name = parts[other].lstrip(b"/").split(b">")[0].split(b" ")[0]
                parts[at] = name + b" " + parts[at].partition(b" ")[2] if b" " in parts[at] else name + b">"
            case _:
                parts[at] += chance.choice(_TOKENS)
        parts = parts or [b""]
    return b"<".join(parts)


def _elements(form: str, data: bytes, chance: random.Random) -> bytes:
    """Elements of sound XML doubled, moved, renamed, emptied or put into one another: what comes of it is sound too."""
    if chance.random() < 0.2:
        return _marks(form, data, chance)
    from lxml import etree

    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    for _ in range(chance.randint(1, 12)):
        found = [element for element in root.iter() if isinstance(element.tag, str)]
        one, other = chance.choice(found), chance.choice(found)
        match chance.randrange(8):
            case 0 if one is not root:
                other.append(deepcopy(one))
            case 1 if one is not root:
                one.getparent().remove(one)
            case 2:
                one.tag = other.tag
            case 3 if one is not root:
                one.addprevious(_nested(one, chance.choice((2, 20, 90, 200))))
            case 4:
                one.text, one.tail = other.text, one.text
            case 5 if other.attrib:
                name = chance.choice(list(other.attrib))
                one.set(name, chance.choice((other.get(name), "-1", "99999999", "", "x" * 300)))
            case 6 if other.attrib:
                del other.attrib[chance.choice(list(other.attrib))]
            case _:
                one.text = chance.choice(("", " ", "\u202e", "3", "\u0301" * 50, "ER " * 3000, "\U0001f642", "[", "$$"))
    return etree.tostring(root.getroottree())


def _nested(one: Any, times: int) -> Any:
    made = outer = deepcopy(one)
    for _ in range(times):
        inner = made.makeelement(one.tag, dict(one.attrib))
        made.append(inner)
        made = inner
    made.text = "in"
    return outer


def _page(_form: str, _data: bytes, chance: random.Random) -> bytes:
    """Pages of lines at any place and in any size, some of them turned out of the page or one over the other."""
    words = (
        *("Table 1. Receptors", "Figure 2", "References", "a meta-", "stasis", "ER", "90%", "1. Case", "(\\)", "12"),
        *("\xad", "-", " ", "10.1234/x", "The left column tells of it in a line of prose", "x" * 300),
    )
    grid = chance.random() < 0.7
    pages = [
        [
            (
                float(chance.choice((60, 200, 320, 330)) if grid else chance.choice((-1e6, 0, 1e-9, 594, 3e4, 100))),
                float(800 - 12 * chance.randrange(60) if grid else chance.choice((-1e6, 0, 1e-9, 841, 3e4, 100))),
                float(chance.choice((8, 9, 10, 10, 10, 18) if grid else (0, 0.001, -10, 1, 12, 5000))),
                chance.choice(words),
            )
            for _ in range(chance.randint(0, 60))
        ]
        for _ in range(chance.randint(1, 4))
    ]
    made = pdf(pages, bold=chance.sample(words, 2))
    return _same_length(made, chance) if chance.random() < 0.5 else made


def _same_length(data: bytes, chance: random.Random) -> bytes:
    """A few bytes overwritten: the table of places at the end of a PDF stays right."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 20)):
        at = chance.randrange(len(changed))
        changed[at] = chance.choice((chance.randrange(256), *b"0123456789 -<>[]/()"))
    return bytes(changed)


def _values(_form: str, data: bytes, chance: random.Random) -> bytes:
    """Values of JSON swapped for values of other kinds."""
    value = json.loads(data)
    for _ in range(chance.randint(1, 3)):
        value = _swapped(value, chance)
    return json.dumps(value).encode()


def _swapped(value: Any, chance: random.Random) -> Any:
    if not isinstance(value, dict | list) or not value or chance.random() < 0.15:
        return deepcopy(chance.choice(_VALUES))
    key: Any = chance.choice(list(value)) if isinstance(value, dict) else chance.randrange(len(value))
    value[key] = _swapped(value[key], chance)
    return value


def _members(form: str, data: bytes, chance: random.Random) -> bytes:
    """An archive, sound but for what is in it: members mutated, named badly, empty, or huge when unpacked."""
    files: dict[str, bytes] = {"x/a.txt": PLAIN.encode(), "b.nxml": BODY.format("HER2").encode(), "d.html": b"<p>ER"}
    for name in list(files):
        if chance.random() < 0.5:
            files[name] = mutated(files[name], chance)
    for _ in range(chance.randint(0, 2)):
        files[chance.choice(_NAMES)] = chance.choice((b"", b"x", PLAIN.encode(), b"A" * 1_200_000))
    archive = packed(form, files)
    return mutated(archive, chance) if chance.random() < 0.2 else archive


def _gzipped(_form: str, data: bytes, chance: random.Random) -> bytes:
    inside = gzip.decompress(data)
    inside = b"A" * 3_000_000 if chance.random() < 0.05 else mutated(inside, chance)
    return gzip.compress(inside) * chance.choice((1, 1, 2)) + chance.choice((b"", b"", b"\0" * 9, b"x"))


_OWN: dict[str, Callable[[str, bytes, random.Random], bytes]] = {
    "JATS": _elements,
    "HTML": _marks,
    "PDF": _page,
    "BioC XML": _elements,
    "BioC JSON": _values,
    ".zip": _members,
    ".tar": _members,
    ".tar.gz": _members,
    ".gz": _gzipped,
}


def _bioc_xml(number: int) -> bytes:
    from xml.sax.saxutils import escape

    passages = "".join(
        "<passage>"
        + "".join(f'<infon key="{key}">{escape(value)}</infon>' for key, value in infons.items())
        + f"<offset>0</offset><text>{escape(text)}</text></passage>"
        for infons, text in PASSAGES
    )
    documents = "".join(f"<document><id>PMC{n}</id>{passages}</document>" for n in range(1, number + 1))
    return f"<collection><source>PMC</source><date>2024</date>{documents}</collection>".encode()


def _printed() -> bytes:
    cells = [(60, 500, 8, "Date"), (200, 500, 8, "ER"), (60, 486, 8, "2019"), (200, 486, 8, "90%")]
    lines = ["It was seen late, and meta-", "stases were found in the", "liver. She had letrozole.", "The End of it."]
    return pdf(
        [
            [(60.0, 760.0, 18.0, "A title"), *column(lines), *column(lines, 320), (60, 515, 8, "Table 1. Receptors")]
            + [(float(x), float(y), float(size), words) for x, y, size, words in cells],
            [(60.0, 30.0, 8.0, "2"), *column(["Discussion", "She is well."])],
        ],
        bold=("Discussion",),
    )
