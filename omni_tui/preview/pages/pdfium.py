"""Use PDFium through pypdfium2's raw bindings, because its helpers would double the worker's import time."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2_raw as pdfium

from omni_tui.preview.errors import cannot_draw

if TYPE_CHECKING:
    from PIL.Image import Image

    from omni_tui.preview.pages.page_text import Character

# The longest side of a page in points, and of a drawn page in pixels.
MAX_SIDE_POINTS = 1e6
MAX_SIDE_PIXELS = 12_000
MAX_CHARACTERS = 60_000
_MAX_UPRIGHT_DEGREES = 10
_WHITE = 0xFFFFFFFF
_MAX_DEPTH = 8  # forms in forms


class Pdf:
    """An open PDF. It is closed with its process. Raises PreviewError."""

    def __init__(self, path: Path) -> None:
        pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(version=2))
        self._document = pdfium.FPDF_LoadDocument(str(path).encode() + b"\0", None)
        self._name = path.name
        if not self._document:
            if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD:
                raise cannot_draw(path.name, "it needs a password", "Save it without a password first.")
            raise cannot_draw(path.name, "it is damaged")
        self.pages = int(pdfium.FPDF_GetPageCount(self._document))
        if not self.pages:
            raise cannot_draw(path.name, "it has no pages")

    def page_size(self, number: int) -> tuple[float, float]:
        """Return a page's width and height in points."""
        size = pdfium.FS_SIZEF()
        if not pdfium.FPDF_GetPageSizeByIndexF(self._document, number, size):
            raise cannot_draw(self._name, "the page is damaged")
        return size.width, size.height

    def page(self, number: int) -> PdfPage:
        """Load a page."""
        page = pdfium.FPDF_LoadPage(self._document, number)
        if not page:
            raise cannot_draw(self._name, "the page is damaged")
        opened = PdfPage(page)
        if not all(0 < side < MAX_SIDE_POINTS for side in opened.size):
            raise cannot_draw(self._name, "the page is empty or too large")
        return opened


