"""A dashboard of the demo, as the list shows it. Tiles and filters are derived from it when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Special(StrEnum):
    """What is out of the ordinary with a dashboard."""

    NOTHING = ""
    FAILS = "fails"  # its broken tile fails the whole file
    FORBIDDEN = "forbidden"  # may be seen, not downloaded
    SLOW = "slow"  # renders for half a minute
    HUGE = "huge"  # its export is made up as it is sent
    OLDER = "older"  # answers like a server of some years ago
    EMPTY = "empty"  # one of its tiles has no rows, and one is cut off at a limit of its own
    EVERYTHING = "everything"  # tiles and filters of every kind


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One document. `identifier` is what addresses hold; `updated_at` is in UTC.

    `has_dashboard` is False for a workbook alone: it is listed, has queries, and cannot be downloaded.
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
