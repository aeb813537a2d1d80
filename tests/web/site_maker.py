"""A review page on a store of made-up reports, in this process or on a port of its own."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from made_out import POLICY, Out, mentions, place, record
from sqlalchemy import Engine
from starlette.testclient import TestClient

from pipeline.console import Console
from pipeline.registry import schema
from pipeline.registry.engine import connect, reading, url
from pipeline.registry.incoming import OutFolder
from pipeline.registry.load import load
from pipeline.registry.status import Line, lines
from pipeline.web.app import app
from pipeline.web.server import bound
from pipeline.web.settings import Settings
from pipeline.web.site import Site

# A report that tries to be a page.
EVIL = (
    "<script>document.title = 'owned'</script> She took \"><img src=x onerror=\"document.title='owned'\"> "
    "</span></main>{{ 7 * 7 }} &amp; javascript:alert(1)."
)
EVIL_DRUG = '"><img src=x onerror="document.title=\'owned\'">'


def evil_record() -> dict[str, Any]:
    """A drug, an event and a contradiction made of markup."""
    whole, words = [place(EVIL, EVIL)], [place(EVIL_DRUG, EVIL)]
    drug = {"evidence": whole, "cites": {"name": words}, "kind": "drug", "name": EVIL_DRUG, "status": "given"}
    event = {"date": "2020", "what": EVIL, "evidence": whole}
    said = {"what": "<b>two</b> drugs", "slot": "drug", "evidence": whole + words}
    return record(case={}, receptor_panels=[], treatments=[drug], metastases=[], events=[event], contradictions=[said])


def doubted() -> dict[str, Any]:
    """The record of `made_out`, with a contradiction about its drug."""
    said = [place("In May 2019 she took letrozole 2.5 mg."), place("There were lung metastases.")]
    return record(contradictions=[{"what": "drug: letrozole or none", "slot": "drug", "evidence": said}])


def made_store(folder: Path, many: int = 0) -> Engine:
    """A registry with the cases A, B#1 and B#2, evil and `many` more."""
    engine = connect(url(f"sqlite:///{folder / 'registry.db'}"))
    schema.init(engine)
    out = Out(folder / "out")
    out.add("A", doubted(), said=mentions())
    out.add("B", [record(case_id="1"), record(case_id="2")], text=record_text("B"))
    out.add("evil", evil_record(), EVIL)
    for number in range(many):
        out.add(f"M{number:04}", record(), text=record_text(f"M{number}"))
    done = load(engine, OutFolder(out.root), POLICY, "tester", Console(quiet=True))
    assert not done.problems
    return engine


def large_case(engine: Engine, folder: Path) -> None:
    """A case as large as a long report: some 200 values, 22,000 characters."""
    one = record()
    text = "".join(f"{record_text(str(number))} " for number in range(105))
    many = {part: [item for _ in range(24) for item in one[part]] for part in ("treatments", "metastases")}
    out = Out(folder / "large")
    out.add("large", one | many | {"receptor_panels": one["receptor_panels"] * 3}, text)
    done = load(engine, OutFolder(out.root), POLICY, "tester", Console(quiet=True))
    assert not done.problems


def record_text(name: str) -> str:
    """The text of `made_out`, another for each name."""
    from made_out import TEXT

    return f"{TEXT}Report {name}."


def client(engine: Engine, **settings: Any) -> TestClient:
    """A browser without a window; it follows no redirects."""
    made = Settings(**settings)
    base = f"{'https' if made.secure else 'http'}://localhost:8000"
    return TestClient(app(Site(engine, made)), base_url=base, follow_redirects=False)


def csrf(page: str) -> str:
    """The token of a page's forms."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return found[1]


def form_of(page: str, path: str) -> dict[str, str]:
    """The hidden fields of the form that decides a value."""
    found = re.search(
        rf'name="path" value="{re.escape(path)}">\s*<input type="hidden" name="based_on" value="(\d*)"', page
    )
    assert found, f"no form of {path}"
    return {"csrf": csrf(page), "path": path, "based_on": found[1]}


def line(engine: Engine, case_id: str, path: str) -> Line:
    """What stands at a path."""
    with reading(engine) as connection:
        return next(one for one in lines(connection, case_id) if one.path == path)


@contextmanager
def served(engine: Engine, **settings: Any) -> Iterator[str]:
    """The page on a free port of loopback; gives its address."""
    with bound("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        config = uvicorn.Config(app(Site(engine, Settings(port=port, **settings))), log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(10)
