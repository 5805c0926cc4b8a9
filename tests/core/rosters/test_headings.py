"""Where the table stands and what its columns are, whatever an office wrote above them."""

from __future__ import annotations

from service.core.grids import CellValue
from service.core.rosters.rows import read_roster
from tests.support.harness.bundled_campaign import bundled_campaign
from tests.support.rosters.invented_rosters import KEYS, checked, headings, people, person, read, sheet, table, workbook

TITLE = [["TẬP ĐOÀN MẪU"], ["ĐƠN VỊ: TRUNG TÂM MẪU"], [], ["PHỤ LỤC 02"], ["DANH SÁCH NGƯỜI LAO ĐỘNG"], []]


def test_the_table_is_found_below_a_title_block() -> None:
    """Titles, an empty row, then the headings in row 7."""
    roster = read(sheet([*TITLE, *table(people(3))]))
    assert roster.header_rows == (7,)
    assert [row.row for row in roster.rows] == [8, 9, 10]


def test_columns_in_another_order_and_other_words() -> None:
    """Synonyms, capitals, no accents, line breaks, brackets and typing errors are understood."""
    written: list[CellValue] = [
        "Số TT",
        "MÃ SỐ BHXH (10 SỐ)",
        "Họ, chữ đệm\nvà tên",
        "So dien thoai",
        "NTNS",
        "Số CMDN/CCCD",
        "Thư điện tử",
    ]
    row: list[CellValue] = [
        1,
        "0123456789",
        "Nguyễn Văn An",
        "0912345678",
        "05/04/1990",
        "001090123456",
        "an@vnpt-it.example",
    ]
    roster = read(sheet([written, row]))
    assert roster.columns == {
        "ordinal": "A",
        "social_insurance_no": "B",
        "full_name": "C",
        "phone": "D",
        "birth_date": "E",
        "citizen_id": "F",
        "email": "G",
    }
    assert roster.headings["full_name"] == "Họ, chữ đệm và tên"


def test_two_heading_rows_with_a_merged_parent() -> None:
    """The parent says what kind of discrepancy its two children are about."""
    first = ["STT", "Họ và tên", "Mã số BHXH", "Ngày sinh", "Nội dung sai lệch", "Thông tin sai lệch", None, "Ghi chú"]
    second = [None, None, None, None, None, "VssID", "Thực tế", None]
    row: list[CellValue] = [1, "Nguyễn Văn An", "0123456789", "05/04/1990", "Thẻ BHYT", "BV A", "BV B", None]
    merged = ((1, 6, 1, 7), *((1, column, 2, column) for column in (1, 2, 3, 4, 5, 8)))
    for areas in (merged, ()):
        roster = read(sheet([first, second, row], merged=areas))
        assert roster.header_rows == (1, 2)
        assert (roster.columns["discrepancy_vssid"], roster.columns["discrepancy_actual"]) == ("F", "G")
        assert roster.rows[0].value("discrepancy_actual") == "BV B"


def test_a_row_of_column_numbers_is_no_worker() -> None:
    """(1) (2) (3) under the headings."""
    lines = table(people(2))
    lines.insert(1, [f"({number})" for number in range(1, len(headings()) + 1)])
    assert [row.row for row in read(sheet(lines)).rows] == [3, 4]


def test_name_in_two_columns() -> None:
    """Family name and given name apart are joined."""
    roster = read(
        sheet(
            [
                ["STT", "Họ và chữ đệm", "Tên", "Mã số BHXH", "CCCD"],
                [1, "Nguyễn Văn", "An", "0123456789", "001090123456"],
            ]
        )
    )
    assert roster.rows[0].value("full_name") == "Nguyễn Văn An"
    assert roster.columns["full_name"] == "B"


def test_columns_nobody_asked_for_are_named() -> None:
    """Unknown columns that hold something; an unused one is not worth a word."""
    lines = table([person(0)])
    lines[0] += ["Chức danh", "Nơi cấp CMND/CCCD"]
    lines[1] += [None] * (len(lines[0]) - len(lines[1]) - 2) + ["Kỹ sư", None]
    assert list(read(sheet(lines)).unknown_columns.values()) == ["Chức danh"]


