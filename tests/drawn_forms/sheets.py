"""A filled form on paper: a layout, a worker's values, a signature block, drawn upright at 200 dots per inch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from PIL import Image, ImageDraw

from service.demo.papers.ink import font
from tests.drawn_forms.by_hand import Writer
from tests.drawn_forms.choices import SHORT, WORDS, Choice, Ticker
from tests.drawn_forms.hands import (
    BLACKS,
    BLUES,
    DOTS_PER_MM,
    REDS,
    STROKES,
    Colour,
    Hand,
    Picture,
    rectangle_stamp,
    sign,
    stamp,
    worn_rectangle_stamp,
)
from tests.drawn_forms.layouts import Blank, Layout
from tests.drawn_forms.marks import Mark, leave
from tests.drawn_forms.people import Worker

WIDTH, HEIGHT = 1654, 2339
PRINT = (22, 22, 24)
PLEDGE = (
    "Tôi cam kết hoàn toàn chịu trách nhiệm trước pháp luật về tính chính xác,",
    "trung thực của những nội dung đã kê khai trên đây.",
)
BOXES = {"social_insurance_no": (10,), "citizen_id": (12,), "birth_date": (2, 2, 4), "phone": (10,)}
GROUPS = {"social_insurance_no": (4, 6), "citizen_id": (3, 3, 3, 3), "phone": (4, 3, 3)}


class Sealed(StrEnum):
    """Where a stamp stands, if any."""

    NOT = "not"
    OVER = "over"
    """On the signature's space."""
    BESIDE = "beside"
    """In the unit's own block."""
    FRAMED = "framed"
    """A framed stamp with words on the signature's space: red, blue or black."""
    FRAMED_WORN = "framed, worn"
    """The same, turned and unevenly inked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What stands on the sheet besides print. `hand`: None is unsigned."""

    person: Worker
    hand: Hand | None
    sealed: Sealed
    name_printed: bool
    agency: str = "BHXH quận Đống Đa, thành phố Hà Nội"
    capitals: bool = False
    unit_signed: bool = False
    """The unit's head has signed in the unit's block."""
    pen: Colour | None = None
    fine_pen: bool = False
    red: Colour | None = None
    frame: Colour | None = None
    """Of a framed stamp."""
    choice: Choice | None = None
    """Gender and place of registration are ticked; else written."""
    mark: Mark | None = None
    """Something in the signature's space that is none."""
    writer: Writer | None = None
    """Who has written the values; else they are printed."""


