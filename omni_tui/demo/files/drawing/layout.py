"""Lay out tiles as rows of cards on pages. Only geometry; nothing is drawn here.

All lengths are points, counted from the page's upper left corner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from omni_tui.demo.files.exported_content import FilledTile
from omni_tui.demo.sample_data.tiles import Chart

MARGIN = 28.0
GAP = 12.0
FOOTER_HEIGHT = 18.0
NUMBER_HEIGHT = 64.0
CHART_HEIGHT = 216.0
TABLE_HEAD, TABLE_FOOT, ROW_HEIGHT = 58.0, 26.0, 16.0
PREVIEW_ROWS = 10
EXPANDED_ROWS = 1000
_MIN_SPLIT_ROWS = 5


@dataclass(frozen=True, slots=True)
class Box:
    """A card's position; a table's box contains the rows from `first_row` up to `last_row`."""

    filled: FilledTile
    x: float
    y: float
    width: float
    height: float
    first_row: int = 0
    last_row: int = 0


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How to lay out tiles: `columns` of charts; `page_height` is None for one page of any height."""

    width: float
    page_height: float | None
    columns: int
    expands_tables: bool = False
    header_height: float = 0.0

    @property
    def content_width(self) -> float:
        """Return the width between the margins."""
        return self.width - 2 * MARGIN


@dataclass(frozen=True, slots=True)
class Pages:
    """The boxes of each page, and the pages' height."""

    boxes: list[list[Box]]
    height: float


def arrange(tiles: Sequence[FilledTile], plan: Arrangement) -> Pages:
    """Lay out all tiles, in order."""
    flow = _Flow(plan)
    for row in _rows(tiles, plan):
        flow.place(row, max(_height(filled, plan) for filled in row))
    height = plan.page_height if plan.page_height is not None else flow.y - GAP + MARGIN
    return Pages(flow.pages, height)


def shown_rows(filled: FilledTile, plan: Arrangement) -> int:
    """Return how many rows of a table are drawn in total."""
    return min(len(filled.table.rows), EXPANDED_ROWS if plan.expands_tables else PREVIEW_ROWS)


class _Flow:
    """Fills page after page."""

    def __init__(self, plan: Arrangement) -> None:
        self._plan = plan
        self.pages: list[list[Box]] = [[]]
        self.y = MARGIN + plan.header_height

    def place(self, row: Sequence[FilledTile], height: float) -> None:
        """Place a row of cards below the last one, or on a new page if it doesn't fit."""
        if self._room() < height:
            if row[0].tile.chart is Chart.TABLE and self._plan.expands_tables:
                self._split(row[0])
                return
            self._turn()
        weights = [_weight(filled, self._plan) for filled in row]
        free = self._plan.content_width - GAP * (len(row) - 1)
        x = MARGIN
        for filled, weight in zip(row, weights, strict=True):
            width = free * weight / sum(weights)
            self.pages[-1].append(Box(filled, x, self.y, width, height, 0, shown_rows(filled, self._plan)))
            x += width + GAP
        self.y += height + GAP

    def _split(self, filled: FilledTile) -> None:
        first, last = 0, shown_rows(filled, self._plan)
        while first < last:
            fitting = int((self._room() - TABLE_HEAD - TABLE_FOOT) // ROW_HEIGHT)
            if fitting < min(_MIN_SPLIT_ROWS, last - first):
                self._turn()
                continue
            until = min(last, first + fitting)
            height = TABLE_HEAD + TABLE_FOOT + (until - first) * ROW_HEIGHT
            box = Box(filled, MARGIN, self.y, self._plan.content_width, height, first, until)
            self.pages[-1].append(box)
            self.y += height + GAP
            first = until

    def _room(self) -> float:
        if self._plan.page_height is None:
            return float("inf")
        return self._plan.page_height - MARGIN - FOOTER_HEIGHT - self.y

    def _turn(self) -> None:
        self.pages.append([])
        self.y = MARGIN


def _rows(tiles: Sequence[FilledTile], plan: Arrangement) -> Iterator[list[FilledTile]]:
    """Yield rows of tiles that fit in the width; numbers share rows with numbers only, tables with none."""
    row: list[FilledTile] = []
    used = 0
    for filled in tiles:
        weight = _weight(filled, plan)
        mixes = bool(row) and (row[-1].tile.chart is Chart.NUMBER) != (filled.tile.chart is Chart.NUMBER)
        if row and (mixes or used + weight > 2 * plan.columns):
            yield row
            row, used = [], 0
        row.append(filled)
        used += weight
    if row:
        yield row


def _weight(filled: FilledTile, plan: Arrangement) -> int:
    """Return how much of a row's width a card takes, in half columns."""
    if plan.columns == 1 or filled.tile.chart is Chart.TABLE:
        return 2 * plan.columns
    return 1 if filled.tile.chart is Chart.NUMBER else 2


def _height(filled: FilledTile, plan: Arrangement) -> float:
    if filled.tile.chart is Chart.TABLE:
        return TABLE_HEAD + TABLE_FOOT + max(1, shown_rows(filled, plan)) * ROW_HEIGHT
    return NUMBER_HEIGHT if filled.tile.chart is Chart.NUMBER else CHART_HEIGHT
