"""Find dashboards while somebody types: folded words in any order, best first, by scanning their texts.

If nothing matches, the closest spellings are found instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from omni_tui.catalog.list_view import Listing, RankedListing
from omni_tui.catalog.search.folding import SIGNS, WORD, words_of
from omni_tui.catalog.search.ranking import tiers

# How many searches are cached; a list of 100,000 hits takes a megabyte.
_REMEMBERED_SEARCHES = 3
# The lowest similarity of a suggested word, from 0 to 1: one wrong letter in four, or two in eight.
_MIN_LIKENESS = 0.74
# Shorter words are similar to too many others.
_MIN_MISSPELLED_LENGTH = 4


class Index:
    """Searches a list at every key press.

    The list's order is kept within equally good hits, except that those in `ahead` (IDs) come first.
    """

    def __init__(self, listing: Listing, ahead: Iterable[str] = ()) -> None:
        self._listing = listing
        self._ahead = ahead
        self._remembered: dict[tuple[str, ...], RankedListing] = {}
        self._last: tuple[tuple[str, ...], Sequence[int]] = ((), ())

    def search(self, text: str) -> Listing:
        """Return the documents that contain every word of `text`, best first; all of them for no words.

        Searches name, folder, owner, labels and ID. Ranks names that equal the text first, then names that
        begin with it, names with a word that begins with it, names that contain it, then all others.
        """
        words = words_of(text)
        if not words:
            return self._listing
        ranked = self._remembered.pop(words, None) or self._ranked(words)
        self._remembered[words] = ranked
        if len(self._remembered) > _REMEMBERED_SEARCHES:
            del self._remembered[next(iter(self._remembered))]
        return ranked

    def respelled(self, text: str) -> str:
        """Return `text` with each word that no name contains replaced by the closest word that one does.

        Empty if that finds nothing, or if every word is known already. Folded, as `fold` does.
        """
        words = words_of(text)
        meant = tuple(self._closest(word) for word in words)
        if meant == words or not self.search(" ".join(meant)):
            return ""
        return " ".join(meant)

    def _closest(self, word: str) -> str:
        from rapidfuzz import process  # a compiled library, not needed until a search finds nothing
        from rapidfuzz.distance import OSA

        if len(word) < _MIN_MISSPELLED_LENGTH or self._hits((word,)):
            return word
        found = process.extractOne(
            word, self._words, scorer=OSA.normalized_similarity, score_cutoff=_MIN_LIKENESS
        )
        return found[0] if found is not None else word

    def _ranked(self, words: tuple[str, ...]) -> RankedListing:
        table = self._listing.table
        before, hits = self._last
        # if the text was extended, only the last hits are searched
        if not before or not _narrows(before, words):
            hits = self._order
        hits = self._hits(words, hits)
        self._last = (words, hits)
        return RankedListing(table, tiers(table, words, hits), len(hits))

    def _hits(self, words: tuple[str, ...], rows: Sequence[int] | None = None) -> Sequence[int]:
        texts = self._listing.table.texts
        hits = self._order if rows is None else rows
        for word in dict.fromkeys(words):
            hits = [at for at in hits if word in texts[at]]
        return hits

    @cached_property
    def _words(self) -> Sequence[str]:
        """All distinct words of the names."""
        texts = self._listing.table.texts
        words: dict[str, None] = {}
        for at in self._order:
            words.update(dict.fromkeys(texts[at].partition(SIGNS)[0].split(WORD)[1:]))
        return tuple(words)

    @cached_property
    def _order(self) -> Sequence[int]:
        rows = self._listing.rows
        known = (self._listing.table.row(identifier) for identifier in self._ahead)
        ahead = dict.fromkeys(row for row in known if row is not None)
        if not ahead:
            return rows
        listed = frozenset(ahead).intersection(rows)
        return [*filter(listed.__contains__, ahead), *(at for at in rows if at not in listed)]


def _narrows(before: Sequence[str], words: Sequence[str]) -> bool:
    """Return whether whatever contains these words contains those that were typed before."""
    return all(any(old in new for new in words) for old in before)
