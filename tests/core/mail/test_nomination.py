"""Whom a mail names as contact: many ways of saying one thing, and sentences that name nobody."""

import pytest

from service.core.contacts import Missing, Nominee
from service.core.grids import Cell, Sheet, Workbook
from service.core.mail.contact_sheet import nominee_in_workbook
from service.core.mail.conversation import names_contact
from service.core.mail.nomination import names_itself, nominee_in

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


def named_on(cells: dict[tuple[int, int], str | float]) -> Nominee | None:
    sheet = Sheet(name="Cán bộ đầu mối", cells={place: Cell(value) for place, value in cells.items()})
    return nominee_in_workbook(Workbook(sheets=(sheet,)))


@pytest.mark.parametrize(
    ("name", "position", "address"),
    [
        ("Họ và tên:", "Chức vụ:", "Email:"),
        ("Họ tên (bắt buộc) *", "Chức danh", "Địa chỉ email (*)"),
        ("1. Họ và tên đầu mối", "2. Phòng/Ban", "3. Thư điện tử công vụ"),
        ("Full name / Họ tên", "Position", "E-mail address"),
        ("Họ và tên\n(Full name)", "Job title", "Hộp thư"),
    ],
)
def test_s71_a_label_in_any_spelling_is_a_label(name: str, position: str, address: str) -> None:
    """Alone it names nobody; with values right of it, over merged cells too, it does."""
    blank: dict[tuple[int, int], str | float] = {(1, 1): name, (2, 1): position, (3, 1): address}
    assert named_on(blank) is None
    assert named_on({(1, 1): name, (1, 2): position, (1, 3): address}) is None
    filled = blank | {(1, 4): "Bà Đinh Thị Ngọc Ánh - chuyên viên", (2, 4): "Phó phòng", (3, 4): "anh.dtn@x.example"}
    assert named_on(filled) == Nominee(name="Đinh Thị Ngọc Ánh", address="anh.dtn@x.example")


def test_s71_a_value_may_stand_in_the_label_s_own_cell() -> None:
    """As people type it into one cell."""
    cells: dict[tuple[int, int], str | float] = {(1, 1): "Họ và tên: Trương Tố Như", (2, 1): "Email: nhu@x.example"}
    assert named_on(cells) == Nominee(name="Trương Tố Như", address="nhu@x.example")


@pytest.mark.parametrize(
    "said",
    [
        "Như cũ",
        "Chưa có",
        "Không thay đổi",
        "Đang cập nhật",
        "Trưởng phòng",
        "Phó Giám đốc Trung tâm",
        "Kế toán đơn vị",
        "Trung tâm Nền tảng số",
        "Phòng Hành chính",
        "hoa@x.example",
        "0912345678",
        "Tô",
        "N",
        "Họ và tên đầy đủ",
        "(bắt buộc)",
    ],
)
def test_s71_nobody_is_appointed_on_a_name_that_is_none(said: str) -> None:
    """With an address beside it the name is missing and asked for; without one nothing was said."""
    blank: dict[tuple[int, int], str | float] = {(1, 1): "Họ và tên", (1, 2): said, (2, 1): "Email"}
    assert named_on(blank) is None
    named = named_on(blank | {(2, 2): "hoa@x.example"})
    assert named is not None
    assert (named.name, named.missing) == ("", (Missing.NAME,))
    written = nominee_in(f"Đơn vị cử đầu mối. Họ tên: {said}. Email: moi@x.example")
    assert written is None or not written.name


@pytest.mark.parametrize("name", ["Trương Thị Hoa", "Đặng Tố Như", "Khổng Minh Đức", "Bàn Thị Mẩy", "Phó Đức Thắng"])
def test_s71_names_that_resemble_such_words_are_names(name: str) -> None:
    """Trương is no trưởng, Khổng no không."""
    assert named_on({(1, 1): "Họ và tên", (1, 2): name}) == Nominee(name=name)


@pytest.mark.parametrize("said", ["VD: Nguyễn Văn A", "Ví dụ: Trần Thị B", "Nguyễn Văn A", "(Mẫu) Lê Thị C"])
def test_s71_an_example_is_no_nomination(said: str) -> None:
    """Its address is one as well."""
    assert named_on({(1, 1): "Họ và tên", (1, 2): said, (2, 1): "Email", (2, 2): "vd: a@x.example"}) is None


def test_s71_a_half_filled_sheet_says_what_is_missing() -> None:
    """A name without an address, an address without a name; a telephone may be missing."""
    labels: dict[tuple[int, int], str | float] = {(1, 1): "Họ và tên", (2, 1): "Điện thoại", (3, 1): "Email"}
    name = named_on(labels | {(1, 2): "Hồ Anh Nam"})
    address = named_on(labels | {(3, 2): "nam@x.example", (2, 2): PHONE})
    assert name is not None and name.missing == (Missing.ADDRESS,)
    assert address is not None and address.missing == (Missing.NAME,)
    assert Nominee(name="Hồ Anh Nam", address="nam@x.example").missing == ()
