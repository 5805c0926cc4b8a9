"""The deadline as a calendar entry."""

from __future__ import annotations

from datetime import UTC, date, datetime

from service.documents.opening_mail.calendar_entry import deadline_ics

WRITTEN = datetime(2021, 4, 15, 1, 0, tzinfo=UTC)


def entry(title: str = "Hạn nộp hồ sơ", description: str = "Gửi về Ban Nhân sự") -> bytes:
    return deadline_ics(
        uid="U03@x.example", title=title, description=description, day=date(2021, 5, 19), written_at=WRITTEN
    )


def unfolded(content: bytes) -> list[str]:
    return content.replace(b"\r\n ", b"").decode().split("\r\n")


def test_the_entry_is_the_last_day_in_time_and_reminds_the_day_before() -> None:
    """All day long, without blocking it; the whole file line by line."""
    assert unfolded(entry()) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//dondoc//deadline//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:U03@x.example",
        "DTSTAMP:20210415T010000Z",
        "SEQUENCE:0",
        "DTSTART;VALUE=DATE:20210519",
        "DTEND;VALUE=DATE:20210520",
        "SUMMARY:Hạn nộp hồ sơ",
        "DESCRIPTION:Gửi về Ban Nhân sự",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Hạn nộp hồ sơ",
        "TRIGGER:-PT15H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_long_lines_are_folded_between_letters() -> None:
    """No line has more than 75 octets, and no Vietnamese letter is cut in two."""
    words = "Đề nghị gửi danh sách và tờ khai đã ký của từng người lao động về Ban Nhân sự đúng hạn. " * 4
    content = entry(description=words)
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() is not None for line in lines)
    assert f"DESCRIPTION:{words}" in unfolded(content)


def test_text_cannot_become_a_property() -> None:
    """Line breaks, commas, semicolons and backslashes are escaped."""
    content = entry(title="a\nATTENDEE:mailto:x@y.example", description="b, c; d\\e\r\nf")
    lines = unfolded(content)
    assert "SUMMARY:a\\nATTENDEE:mailto:x@y.example" in lines
    assert "DESCRIPTION:b\\, c\\; d\\\\e\\nf" in lines
