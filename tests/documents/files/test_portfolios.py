"""PDF files that are more than their pages, and files of programs that nobody here can open."""

from __future__ import annotations

import io
import zipfile

import pypdfium2 as pdfium
import pytest

from service.core.papers import PaperKind, Problem
from service.documents.common.attachment_limits import Limits
from service.documents.files.pdf_forms import is_empty_form
from service.documents.open_attachment import open_paper


def page() -> bytes:
    """One empty page."""
    document = pdfium.PdfDocument.new()
    document.new_page(595, 842)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def portfolio(**inside: bytes) -> bytes:
    document = pdfium.PdfDocument(page())
    for name, content in inside.items():
        document.new_attachment(name.replace("_", ".")).set_data(content)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def names(name: str, content: bytes) -> list[tuple[str, ...]]:
    papers = open_paper(name, content, "application/pdf", None, Limits(), read_attachments=lambda _: ())
    return [paper.path for paper in papers]


def test_the_papers_of_a_portfolio_are_opened() -> None:
    """Files of its own; what else programs attach to a PDF is of no use here."""
    content = portfolio(mot_pdf=page(), hai_pdf=page(), du_xml=b"<hoa-don/>")
    first, *inside = names("ho so.pdf", content)
    assert first == ("ho so.pdf",)
    assert sorted(inside) == [("ho so.pdf", "hai.pdf"), ("ho so.pdf", "mot.pdf")]


def test_portfolios_in_portfolios_end_somewhere() -> None:
    """As archives do."""
    content = page()
    for _ in range(12):
        content = portfolio(a_pdf=content)
    assert 1 < len(names("a.pdf", content)) <= Limits().max_depth + 2


def dynamic_form(says: str) -> bytes:
    """A PDF whose form another program lays out; only what `says` says stands on its page."""
    stream = f"BT /F1 12 Tf 72 700 Td ({says}) Tj ET"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] /XFA 6 0 R >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Length 11 >>\nstream\n<xdp></xdp>\nendstream",
    ]
    body = "%PDF-1.7\n" + "".join(f"{number} 0 obj\n{part}\nendobj\n" for number, part in enumerate(parts, 1))
    return (body + "trailer << /Root 1 0 R /Size 7 >>\n%%EOF").encode()


@pytest.mark.parametrize(
    ("says", "empty"),
    [("Please wait... your PDF viewer may not be able to display this", True), ("To khai mau so 01", False)],
)
def test_a_dynamic_form_says_nothing_here(says: str, empty: bool) -> None:
    """One that also has pages is read like any other."""
    assert is_empty_form(dynamic_form(says)) is empty
    assert not is_empty_form(page())
    assert not is_empty_form(b"%PDF-1.4 damaged")


def test_a_file_of_apples_programs_is_one_file_and_called_so() -> None:
    """Not an archive with a dozen parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in ("Index/Document.iwa", "Index/Tables/Tile.iwa", "preview.jpg"):
            archive.writestr(name, b"x")
    papers = open_paper("ds.numbers", written.getvalue(), "", None, Limits(), read_attachments=lambda _: ())
    assert [(paper.kind, paper.problem, paper.media_type) for paper in papers] == [
        (PaperKind.UNREADABLE, Problem.UNSUPPORTED, "application/vnd.apple.iwork")
    ]
