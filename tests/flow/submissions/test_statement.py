"""How a unit says that it reviewed everything and found nothing wrong."""

import pytest

from service.core.mail.conversation import states_nothing_wrong


@pytest.mark.parametrize(
    "text",
    [
        "Đã rà soát, không có sai lệch",
        "Kính gửi Ban Nhân sự,\nĐơn vị đã rà soát, không phát hiện sai lệch.",
        "Gửi phần 1. DON VI DA RA SOAT, KHONG CO THONG TIN SAI LECH; xin cảm ơn",
    ],
)
def test_a_plain_sentence_states_it(text: str) -> None:
    """With or without accents, beside other sentences."""
    assert states_nothing_wrong(text)


@pytest.mark.parametrize(
    "text",
    [
        "Nếu không có sai lệch, chỉ cần viết trong thư “đã rà soát, không có sai lệch”",
        "Trường hợp không có sai lệch thì ghi thế nào?",
        "Có 3 người bị sai lệch",
        "",
    ],
)
def test_speaking_of_the_case_states_nothing(text: str) -> None:
    """A quotation of our own request is no answer."""
    assert not states_nothing_wrong(text)
