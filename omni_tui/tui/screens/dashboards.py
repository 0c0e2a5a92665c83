"""The first screen: find a dashboard among thousands, mark some, export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from omni_tui.api.addresses import dashboard_address, dashboard_reference
from omni_tui.api.models import Document
from omni_tui.catalog.search import Index
from omni_tui.errors import OmniTuiError
from omni_tui.tui.messages import CatalogChanged
from omni_tui.tui.screens.paned import PanedScreen
from omni_tui.tui.text import content
from omni_tui.tui.widgets.dashboard_detail import DashboardDetail
from omni_tui.tui.widgets.dashboard_list import DashboardList
from omni_tui.tui.widgets.line_input import SearchLine
from omni_tui.tui.widgets.noted_frame import NotedFrame
from omni_tui.tui.widgets.row_list import RowList
from omni_tui.words import ago_words

if TYPE_CHECKING:
    from omni_tui.services import Services


class DashboardsScreen(PanedScreen):
    """Search, list and detail of the dashboards."""

    AUTO_FOCUS = "#dashboards"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "search", key_display="/", id="search"),
        Binding("r", "reload", "reload", id="reload"),
        Binding(
            "u",
            "copy_address",
            "copy address",
            show=False,
            tooltip="Copy the address of this dashboard",
            id="copy-address",
        ),
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

    def __init__(self) -> None:
        super().__init__()
        self._index = Index(())
        self._indexed: tuple[Document, ...] = ()
        self._searched = ""
        """What the list shows the hits of."""
        self._leave_catalog: Callable[[], None] = lambda: None
        self._wanted: tuple[Document, ...] = ()
        """Opened before the services were: their form comes as soon as they are."""

    def compose_body(self) -> ComposeResult:
        """The list with its search line, and beside it the detail where there is room."""
        with Horizontal(id="dashboards-body"):
            with NotedFrame("Dashboards", id="dashboards-frame"):
                yield SearchLine(
                    placeholder="Search by name, folder or owner, or paste an address", id="search"
                )
                yield Static("", id="dashboards-empty")
                yield DashboardList(id="dashboards")
            yield DashboardDetail(id="detail")

    def on_mount(self) -> None:
        """Show what there is; load when the services are open."""
        self.watch(self.omni, "services", self._services_opened)
        self.watch(self.omni, "glimpse", lambda: self._show())

    def on_unmount(self) -> None:
        """Stop listening."""
        self._leave_catalog()

    def focus_body(self) -> None:
        """Keys go to the list."""
        self.query_one(DashboardList).focus()

    def _services_opened(self, services: Services | None) -> None:
        self._leave_catalog()
        if services is None:
            self._wanted = ()
            self._show()  # what was there may have been of another Omni
            return
        self._leave_catalog = services.catalog.subscribe(self._tell_of_catalog)
        self._show()
        self._refresh_catalog()
        wanted, self._wanted = self._wanted, ()
        if wanted:
            self._open(*wanted)
        elif services.opened_dashboard is not None:
            self._open(self._document(services.opened_dashboard))

    def _tell_of_catalog(self) -> None:
        self.post_message(CatalogChanged())

    @work(exclusive=True, exit_on_error=False, group="catalog")
    async def _refresh_catalog(self) -> None:
        services = self.omni.services
        if services is None:
            return
        try:
            await services.catalog.refresh()
            await services.client.learn_key_kind()  # the form has a field the more for one kind
        except OmniTuiError as error:
            if services.is_credential_trouble(error):
                await self.omni.show_trouble(error)
        self._show()

    @on(CatalogChanged)
    def _catalog_changed(self) -> None:
        self._show()

    @on(Input.Changed, "#search")
    def _search_changed(self) -> None:
        self._show()

    @on(Input.Submitted, "#search")
    def _search_submitted(self) -> None:
        self.action_open()

    @on(RowList.Selected, "#dashboards")
    def _row_selected(self) -> None:
        self.action_open()

    @on(RowList.Highlighted, "#dashboards")
    def _row_highlighted(self, event: RowList.Highlighted) -> None:
        row = event.row
        self.query_one(DashboardDetail).show(row if isinstance(row, Document) else None)

    @on(DashboardList.TopLeft)
    def _top_left(self) -> None:
        self.action_search()

    @on(DashboardList.Marked)
    def _marked(self) -> None:
        self._show_counts()

    # what is shown

    def _show(self) -> None:
        """Another list keeps the cursor on its row; another text puts it on the best hit."""
        rows, dashboards = self.query_one(DashboardList), self._dashboards()
        is_other_list, is_other_text = dashboards is not self._indexed, self._searched != self._typed
        if is_other_list:
            self._indexed, self._index = dashboards, Index(dashboards, self._index)
            self._renew_marks()
        if is_other_list or is_other_text:
            self._searched = self._typed
            rows.now = self._now()
            rows.set_rows(self._index.search(self._typed), keep_cursor=not is_other_text)
        self._show_list_or_why()
        self._show_counts()

    def _renew_marks(self) -> None:
        """What is marked is in the list, as the list has it: a dashboard that goes takes its mark along."""
        services, rows = self.omni.services, self.query_one(DashboardList)
        if services is not None:
            found = [services.catalog.find(identifier) for identifier in rows.marked]
            rows.marked = {document.identifier: document for document in found if document is not None}

    def _show_list_or_why(self) -> None:
        rows = self.query_one(DashboardList)
        empty = self.query_one("#dashboards-empty", Static)
        rows.display = bool(rows.rows)
        empty.display = not rows.rows
        if empty.display:
            empty.update(self._why_empty())

    def _dashboards(self) -> tuple[Document, ...]:
        """The list as it is known; before there is a catalog, as the last start left it."""
        if self.omni.services is not None:
            return self.omni.services.catalog.dashboards
        return self.omni.glimpse[0] if self.omni.glimpse else ()

    def _now(self) -> datetime:
        services = self.omni.services
        return datetime.fromtimestamp(services.clock.time(), UTC) if services else datetime.now(UTC)

    @property
    def _typed(self) -> str:
        return self.query_one("#search", SearchLine).value.strip()

    def _why_empty(self) -> Content:
        services = self.omni.services
        reference = dashboard_reference(self._typed)
        if reference is not None:
            return Content.assemble(("enter", "bold $primary"), " opens ", content(reference, "bold"))
        if services is None:
            return content("Opening …", "$muted")
        if services.catalog.failure is not None:
            failure = services.catalog.failure
            lines = [content(failure.message, "$error"), content(failure.hint, "$muted")]
            return Content("\n").join([*lines, Content.assemble(("r", "bold $primary"), " tries again")])
        if services.catalog.is_loading:
            return content("Loading the dashboards …", "$muted")
        if self._typed:
            text = "No dashboard has all of these words in its name, folder, owner or labels."
            return Content("\n").join(
                [content(text, "$muted"), Content.assemble(("escape", "bold $primary"), " shows all again")]
            )
        return content("This key sees no dashboard. Ask its owner for access, or use another key.", "$muted")

    def _show_counts(self) -> None:
        self.query_one("#dashboards-frame", NotedFrame).note = self._counts()

    def _counts(self) -> str:
        services = self.omni.services
        rows = self.query_one(DashboardList)
        total = len(self._indexed)
        if services is None:
            return f"{total:,} · opening" if total else ""
        catalog = services.catalog
        parts = [f"{len(rows.marked)} marked"] if rows.marked else []
        parts.append(f"{len(rows.rows):,} of {total:,}" if self._typed else f"{total:,}")
        if catalog.is_loading:
            of = f" of {catalog.total_count:,}" if catalog.total_count else ""
            parts.append(f"loading, {catalog.loaded_count:,}{of}")
        elif catalog.failure is not None and self._indexed:
            parts.append("could not be reloaded")
        elif catalog.as_of is not None and self._now().timestamp() - catalog.as_of >= 60:
            moment = datetime.fromtimestamp(catalog.as_of, UTC)
            parts.append(f"as of {ago_words(moment, self._now())}")
        return " · ".join(parts)

    # what keys do

    def action_search(self) -> None:
        """Type in the search line."""
        self.query_one("#search", SearchLine).focus()

    def action_reload(self) -> None:
        """Ask the server for the list again."""
        if self.omni.services is not None and not self.omni.services.catalog.is_loading:
            self._refresh_catalog()

    def action_back(self) -> None:
        """From a pane or the search back to the list; there, show all again."""
        search = self.query_one("#search", SearchLine)
        rows = self.query_one(DashboardList)
        if rows.has_focus or search.has_focus:
            if search.value:
                search.value = ""
            elif rows.has_focus and rows.marked:
                rows.unmark_all()
        rows.focus()

    def action_copy_address(self) -> None:
        """Copy the address of the dashboard under the cursor, for the browser at home."""
        document, services = self.query_one(DashboardList).current, self.omni.services
        if document is not None and services is not None:
            address = dashboard_address(services.client.root, document.identifier, document.url)
            self.query_one("#dashboards-frame", NotedFrame).copy(address)

    def action_into_list(self) -> None:
        """From the search line, down goes into the list."""
        if self.query_one("#search", SearchLine).has_focus:
            self.query_one(DashboardList).focus()

    def action_open(self) -> None:
        """Export the one typed by its address, else the marked dashboards, else the one under the cursor."""
        rows = self.query_one(DashboardList)
        reference = dashboard_reference(self._typed) if not rows.rows else None
        if reference is not None:
            self._open(self._document(reference))
        elif rows.marked:
            self._open(*rows.marked.values())
        elif rows.current is not None:
            self._open(rows.current)

    def _document(self, identifier: str) -> Document:
        """The dashboard of that id: as the list knows it, else by its id alone."""
        services = self.omni.services
        known = services.catalog.find(identifier) if services is not None else None
        return known or Document(identifier=identifier, name="")

    def _open(self, *documents: Document) -> None:
        from omni_tui.tui.screens.export import ExportScreen

        self.focus_body()  # that is where one wants to be when the form closes
        if self.omni.services is not None:
            self.app.push_screen(ExportScreen(documents))
        else:
            self._wanted = documents
