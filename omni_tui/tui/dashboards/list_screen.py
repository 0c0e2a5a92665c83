"""The base of the dashboards screen: loading, searching and counting, and opening the export form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from omni_tui.api.documents import Document
from omni_tui.api.urls import dashboard_reference
from omni_tui.catalog.list_model import UserActivity, VisibleList
from omni_tui.catalog.search.folding import words_of
from omni_tui.errors import OmniTuiError
from omni_tui.tui.common.input_line import SearchLine
from omni_tui.tui.common.screens.paned_screen import PanedScreen
from omni_tui.tui.common.table.table import RowList
from omni_tui.tui.common.titled_frame import TitledFrame
from omni_tui.tui.dashboards.detail import DashboardDetail
from omni_tui.tui.dashboards.list import DashboardList
from omni_tui.tui.dashboards.list_text import (
    count_words,
    empty_list_text,
    other_server_host,
    respelled_words,
    state_words,
    title_of,
)
from omni_tui.tui.form_title import form_title
from omni_tui.tui.messages import CatalogChanged
from omni_tui.tui.painting.textual_patches import paint_now

if TYPE_CHECKING:
    from omni_tui.options.filters.from_url import UrlFilters
    from omni_tui.services import Services


class DashboardListScreen(PanedScreen):
    """The search, list and details of the dashboards. The subclass defines the keys."""

    def __init__(self) -> None:
        super().__init__()
        self._list = VisibleList()
        self._had_no_row = False
        self._searched = ""
        """The text whose matches the list shows."""
        self._respelled = ""
        """The closest spelling that finds something, if what was typed finds nothing."""
        self._unsubscribe: Callable[[], None] = lambda: None
        self._requested: tuple[Document, ...] | str = ()
        """What to open once services are open: dashboards, or an ID or URL that was typed."""

    def compose_body(self) -> ComposeResult:
        """Compose the search and the list, and the details beside them if there is room."""
        with Horizontal(id="dashboards-body"):
            with TitledFrame("Dashboards", id="dashboards-frame"):
                yield SearchLine(
                    self.omni.arguments.search,
                    placeholder="Search by name, folder or owner, or paste a URL",
                    id="search",
                )
                yield Static("", id="dashboards-empty")
                yield DashboardList(id="dashboards")
            yield DashboardDetail(id="detail")
        if self.omni.shows_welcome:
            from omni_tui.tui.dashboards.welcome import Welcome

            yield Welcome()

    def on_mount(self) -> None:
        """Show what is known; load once services are open."""
        self.watch(self.omni, "services", self._services_opened)
        self.watch(self.omni, "startup_snapshot", lambda: self._show())
        # synchronous, not by message: letter, list and details appear in one paint
        self.watch(self.query_one(SearchLine), "value", self._search_changed, init=False)

    def on_unmount(self) -> None:
        """Unsubscribe from the catalog."""
        self._unsubscribe()

    def focus_body(self) -> None:
        """Focus the list."""
        self.query_one(DashboardList).focus()

    def _services_opened(self, services: Services | None) -> None:
        self._unsubscribe()
        if services is None:
            self._requested = ()
            self._show()  # the old list may belong to another Omni
            return
        self._unsubscribe = services.catalog.subscribe(self._post_catalog_changed)
        self._show()
        self._refresh_catalog()
        wanted, self._requested = self._requested or services.opened_dashboard or (), ()
        if isinstance(wanted, str):
            self._open_reference(wanted)
        elif wanted:
            self._open(*wanted)

    def _post_catalog_changed(self) -> None:
        self.post_message(CatalogChanged())

    @work(exclusive=True, group="catalog")
    async def _refresh_catalog(self, whole: bool = False) -> None:
        services = self.omni.services
        if services is None:
            return
        try:
            await services.catalog.refresh(whole=whole)
            await services.client.get_key_kind()  # organization keys have one more field in the form
        except OmniTuiError as error:
            if services.is_credential_trouble(error):
                await self.omni.show_error_screen(error)
        self._show()

    @on(CatalogChanged)
    def _catalog_changed(self) -> None:
        self._show()

    def _search_changed(self) -> None:
        """Search, and postpone loading details while the user types."""
        self._show()
        self.query_one(DashboardDetail).show(self.query_one(DashboardList).current, is_typed=True)

    @on(RowList.Highlighted, "#dashboards")
    def _row_highlighted(self, event: RowList.Highlighted) -> None:
        row = event.row
        self.query_one(DashboardDetail).show(row if isinstance(row, Document) else None)
        if (row is None) != self._had_no_row:
            self._had_no_row = row is None
            self.refresh_bindings()  # some keys need a dashboard

    @on(DashboardList.SelectionChanged)
    def _selection_changed(self) -> None:
        self._show_counts()

    # what is shown

    def _show(self) -> None:
        """Show the list. A changed list keeps the cursor on its row; a changed search moves it to the top."""
        rows, own = self.query_one(DashboardList), self._user_data()
        is_other_text = self._searched != self._typed
        if self._list.take(self._dashboards(), own):
            self._refresh_selection()
        elif not is_other_text:
            self._show_counts()
            self._show_list_or_reason()
            return
        self._searched = self._typed
        rows.now, rows.favorites = self._now(), own.favorites
        found = self._list.search(self._typed)
        is_reference = dashboard_reference(self._typed) is not None
        is_wrong = not (found or is_reference or not self._typed)
        self._respelled = self._list.respelled(self._typed) if is_wrong else ""
        if self._respelled:
            found = self._list.search(self._respelled)
        rows.highlight(words_of(self._respelled or self._typed))
        rows.set_rows(found, keep_cursor=not is_other_text)
        self._show_list_or_reason()
        self._show_counts()

    def _user_data(self) -> UserActivity:
        """Return the user's own data; empty until services are open."""
        services = self.omni.services
        return services.own if services is not None else UserActivity()

    def _refresh_selection(self) -> None:
        """Update the selected dashboards from the catalog, and drop those that are gone."""
        services, rows = self.omni.services, self.query_one(DashboardList)
        if services is not None:
            found = [services.catalog.find(identifier) for identifier in rows.selection]
            rows.selection = {document.identifier: document for document in found if document is not None}

    def _show_list_or_reason(self) -> None:
        """Explain above the list why it is empty or shows another spelling. The list keeps the focus."""
        rows = self.query_one(DashboardList)
        empty = self.query_one("#dashboards-empty", Static)
        empty.display = not rows.rows or bool(self._respelled)
        if self._respelled:
            empty.update(respelled_words(self._typed, self._respelled))
        elif empty.display:
            empty.update(self._empty_list_text())

    def _dashboards(self) -> Sequence[Document]:
        """Return the catalog's list, or the cached one until the catalog is open."""
        if self.omni.services is not None:
            return self.omni.services.catalog.dashboards
        return self.omni.startup_snapshot.documents if self.omni.startup_snapshot else ()

    def _now(self) -> datetime:
        services = self.omni.services
        return datetime.fromtimestamp(services.clock.time(), UTC) if services else datetime.now(UTC)

    @property
    def _typed(self) -> str:
        return self.query_one("#search", SearchLine).value.strip()

    def _empty_list_text(self) -> Content:
        services = self.omni.services
        catalog = services.catalog if services is not None else None
        root = services.client.root if services is not None else ""
        return empty_list_text(catalog, self._list.list_filter, self._typed, root, self.omni.keys_in_use)

    def _show_counts(self) -> None:
        frame = self.query_one("#dashboards-frame", TitledFrame)
        frame.note = self._counts()
        frame.title = title_of(self._list.list_filter)

    def _counts(self) -> str:
        services, rows = self.omni.services, self.query_one(DashboardList)
        if services is None:
            count = self.omni.startup_snapshot.count if self.omni.startup_snapshot else 0
            return f"{count:,} · opening" if count else ""
        state = state_words(services.catalog, self._now())
        if services.catalog.is_loading and not self._list.total:
            return " · ".join(state)
        found = len(rows.rows) if self._typed else None
        counted = count_words(len(rows.selection), found, self._list.total, self._list.sort_by)
        return " · ".join([*counted, *state])

    # what opens

    def _document(self, identifier: str) -> Document:
        """Return the dashboard from the list, or one that has only the ID."""
        services = self.omni.services
        known = services.catalog.find(identifier) if services is not None else None
        return known or Document(identifier=identifier, name="")

    def _dismiss_welcome(self) -> bool:
        """Remove the welcome for good; return whether it was shown."""
        was_there, self.omni.shows_welcome = self.omni.shows_welcome, False
        self.query("#welcome").remove()
        return was_there

    def _open_reference(self, typed: str) -> None:
        """Open an ID or a URL with its filters; for a URL of another Omni, offer a profile."""
        services = self.omni.services
        if services is None:
            self.focus_body()
            self._requested = typed
            return
        if instance := other_server_host(typed, services.client.root):
            self._offer_profile(typed, instance)
            return
        from omni_tui.options.filters.from_url import url_filters

        self._open(self._document(dashboard_reference(typed) or typed), url=url_filters(typed))

    @work(exclusive=True, group="elsewhere")
    async def _offer_profile(self, typed: str, instance: str) -> None:
        from omni_tui.tui.connection.screens import offer_profile

        await offer_profile(self.omni, typed, instance)

    def _open(self, *documents: Document, url: UrlFilters | None = None) -> None:
        from omni_tui.tui.export_form.screen import ExportScreen

        self._dismiss_welcome()
        self.focus_body()  # where the focus should be when the form closes
        if self.omni.services is None:
            self._requested = documents
            return
        frame = self.query_one("#dashboards-frame", TitledFrame)
        frame.title = form_title(documents)
        paint_now(self, frame)
        self.app.push_screen(ExportScreen(documents, url=url))

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Show the counts again after the form closes."""
        self._show_counts()
