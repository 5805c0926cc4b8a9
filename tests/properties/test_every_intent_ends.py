"""No intent of a registered person or of HR is without an outcome: done and said, handed to HR and said, or held."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.core.records import MailState
from tests.support.harness.rehearsing_office import SILENT, Office, is_ended, rehearsing_office
from tests.support.harness.whole_service import HR, SERVICE


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with rehearsing_office(tmp_path_factory.mktemp("state")) as running:
        yield running


SENTENCES = st.sampled_from(
    (
        "Em cảm ơn chị ạ.",
        "Người nghỉ hưu có phải kê khai không ạ?",
        "TÌNH TRẠNG",
        "XIN GIA HẠN 28/05/2021",
        "GỬI LẠI MẪU",
        "Đơn vị cử chị Lê Thị Hoa, hoa.lt@vnpt-it.example, 0912345678 làm đầu mối.",
        "Đơn vị đã rà soát, không có thông tin sai lệch.",
        "Tài khoản của ba người đã khóa.",
        "Đây là thư trả lời tự động.",
        "Tôi đang nghỉ phép, xin liên hệ chị Hoa.",
        "Em gửi danh sách theo mẫu.",
        "Đề nghị thu hồi thư vừa gửi.",
        "Kính gửi Ban Nhân sự,",
        "-- ",
        "> Còn thiếu Phụ lục 02.",
        "Vào Th 2, 17 thg 5, 2021 vào lúc 08:30 Ban Nhân sự <nhansu@vnpt-it.example> đã viết:",
        "https://drive.google.com/file/d/abc",
        "👍",
    )
)
HEADERS = st.sampled_from(
    (
        {},
        {"X-Auto-Response-Suppress": "OOF"},
        {"Precedence": "bulk"},
        {"List-Unsubscribe": "<mailto:a@b.example>"},
        {"Return-Path": "<>"},
        {"Auto-Submitted": "auto-generated"},
    )
)


def written(office: Office, lines: list[str], headers: dict[str, str], *, by_hr: bool, papers: bool) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = HR if by_hr else office.contact, SERVICE, "Báo cáo"
    mail["Message-ID"] = "<made@vnpt-it.example>"
    for name, value in headers.items():
        mail[name] = value
    mail.set_content("\n".join(lines) or "\n")
    if papers:
        mail.add_attachment(office.workbook, maintype="application", subtype="octet-stream", filename="pl.xlsx")
    return mail.as_bytes()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(SENTENCES, max_size=4), headers=HEADERS, by_hr=st.booleans(), papers=st.booleans())
def test_nothing_that_a_person_wants_ends_unseen(
    office: Office, lines: list[str], headers: dict[str, str], by_hr: bool, papers: bool
) -> None:
    """Papers, questions, names, words: whatever stands around them."""
    raw = written(office, lines, headers, by_hr=by_hr, papers=papers)
    done = office.rehearse(raw)
    assert done.state is not MailState.FAILED
    intents = set(done.opened.triage.intents)
    if intents not in SILENT:
        assert is_ended(done), (intents, done.state)
    if papers:
        assert is_ended(done), "papers were dropped"
    if any(line.endswith("?") for line in lines) and not by_hr:
        assert is_ended(done), "a question vanished"
