"""The `[watch]` and `[canary]` tables: from when on the service's own troubles are told, and to whom."""

from __future__ import annotations

from datetime import time, timedelta

from pydantic import Field

from service.core.watch import Watch
from service.settings.table import SettingsTable


class WatchSettings(SettingsTable):
    """How patient we are with our connections and with ourselves."""

    administrator: str = Field(default="", pattern=r"^([^@\s]+@[^@\s]+)?$")
    outage_minutes: float = Field(default=15, gt=0)
    waiting_minutes: float = Field(default=60, gt=0)
    reconcile_at: time = time(7, 0)


class CanarySettings(SettingsTable):
    """A mail to ourselves. `every_minutes = 0`: none."""

    every_minutes: float = Field(default=0, ge=0)
    limit_minutes: float = Field(default=20, gt=0)


def watch_of(watch: WatchSettings, canary: CanarySettings) -> Watch:
    """Both tables as the flow wants them."""
    return Watch(
        administrator=watch.administrator.lower() or None,
        outage_after=timedelta(minutes=watch.outage_minutes),
        waiting_too_long=timedelta(minutes=watch.waiting_minutes),
        reconcile_at=watch.reconcile_at,
        canary_every=timedelta(minutes=canary.every_minutes) if canary.every_minutes else None,
        canary_limit=timedelta(minutes=canary.limit_minutes),
    )
