"""Plain text: the file as it is, and what in it should be looked at."""

from pathlib import Path

import pytest

from pipeline.reading.plain import read_plain


def warning(text: str) -> str:
    return read_plain(text.encode(), "a", Path("a.txt")).warning


@pytest.mark.parametrize("sign", ["°C", "µg", "’", "é", "α"])
def test_garbled_letters_are_told(sign: str) -> None:
    garbled = "Temperature 38 " + sign.encode().decode("cp1252", "replace")
    assert "were garbled before" in warning(garbled)
    assert warning("Temperature 38 " + sign) == ""


def test_lost_letters_are_told() -> None:
    assert "('\ufffd' at character 2)" in warning("na\ufffdve")


@pytest.mark.parametrize("text", ["ÂGE: 45 ANS", "São Paulo, SÃO PAULO", "Ångström", "Ô"])
def test_letters_that_are_meant(text: str) -> None:
    assert warning(text) == ""


def test_marks_that_turn_the_direction_are_told() -> None:
    text = "HER2 \u202eevitisop\u202c"
    document = read_plain(text.encode(), "a", Path("a.txt"))
    assert document.text == text
    assert "(U+202E at 5)" in document.warning
    assert warning("שלום\u200f!") == ""
