"""The last day in time as a calendar entry which every calendar program can open (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

METHOD = "PUBLISH"
"""Nobody is asked to answer. The part's Content-Type says the same method (RFC 6047 §2.4)."""
_LONGEST_LINE = 75
"""Octets of a content line without its line break (RFC 5545 §3.1)."""


def deadline_ics(
    *, uid: str, title: str, description: str, day: date, written_at: datetime, sequence: int = 0
) -> bytes:
    """An all-day entry without blocking the day, with a reminder at nine in the morning of the day before.

    An entry with the same `uid` and a greater `sequence` takes the place of an earlier one (RFC 5545 §3.8.7.4).
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//dondoc//deadline//EN",
        f"METHOD:{METHOD}",
        "BEGIN:VEVENT",
        f"UID:{_text(uid)}",
        f"DTSTAMP:{written_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{sequence}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(title)}",
        f"DESCRIPTION:{_text(description)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(title)}",
        "TRIGGER:-PT15H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(octets + b"\r\n" for line in lines for octets in _folded(line))


def _text(value: str) -> str:
    """RFC 5545 §3.3.11."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        value = value.replace(plain, written)
    return value


def _folded(line: str) -> Iterator[bytes]:
    """Cut between letters, never within the octets of one; what goes on begins with a space."""
    piece = b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > _LONGEST_LINE:
            yield piece
            piece = b" "
        piece += octets
    yield piece
