"""`oncocase serve` as a process: what it says, what it refuses, how it ends."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from site_maker import made_store

from pipeline.cli import main
from pipeline.web import password


@pytest.fixture
def db(tmp_path: Path) -> Iterator[str]:
    engine = made_store(tmp_path)
    yield engine.url.render_as_string()
    engine.dispose()


@pytest.fixture(autouse=True)
def _no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(password.VARIABLE, raising=False)


def test_it_serves_until_interrupted(db: str) -> None:
    command = [sys.executable, "-u", "-m", "pipeline", "serve", "--db", db, "--port", "0", "--reviewer", "Rita"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.fullmatch(r"http://127.0.0.1:(\d+): the review page; Ctrl-C ends it\n", process.stdout.readline())
        assert found
        asked = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=30)
        asked.request("GET", "/case/A")
        answer = asked.getresponse()
        page = answer.read().decode()
        assert answer.status == 200
        assert "letrozole" in page
        assert "server" not in answer.headers
        asked.close()
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert said == "ended; every decision is in the registry\n"
    assert errors == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "0.0.0.0", "--name", "x"], "set a password"),
        (["--host", "192.0.2.1"], "set a password"),
        (["--host", "0.0.0.0", "--password-file", "PASSWORD"], "name the server with --name"),
        (["--host", "0.0.0.0", "--name", "x", "--password-file", "PASSWORD", "--reviewer", "R"], "--reviewer"),
        (["--password-file", "PASSWORD", "--reviewer", "R"], "--reviewer"),
        (["--password-file", "SHORT"], "has 5 characters"),
        (["--password-file", "NONE"], "cannot be read"),
        (["--reviewer", " \t"], "Say who you are"),
        (["--certificate", "PASSWORD"], "https needs both"),
        (["--certificate", "NONE", "--key", "NONE"], "no such file"),
        (["--scores", "PASSWORD"], "is no report"),
        (["--db", "sqlite:///none.db"], "there is no registry"),
        (["--host", "no.such.host.invalid", "--password-file", "PASSWORD"], "cannot listen"),
    ],
)
def test_what_it_refuses(
    db: str, options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "PASSWORD").write_text("correct horse battery")
    (tmp_path / "SHORT").write_text("short")
    given = [str(tmp_path / one) if one in ("PASSWORD", "SHORT", "NONE") else one for one in options]
    assert main(["serve", "--db", db, "--port", "0", *given]) == 2
    assert said in capsys.readouterr().err


def test_a_port_that_is_taken(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["serve", "--db", db, "--port", str(taken.getsockname()[1])]) == 2
    assert "name another port" in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(
    db: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("pipeline.web")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["serve", "--db", db]) == 2
    assert "pip install 'oncocase[web]'" in capsys.readouterr().err


def test_scores_of_the_evaluation_are_read(tmp_path: Path) -> None:
    from pipeline.web import figures

    file = tmp_path / "scores.json"
    row = {"gold": 9, "pred": 8, "exact": [1.0, 0.8889, 0.941]}
    file.write_text(json.dumps({"documents": 4, "mention": {"Drug": row}, "intervals": {"mention": {}}}))
    assert figures.read(file).levels[0][1][0].f1 == 0.941
