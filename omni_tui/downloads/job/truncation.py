"""Find tables that may be cut off: those that have exactly as many rows as their limit.

A tile's query has its own limit (api/README.md, "query.limit"), which applies to an export unless
`overrideRowLimit` lifts it. `maxRowLimit` lowers that limit, or replaces it if it is lifted.
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
# The highest row limit of any export.
MAX_ROWS = BY_NAME[LIMIT].maximum or 1_000_000
# Excel cuts off sheet names at 31 characters. A prefix of this many letters and digits identifies a tile.
MIN_PREFIX_LENGTH = 20

_MEMBER_ENDING = re.compile(r"\.csv$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CutOff:
    """A table that has exactly as many rows as its limit.

    `table` is its name in the file, empty for the only one. `tile_key` is its tile, or empty if unknown.
    """

    table: str
    limit: int
    tile_key: str = ""


def needs_tile_limits(
    request: ExportRequest, tables: Iterable[Table], *, has_unknown_options: bool = False
) -> bool:
    """Return whether the tiles' own limits matter for a file with these tables."""
    return not _is_lifted(request, has_unknown_options) and any(table.rows for table in tables)


def cut_offs(
    request: ExportRequest,
    tables: Iterable[Table],
    tiles: Sequence[Tile],
    *,
    has_unknown_options: bool = False,
) -> tuple[CutOff, ...]:
    """Return the tables that may be cut off. `tiles` are the dashboard's, empty if they couldn't be read.

    `has_unknown_options`: the export's own limit isn't known either.
    """
    asked = None if has_unknown_options else _asked(request)
    if _is_lifted(request, has_unknown_options):
        most = asked or MAX_ROWS
        return tuple(CutOff(table.name, most) for table in tables if table.rows == most)
    found = []
    for table in tables:
        candidates = _tiles_of(request, table, tiles)
        limits = {_lower(tile.row_limit, asked) for tile in candidates or tiles}
        if not candidates:  # it may be any tile, with its limit or the default one
            limits.add(_lower(DEFAULT_ROW_LIMIT, asked))
        if table.rows in limits:
            key = candidates[0].key if len(candidates) == 1 else None
            found.append(CutOff(table.name, table.rows, key or ""))
    return tuple(found)


def more_rows(request: ExportRequest, cut_off: Sequence[CutOff]) -> Fix | None:
    """Return the fix that overrides the limits of these tables, or None if there is no higher limit."""
    if not cut_off or all(each.limit >= MAX_ROWS for each in cut_off):
        return None
    changes: dict[str, OptionValue | None] = {OVERRIDE: True, LIMIT: MAX_ROWS}
    keys = {each.tile_key for each in cut_off}
    needs_tile = request.format in BY_NAME[OVERRIDE].needs_tile_for and TILE not in request.values
    if needs_tile and len(keys) == 1 and (key := next(iter(keys))):
        return Fix(f"export this tile with up to {MAX_ROWS:,} rows", {TILE: key, **changes})
    return Fix(f"get up to {MAX_ROWS:,} rows", changes)


def is_still_limited(request: ExportRequest, cut_off: Sequence[CutOff]) -> bool:
    """Return whether an export with these options would be cut off at these limits again, or lower ones."""
    most = _asked(request) or MAX_ROWS
    return any(not _is_lifted(request) or each.limit >= most for each in cut_off)


def cut_off_text(cut_off: Sequence[CutOff]) -> str:
    """Return a warning about these tables in a few words; empty for none. Names are untrusted text."""
    if not cut_off:
        return ""
    first = cut_off[0]
    if len(cut_off) == 1:
        subject = f"{table_label(first.table)} " if first.table else ""
        return f"{subject}may be cut off at {_rows(first.limit)}"
    return f"{len(cut_off):,} tables may be cut off: {', '.join(map(_in_list, cut_off))}"


def table_label(name: str) -> str:
    """Return a table's name for the user: without the extension of an archive member."""
    return _MEMBER_ENDING.sub("", name)


def is_data(fmt: Format) -> bool:
    """Return whether files of this format contain tables with a row limit."""
    return fmt in BY_NAME[LIMIT].formats


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _in_list(cut_off: CutOff) -> str:
    return f"{table_label(cut_off.table)} ({_rows(cut_off.limit)})"


def _is_lifted(request: ExportRequest, has_unknown_options: bool = False) -> bool:
    return not has_unknown_options and _sent(request, OVERRIDE) is True


def _asked(request: ExportRequest) -> int | None:
    """Return the limit that the request sets, or None."""
    value = _sent(request, LIMIT)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _sent(request: ExportRequest, wire_name: str) -> OptionValue | None:
    return request.values.get(wire_name) if request.format in BY_NAME[wire_name].formats else None


def _lower(limit: int | None, asked: int | None) -> int:
    return min(MAX_ROWS if limit is None else limit, MAX_ROWS if asked is None else asked)


def _tiles_of(request: ExportRequest, table: Table, tiles: Sequence[Tile]) -> Sequence[Tile]:
    """Return the tiles that a table may show: one if certain, several with the same name, or none."""
    if len(tiles) == 1:
        return tiles
    key = _sent(request, TILE)
    if isinstance(key, str):
        return [tile for tile in tiles if tile.key == key]
    return _named_like(table_label(table.name), tiles)


def _named_like(name: str, tiles: Sequence[Tile]) -> Sequence[Tile]:
    """Return the tiles whose name fits a table's, which has lost characters and may be cut off."""
    letters = _letters(name)
    by_letters = _by_letters(tiles)
    if not letters or letters in by_letters:
        return by_letters.get(letters, [])
    if len(letters) < MIN_PREFIX_LENGTH:
        return []
    return [tile for whole, each in by_letters.items() if whole.startswith(letters) for tile in each]


def _by_letters(tiles: Iterable[Tile]) -> dict[str, list[Tile]]:
    found: dict[str, list[Tile]] = {}
    for tile in tiles:
        found.setdefault(_letters(tile.name), []).append(tile)
    return found


def _letters(name: str) -> str:
    """Return a name's letters and digits, which every file keeps."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))
