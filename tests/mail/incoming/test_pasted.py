"""Tables in the words of a mail: the sender's own are found, those of quoted and forwarded mails never."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from service.mail.incoming.mime import read_message
from tests.support.mails.pasted_tables import GREETING, QUOTING, SIGNATURE, as_excel_table, as_tabbed_text

OWN = [["STT", "Họ và tên", "Số CCCD"], ["1", "Lê Thị Mận", "001190000011"]]
EARLIER = [["STT", "Họ và tên", "Số CCCD"], ["1", "Vũ Văn Khế", "001090000022"]]


def pasted(html: str | None, text: str = "Kính gửi Ban Nhân sự,") -> str:
    """The tables of a mail as one text; empty when it has none of its own."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "hoa@vnpt-it.example", "Danh sách"
    mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    files = read_message(mail.as_bytes()).pasted
    return "".join(file.content.decode() for file in files)


@pytest.mark.parametrize("program", QUOTING)
def test_the_table_above_a_quotation_is_the_senders(program: str) -> None:
    """Her own people are found, those of the earlier mail are not."""
    own, earlier = as_excel_table(OWN), as_excel_table(EARLIER)
    found = pasted(QUOTING[program].format(own=GREETING + own, earlier=f"<p>Kính gửi,</p>{earlier}"))
    assert "Lê Thị Mận" in found
    assert "Vũ Văn Khế" not in found


@pytest.mark.parametrize("program", QUOTING)
def test_a_quoted_table_is_nobodys(program: str) -> None:
    """Words above somebody else's table hand nothing in; nor does an empty answer around it."""
    earlier = as_excel_table(EARLIER)
    assert pasted(QUOTING[program].format(own="<p>Đã sửa ạ.</p>", earlier=earlier)) == ""
    assert pasted(QUOTING[program].format(own="<p><br></p>", earlier=earlier)) == ""


def test_an_answer_below_the_quotation_counts_when_nothing_stands_above() -> None:
    """As Thunderbird begins an answer; with words above, what stands below is not looked at."""
    own, earlier = as_excel_table(OWN), as_excel_table(EARLIER)
    quoted = f"<div class=moz-cite-prefix>Ban Nhân sự đã viết:</div><BLOCKQUOTE type=cite>{earlier}</BLOCKQUOTE>"
    below = pasted(f"{quoted}<p>Gửi phòng ạ:</p>{own}")
    assert "Lê Thị Mận" in below and "Vũ Văn Khế" not in below
    assert pasted(f"<p>Xem dưới</p>{quoted}{own}") == ""
    assert pasted(f"{quoted}<p>Gửi phòng:</p>{own}<blockquote>{earlier}</blockquote>") == ""


def test_a_single_line_is_no_table() -> None:
    """Layout and logos are set in tables of one row."""
    assert pasted("<table><tr><td>Kính gửi Ban Nhân sự</td><td>logo</td></tr></table>") == ""
    assert pasted(None, "Kính gửi\tBan\tNhân sự") == ""


def test_comments_hide_no_table_and_show_none() -> None:
    """Word's conditional comments hold tables for old programs."""
    hidden = f"<!--[if mso]>{as_excel_table(EARLIER)}<![endif]-->"
    assert pasted(f"<p>Xin chào</p>{hidden}") == ""


def test_lines_with_tabs_are_a_table_in_a_plain_mail() -> None:
    """Between greeting and closing, and not below a quotation's mark or in it."""
    plain = f"Kính gửi,\n\n{as_tabbed_text(OWN)}\n\nTrân trọng\n"
    assert pasted(None, plain) == f"{as_tabbed_text(OWN)}\n"
    assert pasted(f"<p>{GREETING}</p>", plain) == f"{as_tabbed_text(OWN)}\n"
    quoted = "\n".join(f"> {line}" for line in as_tabbed_text(EARLIER).split("\n"))
    assert pasted(None, f"Đã nhận ạ.\n\nVào 21/04/2021, Ban Nhân sự đã viết:\n{quoted}\n") == ""


def test_a_signature_below_the_list_does_not_swallow_it() -> None:
    """Both are tables; which one is a list is judged when they are read."""
    found = pasted(GREETING + as_excel_table(OWN) + SIGNATURE)
    assert "Lê Thị Mận" in found and "Nguyễn Thị Hoa" in found


def test_a_page_that_cannot_be_a_list_is_left_alone() -> None:
    """Tags without end cost no time and give nothing."""
    assert pasted("<table><tr><td>x</td></tr>" + "<a " * 200_000) == ""
