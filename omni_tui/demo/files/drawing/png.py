"""Render a dashboard as a PNG: the pages of its PDF as pixels, stacked vertically."""

from __future__ import annotations

import io
import math
import threading

import pypdfium2
from PIL import Image

from omni_tui.demo.files.drawing.pdf import pdf_bytes
from omni_tui.demo.files.models import RenderedFile, RenderTask, whole_file
from omni_tui.demo.files.naming import file_name

PNG_TYPE = "image/png"
PIXELS_PER_POINT = 2.0
MAX_PIXELS = 24_000_000  # larger pictures get fewer pixels per point
_QUICK_COMPRESSION = 4  # half the time of the default 6, for a few percent more bytes
_ONE_AT_A_TIME = threading.Lock()  # PDFium must not be called from two threads


def render_png(task: RenderTask) -> RenderedFile:
    """Render the PNG file."""
    pdf = pdf_bytes(task)
    with _ONE_AT_A_TIME:
        content = _stacked(pdf)
    return whole_file(file_name(task.dashboard, task.body.get("filename"), "png"), PNG_TYPE, content)


def _stacked(pdf: bytes) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    try:
        sizes = [page.get_size() for page in document]
        area = sum(width * height for width, height in sizes)
        scale = min(PIXELS_PER_POINT, math.sqrt(MAX_PIXELS / area))
        pictures = [page.render(scale=scale).to_pil() for page in document]
    finally:
        document.close()
    size = max(picture.width for picture in pictures), sum(picture.height for picture in pictures)
    whole = Image.new("RGB", size, "white")
    top = 0
    for picture in pictures:
        whole.paste(picture, (0, top))
        top += picture.height
    content = io.BytesIO()
    whole.save(content, "PNG", compress_level=_QUICK_COMPRESSION)
    return content.getvalue()
