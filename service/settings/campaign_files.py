"""Reads a campaign's folder: `campaign.toml` and `roster.toml`, the units, HR's personnel file, the annexes' texts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import TypeAdapter, ValidationError

from service.core.campaigns import Campaign, Column, ColumnKind
from service.core.grids import Sheet
from service.core.rosters.cell_values import written
from service.core.rosters.rows import read_roster
from service.core.rosters.rules import CHECKS
from service.core.units import Unit, Worker
from service.core.vietnam.text import folded_words
from service.documents.common.errors import UnreadableFile
from service.documents.workbooks.workbook import read_workbook
from service.flow.ports.failures import CannotGoOn

MAX_CELLS = 5_000_000


class SettingRefused(CannotGoOn):
    """A wrong setting: file, key, value, remedy. Trying again helps only after somebody mended it."""

    def __init__(self, file: Path, key: str, value: object, remedy: str) -> None:
        said = f" = {value!r}" if value not in ("", None) else ""
        super().__init__(f"{file}: {key}{said}: {remedy}" if key else f"{file}: {remedy}")
        self.file, self.key = file, key


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFolder:
    """A campaign with its people and texts, as configured."""

    folder: Path
    campaign: Campaign
    units: tuple[Unit, ...]
    workers: Mapping[str, tuple[Worker, ...]]
    sources: Mapping[str, str]
    """Texts of the annexes by file name without ending: `letter`, `guide`, `privacy`."""


def read_campaign_folder(folder: Path) -> CampaignFolder:
    """Reads and checks everything; the first wrong setting is refused with its place and remedy."""
    campaign = _campaign(folder)
    units = _units(folder / "units.xlsx")
    workers = _workers(folder / "workers.xlsx", campaign, units)
    annexes = sorted((folder / "annexes").glob("*")) if (folder / "annexes").is_dir() else []
    sources = {
        file.name: file.read_text(encoding="utf-8") for file in annexes if file.suffix in (".md", ".toml", ".txt")
    }
    return CampaignFolder(folder=folder, campaign=campaign, units=units, workers=workers, sources=sources)


def _campaign(folder: Path) -> Campaign:
    main, roster = folder / "campaign.toml", folder / "roster.toml"
    table = {**_toml(main), **_toml(roster)}
    for optional in ("discrepancy", "declaration"):
        table.setdefault(optional, None)
    for key in _unknown_keys(Campaign, table, ""):
        raise SettingRefused(main, key, "", "unknown key; check its spelling")
    try:
        campaign = TypeAdapter(Campaign).validate_python(table)
    except ValidationError as problem:
        first = problem.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SettingRefused(main, key, first["input"], first["msg"]) from None
    for file, key, value, remedy in _mistakes(campaign, main, roster):
        raise SettingRefused(file, key, value, remedy)
    return campaign


def _toml(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise SettingRefused(file, "", "", "this file is missing; every campaign needs it")
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingRefused(file, "", "", f"not a TOML file: {problem}") from None


def _unknown_keys(kind: Any, table: Any, path: str) -> Iterator[str]:
    """Keys that no field of the dataclass has, at any depth."""
    if isinstance(table, Sequence) and not isinstance(table, str):
        for number, item in enumerate(table):
            yield from _unknown_keys(kind, item, f"{path}.{number}")
    if not is_dataclass(kind) or not isinstance(table, Mapping):
        return
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)}
    for key, value in table.items():
        where = f"{path}.{key}".lstrip(".")
        if key not in known:
            yield where
            continue
        for inner in (hints[key], *get_args(hints[key])):
            if is_dataclass(inner):
                yield from _unknown_keys(inner, value, where)


Mistake = tuple[Path, str, object, str]
"""File, key, value, remedy."""


def _mistakes(campaign: Campaign, main: Path, roster: Path) -> Iterator[Mistake]:
    """What types alone cannot refuse."""
    yield from _address_mistakes(campaign, main)
    yield from _time_mistakes(campaign, main)
    yield from _plan_mistakes(campaign, main)
    yield from _roster_mistakes(campaign, roster)


def _address_mistakes(campaign: Campaign, main: Path) -> Iterator[Mistake]:
    if not campaign.hr_addresses:
        yield main, "hr_addresses", "", "name at least one address of HR"
    management = campaign.management.addresses if campaign.management else ()
    for address in (*campaign.hr_addresses, campaign.agency.address, *management):
        if address.count("@") != 1 or address != address.strip().lower():
            yield main, "address", address, "not a mail address in lower case"


def _time_mistakes(campaign: Campaign, main: Path) -> Iterator[Mistake]:
    try:
        ZoneInfo(campaign.zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield main, "zone", campaign.zone, "no such time zone; for example Asia/Ho_Chi_Minh"
    if campaign.sending_from >= campaign.sending_until:
        yield main, "sending_until", campaign.sending_until, f"must be later than sending_from {campaign.sending_from}"
    for day in sorted(campaign.days_off & campaign.working_days):
        yield main, "working_days", f"{day}", "stands in days_off too; one of them only"


def _plan_mistakes(campaign: Campaign, main: Path) -> Iterator[Mistake]:
    plan = campaign.plan
    if any(distance < 0 for distance in (*plan.before, *plan.overdue)):
        yield main, "plan", plan, "distances are working days, 0 or more"
    if 0 in plan.overdue:
        yield main, "plan.overdue", 0, "the last day itself is in time; write 0 under `before`, or 1 here"
    if plan.mails_a_day < 1:
        yield main, "plan.mails_a_day", plan.mails_a_day, "at least 1; to write nothing leave `before` empty"
    if campaign.management and not 1 <= campaign.management.weekday <= 5:
        yield main, "management.weekday", campaign.management.weekday, "1 (Monday) to 5 (Friday)"


def _roster_mistakes(campaign: Campaign, roster: Path) -> Iterator[Mistake]:
    keys = [column.key for column in campaign.columns]
    for key in {key for key in keys if keys.count(key) > 1}:
        yield roster, "columns", key, "this key is used twice"
    if not any(column.kind is ColumnKind.NAME for column in campaign.columns):
        yield roster, "columns", "", "at least one column of kind name is needed"
    for rule in campaign.rules:
        if rule not in CHECKS:
            yield roster, "rules", rule, f"no such rule; known are {', '.join(CHECKS)}"
    if campaign.discrepancy:
        for key in (campaign.discrepancy.kind, campaign.discrepancy.shown, campaign.discrepancy.actual):
            if key not in keys:
                yield roster, "discrepancy", key, "no column has this key"


UNIT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("mã đơn vị", "code"),
    "name": ("tên đơn vị", "name"),
    "aliases": ("tên khác", "aliases"),
    "contact": ("đầu mối", "contact"),
    "addresses": ("địa chỉ thư", "addresses"),
    "head_name": ("thủ trưởng", "head"),
    "head_address": ("thư thủ trưởng", "head address"),
    "phone": ("điện thoại", "phone"),
    "language": ("ngôn ngữ", "language"),
    "passwords": ("mật khẩu tệp", "file passwords"),
}
"""Headings of `units.xlsx`, compared without accents and case."""


def _units(file: Path) -> tuple[Unit, ...]:
    rows = list(_rows(file, UNIT_COLUMNS))
    units = tuple(_unit(file, number, row) for number, row in rows)
    if not units:
        raise SettingRefused(file, "", "", "no unit in this file; one row a unit is needed")
    owners: dict[str, str] = {}
    for unit in units:
        for mark in (unit.code.lower(), *unit.addresses):
            if owners.setdefault(mark, unit.code) != unit.code:
                raise SettingRefused(file, unit.code, mark, f"also stands at unit {owners[mark]}; one unit only")
    return units


def _unit(file: Path, number: int, row: Mapping[str, str]) -> Unit:
    for key in ("code", "name"):
        if not row.get(key):
            raise SettingRefused(file, f"row {number}", "", f"the column {UNIT_COLUMNS[key][0]!r} is empty")
    addresses = _list(row.get("addresses", "").lower())
    head = row.get("head_address", "").lower()
    for address in (*addresses, *([head] if head else [])):
        if address.count("@") != 1:
            raise SettingRefused(file, f"row {number}", address, "not a mail address")
    return Unit(
        code=row["code"],
        name=row["name"],
        addresses=addresses,
        contact=row.get("contact") or None,
        head_name=row.get("head_name") or None,
        head_address=head or None,
        phone=row.get("phone") or None,
        language=row.get("language") or "vi",
        aliases=_list(row.get("aliases", "")),
        passwords=_parted(row.get("passwords", "")),  # a comma may be part of a password
    )


def _list(text: str) -> tuple[str, ...]:
    return _parted(text.replace(",", ";"))


def _parted(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _rows(file: Path, columns: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[int, dict[str, str]]]:
    """(row number, values by key) of a plain table: headings in its first row."""
    sheet = _sheet(file)
    places: dict[int, str] = {}
    for (row, column), cell in sheet.cells.items():
        if row == 1:
            heading = folded_words(str(cell.value))
            key = next((key for key, names in columns.items() if heading in map(folded_words, names)), None)
            if key is not None:
                places[column] = key
    for row in range(2, sheet.last_row + 1):
        values = {
            key: written(sheet.cells[row, column]) for column, key in places.items() if (row, column) in sheet.cells
        }
        if any(values.values()):
            yield row, values


def _sheet(file: Path) -> Sheet:
    if not file.is_file():
        raise SettingRefused(file, "", "", "this file is missing; every campaign needs it")
    try:
        return read_workbook(file.read_bytes(), max_cells=MAX_CELLS).sheets[0]
    except UnreadableFile as problem:
        raise SettingRefused(file, "", "", f"not a readable workbook: {problem}") from None


UNIT_OF_WORKER = Column(key="unit", heading="Mã đơn vị", kind=ColumnKind.TEXT, synonyms=("Đơn vị", "Unit"))


def _workers(file: Path, campaign: Campaign, units: Sequence[Unit]) -> Mapping[str, tuple[Worker, ...]]:
    """HR's own personnel file: the roster's columns and one for the unit's code. Optional."""
    if not file.is_file():
        return {}
    known = {unit.code for unit in units}
    by_unit: dict[str, list[Worker]] = {}
    for number, values in _worker_rows(file, campaign):
        code = values.pop("unit", "")
        if code not in known:
            raise SettingRefused(file, f"row {number}", code, "no unit of units.xlsx has this code")
        by_unit.setdefault(code, []).append(Worker(unit=code, values=values))
    return {code: tuple(workers) for code, workers in by_unit.items()}


def _worker_rows(file: Path, campaign: Campaign) -> Iterator[tuple[int, dict[str, str]]]:
    """Read as any roster is read, so that HR may keep its own headings and order."""
    with_unit = replace(campaign, columns=(UNIT_OF_WORKER, *campaign.columns))
    try:
        roster = read_roster(read_workbook(file.read_bytes(), max_cells=MAX_CELLS), with_unit)
    except UnreadableFile as problem:
        raise SettingRefused(file, "", "", f"not a readable workbook: {problem}") from None
    if roster is None:
        raise SettingRefused(file, "", "", "no table with names was found; the headings are those of the roster")
    for row in roster.rows:
        yield row.row, dict(row.values)
