"""Which documents hold a word, without looking through all of them: 100,000 names are made of few words.

Words that many have are kept with the documents that have them. Those with digits and signs in them, and the
ids, which differ nearly everywhere, stand in long texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from itertools import repeat
from operator import contains
from string import ascii_lowercase, digits

from omni_tui.catalog.folding import FOLDER, IDENTIFIER, LABEL, NAME, OWNER, SIGNS, WORD
from omni_tui.catalog.places import Places, each_of, of_lanes, places_of, united
from omni_tui.catalog.word_places import END, WordPlaces

# So many documents are taken up at once: a key can come in between.
_PORTION = 300
# Changes since the vocabulary was made are looked at one by one: with more of them, it is to be made anew.
_MOST_STALE = 2_000
# So few documents are quicker looked at than a word is looked up; more of them where hardly any two may have
# it in common, so that long texts are gone through: those of names, or all.
_FEW, _FEW_OF_NAMES, _FEW_ANYWHERE = 300, 1_000, 12_000
_MARKS = dict.fromkeys(map(ord, (FOLDER, OWNER, LABEL)), " ")
# Names with more words than these are all alike.
_MOST_WORDS = 255


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

    def piece_of_word(self, word: str) -> str:
        """What words hold that are so, but for IS_WORD, when they stand between two ends."""
        return word if self in (Wanted.ANYWHERE, Wanted.IN_NAME) else END + word


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
        self._firsts, self._others, self._rest = WordPlaces(), WordPlaces(), WordPlaces()
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
            self._with_words[count] = of_lanes(self._counts.translate(_equal_to(count)))
        yield
        for letter in ascii_lowercase + digits:
            # what is found in so many that to look it up takes longer
            for wanted, found in (
                (Wanted.ANYWHERE, map(contains, self._texts, repeat(letter))),
                (Wanted.BEGINS_WORD, map(contains, self._initials, repeat(letter))),
                (Wanted.BEGINS_NAME, map(str.startswith, self._initials, repeat(letter))),
            ):
                self._letters[wanted, letter] = of_lanes(bytes(found)[: self._size])
                yield
        self._is_made = True

    def among(self, places: Places, wanted: Wanted, word: str) -> Places:
        """Those of the places that have the word so."""
        is_at_hand = (wanted, word) in self._letters or (wanted is Wanted.IS_WORD and word.isalpha())
        if is_at_hand or not places:
            return places & self._where(wanted, word)
        if word.isalpha():
            sure, most = 0, _FEW
        else:
            sure = 0 if self.stale else places & self._shared(wanted, word)
            most = _FEW_ANYWHERE if wanted is Wanted.ANYWHERE else _FEW_OF_NAMES
        others = self._with_letters(places & ~sure, wanted, word)
        if others.bit_count() > most:
            return places & self._where(wanted, word)
        return sure | places_of(self._looked_at(each_of(others), wanted, word), len(self._texts))

    def _with_letters(self, places: Places, wanted: Wanted, word: str) -> Places:
        """Those that have what the word is made of, and maybe the word."""
        if not self.stale:
            first = wanted if wanted in (Wanted.BEGINS_WORD, Wanted.BEGINS_NAME) else Wanted.ANYWHERE
            places &= self._letters.get((first, word[0]), places)
            for letter in word[1:]:
                places &= self._letters.get((Wanted.ANYWHERE, letter), places)
        return places

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
            return [at for at in places if 0 <= (text := texts[at]).find(word) < text.find(SIGNS)]
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
        if wanted is Wanted.IS_WORD:
            return united(words.exactly(word, self._size) for words in self._groups(wanted))
        piece = wanted.piece_of_word(word)
        return united(words.holding(piece, self._size) for words in self._groups(wanted))

    def _shared(self, wanted: Wanted, word: str) -> Places:
        """Those that have it so in a word that many have."""
        if wanted is Wanted.IS_WORD:
            return 0
        piece = wanted.piece_of_word(word)
        return united(words.sharing(piece, self._size) for words in self._groups(wanted))

    def _groups(self, wanted: Wanted) -> tuple[WordPlaces, ...]:
        if wanted is Wanted.BEGINS_NAME:
            return (self._firsts,)
        return (self._firsts, self._others, *((self._rest,) if wanted is Wanted.ANYWHERE else ()))

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


def _equal_to(count: int) -> bytes:
    """For `bytes.translate`: 1 where it is so much, else 0."""
    return bytes(each == count for each in range(256))
