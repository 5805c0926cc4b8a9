"""Brings a database's tables up to date (alembic, run from inside the service)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData
from sqlmodel import SQLModel

import service.storage.indexes  # noqa: F401  # fills the metadata, the tables with it
from service.flow.ports.failures import CannotGoOn
from service.storage.schema_version import VERSIONS

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Applies every migration that the database has not seen. Raises CannotGoOn for one of a newer service."""
    upgrade_by(engine, VERSIONS)


def upgrade_by(engine: Engine, versions: Path) -> None:
    """The same with the migrations of another folder."""
    with engine.connect() as connection, _pointing_nowhere(connection), connection.begin():
        configured = configuration(connection, versions, SQLModel.metadata)
        before = _revisions(connection)
        unknown = before - {each.revision for each in ScriptDirectory.from_config(configured).walk_revisions()}
        if unknown:
            raise CannotGoOn(f"{engine.url}: its schema {', '.join(unknown)} is not known; another version wrote it")
        command.upgrade(configured, "head")
        if before and before != _revisions(connection):
            _check_foreign_keys(connection)


def configuration(connection: Connection, versions: Path, tables: MetaData) -> Config:
    """What alembic needs to know: the database, its migrations, and the tables that it should have."""
    configured = Config()
    for name, value in (("script_location", MIGRATIONS), ("version_locations", versions)):
        configured.set_main_option(name, str(value).replace("%", "%%"))
    configured.set_main_option("path_separator", "newline")
    configured.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    configured.attributes.update(connection=connection, tables=tables)
    return configured


def _revisions(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


@contextmanager
def _pointing_nowhere(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by copying it; dropping the old one must not touch the rows that point to it.

    The pragma does nothing inside a transaction, so it is said below SQLAlchemy, which begins one at the first word.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    (before,) = cursor.execute("PRAGMA foreign_keys").fetchone()
    cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        cursor.execute(f"PRAGMA foreign_keys={before}")
        cursor.close()


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
        if broken:
            raise CannotGoOn(f"{connection.engine.url}: the migration left rows that point to none: {broken}")
