"""Zip files that are the same bytes for the same content: nothing in them depends on the clock or the machine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime

_ORDINARY_FILE = 0o100644 << 16
_EARLIEST_YEAR = 1980


def fixed_zip(files: Iterable[tuple[str, bytes]], made_at: datetime) -> bytes:
    """(name, content) in the given order, all with the same time (zip knows no zones and nothing before 1980)."""
    stamp = made_at.timetuple()[:6] if made_at.year >= _EARLIEST_YEAR else (_EARLIEST_YEAR, 1, 1, 0, 0, 0)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files:
            info = zipfile.ZipInfo(name, date_time=stamp)
            info.external_attr = _ORDINARY_FILE
            info.create_system = 3  # the same on every system
            archive.writestr(info, content, zipfile.ZIP_DEFLATED, compresslevel=6)
    return packed.getvalue()
