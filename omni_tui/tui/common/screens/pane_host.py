"""Shows the downloads or requests pane below a screen; the pane stays open across screens."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from omni_tui.tui.common.table.table import RowList

DOWNLOADS = "downloads"
REQUESTS = "requests"


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
        if not pane and self.has_keys:
            self.action_leave()
        self.display = bool(pane)
        for child in self.children:
            child.display = child.id == pane
        if pane and not self.query(f"#{pane}"):
            await self.mount(_load(pane))

    def enter(self) -> None:
        """Focus the list in the open pane, and remember the previous focus."""
        if not self.has_keys:
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

    @property
    def has_keys(self) -> bool:
        """Whether the focus is in the pane."""
        focused = self.screen.focused
        return focused is not None and self in focused.ancestors


def _load(pane: str) -> Widget:
    if pane == DOWNLOADS:
        from omni_tui.tui.downloads.pane import DownloadsPane

        return DownloadsPane(id=DOWNLOADS)
    from omni_tui.tui.requests.pane import RequestsPane

    return RequestsPane(id=REQUESTS)
