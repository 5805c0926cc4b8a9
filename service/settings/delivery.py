"""The `[delivery]` table: what holds for our mails whichever server sends them; and the forms of `sending`."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from service.settings.table import SettingsTable

SENDING = r"^(on|hold|redirect:[^@\s]+@[^@\s]+)$"
"""`on`, `hold`, or `redirect:address`."""
REDIRECT = "redirect:"


class DeliverySettings(SettingsTable):
    """Evidence that a mail was taken, copies for people, the provider's day."""

    mails_per_day: int = Field(default=0, ge=0)
    """In any 24 hours; 0: no limit."""
    own_copy: bool = False
    """Our own address is one more recipient of the envelope: its copy proves that the mail was taken."""
    sent_copy: bool = False
    """What was sent is put into the Sent folder by IMAP."""
    server_files_sent: bool = False
    """The server itself puts everything it sends into the Sent folder (Gmail, Exchange)."""
    sent_folder: str = ""
    """Empty: the one that the server marks as such (RFC 6154)."""

    @model_validator(mode="after")
    def _one_copy_in_sent(self) -> Self:
        if self.sent_copy and self.server_files_sent:
            raise ValueError("`sent_copy` and `server_files_sent` together put every mail into Sent twice; keep one")
        return self

    @property
    def looks_into_sent(self) -> bool:
        return self.sent_copy or self.server_files_sent


def redirect_of(sending: str) -> str | None:
    """The address that gets every mail, or None."""
    return sending.removeprefix(REDIRECT) if sending.startswith(REDIRECT) else None
