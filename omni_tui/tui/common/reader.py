"""A scrollable text, rendered line by line, so that opening thousands of lines is as fast as ten."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from rich.segment import Segment
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from omni_tui.tui.painting.bare_lines import BareLines, regions_of
from omni_tui.tui.painting.textual_patches import style_parser, use_line_cache

_EMPTY = Content("")
# For readers on screens that don't use these letters.
LETTER_KEYS: tuple[Binding, ...] = (
    Binding("j", "scroll_down", "Down", show=False),
    Binding("k", "scroll_up", "Up", show=False),
    Binding("g", "scroll_home", "To the top", show=False),
    Binding("G", "scroll_end", "To the end", show=False),
    Binding("space", "page_down", "Page down", show=False),
)


class Reader(ScrollView, can_focus=True):
    """Shows lines of content, wrapped to the width."""

    hanging = 0
    """How many cells the second and further parts of a wrapped line are indented."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: Sequence[Content] = ()
        self._wrapped: list[Content] = []
        self._starts: list[int] = []
        """Where each line begins in `_wrapped`."""
        self._style: Style | None = None
        use_line_cache(self, BareLines(self))

    def show(self, lines: Sequence[Content]) -> None:
        """Show these lines at the current scroll position. Paints only the lines that changed."""
        self._lines = lines
        self._wrap()

    def shows_line(self, number: int) -> bool:
        """Return whether the first part of a line, counted from 0, is visible."""
        top = self.scroll_offset.y
        return 0 <= number < len(self._starts) and top <= self._starts[number] < top + self.size.height

    @property
    def first_line(self) -> int:
        """The number of the line at the top, from 0."""
        return max(0, bisect_right(self._starts, self.scroll_offset.y) - 1)

    def go_to_line(self, number: int) -> None:
        """Scroll a line, counted from 0, to the top."""
        if self._starts:
            self.scroll_to(y=self._starts[max(0, min(number, len(self._starts) - 1))], animate=False)

    def on_resize(self) -> None:
        self._wrap()

    def _wrap(self) -> None:
        width, height = self.scrollable_content_region.size
        before = self._visible()
        self._wrapped, self._starts = [], []
        for line in self._lines if width else ():
            self._starts.append(len(self._wrapped))
            self._wrapped += _wrapped(line, width, self.hanging)
        size = Size(width, max(height, len(self._wrapped)))
        if size != self.virtual_size:
            self.virtual_size = size
            if self.scroll_y > self.max_scroll_y:
                self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
        pairs = zip(before, self._visible(), strict=True)
        changed = [y for y, (old, new) in enumerate(pairs) if old is not new and not old.is_same(new)]
        if changed:
            self.refresh(*regions_of(changed, width))

    def _visible(self) -> list[Content]:
        """Return the visible lines, with empty ones below the end."""
        top, height = self.scroll_offset.y, self.size.height
        shown = self._wrapped[top : top + height]
        return shown + [_EMPTY] * (height - len(shown))

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if self._style is None:
            self._style = self.visual_style
        ground = self._style.rich_style
        index = y + self.scroll_offset.y
        if not 0 <= index < len(self._wrapped) or not self._wrapped[index].plain:
            return Strip.blank(width, ground)
        segments: list[Segment] = []
        x = 0
        for text, style in self._wrapped[index].render(self._style, "", style_parser(self)):
            segments.append(Segment(text, (self._style + style).rich_style_with_offset(x, 0)))
            x += len(text)
        return Strip(segments).adjust_cell_length(width, ground)

    def notify_style_update(self) -> None:
        """Drop the cached style."""
        self._style = None
        super().notify_style_update()


def _wrapped(line: Content, width: int, hanging: int) -> list[Content]:
    if line.cell_length <= width:
        return [line]
    room = max(1, width - hanging)
    # a URL has no spaces to break at; wrapping before it would leave a line almost empty
    has_long_word = max(map(len, line.plain.split()), default=0) > room // 2
    first, *others = line.fold(room) if has_long_word else line.wrap(room)
    return [first, *(other.pad_left(hanging) for other in others)]
