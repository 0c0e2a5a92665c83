"""Load what is needed of dashboards before anything starts: names, tiles, filters."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from omni_tui.api.errors.types import ApiError, NotReached, Unauthorized
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.commands.shared.exit_codes import UsageError
from omni_tui.errors import OmniTuiError
from omni_tui.options.filters.editing import read_filters
from omni_tui.options.filters.types import Filter
from omni_tui.presets.fitting import tiles_named
from omni_tui.suggestions import closest

if TYPE_CHECKING:
    from omni_tui.api.models import DashboardFilters, Tile
    from omni_tui.services import Services

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DetailsToLoad:
    """What to load of each dashboard. Nothing else is requested.

    `fresh_name`: ask the server for the name before the cached list. `can_do_without_tiles`: tiles that can't
    be loaded aren't a failure. `is_confirmed`: if a dashboard's name is unknown, load its filters to see
    whether it exists.
    """

    name: bool = False
    fresh_name: bool = False
    tiles: bool = False
    can_do_without_tiles: bool = False
    filters: bool = False
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The loaded parts of a dashboard, with the server's texts. The name is empty if it is unknown."""

    id: str
    name: str = ""
    tiles: tuple[Tile, ...] = ()
    filters: DashboardFilters | None = None

    def read_filters(self) -> tuple[Filter, ...]:
        """Return its filters in their order; none if they weren't loaded."""
        return read_filters(self.filters.filters, self.filters.order) if self.filters is not None else ()


@dataclass(slots=True)
class LoadedDashboards:
    """The dashboards that could be loaded, and the errors of the others, by ID."""

    dashboards: dict[str, Dashboard] = field(default_factory=dict)
    failures: dict[str, OmniTuiError] = field(default_factory=dict)


async def read_all(
    services: Services, ids: Collection[str], wanted: DetailsToLoad, *, user_id: str | None = None
) -> LoadedDashboards:
    """Load dashboards concurrently, as that user sees them. A failure of one doesn't affect the others.

    Raises OmniTuiError if names are wanted and the list can't be loaded.
    """
    loaded = LoadedDashboards()

    async def read_one(id_: str) -> None:
        try:
            loaded.dashboards[id_] = await _read(services, id_, wanted, user_id)
        except OmniTuiError as error:
            loaded.failures[id_] = error

    await asyncio.gather(*(read_one(id_) for id_ in ids))
    unnamed = [id_ for id_ in ids if id_ in loaded.dashboards and not loaded.dashboards[id_].name]
    names = await names_of(services, unnamed, look_them_up=wanted.name)
    for id_, name in names.items():
        loaded.dashboards[id_] = replace(loaded.dashboards[id_], name=name)
    for id_ in unnamed if wanted.is_confirmed else ():
        if not loaded.dashboards[id_].name and loaded.dashboards[id_].filters is None:
            try:
                await services.client.filters(id_, user_id=user_id)
            except OmniTuiError as error:
                loaded.failures[id_] = error
    return loaded


async def names_of(services: Services, ids: Iterable[str], *, look_them_up: bool) -> dict[str, str]:
    """Return the names by ID, from the cached list.

    `look_them_up`: load the server's list for unknown IDs, latest change first, until all are found. That is
    for older servers, which have no endpoint for one dashboard. IDs that aren't in the list are missing here.
    """
    names = {id_: name for id_ in ids if (name := _kept_name(services, id_))}
    missing = set(ids) - names.keys()
    cursors: set[str | None] = set()
    cursor: str | None = None
    # a repeated cursor would lead to an endless loop
    while look_them_up and missing and cursor not in cursors:
        cursors |= {cursor, None}
        page = await services.client.documents(
            cursor=cursor, sort_field="updatedAt", sort_direction="desc", priority=Priority.INTERACTIVE
        )
        names |= {each.identifier: each.name for each in page.records if each.identifier in missing}
        missing -= names.keys()
        cursor = page.next_cursor
    return names


def _kept_name(services: Services, id_: str) -> str:
    document = services.catalog.find(id_)
    return document.name if document is not None else ""


async def _read(services: Services, id_: str, wanted: DetailsToLoad, user_id: str | None) -> Dashboard:
    """Load all parts concurrently. Wait for all of them before raising an error, so that none runs on."""
    client = services.client
    kept = "" if wanted.fresh_name else _kept_name(services, id_)
    name, tiles, filters = await asyncio.gather(
        _name(services, id_) if wanted.name and not kept else _of(kept),
        client.tiles(id_) if wanted.tiles else _of(()),
        client.filters(id_, user_id=user_id) if wanted.filters else _of(None),
        return_exceptions=True,
    )
    if isinstance(tiles, OmniTuiError) and wanted.can_do_without_tiles:
        tiles = ()
    if isinstance(tiles, BaseException):
        raise tiles
    if isinstance(filters, BaseException):
        raise filters
    if isinstance(name, BaseException):
        raise name
    return Dashboard(id_, name, tiles, filters)


async def _name(services: Services, id_: str) -> str:
    """Return the dashboard's name; empty if the server doesn't return it, like older ones."""
    try:
        return await services.client.document_name(id_)
    except ApiError as error:
        if isinstance(error, Unauthorized | NotReached):
            raise
        return ""


async def _of(value: T) -> T:
    return value


def key_of_tile(name: str, tiles: Iterable[Tile]) -> str:
    """Return the key of the only tile with that name, in any case. Raises UsageError with suggestions."""
    tiles = list(tiles)
    named = tiles_named(name, tiles)
    keys = [tile.key for tile in named if tile.key is not None]
    if len(named) > 1:
        more = f" Use one of their keys: {', '.join(keys)}." if keys else ""
        raise UsageError(f"{len(named)} tiles are named “{name}”.{more}")
    if keys:
        return keys[0]
    if named:
        raise UsageError("This server doesn't list tile keys. Look the key up in Omni.")
    meant = closest(name, filter(None, (tile.name for tile in tiles)))
    hint = f"Did you mean “{meant}”?" if meant else "omni-tui describe DASHBOARD lists them."
    raise UsageError(f"No tile is named “{name}”.", hint)


def tile_name_problem(typed: str, tiles: Iterable[Tile]) -> str:
    """Return what is wrong if a tile's name was given as its key; otherwise an empty text."""
    tiles = list(tiles)
    if any(tile.key == typed for tile in tiles):
        return ""
    named = [tile.key for tile in tiles_named(typed, tiles)]
    if not named:
        return ""
    keys = [key for key in named if key is not None]
    what = f"“{typed}” is a tile's name, not its key."
    if not keys:
        return f"{what} This server doesn't list tile keys. Look the key up in Omni."
    if len(keys) == 1:
        return f"{what} Its key is {keys[0]}."
    return f"{what} The tiles with that name have the keys {', '.join(keys)}."
