"""What belongs to the dashboards of a form, asked for when it is needed and kept while the program runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.widget import Widget

from omni_tui.api.models import Document, Tile
from omni_tui.errors import OmniTuiError
from omni_tui.options.filters.editing import read_filters
from omni_tui.options.spec import Problem, Severity
from omni_tui.tui.common.work import start_work
from omni_tui.tui.dashboard_contents import Contents, contents_of
from omni_tui.tui.export_form.draft.draft import NO_FIELD, Draft
from omni_tui.tui.export_form.fields.tile_picker import TilePicker
from omni_tui.tui.export_form.filters.list import FilterList

if TYPE_CHECKING:
    from omni_tui.services import Services

# How many dashboards are asked for their filters side by side.
MOST_AT_ONCE = 4


class DashboardData:
    """The tiles and the filters of one form. `changed` is called when something has come.

    What was told before is shown at once, and asked for anew behind it. The work runs as `screen`'s workers,
    and ends with it.
    """

    def __init__(self, screen: Widget, draft: Draft, changed: Callable[[], None]) -> None:
        self._screen = screen
        self._draft = draft
        self._changed = changed
        self._services: Services | None = None
        self.filters_loaded = asyncio.Event()
        """Set when the filters were told, or could not be."""

    def set_services(self, services: Services) -> None:
        """Ask these from now on."""
        self._services = services

    @property
    def _documents(self) -> Sequence[Document]:
        return self._draft.documents

    @property
    def _contents(self) -> Contents | None:
        return contents_of(self._services.client) if self._services else None

    @property
    def tiles(self) -> tuple[Tile, ...] | None:
        """The tiles of the form's dashboard; None while they are not known."""
        return self._contents.tiles.get(self._documents[0].identifier) if self._contents else None

    # the list that the dashboards are from

    def reload_list(self, told: Callable[[list[Problem]], None]) -> None:
        """Ask for the list of dashboards anew, and tell whether the form's are still in it."""
        if self._services is not None:
            start_work(self._screen, "list", partial(self._reload_list, self._services, told))

    async def _reload_list(self, services: Services, told: Callable[[list[Problem]], None]) -> None:
        try:
            await services.catalog.refresh()
        except OmniTuiError as error:
            told([Problem(NO_FIELD, Severity.ERROR, str(error))])
            return
        gone = [each for each in self._documents if services.catalog.find(each.identifier) is None]
        if gone:
            names = ", ".join(each.name or each.identifier for each in gone)
            words = f"The list is reloaded, without {names}. Go back and choose another."
            told([Problem(NO_FIELD, Severity.ERROR, words)])
        else:
            words = "The list is reloaded, and this is still in it: it may be downloaded by others only."
            told([Problem(NO_FIELD, Severity.WARNING, words)])

    # filters

    def load_filters(self, editors: FilterList) -> None:
        """Show the filters as they stood when they were last told, then as they stand now."""
        if self._services is not None:
            start_work(self._screen, "filters", partial(self._load_filters, editors))

    async def _load_filters(self, editors: FilterList) -> None:
        if not self._use_loaded():
            editors.show_words("Loading …")
        else:
            self._show_filters(editors)
        self._changed()
        try:
            await self._fetch_filters()
        except OmniTuiError as error:
            editors.show_words(f"They could not be read. {error.message}")
        else:
            self._use_loaded()
            self._show_filters(editors)
        self.filters_loaded.set()
        self._changed()
        await self._suggest_values(editors)

    async def _suggest_values(self, editors: FilterList) -> None:
        """Suggest values that were asked for before, or that saved files hold. The form waits for nothing."""
        if self._services is None or not self._draft.filters.offered:
            return
        from omni_tui.daemon_threads import run_in_daemon_thread
        from omni_tui.downloads.seen_values import seen_values

        jobs, id_ = self._services.engine.jobs(), self._documents[0].identifier
        editors.show_seen_values(
            await run_in_daemon_thread(partial(seen_values, jobs, id_, self._draft.filters.offered))
        )

    async def _fetch_filters(self) -> None:
        """Ask for those of each dashboard, a few at once. Raises OmniTuiError for the first that fails."""
        services, contents = self._services, self._contents
        if services is None or contents is None:
            return
        from omni_tui.api.rate_limit.priority import Priority

        # of many dashboards, nobody waits for all the filters: the exports themselves go first
        priority = Priority.BACKGROUND if self._draft.is_for_several else Priority.PERSON
        gate = asyncio.Semaphore(MOST_AT_ONCE)

        async def ask(dashboard_id: str) -> None:
            async with gate:
                told = await services.client.filters(dashboard_id, priority=priority)
                contents.filters[dashboard_id] = told

        try:
            async with asyncio.TaskGroup() as group:
                for document in self._documents:
                    group.create_task(ask(document.identifier))
        except* OmniTuiError as errors:
            raise errors.exceptions[0] from None

    def _use_loaded(self) -> bool:
        """Hand to the draft what is known. Whether that is all there is to know."""
        for document in self._documents:
            if self._contents and (told := self._contents.filters.get(document.identifier)) is not None:
                self._draft.filters.set_filters(document.identifier, read_filters(told.filters, told.order))
        return self._draft.filters.is_loaded

    def _show_filters(self, editors: FilterList) -> None:
        filters = self._draft.filters
        editors.show_filters(filters.offered, filters.edits)
        editors.show_fan_out(filters.fan_out)
        if self._draft.is_for_several and not filters.offered:
            editors.show_words("These dashboards have no filter in common.")

    # tiles

    def load_tiles(self, picker: TilePicker) -> None:
        """Show the tiles as they were last told, then as they are now."""
        if self._services is not None:
            start_work(self._screen, "tiles", partial(self._load_tiles, picker))

    async def _load_tiles(self, picker: TilePicker) -> None:
        picker.show_loading()
        if (known := self.tiles) is not None:
            self._show_tiles(picker, known)
        try:
            told = await self.fetch_tiles()
        except OmniTuiError as error:
            picker.show_failure(error)
        else:
            self._show_tiles(picker, told)
        self._changed()

    async def fetch_tiles(self) -> tuple[Tile, ...]:
        """The tiles as they are now. Raises OmniTuiError."""
        assert self._services is not None
        dashboard_id = self._documents[0].identifier
        told = await self._services.client.tiles(dashboard_id)
        contents_of(self._services.client).tiles[dashboard_id] = told
        return told

    def _show_tiles(self, picker: TilePicker, tiles: tuple[Tile, ...]) -> None:
        picker.show_tiles(tiles)
        self._draft.tile_names = {tile.key: tile.name for tile in tiles if tile.key}