def test_a_look_alike_heading_does_not_take_a_column() -> None:
    """The place where a card was issued is not the card's number."""
    roster = read(
        sheet([["Họ và tên", "Nơi cấp CMND", "Mã số BHXH", "Ngày sinh"], ["Lê An", "Hà Nội", "0123456789", "1990"]])
    )
    assert "citizen_id" not in roster.columns


def test_a_list_of_contacts_is_no_roster() -> None:
    """Name, telephone and address alone are a nomination; a price list is nothing of ours."""
    contacts = sheet([["Họ và tên", "Số điện thoại", "Email"], ["Lê An", "0912345678", "an@vnpt-it.example"]])
    prices = sheet([["Mặt hàng", "Đơn giá", "Số lượng"], ["Bút", 5000, 10]])
    assert read_roster(workbook(contacts, prices), bundled_campaign()) is None
    assert read_roster(workbook(), bundled_campaign()) is None


def test_the_roster_is_found_on_any_sheet() -> None:
    """A cover sheet first, the list second; a second list is named."""
    cover = sheet([["Kính gửi Ban Nhân sự"]], name="Bìa")
    roster = read(cover, sheet(table(people(3)), name="A"), sheet(table(people(2)), name="B"))
    assert (roster.sheet, roster.other_sheets) == ("A", ("B",))


def test_data_never_becomes_a_heading() -> None:
    """A department called like a heading does not move the header."""
    rows = [person(0, note="Số điện thoại"), person(1, note="Email")]
    assert read(sheet(table(rows))).header_rows == (1,)


def test_a_heading_nobody_foresaw_is_known_by_what_stands_below_it() -> None:
    """Mobile numbers and addresses are unmistakable; the unit is told how the column was understood."""
    lines = table(people(4))
    lines[0][KEYS.index("phone")], lines[0][KEYS.index("email")] = "Liên lạc", "Hòm tin nội bộ"
    roster = read(sheet(lines))
    assert (roster.columns["phone"], roster.columns["email"]) == ("G", "H")
    assert [finding.key for finding in roster.findings] == ["remark.column_understood"] * 2
    assert checked(roster) == ()


def test_what_could_be_two_things_is_not_guessed() -> None:
    """Two columns of mobile numbers, neither headed: the required column is missing."""
    lines = table([person(each, note=f"0987{100000 + each}") for each in range(4)])
    lines[0][KEYS.index("phone")], lines[0][KEYS.index("note")] = "Liên lạc 1", "Liên lạc 2"
    assert checked(read(sheet(lines)))[0].key == "missing_column"


def test_discrepancies_on_a_sheet_of_their_own() -> None:
    """Brought to their people by number or name; a stranger's are told to HR; findings name that sheet's cells."""
    own: list[list[CellValue]] = [
        ["STT", "Họ và tên", "Mã số BHXH", "Nội dung sai lệch", "Thông tin trên VssID", "Thông tin thực tế"],
        [1, "Tên khác", "0110000001", "Thẻ BHYT", "BV A", "BV B"],
        [2, "Lê Minh Cường", None, "Nhân thân", "1980", None],
        [3, "Người lạ", "0199999999", "Nhân thân", "1980", "1981"],
    ]
    keys = [key for key in KEYS if not key.startswith("discrepancy")]
    roster = read(sheet(table(people(3), keys), name="Danh sách"), sheet(own, name="Sai lệch"))
    assert [row.value("discrepancy_kind") for row in roster.rows] == ["", "Thẻ BHYT", "Nhân thân"]
    assert [(each.key, each.sheet, each.cell) for each in (*roster.findings, *checked(roster))] == [
        ("remark.discrepancy_of_nobody", "Sai lệch", "B4"),
        ("incomplete_discrepancy", "Sai lệch", "F3"),
    ]
