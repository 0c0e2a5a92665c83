"""Draws the pages that differ, with a frame around each difference."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from textual.content import Content, Span

from omni_tui.compare.models import Area, PagesDiff
from omni_tui.preview.errors import PreviewError
from omni_tui.preview.pages.document import PageCells, PageDocument

# The maximum number of pages drawn.
MAX_PAGES = 5
_FRAME_STYLE = "bold $warning"


def page_lines(path: Path, pages: PagesDiff, columns: int) -> list[Content]:
    """Return the differing pages of the newer file as lines, as far as they can be drawn. Blocks."""
    shown = [page for page in pages.pages if page.page <= pages.new_pages][:MAX_PAGES]
    lines: list[Content] = []
    try:
        with closing(PageDocument(path)) as document:
            for page in shown:
                cells = document.page(page.page - 1, columns)
                lines += [Content(""), Content.styled(f"Page {page.page}", "$heading")]
                lines += framed(cells, page.areas)
    except PreviewError:
        return lines
    return lines


def framed(cells: PageCells, areas: tuple[Area, ...]) -> list[Content]:
    """Return a page's rows, with a frame drawn over the cells around each area."""
    rows, columns = len(cells.rows), cells.columns
    marks: dict[tuple[int, int], str] = {}
    for area in areas:
        left, right = int(area.left * columns) - 1, min(columns - 1, int(area.right * columns) + 1)
        top, bottom = int(area.top * rows) - 1, min(rows - 1, int(area.bottom * rows) + 1)
        left, top = max(0, left), max(0, top)
        for column in range(left, right + 1):
            marks[top, column] = marks[bottom, column] = "─"
        for row in range(top, bottom + 1):
            marks[row, left] = marks[row, right] = "│"
        marks[top, left], marks[top, right] = "┌", "┐"
        marks[bottom, left], marks[bottom, right] = "└", "┘"
    return [_row(cells, row, marks) for row in range(rows)]


def _row(cells: PageCells, row: int, marks: dict[tuple[int, int], str]) -> Content:
    """Return one row; runs of cells with the same colors share a span."""
    text = ""
    spans: list[Span] = []
    column = 0
    for run, ink, ground in cells.rows[row]:
        style = f"{_css(cells.palette[ink])} on {_css(cells.palette[ground])}"
        for character in run:
            mark = marks.get((row, column))
            paint = _FRAME_STYLE if mark else style
            if spans and spans[-1].style == paint:
                spans[-1] = Span(spans[-1].start, len(text) + 1, paint)
            else:
                spans.append(Span(len(text), len(text) + 1, paint))
            text += mark or character
            column += 1
    return Content(text, spans)


def _css(color: tuple[int, int, int]) -> str:
    return "rgb({},{},{})".format(*color)
