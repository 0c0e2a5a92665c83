"""All dashboards of the demo: the named ones, and generated ones up to the requested number."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from omni_tui.demo.sample_data import names
from omni_tui.demo.sample_data.models import Dashboard, Special

_SPECIALS = {
    names.HUGE_ID: Special.HUGE,
    names.SLOW_ID: Special.SLOW,
    names.FAILING_ID: Special.FAILS,
    names.FORBIDDEN_ID: Special.FORBIDDEN,
    names.EVERYTHING_ID: Special.EVERYTHING,
    names.OLDER_ID: Special.OLDER,
    names.EMPTY_ID: Special.EMPTY,
}
# (tiles, filters, rows) if the numbers matter; others are derived from the ID
_SIZES = {
    names.FIRST_ID: (8, 5, 5000),
    names.EVERYTHING_ID: (30, 18, 9000),
    names.HUGE_ID: (1, 0, 0),
    names.SLOW_ID: (9, 4, 12_000),
    names.WORKBOOK_ID: (2, 0, 900),
}
# (subject, folder) of generated dashboards
_AREAS = (
    ("web_sessions", "team/web"),
    ("orders", "sales"),
    ("campaigns", "marketing"),
    ("tickets", "support"),
    ("ledger", "finance"),
    ("shipments", "operations"),
    ("usage", "product"),
    ("subscriptions", "growth"),
)
_OWNERS = ("Blobby", "Jonas", "Maria", "Oscar", "Daniel", "Kofi", "Uma", "Priya", "Amina", "Viktor")
LABELS = ("Verified", "Homepage", "Weekly", "Draft", "Finance")
# An odd factor maps the 32-bit numbers onto themselves, so every number has an ID and every ID a number.
_FACTOR, _SHIFT, _MODULUS = 2_654_435_761, 0x5EED0001, 2**32
_INVERSE = pow(_FACTOR, -1, _MODULUS)
_SORT_KEYS: dict[str, Callable[[Dashboard], Any]] = {
    "name": lambda dashboard: dashboard.name.casefold(),
    "favorites": lambda dashboard: dashboard.favorites,
    "updatedAt": lambda dashboard: dashboard.updated_at,
    "visits": lambda dashboard: dashboard.views,
}
SORT_FIELDS = tuple(_SORT_KEYS)


class SampleDocuments:
    """The documents of the demo. `count` is the number of all dashboards, None for the named ones only.

    The named dashboards come first. Others are generated from their number when they are accessed, so a
    hundred thousand cost nothing until they are sorted. `now` has a time zone.
    """

    def __init__(self, count: int | None = None, *, now: datetime) -> None:
        self._now = now
        named = [_named(line, now) for line in names.DASHBOARDS.strip().splitlines()]
        self._extra = 0 if count is None else max(0, count - len(named))
        workbooks = [_named(line, now, has_dashboard=False) for line in names.WORKBOOKS.strip().splitlines()]
        self._fixed = [*named[:count], *workbooks]
        self._by_id = {each.identifier: each for each in self._fixed}
        self._orders: dict[str, list[int]] = {}

    def __len__(self) -> int:
        """Return how many documents are listed, including workbooks without a dashboard."""
        return len(self._fixed) + self._extra

    def __iter__(self) -> Iterator[Dashboard]:
        yield from self._fixed
        yield from (self._generated(number) for number in range(self._extra))

    def find(self, identifier: str) -> Dashboard | None:
        """Return the document with that ID."""
        named = self._by_id.get(identifier)
        if named is not None:
            return named
        number = _number_of(identifier)
        return self._generated(number) if number is not None and number < self._extra else None

    def in_order(self, sort_field: str, *, descending: bool) -> Sequence[int]:
        """Return the indexes of all documents in that order, for `at`. Raises KeyError for an unknown field.

        `sort_field` is name, favorites, updatedAt or visits.
        """
        ordered = self._orders.get(sort_field)
        if ordered is None:
            ordered = self._orders[sort_field] = self._order(sort_field)
        return ordered[::-1] if descending else ordered

    def at(self, index: int) -> Dashboard:
        """Return the document at that index: first the named ones, then the generated ones."""
        named = len(self._fixed)
        return self._fixed[index] if index < named else self._generated(index - named)

    def _order(self, sort_field: str) -> list[int]:
        sort_key = _SORT_KEYS[sort_field]
        keys = [sort_key(each) for each in self._fixed]
        if sort_field == "name":  # the default order: generating only the name is much faster
            keys += (_generated_name(number).casefold() for number in range(self._extra))
        else:
            keys += (sort_key(self._generated(number)) for number in range(self._extra))
        return sorted(range(len(keys)), key=keys.__getitem__)

    def _generated(self, number: int) -> Dashboard:
        subject, folder = _AREAS[number % len(_AREAS)]
        return Dashboard(
            identifier=_id_of(number),
            name=_generated_name(number),
            folder=f"{folder}/{2019 + number % 8}",
            owner=_OWNERS[number % len(_OWNERS)],
            updated_at=self._now - timedelta(hours=1 + number * 37 % 26_000),
            subject=subject,
            tile_count=3 + number % 9,
            filter_count=number % 6,
            labels=(LABELS[number % len(LABELS)],) if number % 4 == 0 else (),
            favorites=number * 7 % 23,
            views=number * 131 % 2400,
        )


def _named(line: str, now: datetime, *, has_dashboard: bool = True) -> Dashboard:
    identifier, name, folder, owner, subject, hours = (part.strip() for part in line.split(" | "))
    number = zlib.crc32(identifier.encode())
    tiles, filters, rows = _SIZES.get(identifier, (5 + number % 6, 2 + number % 5, 1200 + number % 2400))
    return Dashboard(
        identifier=identifier,
        name=name,
        folder=folder,
        owner=owner,
        updated_at=now - timedelta(hours=int(hours)),
        subject=subject,
        tile_count=tiles,
        filter_count=filters,
        labels=tuple(LABELS[index] for index in range(len(LABELS)) if number >> index & 7 == 3),
        special=_SPECIALS.get(identifier, Special.NOTHING),
        has_dashboard=has_dashboard,
        row_count=rows,
        favorites=number % 19,
        views=number % 1800,
    )


def _generated_name(number: int) -> str:
    period = names.PERIODS[number % len(names.PERIODS)]
    topic = names.TOPICS[number // len(names.PERIODS) % len(names.TOPICS)]
    ending = names.ENDINGS[number // 77 % len(names.ENDINGS)]
    return f"{period} {topic} {ending} {number + 1}"


def _id_of(number: int) -> str:
    return f"{(number * _FACTOR + _SHIFT) % _MODULUS:08x}"


def _number_of(identifier: str) -> int | None:
    try:
        number = (int(identifier, 16) - _SHIFT) * _INVERSE % _MODULUS
    except ValueError:
        return None
    return number if _id_of(number) == identifier else None
