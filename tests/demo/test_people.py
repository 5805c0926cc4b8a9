"""The simulated people, through the embedded mail server: they read over IMAP and write over SMTP."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage

import pypdfium2
import pytest
from openpyxl import load_workbook
from PIL import Image

from service.core.campaigns import Campaign
from service.core.units import Unit, Worker
from service.demo.actors import ContactPerson, Desk
from service.demo.correspondence import Inbox, LetterDraft, Post, ReceivedLetter, read_letter
from service.demo.officer import Officer
from service.demo.papers.roster_filling import fill_roster, find_table, plain_roster, worker_values
from service.demo.server.mail_server import MailServer
from service.demo.stories import (
    Asks,
    Corrects,
    ForgetsSignatures,
    OutOfOffice,
    PhotographsSideways,
    SendsInTwoParts,
    WaitsForEscalation,
    WritesPrivately,
    Zips,
)
from service.demo.words import words

HR, MAI, LAN, HEAD = "hr@office.example", "mai@office.example", "lan@office.example", "khanh@office.example"
HOME = "mai@home.example"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Office:
    """The contact's world: the mail server, her desk, and what HR's service has sent her."""

    server: MailServer
    desk: Desk
    morning: datetime
    count: int = 0

    def __post_init__(self) -> None:
        self.post = Post(self.server.smtp_port)
        self.inbox = Inbox(self.server.imap_port, MAI, "x")

    def hr_writes(
        self, subject: str, text: str = "…", book: bytes | None = None, cc: str = "", sender: str = HR
    ) -> str:
        """A mail to the contact; gives its Message-ID."""
        self.count += 1
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, MAI, subject
        message["Message-ID"] = f"<hr-{self.count}@office.example>"
        if cc:
            message["Cc"] = cc
        message.set_content(text)
        if book is not None:
            maintype, _, subtype = XLSX.partition("/")
            message.add_attachment(book, maintype=maintype, subtype=subtype, filename="roster.xlsx")
        self.server.deliver(MAI, message.as_bytes())
        return str(message["Message-ID"])

    def opening(self) -> str:
        return self.hr_writes("[TRIAL U01] Đề nghị", book=plain_roster(self.desk.campaign, self.desk.unit))

    def passes(self, contact: ContactPerson, half_days: int = 1) -> list[ReceivedLetter]:
        """Half days go by; gives what HR has got since."""
        before = len(self.server.messages(HR))
        for _ in range(half_days):
            contact.act(self.morning, self.inbox, self.post)
            self.morning += timedelta(hours=12)
        return [read_letter(raw) for raw in self.server.messages(HR)[before:]]


@pytest.fixture
def office(campaign: Campaign, unit: Unit, workers: tuple[Worker, ...], morning: datetime) -> Iterator[Office]:
    with MailServer(dict.fromkeys([HR, MAI, LAN, HEAD, HOME], "x")) as server:
        desk = Desk(
            campaign=campaign,
            unit=unit,
            address=MAI,
            service_address=HR,
            workers=tuple(worker_values(worker, campaign, morning.date()) for worker in workers),
            number=1,
            starts=morning,
        )
        yield Office(server, desk, morning)


def _names(content: bytes, campaign: Campaign) -> list[object]:
    table = find_table(load_workbook(io.BytesIO(content)), campaign)
    column = table.columns["full_name"]
    return [table.sheet.cell(row, column).value for row in range(table.first_row, table.sheet.max_row + 1)]


def _pages(letter: ReceivedLetter) -> int:
    return sum(len(pypdfium2.PdfDocument(content)) for name, content in letter.files if name.endswith(".pdf"))


def _returned(office: Office, cells: tuple[str, ...], filled: bytes) -> bytes:
    book = load_workbook(io.BytesIO(filled))
    errors = book.create_sheet("Lỗi")
    for cell in cells:
        errors.append([cell])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_the_perfect_contact_answers_the_opening_mail_once_with_everything(office: Office, campaign: Campaign) -> None:
    """Roster from the very workbook she was sent, all forms, the statement; in the thread, quoting it."""
    opening = office.opening()
    letters = office.passes(ContactPerson(office.desk), half_days=3)
    assert len(letters) == 1
    letter = letters[0]
    assert (letter.answers, letter.references) == (opening, (opening,))
    assert letter.subject == "Re: [TRIAL U01] Đề nghị"
    assert "đã rà soát, không có sai lệch" in letter.text
    assert "> …" in letter.text
    assert _names(letter.workbooks()[0], campaign) == ["Trần Văn Độ", "Lê Thị Hoa", "Ngô Văn Hải"]
    assert _pages(letter) == 3


def test_she_waits_for_her_day(office: Office) -> None:
    """Before she gets to it, she only reads."""
    office.opening()
    contact = ContactPerson(replace(office.desk, starts=office.morning + timedelta(hours=12)))
    assert office.passes(contact) == []
    assert len(office.passes(contact)) == 1


def test_two_parts_are_a_week_apart(office: Office) -> None:
    """First the roster with the larger half of the forms, then the rest with the statement, to HR's officer."""
    office.opening()
    (first,) = office.passes(SendsInTwoParts(office.desk), half_days=16)
    letters = [first, *(read_letter(raw) for raw in office.server.messages(LAN))]
    assert [(_pages(letter), len(letter.workbooks())) for letter in letters] == [(2, 1), (1, 0)]
    assert ["không có sai lệch" in letter.text for letter in letters] == [False, True]


