"""Draw one tile: a white card with its title, and its number, chart or rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from reportlab.graphics import renderPDF
from reportlab.pdfgen.canvas import Canvas

from omni_tui.demo.data.formatting import formatted
from omni_tui.demo.data.tile_table import Row, Table
from omni_tui.demo.files.drawing import charts, style
from omni_tui.demo.files.drawing.layout import ROW_HEIGHT, TABLE_FOOT, Box
from omni_tui.demo.sample_data.data_model import Field, Kind
from omni_tui.demo.sample_data.tiles import Chart

_TITLE_ROOM = 34.0
_MIN_COLUMN, _MAX_COLUMN = 42.0, 180.0
_SAMPLE_ROWS = 60
_TEXT_GAP, _NUMBER_GAP = 6.0, 10.0  # between two cells


def draw_card(canvas: Canvas, box: Box, page_height: float) -> None:
    """Draw a tile in its box."""
    bottom = page_height - box.y - box.height
    canvas.setFillColor(style.CARD)
    canvas.setStrokeColor(style.FRAME)
    canvas.setLineWidth(0.7)
    canvas.roundRect(box.x, bottom, box.width, box.height, style.CARD_RADIUS, stroke=1, fill=1)
    match box.filled.tile.chart:
        case Chart.NUMBER:
            _draw_number(canvas, box, bottom)
        case Chart.TABLE:
            _draw_title(canvas, box, bottom)
            _draw_table(canvas, box, bottom)
        case _:
            _draw_title(canvas, box, bottom)
            _draw_chart(canvas, box, bottom)


def _draw_title(canvas: Canvas, box: Box, bottom: float) -> None:
    name = box.filled.tile.name + (" (continued)" if box.first_row else "")
    text = style.fitted(name, box.width - 2 * style.PADDING, style.BOLD, style.CARD_TITLE_SIZE)
    _text(canvas, box.x + style.PADDING, bottom + box.height - 20, text, style.BOLD, style.CARD_TITLE_SIZE)


def _draw_number(canvas: Canvas, box: Box, bottom: float) -> None:
    table = box.filled.table
    field = table.fields[0]
    left, top = box.x + style.PADDING, bottom + box.height
    value = table.rows[0][0] if table.rows else None
    label = style.fitted(box.filled.tile.name, box.width - 2 * style.PADDING, style.REGULAR, 9)
    _text(canvas, left, top - 20, label, style.REGULAR, 9, style.MUTED)
    number = formatted(value, field.kind) or "no rows"
    size = 22.0
    while size > 11 and style.width_of(number, style.BOLD, size) > box.width - 2 * style.PADDING:
        size -= 1
    _text(canvas, left, top - 47, number, style.BOLD, size)


def _draw_chart(canvas: Canvas, box: Box, bottom: float) -> None:
    width, height = box.width - 2 * style.PADDING, box.height - _TITLE_ROOM - 8
    table, tile = box.filled.table, box.filled.tile
    left = box.x + style.PADDING
    if not table.rows:
        _text(canvas, left, bottom + box.height / 2, "No rows", style.REGULAR, 9, style.MUTED)
    elif tile.chart is Chart.LINE:
        renderPDF.draw(charts.line_chart(table, width, height, tile.grain), canvas, left, bottom + 8)
    else:
        renderPDF.draw(charts.bar_chart(table, width, height), canvas, left, bottom + 8)


def _draw_table(canvas: Canvas, box: Box, bottom: float) -> None:
    table = box.filled.table.without_hidden()
    left, width = box.x + style.PADDING, box.width - 2 * style.PADDING
    rows = table.rows[box.first_row : box.last_row]
    widths = _column_widths(table, width + _gap(table.fields[-1]))  # the last column needs no gap
    y = bottom + box.height - _TITLE_ROOM - 12
    _draw_header(canvas, table.fields, widths, left, y)
    for number, row in enumerate(rows):
        y -= ROW_HEIGHT
        if number % 2:
            canvas.setFillColor(style.STRIPE)
            canvas.rect(left - 4, y - 4, width + 8, ROW_HEIGHT, stroke=0, fill=1)
        _draw_row(canvas, table.fields, row, widths, left, y)
    words = _count_words(box, len(rows), len(table.fields) - len(widths))
    _text(
        canvas,
        left,
        bottom + (TABLE_FOOT - 8) / 2 + 2,
        words,
        style.REGULAR,
        style.LABEL_SIZE,
        style.MUTED,
    )


def _count_words(box: Box, count: int, left_out: int) -> str:
    total = box.filled.table.total
    if not total:
        words = "No rows"
    elif count == total:
        words = "1 row" if total == 1 else f"{total:,} rows"
    else:
        words = f"Rows {box.first_row + 1:,} to {box.first_row + count:,} of {total:,}"
    return f"{words}, {left_out} more {'field' if left_out == 1 else 'fields'}" if left_out else words


def _column_widths(table: Table, width: float) -> list[float]:
    """Return a width for each field that fits, in proportion to what its longest text needs.

    Numbers and dates are never cut; texts and headers may be.
    """
    sizes = [_column_size(table, index) for index in range(len(table.fields))]
    while len(sizes) > 1 and sum(size.least for size in sizes) > width:
        sizes.pop()
    spare = width - sum(size.least for size in sizes)
    wishes = sum(size.wish - size.least for size in sizes)
    if wishes <= spare:
        return [size.wish + (spare - wishes) / len(sizes) for size in sizes]
    return [size.least + (size.wish - size.least) * spare / wishes for size in sizes]


class _Size(NamedTuple):
    """A column's minimum width, and the width at which only very long texts are cut."""

    least: float
    wish: float


