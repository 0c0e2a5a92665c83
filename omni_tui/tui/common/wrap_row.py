"""A container that places one-line widgets side by side, and wraps them onto more lines."""

from __future__ import annotations

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

# The gap in columns if all fit on one line, and if they don't.
GAP = 3
NARROW_GAP = 2


class WrapLayout(Layout):
    """Places children from left to right and wraps them. All children must be one line high."""

    name = "flow"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """Place each child with its own width, at most the line's."""
        parent.pre_layout(self)
        most = max(1, size.width)
        widths = [min(child.get_content_width(size, parent.app.size), most) for child in children]
        gap = GAP if sum(widths) + GAP * (len(widths) - 1) <= most else NARROW_GAP
        placements: ArrangeResult = []
        x = y = 0
        for child, width in zip(children, widths, strict=True):
            if x and x + width > most:
                x, y = 0, y + 1
            placements.append(WidgetPlacement(Region(x, y, width, 1), NULL_OFFSET, NULL_SPACING, child))
            x += width + gap
        return placements


class WrapRow(Widget):
    """A container that wraps its children and is as high as they need."""

    DEFAULT_CSS = "WrapRow { width: 1fr; height: auto; }"

    def __init__(self, *children: Widget) -> None:
        super().__init__(*children)
        self._flow = WrapLayout()

    @property
    def layout(self) -> Layout:
        """Our own layout: style sheets can only name Textual's."""
        return self._flow
