"""The package's workbooks: everyone who did it, what the agency's data has wrong, and who could not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from service.core.campaigns import Campaign, Column, ColumnKind
from service.core.progress.packages import PackageTotals, PackageUnit
from service.core.sentences import Wording
from service.documents.letters.print_sheets import PrintColumn, PrintGroup, PrintSheet, print_workbook

REASON = "not_possible_reason"
NOTE = "note"
_IDENTITY = ("employee_code", "full_name", "birth_date", "citizen_id", "social_insurance_no")
_CENTRED = frozenset(ColumnKind) - {ColumnKind.TEXT, ColumnKind.NAME, ColumnKind.EMAIL}
_UNIT_WIDTH = 20.0
_ORDINAL_WIDTH = 5.5
_WIDEST = {ColumnKind.YES_NO: 9, ColumnKind.DATE: 11, ColumnKind.MONTH: 9, ColumnKind.NAME: 22, ColumnKind.EMAIL: 25}
"""Narrower than where people type, so that the print stays large enough to read."""
_WIDEST_TEXT = 20

Row = Mapping[str, str]


def package_totals(campaign: Campaign, units: Sequence[PackageUnit]) -> PackageTotals:
    """The figures of the whole package."""
    return PackageTotals(
        units=len(units),
        workers=sum(len(_done(unit)) for unit in units),
        forms=sum(len(unit.forms) for unit in units),
        discrepancies=sum(_has_discrepancy(campaign, row) for unit in units for row in unit.rows),
        not_possible=sum(len(_not_possible(unit)) for unit in units),
        open=sum(not unit.progress.unit_is_done for unit in units),
    )


def roster_workbook(campaign: Campaign, units: Sequence[PackageUnit], wording: Wording, made_at: datetime) -> bytes:
    """One list of all units, the unit in front, and a second sheet with a line for each unit."""
    rows = [(unit, row) for unit in units for row in _done(unit)]
    columns = _filled(_roster_columns(campaign), [row for _, row in rows])
    sheet = PrintSheet(
        tab=wording.say("package.roster.tab"),
        corner=_corner(campaign),
        title=(campaign.texts.get("roster_title", campaign.title), _attached_to(campaign, wording, made_at)),
        columns=_headings(columns, wording),
        groups=(PrintGroup(rows=_lines(rows, columns, wording)),),
        totals=(wording.say("package.roster.total", workers=str(len(rows)), units=str(len(units))),),
        signature=_signature(campaign, wording, made_at),
    )
    return print_workbook((sheet, _units_sheet(campaign, units, wording, made_at)), made_at=made_at)


def discrepancies_workbook(
    campaign: Campaign, units: Sequence[PackageUnit], wording: Wording, made_at: datetime
) -> bytes:
    """What the agency's data has wrong, grouped by kind."""
    block = campaign.discrepancy
    assert block is not None
    rows = [(unit, row) for unit in units for row in unit.rows if _has_discrepancy(campaign, row)]
    wanted = [column for column in _discrepancy_columns(campaign) if column.key != block.kind]  # it heads each group
    columns = _filled(wanted, [row for _, row in rows])
    groups = []
    for kind, members in _by_kind(campaign, block.kind, rows):
        words = kind or wording.say("package.discrepancies.other")
        title = wording.say("package.discrepancies.kind", kind=words, count=str(len(members)))
        groups.append(PrintGroup(title=title, rows=_lines(members, columns, wording)))
    sheet = PrintSheet(
        tab=wording.say("package.discrepancies.tab"),
        corner=_corner(campaign),
        title=(wording.say("package.discrepancies.title"), _attached_to(campaign, wording, made_at)),
        columns=_headings(columns, wording),
        groups=groups,
        totals=(wording.say("package.discrepancies.total", count=str(len(rows))),),
        signature=_signature(campaign, wording, made_at),
    )
    return print_workbook((sheet,), made_at=made_at)


def not_possible_workbook(
    campaign: Campaign, units: Sequence[PackageUnit], wording: Wording, made_at: datetime
) -> bytes:
    """Who could not do it, and why."""
    rows = [(unit, row) for unit in units for row in _not_possible(unit)]
    wanted = [*_identity(campaign), *(column for key in (REASON, NOTE) if (column := campaign.column(key)))]
    columns = _filled(wanted, [row for _, row in rows])
    sheet = PrintSheet(
        tab=wording.say("package.not_possible.tab"),
        corner=_corner(campaign),
        title=(wording.say("package.not_possible.title"), _attached_to(campaign, wording, made_at)),
        columns=_headings(columns, wording),
        groups=(PrintGroup(rows=_lines(rows, columns, wording)),),
        totals=(wording.say("package.not_possible.total", workers=str(len(rows))),),
        signature=_signature(campaign, wording, made_at),
    )
    return print_workbook((sheet,), made_at=made_at)


def shown_value(column: Column, value: str, wording: Wording) -> str:
    """A canonical value as offices write it: 19/05/2021, 05/2021, X."""
    if column.kind in (ColumnKind.DATE, ColumnKind.MONTH):
        return "/".join(reversed(value.split("-")))
    if column.kind is ColumnKind.YES_NO and value in ("true", "false"):
        return wording.say("package.yes") if value == "true" else ""
    return value


