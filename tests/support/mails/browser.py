"""Chromium without a window: pages measured as they are laid out, and pictures of them."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
MISSING = "no chromium here; sh .ci/system-packages installs it"
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)

MEASURE = """
const channel = value => { value /= 255; return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
const numbers = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const ground = (view, element) => {
  for (let at = element; at; at = at.parentElement) {
    const found = numbers(view.getComputedStyle(at).backgroundColor);
    if (found.length === 3 || found[3] > 0) return found;
  }
  return [255, 255, 255];
};
const measured = frame => {
  const page = frame.contentDocument, view = frame.contentWindow, width = frame.clientWidth;
  let faintest = 21, faint = '', beyond = '';
  for (const element of page.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    if (box.width && box.right > width + 0.5) beyond = element.outerHTML.slice(0, 200);
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!own) continue;
    const [a, b] = [light(numbers(view.getComputedStyle(element).color)), light(ground(view, element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < faintest) { faintest = ratio; faint = element.textContent.trim().slice(0, 60); }
  }
  return {width: page.documentElement.scrollWidth, beyond, faintest, faint};
};
onload = () => {
  const results = {};
  for (const frame of document.querySelectorAll('iframe')) results[frame.id] = measured(frame);
  document.getElementById('results').textContent = JSON.stringify(results);
};
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a page came out."""

    width: int
    """Pixels that it needs."""
    beyond: str
    """An element that sticks out to the right; "" for none."""
    faintest: float
    """The lowest contrast of a text with its ground (WCAG 2: 4.5 is legible)."""
    faint: str


def layouts(pages: Mapping[str, str], *, width: int, dark: bool) -> dict[str, Layout]:
    """All pages in one run, each in a frame of this width."""
    frames = "".join(
        f'<iframe id="{name}" width="{width}" height="900" frameborder="0" srcdoc="{html.escape(page)}"></iframe>'
        for name, page in pages.items()
    )
    whole = (
        '<!doctype html><html style="color-scheme:light dark"><meta charset="utf-8"><body>'
        f'{frames}<pre id="results"></pre><script>{MEASURE}</script></body></html>'
    )
    dom = _run(whole, "--dump-dom", dark=dark).decode()
    found = re.search(r'<pre id="results">(.*?)</pre>', dom, re.DOTALL)
    assert found is not None, dom[-500:]
    results = json.loads(html.unescape(found[1]))
    return {name: Layout(**result) for name, result in results.items()}


def picture(page: str, *, width: int, height: int, dark: bool = False) -> bytes:
    """A PNG of the page. A narrow page stands in a frame, for the browser's own window has a least width."""
    framed = (
        '<!doctype html><html style="color-scheme:light dark"><meta charset="utf-8"><body style="margin:0">'
        f'<iframe width="{width}" height="{height}" frameborder="0" srcdoc="{html.escape(page)}"></iframe></body>'
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.png"
        _run(framed, f"--screenshot={file}", f"--window-size={max(width, 500)},{height}", dark=dark)
        return file.read_bytes()


def _run(page: str, *what: str, dark: bool) -> bytes:
    assert CHROMIUM is not None, MISSING
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page, encoding="utf-8")
        scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
        command = [CHROMIUM, *QUIET, f"--user-data-dir={folder}/profile", scheme, *what, file.as_uri()]
        return subprocess.run(command, check=True, capture_output=True, timeout=120).stdout
