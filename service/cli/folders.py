"""Where the configuration and the mail templates lie when nobody says."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parents[2]
"""Where the service is installed: its `config/` and `mail_templates/` are the default."""


def config_folder(given: Path | None) -> Path:
    """The named folder, else `config/` here, else the one that came with the service."""
    if given is not None:
        return given
    local = Path("config")
    return local if local.is_dir() else HERE / "config"


def templates_folder() -> Path:
    local = Path("mail_templates")
    return local if local.is_dir() else HERE / "mail_templates"
