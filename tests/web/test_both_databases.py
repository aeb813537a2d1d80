"""The pages on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from made_out import Out, record
from site_maker import client, form_of, line
from sqlalchemy import Engine

from pipeline.registry.load import Loaded

pytest_plugins = ("stores",)


def test_list_decide_undo_and_conflict(engine: Engine, take: Callable[[Out], Loaded], tmp_path: Path) -> None:
    out = Out(tmp_path / "out")
    out.add("A", record())
    take(out)
    with client(engine, reviewer="Rita") as browser:
        assert "1 case<" in browser.get("/?search=a&state=waiting").text
        assert browser.get("/?search=%25").status_code == 200
        fields = form_of(browser.get("/case/A").text, "case.grade") | {"decision": "accept"}
        assert browser.post("/decide/A", data=fields).status_code == 303
        assert browser.post("/decide/A", data=fields).status_code == 409
        again = form_of(browser.get("/case/A").text, "case.grade") | {"decision": "undo"}
        assert browser.post("/decide/A", data=again).status_code == 303
        assert line(engine, "A", "case.grade").state == "waiting"
        for page in ("/figures", "/picture/A"):
            assert browser.get(page).status_code == 200
        assert browser.get("/case/A%00").status_code == 404
