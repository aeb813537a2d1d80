"""From an empty database to the tables of this version, and the check that a store has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipeline.errors import UsageError
from pipeline.registry import migrations
from pipeline.registry.engine import is_there, named, reading, writing

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.engine import Engine


def init(engine: Engine) -> tuple[str | None, str]:
    """Bring a store to the newest tables; gives the step at which it stood, None for an empty one, and stands now.

    Raises `UsageError` for a store that a newer program made.
    """
    config = _config()
    with writing(engine) as connection:
        before = _step(connection)
        _refuse_newer(before, engine, config)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return before, _head(config)


def check(engine: Engine) -> None:
    """Raise `UsageError` unless the store has the tables of this version."""
    remedy = f"run: oncocase registry init --db {named(engine)}"
    if not is_there(engine):
        raise UsageError(f"--db {named(engine)}: there is no registry; {remedy}")
    config = _config()
    with reading(engine) as connection:
        step = _step(connection)
    if step is None:
        raise UsageError(f"--db {named(engine)}: is no registry yet; {remedy}")
    _refuse_newer(step, engine, config)
    if step != _head(config):
        raise UsageError(f"--db {named(engine)}: has the tables of an older version; {remedy}")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0].replace("%", "%%"))
    return config


def _step(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _head(config: Config) -> str:
    head = ScriptDirectory.from_config(config).get_current_head()
    assert head is not None, "the package holds its migrations"
    return head


def _refuse_newer(step: str | None, engine: Engine, config: Config) -> None:
    known = {found.revision for found in ScriptDirectory.from_config(config).walk_revisions()}
    if step is not None and step not in known:
        raise UsageError(f"--db {named(engine)}: was made by a newer oncocase (step {step}); install that version")
