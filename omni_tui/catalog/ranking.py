"""Which hits come first: names that are the text, names that begin with it, names with a word that begins so,
names that hold it, then what was found elsewhere.

In two ways with the same result: over sets of places, where there is a vocabulary, or text by text.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import compress, islice
from operator import gt

from omni_tui.catalog.folding import FOLDER, SIGNS, WORD, begins_name, spaced
from omni_tui.catalog.places import Places, each_of, lanes_of, places_of
from omni_tui.catalog.table import Table
from omni_tui.catalog.vocabulary import Vocabulary, Wanted

_LOOKED_AT_ONCE = 1_000
# As many as a screen shows come first.
_LOOKED_AT_FIRST = 50
# With more that stand out of the table's order, that order is of no use.
_LONGEST_HEAD = 1_000
# Of so few it is quicker found out where each stands than where they stand among all.
_SHARE_OF_FEW = 1 / 16


class Order:
    """Places in the order in which they are listed.

    Mostly that is the order of the table but for some at the head: what was used last, or has changed since.
    """

    def __init__(self, places: Sequence[int]) -> None:
        self.places = places

    @cached_property
    def all(self) -> Places:
        """The set of them."""
        if self._size == len(self.places):  # each stands there once
            return (1 << self._size) - 1
        return places_of(self.places, self._size)

    def portions(self, places: Places) -> Iterator[Sequence[int]]:
        """Those of a set, in this order, some at a time."""
        if not places:
            return
        hits = self._listed(places) if self._head > _LONGEST_HEAD else self._head_and_others(places)
        size = _LOOKED_AT_FIRST
        while some := list(islice(hits, size)):
            yield some
            size = min(4 * size, _LOOKED_AT_ONCE)

    @cached_property
    def _head(self) -> int:
        """How many come before those that stand as they do in the table."""
        pairs = map(gt, self.places, islice(self.places, 1, None))
        breaks = compress(range(1, len(self.places)), pairs)
        return max(deque(breaks, maxlen=1), default=0)

    @cached_property
    def _size(self) -> int:
        """All of them are below that."""
        return max((*self.places[: self._head], *self.places[-1:]), default=-1) + 1

    @cached_property
    def _heads(self) -> Places:
        return places_of(self.places[: self._head], self._size)

    def _head_and_others(self, places: Places) -> Iterator[int]:
        if at_head := places & self._heads:
            found = frozenset(each_of(at_head))
            yield from filter(found.__contains__, self.places[: self._head])
        yield from each_of(places & ~at_head)

    def _listed(self, places: Places) -> Iterator[int]:
        if places.bit_count() < self._size * _SHARE_OF_FEW:
            return iter(sorted(each_of(places), key=self._ranks.__getitem__))
        lanes = lanes_of(places, self._size)
        return filter(lanes.__getitem__, self.places)

    @cached_property
    def _ranks(self) -> array[int]:
        """Where each place stands in this order."""
        ranks = array("I", bytes(4 * self._size))
        for rank, at in enumerate(self.places):
            ranks[at] = rank
        return ranks


def tiers_of_sets(
    table: Table, vocabulary: Vocabulary, words: tuple[str, ...], hits: Places, order: Order
) -> Iterator[Sequence[int]]:
    """The hits, the best first, some at a time: a screen shows few of them, and the others can wait."""
    plain = _plain(words)
    if not plain:
        every = [at for some in order.portions(hits) for at in some]
        yield from tiers(table, words, every)
        return
    texts = table.texts
    word_starts = among(vocabulary, hits, Wanted.BEGINS_WORD, plain)
    begins = vocabulary.among(word_starts, Wanted.BEGINS_NAME, plain[0])
    as_long = begins & vocabulary.with_words(len(plain))
    exact = _exact(table, words, among(vocabulary, as_long, Wanted.IS_WORD, plain), order)
    yield exact
    begins &= ~places_of(exact, len(texts))
    if len(plain) == 1:
        yield from order.portions(begins)
        beginning = begins | places_of(exact, len(texts))
    else:
        whole = begins_name(plain)
        found = list(exact)
        for some in order.portions(begins):
            those = [at for at in some if whole in texts[at]]
            found += those
            yield those
        beginning = places_of(found, len(texts))
    yield from order.portions(word_starts & ~beginning)
    elsewhere = hits & ~word_starts
    looked_up = [word for word in plain if len(word) > 1 or word.isalpha()]
    inside = among(vocabulary, elsewhere, Wanted.IN_NAME, looked_up)
    if len(looked_up) == len(plain):
        yield from order.portions(inside)
    else:  # single digits are soon found
        found = []
        for some in order.portions(inside):
            inner = _with_all_in_name(texts, plain, some)
            found += inner
            yield inner
        inside = places_of(found, len(texts))
    yield from order.portions(elsewhere & ~inside)


def among(vocabulary: Vocabulary, places: Places, wanted: Wanted, words: Sequence[str]) -> Places:
    """Those of the places that have all the words so."""
    for word in sorted(dict.fromkeys(words), key=str.isalpha, reverse=True):  # which are quickly looked up
        if places:
            places = vocabulary.among(places, wanted, word)
    return places


def tiers(table: Table, words: tuple[str, ...], hits: Sequence[int]) -> Iterator[Sequence[int]]:
    """The same, without a vocabulary.

    Bare loops: at 100,000 names this is what a key waits for, and sets or maps took longer.
    """
    texts = table.texts
    plain = _plain(words)
    word_starts = _with_word_starts(table, plain, hits)
    whole = begins_name(plain)
    exact = _exactly(table, plain, word_starts)
    yield _to_the_letter_first(texts, words, plain, exact)
    other_starts: list[int] = []
    for some in _portions(_without(word_starts, exact)):
        beginning = [at for at in some if whole in texts[at]]
        other_starts += _without(some, beginning)
        yield beginning
    yield other_starts
    yield from _inside_first(texts, plain, _portions(_without(hits, word_starts)))


def _plain(words: tuple[str, ...]) -> tuple[str, ...]:
    """What was typed, as names have it: without signs."""
    return tuple(spaced(" ".join(words)).split())


def _portions(hits: Sequence[int]) -> Iterator[Sequence[int]]:
    """The hits, some at a time."""
    return (hits[start : start + _LOOKED_AT_ONCE] for start in range(0, len(hits), _LOOKED_AT_ONCE))


def _exact(table: Table, words: tuple[str, ...], places: Places, order: Order) -> list[int]:
    plain = _plain(words)
    hits = [at for some in order.portions(places) for at in some]
    return _to_the_letter_first(table.texts, words, plain, _exactly(table, plain, hits))


def _exactly(table: Table, plain: tuple[str, ...], hits: Sequence[int]) -> list[int]:
    """Those whose name is these words, in their order."""
    texts, initials = table.texts, table.initials
    end, its_initials = begins_name(plain) + SIGNS, "".join(word[0] for word in plain)
    return [at for at in hits if initials[at] == its_initials and end in texts[at]]


def _to_the_letter_first(
    texts: list[str], words: tuple[str, ...], plain: tuple[str, ...], exact: Sequence[int]
) -> list[int]:
    """Before the others, names that have the same signs, or as few, as what was typed."""
    to_the_letter = f"{SIGNS}{'' if words == plain else ' '.join(words)}{FOLDER}"
    return sorted(exact, key=lambda at: to_the_letter not in texts[at])


def _inside_first(
    texts: list[str], plain: Sequence[str], portions: Iterable[Sequence[int]]
) -> Iterator[Sequence[int]]:
    """Those whose name holds all the words, then the others."""
    elsewhere: list[int] = []
    for some in portions:
        inside = _with_all_in_name(texts, plain, some)
        elsewhere += _without(some, inside)
        yield inside
    yield elsewhere


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
