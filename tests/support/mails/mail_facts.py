"""Plausible facts for every mail, and the mail in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from service.core.contacts import CODE_IS_GOOD_FOR, Nominee
from service.core.mail.messages import Rendered
from service.core.progress.progress import Progress, Stage
from service.core.units import Unit
from service.flow.reports.needs import Matter, Need
from service.mail.outgoing.templates import MailTemplates
from tests.support.harness.bundled_campaign import TEMPLATES, bundled_campaign

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2021, 5, 12, 9, 15, tzinfo=ZONE)
LATER = datetime(2021, 5, 11, 16, 40, tzinfo=ZONE)

UNIT = Unit(
    code="U03",
    name="Trung tâm Y tế số",
    addresses=("linh.dt@vnpt-it.example",),
    contact="Đặng Thùy Linh",
    head_name="Hoàng Minh Tuấn",
    head_address="tuan.hm@vnpt-it.example",
    phone="024 0000 0203",
)
PROGRESS = Progress(
    unit="U03",
    roster_version=2,
    workers=6,
    expected=7,
    roster_errors=2,
    not_in_roster=("Nguyễn Văn Long",),
    forms_expected=6,
    forms_accepted=3,
    forms_in_review=("Hồ Anh Nam",),
    forms_missing=("Phạm Bích Hương",),
    forms_rejected=("Quách Thị Hồng Oanh",),
    last_received_at=LATER,
)
REMAINING = [
    "Phụ lục 02: sửa 02 nội dung đã đánh dấu",
    "Tờ khai mẫu số 01 còn thiếu: Phạm Bích Hương",
]
FILES = [
    {"name": "cong-van.pdf", "size_words": "85 KB", "sha256": "3f" * 32},
    {"name": "danh-sach-tong-hop.xlsx", "size_words": "41 KB", "sha256": "a7" * 32},
]
NAMED_FILES = [{"name": file["name"], "size_words": file["size_words"]} for file in FILES]
TOTALS = {"units": 12, "workers": 64, "forms": 62, "discrepancies": 5, "open": 2}
ROWS = [
    {"unit": UNIT, "progress": PROGRESS, "stage_words": "Cần chỉnh sửa"},
    {
        "unit": Unit(code="U04", name="Trung tâm Giáo dục số", addresses=("ha.vtt@vnpt-it.example",)),
        "progress": Progress(unit="U04"),
        "stage_words": "Chưa gửi hồ sơ",
    },
]
LONG_WORD = "danh_sach_tong_hop_" * 5 + "Ngườilaođộng" * 6 + "@mot-ten-mien-rat-dai.donvi.example"
ERRORS = [
    {
        "where": "Dòng 8, ô F8",
        "value": "1111****38",
        "message": "Mã số BHXH phải có 10 chữ số, đang có 9 chữ số (có thể mất số 0 ở đầu).",
        "suggestion": "0111****38",
    },
    {"where": "Dòng 11, ô C11", "value": "", "message": "Chưa ghi họ và tên.", "suggestion": ""},
]

NOMINEE = Nominee(name="Đặng Thùy Linh", phone="0912****78", address="linh.dt@vnpt-it.example")

PAPERS = ["to-khai-mau-so-01.pdf", "to-khai-mau-so-01.docx", "phu-luc-02-U03.xlsx"]

UNIT_MAILS: dict[str, dict[str, Any]] = {
    "opening": {"attachments": ["cong-van-huong-dan.pdf", "phu-luc-02-U03.xlsx"]},
    "confirmation": {
        "received": ["Phụ lục 02 (lần 2): 06 người lao động", "03 Tờ khai mẫu số 01"],
        "complete": False,
        "notes": ["Lần sau, đề nghị không gửi ảnh CCCD."],
    },
    "needs_correction": {
        "received": ["Phụ lục 02 (lần 2): 06 người lao động"],
        "errors": ERRORS,
        "more": 3,
        "cases": len(ERRORS) + 4,
        "form_errors": [{"where": "to-khai.pdf, trang 2 (Hồ Anh Nam)", "message": "Chưa thấy chữ ký."}],
        "spots": 1,
        "returned": True,
        "notes": [],
    },
    "unusable": {
        "files": [{"name": "ho so.zip", "message": "Tệp có mật khẩu. Đề nghị gửi lại tệp không đặt mật khẩu."}]
    },
    "instructions": {"links": True},
    "question_received": {},
    "already_received": {"received_at": LATER},
    "private_address": {"sender_masked": "li****@mail.example", "received_at": LATER, "subject": "Phụ lục 02"},
    "reminder": {"days_left": 3, "step": 3, "returned": True, "papers": PAPERS, "locked": True, "calendar": True},
    "overdue": {"days_late": 1, "escalated": True, "returned": True, "papers": PAPERS, "locked": False},
    "status_unit": {},
    "decisions": {"decided": ["Tờ khai mẫu số 01 của Hồ Anh Nam: được chấp nhận."]},
    "contact_named": {"contact": NOMINEE, "previous": "Lê Thu Hiền", "waits": ""},
    "contact_welcome": {
        "contact": NOMINEE,
        "previous": None,
        "waits": "",
        "people": 6,
        "encrypted": True,
        "attachments": ["phu-luc-02-U03.xlsx"],
    },
    "contact_replaced": {"contact": Nominee(name="Vũ Minh Đức", address="duc@vnpt-it.example")},
    "contact_unclear": {"nominee": NOMINEE, "missing_name": False},
    "contact_waiting": {"contact": NOMINEE, "previous": None, "waits": "Văn bản cử đầu mối là bản quét."},
    "contact_declined": {"contact": NOMINEE, "why": "Địa chỉ này của đơn vị khác."},
    "extension_requested": {"day": date(2021, 5, 25), "words": "3-5 ngày", "unsaid": False},
    "extension_granted": {"calendar": True},
    "extension_declined": {"day": date(2021, 5, 25), "why": "đã đến kỳ nộp"},
    "extension_unclear": {"day": None, "example": date(2021, 5, 26)},
    "template_again": {"attachments": ["cong-van-huong-dan.pdf", "phu-luc-02-U03.xlsx"]},
    "not_possible_help": {"column": "Lý do chưa thực hiện được", "said": "chị Hoa nghỉ thai sản"},
    "answer": {
        "text": "Người nghỉ thai sản ghi lý do vào cột cuối, chưa phải ký tờ khai.",
        "subject": "Hỏi về người nghỉ thai sản",
        "files": ["huong-dan.pdf"],
    },
    "whose_list_unit": {"file": "PL02-U05.xlsx", "named": "Trung tâm An toàn thông tin"},
    "confirm_sender": {
        "sender": "linh.dt@vnpt-it.example",
        "subject": "Phụ lục 02",
        "received_at": LATER,
        "brought": ["Phụ lục 02: 6 người lao động (tệp PL02.xlsx)", "Tệp khác: scan.pdf"],
        "errors": 2,
        "earlier": ["Thư lúc 09:15 10/05: “Bổ sung tờ khai”"],
    },
    "sender_denied": {},
    "other_contact": {"sender_masked": "d***@vnpt-it.example", "received_at": LATER},
    "listed_twice": {"other": "Trung tâm An toàn thông tin", "people": 2, "names": "Phạm Bích Hương, Hồ Anh Nam"},
}
COUNTS: dict[str, int] = {
    Stage.COMPLETE: 5,
    Stage.REVIEW: 1,
    Stage.CORRECTION: 2,
    Stage.PARTIAL: 3,
    Stage.NOTHING: 1,
    "units": 12,
}
NEEDS = [
    Need(
        how="Câu hỏi: ghi TRẢ LỜI và số, chẳng hạn TRẢ LỜI 12: nội dung; lời trả lời được chuyển đến đơn vị.",
        matters=(
            Matter(
                text="U03 Trung tâm Y tế số: câu hỏi số 12 ngày 12/05 “Hỏi về chữ ký” chưa được trả lời.",
                words="Người nghỉ thai sản ký thay được không ạ?\nTệp kèm theo: anh-man-hinh.png",
            ),
            Matter(text="U04 Trung tâm Giáo dục số: câu hỏi số 9 ngày 11/05 “Mẫu” chưa được trả lời."),
        ),
    ),
    Need(
        how="Cần gọi điện: đơn vị gửi đủ hồ sơ thì việc tự khép lại.",
        matters=(Matter(text="U05 Trung tâm An toàn thông tin: đã quá hạn, đề nghị gọi điện (số 024 0000 0205)."),),
    ),
]
HR_MAILS: dict[str, dict[str, Any]] = {
    "question_forward": {
        "unit": UNIT,
        "received_at": LATER,
        "sender": "linh.dt@vnpt-it.example",
        "writer": "Đặng Thùy Linh",
        "subject": "Hỏi về người nghỉ thai sản",
        "text": "Kính gửi Ban Nhân sự,\nNgười nghỉ thai sản có phải kê khai không ạ?\n<b>Xin cảm ơn.</b>",
        "earlier": "Kính gửi đơn vị, đề nghị nộp hồ sơ.",
        "files": ["anh-man-hinh.png"],
        "number": 12,
        "reply_code": "7KQM-2XPD",
    },
    "nomination_hr": {
        "unit": UNIT,
        "contact": Nominee(name="Vũ Minh Đức", phone="0912345678", address="duc@mail.example"),
        "sender": "linh.dt@vnpt-it.example",
        "reason": "Địa chỉ được cử không thuộc hệ thống thư của Công ty.",
        "files": ["quyet-dinh.pdf"],
        "reply_code": "7KQM-2XPD",
    },
    "extension_request": {
        "unit": UNIT,
        "day": date(2021, 5, 25),
        "words": "",
        "unsaid": False,
        "sender": "linh.dt@vnpt-it.example",
        "text": "GIA HẠN 25/05",
        "unproven": True,
    },
    "whose_list": {
        "unit": UNIT,
        "sender": "linh.dt@vnpt-it.example",
        "file": "PL02-U05.xlsx",
        "named": replace(UNIT, code="U05", name="Trung tâm An toàn thông tin"),
        "people": 6,
    },
    "listed_twice_hr": {
        "unit": UNIT,
        "former": replace(UNIT, code="U05", name="Trung tâm An toàn thông tin"),
        "newer": UNIT,
        "names": ["Phạm Bích Hương", "Hồ Anh Nam"],
    },
    "contact_password": {"unit": UNIT, "contact": NOMINEE, "password": "7KQM-2XPD-WH34"},
    "passed_on": {
        "subject": "Fwd: Phụ lục 02",
        "meant": UNIT,
        "mail_id": 12,
        "lists": [{"name": "PL02.xlsx", "people": 7}],
        "forms": 2,
        "files": [{"name": "anh.heic", "message": "Tệp không mở được."}],
    },
    "held_notice": {
        "sender": "linh.private@mail.example",
        "sender_masked": "li****@mail.example",
        "subject": "Phụ lục 02",
        "reason": "địa chỉ chưa đăng ký",
        "files": ["phu luc 02.xlsx"],
        "candidate": UNIT,
        "told": True,
        "asked": False,
        "registered": False,
        "failed": False,
        "task": 41,
    },
    "contact_unreachable": {
        "unit": UNIT,
        "address": "linh.dt@vnpt-it.example",
        "diagnostic": "550 5.1.1 User unknown",
    },
    "mail_not_sent": {
        "unit": UNIT,
        "subject": "[VSSID-2021 U03] Đề nghị chỉnh sửa hồ sơ",
        "recipients": ["linh.dt@vnpt-it.example"],
        "diagnostic": "552 5.3.4 message size exceeds the limit",
        "again": True,
    },
    "gathered": {"needs": NEEDS, "matters": 3},
    "summary": {
        "left": "còn 5 ngày làm việc",
        "needs": NEEDS,
        "matters": 3,
        "units": ROWS,
        "complete": ["U01", "U02", "U06"],
        "counts": COUNTS,
        "picture_cid": "progress@dondoc",
        "quiet_since": LATER,
    },
    "management": {
        "headline": "05/12 đơn vị hoàn thành",
        "units": ROWS,
        "counts": COUNTS,
        "picture_cid": "progress@dondoc",
    },
    "status_hr": {"units": ROWS, "details": ["Nội dung số 7: Dòng 8: thiếu số 0"], "lines": []},
    "reconciliation": {
        "differences": ["Thư số 17 đã chờ xử lý 75 phút."],
        "counts": {"received": 1, "processed": 20, "held": 2, "ignored": 4, "failed": 0},
        "received": 27,
    },
    "old_mail": {"count": 300, "since": LATER},
    "trouble": {
        "what": "Không kết nối được hộp thư nhận",
        "what_to_do": "Kiểm tra máy chủ thư.",
        "since": LATER,
        "said": "imap://hr@host/INBOX: connection refused",
    },
    "recovered": {
        "what": "Không gửi được thư đi",
        "since": LATER,
        "said": "smtp://hr@host: connection refused",
    },
    "canary": {},
    "codes_refused": {"sender": "hr.lan@vnpt-it.example", "count": 10},
    "command_result": {"lines": ["Đã gia hạn cho U03 đến hết ngày 21/05/2021."]},
    "package_approval": {"reply_code": "K7M2-QX4T", "files": NAMED_FILES, "totals": TOTALS, "sums": "SHA256SUMS.txt"},
    "package_sent": {"files": NAMED_FILES, "totals": TOTALS, "sums": "SHA256SUMS.txt"},
    "package_agency": {"files": FILES, "totals": TOTALS, "here": ["a.pdf"], "mail_number": 1, "mail_count": 2},
}


NEUTRAL_MAILS: dict[str, dict[str, Any]] = {"stranger": {}}
"""To people of whom nothing is known: without mark, campaign or unit."""


def common_facts() -> dict[str, Any]:
    return {
        "campaign": bundled_campaign(),
        "unit": None,
        "now": NOW,
        "last_day": date(2021, 5, 19),
        "progress": PROGRESS,
        "stage_words": "Cần chỉnh sửa",
        "remaining": REMAINING,
        "code_days": CODE_IS_GOOD_FOR.days,
        "asks": True,
    }


def facts_of(mail: str) -> dict[str, Any]:
    if mail in UNIT_MAILS:
        return common_facts() | {"unit": UNIT} | UNIT_MAILS[mail]
    return common_facts() | (HR_MAILS | NEUTRAL_MAILS)[mail]


def all_mails() -> Iterable[str]:
    return (*UNIT_MAILS, *HR_MAILS)


@cache
def _templates() -> MailTemplates:
    return MailTemplates(TEMPLATES)


def stretched(value: Any) -> Any:
    """The same facts, each text and name with a long address and a word without an end behind it."""
    if isinstance(value, str):
        return f"{value} {LONG_WORD}" if value else value
    if isinstance(value, Unit | Nominee):
        names = {name: stretched(getattr(value, name)) for name in ("name", "contact") if hasattr(value, name)}
        return replace(value, **names)
    if isinstance(value, dict):
        return {key: each if key == "picture_cid" else stretched(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(stretched, value))
    return value


def render(mail: str, *, language: str = "vi", **changes: Any) -> Rendered:
    """A mail in words, as the service renders it."""
    facts = facts_of(mail) | changes
    campaign = facts.pop("campaign")
    return _templates().render(mail, campaign, language, facts)
