"""What a page among scanned declarations is: named from the lines that were read on it, never dropped."""

from __future__ import annotations

import pytest

from service.core.declarations.page_kinds import PageSigns, Tones, kind_of
from service.core.forms import PageKind

LETTER = (
    "TRUNG TÂM KINH DOANH SỐ 3",
    "Số: 273/TTKD3-HC",
    "V/v: Gửi tờ khai mẫu số 01 của người lao động",
    "Kính gửi: Ban Nhân sự Công ty",
    "Đơn vị gửi kèm theo công văn này 12 tờ khai.",
    "Nơi nhận:",
)
CARD = (
    "CĂN CƯỚC CÔNG DÂN",
    "Số / No.: 001099004809",
    "Họ và tên / Full name:",
    "Ngày sinh / Date of birth: 12/05/1988",
)
CARD_BACK = ("Đặc điểm nhận dạng / Personal identification:", "CỤC TRƯỞNG CỤC CẢNH SÁT", "IDVNM9430932028001099004809")


RESIDENCE = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "PHIẾU BÁO THAY ĐỔI NƠI ĐĂNG KÝ THƯỜNG TRÚ",
    "Họ và tên: Lý Thử Nghiệm",
    "Số CCCD: 001099004809",
    "(Ký, ghi rõ họ tên)",
)
TO_THE_BANK = ("GIẤY ĐỀ NGHỊ", "Kính gửi: Ngân hàng Thử Nghiệm", "Họ và tên: Lý Thử Nghiệm", "Số CCCD: 001099004809")
OURS = ("TỜ KHAI", "Kính gửi: Cơ quan Bảo hiểm xã hội", "Đăng ký sử dụng phương thức giao dịch điện tử")


def signs(
    *texts: str,
    labels: int = 0,
    numbered: bool = False,
    marked: bool = False,
    headed: bool = False,
    sureness: float = 0.95,
    tones: Tones = Tones.FAINT,
) -> PageSigns:
    return PageSigns(
        texts=texts,
        sureness=sureness,
        labels=labels,
        numbered=numbered,
        marked=marked,
        headed=headed,
        tones=tones,
    )


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (signs("Họ và tên: Nguyễn Văn An", labels=7, numbered=True, marked=True), PageKind.DECLARATION),
        (signs("Họ và tên: Nguyễn Văn An", labels=3, numbered=True, marked=True), PageKind.DECLARATION),
        (signs(*CARD, labels=8, numbered=True, marked=True), PageKind.DECLARATION),
        (signs(*CARD, labels=3), PageKind.IDENTITY),
        (signs(*CARD_BACK), PageKind.IDENTITY),
        (signs("Họ và tên", "Mã số BHXH", labels=6, numbered=True, headed=True), PageKind.LIST),
        (signs(*LETTER, labels=2, numbered=True), PageKind.COVER),
        (signs(*LETTER, "Họ và tên: Lê Văn Quang", labels=3, marked=True), PageKind.COVER),
        (signs("HỒ SƠ TỜ KHAI", "Tập 1 - gồm 12 tờ khai"), PageKind.COVER),
        (signs("Họ và tên: Nguyễn Văn An", "Mã số BHXH: 0123456789", labels=4, numbered=True), PageKind.UNREADABLE),
        (signs("H v tn Ngyn", "M s BXH", "Ngy snh", labels=1, sureness=0.4), PageKind.UNREADABLE),
        (signs("Hóa đơn bán hàng", "Cộng tiền hàng: 1.200.000 đồng"), PageKind.OTHER),
        (signs(tones=Tones.PLAIN), PageKind.BLANK),
        (signs("~", tones=Tones.FAINT), PageKind.UNREADABLE),
        (signs(tones=Tones.DARK), PageKind.PICTURE),
        (signs("xk lo", sureness=0.3, tones=Tones.DARK), PageKind.PICTURE),
    ],
)
def test_a_page_is_named_by_what_stands_on_it(seen: PageSigns, kind: PageKind) -> None:
    """A form with a copied card below it stays a form; a letter that names a person is no form."""
    assert kind_of(seen) is kind


@pytest.mark.parametrize("texts", [RESIDENCE, TO_THE_BANK, ("TỜ KHAI Y TẾ", "Họ tên: Lý Thử", "Số CCCD: 001099004809")])
def test_s107_a_form_for_another_authority_is_no_declaration(texts: tuple[str, ...]) -> None:
    """Though it has a person's name, number and the caption of a signature."""
    assert kind_of(signs(*texts, labels=7, numbered=True, marked=True)) is PageKind.FOREIGN


def test_s107_our_own_form_is_one_whatever_it_mentions() -> None:
    """Somebody may write of her health card or her tax office into it."""
    own = signs(*OURS, "Nơi đăng ký khám bệnh: Bệnh viện Thử Nghiệm", labels=8, numbered=True, marked=True)
    assert kind_of(own) is PageKind.DECLARATION
    letter = signs("Số: 12/CV", "V/v: xác nhận", "Kính gửi: Công an phường", "Nơi nhận:")
    assert kind_of(letter) is PageKind.COVER
