"""Bytes to text: which encoding a file is in, and whether it is text at all."""

import codecs
import unicodedata

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LAYOUT = frozenset("\t\n\v\f\r")
# Text pasted out of a PDF holds a few control characters; compressed data one in eight.
_TEXT_PER_CONTROL = 50


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding, see `Document.encoding`.

    A byte order mark decides; else UTF-8 where the bytes are valid UTF-8, else Windows-1252, else
    Latin-1, in which every byte means something.

    Raises `ValueError` (a `UnicodeDecodeError` too) with the reason where the data are not text.
    """
    if data.startswith(_UTF16):
        return _checked(_strict(data, "utf-16")), "utf-16"
    if data.startswith(codecs.BOM_UTF8):
        return _checked(_strict(data, "utf-8-sig")), "utf-8-sig"
    for encoding in ("utf-8", "cp1252"):
        try:
            return _checked(data.decode(encoding)), encoding
        except UnicodeDecodeError:
            continue
    return _checked(data.decode("latin-1")), "latin-1"


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"begins as {encoding} but byte {error.start} does not fit ({error.reason}); save it anew as UTF-8"
        ) from error


def _checked(text: str) -> str:
    if "\0" in text:
        raise ValueError("is binary, or UTF-16 without a byte order mark: it holds NUL characters; save it as UTF-8 text")
    controls = sum(unicodedata.category(c) == "Cc" and c not in _LAYOUT for c in text)
    if controls * _TEXT_PER_CONTROL > len(text):
        raise ValueError(f"is binary: {controls} of its {len(text)} characters are control characters; save it as UTF-8 text")
    return text
