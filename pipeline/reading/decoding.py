"""Bytes to text: which encoding a file is in, and whether it is text at all."""

import codecs
import re

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")  # without tab, line ends, form feed
# Text pasted out of a PDF holds a few control characters; in compressed data one in ten is one.
_TEXT_PER_CONTROL = 50


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding, see `Document.encoding`.

    A byte order mark decides; else UTF-8 where the bytes are valid UTF-8, else Windows-1252, else
    Latin-1, in which every byte means something. Line ends stay as they are.

    Raises `ValueError` with the reason where the data are not text.
    """
    if data.startswith(_UTF16):
        return _text(_by_mark(data, "utf-16")), "utf-16"
    if data.startswith(codecs.BOM_UTF8):
        return _text(_by_mark(data, "utf-8-sig")), "utf-8-sig"
    for encoding in ("utf-8", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _text(text), encoding
    return _text(data.decode("latin-1")), "latin-1"


def _by_mark(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"begins as {encoding}, but does not go on so ({error.reason}); save it as UTF-8") from error


def _text(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds NUL characters: binary, or UTF-16 without its mark; save it as UTF-8 text")
    controls = len(_CONTROL.findall(text))
    if controls * _TEXT_PER_CONTROL > len(text):
        share = f"{controls} of {len(text)} characters are control characters"
        raise ValueError(f"is binary ({share}); save it as UTF-8 text")
    return text
