"""The version of the ledger's schema, told by the migrations' names: the database's packages are not loaded for it."""

from __future__ import annotations

from pathlib import Path

VERSIONS = Path(__file__).parent / "migrations" / "versions"
"""The migrations; a file's name begins with its revision."""


def newest_schema() -> str:
    """The number of the newest migration."""
    return max(file.name for file in VERSIONS.glob("[0-9]*_*.py")).partition("_")[0]
