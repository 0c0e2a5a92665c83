"""Words of one kind, and in which documents they stand."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator

from omni_tui.catalog.places import Places, places_of

END = "\n"
"""What stands before a word, and after it, where a piece of it is looked for. No word holds it."""

# From which share of all documents on a word has a bit for each, in place of a list of those that have it.
_SHARE_OF_MANY = 1 / 50
# So many answers are kept; each takes a bit for each document.
_MOST_FOUND = 6


class WordPlaces:
    """The words of one kind, and where they stand.

    Those that hardly any two documents have in common stand in long texts, by their length: so it need not
    be counted, which of its words was found.
    """

    def __init__(self) -> None:
        self._shared: dict[str, array[int] | Places] = {}
        self._blocks: dict[int, _Block] = {}
        self._found: dict[str, Places] = {}

    def add(self, word: str, place: int) -> None:
        """Of a name, or an id: with digits or signs in it, it is hardly to be found twice."""
        if word.isalpha():
            self.add_shared(word, place)
        elif word:
            block = self._blocks.get(len(word))
            if block is None:
                block = self._blocks[len(word)] = _Block()
            block.places.append(place)
            block.portion.append(word)

    def add_shared(self, word: str, place: int) -> None:
        """A word that many may have."""
        places = self._shared.get(word)
        if places is None:
            places = self._shared[word] = array("I")
        assert isinstance(places, array)
        places.append(place)

    def end_portion(self) -> None:
        """One text is shorter than its words."""
        for block in self._blocks.values():
            block.end_portion()

    def pack(self, size: int) -> Iterator[None]:
        """All words are there, of so many documents; some at a time."""
        for block in self._blocks.values():
            block.pack()
            yield
        for word, places in self._shared.items():
            if isinstance(places, array) and len(places) >= size * _SHARE_OF_MANY:
                self._shared[word] = places_of(places, size)
                yield

    def holding(self, piece: str, size: int) -> Places:
        """Where one stands that holds this, or with END before it, that begins so."""
        return self._remembered(
            piece, lambda: self.sharing(piece, size) | places_of(list(self._standing(piece)), size)
        )

    def exactly(self, word: str, size: int) -> Places:
        """Where this one stands, which is a word of a name."""
        if word.isalpha():
            places = self._shared.get(word, 0)
            return places if isinstance(places, int) else places_of(places, size)
        block = self._blocks.get(len(word))
        if block is None:
            return 0
        return self._remembered(
            END + word + END, lambda: places_of(list(block.holding(END + word, len(word))), size)
        )

    def sharing(self, piece: str, size: int) -> Places:
        """The same, of those words only that many may have."""
        found = 0
        few: list[int] = []
        begins = piece[1:] if piece[0] == END else None
        for word, places in self._shared.items():
            if piece in word if begins is None else word.startswith(begins):
                if isinstance(places, int):
                    found |= places
                else:
                    few.extend(places)
        return found | places_of(few, size) if few else found

    def _remembered(self, piece: str, find: Callable[[], Places]) -> Places:
        """What was found just now is asked for again: of a name what was looked for anywhere, at each key."""
        found = self._found.get(piece)
        if found is None:
            if len(self._found) >= _MOST_FOUND:
                self._found.clear()
            found = self._found[piece] = find()
        return found

    def _standing(self, piece: str) -> Iterator[int]:
        """In which documents a word of the long texts holds that piece."""
        least = len(piece.lstrip(END))
        for length, block in self._blocks.items():
            if length >= least:
                yield from block.holding(piece, length)


class _Block:
    """Words of one length, each between two ends, and in which document each stands."""

    def __init__(self) -> None:
        self.places = array("I")
        self.portion: list[str] = []
        self._portions: list[str] = []
        self._text = END
        self._alphabet = {END}

    def end_portion(self) -> None:
        """The words of the portion become one text."""
        if self.portion:
            self._portions.append("".join([word + END for word in self.portion]))
            self._alphabet.update(self._portions[-1])
            self.portion.clear()

    def pack(self) -> None:
        """All words are there."""
        self._text += "".join(self._portions)
        self._portions.clear()

    def holding(self, piece: str, length: int) -> Iterator[int]:
        """In which documents one of the words, which are so long, holds that piece, or begins with it.

        A pattern is found in half the time that `str.find` takes.
        """
        if self._alphabet.issuperset(piece):
            places, step = self.places, length + 1
            for match in re.finditer(re.escape(piece), self._text):
                yield places[match.start() // step]
