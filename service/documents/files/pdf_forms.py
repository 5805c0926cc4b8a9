"""PDF files that are more than their pages: portfolios with files inside, and dynamic forms (XFA) without any words."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

from service.core.vietnam.text import fold

_XFA = (pdfium_raw.FORMTYPE_XFA_FULL, pdfium_raw.FORMTYPE_XFA_FOREGROUND)
_STAND_IN = ("please wait", "adobe reader", "pdf viewer")
"""What the page of a dynamic form says to programs that cannot lay it out."""
_MAY_HOLD = (b"/EmbeddedFile", b"/ObjStm")
MOST_FILES = 200


def is_empty_form(content: bytes) -> bool:
    """Whether everything that the file says is laid out by the program that opens it (ISO 32000-1 §12.7.8)."""
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError:
        return False  # damaged or locked: whoever reads its pages says so
    try:
        if int(document.get_formtype()) not in _XFA or not len(document):
            return False
        said = fold(document[0].get_textpage().get_text_range())
        return not said.strip() or any(words in said for words in _STAND_IN)
    finally:
        document.close()


def files_inside(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of the files attached to a PDF; none where it cannot be opened."""
    if not any(mark in content for mark in _MAY_HOLD):
        return
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError:
        return
    try:
        for number in range(min(document.count_attachments(), MOST_FILES)):
            attached = document.get_attachment(number)
            yield attached.get_name(), bytes(attached.get_data())
    except pdfium.PdfiumError:
        return  # what was had before is used; the PDF itself is judged by its own reader
    finally:
        document.close()
