"""Whom a mail names as contact: many ways of saying one thing, and sentences that name nobody."""

import pytest

from service.core.contacts import Nominee
from service.core.grids import Cell, Sheet, Workbook
from service.core.mail.conversation import names_contact
from service.core.mail.nomination import names_itself, nominee_in, nominee_in_workbook

PHONE = "0912345678"


@pytest.mark.parametrize(
    ("text", "name", "phone", "address"),
    [
        (
            "Đơn vị cử đồng chí Nguyễn Thị Lan, điện thoại 0912 345 678, email lan@x.example",
            "Nguyễn Thị Lan",
            PHONE,
            "lan@x.example",
        ),
        (
            "Don vi cu dong chi Nguyen Thi Lan, dien thoai 0912345678, email lan@x.example lam dau moi",
            "Nguyen Thi Lan",
            PHONE,
            "lan@x.example",
        ),
        (
            "Trung tâm cử đ/c TRẦN VĂN MINH (ĐT: 0912.345.678; mail: Minh@x.example) làm đầu mối",
            "Trần Văn Minh",
            PHONE,
            "minh@x.example",
        ),
        (
            "Đầu mối của đơn vị là chị Lê Thu Hiền - 0912-345-678 - hien@x.example",
            "Lê Thu Hiền",
            PHONE,
            "hien@x.example",
        ),
        (
            "Phân công anh Phạm Anh Tú làm đầu mối. SĐT +84 912 345 678. Thư điện tử: tu@x.example",
            "Phạm Anh Tú",
            PHONE,
            "tu@x.example",
        ),
        (
            "Đơn vị cử đầu mối:\n- Họ và tên: Nguyễn Anh Thư\n- Chức vụ: Chuyên viên\n- Email: thu@x.example",
            "Nguyễn Anh Thư",
            "",
            "thu@x.example",
        ),
        (
            "Đơn vị thay đầu mối là đồng chí Nguyễn Thị Lan bằng đồng chí Vũ Minh Đức, email duc@x.example",
            "Vũ Minh Đức",
            "",
            "duc@x.example",
        ),
        (
            "Thay đổi đầu mối từ chị Nguyễn Thị Lan sang anh Hoàng Công Thành, thanh@x.example",
            "Hoàng Công Thành",
            "",
            "thanh@x.example",
        ),
        (
            "We nominate Ms Tran Thi Hoa as our contact, phone 0912345678, hoa@x.example",
            "Tran Thi Hoa",
            PHONE,
            "hoa@x.example",
        ),
        (
            "Đơn vị phân công bà Đặng Thị Thu Hà, phó phòng Tổ chức, làm đầu mối liên hệ (ha@x.example).",
            "Đặng Thị Thu Hà",
            "",
            "ha@x.example",
        ),
        ("Tôi là Nguyễn Thị Mai, tôi là đầu mối của đơn vị, số 0912345678", "Nguyễn Thị Mai", PHONE, ""),
    ],
)
def test_the_contact_is_read_from_plain_words(text: str, name: str, phone: str, address: str) -> None:
    """With and without accents, in one sentence or in lines, the new person and not the old one."""
    assert names_contact(text)
    assert nominee_in(text) == Nominee(name=name, phone=phone, address=address)


@pytest.mark.parametrize("text", ["Đơn vị có phải cử đầu mối không ạ?", "Cử ai làm đầu mối ạ?", "Cảm ơn chị.", ""])
def test_a_question_or_thanks_names_nobody(text: str) -> None:
    """A person answers such a mail."""
    assert not names_contact(text)
    assert nominee_in(text) is None


def test_who_speaks_of_herself_is_known_by_her_own_address() -> None:
    """ "Tôi là đầu mối" needs no address in the text."""
    assert names_itself("Em là Mai, em sẽ làm đầu mối của trung tâm ạ")
    assert not names_itself("Chị Mai là đầu mối")


def test_the_sheet_is_read_whether_values_stand_beside_or_below() -> None:
    """Excel makes a number of the telephone and drops its zero."""
    beside: dict[tuple[int, int], str | float] = {
        (1, 1): "Họ tên",
        (1, 2): "Nguyễn Thị Lan",
        (2, 1): "SĐT",
        (2, 2): 912345678.0,
        (3, 1): "E-mail",
    }
    below: dict[tuple[int, int], str | float] = {
        (1, 1): "Họ và tên",
        (1, 2): "Điện thoại",
        (1, 3): "Email",
        (2, 1): "Nguyễn Thị Lan",
        (2, 2): PHONE,
    }
    for cells in (beside | {(3, 2): "Lan@x.example"}, below | {(2, 3): "lan@x.example"}):
        sheet = Sheet(name="ĐẦU MỐI", cells={place: Cell(value) for place, value in cells.items()})
        named = nominee_in_workbook(Workbook(sheets=(sheet,)))
        assert named == Nominee(name="Nguyễn Thị Lan", phone=PHONE, address="lan@x.example")
    assert nominee_in_workbook(Workbook(sheets=(Sheet(name="Danh sách", cells={}),))) is None


def test_s71_labels_below_one_another_without_values_name_nobody() -> None:
    """Our own sheet left blank: "Chức vụ" below "Họ và tên" is the next label, not a name."""
    labels = ("Đơn vị", "Họ và tên", "Chức vụ", "Điện thoại", "Thư điện tử")
    cells = {(row, 1): Cell(label) for row, label in enumerate(labels, start=4)}
    cells[4, 2] = Cell("Trung tâm Nền tảng số (U01)")
    assert nominee_in_workbook(Workbook(sheets=(Sheet(name="Đầu mối", cells=cells),))) is None


def test_s71_labels_side_by_side_have_their_values_below() -> None:
    """A small table with headings, as some units draw it."""
    heads, said = ("Họ và tên", "Chức vụ", "Email"), ("Hồ Anh Nam", "Chuyên viên", "nam@vnpt-it.example")
    cells = {(1, column): Cell(text) for column, text in enumerate(heads, start=1)}
    cells |= {(2, column): Cell(text) for column, text in enumerate(said, start=1)}
    named = nominee_in_workbook(Workbook(sheets=(Sheet(name="Đầu mối", cells=cells),)))
    assert named is not None and (named.name, named.address) == ("Hồ Anh Nam", "nam@vnpt-it.example")
