"""Two declarations on one page: each is read by itself where both are surely whole, and nothing where not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from service.core.campaigns import DeclarationRules
from service.core.declarations.form_codes import PREFILLED
from service.core.declarations.judgement import judge
from service.core.forms import SEVERAL_FORMS, PageKind, PageReading, Spot, Verdict
from service.documents.declarations.page_reader import picture_of, read_pages, upright_picture
from tests.documents.declarations.test_coded_forms import TOKEN, printed
from tests.drawn_forms.cases import Case, case
from tests.drawn_forms.hands import BLUES, STROKES, Hand, Picture, sign
from tests.drawn_forms.layouts import LAYOUTS, Layout
from tests.drawn_forms.others import two_on_one
from tests.drawn_forms.sheets import Filled, Sealed, draw_sheet
from tests.drawn_forms.wear import Level, captured, two_on_desk
from tests.support.papers.drawn_declarations import HUONG, LAYOUT

NUMBERS = ("social_insurance_no", "citizen_id")
TABLE, PORTAL, OFFICIAL = LAYOUTS["table"], LAYOUTS["portal"], LAYOUTS["official"]
OTHER_TOKEN = TOKEN[::-1]


def read(content: bytes) -> tuple[PageReading, ...]:
    return read_pages(content, "image/jpeg", LAYOUT, max_pages=1, max_pixels=60_000_000)


def filled(number: int, hand: Hand | None) -> Filled:
    person = case(Level.CLEAN, number).filled.person
    return Filled(person=person, hand=hand, sealed=Sealed.NOT, name_printed=True, pen=BLUES[0])


def on_one(layout: Layout, first: Filled, second: Filled, *, beside: bool) -> Picture:
    return two_on_one(layout, (first, second), np.random.default_rng(3), beside=beside)


def assert_is(reading: PageReading, said: Filled) -> None:
    """All that was read for certain is this person's, both numbers were, and the signature is as it is."""
    values = said.person.values
    certain = {key: field.value for key, field in reading.fields.items() if field.agreed and key in NUMBERS}
    assert certain == {key: values[key] for key in NUMBERS}
    assert reading.signed is (said.hand is not None)


def is_left_to_a_person(readings: tuple[PageReading, ...]) -> bool:
    """Nothing is taken from the page, and it is said why."""
    (reading,) = readings
    judgement = judge(reading, [], DeclarationRules(layout=LAYOUT), document="scan.pdf")
    assert (judgement.verdict, judgement.findings) == (Verdict.REVIEW, ())
    return (reading.kind, reading.doubts, reading.fields, reading.signed, reading.part) == (
        PageKind.DECLARATION,
        (SEVERAL_FORMS,),
        {},
        None,
        0,
    )


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize(("level", "rotation"), [(Level.OFFICE, 0), (Level.CLEAN, 90), (Level.PHOTO_GOOD, 180)])
def test_two_small_forms_on_a_page_are_two_readings(level: Level, rotation: int, *, beside: bool) -> None:
    """One above the other or side by side, scanned or photographed, however turned: one signed, the other not."""
    first, second = filled(1, Hand.LOOPS), filled(7, None)
    page = on_one(TABLE, first, second, beside=beside)
    upper, lower = read(captured(page, level, rotation, np.random.default_rng(4)))
    assert [(it.page, it.part, it.rotation, it.doubts) for it in (upper, lower)] == [
        (1, 1, rotation, ()),
        (1, 2, rotation, ()),
    ]
    assert_is(upper, first)
    assert_is(lower, second)


def test_each_part_has_its_boxes_and_its_spot_on_the_upright_page() -> None:
    """In pixels of the page as it is shown, the first form's to the left of the second's."""
    content = captured(
        on_one(TABLE, filled(1, None), filled(7, None), beside=True), Level.CLEAN, 270, np.random.default_rng(4)
    )
    left, right = read(content)
    width = int.from_bytes(upright_picture(content, 1, 270)[16:20], "big")
    for reading, begin, end in ((left, 0, width / 2), (right, width / 2, width)):
        boxes = [field.box for field in reading.fields.values() if field.box] + [reading.signature_box]
        assert all(box is not None and begin <= box[0] < box[2] <= end for box in boxes)
    assert left.signature_box and right.signature_box
    spots = [Spot(page=1, rotation=270, box=it.signature_box) for it in (left, right) if it.signature_box]
    assert len({picture_of(content, spot) for spot in spots}) == 2


