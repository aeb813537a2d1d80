"""Encodings, and what is no text."""

import codecs

import pytest

from pipeline.reading.decoding import decode

SAID = "Naïve 45 % Ki‑67, 75 mg/m²\r\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (SAID.encode(), "utf-8"),
        (codecs.BOM_UTF8 + SAID.encode(), "utf-8-sig"),
        (SAID.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + SAID.encode("utf-16-be"), "utf-16"),
    ],
)
def test_marks_and_utf8(data: bytes, encoding: str) -> None:
    assert decode(data) == (SAID, encoding)


def test_windows_before_latin() -> None:
    assert decode("5 µg – “naïve”".encode("cp1252")) == ("5 µg – “naïve”", "cp1252")
    assert decode(b"caf\xe9 \x81" + b"x" * 60) == ("café \x81" + "x" * 60, "latin-1")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF\0\0\x01", "NUL"),
        ("ER".encode("utf-16-le"), "without its mark"),
        (SAID.encode("utf-32"), "NUL"),
        (bytes(range(1, 256)), "control characters"),
        (b"\x01\x02\x03", "control characters"),
        (codecs.BOM_UTF8 + b"caf\xe9", "begins as utf-8-sig, but"),
        (codecs.BOM_UTF16_LE + b"E\0R", "begins as utf-16"),
    ],
)
def test_no_text(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        decode(data)


def test_a_stray_control_character_is_forgiven() -> None:
    assert decode(b"a form feed \x0c and a bell \x07 " + b"in a long text " * 5)[1] == "utf-8"
