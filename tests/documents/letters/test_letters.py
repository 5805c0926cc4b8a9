"""Letters, guides and the annexes of the opening mail, read back from the files we made."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pdfplumber
import pytest

from service.core.units import Unit
from service.documents.letters.letter_pages import Annex, OfficialLetter, annex_pdf, letter_of, letter_pdf, listed_lines
from service.documents.letters.letter_text import ParagraphKind, Span, UnknownBlank, paragraphs, read_letter_text
from service.documents.opening_mail.annex_facts import annex_facts
from service.documents.opening_mail.opening_annexes import calendar_file, opening_annexes
from tests.support.harness.bundled_campaign import bundled_campaign, bundled_folder, bundled_wording

U03 = Unit(code="U03", name="Trung tâm Y tế số", addresses=("linh.dt@vnpt-it.example",))
LAST_DAY = date(2021, 5, 19)
NOW = datetime(2021, 4, 22, 2, 0, tzinfo=UTC)
MM = 72 / 25.4


def pages_of(content: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(content)) as document:
        return [page.extract_text() for page in document.pages]


def a_letter(body: str = "Nội dung.", to: tuple[str, ...] = ("Các đơn vị",)) -> OfficialLetter:
    return letter_of(
        bundled_campaign(),
        bundled_wording(),
        number="05/VNPT-IT-NS",
        day=date(2021, 2, 9),
        about="V/v thử nghiệm",
        to=to,
        body=paragraphs(body),
        receivers=("Như trên;", "Lưu: VT, NS."),
    )


def test_a_letter_has_every_part_that_the_decree_asks_for() -> None:
    """Nation, motto, issuer, number, place and date, subject, addressee, receivers, signer."""
    (page,) = pages_of(letter_pdf(a_letter()))
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "CÔNG TY CÔNG NGHỆ THÔNG",
        "Số: 05/VNPT-IT-NS",
        "Hà Nội, ngày 09 tháng 02 năm 2021",
        "V/v thử nghiệm",
        "Kính gửi: Các đơn vị",
        "Nơi nhận:",
        "- Lưu: VT, NS.",
        "TRƯỞNG BAN NHÂN SỰ",
        "Vũ Đức Minh",
    ):
        assert part in page, part


def test_a_letters_body_keeps_the_margins_and_the_size() -> None:
    """Left margin 30-35 mm, right 15-20 mm, body 13-14 pt, all in our own embedded fonts."""
    with pdfplumber.open(io.BytesIO(letter_pdf(a_letter("Chữ " * 200)))) as document:
        letters = document.pages[0].chars
    assert 30 <= round(min(letter["x0"] for letter in letters) / MM, 1) <= 35
    assert 15 <= round(210 - max(letter["x1"] for letter in letters) / MM, 1) <= 20
    assert 13 in {round(letter["size"]) for letter in letters}
    assert all("Liberation" in letter["fontname"] for letter in letters)


def test_the_second_page_is_numbered_and_the_first_is_not() -> None:
    """The number stands alone in the middle of the upper margin."""
    first, second = pages_of(letter_pdf(a_letter("\n\n".join(["Nội dung khá dài của công văn này. " * 6] * 22))))[:2]
    assert first.splitlines()[0] != "1"
    assert second.splitlines()[0] == "2"


def test_several_addressees_stand_below_each_other() -> None:
    """With dashes, the last one ended by a full stop."""
    (page,) = pages_of(letter_pdf(a_letter(to=("Bộ phận A", "Bộ phận B"))))
    assert "- Bộ phận A;" in page
    assert "- Bộ phận B." in page


def test_the_same_letter_gives_the_same_bytes() -> None:
    """Hashes in the manifest can be made again."""
    assert letter_pdf(a_letter()) == letter_pdf(a_letter())


def test_markup_in_a_text_stays_text() -> None:
    """What looks like a tag is printed as written."""
    (page,) = pages_of(letter_pdf(a_letter("Ông <b>Nam</b> & Bà <font>Lan")))
    assert "Ông <b>Nam</b> & Bà <font>Lan" in page


def test_an_annex_names_the_letter_it_belongs_to() -> None:
    """Label, title, and the letter in brackets."""
    annex = Annex(
        organisation="Công ty", label="PHỤ LỤC 01", title="HƯỚNG DẪN", belongs_to="(Kèm theo …)", body=paragraphs("A")
    )
    assert pages_of(annex_pdf(annex))[0].splitlines()[:3] == ["PHỤ LỤC 01", "HƯỚNG DẪN", "(Kèm theo …)"]
    assert pages_of(annex_pdf(replace(annex, label="")))[0].splitlines()[0] == "HƯỚNG DẪN"


def test_a_letter_text_is_read_into_paragraphs() -> None:
    """Headings, items, marked words, joined lines, a head with repeated keys and comments."""
    text = read_letter_text(
        "# a comment\nto: A\nto: B\n---\n# 1. Mục\nMột câu\nhai dòng.\n- Ý *một*\n+ Ý {x}\n", {"x": "hai"}
    )
    assert text.head == {"to": ("A", "B")}
    assert [(paragraph.kind, paragraph.text) for paragraph in text.paragraphs] == [
        (ParagraphKind.HEADING, "1. Mục Một câu hai dòng."),
        (ParagraphKind.ITEM, "Ý một"),
        (ParagraphKind.SUBITEM, "Ý hai"),
    ]
    assert text.paragraphs[1].spans == (Span("Ý "), Span("một", italic=True))


def test_a_blank_that_nobody_can_fill_is_refused_by_name() -> None:
    """The message says which blank it is and which there are."""
    with pytest.raises(UnknownBlank, match=r"\{deadlin\}: no such fact; write one of .*deadline"):
        read_letter_text("Trước ngày {deadlin}", annex_facts(bundled_campaign()))


def test_the_opening_mails_annexes_are_complete() -> None:
    """Letter, guide, notice, blank declaration twice, blank roster; nothing left to fill in by hand."""
    folder, wording = bundled_folder(), bundled_wording()
    files = opening_annexes(folder.campaign, U03, folder.sources, b"roster", wording, last_day=LAST_DAY)
    assert [name for name, _, _ in files] == [
        "cong-van-huong-dan.pdf",
        "phu-luc-01-huong-dan.pdf",
        "thong-bao-du-lieu-ca-nhan.pdf",
        "to-khai-mau-so-01.pdf",
        "to-khai-mau-so-01.docx",
        "phu-luc-02-U03.xlsx",
    ]
    letter, guide, notice = ("\n".join(pages_of(content)) for _, _, content in files[:3])
    assert "trước ngày 20/05/2021" in letter
    assert "Các đơn vị trực thuộc Công ty Công nghệ thông tin VNPT-IT (mẫu)" in " ".join(letter.split())
    assert "PHỤ LỤC 01" in guide
    assert "dulieucanhan@vnpt-it.example" in notice
    assert not {"{", "}", "**"} & set(letter + guide + notice)
    assert sum(len(content) for _, _, content in files) < 600_000


def test_only_the_signed_letter_keeps_its_day_for_a_unit_with_more_time() -> None:
    """Extended to 28/05, a guide says "before 29/05", and the calendar entry is of 28/05."""
    folder, last_day = bundled_folder(), date(2021, 5, 28)
    sources = {**folder.sources, "guide.md": "label: A\ntitle: B\n---\nTrước ngày {deadline}."}
    files = opening_annexes(folder.campaign, U03, sources, b"roster", bundled_wording(), last_day=last_day)
    letter, guide = ("\n".join(pages_of(content)) for _, _, content in files[:2])
    assert "trước ngày 20/05/2021" in letter
    assert "Trước ngày 29/05/2021" in guide
    assert b"DTSTART;VALUE=DATE:20210528" in calendar_file(folder.campaign, U03, last_day, NOW, 1)[2]


def test_a_campaign_without_form_and_texts_still_opens() -> None:
    """Only the roster is left, and the calendar entry beside it, under plain names."""
    bare = replace(bundled_campaign(), declaration=None, texts={})
    files = opening_annexes(bare, U03, {}, b"roster", bundled_wording(), last_day=LAST_DAY)
    assert [name for name, _, _ in files] == ["roster-U03.xlsx"]
    assert calendar_file(bare, U03, LAST_DAY, NOW, 0)[0] == "deadline.ics"
    assert files[0][2] == b"roster"


def test_lists_in_texts_are_one_item_a_line() -> None:
    """Empty lines and blanks around them do not count."""
    assert listed_lines({"x": "\n một \n\nhai\n"}, "x") == ("một", "hai")
    assert listed_lines({}, "x") == ()
