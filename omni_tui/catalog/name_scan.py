"""Names and IDs from the cached list on disk, for completion: nothing is unpacked and nothing heavy imported.

The format is that of `disk_cache`. Of 100,000 dashboards the columns of rows and of folded texts are 15 MB
each; a literal text in them is found in milliseconds, which a regular expression is not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, takewhile
from pathlib import Path
from typing import IO, NamedTuple, TypeVar

from omni_tui.catalog.search.text import IDENTIFIER, begins_name, fold, spaced

_T = TypeVar("_T")

VERSION = 3
_MAX_HEADER_LENGTH = 10_000


class Name(NamedTuple):
    """A dashboard's ID and name."""

    id: str
    name: str


def names_with(path: Path, prefix: str, most: int) -> list[Name]:
    """Return dashboards whose name (in any case) or ID starts with the prefix, last updated first.

    At most `most`. If there are more, another one is added whose name shares only what all have in common,
    because a shell inserts that. Raises nothing: without a list there are none.
    """

    def names(cached: _Cached) -> list[Name]:
        matches = cached.with_name(prefix, lambda name: name.casefold().startswith(prefix.casefold()))
        by_id = cached.with_id(prefix) if prefix else iter(())
        found = list(islice(chain(by_id, matches), most))
        if len(found) == most:
            shared = _shared_start(each.name.casefold() for each in found)
            found += cached.one_beside(prefix, shared)
        return found

    return list({each.id: each for each in _read(path, names)}.values())


def ids_of(path: Path, name: str) -> list[str]:
    """Return the IDs of the dashboards with this name, in any case; at most two. Raises nothing."""
    folded = name.casefold()
    return _read(
        path,
        lambda cached: [
            each.id for each in islice(cached.with_name(name, lambda found: found.casefold() == folded), 2)
        ],
    )


@dataclass
class _Cached:
    """An open cached list. The columns are ranges in `file`; the pages behind them win over the rows."""

    file: IO[bytes]
    count: int
    rows_at: tuple[int, int]
    texts_at: tuple[int, int]
    changed: dict[str, Name]
    removed: set[str]

    def with_name(self, start: str, is_wanted: Callable[[str], bool]) -> Iterator[Name]:
        """Yield those whose name begins with the same words, as far as `is_wanted` takes them."""
        yield from (each for each in self.changed.values() if is_wanted(each.name))
        rows = self._rows_with(_text_start(start)) if start else self._first_rows()
        for found in map(_name, rows):
            if found.id not in self.removed and found.id not in self.changed and is_wanted(found.name):
                yield found

    def with_id(self, start: str) -> Iterator[Name]:
        """Yield those whose ID starts so."""
        yield from (each for each in self.changed.values() if each.id.startswith(start))
        for at in _lines_with(f"[{json.dumps(start)[:-1]}".encode(), self._block):
            found = _name(_line(self._block, at))
            if found.id not in self.removed and found.id not in self.changed:
                yield found

    def one_beside(self, start: str, longer_start: str) -> list[Name]:
        """Return the one that shares least of `longer_start` with the others that have `start`, if any."""
        first, second = _text_start(start), _text_start(longer_start)
        texts = b"\n" + self._texts
        count = texts.count(b"\n" + first) if start else self.count
        if len(second) <= len(first) or texts.count(b"\n" + second) == count:
            return []

        def shares_less(text: bytes) -> bool:
            nonlocal second
            if text.startswith(second):
                return False
            second = _shared(second, text)
            return True

        least: list[bytes] = []
        for row in self._rows_with(first, shares_less):
            least = [row]
            if len(second) <= len(first):
                break
        return [_name(row) for row in least]

    def _first_rows(self) -> Iterator[bytes]:
        start, end = self.rows_at
        self.file.seek(start)
        while self.file.tell() < end:
            yield self.file.readline()

    def _rows_with(
        self, start: bytes, is_wanted: Callable[[bytes], bool] = lambda text: True
    ) -> Iterator[bytes]:
        """Yield the rows whose texts begin with `start`. Both columns are in the same order."""
        texts, block, row_at = self._texts, self._block, 0
        for at in _lines_with(start, texts):
            text = _line(texts, at)
            if not is_wanted(text):
                continue
            id_ = text.rpartition(IDENTIFIER.encode())[2].decode("utf-8", "surrogatepass")
            needle = f"[{json.dumps(id_)},".encode()
            row_at = 0 if block.startswith(needle) else block.find(b"\n" + needle, row_at) + 1
            if row_at > 0 or block.startswith(needle):
                yield _line(block, row_at)
            else:  # the text has the ID in lower case
                yield self._rows[texts.count(b"\n", 0, at)]

    @cached_property
    def _block(self) -> bytes:
        return self._column(self.rows_at)

    @cached_property
    def _rows(self) -> list[bytes]:
        return self._block.split(b"\n")

    @cached_property
    def _texts(self) -> bytes:
        return self._column(self.texts_at)

    def _column(self, at: tuple[int, int]) -> bytes:
        start, end = at
        return os.pread(self.file.fileno(), end - start, start)


