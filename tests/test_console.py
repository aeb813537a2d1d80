"""Who hears what: a terminal, a log, and one who asked for quiet."""

import sys

import pytest

from pipeline import console
from pipeline.console import Console


def speak(to: Console) -> None:
    assert list(to.track(["a", "b", "c"])) == ["a", "b", "c"]
    to.say("result")
    to.warn("doubt")
    to.error("wrong")


def test_log(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    speak(Console())
    assert capsys.readouterr() == ("result\n", "warning: doubt\nerror: wrong\n")
    monkeypatch.setattr(console, "_LINE_EVERY", 0.0)
    assert list(Console().track([1, 2, 3], "files")) == [1, 2, 3]
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(",")[0] for line in lines[-2:]] == ["1 of 3 files", "2 of 3 files"]


def test_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    speak(Console(quiet=True))
    assert capsys.readouterr() == ("", "error: wrong\n")


def test_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    speak(Console())
    out, err = capsys.readouterr()
    assert out == "result\n"
    assert "3/3" in err
    assert "documents/s" in err
    assert "warning: doubt\n" in err
