"""Invented workers, and crowds of workers who are easily taken for each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from service.core.records import RosterEntry
from service.core.vietnam.text import fold

FAMILIES = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đào",
    "Đoàn",
    "Trịnh",
    "Mai",
]
MIDDLES = [
    "Văn",
    "Thị",
    "Hữu",
    "Đình",
    "Ngọc",
    "Minh",
    "Thanh",
    "Quốc",
    "Xuân",
    "Bích",
    "Đức",
    "Thùy",
    "Tuấn",
    "Kim",
    "Gia",
    "Hoài",
]
GIVEN = [
    "An",
    "Ánh",
    "Bình",
    "Cường",
    "Dũng",
    "Đạt",
    "Đức",
    "Giang",
    "Hà",
    "Hải",
    "Hạnh",
    "Hiếu",
    "Hòa",
    "Hùng",
    "Hường",
    "Khánh",
    "Lan",
    "Linh",
    "Loan",
    "Long",
    "Mạnh",
    "Minh",
    "Nam",
    "Nga",
    "Nghĩa",
    "Nhung",
    "Oanh",
    "Phúc",
    "Phương",
    "Quân",
    "Quỳnh",
    "Sơn",
    "Tâm",
    "Thảo",
    "Thắng",
    "Thủy",
    "Tiến",
    "Toàn",
    "Trang",
    "Triều",
    "Tú",
    "Tuấn",
    "Tươi",
    "Uyên",
    "Vân",
    "Việt",
    "Yến",
    "Ý",
]
PROVINCES = [
    "001",
    "008",
    "024",
    "025",
    "027",
    "030",
    "033",
    "034",
    "036",
    "038",
    "040",
    "042",
    "048",
    "054",
    "056",
    "064",
    "066",
    "068",
    "074",
    "075",
    "079",
    "082",
    "087",
    "092",
]
PHONES = [
    "032",
    "033",
    "035",
    "036",
    "038",
    "070",
    "076",
    "077",
    "081",
    "083",
    "085",
    "086",
    "090",
    "091",
    "094",
    "096",
    "098",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A worker by the canonical keys of the roster."""

    name: str
    social_insurance_no: str
    citizen_id: str
    birth_date: str
    phone: str
    email: str
    gender: str

    @property
    def values(self) -> dict[str, str]:
        return {
            "full_name": self.name,
            "social_insurance_no": self.social_insurance_no,
            "citizen_id": self.citizen_id,
            "birth_date": self.birth_date,
            "phone": self.phone,
            "email": self.email,
            "gender": self.gender,
        }

    def entry(self, row: int) -> RosterEntry:
        return RosterEntry(row=row, values=self.values)


def worker(chance: np.random.Generator) -> Worker:
    """Anybody. One in ten still has an old nine-digit identity card."""
    gender = "Nam" if chance.random() < 0.5 else "Nữ"
    middle = "Thị" if gender == "Nữ" and chance.random() < 0.5 else _one(chance, MIDDLES)
    given = _one(chance, GIVEN)
    name = " ".join(dict.fromkeys((_one(chance, FAMILIES), middle, given)))
    year, month, day = int(chance.integers(1962, 2003)), int(chance.integers(1, 13)), int(chance.integers(1, 29))
    century = (0 if year < 2000 else 2) + (gender == "Nữ")
    province = _one(chance, PROVINCES)
    old = chance.random() < 0.1
    initials = "".join(word[0] for word in name.split()[:-1])
    return Worker(
        name=name,
        social_insurance_no=_digits(chance, 10),
        citizen_id=_digits(chance, 9) if old else f"{province}{century}{year % 100:02d}{_digits(chance, 6)}",
        birth_date=f"{year}-{month:02d}-{day:02d}",
        phone=f"{_one(chance, PHONES)}{_digits(chance, 7)}",
        email=fold(f"{given}.{initials}{year % 100:02d}@vnpt-it.example").replace(" ", ""),
        gender=gender,
    )


def brother(of: Worker) -> Worker:
    """Same family and middle name, born a year later, insured the day after, living in the same house."""
    words = of.name.split()
    other = next(given for given in GIVEN if given not in words)
    year = int(of.birth_date[:4]) + 1
    return replace(
        of,
        name=" ".join([*words[:-1], other]),
        social_insurance_no=one_digit_off(of.social_insurance_no, 9),
        citizen_id=one_digit_off(of.citizen_id, len(of.citizen_id) - 1),
        birth_date=f"{year}{of.birth_date[4:]}",
        email=f"b{of.email}",
    )


def namesake(of: Worker) -> Worker:
    """The same name and birthday, a neighbouring number in both papers."""
    return replace(
        of,
        social_insurance_no=one_digit_off(of.social_insurance_no, 5),
        citizen_id=one_digit_off(of.citizen_id, len(of.citizen_id) - 2),
        email=f"n{of.email}",
    )


def one_digit_off(number: str, place: int) -> str:
    """The number with the digit at `place` replaced by one that looks like it."""
    looks_like = dict(zip("0123456789", "8778968136", strict=True))
    return number[:place] + looks_like[number[place]] + number[place + 1 :]


def crowd(known: list[Worker], chance: np.random.Generator, size: int) -> list[RosterEntry]:
    """A roster with the known workers, their brothers and namesakes, and others."""
    everybody = [person for one in known for person in (one, brother(one), namesake(one))]
    everybody += [worker(chance) for _ in range(max(0, size - len(everybody)))]
    order = chance.permutation(len(everybody)).tolist()
    return [everybody[at].entry(row) for row, at in enumerate(order, start=8)]


def rows_of(roster: list[RosterEntry], person: Worker) -> Iterator[int]:
    """The rows in which exactly this worker stands."""
    return (entry.row for entry in roster if entry.values == person.values)


def _one(chance: np.random.Generator, words: list[str]) -> str:
    return words[int(chance.integers(len(words)))]


def _digits(chance: np.random.Generator, count: int) -> str:
    return "".join(str(digit) for digit in chance.integers(0, 10, count))
