"""A screen with something to read: a frame over the whole terminal, scrolled by the keys."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen

from omni_tui.tui.common.footer import KeyLine
from omni_tui.tui.common.header import TopLine
from omni_tui.tui.common.reader import Reader
from omni_tui.tui.common.service_watcher import Following
from omni_tui.tui.common.text import link
from omni_tui.tui.common.titled_frame import NotedFrame


class ReadingScreen(Following, Screen[None]):
    """A subclass says in `lines` what is to be read, and calls `show_lines` when that changes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "close", key_display="escape", id="close"),
    ]

    def __init__(self, title: str, note: str) -> None:
        super().__init__()
        self.frame = NotedFrame(title, note=note)
        self.reader = Reader()

    def compose(self) -> ComposeResult:
        """Header, frame, footer."""
        yield TopLine()
        with self.frame:
            yield self.reader
        yield KeyLine()

    def on_mount(self) -> None:
        """The keys scroll."""
        self.reader.focus()

    def show_services(self) -> None:
        """Something to read from the first moment on."""
        self.show_lines()

    def lines(self) -> list[Content]:
        """What is to be read; long lines are wrapped."""
        return []

    def show_lines(self, *, from_the_top: bool = False) -> None:
        """Show what there is to be read now."""
        self.reader.show(self.lines())
        if from_the_top:
            self.reader.scroll_home(animate=False)

    def action_close(self) -> None:
        """Back to where it was opened."""
        self.dismiss()


def labelled(label: str, text: str, width: int, address: str = "") -> Content:
    """`Label      text` in one line, the label in so many cells, the text foreign, and a link if it leads."""
    return Content.assemble((label.ljust(width), "$muted"), link(text, address))


def heading(text: str) -> Content:
    """The name of a section."""
    return Content.styled(text, "$heading")
