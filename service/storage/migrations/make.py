"""`make migration NAME="what changes"`: writes the next numbered migration from the difference that `tables.py` makes.

Change `tables.py` first. A database in memory is brought to the newest migration and compared with it; what is missing
becomes `versions/000N_what_changes.py`, formatted with ruff. Read the file: a renamed column looks like one dropped and
one added, and a new column that may not be empty needs a `server_default` in `tables.py` for the rows there are.

`make migration FIRST=1` writes `0001_the_first_schema.py` anew instead: for as long as nothing is released there are no
ledgers to upgrade, and the first schema is simply what `tables.py` says. The same tables give the same file. Once a
release is out the first schema stays as it is; a second migration beside it is taken for the sign of that.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.migration import MigrationContext
from alembic.operations.ops import MigrationScript
from alembic.script import Script
from sqlalchemy import MetaData, create_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import SQLModel

from service.storage.migrate import configuration, upgrade_by
from service.storage.schema_version import VERSIONS

FIRST = "The first schema"
REMARK = "    # ### "
"""Begins the lines in which alembic asks to adjust what it wrote."""


class NothingToWrite(Exception):
    """`tables.py` wants what the migrations make already, or the first schema is no longer ours to write."""


def write_next(name: str, versions: Path, tables: MetaData) -> Path:
    """The migration from what those in `versions` make to `tables`. Raises NothingToWrite."""
    number = f"{len(list(versions.glob('[0-9]*.py'))) + 1:04d}"
    engine = create_engine("sqlite://", poolclass=StaticPool)
    upgrade_by(engine, versions)
    with engine.begin() as connection:
        script = command.revision(
            configuration(connection, versions, tables),
            name[:1].upper() + name[1:],
            autogenerate=True,
            rev_id=number,
            process_revision_directives=_refuse_nothing,
        )
    assert isinstance(script, Script)
    file = Path(script.path)
    file.write_text("".join(line for line in file.read_text().splitlines(keepends=True) if REMARK not in line))
    _format(file)
    return file


def write_first(versions: Path, tables: MetaData) -> Path:
    """The whole schema as the only migration. Raises NothingToWrite when a second one stands beside it."""
    present = sorted(versions.glob("[0-9]*.py"))
    if present[1:]:
        raise NothingToWrite(f"{present[1].name} follows the first schema: write the next one, or remove it by hand")
    with tempfile.TemporaryDirectory(dir=versions.parent) as beside:
        new = write_next(FIRST, Path(beside), tables)
        for old in present:
            old.unlink()
        versions.mkdir(exist_ok=True)
        return new.replace(versions / new.name)


def _refuse_nothing(_context: MigrationContext, _revision: object, directives: Sequence[MigrationScript]) -> None:
    if all(each.upgrade_ops is None or each.upgrade_ops.is_empty() for each in directives):
        raise NothingToWrite("tables.py asks for nothing that the migrations do not make")


def _format(file: Path) -> None:
    for words in (("check", "--quiet", "--select", "F401,I", "--fix"), ("format", "--quiet")):
        subprocess.run([sys.executable, "-m", "ruff", *words, str(file)], check=True)  # noqa: S603  # our own file


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", help="what changes, in a few words")
    parser.add_argument("--first", action="store_true", help="write the first schema anew")
    options = parser.parse_args()
    if not options.first and not options.name:
        parser.error('say what changes: make migration NAME="what changes"')
    try:
        file = (
            write_first(VERSIONS, SQLModel.metadata)
            if options.first
            else write_next(options.name, VERSIONS, SQLModel.metadata)
        )
    except NothingToWrite as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    sys.stdout.write(f"{file}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
