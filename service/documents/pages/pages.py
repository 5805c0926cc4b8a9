"""Bytes of a PDF or picture to the pictures of its pages, turned as a viewer shows them (EXIF, PDF /Rotate)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
from PIL import Image, ImageOps, UnidentifiedImageError

import service.documents.common.heic  # noqa: F401  Pillow opens HEIC from here on
from service.core.papers import Problem
from service.documents.common.errors import UnreadableFile
from service.documents.pages.shapes import Picture

RENDERED_LONG_SIDE = 2400
"""A4 at about 205 dpi: a little above what recognition uses."""
HIGHEST_DPI = 300
JPEG_LONG_SIDE = 4000
"""A JPEG at least this long is decoded at half size: a quarter of the work, and still enough for print."""


class Pages(Protocol):
    """An opened document; pages are counted from 1 and made one at a time, so that one picture is in memory."""

    count: int

    def picture(self, page: int) -> Picture: ...

    def text(self, page: int) -> str:
        """The visible text layer; empty for pictures and for scans with an invisible text behind them."""
        ...


@contextmanager
def opened(content: bytes, media_type: str, *, max_pages: int, max_pixels: int) -> Iterator[Pages]:
    """The pages of a file. Raises UnreadableFile, also while pages are made."""
    if not content:
        raise UnreadableFile(Problem.EMPTY)
    is_pdf = media_type == "application/pdf" or b"%PDF-" in content[:1024]
    pages: PdfPages | PicturePages = PdfPages(content, max_pixels) if is_pdf else PicturePages(content, max_pixels)
    try:
        if pages.count > max_pages:
            raise UnreadableFile(Problem.TOO_MANY, f"{pages.count} pages, at most {max_pages}")
        yield pages
    finally:
        pages.close()


_COVERS = 0.8
"""A picture over so much of a page is a scan of it."""
_Bounds = tuple[float, float, float, float]


class PdfPages:
    """A PDF. A page that is one bitmap gives that bitmap: seven times faster than rendering it, and undamaged."""

    def __init__(self, content: bytes, max_pixels: int) -> None:
        try:
            self._document = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as error:
            locked = error.err_code == pdfium_raw.FPDF_ERR_PASSWORD
            raise UnreadableFile(Problem.ENCRYPTED if locked else Problem.CORRUPT, str(error)) from error
        self._max_pixels = max_pixels
        self.count = len(self._document)
        if not self.count:
            raise UnreadableFile(Problem.EMPTY)
        self._document.init_forms()

    def close(self) -> None:
        self._document.close()

    def picture(self, page: int) -> Picture:
        with self._page(page) as opened_page:
            self._refuse_large_pictures(opened_page)
            bitmap = _only_bitmap(opened_page)
            if bitmap is None:
                _refuse_damaged_scan(opened_page)
                return _rendered(opened_page, self._max_pixels)
            pixels = _bitmap_pixels(bitmap.get_bitmap(render=False))
            return np.ascontiguousarray(np.rot90(pixels, -(opened_page.get_rotation() // 90)))

    def text(self, page: int) -> str:
        with self._page(page) as opened_page:
            if _covered_by_a_picture(opened_page):
                return ""
            text = opened_page.get_textpage()
            try:
                return str(text.get_text_range())
            finally:
                text.close()

    @contextmanager
    def _page(self, page: int) -> Iterator[Any]:
        try:
            opened_page = self._document[page - 1]
            try:
                yield opened_page
            finally:
                opened_page.close()
        except pdfium.PdfiumError as error:
            raise UnreadableFile(Problem.CORRUPT, str(error)) from error

    def _refuse_large_pictures(self, page: Any) -> None:
        for picture in page.get_objects(filter=[pdfium_raw.FPDF_PAGEOBJ_IMAGE]):
            width, height = picture.get_px_size()
            if width * height > self._max_pixels:
                raise UnreadableFile(Problem.TOO_LARGE, f"a picture of {width} x {height} pixels")


def _covered_by_a_picture(page: Any) -> bool:
    """A scan: whatever text lies over or under it was guessed by the scanner's own software."""
    shown = page.get_cropbox()
    pictures = page.get_objects(filter=[pdfium_raw.FPDF_PAGEOBJ_IMAGE])
    return any(_share_covered(shown, picture.get_bounds()) > _COVERS for picture in pictures)


def _share_covered(shown: _Bounds, bounds: _Bounds) -> float:
    """How much of the shown part of the page lies within the bounds (left, bottom, right, top)."""
    across = min(bounds[2], shown[2]) - max(bounds[0], shown[0])
    up = min(bounds[3], shown[3]) - max(bounds[1], shown[1])
    area = (shown[2] - shown[0]) * (shown[3] - shown[1])
    return max(0.0, across) * max(0.0, up) / max(1.0, area)


