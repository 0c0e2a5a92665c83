"""Render a dashboard as a PDF: title, filters and tiles, on the requested paper or on one page that fits.

`fit_page` is one page as large as the content: two charts wide, or four in landscape, and as high as
necessary. Other papers use as many pages as needed.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

from reportlab.lib.pagesizes import A3, A4, LEGAL, LETTER, TABLOID, landscape, portrait
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from omni_tui.demo.files.drawing import style
from omni_tui.demo.files.drawing.cards import draw_card
from omni_tui.demo.files.drawing.layout import MARGIN, Arrangement, Pages, arrange
from omni_tui.demo.files.exported_content import FilledTile, filled_tiles, filter_words
from omni_tui.demo.files.models import RenderedFile, RenderTask, whole_file
from omni_tui.demo.files.naming import file_name

PDF_TYPE = "application/pdf"
PAPER_SIZES = {"letter": LETTER, "legal": LEGAL, "tabloid": TABLOID, "a3": A3, "a4": A4}
_COLUMN_WIDTH = 460.0
_SINGLE_WIDTH = 760.0
# The maximum size of a PDF page; larger pages are scaled down.
_MAX_SIDE_POINTS = 14_400.0
_TITLE_HEIGHT, _FILTER_HEIGHT = 50.0, 12.0


def render_pdf(task: RenderTask) -> RenderedFile:
    """Render the PDF file."""
    name = file_name(task.dashboard, task.body.get("filename"), "pdf")
    return whole_file(name, PDF_TYPE, pdf_bytes(task))


def pdf_bytes(task: RenderTask) -> bytes:
    """Draw the pages. Raises RenderFailed for a broken tile."""
    tiles = filled_tiles(task)
    plan = _plan(task, tiles)
    plan = replace(plan, header_height=_header_height(task, plan))
    pages = arrange(tiles, plan)
    width, height = _page_size(task, plan, pages)
    scale = min(1.0, _MAX_SIDE_POINTS / max(width, height))
    content = io.BytesIO()
    canvas = Canvas(content, pagesize=(width * scale, height * scale), pageCompression=1)
    canvas.setTitle(style.plain(task.dashboard.name))
    canvas.setAuthor(style.plain(task.dashboard.owner))
    canvas.setCreator("omni-tui demo")
    for number, boxes in enumerate(pages.boxes):
        canvas.scale(scale, scale)
        canvas.setFillColor(style.PAPER)
        canvas.rect(0, 0, width, height, stroke=0, fill=1)
        if number == 0:
            _draw_header(canvas, task, plan, height)
        for box in boxes:
            draw_card(canvas, box, height)
        if plan.page_height is not None:
            _draw_page_number(canvas, width, number + 1, len(pages.boxes))
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def _plan(task: RenderTask, tiles: Sequence[FilledTile]) -> Arrangement:
    """Return the layout for the requested paper."""
    is_single = task.is_on("singleColumnLayout") or len(tiles) == 1
    paper, orientation = task.body.get("paperFormat", "fit_page"), task.body.get("paperOrientation")
    expands = task.is_on("expandTablesToShowAllRows")
    if paper == "fit_page":
        columns = 1 if is_single else 4 if orientation == "landscape" else 2
        width = _SINGLE_WIDTH if is_single else columns * _COLUMN_WIDTH + 2 * MARGIN
        return Arrangement(width, None, columns, expands)
    turn = landscape if orientation == "landscape" else portrait
    width, height = turn(PAPER_SIZES[paper])
    columns = 1 if is_single else max(2, round(width / _COLUMN_WIDTH))
    return Arrangement(width, height, columns, expands)


def _header_height(task: RenderTask, plan: Arrangement) -> float:
    title = 0.0 if task.is_on("hideTitle") else _TITLE_HEIGHT
    lines = len(_filter_lines(task, plan))
    return title + lines * _FILTER_HEIGHT + (8 if lines else 0)


def _filter_lines(task: RenderTask, plan: Arrangement) -> list[str]:
    """Return the filters in lines of the page's width, none if they are hidden."""
    if task.body.get("showFilters") is False:
        return []
    text = style.plain("   ·   ".join(f"{label}: {words}" for label, words in filter_words(task)))
    font = style.REGULAR, style.CELL_SIZE
    lines = simpleSplit(text, *font, plan.content_width)
    return [style.fitted(line, plan.content_width, *font) for line in lines]


def _page_size(task: RenderTask, plan: Arrangement, pages: Pages) -> tuple[float, float]:
    """Return width and height; a fitted page keeps the requested orientation."""
    width, height = plan.width, pages.height
    if plan.page_height is None:
        orientation = task.body.get("paperOrientation")
        if orientation == "portrait":
            height = max(height, width * 1.05)
        if orientation == "landscape":
            width = max(width, height * 1.05)
    return width, height


def _draw_header(canvas: Canvas, task: RenderTask, plan: Arrangement, height: float) -> None:
    dashboard = task.dashboard
    top = height - MARGIN
    if not task.is_on("hideTitle"):
        canvas.setFillColor(style.TEXT)
        canvas.setFont(style.BOLD, style.TITLE_SIZE)
        title = style.fitted(dashboard.name, plan.content_width, style.BOLD, style.TITLE_SIZE)
        canvas.drawString(MARGIN, top - 18, title)
        canvas.setFillColor(style.MUTED)
        canvas.setFont(style.REGULAR, 9)
        words = f"{dashboard.folder}  ·  {dashboard.owner}  ·  {task.now:%Y-%m-%d %H:%M} UTC"
        canvas.drawString(MARGIN, top - 34, style.fitted(words, plan.content_width, style.REGULAR, 9))
        top -= _TITLE_HEIGHT
    canvas.setFillColor(style.MUTED)
    canvas.setFont(style.REGULAR, style.CELL_SIZE)
    for number, line in enumerate(_filter_lines(task, plan)):
        canvas.drawString(MARGIN, top - 8 - number * _FILTER_HEIGHT, line)


def _draw_page_number(canvas: Canvas, width: float, number: int, count: int) -> None:
    canvas.setFillColor(style.MUTED)
    canvas.setFont(style.REGULAR, style.LABEL_SIZE)
    canvas.drawRightString(width - MARGIN, MARGIN - 12, f"Page {number} of {count}")
