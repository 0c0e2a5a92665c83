"""The last copied text, to be selected with the mouse if the clipboard didn't get it.

Long lines are wrapped so that they can be pasted as one.
"""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from omni_tui.formatting import plain_line
from omni_tui.tui.common.bars.footer import Footer
from omni_tui.tui.host import host_of

# A text that starts with one is a shell command; other lines are cut anywhere.
COMMANDS = ("scp ", "curl ")


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


def wrap_lines(text: str, width: int) -> list[str]:
    """Return a text in lines of at most `width` cells (at least 8). A shell joins a command's lines."""
    width = max(8, width)
    lines = text.splitlines() or [""]
    if text.startswith(COMMANDS):
        return [part for line in lines for part in _folded_command(line, width)]
    return [part for line in lines for part in _cut(line, width)]


def _cut(line: str, width: int) -> list[str]:
    parts = [""]
    for character in line:
        if cell_len(parts[-1] + character) > width:
            parts.append("")
        parts[-1] += character
    return parts


def _folded_command(line: str, width: int) -> list[str]:
    """Break a command with a backslash at each line end, which a shell removes. Single quotes are
    closed before it and reopened after it."""
    if cell_len(line) <= width:
        return [line]
    parts, quote, is_escaped = [""], "", False
    for character in line:
        room = width - 3  # room for a quote, a backslash and a wide character
        if cell_len(parts[-1]) >= room and not is_escaped and parts[-1] not in ("", "'"):
            parts[-1] += "'\\" if quote == "'" else "\\"
            parts.append("'" if quote == "'" else "")
        parts[-1] += character
        if is_escaped:
            is_escaped = False
        elif character == "\\" and quote != "'":
            is_escaped = True
        elif character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
    return parts
