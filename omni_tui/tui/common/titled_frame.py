"""A frame with a title above, a note below, and for a moment a word on what was just done."""

from __future__ import annotations

from typing import Any, Self

from textual.containers import Vertical
from textual.geometry import Region
from textual.timer import Timer

from omni_tui.tui.common.key_labels import keys_of, with_keys
from omni_tui.tui.common.text import content

# Long enough to be read, short enough not to be in the way.
SAID_SECONDS = 4.0


class NotedFrame(Vertical):
    """`note` stands in the lower edge; `say` takes its place for a moment."""

    _painted_edge: int | None = None
    """The line of it that alone has changed, where it is one: 0 the upper edge, -1 the lower."""

    def __init__(self, title: str, *, note: str = "", id: str | None = None) -> None:
        super().__init__(id=id, classes="frame")
        self._title = title
        self.border_title = content(title)
        self._note = note
        self._said = ""
        self._timer: Timer | None = None
        self._show_note()

    @property
    def note(self) -> str:
        """What stands in the lower edge."""
        return self._said or self._note

    @note.setter
    def note(self, note: str) -> None:
        if note != self._note:
            self._note = note
            self._show_note()

    @property
    def title(self) -> str:
        """What stands in the upper edge."""
        return self._title

    @title.setter
    def title(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self._painted_edge = 0
            self.border_title = content(title)
            self._painted_edge = None

    def say(self, words: str) -> None:
        """Say something there for a moment."""
        if self._timer is not None:
            self._timer.stop()
        self._said = words
        self._timer = self.set_timer(SAID_SECONDS, self._fall_silent)
        self._show_note()

    def copy(self, text: str, *, is_shown: bool = False) -> None:
        """Hand a text to the terminal, and say so: with the text if `is_shown`. No terminal confirms it."""
        self.app.copy_to_clipboard(text)
        words = with_keys("sent to your terminal's clipboard · {show-copied} shows it", keys_of(self.app))
        self.say(f"{text} {words}" if is_shown else words)

    def _fall_silent(self) -> None:
        self._said, self._timer = "", None
        self._show_note()

    def refresh(self, *regions: Region, **what: Any) -> Self:
        """Paint anew: no more than an edge where only what stands in it has changed."""
        if self._painted_edge is not None and not regions and not what:
            width, height = self.outer_size
            edge = Region(0, self._painted_edge % max(1, height), width, 1)
            return super().refresh(edge.translate(-self.content_offset))
        return super().refresh(*regions, **what)

    def _show_note(self) -> None:
        # content, not text: square brackets would be read as markup
        self._painted_edge = -1
        self.border_subtitle = content(self.note)
        self._painted_edge = None