def _units_sheet(campaign: Campaign, units: Sequence[PackageUnit], wording: Wording, made_at: datetime) -> PrintSheet:
    names = _figures(campaign)
    figures = [(unit.unit.name, package_totals(campaign, (unit,))) for unit in units]
    lines = [
        (str(number), name, *(str(getattr(sums, figure)) for figure in names))
        for number, (name, sums) in enumerate(figures, 1)
    ]
    whole = package_totals(campaign, units)
    return PrintSheet(
        tab=wording.say("package.units.tab"),
        corner=_corner(campaign),
        title=(wording.say("package.units.title"), _attached_to(campaign, wording, made_at)),
        columns=(
            PrintColumn(heading=wording.say("package.ordinal"), width=_ORDINAL_WIDTH, centred=True),
            PrintColumn(heading=wording.say("package.unit"), width=40),
            *(PrintColumn(heading=wording.say(f"package.units.{name}"), width=18, centred=True) for name in names),
        ),
        groups=(PrintGroup(rows=lines),),
        totals_row=("", wording.say("package.units.total"), *(str(getattr(whole, figure)) for figure in names)),
    )


def _figures(campaign: Campaign) -> list[str]:
    """What is counted: only what the campaign collects."""
    collected = {"forms": campaign.declaration is not None, "discrepancies": campaign.discrepancy is not None}
    return [name for name in ("workers", "forms", "discrepancies", "not_possible") if collected.get(name, True)]


def _done(unit: PackageUnit) -> list[Row]:
    return [row for row in unit.rows if not row.get(REASON)]


def _not_possible(unit: PackageUnit) -> list[Row]:
    return [row for row in unit.rows if row.get(REASON)]


def _has_discrepancy(campaign: Campaign, row: Row) -> bool:
    block = campaign.discrepancy
    return block is not None and any(row.get(key) for key in (block.kind, block.shown, block.actual))


def _roster_columns(campaign: Campaign) -> list[Column]:
    """The roster as units fill it, without what has lists of its own."""
    apart = {column.key for column in _details(campaign)} | {REASON}
    return [column for column in _asked_for(campaign) if column.key not in apart]


def _discrepancy_columns(campaign: Campaign) -> list[Column]:
    return [*_identity(campaign), *_details(campaign), *(c for c in (campaign.column(NOTE),) if c)]


def _details(campaign: Campaign) -> list[Column]:
    """The discrepancy block and what stands behind it in the roster: periods, evidence."""
    if campaign.discrepancy is None:
        return []
    columns = _asked_for(campaign)
    keys = [column.key for column in columns]
    start = keys.index(campaign.discrepancy.kind)
    return [column for column in columns[start:] if column.key not in (REASON, NOTE)]


def _identity(campaign: Campaign) -> list[Column]:
    """Who it is: name, birth, numbers."""
    return [column for column in _asked_for(campaign) if column.key in _IDENTITY]


def _asked_for(campaign: Campaign) -> list[Column]:
    return [column for column in campaign.columns if column.in_template and column.kind is not ColumnKind.ORDINAL]


def _filled(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    """Without optional columns that nobody filled."""
    return [column for column in columns if column.required or any(row.get(column.key) for row in rows)]


def _by_kind(
    campaign: Campaign, key: str, rows: Sequence[tuple[PackageUnit, Row]]
) -> list[tuple[str, list[tuple[PackageUnit, Row]]]]:
    """Kinds in the order in which the template offers them, others after them by name; case does not matter."""
    column = campaign.column(key)
    offered = {choice.casefold(): (number, choice) for number, choice in enumerate(column.choices if column else ())}
    groups: dict[tuple[int, str], list[tuple[PackageUnit, Row]]] = defaultdict(list)
    for unit, row in rows:
        written = row.get(key, "").strip()
        groups[offered.get(written.casefold(), (len(offered), written))].append((unit, row))
    return [(kind, groups[order, kind]) for order, kind in sorted(groups)]


def _headings(columns: Sequence[Column], wording: Wording) -> list[PrintColumn]:
    first = (
        PrintColumn(heading=wording.say("package.unit"), width=_UNIT_WIDTH),
        PrintColumn(heading=wording.say("package.ordinal"), width=_ORDINAL_WIDTH, centred=True),
    )
    others = (
        PrintColumn(heading=column.heading, width=_print_width(column), centred=column.kind in _CENTRED)
        for column in columns
    )
    return [*first, *others]


def _print_width(column: Column) -> float:
    if column.key == REASON:
        return column.width * 1.5
    return min(column.width, _WIDEST.get(column.kind, _WIDEST_TEXT))


def _lines(
    rows: Sequence[tuple[PackageUnit, Row]], columns: Sequence[Column], wording: Wording
) -> list[tuple[str, ...]]:
    return [
        (unit.unit.name, str(number), *(shown_value(column, row.get(column.key, ""), wording) for column in columns))
        for number, (unit, row) in enumerate(rows, 1)
    ]


def _corner(campaign: Campaign) -> tuple[str, ...]:
    return (campaign.organisation_parent.upper(), campaign.organisation.upper())


def _attached_to(campaign: Campaign, wording: Wording, made_at: datetime) -> str:
    return wording.say(
        "letter.annexed",
        number=campaign.texts.get("package_letter_number", campaign.letter_number),
        date=f"{made_at:%d/%m/%Y}",
        organisation=campaign.organisation,
    )


def _signature(campaign: Campaign, wording: Wording, made_at: datetime) -> tuple[str, ...]:
    month = f"{made_at:%m}" if made_at.month <= 2 else str(made_at.month)  # as in letters (Decree 30, II.4.b)
    day, year = f"{made_at:%d}", f"{made_at:%Y}"
    date = wording.say("letter.place_and_date", place=campaign.place, day=day, month=month, year=year)
    return (date, *campaign.signer_title, campaign.signer_name)
