"""Invented rosters for tests: people who are right in every cell, as grids of cells and as real xlsx files."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook as Book

from service.core.findings import Finding, Severity
from service.core.grids import Cell, CellValue, Sheet, Workbook
from service.core.rosters.rows import Roster, read_roster
from service.core.rosters.rules import check_roster
from tests.support.harness.bundled_campaign import bundled_campaign

TODAY = date(2021, 5, 12)
KEYS = (
    "ordinal",
    "full_name",
    "birth_date",
    "gender",
    "citizen_id",
    "social_insurance_no",
    "phone",
    "email",
    "registered_on",
    "vssid_installed",
    "declaration_signed",
    "discrepancy_kind",
    "discrepancy_vssid",
    "discrepancy_actual",
    "not_possible_reason",
    "note",
)
_FAMILIES = ("Nguyễn Văn", "Trần Đức", "Lê Minh", "Phạm Quang", "Hoàng Hữu", "Vũ Đình", "Đặng Anh", "Bùi Công")
_GIVEN = ("An", "Bình", "Cường", "Dũng", "Giang", "Hải", "Khánh", "Long", "Nam", "Phúc", "Quý", "Sơn", "Tùng", "Vượng")

Person = dict[str, CellValue]


def person(number: int, **changes: CellValue) -> Person:
    """The worker of this number, right in every cell but the changed ones; None empties a cell."""
    year = 1960 + number % 40
    whole: Person = {
        "ordinal": number + 1,
        "full_name": f"{_FAMILIES[number % len(_FAMILIES)]} {_GIVEN[number % len(_GIVEN)]}",
        "birth_date": f"{13 + number % 15}/04/{year}",
        "gender": "Nam",
        "citizen_id": f"0010{year % 100:02}{100000 + (number or 9999)}",
        # 0110000000 would be doubted: it ends in zeros as a rounded number does
        "social_insurance_no": f"01{10000000 + (number or 9999)}",
        "phone": f"0912{100000 + number}",
        "email": f"worker{number}@vnpt-it.example",
        "registered_on": f"{13 + number % 15}/04/2021",
        "vssid_installed": "X",
        "declaration_signed": "X",
    }
    return whole | changes


def people(count: int) -> list[Person]:
    return [person(number) for number in range(count)]


def headings(keys: Sequence[str] = KEYS) -> list[str]:
    campaign = bundled_campaign()
    return [campaign.heading(key) for key in keys]


def table(rows: Iterable[Mapping[str, CellValue]], keys: Sequence[str] = KEYS) -> list[list[CellValue]]:
    """Headings and rows, without anything around them."""
    return [list(headings(keys)), *([row.get(key) for key in keys] for row in rows)]


def sheet(lines: Iterable[Sequence[CellValue]], *, top: int = 1, left: int = 1, **more: Any) -> Sheet:
    """A sheet from its lines, the first at row `top`."""
    cells = {
        (row, column): Cell(value)
        for row, line in enumerate(lines, start=top)
        for column, value in enumerate(line, start=left)
        if value is not None and value != ""
    }
    return Sheet(name=more.pop("name", "Danh sách"), cells=cells, **more)


def workbook(*sheets: Sheet, **more: Any) -> Workbook:
    return Workbook(sheets=sheets, **more)


def read(*sheets: Sheet, **more: Any) -> Roster:
    """The roster in these sheets; there must be one."""
    roster = read_roster(workbook(*sheets, **more), bundled_campaign())
    assert roster is not None
    return roster


def roster_of(*rows: Person, keys: Sequence[str] = KEYS) -> Roster:
    """The roster of these people, its headings in row 1, the first person in row 2."""
    return read(sheet(table(rows, keys)))


def checked(roster: Roster, today: date = TODAY) -> tuple[Finding, ...]:
    return check_roster(roster, bundled_campaign(), today=today)


def said(*rows: Person, keys: Sequence[str] = KEYS) -> list[tuple[str, str]]:
    """(key, cell) of every finding about these people, notes aside."""
    roster = roster_of(*rows, keys=keys)
    found = (*roster.findings, *checked(roster))
    return [(finding.key, finding.cell or "") for finding in found if finding.severity is not Severity.NOTE]


def xlsx(lines: Iterable[Sequence[Any]], *, title: str = "Danh sách") -> bytes:
    """A real file of these lines."""
    book = Book()
    page = book.worksheets[0]
    page.title = title
    for line in lines:
        page.append(list(line))
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()
