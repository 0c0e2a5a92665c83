"""A page drawn in terminal cells, which scrolls in both directions."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import ClassVar

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from omni_tui.preview.pages.document import FEW_COLORS, NO_COLORS, PageCells
from omni_tui.tui.common.work import start_work
from omni_tui.tui.preview.content import FileContent

_WORD_END = re.compile(r"[^ ▀▄]*$")
_WORD_BEGIN = re.compile(r"[^ ▀▄]*")
ZOOMS = (1.0, 1.5, 2.0)
# Replaces two colors that the theme for few colors uses itself (see terminal/colors).
_ANSI_STAND_INS = {0: 8, 4: 12}


class PageView(FileContent, can_focus=True):
    """Shows one page."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"preview--match"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "pan(0,-1)", "up", show=False),
        Binding("down,j", "pan(0,1)", "down", show=False),
        Binding("left", "pan(-4,0)", "left", show=False),
        Binding("right", "pan(4,0)", "right", show=False),
        Binding("pageup", "page(-1)", "page up", show=False),
        Binding("pagedown,space", "page(1)", "page down", show=False),
        Binding("home,g", "edge(-1)", "top", show=False),
        Binding("end,G", "edge(1)", "bottom", show=False),
        Binding("plus,equals_sign", "zoom(1)", "zoom in", key_display="+"),
        Binding("minus", "zoom(-1)", "zoom out", key_display="-"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.page: PageCells | None = None
        self.palette_size = NO_COLORS
        self.left = self.top = 0
        self._needle: re.Pattern[str] | None = None

    def show(self, page: PageCells | None, colors: int, *, where: float = 0.0) -> None:
        """Show a page, scrolled to a share (0 to 1) of its length."""
        share = self.left / self.page.columns if self.page is not None else 0.0
        self.page, self.palette_size = page, colors
        if page is not None:
            self.top = round(where * len(page.rows))
            self.left = round(share * page.columns)
        self._keep_inside()
        self._show_change()

    @property
    def where(self) -> float:
        """The share (0 to 1) of the page above the visible part."""
        return self.top / len(self.page.rows) if self.page is not None and self.page.rows else 0.0

    def highlight(self, text: str) -> bool:
        """Highlight a text on the page and scroll to it; return whether it was found."""
        words = [re.escape(word) for word in text.split()]
        self._needle = re.compile(" +".join(words), re.IGNORECASE) if words else None
        row = self._match_in(range(self.top, self.top + self.size.height))
        row = self._match_in(range(1_000_000)) if row is None else row
        if row is not None:
            self._reveal(row)
        self._show_change()
        return row is not None

    def go_to_match(self, by: int) -> bool:
        """Scroll to the next (1) or previous (-1) match; return whether there is one."""
        page = self.page
        if page is None or self._needle is None:
            return False
        middle = self.top + self.size.height // 3
        row = self._match_in(range(middle + 1, len(page.rows)) if by > 0 else range(middle - 1, -1, -1))
        if row is None:
            return False
        self.top = row - self.size.height // 3
        self._reveal(row)
        self._show_change()
        return True

    def _match_in(self, rows: range) -> int | None:
        """Return the first of these rows with a match."""
        page, needle = self.page, self._needle
        if page is None or needle is None:
            return None
        return next((row for row in rows if row < len(page.rows) and needle.search(page.line(row))), None)

    def _reveal(self, row: int) -> None:
        """Scroll in both directions to show the match in a row."""
        found = self._needle.search(self.page.line(row)) if self.page is not None and self._needle else None
        if not self.top <= row < self.top + self.size.height:
            self.top = row - self.size.height // 3
        if found is not None and not self.left <= found.start() <= found.end() <= self.left + self.size.width:
            self.left = found.start() - self.size.width // 3
        self._keep_inside()

    # keys

    def action_pan(self, x: int, y: int) -> None:
        """Scroll by cells."""
        before = self.left, self.top
        self.left, self.top = self.left + x, self.top + y
        self._keep_inside()
        if (self.left, self.top) != before:
            self._show_change()

    def action_page(self, by: int) -> None:
        """Scroll by a screen; at the end, go to the next page."""
        before = self.top
        self.action_pan(0, by * max(1, self.size.height - 2))
        if self.top == before:
            start_work(self, "draw", partial(self.go_to_part, by))

    def action_edge(self, by: int) -> None:
        """Scroll to the top or bottom."""
        self.action_pan(0, by * 1_000_000)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down by a few rows."""
        self.action_pan(0, 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up by a few rows."""
        self.action_pan(0, -3)

    def _keep_inside(self) -> None:
        columns = self.page.columns if self.page is not None else 0
        rows = len(self.page.rows) if self.page is not None else 0
        self.left = max(0, min(self.left, columns - self.size.width))
        self.top = max(0, min(self.top, rows - self.size.height))

    # painting

    def _show_change(self) -> None:
        self.refresh()
        self.show_facts()

    def render_line(self, y: int) -> Strip:
        """Return a row of the page."""
        page, ground = self.page, self.rich_style
        row = self.top + y
        if page is None or row >= len(page.rows):
            return Strip.blank(self.size.width, ground)
        if self.palette_size == NO_COLORS:
            segments = [Segment(text, ground) for text, _, _ in page.rows[row]]
        else:
            few = self.palette_size == FEW_COLORS
            segments = [
                Segment(text, _style(page.palette[ink], page.palette[paper], ink, paper, few))
                for text, ink, paper in page.rows[row]
            ]
        line = page.line(row)
        segments = self._without_cut_numbers(self._marked(segments, line), line)
        strip = Strip(segments).crop(self.left, self.left + self.size.width)
        return strip.adjust_cell_length(self.size.width, ground)

    def _without_cut_numbers(self, segments: list[Segment], line: str) -> list[Segment]:
        """Return a row with … in place of numbers cut by the edge of the view."""
        hidden: set[int] = set()
        for edge in (self.left, self.left + self.size.width):
            if 0 < edge < len(line):
                before, after = _WORD_END.search(line[:edge]), _WORD_BEGIN.match(line[edge:])
                start = before.start() if before else edge
                end = edge + after.end() if after else edge
                if start < edge < end and any(map(str.isdigit, line[start:end])):
                    hidden.update(range(start, end))
        if not hidden:
            return segments
        result = []
        position = 0
        for segment in segments:
            places = range(position, position + len(segment.text))
            text = "".join("…" if place in hidden else line[place] for place in places)
            result.append(Segment(text, segment.style))
            position = places.stop
        return result

    def _marked(self, segments: list[Segment], line: str) -> list[Segment]:
        spans = [found.span() for found in self._needle.finditer(line)] if self._needle is not None else []
        if not spans:
            return segments
        mark = self.get_component_rich_style("preview--match", partial=True)
        result = []
        position = 0
        for segment in segments:
            for character in segment.text:
                is_marked = any(start <= position < end for start, end in spans)
                style = (segment.style or Style()) + mark if is_marked else segment.style
                result.append(Segment(character, style))
                position += 1
        return list(Segment.simplify(result))


@lru_cache(maxsize=4096)
def _style(
    ink: tuple[int, int, int], paper: tuple[int, int, int], ink_number: int, paper_number: int, few: bool
) -> Style:
    if not few:
        return Style(color=RichColor.from_rgb(*ink), bgcolor=RichColor.from_rgb(*paper))
    return Style(color=_ansi(ink_number, ink), bgcolor=_ansi(paper_number, paper))


def _ansi(number: int, color: tuple[int, int, int]) -> RichColor:
    """Return one of the terminal's 16 colors; other colors become black or white."""
    if number >= 16:
        number = 15 if sum(color) > 380 else 8
    return RichColor.from_ansi(_ANSI_STAND_INS.get(number, number))
