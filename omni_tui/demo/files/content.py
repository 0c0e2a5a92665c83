"""What goes into a file: the tiles that were asked for, with their rows, narrowed by the filters."""

from __future__ import annotations

from dataclasses import dataclass

from omni_tui.demo.data.conditions import words_of
from omni_tui.demo.data.frame import Frame, frame_of
from omni_tui.demo.data.tables import Table, table_of
from omni_tui.demo.files import endless
from omni_tui.demo.files.models import Assignment, RenderFailed
from omni_tui.demo.fleet.filters import filters_of
from omni_tui.demo.fleet.models import Special
from omni_tui.demo.fleet.tiles import Tile, tile_of, tiles_of

FAILURE_WORDS = "Job failed to render."


@dataclass(frozen=True, slots=True)
class FilledTile:
    """A tile with all its rows."""

    tile: Tile
    table: Table


def frame_for(assignment: Assignment) -> Frame:
    """The dashboard's rows, narrowed by its filters as the request changes them."""
    conditions = assignment.body.get("filterConfig") or {}
    return frame_of(
        assignment.dashboard,
        assignment.now.date(),
        conditions,
        drops_misfits=assignment.drops_misfit_filters,
    )


def chosen_tiles(assignment: Assignment) -> tuple[Tile, ...]:
    """The tile that was asked for, or all. Raises RenderFailed when one is broken or the renderer is down."""
    key = assignment.body.get("queryIdentifierMapKey")
    one = tile_of(assignment.dashboard, key) if isinstance(key, str) else None
    tiles = (one,) if one is not None else tiles_of(assignment.dashboard)
    if assignment.is_renderer_down or any(tile.is_broken for tile in tiles):
        raise RenderFailed(FAILURE_WORDS)
    return tiles


def filled_tiles(assignment: Assignment, frame: Frame) -> list[FilledTile]:
    """The tiles that were asked for, with their rows."""
    if assignment.dashboard.special is Special.HUGE:
        table = endless.beginning(assignment.huge_rows)
        return [FilledTile(tile, table) for tile in chosen_tiles(assignment)]
    return [FilledTile(tile, table_of(tile, frame)) for tile in chosen_tiles(assignment)]


def row_limit(assignment: Assignment, tile: Tile) -> int | None:
    """How many rows of a tile a data file holds at most; None for all.

    The tile's own limit counts unless it is overridden; the request's may lower it, or take its place.
    """
    asked_for = assignment.body.get("maxRowLimit")
    most = int(asked_for) if asked_for is not None else None
    if assignment.says("overrideRowLimit") or tile.row_limit is None:
        return most
    return tile.row_limit if most is None else min(most, tile.row_limit)


def filter_words(assignment: Assignment) -> list[tuple[str, str]]:
    """Each filter's label, and in words what it lets through."""
    changed = assignment.body.get("filterConfig") or {}
    return [
        (str(own["label"]), words_of(changed.get(identifier, own)))
        for identifier, own in filters_of(assignment.dashboard).items()
    ]
