"""Fold texts for comparison, and build the one text in which a document's words are searched.

Each field of that text begins with its own control character, which no typed word contains. So one `in` tests
whether a word begins a name or a folder matches, and no match spans two fields.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omni_tui.api.documents import Document

NAME, WORD, SIGNS, FOLDER, OWNER, LABEL, IDENTIFIER = map(chr, range(1, 8))
"""The control characters, in the order of the fields. WORD precedes each word of the name."""

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_WORD_OR_SIGN = re.compile(r"[^\W_]+|[\W_]")
_PRIVATE_START, _PRIVATE_COUNT = 0xE000, 0x1900


def fold(text: str) -> str:
    """Return a text for comparison: without case, accents, width and invisible characters."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_UNTYPED)
    return _ASTRAL.sub(_in_two_bytes, folded)


def _in_two_bytes(found: re.Match[str]) -> str:
    """Return a substitute for an emoji or a rare character, which would double the text's memory in Python.

    It is only compared with other substitutes, never shown. A few characters share a substitute.
    """
    return chr(_PRIVATE_START + ord(found[0]) % _PRIVATE_COUNT)


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a typed text."""
    return tuple(_field(text).split())


def searched_text(document: Document) -> str:
    """Return the text that a document is found by: `NAME WORD web WORD traffic SIGNS … FOLDER … OWNER …`.

    SIGNS is followed by the complete name if it has more than letters, digits and single spaces.
    """
    name = " ".join(_field(document.name).split())
    plain = spaced(name)
    marked = "".join([WORD + word for word in plain.split(" ")]) if plain else ""
    labels = "".join([LABEL + _field(label) for label in document.labels])
    return (
        f"{NAME}{marked}{SIGNS}{name if name != plain else ''}{FOLDER}{_field(document.folder)}"
        f"{OWNER}{_field(document.owner)}{labels}{IDENTIFIER}{_field(document.identifier)}"
    )


def matching_words(text: str, typed: Iterable[str]) -> list[range]:
    """Return the ranges of the whole words in `text` that match the folded words, sorted and not overlapping.

    A single ASCII letter matches nothing here, because it is in nearly every word.
    """
    folded, starts = _folded_with_starts(text)
    hit: set[int] = set()
    for word in typed:
        if len(word) < 2 and word.isascii():
            continue
        found = folded.find(word)
        while found >= 0:
            hit.update(starts[found : found + len(word)])
            found = folded.find(word, found + 1)
    ranges: list[range] = []
    for word_found in _WORD_OR_SIGN.finditer(text) if hit else ():
        start, stop = word_found.span()
        if hit.isdisjoint(range(start, stop)):
            continue
        if ranges and ranges[-1].stop == start:
            ranges[-1] = range(ranges[-1].start, stop)
        else:
            ranges.append(range(start, stop))
    return ranges


def _folded_with_starts(text: str) -> tuple[str, Sequence[int]]:
    """Return the folded text, and which character of `text` each of its characters comes from."""
    if text.isascii():
        return fold(text), range(len(text))
    parts = [fold(character) for character in text]
    return "".join(parts), [at for at, part in enumerate(parts) for _ in part]


def initials_of(text: str) -> str:
    """Return the initials of the name's words in a `searched_text`, such as `wt`."""
    return "".join(word[0] for word in text.partition(SIGNS)[0].split(WORD)[1:])


def begins_name(words: tuple[str, ...]) -> str:
    """Return what texts of names that begin with these words contain; add SIGNS for exactly these words."""
    return NAME + "".join(WORD + word for word in words)


def spaced(folded: str) -> str:
    """Return the words separated by single spaces, without punctuation."""
    return " ".join(folded.translate(_SEPARATORS).split())


def folder_marks(folder: str) -> tuple[str, str]:
    """Return two texts: a document in this folder contains the first, one in a subfolder the second."""
    return f"{FOLDER}{_field(folder)}{OWNER}", f"{FOLDER}{_field(folder)}/"


def label_marks(label: str) -> tuple[str, str]:
    """Return two texts: a document with this label contains one of them."""
    return f"{LABEL}{_field(label)}{LABEL}", f"{LABEL}{_field(label)}{IDENTIFIER}"


def owner_marks(owner: str) -> tuple[str, str]:
    """Return two texts: a document of this owner contains the first if it has labels, else the second."""
    return f"{OWNER}{_field(owner)}{LABEL}", f"{OWNER}{_field(owner)}{IDENTIFIER}"


def _field(text: str) -> str:
    folded = fold(text)
    return folded if folded.isprintable() else folded.translate(_CONTROLS)


class _Untyped(dict[int, int | None]):
    """For `str.translate`: removes accents and invisible formatting characters, which nobody types."""

    def __missing__(self, code: int) -> int | None:
        dropped = unicodedata.category(chr(code)) in ("Mn", "Me", "Cf")
        self[code] = None if dropped else code
        return self[code]


class _Separators(dict[int, int]):
    """For `str.translate`: replaces all but letters and digits by a space. Filled on demand."""

    def __missing__(self, code: int) -> int:
        self[code] = code if chr(code).isalnum() else ord(" ")
        return self[code]


_UNTYPED = _Untyped()
_SEPARATORS = _Separators()
# They include the field characters above, and line ends, which the cache uses.
_CONTROLS = dict.fromkeys(range(32), " ")
