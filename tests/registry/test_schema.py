"""The migrations make the tables of `tables.py`, and the database itself holds to what they promise."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from made_out import Out, record
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from pipeline.errors import UsageError
from pipeline.registry import schema
from pipeline.registry.engine import connect, reading, url
from pipeline.registry.load import Loaded
from pipeline.registry.review import decide, places
from pipeline.registry.tables import metadata

pytest_plugins = ("stores",)

DATE = "'2026-01-01T00:00:00+00:00'"
HASH = "'" + "0" * 64 + "'"
REVIEW = (
    'INSERT INTO review (case_id, "key", number, based_on, path, fact_version, decision, value, who, at, why) VALUES '
)
FACT = (
    'INSERT INTO fact (case_id, "key", version, digest, run_id, document_id, path, slot, value, unit, status, specimen,'
    ' "interval", "start", "end", confidence, rule) VALUES '
)
VALUE = (
    'INSERT INTO case_value (case_id, "key", path, slot, state, value, cause, reason, fact_version, is_said, review_id)'
    " VALUES "
)
# Statement to the table or constraint that the database must name when it refuses.
REFUSED = [
    ("UPDATE review SET why = 'another reason'", "append-only"),
    ("DELETE FROM review", "append-only"),
    ("UPDATE audit SET who = 'nobody'", "append-only"),
    ("DELETE FROM audit", "append-only"),
    ("UPDATE fact SET value = '3'", "append-only"),
    ("DELETE FROM fact", "append-only"),
    ("UPDATE document SET text = 'another text'", "append-only"),
    ("DELETE FROM document", "append-only"),
    ("UPDATE case_value SET value = '3' WHERE review_id IS NOT NULL", "stands until"),
    ("UPDATE case_value SET state = 'automatic', review_id = NULL WHERE review_id IS NOT NULL", "stands until"),
    ("DELETE FROM case_value", "stands until"),
    ('DELETE FROM "case"', "foreign key"),
    ("DELETE FROM run", "foreign key"),
    ("UPDATE \"case\" SET run_id = 99", "foreign key"),
    ("UPDATE \"case\" SET document_id = 99", "foreign key"),
    ("UPDATE \"case\" SET joined_to = 99", "foreign key"),
    ("UPDATE \"case\" SET joined_to = id", "joined_to"),
    ("UPDATE \"case\" SET case_id = ' '", "case_id"),
    ("UPDATE \"case\" SET case_id = NULL", "not.null"),
    ("INSERT INTO \"case\" SELECT 7, case_id, document_id, run_id, record, NULL FROM \"case\"", "unique"),
    ("INSERT INTO document SELECT 7, sha256, 'other', '', NULL, 'x' FROM document", "(unique|append-only)"),
    ("INSERT INTO document VALUES (7, 'abc', 'other', '', NULL, 'x')", "sha256"),
    ("INSERT INTO run SELECT 7, digest, version, config, lexicons, code, ner, model FROM run", "unique"),
    ("UPDATE case_value SET state = 'trusted' WHERE review_id IS NULL", "(state|reviewed|waiting)"),
    ("UPDATE case_value SET state = 'edited', value = '', cause = NULL, reason = NULL WHERE review_id IS NULL", "view"),
    ("UPDATE case_value SET value = 'x' WHERE state = 'waiting'", "value"),
    ("UPDATE case_value SET value = NULL WHERE state = 'automatic'", "value"),
    ("UPDATE case_value SET reason = NULL WHERE state = 'waiting'", "reason"),
    ("UPDATE case_value SET cause = 'a whim' WHERE state = 'waiting'", "cause"),
    ("UPDATE case_value SET fact_version = 9", "foreign key"),
    ("UPDATE case_value SET path = 'case.sex'", "unique"),
    (f"{VALUE}(1, 'new', 'new', 's', 'accepted', 'x', NULL, NULL, NULL, FALSE, 1)", "foreign key"),
    (f"{VALUE}(1, 'new', 'new', 's', 'automatic', 'x', NULL, NULL, NULL, FALSE, NULL)", "grounds"),
    (f"{VALUE}(9, 'new', 'new', 's', 'automatic', 'x', NULL, NULL, 1, TRUE, NULL)", "foreign key"),
    (f"{REVIEW}(1, 'case/grade', 2, 1, 'p', 1, 'accept', '2', 'me', {DATE}, ' ')", "why"),
    (f"{REVIEW}(1, 'case/grade', 2, 1, 'p', 1, 'accept', '2', '', {DATE}, 'so')", "who"),
    (f"{REVIEW}(1, 'case/grade', 2, 1, 'p', 1, 'accept', NULL, 'me', {DATE}, 'so')", "value"),
    (f"{REVIEW}(1, 'case/grade', 2, 1, 'p', 1, 'reject', '2', 'me', {DATE}, 'so')", "value"),
    (f"{REVIEW}(1, 'case/grade', 2, 1, 'p', 1, 'ponder', '2', 'me', {DATE}, 'so')", "decision"),
    (f"{REVIEW}(1, 'case/grade', 2, 1, 'p', NULL, 'accept', '2', 'me', {DATE}, 'so')", "fact_version"),
    (f"{REVIEW}(1, 'case/grade', 2, NULL, 'p', 1, 'accept', '2', 'me', {DATE}, 'so')", "number"),
    (f"{REVIEW}(1, 'case/grade', 1, NULL, 'p', 1, 'accept', '2', 'me', {DATE}, 'so')", "(unique|append-only)"),
    (f"{REVIEW}(1, 'case/sex', 2, 1, 'p', 1, 'accept', '2', 'me', {DATE}, 'so')", "foreign key"),
    (f"{REVIEW}(1, 'case/grade', 2, 1, 'p', 9, 'accept', '2', 'me', {DATE}, 'so')", "foreign key"),
    (f"{FACT}(9, 'k', 1, 'd', 1, 1, 'p', 's', 'v', '', '', '', '', 0, 1, 0.5, '')", "foreign key"),
    (f"{FACT}(1, 'k', 1, 'd', 1, 1, 'p', 's', NULL, '', '', '', '', 0, 1, 0.5, '')", "not.null"),
    (f"{FACT}(1, 'k', 1, 'd', 1, 1, 'p', 's', 'v', '', '', '', '', 5, 1, 0.5, '')", "span"),
    (f"{FACT}(1, 'k', 1, 'd', 1, 1, 'p', 's', 'v', '', '', '', '', 5, NULL, 0.5, '')", "span"),
    (f"{FACT}(1, 'k', 1, 'd', 1, 1, 'p', 's', 'v', '', '', '', '', 0, 1, 1.5, '')", "confidence"),
    (f"{FACT}(1, 'case/grade', 1, 'd', 1, 1, 'p', 's', 'v', '', '', '', '', 0, 1, 0.5, '')", "(unique|append-only)"),
    (f"INSERT INTO audit (operation, at, who, action, about) VALUES ('o', {DATE}, ' ', 'a', '')", "who"),
    ("INSERT INTO audit (operation, at, who, action, about) VALUES ('o', 'now', 'me', 'a', '')", "at"),
    (f"INSERT INTO audit (case_id, operation, at, who, action, about) VALUES (9, 'o', {DATE}, 'm', 'a', '')", "key"),
    ("INSERT INTO export (at, who, form, folder, which, program, cases, traced, counts, files)"
     f" VALUES ({DATE}, 'me', 'csv', '', 'all of it', '1', 0, 0, '', '')", "which"),
]  # fmt: skip


@pytest.fixture
def store(engine: Engine, take: Callable[[Out], Loaded], tmp_path: Path) -> Engine:
    """A store with one case, one decision, and what loading and deciding log."""
    out = Out(tmp_path / "out")
    out.add("A", record())
    take(out)
    (here,) = places(engine, "A", "case.grade")
    assert decide(engine, "A", here.key, "accept", None, "me", "read it", None) == 1
    return engine


def test_migrations_make_the_tables_of_the_package(engine: Engine) -> None:
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


@pytest.mark.parametrize(("statement", "named"), REFUSED, ids=[statement[:70] for statement, _ in REFUSED])
def test_the_database_refuses(store: Engine, statement: str, named: str) -> None:
    before = _rows(store)
    with store.connect() as connection, pytest.raises(DBAPIError, match=f"(?i){named}"), connection.begin():
        connection.execute(text(statement.replace(":", r"\:")))
    assert _rows(store) == before


@pytest.mark.parametrize("table", ["document", "fact", "review", "audit", "case_value"])
def test_what_is_kept_cannot_be_replaced_or_emptied(store: Engine, table: str) -> None:
    empties = {
        "sqlite": f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "postgresql": f"TRUNCATE {table} CASCADE",
    }
    before = _rows(store)
    with (
        store.connect() as connection,
        pytest.raises(DBAPIError, match=r"append-only|stands until"),
        connection.begin(),
    ):
        connection.execute(text(empties[store.dialect.name]))
    assert _rows(store) == before


def test_init_twice_changes_nothing(store: Engine) -> None:
    before = _rows(store)
    assert schema.init(store) == ("0001", "0001")
    assert _rows(store) == before


def test_a_store_without_tables_is_told(db: str) -> None:
    empty = connect(url(db))
    with pytest.raises(UsageError, match="oncocase registry init"):
        schema.check(empty)
    empty.dispose()
    assert not Path(db.removeprefix("sqlite:///")).exists()


def test_a_store_of_a_newer_program_is_left_alone(store: Engine) -> None:
    with store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for step in (schema.init, schema.check):
        with pytest.raises(UsageError, match="newer oncocase"):
            step(store)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nonsense", "is no URL"),
        ("mysql://host/name", "only SQLite in a file and PostgreSQL"),
        ("sqlite://", "only SQLite in a file"),
        ("postgresql://host:port/name", "is no URL"),
    ],
)
def test_a_url_that_is_none_of_ours(given: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        url(given)


def test_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONCOCASE_DB", raising=False)
    assert str(url(None)) == "sqlite:///registry.db"
    monkeypatch.setenv("ONCOCASE_DB", "postgresql://me@host/cases")
    assert str(url(None)) == "postgresql+psycopg://me@host/cases"
    assert str(url("sqlite:///other.db")) == "sqlite:///other.db"


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    for place in ("postgresql://me:secret@127.0.0.1:1/none", f"sqlite:///{tmp_path}/no/folder/registry.db"):
        with pytest.raises(UsageError, match="cannot be used") as told:
            schema.init(connect(url(place)))
        assert "secret" not in str(told.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear colleague, " * 100, encoding="utf-8")
    with pytest.raises(UsageError, match="not a database"):
        schema.check(connect(url(f"sqlite:///{tmp_path}/letter.db")))


def test_foreign_keys_hold_on_every_connection(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no way of leaving them out")
    assert sqlite3.sqlite_version_info >= (3, 35)
    for _ in range(3):
        with engine.connect() as connection:
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def _rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with reading(engine) as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(table.select())), key=repr)
            for table in metadata.sorted_tables
        }
