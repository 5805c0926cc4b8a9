"""A form in Word: filled in or not, it is no list and no signed scan, whatever tables stand in it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from service.core.vietnam.text import fold
from service.documents.common.xml_names import local

_PART = "word/document.xml"
_MOST_BYTES = 50 * 1024 * 1024
_FEWEST_LABELS = 3
_LABELS = (
    r"ho(?:,? chu dem)?(?: va)? ten(?: khai sinh)?",
    r"(?:ngay,? ?thang,? ?)?(?:ngay |nam )?(?:thang )?(?:nam )?sinh",
    r"gioi tinh",
    r"quoc tich",
    r"dan toc",
    r"(?:so )?(?:cccd|cmnd|cmt|can cuoc|chung minh|dinh danh|ho chieu)",
    r"ma so (?:bhxh|bao hiem xa hoi)",
    r"(?:noi|dia chi) (?:dang ky|cu tru|thuong tru|lien he|o)",
)
_LABEL = re.compile(
    rf"^(?:\W*\d{{1,2}}[.)\]]*\W*)?(?P<label>{'|'.join(_LABELS)})[^:.…_\n]{{0,60}}(?::|\.{{3}}|…|_{{3}})"
)
"""A label, perhaps numbered, and the place for its value: a colon, dots or a line."""


def is_word_form(content: bytes) -> bool:
    """Whether a docx asks one person for her particulars: labels with a value or the place for one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if archive.getinfo(_PART).file_size > _MOST_BYTES:
                return False
            root = ElementTree.fromstring(archive.read(_PART))  # noqa: S314 -- entities were refused before
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        return False
    found = {match for text in _paragraphs(root) for match in _labels_in(text)}
    return len(found) >= _FEWEST_LABELS


def _labels_in(text: str) -> Iterator[int]:
    """Which labels a paragraph begins with; several stand in one line behind wide gaps."""
    for piece in re.split(r"\s{2,}|\t|(?<=[.…_])\s+(?=\W*\d{1,2}[.)\]])", _folded(text)):
        if found := _LABEL.match(piece.strip()):
            yield next(number for number, label in enumerate(_LABELS) if re.match(label, found["label"]))


def _folded(text: str) -> str:
    """Folded, its wide gaps kept."""
    return "  ".join(fold(part) for part in re.split(r"\s{2,}|\t", text))


def _paragraphs(root: ElementTree.Element) -> Iterator[str]:
    for element in root.iter():
        if local(element.tag) == "p":
            yield "".join(_text(each) for each in element.iter())


def _text(element: ElementTree.Element) -> str:
    tag = local(element.tag)
    return (element.text or "") if tag == "t" else "\t" if tag in ("tab", "br") else ""
