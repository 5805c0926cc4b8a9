"""Declarations drawn for tests: invented people, two printed layouts, signatures and stamps, scans and photographs."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from service.core.campaigns import ColumnKind, FormField, FormLayout

FONTS = Path(__file__).parents[3] / "service" / "documents" / "fonts"
DPI = 170
MM = DPI / 25.4
Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]
PRINT: Colour = (15, 15, 15)
BLUE_PEN: Colour = (35, 60, 170)
BLACK_PEN: Colour = (30, 30, 30)
STAMP_RED: Colour = (205, 40, 50)

LAYOUT = FormLayout(
    titles=("TỜ KHAI ĐĂNG KÝ GIAO DỊCH ĐIỆN TỬ",),
    fields=(
        FormField(key="full_name", kind=ColumnKind.NAME, labels=("Họ và tên", "Họ, chữ đệm và tên")),
        FormField(
            key="social_insurance_no",
            kind=ColumnKind.SOCIAL_INSURANCE_NO,
            labels=("Mã số BHXH", "Mã số bảo hiểm xã hội"),
            boxes=(10,),
        ),
        FormField(key="citizen_id", kind=ColumnKind.CITIZEN_ID, labels=("Số CCCD/CMND/Hộ chiếu",), boxes=(12,)),
        FormField(
            key="birth_date", kind=ColumnKind.DATE, labels=("Ngày, tháng, năm sinh", "Ngày sinh"), boxes=(2, 2, 4)
        ),
        FormField(key="gender", kind=ColumnKind.GENDER, labels=("Giới tính",)),
        FormField(key="phone", kind=ColumnKind.PHONE, labels=("Số điện thoại di động", "Số điện thoại"), boxes=(10,)),
        FormField(key="email", kind=ColumnKind.EMAIL, labels=("Địa chỉ thư điện tử (email)", "Email")),
        FormField(key="address", kind=ColumnKind.TEXT, labels=("Địa chỉ liên hệ",)),
        FormField(key="agency", kind=ColumnKind.TEXT, labels=("Cơ quan BHXH tiếp nhận", "Kính gửi")),
    ),
    signature_captions=("Người kê khai", "(Ký, ghi rõ họ tên)"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented worker as the form shows them."""

    name: str
    social_insurance_no: str
    citizen_id: str
    birth_date: str
    """YYYY-MM-DD."""
    phone: str
    email: str

    @property
    def fields(self) -> dict[str, str]:
        return {
            "full_name": self.name,
            "social_insurance_no": self.social_insurance_no,
            "citizen_id": self.citizen_id,
            "birth_date": self.birth_date,
            "phone": self.phone,
            "email": self.email,
        }


