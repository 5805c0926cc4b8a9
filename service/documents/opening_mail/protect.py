"""A workbook that opens only with a password (ECMA-376 agile encryption, as Excel itself does it)."""

from __future__ import annotations

import io

from msoffcrypto.format.ooxml import OOXMLFile


def protected(workbook: bytes, password: str) -> bytes:
    """The same xlsx, encrypted: nothing of it can be read without the password."""
    sealed = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook)).encrypt(password, sealed)
    return sealed.getvalue()
