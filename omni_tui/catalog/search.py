"""Finding dashboards while somebody types: folded words in any order, the best first, fast over 100,000."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import filterfalse

from omni_tui.api.documents import Document
from omni_tui.catalog.folding import fold, words_of
from omni_tui.catalog.listing import Listing, RankedListing
from omni_tui.catalog.places import Places
from omni_tui.catalog.ranking import Order, among, tiers, tiers_of_sets
from omni_tui.catalog.vocabulary import Vocabulary, Wanted

__all__ = ["Index", "fold", "search"]

# A list of 100,000 hits takes a megabyte.
_REMEMBERED_SEARCHES = 3


class Index:
    """A list that is searched at every key: by the table's vocabulary, else by its folded texts.

    The list's order is kept within equally good hits, but for those in `ahead` (ids), which come before.
    """

    def __init__(self, listing: Listing, ahead: Iterable[str] = ()) -> None:
        self._listing = listing
        self._ahead = ahead
        self._remembered: dict[tuple[str, ...], RankedListing] = {}
        self._last: tuple[tuple[str, ...], Sequence[int]] = ((), ())
        self._last_found: tuple[tuple[str, ...], Places] = ((), 0)

    def get_ready(self) -> None:
        """Find out what else the first letter would have to wait for."""
        _ = self._order.all

    def search(self, text: str) -> Listing:
        """The documents that hold every word of `text`, best first; all, in their order, when it has none.

        Looked at are name, folder, owner, labels and id. First come names that are the text, then names that
        begin with it, names with a word that begins so, names that hold it, then what was found elsewhere.
        """
        words = words_of(text)
        if not words:
            return self._listing
        ranked = self._remembered.pop(words, None) or self._ranked(words)
        self._remembered[words] = ranked
        if len(self._remembered) > _REMEMBERED_SEARCHES:
            del self._remembered[next(iter(self._remembered))]
        return ranked

    def _ranked(self, words: tuple[str, ...]) -> RankedListing:
        table = self._listing.table
        if table.vocabulary is not None and table.vocabulary.is_ready:
            found = self._found(table.vocabulary, words)
            best_first = tiers_of_sets(table, table.vocabulary, words, found, self._order)
            return RankedListing(table, best_first, found.bit_count())
        hits = self._hits(words)
        return RankedListing(table, tiers(table, words, hits), len(hits))

    def _found(self, vocabulary: Vocabulary, words: tuple[str, ...]) -> Places:
        """Where every word is found: while one types on, only among what was found before."""
        before, found = self._last_found
        if before and _narrows(before, words):  # one types on
            new = [word for word in words if word not in before]
        else:
            found, new = self._order.all, list(words)
        found = among(vocabulary, found, Wanted.ANYWHERE, new)
        self._last_found = (words, found)
        return found

    def _hits(self, words: tuple[str, ...]) -> Sequence[int]:
        """The same, text by text, in order."""
        texts = self._listing.table.texts
        before, hits = self._last
        if not before or not _narrows(before, words):
            hits = self._order.places
        for word in dict.fromkeys(words):
            hits = [at for at in hits if word in texts[at]]
        self._last = (words, hits)
        return hits

    @cached_property
    def _order(self) -> Order:
        return Order(self._in_order_to_look())

    def _in_order_to_look(self) -> Sequence[int]:
        places = self._listing.places
        known = (self._listing.table.place(identifier) for identifier in self._ahead)
        ahead = dict.fromkeys(place for place in known if place is not None)
        if not ahead:
            return places
        listed = frozenset(ahead).intersection(places)
        return [*filter(listed.__contains__, ahead), *filterfalse(listed.__contains__, places)]


def search(documents: Iterable[Document], text: str) -> Listing:
    """The documents that hold every word of `text`, best first. For one search; an `Index` serves many."""
    return Index(Listing.of(documents)).search(text)


def _narrows(before: Sequence[str], words: Sequence[str]) -> bool:
    """Whether what holds these words holds those that were typed before."""
    return all(any(old in new for new in words) for old in before)
