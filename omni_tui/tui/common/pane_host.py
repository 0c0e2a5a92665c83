"""The place under a screen where the downloads or the requests open, and stay from screen to screen."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from omni_tui.tui.common.table.table import RowList

DOWNLOADS = "downloads"
REQUESTS = "requests"


class PaneDock(Vertical):
    """Shows the pane that the application names in `pane`; nothing of a pane is loaded before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape", "leave", "back", show=False, tooltip="Back from the pane to the screen", id="leave-pane"
        ),
    ]

    class Left(Message):
        """The keys shall go back to the screen, to no widget of it in particular."""

    def __init__(self) -> None:
        super().__init__()
        self._came_from: Widget | None = None

    def on_mount(self) -> None:
        """Follow the application, so that every screen shows the same pane."""
        self.watch(self.app, "pane", self._show)

    async def _show(self, pane: str) -> None:
        if not pane and self.has_keys:
            self.action_leave()
        self.display = bool(pane)
        for child in self.children:
            child.display = child.id == pane
        if pane and not self.query(f"#{pane}"):
            await self.mount(_load(pane))

    def enter(self) -> None:
        """Give the keys to the list in the open pane, and remember where they went before."""
        if not self.has_keys:
            self._came_from = self.screen.focused
        self.call_next(self._focus_list)  # after `_show`, which may still have to load it

    def _focus_list(self) -> None:
        for pane in self.children:
            if pane.display:
                pane.query_one(RowList).focus()

    def action_leave(self) -> None:
        """Give the keys back to what had them before the pane."""
        before, self._came_from = self._came_from, None
        if before is not None and before.is_attached and before.focusable:
            before.focus()
        else:
            self.post_message(self.Left())

    @property
    def has_keys(self) -> bool:
        """Whether one is in the pane."""
        focused = self.screen.focused
        return focused is not None and self in focused.ancestors


def _load(pane: str) -> Widget:
    if pane == DOWNLOADS:
        from omni_tui.tui.downloads.pane import DownloadsPane

        return DownloadsPane(id=DOWNLOADS)
    from omni_tui.tui.requests.pane import RequestsPane

    return RequestsPane(id=REQUESTS)
