"""Finding dashboards while somebody types: folded words in any order, the best first, fast over 100,000."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from omni_tui.api.models import Document

# A mark that joins nothing: no word that is typed holds it, so none is found across two fields.
_FIELD_BREAK = "\n"
# Where a name begins and ends, so that one `in` tells a prefix or the whole.
_START, _END = "\n ", "\n"
_REMEMBERED_SEARCHES = 16


class Index:
    """Documents with their folded texts, computed once and searched at every key.

    `previous` is an index whose texts are taken over for the documents that it already held, so that a list
    that grows page by page is folded once. The order of `documents` is kept within equally good hits.
    """

    def __init__(self, documents: Sequence[Document], previous: Index | None = None) -> None:
        self._documents = documents
        known = previous._texts_by_identity() if previous is not None else {}
        texts = [known.get(id(document)) or _texts(document) for document in documents]
        self._haystacks = [haystack for haystack, _ in texts]
        self._names = [name for _, name in texts]
        self._remembered: dict[tuple[str, ...], Sequence[int]] = {}
        self._last: tuple[tuple[str, ...], Sequence[int]] | None = None

    def search(self, text: str) -> list[Document]:
        """The documents that hold every word of `text`, best first; all, in their order, when it has none.

        Looked at are name, folder, owner, labels and id. First come names that are the text, then names that
        begin with it, names with a word that begins so, names that hold it, then what was found elsewhere.
        """
        words = tuple(fold(text).split())
        if not words:
            return list(self._documents)
        documents = self._documents
        return [documents[at] for at in self._ranked(words)]

    def _ranked(self, words: tuple[str, ...]) -> Sequence[int]:
        ranked = self._remembered.pop(words, None)
        if ranked is None:
            ranked = self._best_first(words, self._hits(words))
        self._remembered[words] = ranked
        if len(self._remembered) > _REMEMBERED_SEARCHES:
            del self._remembered[next(iter(self._remembered))]
        return ranked

    def _hits(self, words: tuple[str, ...]) -> Sequence[int]:
        """Where every word is found, in the documents' order."""
        haystacks = self._haystacks
        hits = self._candidates(words)
        for word in dict.fromkeys(words):
            hits = [at for at in hits if word in haystacks[at]]
        self._last = (words, hits)
        return hits

    def _candidates(self, words: tuple[str, ...]) -> Sequence[int]:
        """Where to look: while one types on, only among what was found before."""
        if self._last is not None:
            before, hits = self._last
            if all(any(old in new for new in words) for old in before):
                return hits
        return range(len(self._haystacks))

    def _best_first(self, words: tuple[str, ...], hits: Sequence[int]) -> list[int]:
        plain = [_spaced(word) for word in words]
        whole = _START + " ".join(filter(None, plain))
        in_name, elsewhere = self._part(hits, plain)
        word_start, inside = self._part(in_name, [" " + word for word in plain])
        prefix, word_start = self._part(word_start, [whole])
        exact, prefix = self._part(prefix, [whole + _END])
        to_the_letter = _FIELD_BREAK.join((" ".join(words), ""))
        exact = sorted(exact, key=lambda at: not self._haystacks[at].startswith(to_the_letter))
        return [*exact, *prefix, *word_start, *inside, *elsewhere]

    def _part(self, positions: Sequence[int], texts: list[str]) -> tuple[Sequence[int], Sequence[int]]:
        """Those whose name holds all the texts, and the others; both in their order."""
        holding: Sequence[int] = positions
        others: list[int] = []
        for text in texts:
            holding, without = self._part_by(holding, text)
            others = sorted(others + without) if others and without else others or without
        return holding, others

    def _part_by(self, positions: Sequence[int], text: str) -> tuple[list[int], list[int]]:
        """One bare loop: at 100,000 names this is what a key waits for, and sets or maps took longer."""
        names = self._names
        holding: list[int] = []
        others: list[int] = []
        hold, pass_by = holding.append, others.append
        for at in positions:
            if text in names[at]:
                hold(at)
            else:
                pass_by(at)
        return holding, others

    def _texts_by_identity(self) -> dict[int, tuple[str, str]]:
        texts = zip(self._haystacks, self._names, strict=True)
        return {id(document): pair for document, pair in zip(self._documents, texts, strict=True)}


def search(documents: Sequence[Document], text: str) -> list[Document]:
    """The documents that hold every word of `text`, best first. For one search; an `Index` serves many."""
    return Index(documents).search(text)


def fold(text: str) -> str:
    """Text as it is compared: without case, accents, width, and marks that cannot be seen."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_UNTYPED)


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


def _texts(document: Document) -> tuple[str, str]:
    """All that a document can be found by, and its name between its marks with a blank before every word."""
    name = " ".join(fold(document.name).split())
    fields = (document.folder, document.owner, *document.labels, document.identifier)
    haystack = _FIELD_BREAK.join((name, fold(_FIELD_BREAK.join(fields))))
    return haystack, f"{_START}{_spaced(name)}{_END}"


def _spaced(folded: str) -> str:
    """Its words with one blank between them, whatever stood there."""
    return " ".join(folded.translate(_SEPARATORS).split())