def _column_size(table: Table, index: int) -> _Size:
    field = table.fields[index]
    texts = [formatted(row[index], field.kind) for row in table.rows[:_SAMPLE_ROWS]]
    widest = max(
        (style.width_of(style.plain(text), style.REGULAR, style.CELL_SIZE) for text in texts), default=0.0
    )
    head = style.width_of(style.plain(field.label), style.BOLD, style.LABEL_SIZE)
    wish = min(max(widest, head) + _gap(field) + 2, _MAX_COLUMN)
    least = min(wish, _MIN_COLUMN) if field.kind is Kind.TEXT else max(widest + _gap(field), _MIN_COLUMN)
    return _Size(min(least, wish), wish)


def _draw_header(canvas: Canvas, fields: Sequence[Field], widths: list[float], left: float, y: float) -> None:
    x = left
    for field, width in zip(fields, widths, strict=False):
        text = style.fitted(field.label, width - _gap(field), style.BOLD, style.LABEL_SIZE)
        _cell(canvas, x, y, width, text, field.kind, style.BOLD, style.LABEL_SIZE, style.MUTED)
        x += width
    canvas.setStrokeColor(style.FRAME)
    canvas.setLineWidth(0.8)
    canvas.line(left - 4, y - 5, x - _gap(fields[len(widths) - 1]) + 4, y - 5)


def _draw_row(
    canvas: Canvas, fields: Sequence[Field], row: Row, widths: list[float], left: float, y: float
) -> None:
    x = left
    for field, value, width in zip(fields, row, widths, strict=False):
        text = style.fitted(formatted(value, field.kind), width - _gap(field), style.REGULAR, style.CELL_SIZE)
        _cell(canvas, x, y, width, text, field.kind, style.REGULAR, style.CELL_SIZE, style.TEXT)
        x += width


def _gap(field: Field) -> float:
    return _NUMBER_GAP if field.kind.is_number else _TEXT_GAP


def _cell(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    text: str,
    kind: Kind,
    font: str,
    size: float,
    color: Any,
) -> None:
    """Draw a cell's text: numbers right-aligned, others left-aligned."""
    canvas.setFont(font, size)
    canvas.setFillColor(color)
    if kind.is_number:
        canvas.drawRightString(x + width - _NUMBER_GAP, y, text)
    else:
        canvas.drawString(x, y, text)


def _text(
    canvas: Canvas, x: float, y: float, text: str, font: str, size: float, color: Any = style.TEXT
) -> None:
    canvas.setFont(font, size)
    canvas.setFillColor(color)
    canvas.drawString(x, y, text)
