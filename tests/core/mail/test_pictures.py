"""Which pictures belong to somebody's words: by size, by where the text names them, never those of a quotation."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from service.core.mail.messages import Attachment, Message
from service.core.mail.pictures import hashes, is_large, pictures_of


def picture(width: int, height: int, *, kind: str = "PNG") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (width, height), "white").save(buffer, kind)
    return buffer.getvalue()


def shown(content: bytes, *, name: str = "image001.png", cid: str | None = "a@b", inline: bool = True) -> Attachment:
    return Attachment(name=name, media_type="image/png", content=content, content_id=cid, inline=inline)


def mail(*attachments: Attachment, new_text: str = "Lỗi như hình ạ", text: str = "") -> Message:
    return Message(
        message_id=None,
        sender="a@b.example",
        sender_name="",
        subject="",
        date=None,
        text=text or new_text,
        new_text=new_text,
        attachments=attachments,
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_a_screenshot_is_large_by_its_pixels(kind: str) -> None:
    """However few bytes it takes; a logo is not."""
    assert is_large(picture(900, 600, kind=kind))
    assert not is_large(picture(180, 60, kind=kind))


def test_a_picture_that_hides_its_size_is_judged_by_its_bytes() -> None:
    """Such as a bitmap, or a cut-off file."""
    assert is_large(b"BM" + bytes(30_000))
    assert not is_large(b"\xff\xd8\xff\xe0")


def test_screenshots_go_and_logos_stay() -> None:
    """Beside files that are no pictures."""
    screenshot, logo = shown(picture(900, 600)), shown(picture(180, 60), cid="c@d")
    paper = Attachment(name="a.pdf", media_type="application/pdf", content=b"%PDF-1.4")
    assert pictures_of(mail(screenshot, logo, paper)) == (screenshot,)


def test_a_small_picture_that_somebody_chose_goes_too() -> None:
    """Attached as a file with a name of its own; mail programs call theirs image001.png."""
    chosen = shown(picture(100, 40), name="con-dau.png", cid=None, inline=False)
    generic = shown(picture(100, 40), name="image002.png", cid=None, inline=False)
    assert pictures_of(mail(chosen, generic)) == (chosen,)


def test_the_text_says_whose_a_picture_is() -> None:
    """Named in the new words it goes, small as it is; named only below them it stays, large as it is."""
    small, large = shown(picture(100, 40)), shown(picture(900, 600), cid="c@d")
    said = mail(small, large, new_text="Xem [cid:a@b]", text="Xem [cid:a@b]\n--\n[cid:c@d]")
    assert pictures_of(said) == (small,)


def test_a_picture_of_the_quoted_mail_is_not_sent_back() -> None:
    """Outlook attaches what it quotes."""
    screenshot = shown(picture(900, 600))
    assert pictures_of(mail(screenshot), quoted=hashes(mail(screenshot))) == ()
