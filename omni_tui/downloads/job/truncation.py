"""Whether a data file may lack rows: a table that holds exactly as many as it may looks complete.

A tile's query has a limit of its own (api/README.md, "query.limit"), which an export keeps unless
`overrideRowLimit` lifts it; `maxRowLimit` lowers it, or takes its place when it is lifted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from omni_tui.api.models import DEFAULT_ROW_LIMIT, Tile
from omni_tui.downloads.files.row_count import Table
from omni_tui.options.spec import ExportRequest, Fix, Format, OptionValue
from omni_tui.options.table import BY_NAME

LIMIT, OVERRIDE, TILE = "maxRowLimit", "overrideRowLimit", "queryIdentifierMapKey"
# The most rows that any export may have.
MOST_ROWS = BY_NAME[LIMIT].maximum or 1_000_000
# A sheet's name is cut off at 31 characters. From so many letters and digits on, a beginning tells a tile.
SHORTEST_BEGINNING = 20

_MEMBER_ENDING = re.compile(r"\.csv$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CutOff:
    """A table that has exactly as many rows as its limit.

    `table` is its name in the file, empty for the only one. `tile_key` is the tile that it shows, empty
    where that is not certain.
    """

    table: str
    limit: int
    tile_key: str = ""


def asks_for_tiles(
    request: ExportRequest, tables: Iterable[Table], *, has_unknown_options: bool = False
) -> bool:
    """Whether the tiles' own limits matter for a file with these tables."""
    return not _is_lifted(request, has_unknown_options) and any(table.rows for table in tables)


def cut_offs(
    request: ExportRequest,
    tables: Iterable[Table],
    tiles: Sequence[Tile],
    *,
    has_unknown_options: bool = False,
) -> tuple[CutOff, ...]:
    """The tables that may be cut off. `tiles` are the dashboard's, none where they could not be read.

    `has_unknown_options`: somebody else started the export, and nobody knows with which limit.
    """
    asked = None if has_unknown_options else _asked(request)
    if _is_lifted(request, has_unknown_options):
        most = asked or MOST_ROWS
        return tuple(CutOff(table.name, most) for table in tables if table.rows == most)
    found = []
    for table in tables:
        meant = _tiles_of(request, table, tiles)
        limits = {_lower(tile.row_limit, asked) for tile in meant or tiles}
        if not meant:  # any tile's limit may be this one's, and so may the usual one
            limits.add(_lower(DEFAULT_ROW_LIMIT, asked))
        if table.rows in limits:
            key = meant[0].key if len(meant) == 1 else None
            found.append(CutOff(table.name, table.rows, key or ""))
    return tuple(found)


def more_rows(request: ExportRequest, cut_off: Sequence[CutOff]) -> Fix | None:
    """The fix for an export with these tables: override the limits. None when there is no higher one."""
    if not cut_off or all(each.limit >= MOST_ROWS for each in cut_off):
        return None
    changes: dict[str, OptionValue | None] = {OVERRIDE: True, LIMIT: MOST_ROWS}
    keys = {each.tile_key for each in cut_off}
    needs_tile = request.format in BY_NAME[OVERRIDE].needs_tile_for and TILE not in request.values
    if needs_tile and len(keys) == 1 and (key := next(iter(keys))):
        return Fix(f"export this tile with up to {MOST_ROWS:,} rows", {TILE: key, **changes})
    return Fix(f"get up to {MOST_ROWS:,} rows", changes)


def is_still_limited(request: ExportRequest, cut_off: Sequence[CutOff]) -> bool:
    """Whether an export that is asked for so would be cut off at these limits again, or sooner."""
    most = _asked(request) or MOST_ROWS
    return any(not _is_lifted(request) or each.limit >= most for each in cut_off)


def cut_off_words(cut_off: Sequence[CutOff]) -> str:
    """What to say of a file with these tables, in a few words; empty for none. Names are foreign text."""
    if not cut_off:
        return ""
    first = cut_off[0]
    if len(cut_off) == 1:
        about = f"{table_words(first.table)} " if first.table else ""
        return f"{about}may be cut off at {_rows(first.limit)}"
    return f"{len(cut_off):,} tables may be cut off: {', '.join(map(_in_list, cut_off))}"


def table_words(name: str) -> str:
    """A table's name for people: without the ending of an archive's member."""
    return _MEMBER_ENDING.sub("", name)


def is_data(fmt: Format) -> bool:
    """Whether files of this format hold tables with a row limit."""
    return fmt in BY_NAME[LIMIT].formats


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _in_list(cut_off: CutOff) -> str:
    return f"{table_words(cut_off.table)} ({_rows(cut_off.limit)})"


def _is_lifted(request: ExportRequest, has_unknown_options: bool = False) -> bool:
    return not has_unknown_options and _sent(request, OVERRIDE) is True


def _asked(request: ExportRequest) -> int | None:
    """The limit that the request sets."""
    value = _sent(request, LIMIT)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _sent(request: ExportRequest, wire_name: str) -> OptionValue | None:
    return request.values.get(wire_name) if request.format in BY_NAME[wire_name].formats else None


def _lower(limit: int | None, asked: int | None) -> int:
    return min(MOST_ROWS if limit is None else limit, MOST_ROWS if asked is None else asked)


def _tiles_of(request: ExportRequest, table: Table, tiles: Sequence[Tile]) -> Sequence[Tile]:
    """The tiles that a table may show: one when it is certain, several of one name, none if nothing fits."""
    if len(tiles) == 1:
        return tiles
    key = _sent(request, TILE)
    if isinstance(key, str):
        return [tile for tile in tiles if tile.key == key]
    return _named_like(table_words(table.name), tiles)


def _named_like(name: str, tiles: Sequence[Tile]) -> Sequence[Tile]:
    """The tiles that a table's name was made from: it has lost characters, and may be cut off."""
    letters = _letters(name)
    by_letters = _by_letters(tiles)
    if not letters or letters in by_letters:
        return by_letters.get(letters, [])
    if len(letters) < SHORTEST_BEGINNING:
        return []
    return [tile for whole, each in by_letters.items() if whole.startswith(letters) for tile in each]


def _by_letters(tiles: Iterable[Tile]) -> dict[str, list[Tile]]:
    found: dict[str, list[Tile]] = {}
    for tile in tiles:
        found.setdefault(_letters(tile.name), []).append(tile)
    return found


def _letters(name: str) -> str:
    """Its letters and digits: what is left of a name in any file."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))
