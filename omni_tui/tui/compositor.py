"""Which pieces of which lines are painted: Textual's compositor, lighter, and without what it forgets.

Textual cuts each line that it paints at the edges of all widgets, puts the parts of every widget on it into
these cuts, and joins them to text. Here, only what has changed is asked for, front to back, in whole pieces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.control import Control
from textual import screen
from textual._compositor import Compositor, CompositorMap, CompositorUpdate, LayoutUpdate, ReflowResult
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


class Piece(NamedTuple):
    """A part of a line and where it stands: line and column, from 0."""

    row: int
    column: int
    strip: Strip


class PiecesUpdate(CompositorUpdate):
    """What is painted, piece by piece."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces

    def render_segments(self, console: Console) -> str:
        """The same as text with escape sequences, for a driver that takes nothing else."""
        return "".join(
            Control.move_to(piece.column, piece.row).segment.text + piece.strip.render(console)
            for piece in self.pieces
        )


def pieces_of(update: object) -> Sequence[Piece] | None:
    """What an update paints; None of one that is not made of strips."""
    if isinstance(update, PiecesUpdate):
        return update.pieces
    if isinstance(update, LayoutUpdate):
        return list(_pieces_of_lines(update))
    return None


def _pieces_of_lines(update: LayoutUpdate) -> Iterator[Piece]:
    left, top, _, _ = update.region
    for row, strips in enumerate(update.strips, top):
        column = left
        for strip in strips:
            yield Piece(row, column, strip)
            column += strip.cell_length


class _Sheet:
    """A widget as it is seen: where, cut by what holds it, and its lines as soon as one of them is needed."""

    def __init__(self, widget: Widget, region: Region, clip: Region) -> None:
        self._widget = widget
        seen = region.intersection(clip)
        self.left, self.top, width, height = seen
        self.right, self.bottom = self.left + width, self.top + height
        self._crop = seen.translate((-region.x, -region.y))
        self._lines: list[Strip] | None = None

    def line(self, row: int) -> Strip | None:
        """The widget's own line there, if it has one."""
        if not self.top <= row < self.bottom:
            return None
        if self._lines is None:
            self._lines = self._widget.render_lines(self._crop)
        at = row - self.top
        return self._lines[at] if at < len(self._lines) else None


class LastingCompositor(Compositor):
    """Compares each layout with the one before it that was painted.

    After a scroll, Textual works its map of the screen out anew when somebody asks where a widget is. Had one
    gone by then, the next layout found no difference: what stood in its place (a notification, most of all)
    stayed on the terminal for good.
    """

    def __init__(self) -> None:
        super().__init__()
        self._laid_out: CompositorMap = {}

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """Lay out; what has changed since the last time is marked to be painted."""
        self._full_map = self._laid_out
        result = super().reflow(parent, size)
        self._laid_out = self._full_map
        return result

    def render_partial_update(self) -> PiecesUpdate | None:  # type: ignore[override]
        """What has changed since the last time; None where nothing has."""
        regions = [region.intersection(self.size.region) for region in self._dirty_regions]
        self._dirty_regions.clear()
        regions = [region for region in regions if region]
        if not regions:
            return None
        around = Region.from_union(regions)
        sheets = [
            _Sheet(widget, region, clip)
            for widget, (region, clip) in self.visible_widgets.items()
            if around.overlaps(clip) and around.overlaps(region)
        ]
        pieces: list[Piece] = []
        for row, left, right in self._regions_to_spans(regions):
            pieces += _pieces_in(sheets, row, left, right)
        return PiecesUpdate(pieces)


def _pieces_in(sheets: Sequence[_Sheet], row: int, left: int, right: int) -> Iterator[Piece]:
    """What is seen between two columns of a line: of each widget, front to back, what the others leave."""
    for number, sheet in enumerate(sheets):
        first, last = max(left, sheet.left), min(right, sheet.right)
        strip = sheet.line(row) if first < last else None
        if strip is None:
            continue
        yield Piece(row, first, strip.crop(first - sheet.left, last - sheet.left))
        behind = sheets[number + 1 :]
        if left < first:
            yield from _pieces_in(behind, row, left, first)
        if last < right:
            yield from _pieces_in(behind, row, last, right)
        return


def use_lasting_compositor() -> None:
    """From now on every screen has one, Textual's own too."""
    screen.Compositor = LastingCompositor  # type: ignore[attr-defined]
