"""Printed layouts of the declaration: as data, so that one more is a few lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Blank(StrEnum):
    """What is printed for a value to stand in or on."""

    BOXES = "boxes"
    """Digits in boxes, everything else on dots."""
    DOTS = "dots"
    LINE = "line"
    CELL = "cell"
    """A ruled table: label in the left cell, value in the right one."""
    BARE = "bare"
    BELOW = "below"
    """The value on a row of its own, below its label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One printed form. `rows`: keys that stand on one line; `number`: how a field's number and label are set."""

    name: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    labels: Mapping[str, str]
    number: str
    blank: Blank
    caption: str
    hint: str
    face: str = "LiberationSerif"
    value_face: str = "LiberationSerif-Regular"
    size: int = 32
    left: int = 170
    line: int = 64
    middle_mm: float = 148.0
    """Horizontal middle of the signature's block."""
    unit_block: str = ""
    """Caption of a second block in which the unit confirms, on the other side."""
    photo: bool = False
    spaced_numbers: bool = False
    """Numbers written in groups: 058 301 004 809."""
    plain: Mapping[str, str] = field(default_factory=dict)
    """Values that are the same on every sheet."""


_ASKED = {
    "full_name": "Họ và tên",
    "social_insurance_no": "Mã số BHXH",
    "citizen_id": "Số CCCD/CMND/Hộ chiếu",
    "birth_date": "Ngày, tháng, năm sinh",
    "gender": "Giới tính",
    "phone": "Số điện thoại di động",
    "email": "Địa chỉ thư điện tử (email)",
    "contact_address": "Địa chỉ liên hệ",
    "agency": "Cơ quan BHXH tiếp nhận",
}
_OFFICIAL = {
    **_ASKED,
    "social_insurance_no": "Mã số bảo hiểm xã hội",
    "email": "Địa chỉ thư điện tử",
    "phone": "Điện thoại di động",
    "registered_at": "Đăng ký giao dịch tại",
}
_OFFICE = {
    **_ASKED,
    "citizen_id": "Số định danh cá nhân/CCCD/CMND",
    "birth_date": "Ngày sinh",
    "phone": "Số điện thoại liên hệ",
    "email": "Email",
    "contact_address": "Địa chỉ nơi cư trú",
    "agency": "Nơi tiếp nhận hồ sơ",
    "issued_on": "Ngày cấp",
    "issued_at": "Nơi cấp",
}
_SINGLE = tuple((key,) for key in _ASKED)
_TITLE = ("TỜ KHAI", "ĐĂNG KÝ GIAO DỊCH ĐIỆN TỬ", "VỚI CƠ QUAN BẢO HIỂM XÃ HỘI")

