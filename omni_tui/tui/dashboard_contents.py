"""Caches tiles and filters per client, so that a form that opens again shows them at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from omni_tui.api.models import DashboardFilters, Tile


@dataclass
class Contents:
    """The last known tiles and filters, by dashboard ID."""

    tiles: dict[str, tuple[Tile, ...]] = field(default_factory=dict)
    filters: dict[str, DashboardFilters] = field(default_factory=dict)


_CONTENTS: WeakKeyDictionary[object, Contents] = WeakKeyDictionary()


def contents_of(client: object) -> Contents:
    """Return the client's cache. Another client may have other permissions."""
    return _CONTENTS.setdefault(client, Contents())
