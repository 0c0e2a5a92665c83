"""Base of the main screens: header, body, pane and footer. An open pane stays open across screens."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from omni_tui.tui.common.bars.footer import Footer
from omni_tui.tui.common.bars.header import Header
from omni_tui.tui.common.table.table import RowList
from omni_tui.tui.host import Host, host_of
from omni_tui.tui.painting.textual_patches import paint_line_now

DOWNLOADS = "downloads"
REQUESTS = "requests"
# The line below the header: the top border of the frame, with its title.
TITLE_LINE = 1
# The classes of a screen by its minimum columns and lines.
WIDTHS = [(0, "-narrow"), (100, "-wide")]
HEIGHTS = [(0, "-low"), (34, "-high")]


class PaneHost(Vertical):
    """Shows the application's current `pane`. Panes are imported when they first open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", show=False, tooltip="Back to the screen", id="leave-pane"),
        Binding("z", "enlarge", "larger", show=False, tooltip="Resize the pane", id="enlarge-pane"),
    ]

    class Left(Message):
        """The pane lost the focus, and the widget that had it before is gone."""

    def __init__(self) -> None:
        super().__init__()
        self._came_from: Widget | None = None

    def on_mount(self) -> None:
        """Watch the application's pane, so that every screen shows the same one."""
        self.watch(self.app, "pane", self._show)

    async def _show(self, pane: str) -> None:
        if not pane and self.has_focus_within:
            self.action_leave()
        self.display = bool(pane)
        for child in self.children:
            child.display = child.id == pane
        if pane and not self.query(f"#{pane}"):
            await self.mount(_load(pane))

    def enter(self) -> None:
        """Focus the list in the open pane, and remember the previous focus."""
        if not self.has_focus_within:
            self._came_from = self.screen.focused
        self.call_next(self._focus_list)  # after `_show`, which may still have to mount it

    def _focus_list(self) -> None:
        for pane in self.children:
            if pane.display:
                pane.query_one(RowList).focus()

    def action_leave(self) -> None:
        """Restore the focus that was set before the pane."""
        before, self._came_from = self._came_from, None
        if before is not None and before.is_attached and before.focusable:
            before.focus()
        else:
            self.post_message(self.Left())

    def action_enlarge(self) -> None:
        """Make the pane larger, or as large as before."""
        self.toggle_class("-large")


def _load(pane: str) -> Widget:
    if pane == DOWNLOADS:
        from omni_tui.tui.downloads.pane import DownloadsPane

        return DownloadsPane(id=DOWNLOADS)
    from omni_tui.tui.requests.pane import RequestsPane

    return RequestsPane(id=REQUESTS)


class PanedScreen(Screen[None]):
    """A main screen. A subclass yields its own widgets in `compose_body`."""

    # Textual's own property repaints the whole screen when the focus moves; focused widgets repaint
    # themselves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f3,ctrl+t",
            f"pane('{DOWNLOADS}')",
            "downloads",
            key_display="F3",
            tooltip="Open or close the downloads",
            id="downloads",
        ),
        Binding(
            "f4,ctrl+l",
            f"pane('{REQUESTS}')",
            "requests",
            key_display="F4",
            tooltip="Open or close the request log",
            id="requests",
        ),
    ]

    @property
    def omni(self) -> Host:
        """The application."""
        return host_of(self)

    def compose(self) -> ComposeResult:
        self._set_size_classes()
        yield Header()
        yield from self.compose_body()
        yield PaneHost()
        yield Footer()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Skip restyling all widgets, which Textual does on every resume."""
        event.refresh_styles = False
        self.app.stylesheet.apply(self)  # its own style sheet may have been parsed later
        if self.stack_updates:  # not the first time
            paint_line_now(self, TITLE_LINE)

    def _set_size_classes(self) -> None:
        """Set the size classes before the first paint; Textual sets them after it, and paints twice."""
        size = self.app.size
        for length, breakpoints in (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        ):
            names = [name for least, name in breakpoints or () if length >= least]
            self.add_class(*names[-1:])

    def compose_body(self) -> ComposeResult:
        """Compose the screen's own widgets."""
        return ()

    def action_pane(self, pane: str) -> None:
        """Open and focus a pane, or close it if it has the focus."""
        dock = self.query_one(PaneHost)
        if self.omni.pane == pane and dock.has_focus_within:
            self.omni.pane = ""
        else:
            self.omni.pane = pane
            dock.enter()

    def on_pane_host_left(self) -> None:
        """Focus the body: the widget that had the focus is gone."""
        self.focus_body()

    def focus_body(self) -> None:
        """Focus the screen's own widgets."""
        self.screen.focus_next()
