"""Rank hits: names that equal the text, names that begin with it, names with a word that begins with it,
names that contain it, then what was found elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from omni_tui.catalog.search.folding import FOLDER, SIGNS, WORD, begins_name, spaced
from omni_tui.catalog.table import Table

_BATCH_ROWS = 1_000


def tiers(table: Table, words: tuple[str, ...], hits: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield the hits (row numbers of the table), best first, some at a time because a screen shows few.

    Uses plain loops: with 100,000 names this decides how fast a key press is, and sets or maps took longer.
    """
    texts = table.texts
    plain = _plain(words)
    word_starts = _with_word_starts(table, plain, hits)
    whole = begins_name(plain)
    exact = _exactly(table, plain, word_starts)
    yield _exact_punctuation_first(texts, words, plain, exact)
    other_starts: list[int] = []
    for some in _portions(_without(word_starts, exact)):
        beginning = [at for at in some if whole in texts[at]]
        other_starts += _without(some, beginning)
        yield beginning
    yield other_starts
    yield from _inside_first(texts, plain, _portions(_without(hits, word_starts)))


def _plain(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without punctuation, as in the names' texts."""
    return tuple(spaced(" ".join(words)).split())


def _portions(hits: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield the hits, some at a time."""
    return (hits[start : start + _BATCH_ROWS] for start in range(0, len(hits), _BATCH_ROWS))


def _exactly(table: Table, plain: tuple[str, ...], hits: Sequence[int]) -> list[int]:
    """Return the hits whose name is exactly these words."""
    texts, initials = table.texts, table.initials
    end, its_initials = begins_name(plain) + SIGNS, "".join(word[0] for word in plain)
    return [at for at in hits if initials[at] == its_initials and end in texts[at]]


def _exact_punctuation_first(
    texts: list[str], words: tuple[str, ...], plain: tuple[str, ...], exact: Sequence[int]
) -> list[int]:
    """Sort the names that have the same punctuation as the typed text first."""
    to_the_letter = f"{SIGNS}{'' if words == plain else ' '.join(words)}{FOLDER}"
    return sorted(exact, key=lambda at: to_the_letter not in texts[at])


def _inside_first(
    texts: list[str], plain: Sequence[str], portions: Iterable[Sequence[int]]
) -> Iterator[Sequence[int]]:
    """Yield the hits whose name contains all the words, then the others."""
    elsewhere: list[int] = []
    for some in portions:
        inside = _with_all_in_name(texts, plain, some)
        elsewhere += _without(some, inside)
        yield inside
    yield elsewhere


def _without(hits: Sequence[int], others: Sequence[int]) -> Sequence[int]:
    """Return the hits without `others`, which are a part of them, in the same order."""
    if not others or len(others) == len(hits):
        return () if others else hits
    dropped = set(others)
    return [at for at in hits if at not in dropped]


def _with_word_starts(table: Table, words: Sequence[str], hits: Sequence[int]) -> Sequence[int]:
    """Return the hits whose name has words that begin with each of these words.

    Checks the initials first, because searching them takes a third of the time of searching the texts.
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
    """Return the hits whose name, not just the text, contains all the words."""
    for word in words:
        hits = [at for at in hits if (text := texts[at]).find(word) < text.find(SIGNS)]
    return hits