def test_forgotten_signatures_are_sent_when_the_answer_names_them(office: Office) -> None:
    """She sends only the pages of the people named, once."""
    office.opening()
    contact = ForgetsSignatures(office.desk)
    assert _pages(office.passes(contact)[0]) == 3
    office.hr_writes("[TRIAL U01] Đề nghị bổ sung", "Chưa ký: Lê Thị Hoa")
    office.hr_writes("[TRIAL U01] Nhắc", "Còn thiếu: Lê Thị Hoa")
    letters = office.passes(contact, half_days=2)
    assert [_pages(letter) for letter in letters] == [1]
    assert "Lê Thị Hoa" in letters[0].text


def test_photos_lie_on_their_side(office: Office) -> None:
    """One JPEG a form, wider than high."""
    office.opening()
    photos = [content for name, content in office.passes(PhotographsSideways(office.desk))[0].files if ".jpg" in name]
    sizes = [Image.open(io.BytesIO(photo)).size for photo in photos]
    assert [width > height for width, height in sizes] == [True] * 3


def test_whose_tick_hr_returns_signs_after_all(office: Office) -> None:
    """One page, once, however often the answer comes; what HR says of the others asks for nothing."""
    office.opening()
    contact = PhotographsSideways(office.desk)
    office.passes(contact)
    (accepted, returned) = contact.what_hr_sees().items()
    assert (accepted[1], returned[1]) == ("", "mới đánh dấu, chưa ký")
    office.hr_writes("[TRIAL U01] Kết quả xem xét", f"{accepted[0]}: được chấp nhận.")
    assert office.passes(contact) == []
    for _ in range(2):
        office.hr_writes("[TRIAL U01] Kết quả xem xét", f"{returned[0]}: làm lại. Lý do: {returned[1]}.")
    (letter,) = office.passes(contact, half_days=2)
    assert [name.rpartition(".")[2] for name, _ in letter.files] == ["jpg"]
    assert returned[0] in letter.text


def test_an_archive_holds_roster_and_forms(office: Office, campaign: Campaign) -> None:
    """One attachment; inside, the roster lists a discrepancy and the mail makes no statement."""
    office.opening()
    letter = office.passes(Zips(office.desk))[0]
    assert [name for name, _ in letter.files] == ["ho so U01.zip"]
    with zipfile.ZipFile(io.BytesIO(letter.files[0][1])) as archive:
        names = archive.namelist()
        roster = archive.read(names[0])
    assert len(names) == 4
    table = find_table(load_workbook(io.BytesIO(roster)), campaign)
    assert table.sheet.cell(table.first_row, table.columns["kind"]).value
    assert "không có sai lệch" not in letter.text


def test_out_of_office_answers_with_and_without_headers(office: Office) -> None:
    """The first answer says that it is automatic, the second only in words; back at work she hands in."""
    office.opening()
    contact = OutOfOffice(replace(office.desk, starts=office.morning + timedelta(days=1)))
    first = office.passes(contact)
    office.hr_writes("[TRIAL U01] Nhắc")
    second = office.passes(contact)
    assert [letter.automatic for letter in first + second] == [True, False]
    assert len(office.passes(contact)) == 1
    assert [sent.draft.automatic for sent in office.post.sent] == [True, True, False]


def test_she_waits_until_her_head_is_in_copy(office: Office) -> None:
    """A reminder does not move her; one with her head in Cc does."""
    office.opening()
    contact = WaitsForEscalation(office.desk)
    assert office.passes(contact, half_days=4) == []
    office.hr_writes("[TRIAL U01] Đã quá hạn", cc=HEAD)
    assert _pages(office.passes(contact)[0]) == 3


def test_a_private_mail_is_followed_by_one_from_the_office(office: Office) -> None:
    """The second comes when her office mailbox asks, and answers that mail."""
    office.opening()
    contact = WritesPrivately(office.desk)
    contact.private_address = HOME
    assert [letter.sender for letter in office.passes(contact)] == [HOME]
    asked = office.hr_writes("[TRIAL U01] Có thư gửi từ địa chỉ chưa đăng ký")
    letters = office.passes(contact, half_days=2)
    assert [(letter.sender, letter.answers) for letter in letters] == [(MAI, asked)]


