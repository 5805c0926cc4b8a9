"""Every mail laid out by a real browser: light, dark, wide and on a telephone; nothing sticks out, all is legible."""

from __future__ import annotations

import base64
import io
import re
from functools import cache
from typing import Any

import pytest
from PIL import Image

from tests.support.harness.bundled_campaign import TEMPLATES
from tests.support.mails.browser import CHROMIUM, MISSING, Layout, layouts
from tests.support.mails.mail_facts import all_mails, facts_of, render, stretched

ENGLISH = sorted(path.parent.name for path in (TEMPLATES / "default" / "en").glob("*/body.html"))
TELEPHONE, DESK = 360, 700
STYLE_SHEET = re.compile(r"<style>.*?</style>", re.DOTALL)
"""Some programs leave it out."""
OUTLOOK_LACKS = re.compile(
    r"display\s*:\s*(flex|grid)|position\s*:|float\s*:|<(section|article|main|video|form|script)\b"
)

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)


def _png() -> str:
    written = io.BytesIO()
    Image.new("RGB", (1050, 900), "white").save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode()


def _page(mail: str, language: str = "vi", **changes: Any) -> str:
    """With a picture of the real size where the mail shows one."""
    page = render(mail, language=language, **changes).html
    return re.sub(r'src="cid:[^"]*"', f'src="data:image/png;base64,{_png()}"', page)


@cache
def pages() -> dict[str, str]:
    vietnamese = {mail: _page(mail) for mail in all_mails()}
    return vietnamese | {f"{mail}-en": _page(mail, "en") for mail in ENGLISH}


@cache
def long_pages() -> dict[str, str]:
    """The same mails about long names, addresses and files."""
    long = {mail: _page(mail, **_long(mail)) for mail in all_mails()}
    return long | {f"{mail}-en": _page(mail, "en", **_long(mail)) for mail in ENGLISH}


def _long(mail: str) -> dict[str, Any]:
    facts = facts_of(mail)
    return {name: stretched(value) for name, value in facts.items() if name not in ("campaign", "progress")}


@cache
def seen(width: int, dark: bool) -> dict[str, Layout]:
    return layouts(pages(), width=width, dark=dark)


@needs_chromium
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [TELEPHONE, DESK])
def test_no_mail_sticks_out(width: int, dark: bool) -> None:
    """No scrolling from side to side, on a telephone of 360 pixels neither."""
    wide = {name: layout for name, layout in seen(width, dark).items() if layout.width > width or layout.beyond}
    assert wide == {}


@needs_chromium
@pytest.mark.parametrize("styled", [True, False], ids=["styled", "style sheet dropped"])
def test_long_names_and_addresses_do_not_make_a_mail_wider_than_a_telephone(styled: bool) -> None:
    """Every template of either language at 360 pixels: rows stand below each other, words without an end break."""
    pages = {name: page if styled else STYLE_SHEET.sub("", page) for name, page in long_pages().items()}
    measured = layouts(pages, width=TELEPHONE, dark=False)
    assert len(measured) == len(list(all_mails())) + len(ENGLISH)
    assert {name: layout for name, layout in measured.items() if layout.width > TELEPHONE or layout.beyond} == {}


@needs_chromium
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_word_is_legible_on_its_ground(dark: bool) -> None:
    """Contrast of at least 4.5 to 1 (WCAG 2.1, 1.4.3), in dark mail programs too."""
    faint = {name: layout for name, layout in seen(TELEPHONE, dark).items() if layout.faintest < 4.5}
    assert faint == {}


@pytest.mark.parametrize("mail", all_mails())
def test_mails_keep_to_what_outlook_gmail_and_zimbra_show(mail: str) -> None:
    """Tables and colours in place: no layout by newer means, grounds also as attributes."""
    page = render(mail).html
    body = page[page.index("<body") :]
    assert OUTLOOK_LACKS.search(body) is None
    assert "<link" not in page and "http" not in page, "nothing is fetched"
    for table in re.findall(r"<table[^>]*>", body):
        assert 'cellpadding="0"' in table and 'border="0"' in table
    for ground in re.findall(r"<(?:td|th|table|body)[^>]*background:#[^>]*>", body):
        assert "bgcolor=" in ground, "Word, which draws Outlook's mails, believes the attribute"
    for text in re.findall(r"<(?:p|h1|h2|li|td class)[^>]*>", body):
        assert text.startswith("<li") or "style=" in text
    assert all("alt=" in image and "width=" in image for image in re.findall(r"<img[^>]*>", body))
    assert len(page.encode()) < 100_000, "Gmail cuts off what is longer than 102 KB"
