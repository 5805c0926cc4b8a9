"""The `[graph]` table: a mailbox at Microsoft 365, for reading, for sending, or for both.

How we sign in stands in `[oauth]`. `base_url` differs in Microsoft's national clouds.
"""

from __future__ import annotations

from pydantic import Field

from service.settings.table import SettingsTable


class GraphSettings(SettingsTable):
    """Whose mailbox, and where Graph is."""

    user: str = Field(pattern=r"^[^@\s/]+@[^@\s/]+$")
    base_url: str = Field(default="https://graph.microsoft.com/v1.0", pattern=r"^https?://\S+$")
    ca_file: str = ""
    proxy: str = ""
    timeout_seconds: float = Field(default=60, gt=0)
    mails_per_minute: int = Field(default=20, gt=0, le=30)
    """Microsoft 365 takes 30 a minute from a mailbox."""
