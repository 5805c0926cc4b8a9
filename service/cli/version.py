"""`dondoc --version`: the version, the configuration's version, the schema's version."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

from service.cli.folders import config_folder
from service.storage.schema_version import newest_schema


def versions() -> str:
    """One line; the configuration's version changes with every change of a file in its folder."""
    return f"dondoc {version('dondoc')}, configuration {_configuration(config_folder(None))}, schema {newest_schema()}"


def _configuration(folder: Path) -> str:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    told = hashlib.sha256()
    for file in files:
        told.update(f"{file.relative_to(folder)}\n".encode())
        told.update(file.read_bytes())
    return told.hexdigest()[:12] if files else "none"
