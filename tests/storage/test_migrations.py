"""The ledger's schema: its migrations make the tables of the code, in one chain, and a ledger keeps its rows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Engine, MetaData, String, Table, text
from sqlmodel import SQLModel

from service.flow.ports.failures import CannotGoOn
from service.storage.columns import Moment
from service.storage.ledger import Ledger, open_ledger
from service.storage.migrate import configuration, upgrade_by
from service.storage.migrations.make import NothingToWrite, write_first, write_next
from service.storage.schema_version import VERSIONS
from tests.storage.filled_ledger import fill


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """The migrations as they are, to add one to."""
    return Path(shutil.copytree(VERSIONS, tmp_path / "versions", ignore=shutil.ignore_patterns("__pycache__")))


def differences(engine: Engine, tables: MetaData) -> list[Any]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, tables))


def rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    with engine.connect() as connection:
        found = {table: connection.execute(text(f"SELECT * FROM {table}")) for table in SQLModel.metadata.tables}
        return {table: [dict(row) for row in result.mappings()] for table, result in found.items()}


def changed_tables() -> MetaData:
    """As a later version may want them: the table to which others point has to be copied, and there is one more."""
    tables = MetaData(naming_convention=SQLModel.metadata.naming_convention)
    for table in SQLModel.metadata.sorted_tables:
        table.to_metadata(tables)
    mail = tables.tables["mail"]
    mail.c.attempts.nullable = True
    mail.append_column(Column("language", String(), nullable=False, server_default="vi"))
    mail.append_column(Column("read_at", Moment(), index=True))
    Table("holiday", tables, Column("day", Moment(), primary_key=True))
    return tables


def test_the_migrations_give_exactly_the_tables_of_the_code(ledger: Ledger) -> None:
    """No drift between `tables.py` and `migrations/`: tables, columns, indexes, what is unique, who points to whom."""
    assert differences(ledger.engine, SQLModel.metadata) == []


def test_the_numbers_of_the_files_follow_the_chain(ledger: Ledger) -> None:
    """The first is 0001, each points to the one before, none is missing."""
    files = sorted(file.name for file in VERSIONS.glob("*.py"))
    with ledger.engine.connect() as connection:
        chain = list(ScriptDirectory.from_config(configuration(connection, VERSIONS, MetaData())).walk_revisions())
    chain.reverse()
    numbers = [f"{number:04d}" for number in range(1, len(files) + 1)]
    assert [each.revision for each in chain] == numbers
    assert [each.down_revision for each in chain] == [None, *numbers[:-1]]
    assert [file[:5] for file in files] == [f"{number}_" for number in numbers]
    assert [Path(each.path).name for each in chain] == files


def test_a_ledger_of_an_older_schema_is_upgraded_and_keeps_its_rows(ledger: Ledger, versions: Path) -> None:
    """Also those that point to a table which SQLite has to copy."""
    fill(ledger.engine, 20)
    before = rows(ledger.engine)
    later = changed_tables()
    file = write_next("mails have a language", versions, later)
    upgrade_by(ledger.engine, versions)
    after = rows(ledger.engine)
    assert differences(ledger.engine, later) == []
    assert file.name == f"{len(list(VERSIONS.glob('*.py'))) + 1:04d}_mails_have_a_language.py"
    assert {row.pop("language") for row in after["mail"]} == {"vi"}
    assert {row.pop("read_at") for row in after["mail"]} == {None}
    assert after == before


def test_rows_still_have_to_point_to_others_after_an_upgrade(ledger: Ledger, versions: Path) -> None:
    """Foreign keys rest while tables are copied, and only then."""
    write_next("mails have a language", versions, changed_tables())
    upgrade_by(ledger.engine, versions)
    with ledger.engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_migration_that_leaves_rows_pointing_nowhere_is_taken_back(ledger: Ledger, versions: Path) -> None:
    """The ledger stays as it was, and one line says why."""
    fill(ledger.engine, 20)
    before = rows(ledger.engine)
    file = write_next("mails have a language", versions, changed_tables())
    forgetful = '    op.execute("DELETE FROM mail WHERE id = 3")\n\n\ndef downgrade'
    file.write_text(file.read_text().replace("\n\ndef downgrade", forgetful))
    with pytest.raises(CannotGoOn, match="rows that point to none"):
        upgrade_by(ledger.engine, versions)
    assert rows(ledger.engine) == before


def test_a_ledger_of_a_newer_service_is_refused_in_one_line(ledger: Ledger, versions: Path) -> None:
    """Nothing is guessed about tables that we do not know."""
    write_next("mails have a language", versions, changed_tables())
    upgrade_by(ledger.engine, versions)
    with pytest.raises(CannotGoOn, match="is not known; another version wrote it"):
        open_ledger(str(ledger.engine.url))


def test_without_a_difference_nothing_is_written(versions: Path) -> None:
    """An empty migration would be a number for nothing."""
    with pytest.raises(NothingToWrite, match=r"tables\.py asks for nothing"):
        write_next("nothing", versions, SQLModel.metadata)
    assert len(list(versions.glob("*.py"))) == len(list(VERSIONS.glob("*.py")))


def test_the_first_schema_can_be_written_anew(versions: Path) -> None:
    """What the tables are then; the same tables give the same file, and a migration after it forbids it."""
    if len(list(VERSIONS.glob("*.py"))) > 1:
        pytest.skip("the first schema is history: later ones follow it")
    (committed,) = VERSIONS.glob("*.py")
    again = write_first(versions, SQLModel.metadata)
    assert (again.name, again.read_text()) == (committed.name, committed.read_text())
    other = write_first(versions, changed_tables())
    assert [file.name for file in versions.glob("*.py")] == [other.name]
    assert '"language"' in other.read_text()
    write_next("as it was", versions, SQLModel.metadata)
    with pytest.raises(NothingToWrite, match=r"0002_as_it_was\.py follows the first schema"):
        write_first(versions, SQLModel.metadata)
