"""Dashboards as the API lists them, and helpers to read values from a server's response.

They are apart from `api.models` because the first screen needs nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

MAX_ID_LENGTH = 200  # characters of an ID, which is a UUID or shorter; of a longer one, no URL can be made
# Beyond this, numbers in JSON aren't exact. It also fits into a 64-bit column.
MAX_COUNT = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Document:
    """One dashboard of the list. `folder` is its path, empty for the top level; `updated_at` has a zone."""

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

    Also None for the first and the last year of the calendar: they stand for "never", and can't be converted
    to every other time zone.
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
    """Return the value if it is text, else an empty string."""
    return value if isinstance(value, str) else ""


def mapping_in(value: object) -> Mapping[str, Any]:
    """Return the value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def count_in(value: object) -> int:
    """Return the value if it is a whole number that JSON can hold exactly, else 0."""
    if isinstance(value, float):
        value = int(value) if math.isfinite(value) else 0
    return max(-MAX_COUNT, min(value, MAX_COUNT)) if isinstance(value, int) else 0


def name_in(item: object) -> str:
    """Return an object's name, or the text given in place of the object."""
    return text_in(mapping_in(item).get("name")) or text_in(item)
