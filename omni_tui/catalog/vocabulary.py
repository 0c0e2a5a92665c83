"""Which documents hold a word, without looking through all of them: 100,000 names are made of few words.

Sets of documents are numbers here, with a bit for each place in the table: to join two of them, or to count
one, takes some millionths of a second. Words that many have are kept with the documents that have them. Those
with digits and signs in them, and the ids, which differ nearly everywhere, stand in one long text.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import Enum
from itertools import compress, repeat
from operator import contains
from string import ascii_lowercase, digits
from typing import TypeAlias

from omni_tui.catalog.folding import FOLDER, IDENTIFIER, LABEL, NAME, OWNER, SIGNS, WORD

Places: TypeAlias = int
"""A set of places: the bit of each is set."""

# So many documents are taken up at once: a key can come in between.
_PORTION = 300
# From which share of all documents on a word has a bit for each, in place of a list of those that have it.
_SHARE_OF_MANY = 1 / 50
# Changes since the vocabulary was made are looked at one by one: with more of them, it is to be made anew.
_MOST_STALE = 2_000
# So few documents are quicker looked at than a word is looked up; more of them where it may be anywhere.
_FEW, _FEW_FOR_DIGITS = 300, 5_000
_MARKS = dict.fromkeys(map(ord, (FOLDER, OWNER, LABEL)), " ")
_END = "\n"
# So many answers are kept; each takes a bit for each document.
_MOST_FOUND = 6
# Names with more words than these are all alike.
_MOST_WORDS = 255
_LANES, _DIGITS = bytes.maketrans(b"01", b"\0\1"), bytes.maketrans(b"\0\1", b"01")


class Wanted(Enum):
    """What is looked for: a word anywhere, in the name, or how one of the name's own words begins or is."""

    ANYWHERE = "anywhere"
    IN_NAME = "in name"
    BEGINS_WORD = "begins word"
    BEGINS_NAME = "begins name"
    IS_WORD = "is word"

    def pieces(self, word: str) -> tuple[str, ...]:
        """What the text of a document holds that has it, one of them; of IN_NAME, the part before SIGNS."""
        return _PIECES[self](word)


_PIECES: Mapping[Wanted, Callable[[str], tuple[str, ...]]] = {
    Wanted.ANYWHERE: lambda word: (word,),
    Wanted.IN_NAME: lambda word: (word,),
    Wanted.BEGINS_WORD: lambda word: (WORD + word,),
    Wanted.BEGINS_NAME: lambda word: (NAME + WORD + word,),
    Wanted.IS_WORD: lambda word: (WORD + word + WORD, WORD + word + SIGNS),
}


