"""Writes the bundled campaign's units.xlsx and workers.xlsx: invented people whose numbers agree with each other.

Run it to write the files anew: `python -m tests.support.rosters.sample_people [FOLDER]`. The same people come out every
time.
"""

from __future__ import annotations

import random
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

FOLDER = Path(__file__).parents[3] / "config" / "campaigns" / "vssid-2021"
DOMAIN = "vnpt-it.example"

UNIT_HEADINGS = (
    "Mã đơn vị",
    "Tên đơn vị",
    "Tên khác",
    "Đầu mối",
    "Địa chỉ thư",
    "Thủ trưởng",
    "Thư thủ trưởng",
    "Điện thoại",
    "Ngôn ngữ",
)
WORKER_HEADINGS = (
    "Mã đơn vị",
    "Mã nhân viên",
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Số CCCD/CMND",
    "Mã số BHXH",
    "Điện thoại",
    "Email",
)

# Name, other names (separated by semicolons), contact, head, number of workers.
UNITS: tuple[tuple[str, str, str, str, int], ...] = (
    ("Trung tâm Nền tảng số", "TT Nền tảng số; TTNTS", "Nguyễn Thị Phương Mai", "Trần Quốc Khánh", 6),
    ("Trung tâm Giải pháp Chính phủ số", "TT Chính phủ số; TTCPS", "Lê Thu Hằng", "Phạm Văn Thành", 5),
    ("Trung tâm Y tế số", "TT Y tế số; TTYTS", "Đặng Thùy Linh", "Hoàng Minh Tuấn", 6),
    ("Trung tâm Giáo dục số", "TT Giáo dục số; TTGDS", "Vũ Thị Thanh Hà", "Nguyễn Hữu Nghĩa", 5),
    ("Trung tâm An toàn thông tin", "TT ATTT; TTATTT", "Bùi Quang Huy", "Đỗ Mạnh Cường", 4),
    ("Trung tâm Vận hành khai thác", "TT Vận hành; TTVHKT", "Phan Thị Ngọc Ánh", "Lý Văn Hòa", 7),
    ("Trung tâm Dữ liệu và Trí tuệ nhân tạo", "TT Dữ liệu; TTDL&TTNT", "Hồ Hải Yến", "Dương Đức Anh", 5),
    ("Trung tâm Phát triển phần mềm", "TT Phần mềm; TTPTPM", "Trịnh Thị Bích Ngọc", "Mai Xuân Trường", 7),
    ("Trung tâm Hỗ trợ khách hàng", "TT Hỗ trợ; TTHTKH", "Ngô Thị Kim Oanh", "Lương Văn Thịnh", 6),
    ("Phòng Kế toán - Tài chính", "Phòng KTTC; P. Kế toán", "Tạ Thị Hồng Nhung", "Cao Thị Minh Nguyệt", 4),
    ("Phòng Kế hoạch - Đầu tư", "Phòng KHĐT; P. Kế hoạch", "Đinh Công Sơn", "Hà Văn Phúc", 4),
    ("Văn phòng Công ty", "Văn phòng; VP", "Chu Thị Lan Hương", "Đoàn Trung Kiên", 5),
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FAMILY_NAMES = _words("Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Mai Tạ Quách Lương")
MIDDLE_NAMES = {
    "Nam": ("Văn", "Đức", "Minh", "Quang", "Xuân", "Hữu", "Công", "Tuấn", "Anh", "Ngọc"),
    "Nữ": ("Thị", "Thu", "Ngọc", "Thanh", "Thị Minh", "Thị Hồng", "Bích", "Thùy", "Thị Kim", "Mỹ"),
}
GIVEN_NAMES = {
    "Nam": _words(
        "An Bình Cường Dũng Đạt Đông Giang Hải Hiếu Hòa Hoàng Khoa Lâm Long Nam Phong Quân Quý Sơn Thắng Tiến "
        "Toàn Trung Tùng Vinh Việt"
    ),
    "Nữ": _words(
        "Anh Chi Dung Duyên Giang Hà Hạnh Hiền Hoa Huệ Hương Lan Liên Linh Loan Ly Mai Nga Nhung Oanh Phượng "
        "Quyên Thảo Thủy Trang Vân Yến"
    ),
}
PROVINCES = _words("001 001 001 001 024 026 027 030 031 033 034 035 036 037 038")
MOBILE_PREFIXES = _words("032 034 036 038 070 078 081 083 085 086 088 090 091 094")

# Unit code → the last two of its workers are as alike as two brothers: a reader must not take one for the other.
BROTHERS = {"U01": ("Nguyễn Văn Hùng", "Nguyễn Văn Hưng"), "U08": ("Trần Đức Thuận", "Trần Đức Thuấn")}
OLD_IDENTITY_CARD = ("U06", 2)
"""This worker (unit, place in the unit) still has a nine-digit identity card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One invented worker."""

    unit: str
    employee_code: str
    name: str
    birth_date: date
    gender: str
    citizen_id: str
    social_insurance_no: str
    phone: str
    email: str


def without_accents(text: str) -> str:
    """Letters a to z of a Vietnamese name: Đặng → Dang."""
    decomposed = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def mailbox_name(name: str, taken: set[str]) -> str:
    """As the house forms it: given name and initials, `mai.ntp`, with a number from the second on."""
    *before, given = without_accents(name).lower().split()
    base = f"{given}.{''.join(part[0] for part in before)}"
    number = next(number for number in range(1, 100) if _numbered(base, number) not in taken)
    taken.add(_numbered(base, number))
    return _numbered(base, number)


def _numbered(base: str, number: int) -> str:
    return base if number == 1 else f"{base}{number}"


def citizen_id(chance: random.Random, birth: date, gender: str) -> str:
    """Province, century and gender, year of birth, six digits (Circular 59/2021/TT-BCA)."""
    digit = (0 if birth.year < 2000 else 2) + (gender == "Nữ")
    return f"{chance.choice(PROVINCES)}{digit}{birth:%y}{chance.randrange(1_000_000):06d}"


def social_insurance_no(chance: random.Random) -> str:
    """Ten digits; most begin with Hanoi's 01, so that a number cell loses the zero."""
    province = chance.choice(("01", "01", "01", "00", "26", "30"))
    return f"{province}{chance.randrange(5, 21):02d}{chance.randrange(10**6):06d}"


def new_person(chance: random.Random, unit: str, place: int, taken: set[str]) -> Person:
    gender = chance.choice(("Nam", "Nữ"))
    family, middle = chance.choice(FAMILY_NAMES), chance.choice(MIDDLE_NAMES[gender])
    name = f"{family} {middle} {chance.choice(GIVEN_NAMES[gender])}"
    birth = date(1968, 1, 1) + timedelta(days=chance.randrange(33 * 365))
    return Person(
        unit=unit,
        employee_code=f"{unit[1:]}{place:03d}",
        name=name,
        birth_date=birth,
        gender=gender,
        citizen_id=citizen_id(chance, birth, gender),
        social_insurance_no=social_insurance_no(chance),
        phone=f"{chance.choice(MOBILE_PREFIXES)}{chance.randrange(10**7):07d}",
        email=f"{mailbox_name(name, taken)}@{DOMAIN}",
    )


def as_brothers(older: Person, younger: Person, names: tuple[str, str], taken: set[str]) -> tuple[Person, Person]:
    """The two again: nearly the same name, birthdays a year apart, numbers that differ in one digit or two."""
    digits, insurance, phone = older.citizen_id[6:], older.social_insurance_no[2:9], older.phone[:-1]
    return (
        replace(
            older,
            name=names[0],
            birth_date=date(1988, 9, 14),
            gender="Nam",
            citizen_id=f"036088{digits}",
            social_insurance_no=f"01{insurance}3",
            phone=f"{phone}4",
            email=f"{mailbox_name(names[0], taken)}@{DOMAIN}",
        ),
        replace(
            younger,
            name=names[1],
            birth_date=date(1989, 9, 14),
            gender="Nam",
            citizen_id=f"036089{digits}",
            social_insurance_no=f"01{insurance}8",
            phone=f"{phone}5",
            email=f"{mailbox_name(names[1], taken)}@{DOMAIN}",
        ),
    )


def people() -> tuple[Person, ...]:
    """All workers, unit by unit."""
    chance = random.Random(20210415)
    # Nobody shares an address with a contact or a head, who had theirs first.
    taken = {row[column].partition("@")[0] for row in unit_rows() for column in (4, 6)}
    everyone: list[Person] = []
    for number, (*_, count) in enumerate(UNITS, start=1):
        unit = f"U{number:02d}"
        members = [new_person(chance, unit, place, taken) for place in range(1, count + 1)]
        if unit in BROTHERS:
            members[-2:] = as_brothers(members[-2], members[-1], BROTHERS[unit], taken)
        everyone.extend(_with_old_card(member, place) for place, member in enumerate(members, start=1))
    return tuple(everyone)


def _with_old_card(person: Person, place: int) -> Person:
    if (person.unit, place) != OLD_IDENTITY_CARD:
        return person
    return replace(person, citizen_id=f"012{person.citizen_id[6:]}")


def unit_rows() -> list[tuple[str, ...]]:
    taken: set[str] = set()
    rows: list[tuple[str, ...]] = []
    for number, (name, others, contact, head, _) in enumerate(UNITS, start=1):
        contact_address, head_address = (f"{mailbox_name(person, taken)}@{DOMAIN}" for person in (contact, head))
        telephone = f"024 0000 {200 + number:04d}"
        rows.append((f"U{number:02d}", name, others, contact, contact_address, head, head_address, telephone, "vi"))
    return rows


def worker_rows() -> list[tuple[str | date, ...]]:
    return [
        (
            person.unit,
            person.employee_code,
            person.name,
            person.birth_date,
            person.gender,
            person.citizen_id,
            person.social_insurance_no,
            person.phone,
            person.email,
        )
        for person in people()
    ]


def write(path: Path, title: str, headings: Sequence[str], rows: Iterable[Sequence[str | date]]) -> None:
    """A plain table: bold headings, text cells, real dates, frozen first row, filter."""
    workbook = Workbook()
    workbook.properties.creator, workbook.properties.created = "Dondoc", datetime(2021, 4, 15)  # noqa: DTZ001 - Excel's dates have no zone
    sheet = workbook.worksheets[0]
    sheet.title = title
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    for column, cells in enumerate(sheet.iter_cols(), start=1):
        widest = max(10 if isinstance(cell.value, date) else len(str(cell.value)) for cell in cells)
        sheet.column_dimensions[get_column_letter(column)].width = widest + 3
        for cell in cells[1:]:
            cell.number_format = "dd/mm/yyyy" if isinstance(cell.value, date) else "@"
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DCE6F1")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    sheet.freeze_panes, sheet.auto_filter.ref = "A2", sheet.dimensions
    workbook.save(path)


def write_all(folder: Path) -> None:
    write(folder / "units.xlsx", "Đơn vị", UNIT_HEADINGS, unit_rows())
    write(folder / "workers.xlsx", "Người lao động", WORKER_HEADINGS, worker_rows())


def main() -> None:
    write_all(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)


if __name__ == "__main__":
    main()