HUONG = Person(
    name="Nguyễn Thị Hường",
    social_insurance_no="5414159047",
    citizen_id="038189022597",
    birth_date="1989-09-10",
    phone="0353699387",
    email="huong.nt@vnpt-it.example",
)
DUNG = Person(
    name="TRẦN VĂN DŨNG",
    social_insurance_no="0120348765",
    citizen_id="001085004321",
    birth_date="1985-12-03",
    phone="0912345870",
    email="dung.tv@vnpt-it.example",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """How a page looks. `pen`: the signature's colour, None for unsigned; `stamped`: a red round stamp beside it."""

    person: Person = HUONG
    boxed: bool = True
    pen: Colour | None = BLUE_PEN
    stamped: bool = False
    printed_name: bool = True
    name_colour: Colour = PRINT
    """Of the name below the signature's space: a pen's, where it was written by hand."""
    filled: bool = True
    places: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    """Where values were drawn, in pixels; filled while drawing."""


def draw(drawing: Drawing) -> Picture:
    """An upright A4 page in colour at DPI."""
    image = Image.new("RGB", (int(210 * MM), int(297 * MM)), (250, 249, 245))
    pencil = ImageDraw.Draw(image)
    for y, text, style in (
        (20, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Bold"),
        (26, "Độc lập - Tự do - Hạnh phúc", "Bold"),
        (42, "TỜ KHAI", "Bold"),
        (49, "ĐĂNG KÝ GIAO DỊCH ĐIỆN TỬ", "Bold"),
    ):
        pencil.text((105 * MM, y * MM), text, font=_font(style), fill=PRINT, anchor="mm")
    for number, row in enumerate(_rows(drawing.person)):
        _draw_row(pencil, drawing, 70 + 8.2 * number, replace(row, label=f"[{number + 1:02}] {row.label}: "))
    _draw_signature_block(pencil, drawing)
    page = np.asarray(image, np.uint8).copy()
    if drawing.stamped:
        _stamp(page, 140, 182)
    if drawing.pen is not None:
        sign(page, 152, 178, drawing.pen)
    return page


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    key: str
    label: str
    value: str
    groups: tuple[int, ...] = ()


def _rows(person: Person) -> list[_Row]:
    year, month, day = person.birth_date.split("-")
    return [
        _Row(key="full_name", label="Họ và tên", value=person.name),
        _Row(key="social_insurance_no", label="Mã số BHXH", value=person.social_insurance_no, groups=(10,)),
        _Row(key="citizen_id", label="Số CCCD/CMND/Hộ chiếu", value=person.citizen_id, groups=(12,)),
        _Row(key="birth_date", label="Ngày, tháng, năm sinh", value=f"{day}/{month}/{year}", groups=(2, 2, 4)),
        _Row(key="gender", label="Giới tính", value="Nữ"),
        _Row(key="phone", label="Số điện thoại di động", value=person.phone, groups=(10,)),
        _Row(key="email", label="Địa chỉ thư điện tử (email)", value=person.email),
        _Row(key="address", label="Địa chỉ liên hệ", value="Số 12 phố Huế, Hà Nội"),
        _Row(key="agency", label="Cơ quan BHXH tiếp nhận", value="BHXH quận Đống Đa"),
    ]


def _draw_row(pencil: ImageDraw.ImageDraw, drawing: Drawing, y: float, row: _Row) -> None:
    pencil.text((22 * MM, y * MM), row.label, font=_font("Regular"), fill=PRINT, anchor="lm")
    x = 22 + pencil.textlength(row.label, font=_font("Regular")) / MM
    end = x + pencil.textlength(row.value, font=_font("Regular")) / MM
    if drawing.boxed and row.groups:
        end = _draw_boxes(pencil, x + 2, y, row.value if drawing.filled else "", row.groups)
    elif drawing.filled:
        pencil.text((x * MM, y * MM), row.value, font=_font("Regular"), fill=PRINT, anchor="lm")
    if not row.groups or not drawing.boxed:
        for dot in np.arange(end if drawing.filled else x, 188, 0.9):
            pencil.ellipse([dot * MM, (y + 1.6) * MM, (dot + 0.35) * MM, (y + 1.95) * MM], fill=(30, 30, 30))
    drawing.places[row.key] = (x * MM, (y - 3) * MM, end * MM, (y + 3) * MM)


def _draw_boxes(pencil: ImageDraw.ImageDraw, x: float, y: float, value: str, groups: tuple[int, ...]) -> float:
    digits = [character for character in value if character.isdigit()] or [""] * sum(groups)
    for position, boxes in enumerate(groups):
        for _ in range(boxes):
            pencil.rectangle([x * MM, (y - 3) * MM, (x + 5.6) * MM, (y + 3) * MM], outline=(20, 20, 20), width=2)
            pencil.text(((x + 2.8) * MM, y * MM), digits.pop(0), font=_font("Regular"), fill=PRINT, anchor="mm")
            x += 5.6
        if position < len(groups) - 1:
            pencil.text(((x + 1.6) * MM, y * MM), "/", font=_font("Regular"), fill=PRINT, anchor="mm")
            x += 3.2
    return x


def _draw_signature_block(pencil: ImageDraw.ImageDraw, drawing: Drawing) -> None:
    lines = [
        (152.0, "Hà Nội, ngày 12 tháng 05 năm 2021", "Italic"),
        (158.0, "Người kê khai", "Bold"),
        (164.0, "(Ký, ghi rõ họ tên)", "Italic"),
    ]
    for y, text, style in lines:
        pencil.text((150 * MM, y * MM), text, font=_font(style), fill=PRINT, anchor="mm")
    if drawing.printed_name:
        place = 150 * MM, 194 * MM
        pencil.text(place, drawing.person.name, font=_font("Bold"), fill=drawing.name_colour, anchor="mm")


def sign(page: Picture, x: float, y: float, pen: Colour) -> None:
    """A running hand of loops with a long last stroke, centred at x, y (millimetres)."""
    turns = np.linspace(0, 5 * 2 * math.pi, 240)
    loops = np.stack([x - 14 + turns * 0.75 + 2.2 * np.sin(turns), y - 4.0 * np.cos(turns * 1.0) * (0.5 + turns / 40)])
    flourish = np.stack([np.linspace(x + 9, x + 22, 40), y + 3 - np.linspace(0, 5, 40)])
    stroke = (np.concatenate([loops, flourish], axis=1).T * MM * 8).round().astype(np.int32)
    cv2.polylines(page, [stroke[:, None]], False, pen, max(1, round(0.5 * MM)), cv2.LINE_AA, 3)


def _stamp(page: Picture, x: float, y: float) -> None:
    """A round red stamp with words, ink mixed into what lies below."""
    layer = Image.new("L", (page.shape[1], page.shape[0]), 0)
    pencil = ImageDraw.Draw(layer)
    for radius, width in ((18, 4), (16.8, 2), (11, 2)):
        left, top, right, bottom = ((x - radius) * MM, (y - radius) * MM, (x + radius) * MM, (y + radius) * MM)
        pencil.ellipse([left, top, right, bottom], outline=255, width=width)
    for row, words in enumerate(("CÔNG TY", "CỔ PHẦN", "AN BÌNH")):
        pencil.text((x * MM, (y - 4.5 + 4.5 * row) * MM), words, font=_font("Bold", 3.4), fill=255, anchor="mm")
    ink = np.asarray(layer, np.float32)[..., None] / 255 * 0.85
    page[:] = (page * (1 - ink * (1 - np.asarray(STAMP_RED, np.float32) / 255))).astype(np.uint8)


def _font(style: str, millimetres: float = 4.4) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"LiberationSerif-{style}.ttf", int(millimetres * MM))


# What happens to paper ----------------------------------------------------------------------------------------


def turned(page: Picture, clockwise: int) -> Picture:
    return np.ascontiguousarray(np.rot90(page, -clockwise // 90))


def scanned(page: Picture, *, seed: int = 1, skew: float = 0.8, grey: bool = False) -> Picture:
    """A little skewed, soft and grainy."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1)
    skewed = cv2.warpAffine(page, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    soft = cv2.GaussianBlur(skewed, (0, 0), 0.6).astype(np.float32)
    grain = np.random.default_rng(seed).normal(0, 3, soft.shape[:2])[..., None]
    noisy = (soft + grain).clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(noisy, cv2.COLOR_RGB2GRAY), np.uint8) if grey else noisy


def photographed(page: Picture, *, seed: int = 1) -> Picture:
    """On a dark table, in perspective, one side in shadow."""
    height, width = page.shape[:2]
    frame = int(width * 1.25), int(height * 1.15)
    noise = np.random.default_rng(seed).normal(0, 8, (frame[1], frame[0], 1))
    table = np.full((frame[1], frame[0], 3), (70, 55, 45), np.float32) + noise
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    shares = ((0.10, 0.06), (0.92, 0.09), (0.88, 0.95), (0.06, 0.92))
    target = np.array([[x * frame[0], y * frame[1]] for x, y in shares], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    sheet = cv2.warpPerspective(page, matrix, frame).astype(np.float32)
    inside = cv2.warpPerspective(np.ones((height, width), np.float32), matrix, frame)[..., None]
    shadow = np.linspace(1.0, 0.65, frame[0])[None, :, None]
    return np.asarray(((sheet * inside + table * (1 - inside)) * shadow).clip(0, 255), np.uint8)


def faxed(page: Picture) -> Picture:
    """Black and white only, at fax resolution."""
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    return np.asarray((cv2.GaussianBlur(grey, (0, 0), 0.5) > 170).astype(np.uint8) * 255, np.uint8)


def as_file(picture: Picture, form: str = "JPEG", **options: object) -> bytes:
    """The picture as a file that Pillow writes (JPEG, PNG, PDF …)."""
    content = io.BytesIO()
    Image.fromarray(picture).save(content, form, **options)
    return content.getvalue()
