"""The first screen: find a dashboard among thousands, mark some, export."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.widgets import Input

from omni_tui.api.urls import dashboard_address, dashboard_reference
from omni_tui.catalog.list_view import Listing
from omni_tui.catalog.sort_filter import ALL, Only
from omni_tui.tui.common.input_line import SearchLine
from omni_tui.tui.common.table.table import RowList
from omni_tui.tui.common.titled_frame import NotedFrame
from omni_tui.tui.dashboards.list import DashboardList
from omni_tui.tui.dashboards.list_screen import CatalogScreen


class DashboardsScreen(CatalogScreen):
    """What keys do in the list of dashboards, and in its search."""

    AUTO_FOCUS = "#dashboards"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "new_search", "search", key_display="/", id="search"),
        Binding("r", "reload", "reload", tooltip="Load the list again, the newest first", id="reload"),
        Binding("f", "favourite", "favourite", tooltip="Make it a favourite, or no more", id="favourite"),
        Binding("b", "browse", "browse", tooltip="Browse folders, labels and favourites", id="browse"),
        Binding("s", "sort", "sort", tooltip="Sort by change, by name, or by use", id="sort"),
        Binding(
            "u",
            "copy_address",
            "copy address",
            show=False,
            tooltip="Copy the address of this dashboard",
            id="copy-address",
        ),
        Binding("i", "copy_id", "copy ID", show=False, tooltip="Copy the dashboard's ID", id="copy-id"),
        Binding("escape", "back", "back", show=False, tooltip="Back to the list; there, show all", id="back"),
        Binding("down", "into_list", show=False),
        Binding(
            "f2,ctrl+n",
            "app.profiles",
            "profiles",
            key_display="F2",
            show=False,
            tooltip="Go to another profile, or set one up",
            id="profiles",
        ),
    ]

    def is_idle(self, action: str) -> bool:
        """Whether a key has nothing to do: without a dashboard there is no favorite."""
        return action == "favourite" and self.query_one(DashboardList).current is None

    @on(Input.Submitted, "#search")
    def _search_submitted(self) -> None:
        self.action_open()

    @on(RowList.Selected, "#dashboards")
    def _row_selected(self) -> None:
        self.action_open()

    @on(DashboardList.TopLeft)
    def _top_left(self) -> None:
        self.action_search()

    def action_search(self) -> None:
        """Go to the search line, and on with what was typed there."""
        self.query_one("#search", SearchLine).focus()

    def action_new_search(self) -> None:
        """Start a fresh search."""
        search = self.query_one("#search", SearchLine)
        search.value = ""
        search.focus()

    def action_reload(self) -> None:
        """Ask the server for the list again; while it loads, for what is newest."""
        services = self.omni.services
        if services is not None and services.catalog.is_loading:
            services.catalog.look_again()
        elif services is not None:
            self._refresh_catalog(whole=True)

    def action_sort(self) -> None:
        """Show the list in the next order."""
        self._list.sort_by = self._list.sort_by.next
        self._show()

    @work(exclusive=True, exit_on_error=False, group="browse")
    async def action_browse(self) -> None:
        """Choose a folder, a label or the favourites, to show only those."""
        from omni_tui.tui.dashboards.browse_screen import BrowseScreen, count_branches

        documents = self._dashboards()
        if isinstance(documents, Listing):
            branches = await asyncio.to_thread(count_branches, documents, self._own().favourites)
            self._show_only(await self.omni.push_screen_wait(BrowseScreen(branches, self._list.only)))

    def _show_only(self, only: Only | None) -> None:
        if only is not None and only != self._list.only:
            self._list.only = only
            self._show()

    @work(exit_on_error=False, group="favourites")
    async def action_favourite(self) -> None:
        """Make the dashboard under the cursor a favourite, or one no more."""
        services, document = self.omni.services, self.query_one(DashboardList).current
        if services is not None and document is not None:
            from omni_tui.presets.recent import News

            is_one = document.identifier in services.remembered.favourites
            await services.remember(News(favourites={document.identifier: not is_one}))
            self._show()

    def action_back(self) -> None:
        """Put the tour away; from a pane or the search back to the list; there, show all again."""
        if self._is_tour_put_away():
            return
        search = self.query_one("#search", SearchLine)
        rows = self.query_one(DashboardList)
        if rows.has_focus or search.has_focus:
            if search.value:
                search.value = ""
            elif rows.has_focus and rows.marked:
                rows.unmark_all()
            elif rows.has_focus or not rows.rows:
                self._show_only(ALL)
        rows.focus()

    def action_copy_address(self) -> None:
        """Copy the address of the dashboard under the cursor, for the browser at home."""
        document, services = self.query_one(DashboardList).current, self.omni.services
        if document is not None and services is not None:
            address = dashboard_address(services.client.root, document.identifier, document.url)
            self.query_one("#dashboards-frame", NotedFrame).copy(address)

    def action_copy_id(self) -> None:
        """Copy the ID of the dashboard under the cursor, and show it."""
        document = self.query_one(DashboardList).current
        if document is not None:
            self.query_one("#dashboards-frame", NotedFrame).copy(document.identifier, is_shown=True)

    def action_into_list(self) -> None:
        """From the search line, down goes into the list, where there is one."""
        rows = self.query_one(DashboardList)
        if rows.rows and self.query_one("#search", SearchLine).has_focus:
            rows.focus()

    def action_open(self) -> None:
        """Export the one typed by its ID or URL, else the selected dashboards, else the current one."""
        rows, typed = self.query_one(DashboardList), self._typed
        is_reference = ("/" in typed or not rows.rows) and dashboard_reference(typed) is not None
        if is_reference:
            self._open_reference(typed)
        elif rows.marked:
            self._open(*rows.marked.values())
        elif rows.current is not None:
            self._open(rows.current)