def _lines_with(start: bytes, column: bytes) -> Iterator[int]:
    """Yield the positions of the lines that begin with `start`."""
    if column.startswith(start):
        yield 0
    needle = b"\n" + start
    found = column.find(needle)
    while found >= 0:
        yield found + 1
        found = column.find(needle, found + 1)


def _line(column: bytes, at: int) -> bytes:
    return column[at : column.find(b"\n", at)]


def _name(row: bytes) -> Name:
    id_, name, *_ = json.loads(row)
    return Name(str(id_), str(name))


def _read(path: Path, reader: Callable[[_Cached], list[_T]]) -> list[_T]:
    try:
        with _opened(path) as cached:
            return reader(cached)
    except (OSError, ValueError, LookupError, TypeError):  # none is cached, or it is damaged
        return []


@contextmanager
def _opened(path: Path) -> Iterator[_Cached]:
    with path.open("rb") as file:
        line = file.readline(_MAX_HEADER_LENGTH)
        head = json.loads(line)
        if head["version"] != VERSION:
            raise ValueError("another version")
        lengths = [int(length) for length, _ in head["columns"]]
        rows, texts = len(line), len(line) + lengths[0]
        file.seek(rows + sum(lengths))
        changed, removed = _pages(file)
        yield _Cached(file, int(head["count"]), (rows, texts), (texts, texts + lengths[1]), changed, removed)


def _pages(file: IO[bytes]) -> tuple[dict[str, Name], set[str]]:
    """Return what the pages behind the list changed and removed."""
    changed: dict[str, Name] = {}
    removed: set[str] = set()
    while line := file.readline(_MAX_HEADER_LENGTH):
        try:
            _, gone, rows, _ = json.loads(file.read(int(json.loads(line)["bytes"])))
            found = {row[0][0]: Name(row[0][0], row[0][1]) for row in rows}
        except (ValueError, LookupError, TypeError):  # a page that was cut off
            break
        file.read(1)
        changed = {id_: name for id_, name in (changed | found).items() if id_ not in gone}
        removed = (removed - found.keys()) | set(gone)
    return changed, removed


def _text_start(start: str) -> bytes:
    """Return what the folded texts of names begin with that begin with this text."""
    words = spaced(fold(start)).split(" ")
    is_word_ended = start[-1:].isspace() and words != [""]
    return begins_name((*words, "") if is_word_ended else tuple(words)).encode("utf-8", "surrogatepass")


def _shared_start(texts: Iterable[str]) -> str:
    """Return the longest text that all of these start with."""
    in_order = sorted(texts)
    first, last = in_order[0].encode("utf-8", "surrogatepass"), in_order[-1].encode("utf-8", "surrogatepass")
    return _shared(first, last).decode("utf-8", "ignore")


def _shared(first: bytes, second: bytes) -> bytes:
    pairs = zip(first, second, strict=False)
    return first[: sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))]