def test_wrong_cells_are_mended_after_the_answer(office: Office, campaign: Campaign) -> None:
    """She sends the returned workbook back with the named cells put right, in its thread."""
    office.opening()
    contact = Corrects(office.desk)
    filled = office.passes(contact)[0].workbooks()[0]
    right = fill_roster(plain_roster(campaign, office.desk.unit), campaign, office.desk.workers, contact.habits)
    table = find_table(load_workbook(io.BytesIO(filled)), campaign)
    assert table.sheet["F6"].value == table.sheet["F5"].value == office.desk.workers[0]["social_insurance_no"]
    answer = office.hr_writes("[TRIAL U01] Sửa", book=_returned(office, ("D5", "F6", "C7"), right))
    letter = office.passes(contact)[0]
    assert letter.answers == answer
    sheet = find_table(load_workbook(io.BytesIO(letter.workbooks()[0])), campaign).sheet
    assert [sheet["D5"].value, sheet["F6"].value] == ["Nam", "7912345678"]
    assert sheet["C7"].value.date().isoformat() == "1969-09-23"


def test_a_question_comes_first_and_the_roster_after_a_person_has_answered(office: Office) -> None:
    """An automatic "we have your question" is not an answer."""
    office.opening()
    contact = Asks(replace(office.desk, starts=office.morning + timedelta(days=1)))
    question = office.passes(contact)
    assert [("?" in letter.text, letter.files) for letter in question] == [(True, ())]
    office.hr_writes("[TRIAL U01] Đã nhận câu hỏi")
    assert office.passes(contact, half_days=3) == []
    office.hr_writes("Re: Câu hỏi", text=str(words("letters")["answer"]))
    assert _pages(office.passes(contact)[0]) == 3


def test_the_officer_does_what_only_a_person_can_do(office: Office, campaign: Campaign, unit: Unit) -> None:
    """Answers the question to the service, registers the new address once, decides forms, passes on, approves."""
    registered: list[tuple[str, str, str]] = []
    officer = Officer(
        campaign=campaign,
        units=[unit],
        service_address=HR,
        admit=lambda address, code, by: registered.append((address, code, by)),
        telephone_book={"U01": "mai2@office.example"},
        returns={"Lê Văn An": "", "Lê Thị Bình": "chưa ký"},
    )
    desk = Inbox(office.server.imap_port, LAN, "x")
    letters = (
        ("question_forward", "[TRIAL U01] Câu hỏi của Phòng Thử nghiệm: Hỏi", f"{MAI} gửi câu hỏi"),
        ("contact_unreachable", "[TRIAL] Không gửi được thư Phòng Thử nghiệm", f"{MAI}: user unknown"),
        ("contact_unreachable", "[TRIAL] Không gửi được thư Phòng Thử nghiệm", f"{MAI}: user unknown"),
        ("summary", "0/1 xong", "tờ khai của Lê Văn An (số 7), Lê Thị Bình (số 8) chờ xem."),
        ("summary", "0/1 xong", "tờ khai của Lê Văn An (số 7), Lê Thị Bình (số 8) chờ xem."),
        ("passed_on", "Re: Fwd: Hồ sơ", "Đề nghị xác nhận"),
        ("package_approval", "[TRIAL] Đề nghị duyệt (mã AB12)", "Xin duyệt"),
    )
    for kind, subject, text in letters:
        headers = (("X-Dondoc-Mail", kind),)
        draft = LetterDraft(sender=HR, sender_name="HR", to=(LAN,), subject=subject, text=text, headers=headers)
        office.post.send(draft, office.morning)
    papers = (("scan.pdf", b"%PDF-1.4"),)
    misled = LetterDraft(sender=MAI, sender_name="Mai", to=(LAN,), subject="Hồ sơ", text="Em gửi ạ", files=papers)
    office.post.send(misled, office.morning)
    officer.act(office.morning, desk, office.post)
    assert registered == [("mai2@office.example", "U01", LAN)]
    written = [read_letter(raw) for raw in office.server.messages(HR)]
    assert [letter.subject for letter in written] == [
        "Re: [TRIAL U01] Câu hỏi của Phòng Thử nghiệm: Hỏi",
        "Re: 0/1 xong",
        "Re: Fwd: Hồ sơ",
        "Re: [TRIAL] Đề nghị duyệt (mã AB12)",
        "Fwd: Hồ sơ",
    ]
    assert written[1].text.splitlines()[:2] == ["CHẤP NHẬN 7", "TỪ CHỐI 8: chưa ký"]
    assert [letter.text.splitlines()[0] for letter in written[2:4]] == ["DUYỆT", "DUYỆT"]
    assert (written[4].files, "Em gửi ạ" in written[4].text, MAI in written[4].text) == (papers, True, True)
    assert sum(officer.read.values()) == len(letters) + 1
