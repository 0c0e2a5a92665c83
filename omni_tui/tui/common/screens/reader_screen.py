"""Base of screens that show a text: a frame over the whole terminal, scrolled with the keys."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen

from omni_tui.tui.common.bars.footer import Footer
from omni_tui.tui.common.bars.header import Header
from omni_tui.tui.common.reader import Reader
from omni_tui.tui.common.service_watcher import ServiceWatcher
from omni_tui.tui.common.text import link
from omni_tui.tui.common.titled_frame import TitledFrame


class ReaderScreen(ServiceWatcher, Screen[None]):
    """A subclass returns the text from `lines`, and calls `show_lines` when it changes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "close", key_display="escape", id="close"),
    ]

    def __init__(self, title: str, note: str) -> None:
        super().__init__()
        self.frame = TitledFrame(title, note=note)
        self.reader = Reader()

    def compose(self) -> ComposeResult:
        yield Header()
        with self.frame:
            yield self.reader
        yield Footer()

    def on_mount(self) -> None:
        """Focus the text, so that keys scroll it."""
        self.reader.focus()

    def show_services(self) -> None:
        """Show the text at once."""
        self.show_lines()

    def lines(self) -> list[Content]:
        """Return the text; long lines are wrapped."""
        return []

    def show_lines(self, *, from_the_top: bool = False) -> None:
        """Show the current text."""
        self.reader.show(self.lines())
        if from_the_top:
            self.reader.scroll_home(animate=False)

    def action_close(self) -> None:
        self.dismiss()


def labeled(label: str, text: str, width: int, address: str = "") -> Content:
    """Return `Label   text`: the label padded to `width` cells, the untrusted text linked to `address`."""
    return Content.assemble((label.ljust(width), "$muted"), link(text, address))


def heading(text: str) -> Content:
    """Return a section's heading."""
    return Content.styled(text, "$heading")
