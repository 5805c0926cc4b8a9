"""Any number of invented workers, each consistent in itself; the same number gives the same people."""

from __future__ import annotations

from collections.abc import Mapping

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
MIDDLE = ("Văn", "Thị", "Minh", "Thu", "Quang", "Ngọc", "Đức", "Kim", "Hữu", "Thanh")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Mạnh", "Nga", "Oanh", "Phúc", "Quân", "Sơn")


def worker(number: int) -> Mapping[str, str]:
    """A complete roster row."""
    woman, year = number % 2, 1965 + number % 35
    name = f"{FAMILY[number % 10]} {MIDDLE[number // 10 % 10]} {GIVEN[number // 100 % 14]}"
    return {
        "full_name": name,
        "birth_date": f"{year}-{1 + number % 12:02d}-{1 + number % 28:02d}",
        "gender": "Nữ" if woman else "Nam",
        "citizen_id": f"001{woman}{year % 100:02d}{number:06d}",
        "social_insurance_no": f"01{10_000_000 + number}",
        "phone": f"09{10_000_000 + number}",
        "email": f"worker{number}@vnpt-it.example",
        "registered_on": "2021-04-20",
        "vssid_installed": "true",
        "declaration_signed": "true",
    }
