"""What dashboards are made of, remembered while a client lives: shown at once when a form opens anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from omni_tui.api.models import DashboardFilters, Tile


@dataclass
class Contents:
    """Tiles and filters, by the dashboard's id, as they were last told."""

    tiles: dict[str, tuple[Tile, ...]] = field(default_factory=dict)
    filters: dict[str, DashboardFilters] = field(default_factory=dict)


_CONTENTS: WeakKeyDictionary[object, Contents] = WeakKeyDictionary()


def contents_of(client: object) -> Contents:
    """What that client has told so far. Another client may see other things."""
    return _CONTENTS.setdefault(client, Contents())
