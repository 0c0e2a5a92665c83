"""The content of a file: the requested tiles with their filtered rows."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.demo.data.conditions import words_of
from omni_tui.demo.data.rows import frame_of
from omni_tui.demo.data.tile_table import Table, table_of
from omni_tui.demo.files import huge_export
from omni_tui.demo.files.models import RenderFailed, RenderTask
from omni_tui.demo.sample_data.filters import filters_of
from omni_tui.demo.sample_data.models import Special
from omni_tui.demo.sample_data.tiles import Tile, tile_of, tiles_of

FAILURE_WORDS = "Job failed to render."


@dataclass(frozen=True, slots=True)
class FilledTile:
    """A tile with all its rows."""

    tile: Tile
    table: Table


def chosen_tiles(task: RenderTask) -> tuple[Tile, ...]:
    """Return the requested tile, or all. Raises RenderFailed if one is broken or the renderer is down."""
    key = task.body.get("queryIdentifierMapKey")
    one = tile_of(task.dashboard, key) if isinstance(key, str) else None
    tiles = (one,) if one is not None else tiles_of(task.dashboard)
    if task.is_renderer_down or any(tile.is_broken for tile in tiles):
        raise RenderFailed(FAILURE_WORDS)
    return tiles


def filled_tiles(task: RenderTask) -> list[FilledTile]:
    """Return the requested tiles with their rows, filtered as in the request."""
    tiles = chosen_tiles(task)
    if task.dashboard.special is Special.HUGE:
        table = huge_export.beginning(task.huge_rows)
        return [FilledTile(tile, table) for tile in tiles]
    conditions = task.body.get("filterConfig") or {}
    frame = frame_of(task.dashboard, task.now.date(), conditions, drops_misfits=task.drops_misfit_filters)
    return [FilledTile(tile, table_of(tile, frame)) for tile in tiles]


def row_limit(task: RenderTask, tile: Tile) -> int | None:
    """Return the row limit of a tile in a data file; None for no limit.

    The tile's own limit applies unless it is overridden; the request's may lower or replace it.
    """
    asked_for = task.body.get("maxRowLimit")
    most = int(asked_for) if asked_for is not None else None
    if task.is_on("overrideRowLimit") or tile.row_limit is None:
        return most
    return tile.row_limit if most is None else min(most, tile.row_limit)


def filter_words(task: RenderTask) -> list[tuple[str, str]]:
    """Return the label and the description of each filter."""
    changed = task.body.get("filterConfig") or {}
    return [
        (str(own["label"]), words_of(changed.get(identifier, own)))
        for identifier, own in filters_of(task.dashboard).items()
    ]
