"""What every table of `service.toml` has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class SettingsTable(BaseModel):
    """A table of `service.toml`: unknown keys are refused, for a mistyped key would be ignored in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)
