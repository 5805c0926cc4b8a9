"""Yes, no, or something for a person: what people answer to "was that mail yours?"."""

from __future__ import annotations

import pytest

from service.core.mail.confirming import Word, said_in, says_more

YES = (
    "ĐÚNG",
    "đúng ạ",
    "Dung roi chi a",
    "Dạ vâng ạ",
    "Kính gửi chị Lan, đúng rồi ạ.",
    "Đúng rồi chị ạ, nhờ chị ghi nhận giúp em",
    "Danh sách đó em vừa gửi sáng nay ạ",
    "Hồ sơ do em gửi. Em cảm ơn chị",
    "Xin xác nhận.\nTrân trọng,\nPhạm Văn Bưởi",
    "Yes, that was me",
    "Confirmed.",
    "Cảm ơn chị",
    "",
)
NO = (
    "KHÔNG PHẢI",
    "Không ạ",
    "Kính gửi chị, không phải chúng tôi gửi.",
    "Đơn vị chưa gửi gì cả",
    "Em có gửi gì đâu ạ",
    "Chúng tôi không xác nhận thư này",
    "Thư đó là giả mạo",
    "Đúng là chúng tôi không gửi thư này",
    "NOT OURS",
    "We didn't send this",
)
UNCLEAR = (
    "Thư nào vậy chị?",
    "Có đúng không ạ",
    "Dạ em chào chị. Em không rõ việc này ạ",
    "Đề nghị chị xác nhận lại giúp em",
    "Chị cần em xác nhận gì ạ",
    "Cho em hỏi hạn nộp",
    "Chắc chị gửi nhầm",
    "Tôi đang nghỉ phép đến 20/05",
)


@pytest.mark.parametrize(
    ("text", "word"),
    [(text, word) for word, texts in ((Word.YES, YES), (Word.NO, NO), (Word.UNCLEAR, UNCLEAR)) for text in texts],
)
def test_an_answer_is_taken_for_what_it_says(text: str, word: Word) -> None:
    """In any doubt it is no yes."""
    assert said_in(text).word is word


def test_what_stands_beside_the_word_is_kept() -> None:
    """A question after the word is a question; thanks and a name want nothing."""
    said = said_in("Đúng ạ. Cho hỏi hạn nộp là ngày nào?")
    assert (said.word, said.rest) == (Word.YES, "Cho hỏi hạn nộp là ngày nào?")
    assert says_more(said.rest)
    assert not says_more(said_in("Đúng. Cảm ơn chị.\nPhạm Văn Bưởi").rest)
