"""Fixtures of the store: every test runs twice, on SQLite in a file and on a PostgreSQL that the tests start.

A module that wants them says `pytest_plugins = ("stores",)`; a conftest here would hide the one of `tests/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from made_out import POLICY, Out
from postgres import running_postgres, why_not
from sqlalchemy import URL, Engine, create_engine, make_url, text

from pipeline.console import Console
from pipeline.registry import schema
from pipeline.registry.engine import connect, url
from pipeline.registry.incoming import OutFolder
from pipeline.registry.load import Loaded, load

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """The URL of the server; tests that want it skip where it is not installed."""
    if reason := why_not():
        pytest.skip(reason)
    with running_postgres() as where:
        yield make_url(where)


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'registry.db'}"
        return
    server, name = request.getfixturevalue("postgres_server"), f"store{next(_numbers)}"
    owner = create_engine(server, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        with owner.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        owner.dispose()


@pytest.fixture
def engine(db: str) -> Iterator[Engine]:
    """A store with its tables and nothing in them."""
    made = connect(url(db))
    schema.init(made)
    yield made
    made.dispose()


@pytest.fixture
def take(engine: Engine) -> Callable[[Out], Loaded]:
    """Loads an OUT folder into the store."""

    def load_it(out: Out, texts_changed: bool = False) -> Loaded:
        return load(engine, OutFolder(out.root), POLICY, "tester", Console(quiet=True), texts_changed)

    return load_it
