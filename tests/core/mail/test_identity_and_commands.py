"""Our own mail known again, marks in subjects, commands in texts, authenticity."""

import pytest

from service.core.mail.authenticity import Authenticity, authenticity
from service.core.mail.commands import Command, codes_in, order_in
from service.core.mail.identity import Identity, marks_in

OURS = Identity(address="nhansu@vnpt-it.example", name="Ban Nhân sự", secret=b"s" * 32)
THEIRS = Identity(address="nhansu@vnpt-it.example", name="Ban Nhân sự", secret=b"t" * 32)


def test_the_same_cause_gets_the_same_message_id() -> None:
    """A mail that is written again after a crash is the same mail."""
    first = OURS.message_id("reply:7", "vssid-2021", "U03")
    assert first == OURS.message_id("reply:7", "vssid-2021", "U03")
    assert first != OURS.message_id("reply:8", "vssid-2021", "U03")


def test_a_thread_is_proven_by_our_secret() -> None:
    """A made-up Message-ID leads nowhere."""
    genuine, forged = (who.message_id("opening", "vssid-2021", "U03") for who in (OURS, THEIRS))
    assert OURS.thread_of(["<x@y>", genuine]) == ("vssid-2021", "u03")
    assert OURS.thread_of([forged]) is None


def test_our_own_mail_is_known_by_its_signature() -> None:
    """Neither another mail's signature nor none will do."""
    signature = OURS.signature("<a@b>")
    assert OURS.is_ours("<a@b>", signature)
    assert not OURS.is_ours("<c@b>", signature)
    assert not OURS.is_ours("<a@b>", None)


def test_the_mark_in_a_subject_is_read_as_a_hint() -> None:
    """With or without a unit."""
    assert marks_in("Re: [VSSID-2021 U03] Nhắc") == (("VSSID-2021", "U03"),)
    assert marks_in("[VSSID-2021] Tổng hợp") == (("VSSID-2021", None),)


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("DUYỆT", Command.APPROVE, ""),
        ("duyet.\n\nTrân trọng", Command.APPROVE, ""),
        ("\n  “Tình trạng” U03\n> cũ", Command.STATUS, "U03"),
        ("Từ chối: thiếu chữ ký", Command.REJECT, "thiếu chữ ký"),
    ],
)
def test_commands_are_read_without_regard_to_accents_case_and_quotes(
    text: str, command: Command, argument: str
) -> None:
    """As people type them."""
    order = order_in(text)
    assert order is not None
    assert order.command is command
    assert order.argument == argument


@pytest.mark.parametrize(
    "text", ["", "Đã gửi mà chưa thấy trả lời?", "Tôi duyệt sau nhé", "Duyệtnhanh", "Kính gửi Ban Nhân sự,"]
)
def test_other_words_are_no_command(text: str) -> None:
    """Only the first line, and only the word itself."""
    assert order_in(text) is None


def test_a_one_time_code_is_found_in_subject_or_quoted_text() -> None:
    """However it is written."""
    assert codes_in("Re: Duyệt hồ sơ (mã 7KQM-2XPD)", "> mã 9999-AAAA") == {"7KQM-2XPD", "9999-AAAA"}


@pytest.mark.parametrize(
    ("results", "said"),
    [
        (["mx.vnpt-it.example; dmarc=pass header.from=vnpt-it.example"], Authenticity.PASS),
        (["mx.vnpt-it.example; dmarc=fail; spf=pass"], Authenticity.FAIL),
        (["mx.vnpt-it.example; spf=fail; dkim=pass"], Authenticity.PASS),
        (["mx.evil.example; dmarc=pass", "mx.vnpt-it.example; dmarc=fail"], Authenticity.NONE),
        (["mx.vnpt-it.example (dmarc=fail); spf=pass"], Authenticity.PASS),
        ([], Authenticity.NONE),
    ],
)
def test_only_results_of_our_own_server_are_believed(results: list[str], said: Authenticity) -> None:
    """What stands below a line of somebody else may be the sender's invention."""
    assert authenticity(results, "mx.vnpt-it.example", "lan@vnpt-it.example").said is said
