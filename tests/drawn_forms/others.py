"""Pages that lie among the declarations of a scan and are none: letters, identity cards, portraits, backs, two on one.

All upright, in colour, at 200 dots per inch; `wear.captured` makes scans and photographs of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw

from service.demo.papers.ink import font
from tests.drawn_forms.hands import BLUES, REDS, STROKES, Hand, Picture, sign, stamp
from tests.drawn_forms.layouts import Layout
from tests.drawn_forms.people import Worker
from tests.drawn_forms.sheets import HEIGHT, PRINT, WIDTH, Filled, draw_sheet

_LETTER = (
    "Thực hiện Công văn hướng dẫn của Công ty về việc đăng ký giao dịch điện tử cá nhân và cài đặt",
    "ứng dụng, đơn vị gửi kèm theo công văn này {count} tờ khai đã có chữ ký của người lao động.",
    "Trong đó có 02 trường hợp chưa có mã số BHXH, đơn vị sẽ gửi bổ sung trước thời hạn.",
    "Đề nghị Ban Nhân sự tổng hợp, chuyển cơ quan BHXH quận Đống Đa phê duyệt hồ sơ.",
    "Trân trọng./.",
)


def letter(chance: np.random.Generator, *, count: int = 12) -> Picture:
    """A covering letter of the unit as Vietnamese offices write it: number, addressee, text, signed and stamped."""
    image = _sheet()
    _centred(image, (430, 130), "CÔNG TY CÔNG NGHỆ THÔNG TIN", 28)
    _centred(image, (430, 170), "TRUNG TÂM KINH DOANH SỐ 3", 28, "Bold")
    _centred(image, (1180, 130), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 28, "Bold")
    _centred(image, (1180, 170), "Độc lập - Tự do - Hạnh phúc", 28, "Bold")
    _centred(image, (430, 240), f"Số: {int(chance.integers(10, 400))}/TTKD3-HC", 28)
    _centred(image, (1180, 240), "Hà Nội, ngày 10 tháng 5 năm 2021", 28, "Italic")
    _centred(image, (430, 280), "V/v: Gửi tờ khai mẫu số 01 của người lao động", 26)
    _centred(image, (WIDTH / 2, 400), "Kính gửi: Ban Nhân sự Công ty", 32)
    for row, text in enumerate(_LETTER):
        _text(image, (190, 500 + 56 * row), text.format(count=count), 31)
    _text(image, (190, 900), "Nơi nhận:", 26, "LiberationSerif-BoldItalic")
    for row, text in enumerate(("- Như trên;", "- Lưu: VT, HC.")):
        _text(image, (190, 940 + 36 * row), text, 25)
    _centred(image, (1180, 900), "GIÁM ĐỐC", 30, "Bold")
    _centred(image, (1180, 1190), "Lê Văn Quang", 30, "Bold")
    page = np.asarray(image, np.uint8).copy()
    sign(page, (148, 130), STROKES[Hand.LOOPS]("", chance), BLUES[0], chance)
    stamp(page, (138, 132), REDS[0], chance)
    return page


def title_page(title: Sequence[str] = ("HỒ SƠ TỜ KHAI", "ĐĂNG KÝ GIAO DỊCH ĐIỆN TỬ CÁ NHÂN")) -> Picture:
    """The cover of a bundle: a few large words."""
    image = _sheet()
    _centred(image, (WIDTH / 2, 300), "TRUNG TÂM KINH DOANH SỐ 3", 44, "Bold")
    for row, text in enumerate(title):
        _centred(image, (WIDTH / 2, 950 + 80 * row), text, 54, "Bold")
    _centred(image, (WIDTH / 2, 1250), "Tập 1 - gồm 12 tờ khai", 40)
    _centred(image, (WIDTH / 2, 2100), "Hà Nội, tháng 5 năm 2021", 36, "Italic")
    return np.asarray(image, np.uint8).copy()


def card(person: Worker, chance: np.random.Generator, *, scale: float = 1.0) -> Picture:
    """Front and back of an identity card, copied onto one sheet, of its real size or enlarged."""
    image = _sheet()
    for row, side in enumerate((_front(person, chance), _back(chance))):
        tile = side.resize((round(side.width * scale), round(side.height * scale)), Image.Resampling.BICUBIC)
        image.paste(tile, ((WIDTH - tile.width) // 2, 260 + row * (tile.height + 160)))
    return np.asarray(image, np.uint8).copy()


def card_alone(person: Worker, chance: np.random.Generator) -> Picture:
    """The front of an identity card that fills the picture."""
    front = _front(person, chance)
    return np.asarray(front.resize((front.width * 2, front.height * 2), Image.Resampling.BICUBIC), np.uint8).copy()


def portrait(chance: np.random.Generator, *, width: int = 900) -> Picture:
    """A face before a blue or white ground, as for an identity card: 4 x 6."""
    grounds = ((70, 120, 190), (235, 235, 238))
    return np.asarray(_face(chance, width, width * 3 // 2, grounds[int(chance.integers(2))]), np.uint8).copy()


def back(chance: np.random.Generator, front: Picture | None = None) -> Picture:
    """The back of a sheet: white, with what shines through of its front, punched holes and a little dirt."""
    page = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    if front is not None:
        through = cv2.GaussianBlur(front[:, ::-1], (0, 0), 3).astype(np.float32)
        page = (250 - (255 - through) * 0.05).clip(0, 255).astype(np.uint8)
    for hole in (0.36, 0.64):
        cv2.circle(page, (60, round(HEIGHT * hole)), 24, (90, 90, 92), -1)
    for _ in range(20):
        cv2.circle(page, (int(chance.integers(WIDTH)), int(chance.integers(HEIGHT))), 2, (150, 150, 150), -1)
    return page


def two_on_one(
    layout: Layout, filled: tuple[Filled, Filled], chance: np.random.Generator, *, beside: bool = False
) -> Picture:
    """Two forms made small, as two A5 sheets on one A4: one above the other, or side by side on a turned sheet."""
    halves = [_trimmed(draw_sheet(layout, each, chance)) for each in filled]
    wide, high = (HEIGHT, WIDTH) if beside else (WIDTH, HEIGHT)
    room = (wide // 2, high) if beside else (wide, high // 2)
    page = np.full((high, wide, 3), 255, np.uint8)
    for index, half in enumerate(halves):
        factor = 0.94 * min(room[0] / half.shape[1], room[1] / half.shape[0])
        small = np.asarray(cv2.resize(half, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
        left, top = (room[0] - small.shape[1]) // 2, (room[1] - small.shape[0]) // 2
        left, top = (left + index * room[0], top) if beside else (left, top + index * room[1])
        page[top : top + small.shape[0], left : left + small.shape[1]] = small
    return page


def _trimmed(sheet: Picture) -> Picture:
    """Without the empty paper around the print."""
    inked = np.nonzero(sheet.min((1, 2)) < 200)[0]
    return sheet[max(0, inked[0] - 30) : inked[-1] + 60, 100 : WIDTH - 60]


def _sheet() -> Image.Image:
    return Image.new("RGB", (WIDTH, HEIGHT), (255, 255, 255))


Place = tuple[float, float]


def _centred(image: Image.Image, at: Place, text: str, size: int, style: str = "Regular") -> None:
    face = font(f"LiberationSerif-{style}", size)
    ImageDraw.Draw(image).text(at, text, font=face, fill=PRINT, anchor="mm")


def _text(image: Image.Image, at: Place, text: str, size: int, face: str = "LiberationSerif-Regular") -> None:
    ImageDraw.Draw(image).text(at, text, font=font(face, size), fill=PRINT, anchor="lm")


CARD = (1012, 638)
"""85.6 x 54 mm at 300 dpi, which on a sheet of 200 dpi is one and a half times its real size, as copiers enlarge it."""


def _front(person: Worker, chance: np.random.Generator) -> Image.Image:
    image = Image.new("RGB", CARD, (206, 226, 222))
    year, month, day = person.birth_date.split("-")
    for y, text, size in (
        (40, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 30),
        (78, "Độc lập - Tự do - Hạnh phúc", 26),
        (134, "CĂN CƯỚC CÔNG DÂN", 44),
    ):
        _centred(image, (600, y), text, size, "Bold")
    lines = (
        (f"Số / No.: {person.values['citizen_id']}", 38),
        ("Họ và tên / Full name:", 26),
        (person.name.upper(), 34),
        (f"Ngày sinh / Date of birth: {day}/{month}/{year}", 28),
        ("Giới tính / Sex: Nam   Quốc tịch / Nationality: Việt Nam", 26),
        ("Quê quán / Place of origin: Thanh Trì, Hà Nội", 26),
        ("Nơi thường trú / Place of residence: Đống Đa, Hà Nội", 26),
    )
    for row, (text, size) in enumerate(lines):
        _text(image, (340, 200 + 60 * row), text, size, "LiberationSans-Regular")
    image.paste(_face(chance, 250, 330, (200, 215, 225)), (50, 190))
    return image


def _back(chance: np.random.Generator) -> Image.Image:
    image = Image.new("RGB", CARD, (206, 226, 222))
    _text(image, (60, 60), "Đặc điểm nhận dạng / Personal identification:", 28, "LiberationSans-Regular")
    _text(image, (60, 110), "Nốt ruồi cách 2 cm trên sau cánh mũi trái", 28, "LiberationSans-Regular")
    _text(image, (60, 200), "Ngày, tháng, năm / Date, month, year: 12/05/2018", 26, "LiberationSans-Regular")
    _centred(image, (420, 270), "CỤC TRƯỞNG CỤC CẢNH SÁT", 26, "Bold")
    for left in (700, 850):
        for ring in range(4, 70, 7):
            box = (left + 70 - ring * 0.75, 250 - ring, left + 70 + ring * 0.75, 250 + ring)
            ImageDraw.Draw(image).ellipse(box, outline=(150, 60, 60), width=2)
    code = "".join(str(int(chance.integers(10))) for _ in range(9))
    for row, text in enumerate(
        (f"IDVNM{code}8001099004809<<5", "8509104M2509105VNM<<<<<<<<<<<8", "NGUYEN<<VAN<AN<<<<<<<<<<<<<<<<")
    ):
        _text(image, (60, 450 + 60 * row), text, 40, "LiberationSans-Regular")
    return image


def _face(chance: np.random.Generator, width: int, height: int, ground: tuple[int, int, int]) -> Image.Image:
    """Hair, forehead, brows, eyes, nose, mouth, shoulders, softly lit from one side."""
    image = Image.new("RGB", (600, 900), ground)
    pencil = ImageDraw.Draw(image)
    skin = tuple(int(value + chance.integers(-12, 12)) for value in (214, 172, 142))
    pencil.ellipse((60, 700, 540, 1200), fill=(40, 46, 70))
    pencil.rectangle((240, 600, 360, 760), fill=tuple(value - 18 for value in skin))
    pencil.ellipse((140, 140, 460, 560), fill=(34, 28, 26))
    pencil.ellipse((165, 230, 435, 660), fill=skin)
    pencil.rectangle((165, 200, 435, 300), fill=(34, 28, 26))
    for middle in (240, 360):
        pencil.line((middle - 45, 375, middle + 45, 368), fill=(50, 40, 36), width=12)
        pencil.ellipse((middle - 40, 395, middle + 40, 435), fill=(236, 232, 228))
        pencil.ellipse((middle - 18, 396, middle + 18, 434), fill=(40, 30, 28))
        pencil.arc((middle - 42, 390, middle + 42, 440), 190, 350, fill=(60, 44, 40), width=6)
    pencil.polygon([(300, 420), (270, 520), (330, 520)], fill=tuple(value - 16 for value in skin))
    pencil.ellipse((268, 505, 332, 535), fill=tuple(value - 26 for value in skin))
    pencil.ellipse((245, 560, 355, 600), fill=(170, 86, 84))
    shaded = np.asarray(image, np.float32) * np.linspace(1.06, 0.86, 600, dtype=np.float32)[None, :, None]
    soft = cv2.GaussianBlur(shaded.clip(0, 255).astype(np.uint8), (0, 0), 5)
    return Image.fromarray(np.asarray(soft, np.uint8)).resize((width, height), Image.Resampling.BICUBIC)


def scanned_list(people: Sequence[Worker]) -> Picture:
    """A printed list of workers as a page on its side: headings, then a row for each."""
    image = Image.new("RGB", (HEIGHT, WIDTH), (255, 255, 255))
    _centred(image, (HEIGHT / 2, 140), "DANH SÁCH NGƯỜI LAO ĐỘNG", 36, "Bold")
    edges = (90, 170, 640, 860, 1090, 1400, 1680, 2250)
    headings = ("STT", "Họ và tên", "Ngày sinh", "Mã số BHXH", "Số CCCD", "Số điện thoại", "Email")
    keys = ("full_name", "birth_date", "social_insurance_no", "citizen_id", "phone", "email")
    pencil = ImageDraw.Draw(image)
    for row, person in enumerate((None, *people)):
        top = 240 + 60 * row
        cells = headings if person is None else (str(row), *(person.values[key] for key in keys))
        for left, right, text in zip(edges, edges[1:], cells, strict=False):
            pencil.rectangle((left, top, right, top + 60), outline=PRINT, width=2)
            _text(image, (left + 10, top + 30), text, 26)
    return np.asarray(image, np.uint8).copy()


def invoice() -> Picture:
    """A page that has nothing to do with any of it."""
    image = _sheet()
    _centred(image, (WIDTH / 2, 200), "HÓA ĐƠN BÁN HÀNG", 48, "Bold")
    goods = ("Giấy in A4 - 20 ram - 1.300.000 đồng", "Bút bi xanh - 50 chiếc - 200.000 đồng", "Cộng: 1.500.000 đồng")
    for row, text in enumerate(goods):
        _text(image, (220, 340 + 60 * row), text, 32)
    return np.asarray(image, np.uint8).copy()