PORTAL = Layout(
    name="portal",
    titles=_TITLE,
    rows=_SINGLE,
    labels=_ASKED,
    number="[{number:02d}] {label}: ",
    blank=Blank.BOXES,
    caption="Người kê khai",
    hint="(Ký, ghi rõ họ tên)",
    photo=True,
)
OFFICE = Layout(
    name="office",
    titles=("TỜ KHAI ĐĂNG KÝ", "Giao dịch điện tử cá nhân với cơ quan BHXH"),
    rows=(
        ("full_name",), ("birth_date", "gender"), ("social_insurance_no",), ("citizen_id",),
        ("issued_on", "issued_at"), ("phone",), ("email",), ("contact_address",), ("agency",),
    ),
    labels=_OFFICE,
    number="[{number:02d}] {label}: ",
    blank=Blank.DOTS,
    caption="NGƯỜI KÊ KHAI",
    hint="(Ký và ghi rõ họ tên)",
    face="LiberationSans",
    value_face="LiberationSans-Bold",
    size=29,
    line=56,
    unit_block="XÁC NHẬN CỦA ĐƠN VỊ",
    spaced_numbers=True,
)  # fmt: skip
TABLE = Layout(
    name="table",
    titles=("TỜ KHAI", "Đăng ký sử dụng phương thức giao dịch điện tử", "trong lĩnh vực bảo hiểm xã hội"),
    rows=tuple((key,) for key in _OFFICIAL),
    labels=_OFFICIAL,
    number="{number}. {label}",
    blank=Blank.CELL,
    caption="Người kê khai",
    hint="(Ký, ghi rõ họ tên)",
    value_face="LiberationSerif-BoldItalic",
    size=30,
)
OFFICIAL = Layout(
    name="official",
    titles=("TỜ KHAI", "Đăng ký sử dụng phương thức giao dịch điện tử", "trong lĩnh vực bảo hiểm xã hội"),
    rows=(
        ("full_name",), ("social_insurance_no",), ("citizen_id",), ("birth_date", "gender"), ("contact_address",),
        ("email",), ("phone",), ("registered_at",), ("agency",),
    ),
    labels=_OFFICIAL,
    number="{number}. {label}: ",
    blank=Blank.LINE,
    caption="CƠ QUAN/TỔ CHỨC/CÁ NHÂN ĐĂNG KÝ",
    hint="(Ký, ghi rõ họ tên)",
    value_face="LiberationSans-Regular",
    left=200,
)  # fmt: skip
PAIRS = Layout(
    name="pairs",
    titles=("TỜ KHAI ĐĂNG KÝ GIAO DỊCH ĐIỆN TỬ",),
    rows=(
        ("full_name",), ("birth_date", "gender"), ("social_insurance_no", "phone"), ("citizen_id", "issued_on"),
        ("email",), ("contact_address",), ("agency",),
    ),
    labels={**_OFFICE, "full_name": "Họ tên", "citizen_id": "Số CMND/CCCD", "phone": "Số điện thoại"},
    number="- {label}: ",
    blank=Blank.BARE,
    caption="Người khai",
    hint="(Ký, họ tên)",
    face="LiberationSans",
    value_face="LiberationSerif-Regular",
    line=74,
    unit_block="THỦ TRƯỞNG ĐƠN VỊ",
)  # fmt: skip
LEFT = Layout(
    name="left",
    titles=_TITLE[:2],
    rows=_SINGLE,
    labels={**_ASKED, "agency": "Kính gửi"},
    number="{label}: ",
    blank=Blank.DOTS,
    caption="Người kê khai",
    hint="(Ký, ghi rõ họ tên)",
    value_face="LiberationSerif-BoldItalic",
    middle_mm=60.0,
    unit_block="XÁC NHẬN CỦA ĐƠN VỊ",
)

TICKED = Layout(
    name="ticked",
    titles=_TITLE,
    rows=(
        ("full_name",), ("birth_date", "gender"), ("social_insurance_no",), ("citizen_id",), ("phone",), ("email",),
        ("contact_address",), ("registered_at",), ("agency",),
    ),
    labels={**_ASKED, "registered_at": "Đăng ký giao dịch tại"},
    number="[{number:02d}] {label}: ",
    blank=Blank.DOTS,
    caption="Người kê khai",
    hint="(Ký, ghi rõ họ tên)",
    face="LiberationSans",
    size=27,
    line=60,
)  # fmt: skip
"""Drawn with rows to tick only."""

LAYOUTS = {layout.name: layout for layout in (PORTAL, OFFICE, TABLE, OFFICIAL, PAIRS, LEFT)}

STACKED = Layout(
    name="stacked",
    titles=_TITLE,
    rows=(
        ("full_name",), ("birth_date", "gender"), ("social_insurance_no", "citizen_id"), ("phone", "email"),
        ("contact_address",), ("agency",),
    ),
    labels=_ASKED,
    number="{label}",
    blank=Blank.BELOW,
    caption="Người khai",
    hint="(Ký, ghi rõ họ tên)",
    face="LiberationSans",
    value_face="LiberationSans-Bold",
    size=28,
)  # fmt: skip
CAPITALS = Layout(
    name="capitals",
    titles=("TỜ KHAI ĐĂNG KÝ GIAO DỊCH ĐIỆN TỬ",),
    rows=tuple((key,) for key in _OFFICIAL),
    labels={key: label.upper() for key, label in _OFFICIAL.items()},
    number="{number}/ {label}: ",
    blank=Blank.BARE,
    caption="NGƯỜI ĐĂNG KÝ",
    hint="(Ký, họ tên)",
    value_face="LiberationSans-Regular",
    size=28,
)
UNUSUAL = (STACKED, CAPITALS)
"""Not drawn by number; what was chosen for the others must hold for them as well."""
