"""The documents that the API lists, and how a value is read of what a server answers.

They are apart from what else it answers (`api.models`): the first screen shows them, and needs nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

# Beyond it, JSON's numbers aren't exact; it also fits into a column of 64 bits.
MOST_COUNT = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Document:
    """One dashboard of the list. `folder` is its path, empty at the top; `updated_at` has a time zone."""

    identifier: str
    name: str
    has_dashboard: bool = True
    folder: str = ""
    owner: str = ""
    labels: tuple[str, ...] = ()
    updated_at: datetime | None = None
    url: str = ""
    favorites: int = 0
    views: int = 0
    deleted: bool = False

    @classmethod
    def from_wire(cls, record: Mapping[str, Any]) -> Document:
        """Read a record of `GET /v1/documents`."""
        counts = mapping_in(record.get("_count"))
        folder = mapping_in(record.get("folder"))
        labels = record.get("labels")
        return cls(
            identifier=text_in(record.get("identifier")),
            name=text_in(record.get("name")),
            has_dashboard=bool(record.get("hasDashboard", False)),
            folder=text_in(folder.get("path")) or text_in(folder.get("name")),
            owner=text_in(mapping_in(record.get("owner")).get("name")),
            labels=tuple(name_in(item) for item in labels) if isinstance(labels, list) else (),
            updated_at=parse_time(record.get("updatedAt")),
            url=text_in(record.get("url")),
            favorites=count_in(counts.get("favorites")),
            views=count_in(counts.get("views")),
            deleted=bool(record.get("deleted", False)),
        )


def parse_time(value: object) -> datetime | None:
    """Return an RFC 3339 time with its zone (UTC if it has none), or None.

    None too for the first and the last year of the calendar: they stand for "never", and can't be converted
    to every other zone.
    """
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if not datetime.min.year < moment.year < datetime.max.year:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def text_in(value: object) -> str:
    """The text that it is, or none."""
    return value if isinstance(value, str) else ""


def mapping_in(value: object) -> Mapping[str, Any]:
    """The object that it is, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def count_in(value: object) -> int:
    """Return the whole number that it is, within what JSON can hold exactly, or 0."""
    if isinstance(value, float):
        value = int(value) if math.isfinite(value) else 0
    return max(-MOST_COUNT, min(value, MOST_COUNT)) if isinstance(value, int) else 0


def name_in(item: object) -> str:
    """The name of an object, or the text that stands in its place."""
    return text_in(mapping_in(item).get("name")) or text_in(item)