@dataclass(slots=True)
class _Pencil:
    """Draws print from the top down."""

    image: Image.Image
    layout: Layout
    y: int = 120
    writer: Writer | None = None
    ticker: Ticker | None = None
    ticked: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Keys of the rows to tick, and which of their choices are."""

    @property
    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def face(self, style: str = "Regular") -> str:
        return f"{self.layout.face}-{style}"

    def centred(self, text: str, style: str, middle: float = WIDTH / 2, size: int | None = None) -> None:
        size = size or self.layout.size
        face = "LiberationSerif-Italic" if style == "Italic" else self.face(style)
        self.draw.text((middle, self.y), text, font=font(face, size), fill=PRINT, anchor="mm")
        self.y += round(size * 1.35)

    def put(self, x: float, text: str, face: str) -> float:
        type_face = font(face, self.layout.size)
        self.draw.text((x, self.y), text, font=type_face, fill=PRINT, anchor="lm")
        return x + type_face.getlength(text)

    def fill(self, x: float, value: str) -> float:
        """A value, by hand or in print."""
        if self.writer is None:
            return self.put(x, value, self.layout.value_face)
        return self.writer.write(self.draw, x, self.y, value, self.layout.size)

    def fill_box(self, middle: float, digit: str) -> None:
        if self.writer is None:
            face = font("LiberationSans-Regular", self.layout.size)
            self.draw.text((middle, self.y), digit, font=face, fill=PRINT, anchor="mm")
        else:
            left = middle - self.writer.width(digit, self.layout.size) / 2
            self.writer.write(self.draw, left + self.writer.chance.normal(0, 3), self.y, digit, self.layout.size)


def draw_sheet(layout: Layout, filled: Filled, chance: np.random.Generator) -> Picture:
    """The signed (or unsigned, or stamped) sheet, in colour, white paper."""
    pencil = _Pencil(Image.new("RGB", (WIDTH, HEIGHT), (255, 255, 255)), layout, writer=filled.writer)
    _heading(pencil)
    if filled.choice is not None:
        pencil.ticker = Ticker(pencil.image, filled.choice, pencil.face(), layout.size, chance)
        gender = WORDS["gender"].index(filled.person.gender)
        pencil.ticked = {"registered_at": filled.choice.ticked, "gender": (gender,)}
    values = _written(layout, filled)
    for number, row in enumerate(layout.rows, 1):
        _row(pencil, number, row, values)
    pencil.y += 20
    for text in PLEDGE:
        pencil.put(layout.left, text, pencil.face())
        pencil.y += round(layout.size * 1.4)
    return _signature_block(pencil, filled, chance)


def _heading(pencil: _Pencil) -> None:
    pencil.centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Bold")
    pencil.centred("Độc lập - Tự do - Hạnh phúc", "Bold")
    pencil.y += 50
    top = pencil.y
    for index, title in enumerate(pencil.layout.titles):
        pencil.centred(title, "Bold", size=pencil.layout.size + (6 if index == 0 else 0))
    if pencil.layout.photo:
        left = pencil.layout.left
        pencil.draw.rectangle((left, top - 40, left + 230, top + 260), outline=PRINT, width=2)
        pencil.draw.text(
            (left + 115, top + 110), "Ảnh 4x6", font=font("LiberationSerif-Italic", 26), fill=PRINT, anchor="mm"
        )
        pencil.y = top + 270
    pencil.y += 70


def _written(layout: Layout, filled: Filled) -> Mapping[str, str]:
    """Values as people write them."""
    person = filled.person
    year, month, day = person.birth_date.split("-")
    values = {**person.values, "agency": filled.agency, "contact_address": "Số 12 phố Huế, quận Hai Bà Trưng, Hà Nội"}
    values |= {"issued_on": "12/05/2018", "issued_at": "Cục CS QLHC về TTXH", "birth_date": f"{day}/{month}/{year}"}
    values["registered_at"] = "Cổng thông tin điện tử của BHXH Việt Nam"
    if filled.capitals:
        values["full_name"] = person.name.upper()
    if layout.spaced_numbers:
        values |= {key: _spaced(values[key], groups) for key, groups in GROUPS.items()}
    return values


def _spaced(number: str, groups: tuple[int, ...]) -> str:
    if len(number) != sum(groups):
        return number
    ends = np.cumsum(groups).tolist()
    return " ".join(number[end - size : end] for size, end in zip(groups, ends, strict=True))


def _row(pencil: _Pencil, number: int, keys: tuple[str, ...], values: Mapping[str, str]) -> None:
    layout = pencil.layout
    if layout.blank is Blank.CELL:
        _cells(pencil, layout.number.format(number=number, label=layout.labels[keys[0]]), keys[0], values[keys[0]])
        return
    for index, key in enumerate(keys):
        x: float = layout.left + index * 780
        end = 1500 if index == len(keys) - 1 else layout.left + 740
        label = layout.labels[key]
        x = pencil.put(
            x, layout.number.format(number=number, label=label) if index == 0 else f"{label}: ", pencil.face()
        )
        if key in pencil.ticked:
            _choices(pencil, x + 10, key, WORDS)
        elif layout.blank is Blank.BOXES and key in BOXES:
            _digit_boxes(pencil, x + 10, BOXES[key], values[key])
        else:
            _on_blank(pencil, layout.left + index * 780, x, end, values[key])
    pencil.y += round(1.6 * layout.line) if layout.blank is Blank.BELOW else layout.line


def _on_blank(pencil: _Pencil, left: float, x: float, end: float, value: str) -> None:
    blank = pencil.layout.blank
    if blank is Blank.BELOW:
        label_row, pencil.y = pencil.y, pencil.y + round(1.3 * pencil.layout.size)
        pencil.fill(left, value)
        pencil.y = label_row
        return
    after = pencil.fill(x, value)
    foot = pencil.y + round(pencil.layout.size * 0.42)
    if blank in (Blank.DOTS, Blank.BOXES):
        for dot in range(int(after) + 4, int(end), 9):
            pencil.draw.ellipse((dot, foot - 3, dot + 2, foot - 1), fill=PRINT)
    elif blank is Blank.LINE:
        pencil.draw.line((x, foot + 4, end, foot + 4), fill=PRINT, width=2)


def _choices(pencil: _Pencil, x: float, key: str, words: Mapping[str, tuple[str, ...]]) -> None:
    """The choices of a row, each with its box."""
    ticker = pencil.ticker
    assert ticker is not None
    own_lines = ticker.choice.own_lines and len(words[key][0]) > 30
    for number, said in enumerate(words[key]):
        if own_lines:
            pencil.y += round(1.5 * pencil.layout.size)
            x = pencil.layout.left + 60
        x = ticker.put(x, pencil.y, said, ticked=number in pencil.ticked[key]) + 1.1 * pencil.layout.size


def _cells(pencil: _Pencil, label: str, key: str, value: str) -> None:
    left, right, half = pencil.layout.left, 1500, pencil.layout.line // 2
    pencil.put(left + 12, label, pencil.face())
    if key in pencil.ticked:
        _choices(pencil, left + 520, key, SHORT)
    else:
        pencil.fill(left + 520, value)
    pencil.draw.rectangle((left, pencil.y - half, right, pencil.y + half), outline=PRINT, width=2)
    pencil.draw.line((left + 500, pencil.y - half, left + 500, pencil.y + half), fill=PRINT, width=2)
    pencil.y += 2 * half


def _digit_boxes(pencil: _Pencil, x: float, groups: tuple[int, ...], value: str) -> None:
    digits = iter(value.replace("/", ""))
    face = font("LiberationSans-Regular", pencil.layout.size)
    for index, count in enumerate(groups):
        if index:
            pencil.draw.text((x + 12, pencil.y), "/", font=face, fill=PRINT, anchor="mm")
            x += 26
        for _ in range(count):
            pencil.draw.rectangle((x, pencil.y - 24, x + 45, pencil.y + 24), outline=PRINT, width=2)
            pencil.fill_box(x + 23, next(digits, ""))
            x += 45


def _signature_block(pencil: _Pencil, filled: Filled, chance: np.random.Generator) -> Picture:
    layout, middle = pencil.layout, pencil.layout.middle_mm * DOTS_PER_MM
    pencil.y += 40
    other = (210 - layout.middle_mm) * DOTS_PER_MM
    head = pencil.y
    pencil.centred(f"Hà Nội, ngày {int(chance.integers(1, 29)):02d} tháng 05 năm 2021", "Italic", middle)
    if layout.unit_block:
        at = pencil.y
        pencil.centred(layout.unit_block, "Bold", other)
        pencil.centred("(Ký tên, đóng dấu)", "Italic", other, layout.size - 4)
        pencil.y = at
    pencil.centred(layout.caption, "Bold", middle)
    pencil.centred(layout.hint, "Italic", middle, layout.size - 4)
    space = float(chance.uniform(23, 30))
    top = pencil.y / DOTS_PER_MM
    if filled.name_printed:
        name = filled.person.name.upper() if filled.capitals else filled.person.name
        pencil.draw.text(
            (middle, pencil.y + space * DOTS_PER_MM), name, font=font(pencil.face("Bold"), layout.size), fill=PRINT,
            anchor="mm",
        )  # fmt: skip
    page = np.asarray(pencil.image, np.uint8).copy()
    _ink(page, layout, filled, (top, space, head / DOTS_PER_MM), chance)
    return page


def _ink(
    page: Picture, layout: Layout, filled: Filled, heights: tuple[float, float, float], chance: np.random.Generator
) -> None:
    """Pen and stamp, in the order in which an office uses them: the stamp last, or first."""
    top, space, head = heights
    pen = filled.pen or _one(chance, BLUES if chance.random() < 0.65 else BLACKS)
    red = filled.red or _one(chance, REDS)
    middle = layout.middle_mm
    at = middle + float(chance.uniform(-5, 7)), top + space / 2 + float(chance.uniform(-3, 2))
    if filled.hand is not None:
        sign(page, at, STROKES[filled.hand](filled.person.name, chance), pen, chance, fine=filled.fine_pen)
    if filled.mark is not None:
        leave(filled.mark, page, at, filled.person.name, chance)
    if filled.sealed is Sealed.OVER:
        place = middle - float(chance.uniform(2, 16)), top + space / 2 + float(chance.uniform(-6, 6))
        stamp(page, place, red, chance)
    if filled.sealed in (Sealed.FRAMED, Sealed.FRAMED_WORN):
        _press_framed(page, filled, (middle, top + space / 2), chance)
    if filled.sealed is Sealed.BESIDE or (filled.unit_signed and layout.unit_block):
        beside = 210 - middle
        if filled.sealed is Sealed.BESIDE:
            stamp(page, (beside, head + 32), red, chance)
        if filled.unit_signed:
            sign(page, (beside + 8, head + 32), STROKES[Hand.LOOPS]("", chance), _one(chance, BLUES), chance)


def _press_framed(page: Picture, filled: Filled, at: tuple[float, float], chance: np.random.Generator) -> None:
    colour = filled.frame or _one(chance, (*REDS, *BLUES, *BLACKS))
    at = at[0] - float(chance.uniform(-4, 8)), at[1]
    words = (("ĐÃ NHẬN",), ("ĐÃ KIỂM TRA", "Phòng Nhân sự"), ("CÔNG VĂN ĐẾN", "Số: 125", "Ngày: 12/05/2021"))
    said = words[int(chance.integers(3))]
    if filled.sealed is Sealed.FRAMED:
        rectangle_stamp(page, at, colour, said)
    else:
        worn_rectangle_stamp(page, at, colour, said, chance)


def _one(chance: np.random.Generator, colours: tuple[Colour, ...]) -> Colour:
    return colours[int(chance.integers(len(colours)))]
