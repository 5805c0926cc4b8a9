"""Words of one form that resemble its labels are not a second form."""

from __future__ import annotations

from service.documents.declarations.several_forms import several_forms
from service.documents.pages.labels import label_book
from service.settings.campaign_files import read_campaign_folder
from tests.support.harness.whole_service import CAMPAIGN, ROOT

ONE_FORM = [
    "Mẫusố01",
    "Tờ khai",
    "Giao dịch điện tử cá nhân với cơ quan BHXH",
    "Kính gửi: ..BHXH quận Ví Dụ...",
    "(01) Họ và tên: Trần Văn Mẫu...",
    "(02) Ngày, tháng, năm sinh: ngày 08 tháng 04 năm 1969... (03) Giới tính: Nam",
    "(05) Số CMND/CCCD/Hộ chiếu: 001069000017",
    "06 Mã số BHXH: .0123456789.",
    "(07) Điện thoại: 0912345678",
    "08) Email: mau.tv@don-vi.example...",
    "(10) Nơi tiếp nhận hồ sơ: BHXH quận Ví Dụ",
    "Ví Dụ, ngày 12 tháng 06 năm 2026",
    "(Ký, ghi rõ họ tên)",
]


def test_one_form_with_words_like_its_labels_is_one() -> None:
    """The address line, the caption's "họ tên", the form's own number and the day of signing repeat words of labels."""
    assert not several_forms(ONE_FORM, BOOK)


def test_the_same_labels_twice_are_two_forms() -> None:
    """One above the other, or side by side and read as one line."""
    assert several_forms(ONE_FORM + ONE_FORM, BOOK)
    assert several_forms([f"{line} {line}" for line in ONE_FORM], BOOK)


_RULES = read_campaign_folder(ROOT / "config" / "campaigns" / CAMPAIGN).campaign.declaration
assert _RULES is not None
BOOK = label_book(_RULES.layout)