class Vocabulary:
    """The words of a table's texts as they were when it was made; what has changed since is in `stale`."""

    def __init__(self, texts: list[str], initials: list[str]) -> None:
        self._texts, self._initials = texts, initials
        self._size = len(texts)
        self._firsts, self._others, self._rest = _Words(), _Words(), _Words()
        self._letters: dict[tuple[Wanted, str], Places] = {}
        self._counts = bytearray()
        """How many words each name has."""
        self._with_words: dict[int, Places] = {}
        self._is_made = False
        self.stale: set[int] = set()
        """Places of which the text is another one now, or that are new."""

    @property
    def is_ready(self) -> bool:
        """Whether it is made, and not too much has changed since."""
        return self._is_made and len(self.stale) <= _MOST_STALE

    @property
    def is_aged(self) -> bool:
        """Whether a new one is worth its making."""
        return len(self.stale) > _MOST_STALE // 4

    def steps(self) -> Iterator[None]:
        """Make it, a few thousandths of a second at a time."""
        for start in range(0, self._size, _PORTION):
            for place in range(start, min(start + _PORTION, self._size)):
                self._take(place, self._texts[place])
            for words in (self._firsts, self._others, self._rest):
                words.end_portion()
            yield
        for words in (self._firsts, self._others, self._rest):
            for _ in words.pack(self._size):
                yield
        for count in frozenset(self._counts):
            self._with_words[count] = _of_lanes(self._counts.translate(_equal_to(count)))
        yield
        for letter in ascii_lowercase + digits:
            # what is found in so many that to look it up takes longer
            for wanted, found in (
                (Wanted.ANYWHERE, map(contains, self._texts, repeat(letter))),
                (Wanted.BEGINS_WORD, map(contains, self._initials, repeat(letter))),
                (Wanted.BEGINS_NAME, map(str.startswith, self._initials, repeat(letter))),
            ):
                self._letters[wanted, letter] = _of_lanes(bytes(found)[: self._size])
                yield
        self._is_made = True

    def among(self, places: Places, wanted: Wanted, word: str) -> Places:
        """Those of the places that have the word so."""
        is_anywhere = not word.isalpha()
        if wanted is Wanted.IS_WORD or len(word) == 1:
            return places & self._where(wanted, word)
        if places.bit_count() > (_FEW_FOR_DIGITS if is_anywhere else _FEW):
            return places & self._where(wanted, word)
        return places_of(self._looked_at(each_of(places), wanted, word), len(self._texts))

    def with_words(self, count: int) -> Places:
        """Those whose name has so many words."""
        count = min(count, _MOST_WORDS)
        found = self._with_words.get(count, 0)
        if not self.stale:
            return found
        size = len(self._texts)
        fresh = [at for at in self.stale if min(len(self._initials[at]), _MOST_WORDS) == count]
        return found & ~places_of(self.stale, size) | places_of(fresh, size)

    def _looked_at(self, places: Iterable[int], wanted: Wanted, word: str) -> list[int]:
        """Those of which the text is so."""
        texts = self._texts
        piece, *others = wanted.pieces(word)
        if wanted is Wanted.IN_NAME:
            return [at for at in places if word in texts[at][: texts[at].index(SIGNS)]]
        if others:
            return [at for at in places if piece in texts[at] or any(each in texts[at] for each in others)]
        return [at for at in places if piece in texts[at]]

    def _where(self, wanted: Wanted, word: str) -> Places:
        found = self._letters.get((wanted, word))
        if found is None:
            found = self._look_up(wanted, word)
        if not self.stale:
            return found
        size = len(self._texts)
        fresh = self._looked_at(self.stale, wanted, word)
        return found & ~places_of(self.stale, size) | places_of(fresh, size)

    def _look_up(self, wanted: Wanted, word: str) -> Places:
        if wanted is Wanted.BEGINS_NAME:
            return self._firsts.beginning_with(word, self._size)
        of_names = (self._firsts, self._others)
        if wanted is Wanted.BEGINS_WORD:
            return _united(words.beginning_with(word, self._size) for words in of_names)
        if wanted is Wanted.IS_WORD:
            return _united(words.exactly(word, self._size) for words in of_names)
        groups = of_names if wanted is Wanted.IN_NAME else (*of_names, self._rest)
        return _united(words.holding(word, self._size) for words in groups)

    def _take(self, place: int, text: str) -> None:
        name, _, rest = text.partition(SIGNS)
        first, *others = name.split(WORD)[1:] or [""]
        self._counts.append(min(len(self._initials[place]), _MOST_WORDS))
        self._firsts.add(first, place)
        for word in others:
            self._others.add(word, place)
        signs, _, rest = rest.partition(FOLDER)
        rest, _, identifier = rest.rpartition(IDENTIFIER)
        for word in (signs + " " + identifier).split():
            self._rest.add(word, place)
        for word in rest.translate(_MARKS).split():
            self._rest.add_shared(word, place)


