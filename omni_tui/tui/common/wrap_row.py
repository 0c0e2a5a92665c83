"""One-line widgets beside each other, on as many lines as they need."""

from __future__ import annotations

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

# Beside each other with room to spare; where one line would not do, a little closer.
GAP = 3
NARROW_GAP = 2


class FlowLayout(Layout):
    """Left to right, and on to the next line where the width ends. All children are one line high."""

    name = "flow"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """Place each child in its own width, cut to the line's where it is wider."""
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


class Flow(Widget):
    """A container that lets its children flow; as high as they need."""

    DEFAULT_CSS = "Flow { width: 1fr; height: auto; }"

    def __init__(self, *children: Widget) -> None:
        super().__init__(*children)
        self._flow = FlowLayout()

    @property
    def layout(self) -> Layout:
        """Our own: style sheets know only the layouts of Textual."""
        return self._flow
