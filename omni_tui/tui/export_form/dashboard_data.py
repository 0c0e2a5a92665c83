"""Loads the tiles and filters of a form's dashboards when needed, and caches them in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from omni_tui.api.models import Document, Tile
from omni_tui.errors import OmniTuiError
from omni_tui.options.filters.editing import read_filters
from omni_tui.options.spec import Problem, Severity
from omni_tui.tui.dashboard_contents import Contents, contents_of
from omni_tui.tui.export_form.draft.draft import Draft
from omni_tui.tui.export_form.draft.field_names import NO_FIELD
from omni_tui.tui.export_form.fields.tile_picker import TilePicker
from omni_tui.tui.export_form.filters.list import FilterList

if TYPE_CHECKING:
    from omni_tui.services import Services

# The number of dashboards whose filters are loaded at once.
MAX_CONCURRENT = 4


class DashboardData:
    """The tiles and filters of one form. `changed` is called when something was loaded.

    Cached data is shown at once and then reloaded.
    """

    def __init__(self, draft: Draft, changed: Callable[[], None]) -> None:
        self._draft = draft
        self._changed = changed
        self.services: Services | None = None
        """None until they are open."""
        self.filters_loaded = asyncio.Event()
        """Set when loading the filters succeeded or failed."""

    @property
    def _documents(self) -> Sequence[Document]:
        return self._draft.documents

    @property
    def _contents(self) -> Contents | None:
        return contents_of(self.services.client) if self.services else None

    @property
    def tiles(self) -> tuple[Tile, ...] | None:
        """The tiles of the form's dashboard; None until they are loaded."""
        return self._contents.tiles.get(self._documents[0].identifier) if self._contents else None

    # the dashboard list

    async def reload_list(self, services: Services) -> Problem:
        """Reload the dashboard list; return a message that says if the form's dashboards are in it."""
        try:
            await services.catalog.refresh()
        except OmniTuiError as error:
            return Problem(NO_FIELD, Severity.ERROR, str(error))
        gone = [each for each in self._documents if services.catalog.find(each.identifier) is None]
        if gone:
            names = ", ".join(each.name or each.identifier for each in gone)
            message = f"The reloaded list doesn't contain {names}. Go back and choose another."
            return Problem(NO_FIELD, Severity.ERROR, message)
        message = "The dashboard still exists, but you may not have permission to download it."
        return Problem(NO_FIELD, Severity.WARNING, message)

    # filters

    async def load_filters(self, editors: FilterList) -> None:
        """Show the cached filters, then the current ones."""
        if not self._use_loaded():
            editors.show_words("Loading …")
        else:
            self._show_filters(editors)
        self._changed()
        try:
            await self._fetch_filters()
        except OmniTuiError as error:
            if self._draft.filters.is_loaded:  # without the rows, the form would drop what the user set
                editors.show_note(f"Couldn't reload the filters. {error.message}")
            else:
                editors.show_words(f"Couldn't load the filters. {error.message}")
        else:
            self._use_loaded()
            self._show_filters(editors)
        self.filters_loaded.set()
        self._changed()
        await self._suggest_values(editors)

    async def _suggest_values(self, editors: FilterList) -> None:
        """Suggest values from earlier exports and saved files. Nothing waits for this."""
        if self.services is None or not self._draft.filters.offered:
            return
        from omni_tui.daemon_threads import run_in_daemon_thread
        from omni_tui.downloads.seen_values import seen_values

        jobs, id_ = self.services.engine.jobs(), self._documents[0].identifier
        editors.show_seen_values(
            await run_in_daemon_thread(partial(seen_values, jobs, id_, self._draft.filters.offered))
        )

    async def _fetch_filters(self) -> None:
        """Load the filters of each dashboard, a few at a time. Raises the first OmniTuiError."""
        services, contents = self.services, self._contents
        if services is None or contents is None:
            return
        from omni_tui.api.rate_limit.priority import Priority

        # exports come before the filters of many dashboards, which nobody waits for
        priority = Priority.BACKGROUND if self._draft.is_for_several else Priority.INTERACTIVE
        gate = asyncio.Semaphore(MAX_CONCURRENT)

        async def fetch(dashboard_id: str) -> None:
            async with gate:
                contents.filters[dashboard_id] = await services.client.filters(
                    dashboard_id, priority=priority
                )

        try:
            async with asyncio.TaskGroup() as group:
                for document in self._documents:
                    group.create_task(fetch(document.identifier))
        except* OmniTuiError as errors:
            raise errors.exceptions[0] from None

    def _use_loaded(self) -> bool:
        """Set the loaded filters in the draft; return whether those of all dashboards are loaded."""
        for document in self._documents:
            if self._contents and (loaded := self._contents.filters.get(document.identifier)) is not None:
                filters = read_filters(loaded.filters, loaded.order)
                self._draft.filters.set_filters(document.identifier, filters)
        return self._draft.filters.is_loaded

    def _show_filters(self, editors: FilterList) -> None:
        filters = self._draft.filters
        editors.show_filters(filters.offered, filters.edits)
        editors.show_fan_out(filters.fan_out)
        if self._draft.is_for_several and not filters.offered:
            editors.show_words("These dashboards have no filter in common.")

    # tiles

    async def load_tiles(self, picker: TilePicker) -> None:
        """Show the cached tiles, then the current ones."""
        picker.show_loading()
        if (known := self.tiles) is not None:
            self._show_tiles(picker, known)
        try:
            tiles = await self.fetch_tiles()
        except OmniTuiError as error:
            picker.show_failure(error)
        else:
            self._show_tiles(picker, tiles)
        self._changed()

    async def fetch_tiles(self) -> tuple[Tile, ...]:
        """Load the current tiles. Raises OmniTuiError."""
        assert self.services is not None
        dashboard_id = self._documents[0].identifier
        tiles = await self.services.client.tiles(dashboard_id)
        contents_of(self.services.client).tiles[dashboard_id] = tiles
        return tiles

    def _show_tiles(self, picker: TilePicker, tiles: tuple[Tile, ...]) -> None:
        picker.show_tiles(tiles)
        self._draft.tile_names = {tile.key: tile.name for tile in tiles if tile.key}
