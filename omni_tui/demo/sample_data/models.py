"""A dashboard of the demo, as listed. Tiles and filters are derived from it when needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Special(StrEnum):
    """What is special about a dashboard."""

    NOTHING = ""
    FAILS = "fails"  # a broken tile makes the whole export fail
    FORBIDDEN = "forbidden"  # visible, but can't be downloaded
    SLOW = "slow"  # takes half a minute to render
    HUGE = "huge"  # its export is generated while it is sent
    OLDER = "older"  # responds like an older server
    EMPTY = "empty"  # one tile has no rows, and one is cut off at its row limit
    EVERYTHING = "everything"  # tiles and filters of every kind


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One document. `identifier` is the ID in URLs; `updated_at` is in UTC.

    `has_dashboard` is False for a workbook: it is listed and has queries, but can't be downloaded.
    """

    identifier: str
    name: str
    folder: str
    owner: str
    updated_at: datetime
    subject: str
    tile_count: int
    filter_count: int
    labels: tuple[str, ...] = ()
    special: Special = Special.NOTHING
    has_dashboard: bool = True
    row_count: int = 2400
    favorites: int = 0
    views: int = 0
