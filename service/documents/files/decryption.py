"""Locked Office files and PDFs opened with a password that the sender gave; passwords are used and never kept."""

from __future__ import annotations

import io
from collections.abc import Sequence

import msoffcrypto
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

from service.documents.common.attachment_limits import MOST_PASSWORDS

_TROUBLE = (DecryptionError, FileFormatError, InvalidKeyError, ParseError, ValueError, KeyError, OSError, IndexError)


def unlocked_office_file(content: bytes, passwords: Sequence[str]) -> bytes | None:
    """The file without its lock; None when no password opens it or it is no locked Office file."""
    for password in dict.fromkeys(passwords[:MOST_PASSWORDS]):
        try:
            return _opened(content, password)
        except _TROUBLE:
            continue
    return None


def _opened(content: bytes, password: str) -> bytes:
    locked = msoffcrypto.OfficeFile(io.BytesIO(content))
    locked.load_key(password=password)
    opened = io.BytesIO()
    locked.decrypt(opened)
    return opened.getvalue()


def unlocked_pdf(content: bytes, passwords: Sequence[str]) -> bytes | None:
    """The same without its lock; None when it has none that keeps readers out, or no password opens it."""
    if _pdf_without_lock(content, None) is not None:
        return None
    tried = (_pdf_without_lock(content, password) for password in dict.fromkeys(passwords[:MOST_PASSWORDS]))
    return next((opened for opened in tried if opened is not None), None)


def _pdf_without_lock(content: bytes, password: str | None) -> bytes | None:
    try:
        document = pdfium.PdfDocument(content, password=password)
    except pdfium.PdfiumError:
        return None
    try:
        written = io.BytesIO()
        document.save(written, flags=pdfium_raw.FPDF_REMOVE_SECURITY)
        return written.getvalue()
    finally:
        document.close()
