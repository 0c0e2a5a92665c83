"""Finding dashboards while somebody types: folded words in any order, the best first, fast over 100,000."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from omni_tui.api.models import Document
from omni_tui.catalog.folding import FOLDER, SIGNS, WORD, begins_name, fold, spaced, words_of
from omni_tui.catalog.listing import Listing, RankedListing
from omni_tui.catalog.table import Table

__all__ = ["Index", "fold", "search"]

# A list of 100,000 hits takes a megabyte.
_REMEMBERED_SEARCHES = 6
_LOOKED_AT_ONCE = 1_000


class Index:
    """A list that is searched at every key. Nothing is computed before: the table has the folded texts.

    The list's order is kept within equally good hits, but for those in `ahead` (ids), which come before.
    """

    def __init__(self, listing: Listing, ahead: Iterable[str] = ()) -> None:
        self._listing = listing
        self._ahead = ahead
        self._candidates: Sequence[int] | None = None
        self._remembered: dict[tuple[str, ...], RankedListing] = {}
        self._last: tuple[tuple[str, ...], Sequence[int]] | None = None

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
        hits = self._hits(words)
        table = self._listing.table
        return RankedListing(table, _tiers(table, words, hits), len(hits))

    def _hits(self, words: tuple[str, ...]) -> Sequence[int]:
        """Where every word is found, in order."""
        texts = self._listing.table.texts
        hits = self._where_to_look(words)
        for word in dict.fromkeys(words):
            hits = [at for at in hits if word in texts[at]]
        self._last = (words, hits)
        return hits

    def _where_to_look(self, words: tuple[str, ...]) -> Sequence[int]:
        """While one types on, only among what was found before."""
        if self._last is not None:
            before, hits = self._last
            if all(any(old in new for new in words) for old in before):
                return hits
        if self._candidates is None:
            self._candidates = self._in_order_to_look()
        return self._candidates

    def _in_order_to_look(self) -> Sequence[int]:
        places = self._listing.places
        known = (self._listing.table.place(identifier) for identifier in self._ahead)
        ahead = dict.fromkeys(place for place in known if place is not None)
        if not ahead:
            return places
        listed = set(places)
        return [*(at for at in ahead if at in listed), *(at for at in places if at not in ahead)]


def search(documents: Iterable[Document], text: str) -> Listing:
    """The documents that hold every word of `text`, best first. For one search; an `Index` serves many."""
    return Index(Listing.of(documents)).search(text)


def _tiers(table: Table, words: tuple[str, ...], hits: Sequence[int]) -> Iterator[Sequence[int]]:
    """The hits, the best first, some at a time: a screen shows few of them, and the others can wait.

    Bare loops: at 100,000 names this is what a key waits for, and sets or maps took longer.
    """
    texts, initials = table.texts, table.initials
    plain = tuple(spaced(" ".join(words)).split())
    word_starts = _with_word_starts(table, plain, hits)
    whole = begins_name(plain)
    end, its_initials = whole + SIGNS, "".join(word[0] for word in plain)
    exact = [at for at in word_starts if initials[at] == its_initials and end in texts[at]]
    to_the_letter = _to_the_letter(words, plain)
    yield sorted(exact, key=lambda at: to_the_letter not in texts[at])
    other_starts: list[int] = []
    for some in _portions(_without(word_starts, exact)):
        beginning = [at for at in some if whole in texts[at]]
        other_starts += _without(some, beginning)
        yield beginning
    yield other_starts
    elsewhere: list[int] = []
    for some in _portions(_without(hits, word_starts)):
        inside = _with_all_in_name(texts, plain, some)
        elsewhere += _without(some, inside)
        yield inside
    yield elsewhere


def _portions(hits: Sequence[int]) -> Iterator[Sequence[int]]:
    """The hits, some at a time."""
    return (hits[start : start + _LOOKED_AT_ONCE] for start in range(0, len(hits), _LOOKED_AT_ONCE))


def _to_the_letter(words: tuple[str, ...], plain: tuple[str, ...]) -> str:
    """What the text of a name holds that has the same signs, or as few, as what was typed."""
    return f"{SIGNS}{'' if words == plain else ' '.join(words)}{FOLDER}"


def _without(hits: Sequence[int], others: Sequence[int]) -> Sequence[int]:
    """The hits that are none of the others, which are among them; in their order."""
    if not others or len(others) == len(hits):
        return () if others else hits
    dropped = set(others)
    return [at for at in hits if at not in dropped]


def _with_word_starts(table: Table, words: Sequence[str], hits: Sequence[int]) -> Sequence[int]:
    """Those whose name has words that begin so, in their order.

    To look for one letter in a few takes a third of the time of looking for two in a whole text.
    """
    texts, initials = table.texts, table.initials
    for letter in dict.fromkeys(word[0] for word in words):
        hits = [at for at in hits if letter in initials[at]]
    for word in words:
        if len(word) > 1:
            marked = WORD + word
            hits = [at for at in hits if marked in texts[at]]
    return hits


def _with_all_in_name(texts: list[str], words: Sequence[str], hits: Sequence[int]) -> Sequence[int]:
    """Those whose name holds all the words, which the texts do; in their order."""
    for word in words:
        hits = [at for at in hits if (text := texts[at]).find(word) < text.find(SIGNS)]
    return hits
