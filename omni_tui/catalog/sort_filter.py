"""In which order a list is shown, and which part of it; and the folders and labels that there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from omni_tui.api.documents import Document
from omni_tui.catalog.list_view import Listing
from omni_tui.catalog.search.text import (
    FOLDER,
    IDENTIFIER,
    LABEL,
    OWNER,
    folder_marks,
    label_marks,
    owner_marks,
)
from omni_tui.catalog.table import Table


class SortBy(Enum):
    """The orders of a list, in the words of its note."""

    CHANGE = "by change"
    NAME = "by name"
    USE = "by use"

    @property
    def next(self) -> SortBy:
        """The one after it, and after the last the first."""
        orders = list(SortBy)
        return orders[(orders.index(self) + 1) % len(orders)]


class Part(Enum):
    """What a part of the list is chosen by."""

    ALL = "all"
    FAVOURITES = "favourites"
    FOLDER = "folder"
    LABEL = "label"
    OWNER = "owner"


_MARKS = {Part.FOLDER: folder_marks, Part.LABEL: label_marks, Part.OWNER: owner_marks}


@dataclass(frozen=True, slots=True)
class Only:
    """A part of the list: all, the favorites, those in folder `name` or below, with that label or owner."""

    part: Part = Part.ALL
    name: str = ""


ALL = Only()
FAVOURITES = Only(Part.FAVOURITES)


class Arranger:
    """Arranges a list that changes: an order that was found once is only mended."""

    def __init__(self) -> None:
        self._by_name: list[int] = []

    def arranged(
        self, listing: Listing, by: SortBy, only: Only, *, used: Sequence[str], favourites: Collection[str]
    ) -> Listing:
        """The part of a list that comes with the newest change first, in that order.

        `used` are the ids of those that were used, the latest first: by use, they come before the others,
        which follow by how often they are viewed on the server. `favourites` are ids.
        """
        if by is SortBy.CHANGE and only == ALL:
            return listing
        places = _only(listing, only, favourites)
        if by is SortBy.NAME:
            places = self._in_order_of_names(listing.table, places)
        elif by is SortBy.USE:
            places = _in_order_of_use(listing.table, places, used)
        return Listing(listing.table, places)

    def _in_order_of_names(self, table: Table, places: Sequence[int]) -> list[int]:
        """Sorting what is nearly in order takes a tenth of the time."""
        wanted = set(places)
        kept = [at for at in self._by_name if at in wanted]
        added = wanted.difference(kept)
        self._by_name = sorted([*kept, *(at for at in places if at in added)], key=table.texts.__getitem__)
        return list(self._by_name)


def narrowed(listing: Listing, parts: Iterable[Only], favourites: Collection[str] = ()) -> Listing:
    """Return what lies in all of these parts, in the list's order."""
    for only in parts:
        listing = Listing(listing.table, _only(listing, only, favourites))
    return listing


def folder_counts(listing: Listing) -> dict[str, int]:
    """How many dashboards each folder holds itself, by its path; those at the top are not among them."""
    return _counts(listing, FOLDER, OWNER, lambda document: (document.folder,))


def label_counts(listing: Listing) -> dict[str, int]:
    """How many dashboards have each label."""
    return _counts(listing, LABEL, IDENTIFIER, lambda document: document.labels)


def _counts(
    listing: Listing, begin: str, end: str, names_of: Callable[[Document], Sequence[str]]
) -> dict[str, int]:
    """How often each name stands between the marks. One of each kind is unpacked, to write it as it is."""
    texts, places = listing.table.texts, listing.places
    kinds: dict[str, list[int]] = {}
    for at in places:
        _, found, rest = texts[at].partition(begin)
        if found:
            kinds.setdefault(rest.partition(end)[0], []).append(at)
    counts: Counter[str] = Counter()
    for alike in kinds.values():
        for name in dict.fromkeys(names_of(listing.table.unpack(alike[0]))):
            counts[name] += len(alike)
    counts.pop("", None)
    return dict(counts)


def _only(listing: Listing, only: Only, favourites: Collection[str]) -> Sequence[int]:
    places, texts = listing.places, listing.table.texts
    if only.part is Part.ALL:
        return places
    if only.part is Part.FAVOURITES:
        wanted = {listing.table.place(identifier) for identifier in favourites}
        return [at for at in places if at in wanted]
    one, other = _MARKS[only.part](only.name)
    return [at for at in places if one in texts[at] or other in texts[at]]


def _in_order_of_use(table: Table, places: Sequence[int], used: Sequence[str]) -> list[int]:
    views = table.views
    listed = set(places)
    first = dict.fromkeys(at for at in map(table.place, used) if at is not None and at in listed)
    others = [at for at in places if at not in first]
    return [*first, *sorted(others, key=views.__getitem__, reverse=True)]
