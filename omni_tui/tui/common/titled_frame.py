"""A frame with a title in its top border, and a note or a brief message in its bottom border."""

from __future__ import annotations

from typing import Any, Self

from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.timer import Timer

from omni_tui.tui.common.key_labels import keys_of, with_keys
from omni_tui.tui.common.text import content

# Long enough to read.
MESSAGE_SECONDS = 4.0


class EdgeFrame(Vertical):
    """A frame that repaints only a border line if only its text changes."""

    _painted_edge: int | None = None
    """The border line that is the only change: 0 is the top, -1 the bottom; None for anything else."""

    def show_edge(self, text: Content, *, top: bool = False) -> None:
        """Show a text in the bottom border, or in the top one."""
        self._painted_edge = 0 if top else -1
        if top:
            self.border_title = text
        else:
            self.border_subtitle = text
        self._painted_edge = None

    def refresh(self, *regions: Region, **what: Any) -> Self:
        """Repaint the frame, or only one border line if nothing else changed."""
        if self._painted_edge is not None and not regions and not what:
            width, height = self.outer_size
            edge = Region(0, self._painted_edge % max(1, height), width, 1)
            return super().refresh(edge.translate(-self.content_offset))
        return super().refresh(*regions, **what)


class TitledFrame(EdgeFrame):
    """`note` is in the bottom border; `show_message` replaces it for MESSAGE_SECONDS."""

    def __init__(self, title: str, *, note: str = "", id: str | None = None) -> None:
        super().__init__(id=id, classes="frame")
        self._title = title
        self.border_title = content(title)
        self._note = note
        self._message = ""
        self._timer: Timer | None = None
        self._show_note()

    @property
    def note(self) -> str:
        """The text in the bottom border."""
        return self._message or self._note

    @note.setter
    def note(self, note: str) -> None:
        if note != self._note:
            self._note = note
            self._show_note()

    @property
    def title(self) -> str:
        """The text in the top border."""
        return self._title

    @title.setter
    def title(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self.show_edge(content(title), top=True)

    def show_message(self, message: str) -> None:
        """Show a message in the bottom border for MESSAGE_SECONDS."""
        if self._timer is not None:
            self._timer.stop()
        self._message = message
        self._timer = self.set_timer(MESSAGE_SECONDS, self._clear_message)
        self._show_note()

    def copy(self, text: str, *, is_shown: bool = False) -> None:
        """Send a text to the terminal's clipboard and show a message, with the text if `is_shown`."""
        self.app.copy_to_clipboard(text)
        words = with_keys("Copied · {show-copied} to view", keys_of(self.app))
        self.show_message(f"{text} {words}" if is_shown else words)

    def _clear_message(self) -> None:
        self._message, self._timer = "", None
        self._show_note()

    def _show_note(self) -> None:
        # content, because a string's square brackets would be read as markup
        self.show_edge(content(self.note))
