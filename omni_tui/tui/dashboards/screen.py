"""The dashboards screen: find dashboards, select some, export them."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import Input

from omni_tui.api.urls import dashboard_address, dashboard_reference
from omni_tui.catalog.list_view import Listing
from omni_tui.catalog.sort_filter import ALL, ListFilter
from omni_tui.tui.common.input_line import SearchLine
from omni_tui.tui.common.table.table import RowList
from omni_tui.tui.common.titled_frame import TitledFrame
from omni_tui.tui.dashboards.list import DashboardList
from omni_tui.tui.dashboards.list_screen import DashboardListScreen


class DashboardsScreen(DashboardListScreen):
    """The keys of the list of dashboards and its search."""

    AUTO_FOCUS = "#dashboards"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "new_search", "search", key_display="/", id="search"),
        Binding("r", "reload", "reload", tooltip="Reload the list", id="reload"),
        Binding("f", "toggle_favorite", "favorite", tooltip="Add or remove favorite", id="favorite"),
        Binding("b", "browse", "browse", tooltip="Browse folders, labels and favorites", id="browse"),
        Binding("s", "sort", "sort", tooltip="Sort by last update, name or use", id="sort"),
        Binding(
            "u",
            "copy_url",
            "copy URL",
            show=False,
            tooltip="Copy the dashboard's URL",
            id="copy-url",
        ),
        Binding("i", "copy_id", "copy ID", show=False, tooltip="Copy the dashboard's ID", id="copy-id"),
        Binding("escape", "back", "back", show=False, tooltip="Back to the list / clear filter", id="back"),
        Binding("down", "into_list", show=False),
        Binding(
            "f2,ctrl+n",
            "app.profiles",
            "profiles",
            key_display="F2",
            show=False,
            tooltip="Switch or add a profile",
            id="profiles",
        ),
    ]

    def is_idle(self, action: str) -> bool:
        """Return whether the key has no effect now: a favorite needs a dashboard."""
        return action == "toggle_favorite" and self.query_one(DashboardList).current is None

    @on(Input.Submitted, "#search")
    def _search_submitted(self) -> None:
        self.action_open()

    @on(RowList.Selected, "#dashboards")
    def _row_selected(self) -> None:
        self.action_open()

    @on(DashboardList.UpPressedAtTop)
    def _up_pressed_at_top(self) -> None:
        self.action_search()

    def action_search(self) -> None:
        """Focus the search and keep its text."""
        self.query_one("#search", SearchLine).focus()

    def action_new_search(self) -> None:
        """Clear and focus the search."""
        search = self.query_one("#search", SearchLine)
        search.value = ""
        search.focus()

    def action_reload(self) -> None:
        """Reload the list; an unfinished load continues after the newest changes."""
        self._refresh_catalog(whole=True)

    def action_sort(self) -> None:
        """Change to the next sort order."""
        self._list.sort_by = self._list.sort_by.next
        self._show()

    @work(exclusive=True, group="browse")
    async def action_browse(self) -> None:
        """Choose a folder, a label or the favorites to show only those."""
        from omni_tui.tui.dashboards.browse_screen import BrowseScreen, count_branches

        documents = self._dashboards()
        if isinstance(documents, Listing):
            branches = await asyncio.to_thread(count_branches, documents, self._user_data().favorites)
            self._apply_filter(
                await self.omni.push_screen_wait(BrowseScreen(branches, self._list.list_filter))
            )
        else:
            self.omni.show_status("Still loading the dashboards")

    def _apply_filter(self, list_filter: ListFilter | None) -> None:
        if list_filter is not None and list_filter != self._list.list_filter:
            self._list.list_filter = list_filter
            self._show()

    @work(group="favorites")
    async def action_toggle_favorite(self) -> None:
        """Add the current dashboard to the favorites, or remove it."""
        services, document = self.omni.services, self.query_one(DashboardList).current
        if services is not None and document is not None:
            from omni_tui.presets.recent_and_favorites import RecentChanges

            is_one = document.identifier in services.remembered.favorites
            await services.remember(RecentChanges(favorites={document.identifier: not is_one}))
            self._show()

    def action_back(self) -> None:
        """Dismiss the welcome, else go back to the list, else clear the search, selection or filter."""
        if self._dismiss_welcome():
            return
        search = self.query_one("#search", SearchLine)
        rows = self.query_one(DashboardList)
        if rows.has_focus or search.has_focus:
            if search.value:
                search.value = ""
            elif rows.has_focus and rows.selection:
                rows.clear_selection()
            elif rows.has_focus or not rows.rows:
                self._apply_filter(ALL)
        rows.focus()

    def action_copy_url(self) -> None:
        """Copy the URL of the current dashboard."""
        document, services = self.query_one(DashboardList).current, self.omni.services
        if document is not None and services is not None:
            address = dashboard_address(services.client.root, document.identifier, document.url)
            self.query_one("#dashboards-frame", TitledFrame).copy(address)

    def action_copy_id(self) -> None:
        """Copy the ID of the dashboard under the cursor, and show it."""
        document = self.query_one(DashboardList).current
        if document is not None:
            self.query_one("#dashboards-frame", TitledFrame).copy(document.identifier, is_shown=True)

    def action_into_list(self) -> None:
        """Move from the search into the list, unless it is empty."""
        rows = self.query_one(DashboardList)
        if rows.rows and self.query_one("#search", SearchLine).has_focus:
            rows.focus()

    def action_open(self) -> None:
        """Open the form for the typed ID or URL, else the selected dashboards, else the current one."""
        rows, typed = self.query_one(DashboardList), self._typed
        is_reference = ("/" in typed or not rows.rows) and dashboard_reference(typed) is not None
        if is_reference:
            self._open_reference(typed)
        elif rows.selection:
            self._open(*rows.selection.values())
        elif rows.current is not None:
            self._open(rows.current)
