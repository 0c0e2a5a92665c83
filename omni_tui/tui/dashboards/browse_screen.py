"""The dialog to show only one folder, one label or the favorites."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from omni_tui.catalog.list_view import Listing
from omni_tui.catalog.sort_filter import ListFilter, folder_counts, label_counts
from omni_tui.tui.common.table.table import RowList
from omni_tui.tui.dashboards.browse_tree import Branch, Branches, BranchList


class BrowseScreen(ModalScreen[ListFilter | None]):
    """Returns the chosen part of the list, or None if the user closed the dialog."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b", "dismiss", "close", key_display="escape"),
    ]

    def __init__(self, branches: Branches, at: ListFilter) -> None:
        super().__init__()
        self._branches = branches
        self._at = at

    def compose(self) -> ComposeResult:
        """Compose the tree in a frame."""
        with Vertical(classes="frame", id="browse") as frame:
            frame.border_title = "Show only"
            frame.border_subtitle = "← → folders · enter show · escape close"
            yield BranchList(self._branches, self._at)

    @on(RowList.Selected)
    def _chosen(self, event: RowList.Selected) -> None:
        if isinstance(event.row, Branch):
            self.dismiss(event.row.list_filter)


def count_branches(listing: Listing, favorites: Collection[str]) -> Branches:
    """Count the dashboards of each part of the list. Slow for long lists: call it in a thread."""
    known = sum(listing.table.row(identifier) is not None for identifier in favorites)
    return Branches(len(listing), known, folder_counts(listing), label_counts(listing))
