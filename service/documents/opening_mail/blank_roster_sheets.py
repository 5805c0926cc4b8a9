"""The further sheets of the blank roster: several discrepancies of one worker, and who the unit's contact is."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from service.core.campaigns import Campaign, Column, ColumnKind
from service.core.sentences import Wording
from service.core.units import Unit
from service.documents.letters.print_sheets import FONT, text_cell

_LINE = Side(style="thin", color="808080")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEADING, _INPUT = PatternFill("solid", fgColor="C5D9F1"), PatternFill("solid", fgColor="FFFFE5")
_BESIDE_THE_BLOCK = ("period_from", "period_to", "evidence")
_PEOPLE = (ColumnKind.ORDINAL, ColumnKind.NAME, ColumnKind.SOCIAL_INSURANCE_NO)
_ROWS = 30
_LONGEST_PROMPT, _LONGEST_PROMPT_TITLE = 255, 32
_CONTACT = ("name", "position", "phone", "address")
_A4 = 9


def add_sheets(workbook: Workbook, campaign: Campaign, unit: Unit, wording: Wording) -> None:
    """What the campaign asks for besides the list."""
    if campaign.discrepancy is not None:
        _discrepancies(workbook.create_sheet(wording.say("annex.discrepancy_sheet")), campaign, wording)
    _contact(workbook.create_sheet(wording.say("annex.contact_sheet")), unit, wording)


def _discrepancies(page: Worksheet, campaign: Campaign, wording: Wording) -> None:
    """Who, and the discrepancy's own columns; one line for each."""
    block = campaign.discrepancy
    assert block is not None
    own = (block.kind, block.shown, block.actual, *_BESIDE_THE_BLOCK)
    people = [next((column for column in campaign.columns if column.kind is kind), None) for kind in _PEOPLE]
    columns = [column for column in people if column is not None]
    columns += [column for column in campaign.columns if column.key in own and column.in_template]
    _title(page, wording.say("annex.discrepancy_title"), wording.say("annex.discrepancy_help"), len(columns))
    for number, column in enumerate(columns, start=1):
        cell = text_cell(page, 4, number, column.heading, bold=True, centred=True)
        cell.fill, cell.border = _HEADING, _BORDER
        page.column_dimensions[get_column_letter(number)].width = column.width
        _input(page, range(5, 5 + _ROWS), number, column)
    page.row_dimensions[4].height = 34
    page.freeze_panes, page.print_title_rows = "A5", "4:4"
    _protect_and_print(page)


def _input(page: Worksheet, rows: Sequence[int], number: int, column: Column) -> None:
    for row in rows:
        _open(page, row, number)
    letters = get_column_letter(number)
    if not column.choices and not column.help:
        return
    rule = DataValidation(allow_blank=True)
    if column.choices:
        listed = '"' + ",".join(column.choices) + '"'
        rule = DataValidation(type="list", formula1=listed, allow_blank=True, errorStyle="information")
    rule.promptTitle, rule.prompt = column.heading[:_LONGEST_PROMPT_TITLE], column.help[:_LONGEST_PROMPT] or None
    rule.showInputMessage = bool(column.help)
    rule.add(f"{letters}{rows[0]}:{letters}{rows[-1]}")
    page.add_data_validation(rule)


def _contact(page: Worksheet, unit: Unit, wording: Wording) -> None:
    """Labels at the left, cells to fill in beside them."""
    _title(page, wording.say("annex.contact_title"), wording.say("annex.contact_help"), 2)
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 26, 60
    for row, key in enumerate(("unit", *_CONTACT), start=4):
        label = text_cell(page, row, 1, wording.say(f"annex.contact_{key}"), bold=True)
        label.fill, label.border = _HEADING, _BORDER
        page.row_dimensions[row].height = 22
        if key == "unit":
            text_cell(page, row, 2, f"{unit.name} ({unit.code})").border = _BORDER
        else:
            _open(page, row, 2)
            page.cell(row, 2).fill = _INPUT
    _protect_and_print(page)


def _open(page: Worksheet, row: int, column: int) -> None:
    """A cell to type into: text, so that zeros stay."""
    cell = page.cell(row, column)
    cell.number_format, cell.border, cell.protection = "@", _BORDER, Protection(locked=False)
    cell.font, cell.alignment = Font(name=FONT, size=11), Alignment(vertical="center", wrap_text=True)


def _title(page: Worksheet, title: str, explained: str, columns: int) -> None:
    for row, (text, bold) in enumerate(((title, True), (explained, False)), start=1):
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
        text_cell(page, row, 1, text, bold=bold, italic=not bold, centred=bold, size=13 if bold else 11)
    page.row_dimensions[1].height, page.row_dimensions[2].height = 24, 48


def _protect_and_print(page: Worksheet) -> None:
    """Labels stay as they are; no password, so that nobody is locked out."""
    page.protection.sheet = True
    for allowed in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter"):
        setattr(page.protection, allowed, False)
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", _A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.sheet_view.showGridLines = False
