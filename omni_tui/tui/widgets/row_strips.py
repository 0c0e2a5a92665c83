"""The line of a row: made a hundred times at a key, so each is made as cheaply as it can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.cache import FIFOCache
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip

# As Textual has it for most.
_MOST_KEPT = 4


class RowStrip(Strip):
    """A strip that has a place to keep what is made of it only when something is: of most, nothing is.

    Textual makes seven such places for each. That took as long as all else that a line is made of.
    """

    __slots__ = ("_filtered",)

    def __init__(self, segments: list[Segment], cell_length: int) -> None:
        self._segments = segments
        self._cell_length = cell_length
        self._render_cache = self._link_ids = self._cell_count = None
        self._filtered: tuple[LineFilter, Color, Strip] | None = None

    def apply_filter(self, filter: LineFilter, background: Color) -> Strip:
        """What the filter makes of it on that ground: all lines of a list have the same ones."""
        if self._filtered is None or self._filtered[:2] != (filter, background):
            segments = filter.apply(self._segments, background)
            is_same = segments is self._segments
            filtered = self if is_same else RowStrip(segments, self.cell_length)
            self._filtered = (filter, background, filtered)
        return self._filtered[2]

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet."""
        if name.endswith("_cache"):
            value: Any = FIFOCache(_MOST_KEPT)
        else:  # what another version of Textual may have
            value = getattr(Strip(self._segments, self._cell_length), name)
        setattr(self, name, value)
        return value


def joined(parts: Sequence[tuple[str, Style]], length: int, gap: int, width: int, base: Style) -> Strip:
    """One line of parts with gaps between, which take `length` cells in all, and goes on to `width`.

    A gap goes with the part before it, and what looks the same is one piece: a colour less to send.
    """
    segments: list[Segment] = []
    blanks, last = " " * gap, len(parts) - 1
    text, style = "", parts[0][1] if parts else base
    for number, (part, its_style) in enumerate(parts):
        if its_style is not style and its_style != style:
            segments.append(Segment(text, style))
            text, style = "", its_style
        text += part + blanks if number < last else part
    if length < width:
        if style is not base and style != base:
            segments.append(Segment(text, style))
            text, style = "", base
        text += " " * (width - length)
    segments.append(Segment(text, style))
    strip = RowStrip(segments, max(length, width))
    return strip if length <= width else strip.crop(0, width)
