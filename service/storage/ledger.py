"""The ledger: the database that is the truth; SQLite by default (WAL, every commit synced)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, inspect
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, create_engine

from service.flow.ports.failures import StorageUnavailable
from service.storage.repositories.events import Events
from service.storage.repositories.listings import Listings
from service.storage.repositories.mails import Mails
from service.storage.repositories.other_pages import OtherPages
from service.storage.repositories.outbox import Outbox
from service.storage.repositories.people import People
from service.storage.repositories.submissions import Submissions
from service.storage.repositories.tasks import Tasks
from service.storage.repositories.traffic import Traffic
from service.storage.repositories.unit_notes import Decisions
from service.storage.schema_version import newest_schema

LOCK_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Transaction:
    """All repositories of one transaction. Adapter of the port of the same name."""

    mails: Mails
    outbox: Outbox
    submissions: Submissions
    listings: Listings
    other_pages: OtherPages
    decisions: Decisions
    people: People
    events: Events
    tasks: Tasks
    traffic: Traffic


@dataclass(frozen=True, slots=True)
class Ledger:
    """Adapter of the port of the same name."""

    engine: Engine

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Commits at the end; an exception takes everything back. Raises StorageUnavailable."""
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield Transaction(
                    mails=Mails(session),
                    outbox=Outbox(session),
                    submissions=Submissions(session),
                    listings=Listings(session),
                    other_pages=OtherPages(session),
                    decisions=Decisions(session),
                    people=People(session),
                    events=Events(session),
                    tasks=Tasks(session),
                    traffic=Traffic(session),
                )
        except OperationalError as problem:  # locked, full, unreadable, out of reach: nothing of ours is wrong
            raise StorageUnavailable(f"{self.name}: {problem.orig}; free it, make room or mend the disk") from problem

    @property
    def name(self) -> str:
        """The database, without its password."""
        return str(self.engine.url)

    def close(self) -> None:
        self.engine.dispose()


def open_ledger(url: str) -> Ledger:
    """Opens the database, bringing its tables up to date. SQLite's file is made readable to us alone."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    if not _is_up_to_date(engine):
        from service.storage.migrate import upgrade

        upgrade(engine)
    return Ledger(engine)


def _is_up_to_date(engine: Engine) -> bool:
    """Whether the database was brought to the newest migration before, as alembic notes it."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all() == [
            newest_schema()
        ]


def _prepare_sqlite(engine: Engine) -> None:
    """Settings of each connection. No statistics are gathered (ANALYZE, PRAGMA optimize).

    Every question finds its rows without (`tests/storage/test_plans.py`); statistics of a ledger's first days, when all
    mails are one unit's, make SQLite read whole tables once there are sixty.
    """
    file = engine.url.database
    if file and file != ":memory:":
        Path(file).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        Path(file).touch(mode=0o600)

    @event.listens_for(engine, "connect")
    def settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={LOCK_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # the write lock from the start: a read that turns into a write later could fail half way
        connection.exec_driver_sql("BEGIN IMMEDIATE")
