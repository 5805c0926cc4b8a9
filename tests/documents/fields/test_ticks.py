"""Boxes to tick, drawn on paper and typed into a PDF: the ticked choice is the value, in doubt nobody's."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from matplotlib import get_data_path
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from service.core.campaigns import DeclarationRules
from service.core.declarations.judgement import judge
from service.core.forms import FieldReading, PageReading, Source, Tick, Verdict
from service.core.records import RosterEntry
from service.core.vietnam.text import fold
from service.documents.declarations.page_reader import read_pages
from service.documents.opening_mail.annexes import form_texts
from service.documents.opening_mail.blank_declaration import blank_declaration_pdf
from tests.drawn_forms.cases import Case, case, ticked_case
from tests.drawn_forms.choices import Choice, Mark, Outline
from tests.drawn_forms.wear import Level
from tests.support.harness.bundled_campaign import bundled_campaign, bundled_wording
from tests.support.papers.drawn_declarations import FONTS

PORTAL = "Cổng thông tin điện tử của Bảo hiểm xã hội Việt Nam"
IVAN = "Tổ chức I-VAN"
MARKS = "☐☑☒✓■□●○"
POINTS = 72 / 25.4


def rules() -> DeclarationRules:
    declaration = bundled_campaign().declaration
    assert declaration is not None
    return declaration


def read(content: bytes) -> PageReading:
    (page,) = read_pages(content, "", rules().layout, max_pages=1, max_pixels=100_000_000)
    return page


def place(page: PageReading) -> FieldReading:
    return page.fields["registered_at"]


def states(page: PageReading) -> tuple[str, ...]:
    return tuple(place(page).ticks.values())


def judged(page: PageReading, each: Case) -> tuple[Verdict, tuple[str, ...]]:
    roster = [RosterEntry(row=8, values=each.person.values)]
    judgement = judge(page, roster, rules(), document="a.pdf")
    return judgement.verdict, judgement.reasons


WAYS = [
    (Outline.SQUARE, Mark.CROSS, True),
    (Outline.SQUARE, Mark.TYPED, False),
    (Outline.CIRCLE, Mark.CHECK, False),
    (Outline.CIRCLE, Mark.FILLED, True),
    (Outline.ROUND, Mark.TYPED, False),
    (Outline.ROUND, Mark.CROSS, True),
    (Outline.ANGULAR, Mark.FILLED, False),
    (Outline.ANGULAR, Mark.CHECK, True),
]


class TestOnPaper:
    """Scans, photographs and faxes."""

    @pytest.mark.parametrize(("outline", "mark", "own_lines"), WAYS)
    def test_the_ticked_choice_is_the_value(self, outline: Outline, mark: Mark, own_lines: bool) -> None:
        """Squares, circles and brackets; crosses, checks, filled boxes and typed letters; on one line or several."""
        choice = Choice(outline=outline, mark=mark, ticked=(1,), own_lines=own_lines)
        each = ticked_case(Level.CLEAN, 1, choice)
        page = read(each.content)
        assert states(page) == (Tick.EMPTY, Tick.TICKED)
        assert place(page).value == IVAN
        assert page.fields["gender"].value == each.person.gender

    @pytest.mark.parametrize("level", list(Level))
    def test_however_the_page_was_captured(self, level: Level) -> None:
        """Also in a ruled table, whose lines are near."""
        each = ticked_case(level, 2, Choice(outline=Outline.SQUARE, mark=Mark.CHECK, ticked=(0,)))
        page = read(each.content)
        assert states(page) == (Tick.TICKED, Tick.EMPTY)
        assert place(page).value == PORTAL

    def test_boxes_may_stand_after_their_words(self) -> None:
        """Each box belongs to the words on the same side."""
        each = ticked_case(Level.CLEAN, 0, Choice(outline=Outline.SQUARE, mark=Mark.CROSS, ticked=(0,), after=True))
        page = read(each.content)
        assert states(page) == (Tick.TICKED, Tick.EMPTY)
        assert page.fields["gender"].value == each.person.gender

    @pytest.mark.parametrize(("ticked", "expected"), [((), (Tick.EMPTY, Tick.EMPTY)), ((0, 1), (Tick.TICKED,) * 2)])
    def test_none_or_both_give_no_value(self, ticked: tuple[int, ...], expected: tuple[Tick, ...]) -> None:
        """What stands beside each is told, so that the judgement may tell the two apart."""
        page = read(
            ticked_case(Level.OFFICE, 0, Choice(outline=Outline.CIRCLE, mark=Mark.CROSS, ticked=ticked)).content
        )
        assert states(page) == expected
        assert place(page).value == ""

    def test_a_written_value_is_read_as_before(self) -> None:
        """Words without boxes are no choice, also beside a table's rules."""
        for number in (2, 3):
            page = read(case(Level.CLEAN, number).content)
            assert not place(page).ticks
            assert fold(place(page).value).startswith("cong thong tin")
            assert not page.fields["gender"].ticks


