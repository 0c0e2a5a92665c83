"""How texts are compared, and the one text of a document in which words are looked for.

A field of that text begins with a mark of its own, which no typed word holds: so one `in` tells whether a
word begins a name, or whether a folder is the one, and no word is found across two fields.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from omni_tui.api.documents import Document

NAME, WORD, SIGNS, FOLDER, OWNER, LABEL, IDENTIFIER = map(chr, range(1, 8))
"""The marks, in the order of the fields. WORD stands before every word of the name, and nowhere else."""

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_PRIVATE_START, _PRIVATE_COUNT = 0xE000, 0x1900


def fold(text: str) -> str:
    """Text as it is compared: without case, accents, width, and marks that cannot be seen."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_UNTYPED)
    return _ASTRAL.sub(_in_two_bytes, folded)


def _in_two_bytes(found: re.Match[str]) -> str:
    """A stand-in for an emoji or a rare sign: with one of them, Python keeps a text in twice the memory.

    It is compared with its like only, never shown. Two signs in thousands have the same.
    """
    return chr(_PRIVATE_START + ord(found[0]) % _PRIVATE_COUNT)


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of what was typed."""
    return tuple(_field(text).split())


def searched_text(document: Document) -> str:
    """All that a document can be found by: `NAME WORD web WORD traffic SIGNS … FOLDER … OWNER …`.

    After SIGNS stands the name as it is, where it holds more than letters, digits and single blanks.
    """
    name = " ".join(_field(document.name).split())
    plain = spaced(name)
    marked = "".join([WORD + word for word in plain.split(" ")]) if plain else ""
    labels = "".join([LABEL + _field(label) for label in document.labels])
    return (
        f"{NAME}{marked}{SIGNS}{name if name != plain else ''}{FOLDER}{_field(document.folder)}"
        f"{OWNER}{_field(document.owner)}{labels}{IDENTIFIER}{_field(document.identifier)}"
    )


def matches(text: str, words: Iterable[str]) -> list[range]:
    """Return where the folded words stand in `text`: ranges of characters, in order, none overlapping."""
    folded, starts = "", []  # which character of the text each folded one comes from
    for at, character in enumerate(text):
        part = fold(character)
        folded += part
        starts += [at] * len(part)
    hit: set[int] = set()
    for word in filter(None, words):
        found = folded.find(word)
        while found >= 0:
            hit.update(starts[found : found + len(word)])
            found = folded.find(word, found + 1)
    ranges: list[range] = []
    for at in sorted(hit):
        if ranges and ranges[-1].stop == at:
            ranges[-1] = range(ranges[-1].start, at + 1)
        else:
            ranges.append(range(at, at + 1))
    return ranges


def initials_of(text: str) -> str:
    """What the words of the name begin with, in their order, of a text of `searched_text`: `wt`."""
    return "".join(word[0] for word in text.partition(SIGNS)[0].split(WORD)[1:])


def begins_name(words: tuple[str, ...]) -> str:
    """What the texts of names hold that begin with these words; with SIGNS after it: that are these words."""
    return NAME + "".join(WORD + word for word in words)


def spaced(folded: str) -> str:
    """Its words with one blank between them, whatever stood there."""
    return " ".join(folded.translate(_SEPARATORS).split())


def folder_marks(folder: str) -> tuple[str, str]:
    """The texts of documents that lie in this folder hold the first, of those in folders below the second."""
    return f"{FOLDER}{_field(folder)}{OWNER}", f"{FOLDER}{_field(folder)}/"


def label_marks(label: str) -> tuple[str, str]:
    """The texts of documents that have this label hold one or the other."""
    return f"{LABEL}{_field(label)}{LABEL}", f"{LABEL}{_field(label)}{IDENTIFIER}"


def owner_marks(owner: str) -> tuple[str, str]:
    """Return two texts: a document of this owner holds the first if it has labels, else the second."""
    return f"{OWNER}{_field(owner)}{LABEL}", f"{OWNER}{_field(owner)}{IDENTIFIER}"


def _field(text: str) -> str:
    folded = fold(text)
    return folded if folded.isprintable() else folded.translate(_CONTROLS)


class _Untyped(dict[int, int | None]):
    """For `str.translate`: drops accents, and marks of direction or joining, which nobody types."""

    def __missing__(self, code: int) -> int | None:
        dropped = unicodedata.category(chr(code)) in ("Mn", "Me", "Cf")
        self[code] = None if dropped else code
        return self[code]


class _Separators(dict[int, int]):
    """For `str.translate`: whatever is no letter or digit becomes a blank. Learned as characters come."""

    def __missing__(self, code: int) -> int:
        self[code] = code if chr(code).isalnum() else ord(" ")
        return self[code]


_UNTYPED = _Untyped()
_SEPARATORS = _Separators()
# Among them are the marks above, and the ends of lines, which the cache has a use for.
_CONTROLS = dict.fromkeys(range(32), " ")
