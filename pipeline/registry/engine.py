"""The database behind a URL: SQLite in a file, or PostgreSQL through psycopg 3.

    engine = connect("sqlite:///registry.db")
    with writing(engine) as connection: ...     # one writer at a time; all of it or nothing
    with reading(engine) as connection: ...     # one state of the store, whatever is written meanwhile

One writer at a time in both databases: a decision of a reviewer and a load cannot overtake each other. Who writes
next waits for up to half a minute, and is then told that somebody else is writing.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError

from pipeline.errors import UsageError, WritingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

DEFAULT = "sqlite:///registry.db"
VARIABLE = "ONCOCASE_DB"
_WAIT = 30  # seconds for another writer
_LOCK = 0x0_0C0_CA5E  # of PostgreSQL's advisory locks, the one of our writers
_CACHE = 64_000  # KB of SQLite's pages in memory: flat, and enough for the indexes of a load


def url(given: str | None) -> URL:
    """The URL of the store: what was given, else `ONCOCASE_DB`, else `registry.db` here.

    Raises `UsageError` for what is no URL of SQLite or PostgreSQL.
    """
    said = given or os.environ.get(VARIABLE) or DEFAULT
    remedy = f"give one such as {DEFAULT} or postgresql://user@host/name"
    try:
        found = make_url(said)
    except (ArgumentError, ValueError) as error:
        raise UsageError(f"--db: is no URL of a database; {remedy}") from error
    kind = found.get_backend_name()
    if kind in ("postgresql", "postgres"):
        return found.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and found.database and found.database != ":memory:":
        return found.set(drivername="sqlite")
    raise UsageError(f"--db {named(found)}: only SQLite in a file and PostgreSQL hold a registry; {remedy}")


def named(where: URL | Engine) -> str:
    """A URL as it may be shown: without its password."""
    return (where.url if isinstance(where, Engine) else where).render_as_string(hide_password=True)


def connect(where: URL) -> Engine:
    """The engine of a URL. Raises `UsageError` where the driver is not installed; no connection is made yet."""
    if where.get_backend_name() == "sqlite":
        engine = create_engine(where, connect_args={"timeout": _WAIT})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        return create_engine(where)
    except ImportError as error:
        raise UsageError(f"--db {named(where)}: needs psycopg; pip install 'oncocase[postgres]'") from error


def is_there(engine: Engine) -> bool:
    """Whether there is a database to ask: SQLite would make an empty file of a name mistyped."""
    return engine.dialect.name != "sqlite" or Path(engine.url.database or "").is_file()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that alone may write; nothing stays of it where the block ends in an error.

    Raises `UsageError` where the database cannot be reached or another writer does not end, `WritingError` where the
    disk takes no more.
    """
    with _told(engine), engine.connect().execution_options(oncocase_writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{_WAIT}s'"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the store from its first statement to its last."""
    with _told(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def now() -> str:
    """This moment as the store writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    """The database's own errors as errors of ours, without the statement and its values, which are patients' data."""
    place = f"--db {named(engine)}"
    try:
        yield
    except IntegrityError:
        raise  # what the database refuses to hold is a bug of ours
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        if "locked" in reason or "lock timeout" in reason:
            raise UsageError(
                f"{place}: somebody else is writing to it ({reason}); try again when that is done"
            ) from error
        if "full" in reason or "No space" in reason or "readonly" in reason:
            raise WritingError(named(engine), f"cannot be written ({reason}); nothing was changed") from error
        raise UsageError(f"{place}: cannot be used ({reason}); check that it is there and that you may") from error
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise UsageError(f"{place}: is no registry of ours ({reason})") from error


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are ours to begin, or CREATE TABLE would end one
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA cache_size = -{_CACHE}")
    cursor.execute("PRAGMA journal_mode = WAL")  # a load does not keep reviewers from reading
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("oncocase_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