def _only_bitmap(page: Any) -> Any:
    """The page's only visible object if it is an upright bitmap that fills the page, else None."""
    objects = [thing for thing in page.get_objects(max_depth=2) if not _is_invisible_text(thing)]
    if len(objects) != 1 or objects[0].type != pdfium_raw.FPDF_PAGEOBJ_IMAGE:
        return None
    if pdfium_raw.FPDFPage_GetAnnotCount(page) or not _covered_by_a_picture(page):
        return None
    picture = objects[0]
    a, b, c, d, _, _ = picture.get_matrix().get()
    fits = a > 0 and d > 0 and abs(b) < 0.01 * a and abs(c) < 0.01 * d
    left, bottom, right, top = picture.get_bounds()
    crop = page.get_cropbox()
    inside = left >= crop[0] - 3 and bottom >= crop[1] - 3 and right <= crop[2] + 3 and top <= crop[3] + 3
    # one-bit stencils take their colour from the page, masks from another picture: only rendering knows them
    plain = picture.get_metadata().bits_per_pixel >= 8 and not pdfium_raw.FPDFPageObj_HasTransparency(picture)
    return picture if fits and inside and plain else None


def _refuse_damaged_scan(page: Any) -> None:
    """A scan whose bytes are damaged would be rendered as an empty page: it would pass for the back of a sheet."""
    shown = page.get_cropbox()
    for picture in page.get_objects(filter=[pdfium_raw.FPDF_PAGEOBJ_IMAGE]):
        covers = _share_covered(shown, picture.get_bounds()) > _COVERS
        if covers and picture.get_metadata().bits_per_pixel == 0:
            picture.get_bitmap(render=False).close()  # raises PdfiumError, which the caller tells as damage


def _is_invisible_text(thing: Any) -> bool:
    if thing.type != pdfium_raw.FPDF_PAGEOBJ_TEXT:
        return False
    return bool(pdfium_raw.FPDFTextObj_GetTextRenderMode(thing) == pdfium_raw.FPDF_TEXTRENDERMODE_INVISIBLE)


def _rendered(page: Any, max_pixels: int) -> Picture:
    width, height = page.get_size()
    scale = min(RENDERED_LONG_SIDE / max(width, height, 1.0), HIGHEST_DPI / 72)
    scale = min(scale, (max_pixels / max(width * height, 1.0)) ** 0.5)
    return _bitmap_pixels(page.render(scale=scale, may_draw_forms=True))


def _bitmap_pixels(bitmap: Any) -> Picture:
    """A copy of pdfium's buffer as grey or red-green-blue."""
    pixels = bitmap.to_numpy()
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return np.array(pixels, np.uint8).reshape(pixels.shape[:2])
    order = slice(None, 3) if bitmap.rev_byteorder else slice(2, None, -1)
    return np.ascontiguousarray(pixels[:, :, order])


_ALWAYS_OPENED = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
"""Pictures that begin like this and cannot be opened are damaged, not of an unknown kind."""


class PicturePages:
    """A JPEG, PNG, TIFF (one page a frame) or whatever else Pillow opens."""

    def __init__(self, content: bytes, max_pixels: int) -> None:
        self._max_pixels = max_pixels
        try:
            self._image = Image.open(io.BytesIO(content))
            # further frames of other formats are previews (MPO) or animation, not pages
            self.count = int(getattr(self._image, "n_frames", 1)) if self._image.format == "TIFF" else 1
        except UnidentifiedImageError as error:
            damaged = content.startswith(_ALWAYS_OPENED)
            problem = Problem.CORRUPT if damaged else Problem.UNSUPPORTED
            raise UnreadableFile(problem, "not a picture that can be opened") from error
        except Image.DecompressionBombError as error:
            raise UnreadableFile(Problem.TOO_LARGE, str(error)) from error
        except _BROKEN as error:
            raise UnreadableFile(Problem.CORRUPT, str(error)) from error

    def close(self) -> None:
        self._image.close()

    def text(self, page: int) -> str:
        """Pictures carry no text layer."""
        return ""

    def picture(self, page: int) -> Picture:
        try:
            self._image.seek(page - 1)
            width, height = self._image.size
            if width * height > self._max_pixels:
                raise UnreadableFile(Problem.TOO_LARGE, f"{width} x {height} pixels")
            if self._image.format == "JPEG" and max(width, height) >= JPEG_LONG_SIDE:
                self._image.draft(None, (width // 2, height // 2))
            ImageOps.exif_transpose(self._image, in_place=True)
            return _pixels(self._image)
        except Image.DecompressionBombError as error:
            raise UnreadableFile(Problem.TOO_LARGE, str(error)) from error
        except _BROKEN as error:
            raise UnreadableFile(Problem.CORRUPT, str(error)) from error


_BROKEN = (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, OverflowError)
"""What Pillow's decoders raise on damaged bytes."""


def _pixels(image: Image.Image) -> Picture:
    """Grey or red-green-blue; what is transparent becomes paper."""
    if image.mode in ("L", "RGB") and not image.has_transparency_data:
        return np.asarray(image, np.uint8)
    if image.mode == "1":
        return np.array(image.convert("L"), np.uint8)
    if image.mode.startswith(("I", "F")):
        values = np.array(image, np.float32)
        return (values * (255.0 / max(255.0, float(values.max(initial=0.0))))).clip(0, 255).astype(np.uint8)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        image = Image.alpha_composite(paper, layer)
    return np.array(image.convert("RGB"), np.uint8)
