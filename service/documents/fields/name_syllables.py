"""Syllables that Vietnamese names are made of: where two readers differ by an accent, the usual one is likelier.

Surnames, middle and given names of everyday life (no list is complete: an unlisted syllable is not wrong, only a listed
one wins over it).
"""

from __future__ import annotations

import unicodedata

_LISTED = """
nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh đoàn lâm trịnh mai đào cao lương hà
tạ tô chu phùng vương quách thái triệu lưu tống nghiêm kiều la lại thân doãn khổng mạc tôn tăng từ viên trương
ông âu bạch cù cung diệp đàm đồng giang giáp hứa khuất kim lục mạch ninh nông ong quan sầm tiêu ứng vi xa châu
chử cồ đậu đường hạ văn thị hữu đức đình xuân ngọc quang minh thanh công quốc gia bá viết trọng thế duy khắc
hồng thu thùy thúy mỹ bích tuyết như cẩm diệu phương hoài thiên nhật tấn tuấn anh bảo phúc trung chí đăng hải
hùng mạnh tiến vĩnh xuyến an ái ánh ân bắc bằng bình biên bông ca cam cảnh cát cần chánh chi chiến chiêu chinh
chính chung chương cúc cường danh dân dần di diễm diễn diện dinh doanh du dung dũng duyên dự đại đan đạo đạt
điền điệp định đính đoan đô độ đông giao hân hạnh hào hảo hạo hằng hậu hiên hiền hiển hiến hiệp hiếu hiệu hoa
hòa hoan hoàn hoạt học hợi hợp huân huấn huệ huy huyên huyền hưng hương hường hưởng khai khang khanh khánh khiêm
khiết khoa khoan khôi khởi khuê khuyên khương kiên kiệt kỳ lam lan lành lạc lân lập lệ lễ liên liễu linh loan
lộc long lợi luân luận luyến luyện lư lực lượng ly mẫn mận mây miên miền mùi mười my mừng na nam năm nga ngà
ngạn ngân nghi nghĩa nghiệp nghĩ ngoan nguyên nguyệt nhạn nhàn nhã nhẫn nhân nhất nhi nhiên nho nhu nhuận nhung
nhựt nở nữ oanh phát phấn phi phong phú phụng phước phượng quân quế quí quý quyên quyền quyết quyến quỳnh rạng
sa sáng sang sâm sen sinh sính soạn sơn sông sương sửu sự tài tâm tân tần tây thạch thám thảo thắm thắng thập
thêm thi thể thích thiện thiệp thiều thiệu thìn thịnh thoa thoại thoan thông thơ thơm thuận thuần thục thủy thụy
thư thương thường thượng thức tích tiên tiệp tiếp tín tình tính tỉnh toại toan toán toàn toản tố trà trạch trang
tráng trâm trân trầm tri trí triết triều triển trinh trình trúc trực trường tú tùng tụng tư tươi tường tưởng tý
tỵ tuệ tuyên tuyền tuyến uyên út vân vấn vàng vẹn việt vinh vịnh vọng vui vượng vy vỹ xinh xuyên yên yến ý
"""
_USUAL = frozenset(unicodedata.normalize("NFC", syllable) for syllable in _LISTED.split())


def is_usual(syllable: str) -> bool:
    return unicodedata.normalize("NFC", syllable).casefold() in _USUAL


def likelier_name(first: str, others: list[str]) -> str:
    """`first`, with each syllable that is not usual replaced by another reader's usual one at its place.

    Small capitals are easily taken for small letters: where another reader saw capitals only, so it is.
    """
    syllables = first.split()
    for other in (name.split() for name in others):
        if len(other) == len(syllables):
            syllables = [_likelier(*pair) for pair in zip(syllables, other, strict=True)]
    name = " ".join(syllables)
    capitals = not name.istitle() and any(other.isupper() for other in others)
    return name.upper() if capitals else name


def _likelier(ours: str, theirs: str) -> str:
    return theirs if is_usual(theirs) and not is_usual(ours) else ours
