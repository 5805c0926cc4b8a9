"""Pages a second on one core, beside OCRmyPDF (Tesseract, Vietnamese) on the same pages in the same run."""

from __future__ import annotations

import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pdfplumber
import pypdfium2 as pdfium
from PIL import Image

from service.core.declarations.form_codes import PREFILLED
from service.documents.declarations.page_reader import read_pages
from service.documents.opening_mail.blank_declaration import blank_declaration_pdf
from service.settings.campaign_files import read_campaign_folder
from tests.drawn_forms.cases import Case, case
from tests.drawn_forms.wear import Level, captured

CAMPAIGN = Path(__file__).parents[2] / "config" / "campaigns" / "vssid-2021"
LEVELS = (Level.CLEAN, Level.OFFICE, Level.PHOTO_GOOD, Level.FAX)


def run(pages: int = 40) -> None:
    """Prints both rates, their ratio, the numbers right on both sides, and the memory of a reading process."""
    cases = [case(LEVELS[number % len(LEVELS)], number) for number in range(pages)]
    _read(cases[0].content)  # the models are loaded once a process
    begin, cpu = time.perf_counter(), time.process_time()
    right = sum(_read(each.content) == each.person.social_insurance_no for each in cases)
    ours, cpu = time.perf_counter() - begin, time.process_time() - cpu
    print(f"one process: {pages / ours:.2f} pages/s ({pages / cpu:.2f} by CPU time), {right} of {pages} numbers right")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(_read, [each.content for each in cases[:2]]))
        begin = time.perf_counter()
        list(pool.map(_read, [each.content for each in cases]))
        print(f"two processes: {pages / (time.perf_counter() - begin):.2f} pages/s")
        print(f"peak memory of a reading process: {max(pool.map(_peak_memory, range(4))):.0f} MB")
    _coded(2 * pages)
    if shutil.which("ocrmypdf"):
        _beside_ocrmypdf(cases[:4], cpu / pages)


def _coded(pages: int) -> None:
    """Pre-filled forms known by their code: only the signature is looked for."""
    rules = read_campaign_folder(CAMPAIGN).campaign.declaration
    assert rules is not None
    texts = {"form_title": "TỜ KHAI", "form_signature": "Người kê khai", "form_signature_hint": "(Ký, ghi rõ họ tên)"}
    drawn = blank_declaration_pdf(rules.layout, texts, {}, code=f"{PREFILLED}{'A' * 26}")
    with pdfium.PdfDocument(drawn) as document:
        sheet = np.ascontiguousarray(document[0].render(scale=200 / 72).to_numpy()[:, :, 2::-1])
    contents = [captured(sheet, LEVELS[n % len(LEVELS)], 90 * (n % 4), np.random.default_rng(n)) for n in range(pages)]
    cpu = time.process_time()
    known = sum(
        bool(reading.code)
        for content in contents
        for reading in read_pages(content, "", rules.layout, max_pages=1, max_pixels=100_000_000)
    )
    print(f"coded pages: {pages / (time.process_time() - cpu):.2f} pages/s by CPU time, {known} of {pages} known")


def _peak_memory(_: int) -> float:
    """Megabytes of this process since it began; `ru_maxrss` would count what its parent had."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    peak = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / 1024


def _read(content: bytes) -> str:
    rules = read_campaign_folder(CAMPAIGN).campaign.declaration
    assert rules is not None
    (reading,) = read_pages(content, "", rules.layout, max_pages=1, max_pixels=100_000_000)
    field = reading.fields.get("social_insurance_no")
    return field.value if field else ""


def _beside_ocrmypdf(cases: Sequence[Case], ours: float) -> None:
    """CPU seconds a page of OCRmyPDF with turning and straightening, then a search for the number in its text."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = sum(_found_by_ocrmypdf(each) for each in cases)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    theirs = spent / len(cases)
    print(f"OCRmyPDF -l vie: {1 / theirs:.2f} pages/s by CPU time, {found} of {len(cases)} numbers found in its text")
    print(f"faster by CPU time: {theirs / ours:.1f} x")


def _found_by_ocrmypdf(each: Case) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        picture, searchable = Path(folder) / "page.pdf", Path(folder) / "out.pdf"
        _as_pdf(each.content, picture)
        command = ["ocrmypdf", "-q", "-l", "vie", "--jobs", "1", "--rotate-pages", "--deskew", "--output-type", "pdf"]
        subprocess.run([*command, str(picture), str(searchable)], check=True, timeout=300)
        with pdfplumber.open(searchable) as document:
            text = document.pages[0].extract_text() or ""
    return each.person.social_insurance_no in "".join(character for character in text if character.isdigit())


def _as_pdf(content: bytes, file: Path) -> None:
    source = file.with_suffix(".img")
    source.write_bytes(content)
    with Image.open(source) as image:
        image.convert("RGB").save(file, "PDF", resolution=200.0)