@pytest.mark.parametrize(("beside", "rotation"), [(True, 0), (True, 90), (False, 180)])
def test_two_photographed_sheets_are_two_readings(rotation: int, *, beside: bool) -> None:
    """Also of different print."""
    first, second = filled(1, None), filled(7, Hand.NAME)
    chance = np.random.default_rng(5)
    sheets = draw_sheet(TABLE, first, chance), draw_sheet(OFFICIAL, second, chance)
    readings = read(two_on_desk(sheets, rotation, chance, beside=beside))
    assert [(it.part, it.rotation) for it in readings] == [(1, rotation), (2, rotation)]
    assert_is(readings[0], first)
    assert_is(readings[1], second)


def test_a_signature_across_the_middle_is_nobodys() -> None:
    """Whose it is cannot be told, so neither form is read."""
    page = on_one(TABLE, filled(1, None), filled(7, None), beside=False)
    sign(page, (130, 148.5), STROKES[Hand.SCRAWL]("", np.random.default_rng(1)), BLUES[0], np.random.default_rng(1))
    assert is_left_to_a_person(read(captured(page, Level.OFFICE, 0, np.random.default_rng(4))))


@pytest.mark.parametrize("up", [-14, 14])
def test_forms_that_do_not_fill_half_a_page_each_are_left_to_a_person(up: int) -> None:
    """Where the first ends nobody knows when the second does not begin in the middle. Millimetres."""
    page = on_one(TABLE, filled(1, None), filled(7, None), beside=False)
    middle = page.shape[0] // 2
    lower = np.roll(page[middle:] if up < 0 else page[: middle + 200], up * 8, axis=0)
    moved = page.copy()
    (moved[middle:] if up < 0 else moved[: middle + 200])[:] = lower
    assert is_left_to_a_person(read(captured(moved, Level.OFFICE, 0, np.random.default_rng(4))))


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("level", [Level.OFFICE, Level.PHOTO_GOOD])
def test_two_forms_head_to_head_are_left_to_a_person(level: Level, *, beside: bool) -> None:
    """The labels of the turned one are not read, but its strokes must not be taken for the other's signature."""
    page = on_one(TABLE, filled(1, None), filled(7, Hand.LOOPS), beside=beside)
    height, width = page.shape[:2]
    half = page[:, width // 2 :] if beside else page[height // 2 :]
    half[:] = half[::-1, ::-1].copy()
    assert is_left_to_a_person(read(captured(page, level, 0, np.random.default_rng(4))))


def test_two_photographed_sheets_of_which_one_is_turned_are_two_readings() -> None:
    """Each has its own way up."""
    first, second = filled(1, None), filled(7, Hand.NAME)
    chance = np.random.default_rng(5)
    turned = np.ascontiguousarray(draw_sheet(TABLE, second, chance)[::-1, ::-1])
    readings = read(two_on_desk((draw_sheet(TABLE, first, chance), turned), 0, chance, beside=True))
    by_turn = {reading.rotation: reading for reading in readings}
    assert sorted(by_turn) == [0, 180]
    assert_is(by_turn[0], first)
    assert_is(by_turn[180], second)


def test_a_form_without_its_caption_is_left_to_a_person() -> None:
    """Where its signature belongs is not known, so both stay together."""
    page = on_one(TABLE, filled(1, None), filled(7, None), beside=True)
    page[1000:, page.shape[1] // 2 :] = 255
    assert is_left_to_a_person(read(captured(page, Level.OFFICE, 0, np.random.default_rng(4))))


def test_three_forms_are_left_to_a_person() -> None:
    """Two are cut apart, more are not."""
    pages = [on_one(TABLE, filled(1, None), filled(n, None), beside=True) for n in (7, 13)]
    half = pages[0].shape[1] // 2
    page = np.ascontiguousarray(np.hstack([pages[0], pages[1][:, half:]]))
    assert is_left_to_a_person(read(captured(page, Level.CLEAN, 0, np.random.default_rng(4))))


@pytest.mark.parametrize("number", [20, 21, 23, 49, 73, 2048])
def test_forms_on_a_bad_fax_are_never_taken_for_one(number: int) -> None:
    """Few labels can be read for certain, and seldom the same ones on both."""
    beside = bool(number % 2)
    layout = [it for it in LAYOUTS.values() if it.name != "pairs"][number % 5]
    first, second = case(Level.CLEAN, 100 + number, layout), case(Level.CLEAN, 700 + number, layout)
    page = two_on_one(layout, (first.filled, second.filled), np.random.default_rng(number), beside=beside)
    rotation = 90 * (number // 3 % 4)
    readings = read(captured(page, Level.FAX, rotation, np.random.default_rng(number)))
    assert len(readings) == 2 or is_left_to_a_person(readings)
    for reading, drawn in zip(readings, (first, second), strict=False):
        assert_nothing_of_the_other(reading, drawn)


def assert_nothing_of_the_other(reading: PageReading, drawn: Case) -> None:
    certain = {key: field.value for key, field in reading.fields.items() if field.agreed and key in NUMBERS}
    assert certain.items() <= drawn.person.values.items()


# Forms with a code ----------------------------------------------------------------------------------------------


def coded_pair(first: Picture, second: Picture, *, beside: bool) -> Picture:
    height, width = first.shape[:2]
    factor = 0.5**0.5 if beside else 0.5
    page = np.full((width, height, 3) if beside else (height, width, 3), 255, np.uint8)
    for index, sheet in enumerate((first, second)):
        small = np.asarray(cv2.resize(sheet, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
        left, top = (index * height // 2, 0) if beside else ((width - small.shape[1]) // 2, index * height // 2)
        room = page[top : top + small.shape[0], left : left + small.shape[1]]
        room[:] = small[: room.shape[0], : room.shape[1]]
    return page


def coded(token: str, *, signed: bool, readable: bool = True) -> Picture:
    sheet, chance = printed(f"{PREFILLED}{token}"), np.random.default_rng(8)
    if not readable:
        sheet[60:300, 100:420] = 255
    if signed:
        sign(sheet, (144, 193), STROKES[Hand.LOOPS](HUONG.name, chance), BLUES[0], chance)
    return sheet


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize("level", [Level.OFFICE, Level.PHOTO_GOOD])
def test_a_code_speaks_for_its_own_form_only(level: Level, *, beside: bool) -> None:
    """The other form's code cannot be read: it is read like any form, and the signature of the first is not its own."""
    page = coded_pair(coded(TOKEN, signed=True), coded(OTHER_TOKEN, signed=False, readable=False), beside=beside)
    readings = read(captured(page, level, 90, np.random.default_rng(4)))
    assert [(it.part, it.code, it.signed) for it in readings] == [(1, TOKEN, True), (2, "", False)]


def test_two_codes_are_two_forms() -> None:
    """Each is known by its own."""
    page = coded_pair(coded(TOKEN, signed=False), coded(OTHER_TOKEN, signed=True), beside=True)
    readings = read(captured(page, Level.CLEAN, 0, np.random.default_rng(4)))
    assert [(it.part, it.code, it.signed) for it in readings] == [(1, TOKEN, False), (2, OTHER_TOKEN, True)]


def test_a_coded_form_beside_one_that_cannot_be_taken_apart_is_left_to_a_person() -> None:
    """The code alone would have said whose the page is."""
    page = coded_pair(coded(TOKEN, signed=True), coded(OTHER_TOKEN, signed=False, readable=False), beside=True)
    middle = page.shape[1] // 2
    page[400:420, middle - 60 : middle + 60] = 0
    (reading,) = read(captured(page, Level.OFFICE, 0, np.random.default_rng(4)))
    assert (reading.code, reading.doubts, reading.signed) == (TOKEN, (SEVERAL_FORMS,), None)


def test_a_coded_sheet_photographed_beside_another_is_not_the_whole_page() -> None:
    """The outline of one sheet does not hide the other."""
    sheets = coded(TOKEN, signed=True), draw_sheet(PORTAL, filled(7, None), np.random.default_rng(2))
    first, second = read(two_on_desk(sheets, 0, np.random.default_rng(5), beside=True))
    assert [(it.part, it.code) for it in (first, second)] == [(1, TOKEN), (2, "")]
    assert first.signed is not False
    assert second.signed is False
