"""What the server has to be asked of dashboards before anything is started: names, tiles, filters."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from omni_tui.api.priority import Priority
from omni_tui.errors import OmniTuiError

if TYPE_CHECKING:
    from omni_tui.api.models import DashboardFilters, Tile
    from omni_tui.services import Services

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What has to be known of each dashboard; nothing that is not needed is asked for."""

    name: bool = False
    tiles: bool = False
    filters: bool = False


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A dashboard as far as it was asked about; its texts are the server's. No name: nobody told it."""

    id: str
    name: str = ""
    tiles: tuple[Tile, ...] = ()
    filters: DashboardFilters | None = None


@dataclass(slots=True)
class Readings:
    """What became of it: the dashboards that could be read, and why the others could not, by id."""

    dashboards: dict[str, Dashboard] = field(default_factory=dict)
    failures: dict[str, OmniTuiError] = field(default_factory=dict)


async def read_all(
    services: Services, ids: Collection[str], wanted: Wanted, *, user_id: str | None = None
) -> Readings:
    """Read them side by side, as that user sees them. One that cannot be read keeps none from being read.

    Raises OmniTuiError when names are wanted and the list cannot be read.
    """
    names = await names_of(services, ids, look_them_up=wanted.name)
    readings = Readings()

    async def read_one(id_: str) -> None:
        try:
            readings.dashboards[id_] = await _read(services, id_, names.get(id_, ""), wanted, user_id)
        except OmniTuiError as error:
            readings.failures[id_] = error

    await asyncio.gather(*(read_one(id_) for id_ in ids))
    return readings


async def names_of(services: Services, ids: Iterable[str], *, look_them_up: bool) -> dict[str, str]:
    """The names by id, as far as the list that was kept knows them.

    `look_them_up`: reads the server's list for the others, the newest change first, until all are found.
    The API has no shorter way to a name. What is in no list has none here.
    """
    kept = {id_: services.catalog.find(id_) for id_ in ids}
    names = {id_: document.name for id_, document in kept.items() if document is not None and document.name}
    missing = kept.keys() - names.keys()
    cursors: set[str | None] = set()
    cursor: str | None = None
    # a cursor that comes back would lead round for ever
    while look_them_up and missing and cursor not in cursors:
        cursors |= {cursor, None}
        page = await services.client.documents(
            cursor=cursor, sort_field="updatedAt", sort_direction="desc", priority=Priority.PERSON
        )
        names |= {each.identifier: each.name for each in page.records if each.identifier in missing}
        missing -= names.keys()
        cursor = page.next_cursor
    return names


async def _read(services: Services, id_: str, name: str, wanted: Wanted, user_id: str | None) -> Dashboard:
    """Both at once. The failure of one is told after the other has ended: nothing runs on unseen."""
    client = services.client
    tiles, filters = await asyncio.gather(
        client.tiles(id_) if wanted.tiles else _of(()),
        client.filters(id_, user_id=user_id) if wanted.filters else _of(None),
        return_exceptions=True,
    )
    if isinstance(tiles, BaseException):
        raise tiles
    if isinstance(filters, BaseException):
        raise filters
    return Dashboard(id_, name, tiles, filters)


async def _of(value: T) -> T:
    return value
