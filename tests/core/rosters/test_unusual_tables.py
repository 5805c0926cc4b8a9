"""Tables as some offices lay them out: each read as a careful colleague would, and no false error said."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from service.core.findings import Severity
from service.core.grids import CellValue, Sheet
from service.core.rosters.roster import Roster
from tests.support.rosters.invented_rosters import KEYS as ALL_KEYS
from tests.support.rosters.invented_rosters import Person, checked, headings, people, read, sheet

_NOT_LISTED = ("discrepancy_kind", "discrepancy_vssid", "discrepancy_actual", "not_possible_reason")
KEYS = tuple(key for key in ALL_KEYS if key not in _NOT_LISTED)
Lines = list[list[CellValue]]
HEADINGS: list[CellValue] = [*headings(KEYS)]
PEOPLE = people(4)
FIRST, LAST = ([[each.get(key) for key in KEYS] for each in half] for half in (PEOPLE[:2], PEOPLE[2:]))
HINTS: list[CellValue] = [
    *(None, "(chữ in hoa có dấu)", "(ngày/tháng/năm)", "(Nam/Nữ)", "(12 số)", "(10 số)", "(10 số)"),
    *("(@vnpt-it.example)", "(ngày)", "(X)", "(X)", None),
]
GROUPS: list[CellValue] = [
    *("STT", "Thông tin cá nhân", None, None, "Giấy tờ", None, "Liên hệ", None, "Kết quả thực hiện", None, None),
    "Ghi chú",
]
BELOW: list[CellValue] = [
    *(None, "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Mã số BHXH", "Số điện thoại", "Email"),
    *("Ngày đăng ký", "Đã cài đặt", "Tờ khai 01", None),
]
MERGED = ((1, 1, 3, 1), (1, 2, 1, 4), (1, 5, 1, 6), (1, 7, 1, 8), (1, 9, 1, 11), (1, 12, 3, 12))


def errors(roster: Roster) -> list[tuple[str, str | None]]:
    found = (*roster.findings, *checked(roster))
    return [(finding.key, finding.cell) for finding in found if finding.severity is Severity.ERROR]


def assert_everybody(page: Sheet, persons: Sequence[Person] = PEOPLE) -> Roster:
    """The four are found, nobody else, and nothing is called an error."""
    roster = read(page)
    assert [row.value("full_name") for row in roster.rows] == [each["full_name"] for each in persons]
    assert errors(roster) == []
    return roster


def total(*cells: CellValue) -> Lines:
    return [list(cells)]


LAYOUTS: dict[str, Lines] = {
    "three rows of heading": [GROUPS, BELOW, HINTS, *FIRST, *LAST],
    "hints below one row": [HEADINGS, HINTS, *FIRST, *LAST],
    "hints, then the index": [HEADINGS, HINTS, [f"({number})" for number in range(1, 13)], *FIRST, *LAST],
    "a total in the middle": [HEADINGS, *FIRST, *total("Cộng", None, 2, *[None] * 5, 2, 2, 2), *LAST],
    "a total in the name's column": [HEADINGS, *FIRST, *total(None, "Cộng: 2 người"), *LAST],
    "a total in words with figures": [
        HEADINGS,
        *FIRST,
        *LAST,
        [None, "Tổng số lao động: 4 người; đã cài: 4; tờ khai: 4"],
    ],
    "place and day right below": [
        HEADINGS,
        *FIRST,
        *LAST,
        [None, "Hà Nội, ngày 12/05/2021", *[None] * 5, "Hà Nội, 12/05/2021"],
        [None, "Người lập", *[None] * 5, "Giám đốc"],
        [None, "Nguyễn Văn Lập", *[None] * 5, "Trần Văn Giám"],
    ],
    "the writer's telephone below": [
        HEADINGS,
        *FIRST,
        *LAST,
        [None, "Người lập biểu"],
        [None, "Nguyễn Thị Hoa", *[None] * 4, "0912345678", "hoa@vnpt-it.example"],
    ],
    "explanations below": [
        HEADINGS,
        *FIRST,
        *LAST,
        ["Ghi chú:"],
        ["- Cột 9: ghi ngày đăng ký thành công, từ ngày 11/03/2021"],
        ["- Liên hệ: Nguyễn Thị Hoa, 0912345678, hoa@vnpt-it.example"],
    ],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_stands_around_people_is_nobody(layout: str) -> None:
    """Headings, hints, totals, signatures and explanations are told from workers."""
    assert_everybody(sheet(LAYOUTS[layout]))


def test_three_rows_of_heading_may_be_merged() -> None:
    """Groups above, columns in the middle, units in brackets below."""
    assert_everybody(sheet(LAYOUTS["three rows of heading"], merged=MERGED))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (["I", "Phòng Kỹ thuật (2 người)"], ["II", "Phòng Kế toán: 02 người"]),
        (["I", "Phòng Kỹ thuật", *[None] * 7, 2, 2], ["II", "Phòng Kế toán", "02 người"]),
        (["A", "Phòng Kỹ thuật - 2"], ["B", "Phòng Kế toán (gồm 2 LĐ)"]),
    ],
)
def test_a_sections_count_is_no_part_of_its_name(first: list[CellValue], second: list[CellValue]) -> None:
    """Beside the title or in cells of its own; subtotals between sections are nobody."""
    subtotal: Lines = [["Cộng phòng Kỹ thuật", *[None] * 8, 2, 2]]
    end: Lines = [["Tổng cộng", 4, *[None] * 6, 4, 4, 4]]
    roster = assert_everybody(sheet([HEADINGS, first, *FIRST, *subtotal, second, *LAST, *end]))
    assert [row.value("department") for row in roster.rows] == ["Phòng Kỹ thuật"] * 2 + ["Phòng Kế toán"] * 2


@pytest.mark.parametrize(
    "heading",
    [
        "Số sổ BHXH / Mã số BHXH",
        "Mã số BHXH (hoặc số sổ)",
        "Số sổ BHXH\nMã số BHXH",
        "Mã số BHXH/Mã thẻ BHYT",
        "Số sổ (mã số) BHXH",
        "MÃ SỐ BHXH (10 SỐ)",
    ],
)
def test_two_names_in_one_heading_are_understood(heading: str) -> None:
    """As offices write that the book's number and the code are one."""
    named = [heading if key == "social_insurance_no" else text for key, text in zip(KEYS, HEADINGS, strict=True)]
    assert_everybody(sheet([named, *FIRST, *LAST]))


