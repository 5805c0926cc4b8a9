"""What a refusal blames: the address, the mail, or only the moment."""

from __future__ import annotations

import pytest

from service.core.mail.server_replies import Blame, blame, class_of_reply

ADDRESS = (
    "550 5.1.1 <lan@office.example>: Recipient address rejected: User unknown in virtual mailbox table",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
    "550 5.4.1 Recipient address rejected: Access denied",
    "554 5.2.1 The email account that you tried to reach is disabled",
    "550 No such person at this address",
    "550 Requested action not taken: mailbox unavailable",
    "5.4.4 (unable to look up host office.exampel)",
    "550 Tài khoản này đã bị vô hiệu hóa",
    "551 Địa chỉ người nhận không tồn tại trên hệ thống",
    "550",
    "not a mail address",
)
MAIL = (
    "552 5.3.4 Message size exceeds fixed limit",
    "550 content rejected",
    "554 5.7.1 This message has been blocked because it contains a banned attachment",
    "550 5.7.26 This mail is unauthenticated (SPF, DKIM) and is not welcome at lan@office.example",
    "553 5.1.8 Sender address rejected: Domain not found",
    "550 5.1.7 invalid sender",
    "554 Service unavailable; Client host [192.0.2.7] blocked using bl.example; recipient lan@office.example",
    "550 High probability of spam, user opted for strict filtering",
    "550 Thư bị từ chối do chính sách nội dung",
    "554 5.7.1 Relay access denied",
    "500 Syntax error",
    "554 Transaction failed",
)
TIME = (
    "552 5.2.2 mailbox full",
    "550 5.2.2 The recipient's mailbox is over quota",
    "554 5.2.1 account disabled until it is under its quota again",
    "5.4.7 delivery time expired",
    "550 Hộp thư của người nhận đã đầy",
    "554 5.4.0 connection timed out with mx.office.example",
)


@pytest.mark.parametrize(
    ("said", "expected"),
    [*((each, Blame.ADDRESS) for each in ADDRESS), *((each, Blame.MAIL) for each in MAIL)]
    + [(each, Blame.TIME) for each in TIME],
)
def test_s88_s89_what_a_refusal_blames(said: str, expected: Blame) -> None:
    """S88, S89: by the enhanced status and by words of many servers, in English and Vietnamese."""
    assert blame(said) is expected


@pytest.mark.parametrize(
    "said", ["500", "550", "550 Rejected", "554 5.0.0 no", "550 Error (in reply to end of DATA command)"]
)
def test_s89_after_the_address_was_taken_the_mail_is_meant(said: str) -> None:
    """S89: a bare refusal at DATA says nothing against the address; one that names it still does."""
    assert blame(said, recipient_taken=True) is Blame.MAIL
    assert blame("550 5.1.1 user unknown", recipient_taken=True) is Blame.ADDRESS


def test_the_class_of_a_reply_is_no_part_of_an_address() -> None:
    """Numbers of hosts and sizes are no codes."""
    assert [
        class_of_reply(said) for said in ("mx [192.0.2.50] said: 451 4.7.1 later", "host 10.5.1.1 is away", "550.")
    ] == [
        "4",
        "",
        "5",
    ]