class _Words:
    """The words of one kind, and where they stand."""

    def __init__(self) -> None:
        self._shared: dict[str, array[int] | Places] = {}
        self._portion: list[str] = []
        self._portions: list[str] = []
        self._text = _END
        """Words that hardly any two have in common, each between two ends."""
        self._places = array("I")
        """In which document each of those words stands."""
        self._alphabet = {_END}
        self._found: dict[str, Places] = {}

    def add(self, word: str, place: int) -> None:
        """Of a name, or an id: with digits or signs in it, it is hardly to be found twice."""
        if word.isalpha():
            self.add_shared(word, place)
        elif word:
            self._places.append(place)
            self._portion.append(word)

    def add_shared(self, word: str, place: int) -> None:
        """A word that many may have."""
        places = self._shared.get(word)
        if places is None:
            places = self._shared[word] = array("I")
        assert isinstance(places, array)
        places.append(place)

    def end_portion(self) -> None:
        """One text is shorter than its words."""
        self._portions.append("".join([word + _END for word in self._portion]))
        self._alphabet.update(self._portions[-1])
        self._portion.clear()

    def pack(self, size: int) -> Iterator[None]:
        """All words are there, of so many documents; some at a time."""
        self._text += "".join(self._portions)
        self._portions.clear()
        yield
        for word, places in self._shared.items():
            if isinstance(places, array) and len(places) >= size * _SHARE_OF_MANY:
                self._shared[word] = places_of(places, size)
                yield

    def holding(self, word: str, size: int) -> Places:
        """Where one stands that holds this."""
        return self._joined((each for each in self._shared if word in each), word, size)

    def beginning_with(self, word: str, size: int) -> Places:
        """Where one stands that begins so."""
        return self._joined((each for each in self._shared if each.startswith(word)), _END + word, size)

    def exactly(self, word: str, size: int) -> Places:
        """Where this one stands, which is a word of a name."""
        if word.isalpha():
            places = self._shared.get(word, 0)
            return places if isinstance(places, int) else places_of(places, size)
        return self._joined((), _END + word + _END, size)

    def _joined(self, words: Iterable[str], piece: str, size: int) -> Places:
        """What was found just now is asked for again: of a name what was looked for anywhere, at each key."""
        found = self._found.get(piece)
        if found is None:
            if len(self._found) >= _MOST_FOUND:
                self._found.clear()
            found = self._found[piece] = self._looked_through(words, piece, size)
        return found

    def _looked_through(self, words: Iterable[str], piece: str, size: int) -> Places:
        found, lanes, has_few = 0, bytearray(size), False
        for word in words:
            places = self._shared[word]
            if isinstance(places, int):
                found |= places
            else:
                has_few = True
                for at in places:
                    lanes[at] = 1
        if self._alphabet.issuperset(piece):
            for at in self._standing(piece):
                has_few = True
                lanes[at] = 1
        return found | _of_lanes(lanes) if has_few else found

    def _standing(self, piece: str) -> Iterator[int]:
        """In which documents a word of the long text holds that piece."""
        text, number, counted = self._text, -1, 0
        at = text.find(piece)
        while at >= 0:
            number += text.count(_END, counted, at + 1)
            yield self._places[number]
            counted = at + 1
            at = text.find(piece, text.find(_END, counted))


def places_of(places: Collection[int], size: int) -> Places:
    """A set of them, which are all below `size`."""
    lanes = bytearray(size)
    for at in places:
        lanes[at] = 1
    return _of_lanes(lanes)


def lanes_of(places: Places, size: int) -> bytes:
    """A byte for each place below `size`, 1 where it is in the set."""
    return f"{places:0{size}b}"[::-1].encode("ascii").translate(_LANES)


def each_of(places: Places) -> Iterator[int]:
    """The places of a set, from the first on. To look for the next one in a text takes no time."""
    size = places.bit_length()
    if places.bit_count() > size * _SHARE_OF_MANY:
        yield from compress(range(size), lanes_of(places, size))
        return
    digits = f"{places:b}"[::-1]
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


def _of_lanes(lanes: bytes | bytearray) -> Places:
    return int(lanes[::-1].translate(_DIGITS) or b"0", 2)


def _equal_to(count: int) -> bytes:
    """For `bytes.translate`: 1 where it is so much, else 0."""
    return bytes(each == count for each in range(256))


def _united(several: Iterable[Places]) -> Places:
    found = 0
    for places in several:
        found |= places
    return found