class PdfPage:
    """A page and its text, of up to MAX_CHARACTERS; `close` it. Sizes are in points."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.size: tuple[float, float] = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        self._text_page = pdfium.FPDFText_LoadPage(page)
        self._quarter_turns = int(pdfium.FPDFPage_GetRotation(page)) % 4
        self._across, self._down = _axes(page, self._quarter_turns)
        count = pdfium.FPDFText_CountChars(self._text_page) if self._text_page else 0
        self._count = max(0, min(int(count), MAX_CHARACTERS))

    def characters(self) -> Iterator[Character]:
        """Yield the characters as they are shown, in points from the top left."""
        from omni_tui.preview.pages.page_text import Character

        text = self._text_page
        unicode_of, origin_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetCharOrigin
        box_of, loose_box_of = pdfium.FPDFText_GetCharBox, pdfium.FPDFText_GetLooseCharBox
        size_of, angle_of = pdfium.FPDFText_GetFontSize, pdfium.FPDFText_GetCharAngle
        color, begins_word = (0, 0, 0), True
        x, y = ctypes.c_double(), ctypes.c_double()
        sides = [ctypes.c_double() for _ in range(4)]
        loose = pdfium.FS_RECTF()
        parts = [ctypes.c_uint() for _ in range(4)]
        for number in range(self._count):
            code = unicode_of(text, number)
            character = chr(code) if 32 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
            if character.isspace() or not character.isprintable():
                begins_word = True
                continue
            origin_of(text, number, x, y)
            box_of(text, number, *sides)
            corners = [
                self._shown_at(sides[across].value, sides[up].value) for across, up in ((0, 2), (1, 3))
            ]
            height = abs(corners[0][1] - corners[1][1])
            # the loose box is as wide as the character's advance: a 1 has space on both sides
            if loose_box_of(text, number, loose):
                corners = [self._shown_at(loose.left, loose.bottom), self._shown_at(loose.right, loose.top)]
            left, right = sorted(corner[0] for corner in corners)
            # an empty character still has a position
            size = size_of(text, number) or 1.0
            size = max(min(size, 4 * height) if height else size, 1.0)
            turn = self._shown_turn(math.degrees(angle_of(text, number)))
            baseline = (
                sum(corner[1] for corner in corners) / 2 if turn else self._shown_at(x.value, y.value)[1]
            )
            if right <= 0 or left >= self.size[0] or not 0 <= baseline <= self.size[1]:
                continue  # cropped
            if turn and begins_word:
                character = f" {character}"
            if begins_word:
                pdfium.FPDFText_GetFillColor(text, number, *parts)
                color, begins_word = (parts[0].value, parts[1].value, parts[2].value), False
            yield Character(character, left, right, baseline, size, color, turn)

    def text(self) -> str:
        """Return the text of the characters."""
        count = self._count
        buffer = (ctypes.c_ushort * (count + 1))()
        written = pdfium.FPDFText_GetText(self._text_page, 0, count, buffer) if count else 0
        return bytes(buffer)[: max(0, 2 * (written - 1))].decode("utf-16-le", "replace")

    def hide_text(self) -> None:
        """Hide the text while the page is drawn."""
        for each in self._text_objects():
            pdfium.FPDFTextObj_SetTextRenderMode(each, pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)

    def draw(self, scale: float) -> Image:
        """Draw the page on white, at up to this many pixels per point. Raises MemoryError."""
        from PIL import Image

        scale = min(scale, MAX_SIDE_PIXELS / max(self.size))
        width, height = (max(1, math.ceil(side * scale)) for side in self.size)
        bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, None, 0)
        if not bitmap:
            raise MemoryError
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, _WHITE)
        pdfium.FPDF_RenderPageBitmap(bitmap, self._page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        data = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
        pdfium.FPDFBitmap_Destroy(bitmap)
        return Image.frombytes("RGB", (width, height), data, "raw", "BGR", stride)

    def close(self) -> None:
        """Free the page."""
        if self._text_page:
            pdfium.FPDFText_ClosePage(self._text_page)
        pdfium.FPDF_ClosePage(self._page)

    def _shown_at(self, x: float, y: float) -> tuple[float, float]:
        """Convert a position on the page as stored to one from the top left of the page as shown.

        A page may be rotated by quarter turns, and cropped.
        """
        (ax, ay, a), (bx, by, b) = self._across, self._down
        return ax * x + ay * y + a, bx * x + by * y + b

    def _shown_turn(self, degrees: float) -> float:
        """Convert an angle on the page as stored, clockwise, to one as shown; 0 if it is nearly upright."""
        shown = (degrees + 90 * self._quarter_turns) % 360
        return shown if _MAX_UPRIGHT_DEGREES < shown < 360 - _MAX_UPRIGHT_DEGREES else 0.0

    def _text_objects(self) -> Iterator[Any]:
        count = pdfium.FPDFPage_CountObjects(self._page)
        for number in range(count):
            yield from _texts_in(pdfium.FPDFPage_GetObject(self._page, number), 1)


def _axes(page: Any, quarter_turns: int) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Return the factors of x, of y, and what to add, for the position from the left and from the top."""
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    return (
        ((1, 0, -box.left), (0, -1, box.top)),
        ((0, 1, -box.bottom), (1, 0, -box.left)),
        ((-1, 0, box.right), (0, 1, -box.bottom)),
        ((0, -1, box.top), (-1, 0, box.right)),
    )[quarter_turns]


def _texts_in(each: Any, depth: int) -> Iterator[Any]:
    kind = pdfium.FPDFPageObj_GetType(each)
    if kind == pdfium.FPDF_PAGEOBJ_TEXT:
        yield each
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
        for number in range(pdfium.FPDFFormObj_CountObjects(each)):
            yield from _texts_in(pdfium.FPDFFormObj_GetObject(each, number), depth + 1)
