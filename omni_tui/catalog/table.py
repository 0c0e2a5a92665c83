"""Store all documents packed: 100,000 take about 50 MB. Each is unpacked on access.

A document is one text for searching and one line of JSON instead of ten objects, which saves memory, loading
time and garbage collection.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from sys import intern
from typing import Any, TypeAlias

from omni_tui.api.documents import Document, parse_time
from omni_tui.catalog.packed_rows import Rows
from omni_tui.catalog.search.folding import fold, initials_of, searched_text

_Key: TypeAlias = "tuple[float, str, str, str]"
# How many documents are kept unpacked: a few screens.
_MAX_UNPACKED = 256
_MAX_PREFIX_LENGTH = 200
# The largest value of a column of counts.
_MAX_COUNT = 2**63 - 1


class Table:
    """Documents by permanent row numbers. Each ID has one.

    `texts` (see `search.text`), `initials` (of the names' words), `packed` (see `pack`), `favorites` and
    `views` are columns, indexed by row. `order` has the rows by last change, newest first, then by folded
    name, name and ID; those without a date come last. A removed document's row is kept for lists that still
    show it.
    """

    def __init__(self, documents: Iterable[Document] = (), *, url_prefix: str = "") -> None:
        self.texts: list[str] = []
        self.initials: list[str] = []
        self.packed = Rows()
        self.favorites = array("q")
        self.views = array("q")
        self.order: list[int] = []
        self.url_prefix = url_prefix
        """The common start of all URLs; URLs that only add the ID aren't stored."""
        self._rows: dict[str, int] = {}
        self._unpacked: dict[int, Document] = {}
        by_id = {document.identifier: document for document in documents}
        for document in sorted(by_id.values(), key=_key):
            self.order.append(self._append(document))

    @classmethod
    def of_columns(
        cls,
        texts: list[str],
        initials: list[str],
        packed: Rows,
        favorites: array[int],
        views: array[int],
        *,
        url_prefix: str,
    ) -> Table:
        """Return a table of packed columns, in order. Raises ValueError if their lengths differ."""
        table = cls(url_prefix=url_prefix)
        table.texts, table.packed, table.favorites, table.views = texts, packed, favorites, views
        shared: dict[str, str] = {}  # few are distinct
        table.initials = [shared.setdefault(each, each) for each in initials]
        table._rows = dict(zip(map(_identifier, packed), range(len(packed)), strict=True))
        lengths = {len(texts), len(initials), len(packed), len(favorites), len(views), len(table._rows)}
        if len(lengths) != 1:
            raise ValueError("columns of different length")
        table.order = list(table._rows.values())  # the same int objects, which saves 3 MB
        return table

    def __len__(self) -> int:
        return len(self._rows)

    def identifiers(self) -> frozenset[str]:
        """Return the IDs of all documents."""
        return frozenset(self._rows)

    def row(self, identifier: str) -> int | None:
        """Return the row number of the document with that ID, or None."""
        return self._rows.get(identifier)

    def get(self, identifier: str) -> Document | None:
        """Return the document with that ID, or None."""
        row = self._rows.get(identifier)
        return None if row is None else self.document(row)

    def document(self, row: int) -> Document:
        """Return the document in that row; the same object while it is cached."""
        known = self._unpacked.get(row)
        if known is None:
            if len(self._unpacked) >= _MAX_UNPACKED:
                del self._unpacked[next(iter(self._unpacked))]
            known = self._unpacked[row] = self.unpack(row)
        return known

    def unpack(self, row: int) -> Document:
        """Unpack the document in that row. Safe in another thread than the one that calls `put`."""
        values = json.loads(self.packed[row])
        return unpacked(
            values, favorites=self.favorites[row], views=self.views[row], url_prefix=self.url_prefix
        )

    def put(self, document: Document) -> bool:
        """Add or replace a document; return whether that changed anything."""
        known = self.get(document.identifier)
        if known == document:
            return False
        row = self._rows.get(document.identifier)
        if known is not None and row is not None:
            self._take_from_order(known)
            self._set(row, document)
        else:
            row = self._append(document)
        self.order.insert(self._position(document), row)
        return True

    def remove(self, identifier: str) -> bool:
        """Remove a document; return whether it existed."""
        known = self.get(identifier)
        if known is None:
            return False
        self._take_from_order(known)
        del self._rows[identifier]
        return True

    def pack(self, document: Document) -> bytes:
        """Return a document as one line of JSON, without its counts."""
        updated_at, url = document.updated_at, document.url
        values = [
            document.identifier,
            document.name,
            document.folder,
            document.owner,
            document.labels,
            updated_at.isoformat() if updated_at else None,
            1 if self.url_prefix and url == self.url_prefix + document.identifier else url,
        ]
        return json.dumps(values, separators=(",", ":")).encode()

    def _append(self, document: Document) -> int:
        if not self.url_prefix:
            self.url_prefix = _prefix_of(document)
        row = len(self.packed)
        self.texts.append(text := searched_text(document))
        self.initials.append(intern(initials_of(text)))
        self.packed.append(self.pack(document))
        self.favorites.append(_bounded(document.favorites))
        self.views.append(_bounded(document.views))
        self._rows[document.identifier] = row
        return row

    def _set(self, row: int, document: Document) -> None:
        self.texts[row] = searched_text(document)
        self.initials[row] = intern(initials_of(self.texts[row]))
        self.packed[row] = self.pack(document)
        self.favorites[row], self.views[row] = _bounded(document.favorites), _bounded(document.views)
        self._unpacked.pop(row, None)

    def _take_from_order(self, document: Document) -> None:
        del self.order[self._position(document)]

    def _position(self, document: Document) -> int:
        return bisect_left(self.order, _key(document), key=lambda row: _key(self.unpack(row)))


def unpacked(values: Sequence[Any], *, favorites: int, views: int, url_prefix: str) -> Document:
    """Return the document that `pack` packed. Raises ValueError or TypeError for other values."""
    identifier, name, folder, owner, labels, updated_at, url = values
    if not isinstance(labels, list):
        raise TypeError("labels must be a list")
    return Document(
        identifier=_text(identifier),
        name=_text(name),
        folder=_text(folder),
        owner=_text(owner),
        labels=tuple(_text(label) for label in labels),
        updated_at=None if updated_at is None else parse_time(_text(updated_at)),
        url=url_prefix + identifier if url == 1 else _text(url),
        favorites=favorites,
        views=views,
    )


def _prefix_of(document: Document) -> str:
    prefix = document.url.removesuffix(document.identifier)
    is_one = prefix != document.url and prefix.isascii() and len(prefix) <= _MAX_PREFIX_LENGTH
    return prefix if is_one else ""


def _bounded(count: int) -> int:
    return max(0, min(count, _MAX_COUNT))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("must be text")
    return value


def _identifier(row: bytes) -> str:
    """Return the row's first value without parsing the others, which would take most of the loading time."""
    end = row.index(b'",', 2)
    if b"\\" in row[:end]:
        return str(json.loads(row)[0])
    return row[2:end].decode()


def _key(document: Document) -> _Key:
    moment = document.updated_at
    age = -moment.timestamp() if moment is not None else float("inf")
    return age, fold(document.name), document.name, document.identifier