WOMEN = {1, 3}
SEX = KEYS.index("gender")


def of_both(left: str, right: str, *, group: str | None) -> Lines:
    """Gender ticked in one of two columns; two of the four are women."""
    persons: Lines = []
    for number, line in enumerate([*FIRST, *LAST]):
        woman = number in WOMEN
        ticks: list[CellValue] = [None, "x"] if (left == "Nam") == woman else ["x", None]
        identity = str(line[4])
        whole = [*line[:SEX], *ticks, f"{identity[:3]}{int(woman)}{identity[4:]}", *line[5:]]
        persons.append(whole)
    top = [*HEADINGS[:SEX], *([group, None] if group else [left, right]), *HEADINGS[SEX + 1 :]]
    below: Lines = [[*[None] * SEX, left, right]] if group else []
    return [top, *below, *persons]


@pytest.mark.parametrize(("left", "right"), [("Nam", "Nữ"), ("Nữ", "Nam")])
@pytest.mark.parametrize("group", ["Giới tính", None])
def test_gender_is_ticked_in_one_of_two_columns(left: str, right: str, group: str | None) -> None:
    """Under a common heading or none, in either order."""
    merged = ((1, SEX + 1, 1, SEX + 2),) if group else ()
    roster = assert_everybody(sheet(of_both(left, right, group=group), merged=merged))
    assert [row.value("gender") for row in roster.rows] == ["Nam", "Nữ", "Nam", "Nữ"]


@pytest.mark.parametrize("heading", ["Giới tính (1: Nam, 0: Nữ)", "Giới tính\n(Nam = 1; Nữ = 0)"])
def test_gender_in_figures_that_the_heading_explains(heading: str) -> None:
    """Without an explanation a figure is asked about, never guessed."""
    lines = [[*line[:SEX], 1, *line[SEX + 1 :]] for line in (*FIRST, *LAST)]
    named = [*HEADINGS[:SEX], heading, *HEADINGS[SEX + 1 :]]
    roster = assert_everybody(sheet([named, *lines]))
    assert {row.value("gender") for row in roster.rows} == {"Nam"}
    assert [key for key, _ in errors(read(sheet([HEADINGS, *lines])))] == ["bad_format.gender"] * 4
