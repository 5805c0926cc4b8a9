"""Passwords in a mail's words: found as people write them, hidden afterwards, and not seen where there is none."""

from __future__ import annotations

import pytest

from service.core.mail.given_passwords import with_passwords_apart
from service.core.mail.messages import Message


def _mail(text: str, subject: str = "Báo cáo") -> Message:
    return with_passwords_apart(
        Message(message_id=None, sender="", sender_name="", subject=subject, date=None, text=text, new_text=text)
    )


@pytest.mark.parametrize(
    ("line", "password"),
    [
        ("Mật khẩu: Abc@123", "Abc@123"),
        ("mk: abc", "abc"),
        ("MK = 2021", "2021"),
        ("mat khau mo file la 123456.", "123456"),
        ("Password is «hoa sen»", "hoa sen"),
        ("pass Abc123", "Abc123"),
        ("Mật khẩu: Abc123 nhé chị, em cảm ơn chị nhiều", "Abc123"),
    ],
)
def test_s41_a_password_is_found_and_hidden(line: str, password: str) -> None:
    """Each way of writing it, in the text and in the subject; neither says it any more, nor does the value's repr."""
    for mail in (_mail(f"Kính gửi,\n{line}\nTrân trọng"), _mail("", line)):
        assert password in mail.passwords
        assert "***" in mail.new_text + mail.subject
        assert password not in mail.text + mail.new_text + mail.subject
        assert password not in repr(mail)


@pytest.mark.parametrize(
    "line",
    [
        "Mật khẩu là gì ạ?",
        "Tệp có mật khẩu nên không mở được",
        "mật khẩu sai",
        "Người lao động quên mật khẩu VssID thì làm thế nào: gọi tổng đài hay đến cơ quan bảo hiểm",
    ],
)
def test_s41_a_sentence_about_passwords_is_left_as_it_is(line: str) -> None:
    """A question or a sentence gives none, and loses nothing."""
    mail = _mail(line)
    assert (mail.passwords, mail.new_text) == ((), line)
