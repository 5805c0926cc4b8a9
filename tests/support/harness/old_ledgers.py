"""A ledger file as an earlier version of the service left it: the schema of then, and what was written in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlmodel import create_engine

import service.storage


@contextmanager
def old_ledger(url: str, revision: str) -> Iterator[tuple[Connection, Config]]:
    """A new database brought to `revision`; with the configuration one goes on from there."""
    engine = create_engine(url)
    with engine.begin() as connection:
        configuration = Config()
        configuration.set_main_option("script_location", str(Path(service.storage.__path__[0]) / "migrations"))
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, revision)
        yield connection, configuration
    engine.dispose()
