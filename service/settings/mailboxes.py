"""The `[mailbox]` table: which mailbox the service reads. One model for each `kind`; without a kind it is `imap`.

Mailboxes behind a server that also sends (`exchange`, `graph`) have their connection in a table of that name.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from service.settings.table import SettingsTable


class FolderSettings(SettingsTable):
    """Where a mail is filed for people, and how long we wait between two looks: the same for every kind."""

    processed: str = "Processed"
    review: str = "Review"
    ignored: str = "Ignored"
    poll_seconds: float = Field(default=60, gt=0, le=600)
    since: date | None = None
    """Mails that the server had before this day are left alone; None: before the campaign's launch."""
    read_only: bool = False
    """Nothing is ever moved: mails stay where they are, and only the ledger knows what became of them."""


class ImapMailboxSettings(FolderSettings):
    """One folder of one account at an IMAP server."""

    kind: Literal["imap"] = "imap"
    host: str
    port: int = Field(gt=0, lt=65536)
    tls: Literal["tls", "starttls", "none"] = "tls"
    ca_file: str = ""
    user: str
    sign_in: Literal["password", "oauth"] = "password"
    """`oauth`: without a password, as `[oauth]` says."""
    password_env: str = ""
    folder: str = "INBOX"
    renew_seconds: float = Field(default=300, gt=0, le=1500)

    @model_validator(mode="after")
    def _names_a_password(self) -> Self:
        if self.sign_in == "password" and "password_env" not in self.model_fields_set:
            raise ValueError('name the variable with the password in `password_env`, or set sign_in = "oauth"')
        return self


class ExchangeMailboxSettings(FolderSettings):
    """One folder of the mailbox in `[exchange]`. Exchange is asked, it does not call: hence the short pause."""

    kind: Literal["exchange"]
    folder: str = "INBOX"
    poll_seconds: float = Field(default=10, gt=0, le=600)


class GraphMailboxSettings(FolderSettings):
    """One folder of the mailbox in `[graph]`. Graph is asked, it does not call: hence the short pause."""

    kind: Literal["graph"]
    folder: str = "inbox"
    poll_seconds: float = Field(default=10, gt=0, le=600)


class MaildirMailboxSettings(FolderSettings):
    """A Maildir on this machine, into which the mail server delivers."""

    kind: Literal["maildir"]
    path: str = Field(min_length=1)
    look_seconds: float = Field(default=0.5, ge=0.05, le=60)


def _with_kind(table: Any) -> Any:
    """`imap` where nothing is said, as in configurations from before the other kinds."""
    return {"kind": "imap", **table} if isinstance(table, dict) else table


# A further kind is one more model in this union, and one case in `service/wiring/mailboxes.py`.
MailboxSettings = Annotated[
    Annotated[
        ImapMailboxSettings | ExchangeMailboxSettings | GraphMailboxSettings | MaildirMailboxSettings,
        Field(discriminator="kind"),
    ],
    BeforeValidator(_with_kind),
]
