"""Cache tiles and filter labels on the disk, for completion. Nothing heavy is imported.

One private JSON file beside each cached list: `{dashboard ID: {"tiles": [[key, name]], "filters": [label]}}`,
the dashboards that were read last are at the end.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from omni_tui.settings.locations import write_private_file
from omni_tui.settings.shared_files import read_shared

if TYPE_CHECKING:
    from omni_tui.api.client import OmniClient
    from omni_tui.api.models import DashboardFilters, Tile

MAX_DASHBOARDS = 500
_MAX_PER_DASHBOARD = 500


class Contents(NamedTuple):
    """A dashboard's tiles, as keys (empty if unknown) and names, and its filters' names for --filter."""

    tiles: tuple[tuple[str, str], ...] = ()
    filters: tuple[str, ...] = ()


class ContentsCache:
    """Collects contents, and adds them to the file. `path` is that of the cached list."""

    def __init__(self, path: Path) -> None:
        self._path = contents_path(path)
        self._tiles: dict[str, tuple[tuple[str, str], ...]] = {}
        self._filters: dict[str, tuple[str, ...]] = {}

    def listen_to(self, client: OmniClient) -> None:
        """Collect the tiles and filters that this client reads from now on."""
        client.tiles_read, client.filters_read = self.note_tiles, self.note_filters

    def take(self, dashboard_id: str, tiles: Sequence[tuple[str, str]], filters: Sequence[str]) -> None:
        """Set a dashboard's tiles (key, name) and its filters' names for --filter."""
        self._tiles[dashboard_id] = tuple(tiles[:_MAX_PER_DASHBOARD])
        self._filters[dashboard_id] = tuple(filters[:_MAX_PER_DASHBOARD])

    def note_tiles(self, dashboard_id: str, tiles: Sequence[Tile]) -> None:
        """Set a dashboard's tiles."""
        self._tiles[dashboard_id] = tuple((each.key or "", each.name) for each in tiles[:_MAX_PER_DASHBOARD])

    def note_filters(self, dashboard_id: str, filters: DashboardFilters) -> None:
        """Set a dashboard's filters' names for --filter."""
        from omni_tui.options.filters.editing import read_filters
        from omni_tui.options.filters.text_syntax import flag_names

        read = read_filters(filters.filters, filters.order)
        self._filters[dashboard_id] = tuple(flag_names(read)[:_MAX_PER_DASHBOARD])

    def save(self) -> None:
        """Add what was collected to the file. Blocks. A disk error only costs completions."""
        ids = dict.fromkeys([*self._tiles, *self._filters])
        if not ids:
            return
        kept = _read(self._path)
        for id_ in ids:
            known = kept.pop(id_, Contents())
            kept[id_] = Contents(self._tiles.get(id_, known.tiles), self._filters.get(id_, known.filters))
        latest = dict(list(kept.items())[-MAX_DASHBOARDS:])
        with suppress(OSError):
            write_private_file(
                self._path, json.dumps({id_: each._asdict() for id_, each in latest.items()}) + "\n"
            )


def contents_beside(list_path: Path) -> dict[str, Contents]:
    """Return the cached contents of a list's dashboards, by ID. Raises nothing."""
    return _read(contents_path(list_path))


def contents_path(list_path: Path) -> Path:
    """Return the path of the file with the tiles and filters of a cached list's dashboards."""
    return list_path.with_suffix(".contents.json")


def _read(path: Path) -> dict[str, Contents]:
    try:
        found = json.loads(read_shared(path, most_bytes=16 * 1024 * 1024))
        return {
            str(id_): Contents(
                tuple((str(key), str(name)) for key, name in each["tiles"]),
                tuple(map(str, each["filters"])),
            )
            for id_, each in found.items()
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}
