"""Invented workers for generated rosters: right in every cell, each cell as some office would write it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from service.core.grids import CellValue

DOMAIN = "vnpt-it.example"
TODAY = date(2021, 5, 12)
_FAMILY = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đoàn Trịnh Mai Tô Hà Kiều Quách "
_MIDDLE = "Văn Thị Minh Thu Quang Ngọc Đức Kim Hữu Thanh Xuân Bích Phước Khánh Thùy Anh Quốc Mỹ "
_GIVEN = (
    "An Ánh Bình Chi Cường Dũng Dung Đạt Giang Hà Hạnh Hải Hòa Huệ Hương Khoa Khuê Lan Linh Loan Long "
    "Mạnh Mỹ Nga Nghĩa Ngọc Nguyệt Nhung Oanh Phúc Phượng Quân Quý Quỳnh Sơn Tâm Thảo Thắng Thủy Thúy "
    "Trang Trí Tuấn Tùng Tuyết Uyên Vinh Vượng Xuân Yến "
)
_RARE = ("H'Hen Niê", "Y Moan Êban", "K'Brơi Thị Hoa", "Nguyễn Hoàng Thị Mỹ Duyên", "Tôn Nữ Thị Ninh", "Ông Văn Út")
_PROVINCES = ("001", "004", "026", "031", "036", "037", "040", "079", "092", "096")
_OLD_PHONES = {"083": "0123", "079": "0121", "039": "0169", "056": "0186"}
_PHONES = ("032", "038", "039", "056", "070", "079", "083", "086", "090", "091", "094", "096", "098")
_CARDS = ("DN4", "HC4", "CH4", "TK4", "NN4")

Row = dict[str, CellValue]
Style = Callable[[Random, str], CellValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Canonical values of a complete row."""

    values: Mapping[str, str]

    @property
    def is_woman(self) -> bool:
        return self.values["gender"] == "Nữ"


def person(random: Random, number: int) -> Person:
    """Somebody new; numbers differ from everybody else's."""
    woman = random.random() < 0.5
    born = date(1962, 1, 1) + timedelta(days=random.randrange(365 * 40))
    family, given = random.choice(_FAMILY.split()), random.choice(_GIVEN.split())
    middle = "Thị" if woman and random.random() < 0.5 else random.choice(_MIDDLE.split())
    name = random.choice(_RARE) if random.random() < 0.03 else f"{family} {middle} {given}"
    century = 2 if born.year >= 2000 else 0
    insured = f"{random.choice(('01', '79', '31', '97', '00'))}{random.randrange(100):02}{number % 1000000:06}"
    letters = unicodedata.normalize("NFD", given.replace("Đ", "D").replace("đ", "d"))
    local = "".join(letter for letter in letters.lower() if letter.isascii()) + f"{number}"
    registered = date(2021, 3, 11) + timedelta(days=random.randrange((TODAY - date(2021, 3, 11)).days + 1))
    return Person(
        values={
            "employee_code": f"IT{number:05}",
            "full_name": name,
            "birth_date": born.isoformat(),
            "gender": "Nữ" if woman else "Nam",
            "citizen_id": f"{random.choice(_PROVINCES)}{century + woman}{born.year % 100:02}{number % 1000000:06}",
            "social_insurance_no": insured,
            "health_card_no": f"{random.choice(_CARDS)}01{insured}" if random.random() < 0.7 else insured,
            "phone": f"{random.choice(_PHONES)}{number % 10000000:07}",
            "email": f"{local}@{DOMAIN}",
            "registered_on": registered.isoformat(),
            "vssid_installed": "true",
            "declaration_signed": "true",
        }
    )


def as_typed(random: Random, key: str, value: str, habits: Mapping[str, str]) -> CellValue:
    """The value as this office writes this column; reading must give the value back."""
    if key in ("birth_date", "registered_on"):
        return _date(random, value, habits[key])
    writer = _WRITERS.get(key)
    return writer(random, value) if writer else value


def _name(random: Random, text: str) -> CellValue:
    how = random.random()
    if how < 0.05:
        return unicodedata.normalize("NFD", text)
    if how < 0.1:
        return text.replace(" ", "  ") + " "
    return text.replace(" ", "\xa0") if how < 0.13 else text


def _number(random: Random, text: str) -> CellValue:
    """Text mostly; numbers only where no zero is lost by it."""
    how = random.random()
    if how < 0.08:
        return f"'{text}" if how < 0.02 else f"{text} " if how < 0.05 else f"\xa0{text}"
    if how < 0.14 and text.isdigit():
        separator = random.choice((" ", ".", "-"))
        return separator.join((text[:3], text[3:6], text[6:]))
    if how < 0.2 and text.isdigit() and text[0] != "0":
        return float(text)
    return text


def _phone(random: Random, text: str) -> CellValue:
    how = random.random()
    if how < 0.06:
        return "+84" + text[1:]
    if how > 0.95 and text[:3] in _OLD_PHONES:
        return _OLD_PHONES[text[:3]] + text[3:]
    if how < 0.2:
        separator = random.choice((" ", ".", "-"))
        return separator.join((text[:4], text[4:7], text[7:]))
    return text


def _date(random: Random, text: str, habit: str) -> CellValue:
    day = date.fromisoformat(text)
    if habit == "date" or (habit == "mixed" and random.random() < 0.5):
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001  sheets know no zones
    if habit == "serial":
        return float((day - date(1899, 12, 30)).days)
    if habit == "dots":
        return f"{day.day}.{day.month}.{day.year}"
    if habit == "dashes":
        return f"{day:%d-%m-%Y}"
    return f"{day:%d/%m/%Y}" if habit != "short" else f"{day.day}/{day.month}/{day.year}"


def _gender(random: Random, text: str) -> CellValue:
    return random.choice({"Nam": ("Nam", "nam", "NAM"), "Nữ": ("Nữ", "nữ", "NỮ", "Nu")}[text])


def _email(random: Random, text: str) -> CellValue:
    how = random.random()
    return text.capitalize() if how < 0.1 else f" {text}\xa0" if how < 0.2 else text


def _card(random: Random, text: str) -> CellValue:
    return text.lower() if random.random() < 0.1 else _number(random, text)


def _installed(random: Random, _text: str) -> CellValue:
    return random.choice(("X", "x", "Có", "v", "✓", "Đã cài đặt", "Rồi", "OK", "1", 1, True, "15/04/2021"))


def _signed(random: Random, _text: str) -> CellValue:
    return random.choice(("X", "x", "có", "đã nộp", "Đã ký", "yes", "TRUE", "thành công"))


_WRITERS: Mapping[str, Style] = {
    "full_name": _name,
    "gender": _gender,
    "citizen_id": _number,
    "social_insurance_no": _number,
    "health_card_no": _card,
    "phone": _phone,
    "email": _email,
    "vssid_installed": _installed,
    "declaration_signed": _signed,
}
DATE_HABITS = ("date", "mixed", "dots", "dashes", "slashes", "short", "serial")
