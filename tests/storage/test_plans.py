"""No question to the ledger costs more because the ledger is older: read from SQLite's plans, and counted in its steps.

Every public method of every repository is called, so a new one is found without being listed: it needs a line in
`every_method.py`. Where a method reads all by nature, it stands in `BY_NATURE` with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields
from inspect import getmembers, isfunction
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from sqlalchemy import event, text
from sqlmodel import SQLModel

from service.storage.ledger import Ledger, Transaction, open_ledger
from tests.storage.every_method import CALLS
from tests.storage.filled_ledger import FEW, fill

SMALL, LARGE = 200, 800
BY_NATURE = {
    "mails.known_uids": "compares a mailbox with everything that was taken in from it",
    "mails.count_by_state": "the day's comparison counts every mail",
    "outbox.count_by_state": "`doctor` counts every mail of ours",
    "listings.twice": "without a unit: all cases of a campaign",
    "other_pages.of": "without a unit: all pages of a campaign, for a list that somebody asked for",
    "events.verify_chain": "an audit trail is verified as a whole, or not at all",
}
COARSE = {"campaign", "mailbox", "uidvalidity", "state", "kind", "template", "what"}
"""Columns of which most rows may have the same value."""
PARTIAL = {
    index.name
    for table in SQLModel.metadata.tables.values()
    for index in table.indexes
    if index.kwargs.get("sqlite_where") is not None
}
"""Indexes that hold only what is still open."""
STEP = re.compile(r"(?P<how>SCAN|SEARCH) (?P<table>\w+?)(_\d+)?( USING .*?(?P<index>\w+))?( \((?P<terms>.*)\))?")
"""Such as `SEARCH mail USING COVERING INDEX ix_mail_unit (campaign=? AND unit=?)`; `_1` makes an alias."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A statement, and what SQLite said it would do."""

    statement: str
    plan: tuple[str, ...]

    @property
    def walks(self) -> list[str]:
        """The steps of the plan that read what grows."""
        return [step for step in self.plan if self._walks(step)]

    def _walks(self, step: str) -> bool:
        if not step.startswith(("SCAN", "SEARCH")):
            return False
        found = STEP.fullmatch(step)
        assert found, f"{step}: not understood"
        if found["table"] in FEW or found["index"] in PARTIAL:
            return False
        if found["how"] == "SCAN":
            return not ("WHERE" not in self.statement and self._stops)
        terms = set(re.findall(r"(\w+)[=<>]", found["terms"] or ""))
        return bool(terms) and terms <= COARSE and not self._stops

    @property
    def _stops(self) -> bool:
        """The order of the rows read is the one asked for, so that the first ones are enough."""
        sorts = any("TEMP B-TREE" in step for step in self.plan)
        return not sorts and ("LIMIT" in self.statement or "SELECT max(" in self.statement)


@dataclass(slots=True)
class Watch:
    """What a ledger is asked, and in how many steps of SQLite's machine it answers."""

    asked: list[Asked] = field(default_factory=list)
    steps: int = 0

    def note(self, connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        raw = connection.connection.dbapi_connection
        raw.set_progress_handler(None, 1)
        rows = raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters[0] if many else parameters)
        self.asked.append(Asked(statement=statement, plan=tuple(row[3] for row in rows)))
        raw.set_progress_handler(self._count, 1)

    @property
    def walks(self) -> list[str]:
        return [step for asked in self.asked for step in asked.walks]

    def _count(self) -> int:
        self.steps += 1
        return 0


class Undone(Exception):
    """Takes back what a call wrote, so that every call finds the same ledger."""


def watched(ledger: Ledger) -> dict[str, Watch]:
    """Every method once, each in a transaction of its own."""
    found: dict[str, Watch] = {}
    for repository, calls in CALLS.items():
        for method, call in calls.items():
            watch = found[f"{repository}.{method}"] = Watch()
            event.listen(ledger.engine, "before_cursor_execute", watch.note)
            with suppress(Undone), ledger.transaction() as transaction:
                call(transaction)
                transaction.mails.session.flush()
                raise Undone
            event.remove(ledger.engine, "before_cursor_execute", watch.note)
    return found


def fresh(ledger: Ledger, mails: int) -> None:
    fill(ledger.engine, mails)


def with_statistics(ledger: Ledger, mails: int) -> None:
    """As if an administrator had gathered them."""
    fill(ledger.engine, mails)
    with ledger.engine.begin() as connection:
        connection.execute(text("ANALYZE"))


FILLED = pytest.mark.parametrize("filled", [fresh, with_statistics])


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[str], Ledger]]:
    ledgers: list[Ledger] = []

    def an_empty_one(name: str) -> Ledger:
        ledgers.append(open_ledger(f"sqlite:///{tmp_path / name}.sqlite"))
        return ledgers[-1]

    yield an_empty_one
    for ledger in ledgers:
        ledger.close()


def test_every_public_method_of_every_repository_is_called() -> None:
    """A method that nobody calls here would escape the other tests."""
    kinds = get_type_hints(Transaction)
    for each in fields(Transaction):
        methods = {name for name, _ in getmembers(kinds[each.name], isfunction) if not name.startswith("_")}
        assert methods == set(CALLS.get(each.name, ())), f"tests/storage/every_method.py: {each.name}"


@FILLED
def test_no_statement_walks_what_grows(opened: Callable[[str], Ledger], filled: Callable[[Ledger, int], None]) -> None:
    """Neither a whole table nor all of a campaign, whether SQLite has statistics or not."""
    ledger = opened("ledger")
    filled(ledger, LARGE)
    found = {method: watch.walks for method, watch in watched(ledger).items()}
    walking = {method: steps for method, steps in found.items() if steps}
    assert {method: steps for method, steps in walking.items() if method not in BY_NATURE} == {}
    assert sorted(walking) == sorted(BY_NATURE)


@FILLED
def test_no_question_takes_more_steps_in_a_larger_ledger(
    opened: Callable[[str], Ledger], filled: Callable[[Ledger, int], None]
) -> None:
    """What one unit sent and what waits are the same in both: only what is past has grown."""
    small, large = opened("small"), opened("large")
    filled(small, SMALL)
    filled(large, LARGE)
    before, after = watched(small), watched(large)
    grown = {
        method: (before[method].steps, after[method].steps)
        for method in after
        if method not in BY_NATURE and after[method].steps > 1.1 * before[method].steps + 10
    }
    assert grown == {}
