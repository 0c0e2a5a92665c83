"""The last copied text, to be selected with the mouse if the clipboard didn't get it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from omni_tui.formatting import plain_line
from omni_tui.tui.common.bars.footer import Footer
from omni_tui.tui.file_transfer.line_wrap import wrap_lines
from omni_tui.tui.host import host_of


class CopiedScreen(Screen[None]):
    """Shows the text from the first column, without a frame that would be selected, too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v,enter", "dismiss", "back", key_display="escape"),
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """Yield the instructions and the text."""
        yield Static(Content.styled("Select the text with the mouse, then copy it.", "$muted"))
        with VerticalScroll(id="copied") as scroll:
            scroll.can_focus = True
            yield Static(id="copied-text")
        yield Footer()

    def on_mount(self) -> None:
        """Leave the mouse to the terminal."""
        app = host_of(self)
        self._had_mouse = app.has_mouse
        app.set_mouse(False)

    def on_unmount(self) -> None:
        """Restore the mouse."""
        host_of(self).set_mouse(self._had_mouse)

    def on_resize(self) -> None:
        """Wrap the text for the new width."""
        lines = wrap_lines("\n".join(map(plain_line, self._text.splitlines())), self.app.size.width - 1)
        self.query_one("#copied-text", Static).update(Content("\n").join(map(Content, lines)))
