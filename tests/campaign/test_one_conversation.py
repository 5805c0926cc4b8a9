"""One conversation for each unit: under one subject, with References that lead back, in the language that is spoken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from service.core.hr_decisions import Extend
from service.flow.outbox.threads import subject_of_thread
from tests.support.harness.whole_service import CAMPAIGN, HR, Company, company, title_of

OPENING = "[VSSID-2021 U01] Đề nghị thực hiện: đăng ký giao dịch điện tử cá nhân và cài đặt VssID"


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Company]:
    with company(tmp_path / "state", units=("U01",), workers=1) as running:
        running.launch()
        yield running


def headers(mail: EmailMessage) -> tuple[str, str, tuple[str, ...]]:
    """Subject, what it answers, the chain behind it."""
    return str(mail["Subject"]), str(mail["In-Reply-To"]), tuple(str(mail["References"]).split())


def test_everything_that_a_unit_gets_stands_in_one_conversation(harness: Company) -> None:
    """Its question's answer, more time, a reminder, the papers again: one subject, and a chain that never breaks."""
    unit = harness.address_of("U01")
    opening = harness.post.last(unit)
    assert (str(opening["Subject"]), opening["References"]) == (OPENING, None)
    written = harness.post.write(unit, text="Xin hỏi: ký bằng bút chì được không ạ?", answers=opening)
    asked = str(written["Message-ID"])
    harness.work()
    received = harness.post.last(unit)
    assert headers(received) == (f"Re: {OPENING}", asked, (str(opening["Message-ID"]), asked))
    assert title_of(received).startswith("[VSSID-2021 U01] Đã nhận câu hỏi của Anh/Chị")
    harness.service.decide(Extend(unit="U01", until=date(2021, 6, 4)), by="admin", campaign=CAMPAIGN)
    harness.clock.pass_by(minutes=3)
    harness.tick()
    extended = harness.post.last(unit)
    first, newest = str(opening["Message-ID"]), str(received["Message-ID"])
    assert headers(extended) == (f"Re: {OPENING}", newest, (first, newest))
    harness.clock.go_to("2021-06-01T09:00")
    harness.tick()
    reminder = harness.post.last(unit)
    assert reminder["X-Dondoc-Mail"] == "reminder"
    assert headers(reminder) == (f"Re: {OPENING}", str(extended["Message-ID"]), (first, str(extended["Message-ID"])))
    assert "Nhắc tiến độ" in title_of(reminder)


def test_a_conversation_that_the_unit_began_keeps_the_units_subject(harness: Company) -> None:
    """However many "Re:" its program writes before it; HR's answer goes there, the reminder under the opening mail."""
    unit = harness.address_of("U01")
    subject = "RE: Re: Trả lời: Chữ ký của người ốm"
    written = harness.post.write(unit, subject=subject, text="Người ốm ký sau được không ạ?")
    asked = str(written["Message-ID"])
    harness.work()
    received = harness.post.last(unit)
    assert headers(received) == ("Re: Chữ ký của người ốm", asked, (asked,))
    harness.post.write(HR, text="Được, Anh/Chị nhé.", answers=harness.post.last(HR))
    harness.work()
    answered = harness.post.last(unit)
    assert headers(answered) == ("Re: Chữ ký của người ốm", asked, (asked,))
    harness.clock.go_to("2021-05-12T09:00")
    harness.tick()
    assert str(harness.post.last(unit)["Subject"]) == f"Re: {OPENING}"


def test_a_mail_without_a_subject_is_answered_under_ours(harness: Company) -> None:
    """There is nothing to keep."""
    unit = harness.address_of("U01")
    harness.post.write(unit, subject="", text="TÌNH TRẠNG")
    harness.work()
    assert str(harness.post.last(unit)["Subject"]).startswith("[VSSID-2021 U01] Tình hình hồ sơ của đơn vị")


def test_what_somebody_else_wrote_is_no_subject_for_the_contact(harness: Company) -> None:
    """A stranger's words do not stand over a mail of ours to the unit."""
    harness.post.server.add_user("khach@ngoai.example", "x")
    opening = harness.post.last(harness.address_of("U01"))
    harness.post.write("khach@ngoai.example", subject="[VSSID-2021 U01] Trúng thưởng", text="Mời xem", answers=opening)
    harness.work()
    told = harness.post.last(harness.address_of("U01"))
    assert "Trúng thưởng" not in str(told["Subject"])
    assert told["References"] is None


def test_every_mail_says_its_language(harness: Company) -> None:
    """RFC 3282."""
    assert str(harness.post.last(harness.address_of("U01"))["Content-Language"]) == "vi"


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("Re: Re:RE : Bảng kê", "Bảng kê"),
        ("Trả lời: Fwd: Bảng kê", "Fwd: Bảng kê"),
        ("TL: AW: Re[2]: Bảng kê", "Bảng kê"),
        ("  Bảng   kê\r\n  tháng 5 ", "Bảng kê tháng 5"),
        ("Rehearsal: Bảng kê", "Rehearsal: Bảng kê"),
        ("Re: [X] Đề nghị duyệt hồ sơ (mã 7KQM-2XPD)", "[X] Đề nghị duyệt hồ sơ"),
        ("Re: ", ""),
    ],
)
def test_the_subject_of_a_conversation_is_what_stands_behind_every_re(subject: str, kept: str) -> None:
    """A one-time code is for one mail and stands in no other."""
    assert subject_of_thread(subject) == kept
