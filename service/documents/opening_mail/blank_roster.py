"""The blank roster a unit gets: headings, drop-downs and hints, number columns that keep their zeros.

Date columns are text on purpose: a spreadsheet with English settings turns a typed 05/04 into 4 May without a
word, while text arrives as it was typed.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from service.core.campaigns import Campaign, Column, ColumnKind
from service.core.rosters.template_mark import MARK_PROPERTY, template_mark
from service.core.sentences import Wording
from service.core.units import Unit
from service.documents.letters.print_sheets import FONT, text_cell
from service.documents.opening_mail.blank_roster_sheets import add_sheets

CAMPAIGN_PROPERTY, UNIT_PROPERTY = "dondoc-campaign", "dondoc-unit"
_LINE = Side(style="thin", color="808080")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEADING, _REQUIRED = PatternFill("solid", fgColor="DDE6F0"), PatternFill("solid", fgColor="C5D9F1")
_EXAMPLE = PatternFill("solid", fgColor="F2F2F2")
_CENTRED = frozenset({ColumnKind.ORDINAL, ColumnKind.GENDER, ColumnKind.YES_NO, ColumnKind.DATE, ColumnKind.MONTH})
_LENGTHS: Mapping[ColumnKind, tuple[int, int]] = {
    ColumnKind.SOCIAL_INSURANCE_NO: (10, 10),
    ColumnKind.CITIZEN_ID: (8, 12),
    ColumnKind.PHONE: (10, 10),
    ColumnKind.HEALTH_CARD_NO: (10, 15),
}
_LONGEST_PROMPT, _LONGEST_PROMPT_TITLE = 255, 32
_TITLE_WIDTH = 11
"""Columns a screen shows without scrolling: the title stays in sight."""
_TITLE_HEIGHT, _ROW_HEIGHT = 18, 18
_WIDEST_PAGE = 250
"""Characters across that can still be read on one page."""
_A4 = 9


def roster_template(
    campaign: Campaign,
    unit: Unit,
    *,
    rows: Sequence[Mapping[str, str]] = (),
    blank_rows: int = 200,
    wording: Wording | None = None,
) -> bytes:
    """The campaign's roster for this unit, with `rows` (canonical values) already entered, as an xlsx.

    `wording`: adds what needs words: a line of explanation, and the sheets for discrepancies and for the contact.
    """
    workbook = Workbook()
    page = workbook.worksheets[0]
    page.title = "".join(letter for letter in campaign.roster_name if letter not in "[]:*?/\\")[:31]
    columns = tuple(column for column in campaign.columns if column.in_template)
    legend = wording.say("annex.template_legend") if wording else ""
    _TemplateSheet(page=page, campaign=campaign, unit=unit, columns=columns, legend=legend).write(rows, blank_rows)
    if wording is not None:
        add_sheets(workbook, campaign, unit, wording)
    marks = ((CAMPAIGN_PROPERTY, campaign.id), (UNIT_PROPERTY, unit.code), (MARK_PROPERTY, template_mark(campaign)))
    for name, value in marks:
        workbook.custom_doc_props.append(StringProperty(name=name, value=value))  # type: ignore[attr-defined]  # the stubs do not know it
    workbook.properties.creator = campaign.organisation
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class _TemplateSheet:
    """The template's only sheet, written from the top."""

    page: Worksheet
    campaign: Campaign
    unit: Unit
    columns: tuple[Column, ...]
    legend: str = ""
    """One line above the headings: what their colours mean."""

    def write(self, rows: Sequence[Mapping[str, str]], blank_rows: int) -> None:
        heading_row = self._title_block() + 1
        self._headings(heading_row)
        first = heading_row + 2
        self._example(first)
        self._people(first + 1, rows)
        last = first + len(rows) + blank_rows
        self._input_cells(first + 1, last)
        self._hints(first, last)
        self._protect_and_print(heading_row, last)

    def _title_block(self) -> int:
        """Who asks, whose list it is, and what it is called; returns the last row used."""
        texts = self.campaign.texts
        facts = {
            "organisation": self.campaign.organisation,
            "letter_number": self.campaign.letter_number,
            "letter_date": f"{self.campaign.letter_date:%d/%m/%Y}",
        }
        corner = (self.campaign.organisation, f"{self.unit.name} ({self.unit.code})")
        for row, line in enumerate(corner, start=1):
            text_cell(self.page, row, 1, line, bold=row == len(corner), wrap=False)
        title = [
            texts.get("roster_annex", self.campaign.roster_name),
            texts.get("roster_title", self.campaign.title),
            texts.get("roster_issued", "").format_map(facts),
        ]
        row, left = len(corner) + 1, self._beside_names
        for line in filter(None, title):
            row += 1
            self.page.merge_cells(
                start_row=row, end_row=row, start_column=left, end_column=min(len(self.columns), _TITLE_WIDTH)
            )
            is_issued = line is title[-1]
            text_cell(
                self.page, row, left, line, bold=not is_issued, italic=is_issued, centred=True, wrap=False, size=13
            )
            self.page.row_dimensions[row].height = _TITLE_HEIGHT
        if self.legend:
            text_cell(self.page, row + 1, left, self.legend, italic=True, wrap=False, size=10)
        return row + 1

    @property
    def _name(self) -> int:
        """The names' column, which stays in sight."""
        return next((n for n, column in enumerate(self.columns, start=1) if column.kind is ColumnKind.NAME), 1)

    @property
    def _is_wide(self) -> bool:
        return sum(column.width for column in self.columns) > _WIDEST_PAGE

    @property
    def _beside_names(self) -> int:
        """Where titles begin: a wide list is printed on two pages with the names on both, and the title on one."""
        return self._name + 1 if self._is_wide else 1

    def _headings(self, row: int) -> None:
        """Headings and the row of column numbers under them; required columns are darker."""
        for number, column in enumerate(self.columns, start=1):
            heading = text_cell(self.page, row, number, column.heading, bold=True, centred=True)
            heading.fill = _REQUIRED if column.required else _HEADING
            index = text_cell(self.page, row + 1, number, f"({number})", italic=True, centred=True, size=9)
            heading.border = index.border = _BORDER
            self.page.column_dimensions[get_column_letter(number)].width = column.width
        self.page.row_dimensions[row].height = 48

    def _example(self, row: int) -> None:
        """One invented person in grey italics; its ordinal says that it is an example, and reading leaves it out."""
        for number, column in enumerate(self.columns, start=1):
            cell = text_cell(self.page, row, number, column.example, italic=True, centred=column.kind in _CENTRED)
            cell.font = Font(name=FONT, size=11, italic=True, color="7F7F7F")
            cell.fill, cell.border, cell.protection = _EXAMPLE, _BORDER, Protection(locked=False)

    def _people(self, first: int, rows: Sequence[Mapping[str, str]]) -> None:
        for offset, values in enumerate(rows):
            for number, column in enumerate(self.columns, start=1):
                is_ordinal = column.kind is ColumnKind.ORDINAL
                value = str(offset + 1) if is_ordinal else _as_written(column, values.get(column.key, ""))
                if value:
                    text_cell(self.page, first + offset, number, value, centred=column.kind in _CENTRED)

    def _input_cells(self, first: int, last: int) -> None:
        """Unlocked, bordered, as text; below the borders the columns are unlocked too, for units with more people."""
        for number, column in enumerate(self.columns, start=1):
            dimension = self.page.column_dimensions[get_column_letter(number)]
            dimension.protection, dimension.number_format = Protection(locked=False), "@"
            centred = Alignment(horizontal="center" if column.kind in _CENTRED else "left", vertical="center")
            for row in range(first, last + 1):
                self.page.row_dimensions[row].height = _ROW_HEIGHT
                cell = self.page.cell(row, number)
                cell.number_format, cell.border, cell.protection = "@", _BORDER, Protection(locked=False)
                cell.font, cell.alignment = Font(name=FONT, size=11), centred

    def _hints(self, first: int, last: int) -> None:
        for number, column in enumerate(self.columns, start=1):
            letters = get_column_letter(number)
            rule = _rule(column, f"{letters}{first}")
            if column.help:
                rule.promptTitle = column.heading[:_LONGEST_PROMPT_TITLE]
                rule.prompt = column.help[:_LONGEST_PROMPT]
                rule.showInputMessage = True
            if column.help or rule.type:
                rule.add(f"{letters}{first}:{letters}{last}")
                self.page.add_data_validation(rule)

    def _protect_and_print(self, heading_row: int, last: int) -> None:
        """Headings cannot be changed by accident; no password, so that nobody is locked out."""
        protection = self.page.protection
        protection.sheet = True
        for allowed in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter"):
            setattr(protection, allowed, False)
        self.page.freeze_panes = f"{get_column_letter(self._name + 1)}{heading_row + 2}"
        self.page.print_title_rows = f"{heading_row}:{heading_row + 1}"
        self.page.print_area = f"A1:{get_column_letter(len(self.columns))}{last}"
        self.page.page_setup.orientation, self.page.page_setup.paperSize = "landscape", _A4
        self.page.page_setup.fitToWidth, self.page.page_setup.fitToHeight = 2 if self._is_wide else 1, 0
        if self._is_wide:  # the names again on the second page
            self.page.print_title_cols = f"A:{get_column_letter(self._name)}"
        self.page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        self.page.page_margins.left = self.page.page_margins.right = 0.3
        self.page.page_margins.top, self.page.page_margins.bottom, self.page.page_margins.footer = 0.5, 0.6, 0.3
        self.page.print_options.horizontalCentered = True
        assert self.page.oddFooter is not None
        self.page.oddFooter.left.text, self.page.oddFooter.right.text = f"{self.unit.name} ({self.unit.code})", "&P/&N"
        self.page.sheet_view.showGridLines = False


