"""The question before one leaves while exports still run."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static


class LeavingScreen(ModalScreen[bool]):
    """`enter` leaves and cancels what runs, `escape` stays. Its result: whether to leave."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "dismiss(True)", "leave", key_display="enter"),
        Binding("escape,n", "dismiss(False)", "stay", key_display="escape"),
    ]

    def __init__(self, running_count: int) -> None:
        super().__init__()
        self._running_count = running_count

    def compose(self) -> ComposeResult:
        """Two lines in a frame."""
        count = self._running_count
        what = "1 export is still running." if count == 1 else f"{count} exports are still running."
        with Vertical(classes="frame", id="leaving") as frame:
            frame.border_title = "Leave?"
            question = Content.assemble(
                what,
                " Leaving cancels ",
                "it." if count == 1 else "them.",
                "\n\n",
                ("enter", "bold $primary"),
                " leave   ",
                ("escape", "bold $primary"),
                " stay",
            )
            yield Static(question)
