"""Encrypted connections: how the two mail protocols are protected, and against which authorities."""

from __future__ import annotations

import ssl
from enum import StrEnum
from pathlib import Path


class Tls(StrEnum):
    """`none` sends passwords in the clear: only for this machine or a network that is trusted."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Checks certificate and host name, against the system's authorities or those of one file."""
    return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
