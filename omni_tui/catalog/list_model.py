"""The model of a list of dashboards: a part of the catalog in some order, and searches in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from omni_tui.api.documents import Document
from omni_tui.catalog.list_view import Listing
from omni_tui.catalog.sort_filter import ALL, ListFilter, ListSorter, SortBy

if TYPE_CHECKING:
    from omni_tui.catalog.search.index import Index


@dataclass(frozen=True, slots=True)
class UserActivity:
    """The user's dashboards by ID: the recently used ones, latest first, and the favorites."""

    used: tuple[str, ...] = ()
    favorites: frozenset[str] = frozenset()


class _Used(Protocol):
    @property
    def at(self) -> float: ...


def user_activity(last_used: Mapping[str, _Used], favorites: frozenset[str]) -> UserActivity:
    """Return the user's dashboards; `last_used` maps IDs to times in seconds since 1970."""
    latest_first = sorted(last_used.items(), key=lambda used: -used[1].at)
    return UserActivity(tuple(identifier for identifier, _ in latest_first), favorites)


class VisibleList:
    """The shown list. Results are cached until something that they depend on changes."""

    def __init__(self) -> None:
        self.sort_by = SortBy.CHANGE
        self.list_filter = ALL
        self._sorter = ListSorter()
        self._source: tuple[Sequence[Document], SortBy, ListFilter, UserActivity] = (
            (),
            self.sort_by,
            self.list_filter,
            UserActivity(),
        )
        self._listing = Listing.of(())
        self._index: Index | None = None

    @property
    def total(self) -> int:
        """Return the number of dashboards in the shown part, whatever the search."""
        return len(self._listing)

    def take(self, documents: Sequence[Document], own: UserActivity) -> bool:
        """Use this list, which is sorted by last change; return whether it differs from the previous one."""
        source = (documents, self.sort_by, self.list_filter, own)
        if self._is_same(source):
            return False
        listing = documents if isinstance(documents, Listing) else Listing.of(documents)
        self._source = source
        self._listing = self._sorter.sorted_part(
            listing, self.sort_by, self.list_filter, used=own.used, favorites=own.favorites
        )
        self._index = None
        return True

    def search(self, text: str) -> Listing:
        """Return the dashboards that contain every word, best first; all of them for no words."""
        return self._known_index().search(text) if text else self._listing

    def respelled(self, text: str) -> str:
        """Return the closest spelling of `text` that finds something; empty if there is none."""
        return self._known_index().respelled(text)

    def _known_index(self) -> Index:
        if self._index is None:
            from omni_tui.catalog.search.index import Index  # not needed for the first screen

            own = self._source[-1]
            self._index = Index(self._listing, ahead=dict.fromkeys((*own.used, *sorted(own.favorites))))
        return self._index

    def _is_same(self, source: tuple[Sequence[Document], SortBy, ListFilter, UserActivity]) -> bool:
        """Compare the lists by identity: comparing 100,000 documents takes longer than searching them."""
        return source[0] is self._source[0] and source[1:] == self._source[1:]