def _as_written(column: Column, value: str) -> str:
    """A canonical value as an office writes it."""
    if column.kind is ColumnKind.YES_NO:
        return "X" if value == "true" else ""
    parts = value.split("-")
    if column.kind in (ColumnKind.DATE, ColumnKind.MONTH) and len(parts) > 1:
        return "/".join(reversed(parts))
    return value


def _rule(column: Column, cell: str) -> DataValidation:
    """What a cell is asked to hold. Lists are offered, not forced; a wrong length or day is warned about."""
    if column.choices:
        return DataValidation(
            type="list",
            formula1='"' + ",".join(column.choices) + '"',
            allow_blank=True,
            errorStyle="stop" if column.kind is ColumnKind.GENDER or column.only_choices else "information",
            showErrorMessage=column.kind is ColumnKind.GENDER or column.only_choices,
        )
    rule = DataValidation(allow_blank=True)
    if column.kind in _LENGTHS:
        shortest, longest = _LENGTHS[column.kind]
        rule = DataValidation(
            type="textLength", operator="between", formula1=str(shortest), formula2=str(longest), allow_blank=True
        )
    elif column.kind is ColumnKind.DATE:
        rule = DataValidation(type="custom", formula1=_date_formula(column, cell), allow_blank=True)
    rule.errorStyle, rule.showErrorMessage = "warning", rule.type is not None
    return rule


def _date_formula(column: Column, cell: str) -> str:
    """A day written dd/mm/yyyy, not before the column's first day; a year alone where that is allowed."""
    day = f"DATE(VALUE(RIGHT({cell},4)),VALUE(MID({cell},4,2)),VALUE(LEFT({cell},2)))"
    first = column.not_before
    bounds = [f"{day}>=DATE({first.year},{first.month},{first.day})"] if first else []
    bounds += [f"{day}<=TODAY()"] if column.not_after_today else []
    last = column.not_after
    bounds += [f"{day}<=DATE({last.year},{last.month},{last.day})"] if last else []
    written = ",".join([f"LEN({cell})=10", f"VALUE(MID({cell},4,2))<=12", f"DAY({day})=VALUE(LEFT({cell},2))", *bounds])
    year = f"AND(LEN({cell})=4,VALUE({cell})>1900)" if column.year_only_allowed else "FALSE"
    return f"IFERROR(OR(ISNUMBER({cell}),{year},AND({written})),{year})"
