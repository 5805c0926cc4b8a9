"""Brings a database's tables up to date (alembic, run from inside the service)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine


def upgrade(engine: Engine) -> None:
    """Applies every migration that the database has not seen."""
    with engine.begin() as connection:
        configuration = Config()
        configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")
