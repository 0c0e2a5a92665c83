"""What all main screens have: the header, the footer, and a place for a pane between."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker

from omni_tui.tui.common.footer import KeyLine
from omni_tui.tui.common.header import TopLine
from omni_tui.tui.common.pane_host import DOWNLOADS, REQUESTS, PaneDock
from omni_tui.tui.host import Host, host_of
from omni_tui.tui.painting.textual_patches import paint_line_now

# Under the header, the upper edge of the frame, which says what is in it.
TITLE_LINE = 1
# From how many columns and lines on a screen has which class.
WIDTHS = [(0, "-narrow"), (100, "-wide")]
HEIGHTS = [(0, "-low"), (34, "-high")]


class PanedScreen(Screen[None]):
    """A main screen. A subclass yields its own widgets in `compose_body`."""

    # Textual's own paints the whole screen at every move of the focus; what has it paints itself.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f3,ctrl+t",
            f"pane('{DOWNLOADS}')",
            "downloads",
            key_display="F3",
            tooltip="Go to the downloads, or close them",
            id="downloads",
        ),
        Binding(
            "f4,ctrl+l",
            f"pane('{REQUESTS}')",
            "requests",
            key_display="F4",
            tooltip="Go to the log of requests, or close it",
            id="requests",
        ),
    ]

    @property
    def omni(self) -> Host:
        """The application, by its own type."""
        return host_of(self)

    def compose(self) -> ComposeResult:
        """Header, body, pane, footer."""
        self._size_up()
        yield TopLine()
        yield from self.compose_body()
        yield PaneDock()
        yield KeyLine()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """What is in it was styled when it was mounted, and Textual would do all that again."""
        event.refresh_styles = False
        self.app.stylesheet.apply(self)  # its own sheet may have been read after that
        if self.stack_updates:  # it was shown before
            paint_line_now(self, TITLE_LINE)

    def _size_up(self) -> None:
        """Set the classes of this size now: Textual does so only after a first paint, and paints again."""
        size = self.app.size
        for length, breakpoints in (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        ):
            names = [name for least, name in breakpoints or () if length >= least]
            self.add_class(*names[-1:])

    def compose_body(self) -> ComposeResult:
        """The screen's own widgets."""
        return ()

    @on(Worker.StateChanged)
    def _hand_on(self, event: Worker.StateChanged) -> None:
        self.omni.tell_of_fault(event)

    def action_pane(self, pane: str) -> None:
        """Open a pane and go there; go there where an export has opened it; close it when one is there."""
        dock = self.query_one(PaneDock)
        if self.omni.pane == pane and dock.has_keys:
            self.omni.pane = ""
        else:
            self.omni.pane = pane
            dock.enter()

    def on_pane_dock_left(self) -> None:
        """The pane is left, and what had the keys before is gone."""
        self.focus_body()

    def focus_body(self) -> None:
        """Give the keys back to the screen's own widgets."""
        self.screen.focus_next()
