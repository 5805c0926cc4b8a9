"""How much of one attachment is opened; the figures come from the settings."""

from __future__ import annotations

from dataclasses import dataclass, field

MEGABYTE = 1024 * 1024
MOST_PASSWORDS = 12
"""Tried on one file: each try costs an Office file a tenth of a second by design of the format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits for one attachment with everything inside it."""

    max_bytes: int = 100 * MEGABYTE
    """One file, packed or not."""
    max_unpacked_bytes: int = 300 * MEGABYTE
    """All files inside one archive or forwarded mail, together."""
    max_files: int = 500
    """All files inside one archive or forwarded mail, at every depth."""
    max_depth: int = 5
    """Archives in archives."""
    max_mail_depth: int = 5
    """Mails in mails (S43)."""
    max_ratio: int = 500
    """Unpacked size over packed size of one file in an archive; ordinary office files stay below 200."""
    max_cells: int = 2_000_000
    """Cells of one workbook."""
    max_pages: int = 200
    """Pages of one PDF or picture file."""
    max_pixels: int = 120_000_000
    """Pixels of one page: A3 at 600 dpi is 70 million."""
    passwords: tuple[str, ...] = field(default=(), repr=False)
    """What the sender said opens locked files; for this one reading, never kept."""
