"""Whom a sheet "Đầu mối" of a workbook names: labels in any spelling, with values beside or below them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.core.contacts import Nominee
from service.core.grids import Sheet, Workbook
from service.core.mail.nomination import address_in, phone_in
from service.core.vietnam.persons import is_example, person_in
from service.core.vietnam.text import fold, folded_words, tidy

_TITLES = re.compile(r"^(?:(?:thong tin |danh sach )?(?:can bo |nguoi )?dau moi(?: lien he)?|contact(?: person)?)$")
_OF_WHOM = r"(?: (?:cua )?(?:dau moi|can bo|nguoi (?:duoc cu|lien he|phu trach)|lien he|day du|contact|person))*"
_LABELS = {
    "name": re.compile(
        r"^(?:ho (?:va )?(?:chu dem (?:va )?)?ten|ten|full name|name|can bo dau moi|dau moi|nguoi (?:duoc cu|lien he))"
        rf"{_OF_WHOM}$"
    ),
    "phone": re.compile(
        r"^(?:so )?(?:dien thoai|di dong|sdt|dt|dtdd|phone|mobile|telephone|tel)(?: (?:di dong|number|no|so)){0,2}"
        rf"{_OF_WHOM}$"
    ),
    "address": re.compile(
        r"^(?:dia chi )?(?:e ?mail|thu dien tu|thu|mail|hop thu)(?: (?:email|mail|cong vu|noi bo|address)){0,2}"
        rf"{_OF_WHOM}$"
    ),
    "other": re.compile(
        r"^(?:chuc (?:vu|danh)|don vi(?: cong tac)?|phong ban|bo phan|ghi chu|stt|so thu tu|ngay sinh|gioi tinh"
        r"|position|title|job title|unit|department|note|no)$"
    ),
}
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|^\s*(?:\d{1,2}|[a-z])\s*[.)]\s+", re.IGNORECASE)
_FARTHEST = 40
"""Rows and columns looked at: it is a small sheet."""
_WIDEST_LABEL = 8
"""Columns to the right in which the value may stand, where cells are merged."""


def nominee_in_workbook(workbook: Workbook) -> Nominee | None:
    """The person on a sheet called "Đầu mối", or None where it says nothing. What it leaves open is empty."""
    for sheet in workbook.sheets:
        if _TITLES.match(folded_words(sheet.name)):
            nominee = _nominee(sheet)
            if nominee.name or nominee.address:
                return nominee
    return None


def _nominee(sheet: Sheet) -> Nominee:
    said = {kind: next((value for value in _values(sheet, kind)), "") for kind in ("name", "phone", "address")}
    if is_example(said["name"]) or is_example(said["address"]):
        return Nominee()
    phone = phone_in(said["phone"]) or phone_in(f"0{said['phone']}")
    return Nominee(name=person_in(said["name"]), phone=phone, address=address_in(said["address"]))


def _values(sheet: Sheet, kind: str) -> Iterator[str]:
    """What stands in the cell after a colon, right of the label, or below it where labels stand side by side."""
    for (row, column), cell in sorted(sheet.cells.items()):
        if row > _FARTHEST or column > _FARTHEST or not isinstance(cell.value, str):
            continue
        label, colon, same_cell = cell.value.partition(":")
        if colon and tidy(same_cell) and not _is_aside(same_cell) and _kind(label) == kind:
            yield tidy(same_cell)
        elif _kind(cell.value) == kind:
            below = _stand_side_by_side(sheet, row)
            value = _text(sheet, row + 1, column) if below else _right_of(sheet, row, column)
            if value:
                yield value


def _right_of(sheet: Sheet, row: int, column: int) -> str:
    """The next filled cell, unless it is a label itself."""
    for place in range(column + 1, column + 1 + _WIDEST_LABEL):
        said = _text(sheet, row, place, labels_too=True)
        if said:
            return "" if _kind(said) else said
    return ""


def _text(sheet: Sheet, row: int, column: int, *, labels_too: bool = False) -> str:
    cell = sheet.cells.get((row, column))
    if cell is None or cell.value is None:
        return ""
    value = cell.value
    said = str(int(value)) if isinstance(value, float) and value.is_integer() else tidy(str(value))
    return "" if _is_aside(said) or (_kind(said) and not labels_too) else said


def _is_aside(said: str) -> bool:
    """ "(bắt buộc)", "*": a hint beside the label."""
    return not re.search(r"\w", _ASIDE.sub("", said))


def _kind(text: str) -> str | None:
    """Which label a text is: "Họ và tên (bắt buộc) *:", "Email / Thư điện tử", "2. Số điện thoại"."""
    plain = _ASIDE.sub(" ", fold(text))
    parts = [folded_words(part) for part in (plain, *re.split(r"[/|\n]| - ", plain))]
    return next((kind for part in parts for kind, label in _LABELS.items() if label.match(part)), None)


def _stand_side_by_side(sheet: Sheet, row: int) -> bool:
    """Whether the row holds several labels: then what belongs to them stands in the next one."""
    texts = (cell.value for (at, column), cell in sheet.cells.items() if at == row and column <= _FARTHEST)
    return len({_kind(text) for text in texts if isinstance(text, str)} - {None}) > 1
