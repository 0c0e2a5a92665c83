"""Documents with the newest change first, kept so while pages come in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import TypeAlias

from omni_tui.api.models import Document
from omni_tui.catalog.search import fold

_Key: TypeAlias = "tuple[float, str, str, str]"


class NewestFirst:
    """Documents by their last change, the newest first, then by folded name, name and id; one for each id.

    Those whose change is not known come last.

    Putting a page of documents in moves a few pointers, so that 100,000 documents need no sorting per page.
    """

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._by_id = {document.identifier: document for document in documents}
        pairs = sorted((_key(document), document) for document in self._by_id.values())
        self._keys = [key for key, _ in pairs]
        self._documents = [document for _, document in pairs]

    def documents(self) -> tuple[Document, ...]:
        """All of them, in order."""
        return tuple(self._documents)

    def identifiers(self) -> frozenset[str]:
        """The ids of all of them."""
        return frozenset(self._by_id)

    def get(self, identifier: str) -> Document | None:
        """The one of that id."""
        return self._by_id.get(identifier)

    def put(self, document: Document) -> bool:
        """Adds it, or puts it in the place of the one with its id; tells whether that changed anything."""
        if self._by_id.get(document.identifier) == document:
            return False
        self.remove(document.identifier)
        at = bisect_left(self._keys, _key(document))
        self._keys.insert(at, _key(document))
        self._documents.insert(at, document)
        self._by_id[document.identifier] = document
        return True

    def remove(self, identifier: str) -> bool:
        """Takes it out; tells whether it was there."""
        document = self._by_id.pop(identifier, None)
        if document is None:
            return False
        at = bisect_left(self._keys, _key(document))
        del self._keys[at], self._documents[at]
        return True


def _key(document: Document) -> _Key:
    moment = document.updated_at
    age = -moment.timestamp() if moment is not None else float("inf")
    return age, fold(document.name), document.name, document.identifier