class TestJudged:
    """The letter asks for the portal; what is not surely ticked elsewhere bothers nobody."""

    @pytest.mark.parametrize(
        ("ticked", "reasons"),
        [((0,), ()), ((), ()), ((1,), ("wrong_agency.place",)), ((0, 1), ("uncertain.registered_at",))],
    )
    def test_a_page_with_choices(self, ticked: tuple[int, ...], reasons: tuple[str, ...]) -> None:
        """The same signed page with each way of ticking."""
        each = ticked_case(Level.CLEAN, 1, Choice(outline=Outline.SQUARE, mark=Mark.CROSS, ticked=ticked))
        assert each.signed
        verdict, said = judged(read(each.content), each)
        assert said == reasons
        assert verdict is (Verdict.REVIEW if reasons else Verdict.ACCEPTED)


def typed(rows: Sequence[str], *, boxes: Sequence[bool] = ()) -> bytes:
    """A declaration as a word processor exports it, with `rows` about the place; `boxes`: as fields of the PDF."""
    pdfmetrics.registerFont(TTFont("Serif", FONTS / "LiberationSerif-Regular.ttf"))
    content = io.BytesIO()
    canvas = Canvas(content, pagesize=(210 * POINTS, 297 * POINTS))
    pdfmetrics.registerFont(TTFont("Marks", get_data_path() + "/fonts/ttf/DejaVuSans.ttf"))
    words = [
        (80, 40, "TỜ KHAI"),
        (22, 70, "[01] Họ và tên: Trần Văn Dũng"),
        (22, 78, "[02] Mã số BHXH: 0120348765"),
        (22, 86, "[03] Số CCCD/CMND/Hộ chiếu: 001085004321"),
        (22, 94, "[04] Số điện thoại di động: 0912345870"),
        *((22, 102 + 8 * number, row) for number, row in enumerate(rows)),
        (22, 130, "[06] Cơ quan BHXH tiếp nhận: BHXH quận Đống Đa"),
        (135, 155, "Người kê khai"),
        (130, 161, "(Ký, ghi rõ họ tên)"),
    ]
    for x, y, text in words:
        at = x * POINTS
        for character in text:
            canvas.setFont("Marks" if character in MARKS else "Serif", 13)
            canvas.drawString(at, (297 - y) * POINTS, character)
            at += canvas.stringWidth(character)
    for number, checked in enumerate(boxes):
        bottom = (297 - 110 - 8 * number) * POINTS - 2
        canvas.acroForm.checkbox(name=f"c{number}", checked=checked, x=24 * POINTS, y=bottom, size=14, borderWidth=1)
    canvas.showPage()
    canvas.save()
    return content.getvalue()


class TestTyped:
    """Pages with a text layer."""

    @pytest.mark.parametrize(
        ("first", "second"),
        [("(x)", "( )"), ("[X]", "[ ]"), ("☑", "☐"), ("☒", "☐"), ("■", "□"), ("●", "○"), ("✓", "□")],
    )
    def test_characters_that_stand_for_boxes(self, first: str, second: str) -> None:
        """Before the words or after them, ticked first or last."""
        label = "[05] Đăng ký giao dịch tại:"
        before = read(typed([f"{label} {second} Cổng thông tin điện tử   {first} Tổ chức I-VAN"]))
        assert before.source is Source.TEXT
        assert place(before).value == IVAN
        after = read(typed([f"{label} Cổng thông tin điện tử {first}   Tổ chức I-VAN {second}"]))
        assert place(after).value == PORTAL

    @pytest.mark.parametrize("ticked", [0, 1])
    def test_check_boxes_of_the_pdf_itself(self, ticked: int) -> None:
        """They are no text; what the page shows counts."""
        rows = ["[05] Đăng ký giao dịch tại:", "       Cổng thông tin điện tử", "       Tổ chức I-VAN"]
        page = read(typed(rows, boxes=[ticked == 0, ticked == 1]))
        assert page.source is Source.TEXT
        assert place(page).value == (PORTAL, IVAN)[ticked]

    @pytest.mark.parametrize("value", [PORTAL, IVAN])
    def test_our_own_form(self, value: str) -> None:
        """Its squares are drawn, on lines of their own."""
        texts = form_texts(bundled_campaign(), bundled_wording())
        values = {"full_name": "Trần Văn Dũng", "social_insurance_no": "0120348765", "citizen_id": "001085004321"}
        filled = {**values, "gender": "Nữ", "registered_at": value, "agency": "BHXH quận Đống Đa"}
        page = read(blank_declaration_pdf(rules().layout, texts, filled))
        assert (page.source, place(page).value, page.fields["gender"].value) == (Source.TEXT, value, "Nữ")

    def test_places_that_are_named_without_any_box_are_for_a_person(self) -> None:
        """One of them may be struck out or underlined."""
        page = read(typed(["[05] Đăng ký giao dịch tại: Cổng thông tin điện tử / Tổ chức I-VAN"]))
        assert states(page) == (Tick.UNCLEAR, Tick.UNCLEAR)
