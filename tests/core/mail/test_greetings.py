"""Lines that say nothing by themselves, told from those which begin like them."""

from __future__ import annotations

import pytest

from service.core.mail.greetings import greets, only_greets


@pytest.mark.parametrize(
    "line", ["", "Kính gửi chị,", "Kính gửi: Ban Nhân sự", "Xin chào anh,", "Dear Ms Lan,", "Trân trọng,"]
)
def test_salutations_and_closings_say_nothing(line: str) -> None:
    """In either language."""
    assert greets(line)


@pytest.mark.parametrize(
    "line",
    [
        "Chào chị, cho em hỏi hạn nộp?",
        "Chào chị em gửi danh sách",
        "Kính gửi chị, đơn vị xin nộp sau",
        "TÌNH TRẠNG",
        "Vâng",
    ],
)
def test_what_follows_a_salutation_is_said(line: str) -> None:
    """On the same line too."""
    assert not greets(line)


def test_a_name_below_a_closing_says_nothing() -> None:
    """A command in capitals there says something, and so does a name alone."""
    assert only_greets("Kính gửi chị,\n\nTrân trọng,\nNguyễn Thị Lan")
    assert not only_greets("Kính gửi chị,\n\nXIN GIA HẠN")
    assert not only_greets("Nguyễn Thị Lan")
