"""Lines that are painted as they are: for widgets that draw whole lines in their own colours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from omni_tui.tui.kept_lines import KeptLines

if TYPE_CHECKING:
    from textual.scroll_view import ScrollView


class BareLines(KeptLines):
    """In place of what Textual keeps of a widget's lines, for one without frame, padding, tint and opacity.

    Textual's own goes through all that a line may have around it and makes it anew four times: for a list of
    which each row has changed, that was a third of what a key had to wait for.
    """

    def __init__(self, widget: ScrollView) -> None:
        super().__init__()
        self._widget = widget

    def render_line(self, styles: Any, y: int, size: Any, *around: Any, **more: Any) -> Strip:
        """The widget's own line; where there is no scroll bar, it goes on to the edge."""
        strip = self._widget.render_line(y)
        if self._widget.show_vertical_scrollbar or strip.cell_length == size.width:
            return strip  # what is under the bar is never seen
        ground = Style.from_color(bgcolor=self._widget.rich_style.bgcolor)
        return strip.adjust_cell_length(size.width, ground)


def joined(parts: Sequence[tuple[str, Style]], gap: int, width: int, base: Style) -> Strip:
    """One line of parts with gaps between. A gap goes with the part before it: a colour less to send."""
    blanks = " " * gap
    segments = [Segment(text + blanks, style) for text, style in parts[:-1]]
    segments += [Segment(text, style) for text, style in parts[-1:]]
    length = sum(cell_len(segment.text) for segment in segments)
    if length < width:
        segments.append(Segment(" " * (width - length), base))
    return Strip(Segment.simplify(segments), max(length, width)).crop(0, width)


def regions_of(lines: Iterable[int], width: int) -> Iterator[Region]:
    """Those lines, which come in order, in as few pieces as there are gaps between them."""
    start = end = -1
    for y in lines:
        if y != end:
            if start >= 0:
                yield Region(0, start, width, end - start)
            start = y
        end = y + 1
    if start >= 0:
        yield Region(0, start, width, end - start)
