"""Draw a tile's table as a chart with ReportLab: lines and bars, in the dashboard's colors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from reportlab.graphics.charts.barcharts import HorizontalBarChart
from reportlab.graphics.charts.lineplots import LinePlot
from reportlab.graphics.shapes import Drawing

from omni_tui.demo.data.formatting import MONTHS, formatted, shortened
from omni_tui.demo.data.tile_table import Table
from omni_tui.demo.files.drawing import style
from omni_tui.demo.sample_data.data_model import Kind, Value

_MAX_BARS = 9
_MAX_BAR_HEIGHT = 34.0  # including the space around it
_LABELS_ON_TIME = 7


def line_chart(table: Table, width: float, height: float, grain: str) -> Drawing:
    """Draw the first measure over time, as a filled line."""
    drawing = Drawing(width, height)
    values = [_number(row[-1]) for row in table.rows]
    moments = [row[0] for row in table.rows]
    chart = LinePlot()
    chart.x, chart.y, chart.width, chart.height = 38, 18, width - 52, height - 24
    chart.data = [list(enumerate(values))]
    chart.joinedLines = chart.lines[0].inFill = 1
    chart.lines[0].strokeColor, chart.lines[0].strokeWidth = style.ACCENT, 1.6
    chart.lines[0].fillColor = style.PALE_ACCENT
    _quiet_value_axis(chart.yValueAxis, values, table.fields[-1].kind)
    axis = chart.xValueAxis
    axis.valueMin, axis.valueMax = 0, max(1, len(values) - 1)
    axis.valueSteps = list(range(0, len(values), max(1, round(len(values) / _LABELS_ON_TIME))))
    axis.labelTextFormat = lambda index: _time_label(moments[int(index)], grain)
    _quiet_axis(axis)
    drawing.add(chart)
    return drawing


def bar_chart(table: Table, width: float, height: float) -> Drawing:
    """Draw the first measure of each member as bars, largest on top."""
    drawing = Drawing(width, height)
    rows = list(table.rows[:_MAX_BARS])[::-1]
    kind = table.fields[-1].kind
    names = [formatted(row[0], Kind.TEXT) or "(none)" for row in rows]
    values = [_number(row[-1]) for row in rows]
    room = min(
        110.0,
        max(style.width_of(style.plain(name), style.REGULAR, style.LABEL_SIZE) for name in names) + 8,
    )
    chart = HorizontalBarChart()
    bars_height = min(height - 6, len(rows) * _MAX_BAR_HEIGHT)
    chart.x, chart.y = room, height - 4 - bars_height
    chart.width, chart.height = width - room - 46, bars_height
    chart.data = [values]
    chart.bars[0].fillColor = style.ACCENT
    chart.bars[0].strokeColor = None
    chart.barSpacing, chart.groupSpacing, chart.barWidth = 0, 5, 12
    chart.barLabels.fontName, chart.barLabels.fontSize = style.REGULAR, style.LABEL_SIZE
    chart.barLabels.fillColor = style.TEXT
    chart.barLabels.boxAnchor, chart.barLabels.nudge = "w", 4
    chart.barLabelFormat = lambda value: shortened(value, kind)
    _quiet_value_axis(chart.valueAxis, values, kind)
    chart.valueAxis.visible = chart.valueAxis.visibleGrid = 0
    fitted = [style.fitted(name, room - 6, style.REGULAR, style.LABEL_SIZE) for name in names]
    _quiet_axis(chart.categoryAxis)
    chart.categoryAxis.categoryNames = fitted
    chart.categoryAxis.labels.boxAnchor, chart.categoryAxis.labels.dx = "e", -5
    drawing.add(chart)
    return drawing


def _quiet_value_axis(axis: Any, values: Sequence[float], kind: Kind) -> None:
    _quiet_axis(axis)
    axis.valueMin = min(0.0, *values) if values else 0.0
    axis.valueMax = None if any(values) else 1.0
    axis.maximumTicks = 5
    axis.visibleAxis = 0
    axis.visibleGrid, axis.gridStrokeColor, axis.gridStrokeWidth = 1, style.FRAME, 0.5
    axis.labelTextFormat = lambda value: shortened(value, kind)


def _quiet_axis(axis: Any) -> None:
    axis.visibleTicks = 0
    axis.strokeColor, axis.strokeWidth = style.FRAME, 0.8
    axis.labels.fontName, axis.labels.fontSize = style.REGULAR, style.LABEL_SIZE
    axis.labels.fillColor = style.MUTED


def _time_label(moment: Value, grain: str) -> str:
    if not isinstance(moment, date):
        return ""
    month = MONTHS[moment.month - 1]
    return f"{month} {moment.year % 100:02d}" if grain == "month" else f"{moment.day} {month}"


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
