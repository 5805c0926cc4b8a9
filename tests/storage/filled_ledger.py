"""A ledger with rows in every table, as many as so many mails leave behind; tables that are new get some by themselves.

More mails come from more units: what one unit sent, and what waits for somebody, is the same in a ledger of any size.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnDefault, Engine, Table, insert
from sqlalchemy.types import Boolean, Date, DateTime, Integer, TypeDecorator
from sqlmodel import SQLModel

from service.core.forms import PageKind, PageReading, Source
from service.storage import values

CAMPAIGN, UNIT, MAILBOX = "c", "U0000", "box"
START = datetime(2021, 5, 4, 2, 0, tzinfo=UTC)
MAILS_OF_A_UNIT = 10
WAITING = 5
"""So many of the newest are not done with."""
A_MAIL_LEAVES = {
    "event": 3,
    "form": 3,
    "listed_person": 20,
    "numbered_finding": 2,
    "form_code": 2,
    "paper_memory": 2,
}
"""Rows for each mail; one where nothing is said."""
FEW = {"campaign": 1, "mailbox_look": 1, "sending_pause": 1, "package": 3}
"""Rows at any time."""
READING = values.to_json(values.reading, PageReading(page=1, kind=PageKind.DECLARATION, rotation=0, source=Source.OCR))


def fill(engine: Engine, mails: int) -> None:
    """Writes the rows, whose ids count from 1."""
    with engine.begin() as connection:
        for table in SQLModel.metadata.sorted_tables:
            rows = [_row(table, number, mails) for number in range(rows_of(table.name, mails))]
            connection.execute(insert(table), rows)


def rows_of(table: str, mails: int) -> int:
    if table == "unit_notes":
        return mails // MAILS_OF_A_UNIT
    return FEW.get(table, mails * A_MAIL_LEAVES.get(table, 1))


def _row(table: Table, number: int, mails: int) -> dict[str, Any]:
    mail = number // A_MAIL_LEAVES.get(table.name, 1)
    return {column.name: _value(table.name, column, number, mail, mails - mail) for column in table.columns}


def _value(table: str, column: Column[Any], number: int, mail: int, age: int) -> Any:
    """`mail`: which one it came with; `age`: how many came since."""
    given = GIVEN.get(f"{table}.{column.name}") or GIVEN.get(column.name)
    if given is not None:
        return given(number, mail, age)
    if column.foreign_keys:
        return mail + 1
    if isinstance(column.default, ColumnDefault) and column.default.is_scalar:
        return column.default.arg
    return None if column.nullable and not column.primary_key else _by_kind(column, number)


def _by_kind(column: Column[Any], number: int) -> Any:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer):
        return number + 1
    if isinstance(kind, DateTime):
        return START + timedelta(minutes=number)
    if isinstance(kind, Date):
        return START.date() + timedelta(days=number)
    return f"{column.name}-{number}"


def _unit(number: int, mail: int, _age: int) -> str:
    return f"U{mail // MAILS_OF_A_UNIT:04d}"


def _always(value: str) -> Callable[[int, int, int], str]:
    return lambda number, mail, age: value


def _old_or_new(old: str, new: str) -> Callable[[int, int, int], str]:
    return lambda number, mail, age: new if age <= WAITING else old


GIVEN: dict[str, Callable[[int, int, int], Any]] = {
    "campaign": _always(CAMPAIGN),
    "campaign.id": _always(CAMPAIGN),
    "unit": _unit,
    "unit_notes.unit": lambda number, mail, age: f"U{number:04d}",
    "version": lambda number, mail, age: mail % MAILS_OF_A_UNIT + 1,
    "mail.mailbox": _always(MAILBOX),
    "mail.uidvalidity": lambda number, mail, age: 1,
    "mail.message_id": lambda number, mail, age: f"<{number}@x.example>",
    "mail.state": _old_or_new("processed", "held"),
    "mail.kind": lambda number, mail, age: ("submission", "question")[number % 2],
    "mail.folder": _always("Processed"),
    "mail.filed": lambda number, mail, age: age > WAITING,
    "outgoing.state": _old_or_new("sent", "queued"),
    "outgoing.template": _always("answer"),
    "outgoing.message_id": lambda number, mail, age: f"<{number}@dondoc.example>",
    "outgoing.recipients": lambda number, mail, age: f'["{_unit(number, mail, age)}@x.example"]',
    "outgoing.sent_at": lambda number, mail, age: START + timedelta(minutes=mail) if age > WAITING else None,
    "event.what": lambda number, mail, age: ("received", "answered", "filed")[number % 3],
    "roster.entries": _always("[]"),
    "roster.findings": _always("[]"),
    "form.reading": _always(READING),
    "form.verdict": _always("review"),
    "form_code.printed": _always("{}"),
    "paper_memory.papers": _always("[]"),
    "package.files": _always("[]"),
    "contact.state": lambda number, mail, age: "former" if mail % MAILS_OF_A_UNIT else "current",
    "listed_person.kind": lambda number, mail, age: ("social_insurance_no", "citizen_id")[number % 2],
    "listed_twice.kind": _always("social_insurance_no"),
    "other_page.kind": _always("cover"),
    "aside_page.kind": _always("cover"),
}
"""(number of the row, of its mail, mails since) → value, for columns of one table or of all."""
