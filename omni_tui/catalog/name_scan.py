"""Names and IDs from the cached list on disk, for completion: nothing heavy is imported.

The format is that of `disk_cache`. Of 100,000 dashboards the columns of rows and of folded texts are 15 MB
each, so only the rows that are found are parsed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import IO, NamedTuple

from omni_tui.catalog.search.folding import begins_name, fold, spaced

VERSION = 3
_MAX_HEADER_LENGTH = 10_000
_DAMAGE = (OSError, ValueError, LookupError, TypeError)


class Name(NamedTuple):
    """A dashboard's ID and name."""

    id: str
    name: str


def names_with(path: Path, prefix: str, most: int) -> list[Name]:
    """Return dashboards whose name (in any case) or ID starts with the prefix, last updated first.

    At most `most`. If there are more, another one is added whose name shares only what all have in common,
    because a shell inserts that. Raises nothing: without a list there are none.
    """
    folded = prefix.casefold()

    def is_wanted(each: Name) -> bool:
        return each.name.casefold().startswith(folded) or bool(prefix and each.id.startswith(prefix))

    with suppress(*_DAMAGE):
        cached = _read(path)
        by_id = _lines_with(_row_start(prefix), cached.rows) if prefix else ()
        by_name = _lines_with(_text_start(prefix), cached.texts)
        rows = filter(is_wanted, cached.names(chain(by_id, by_name)))
        found = list(islice(chain(filter(is_wanted, cached.changed.values()), rows), most))
        if len(found) == most:
            names = [each.name.casefold() for each in found]
            first, last = min(names), max(names)
            shared = first[: _shared_length(first, last)]
            found += filter(is_wanted, cached.names(cached.beside(prefix, shared)))
        return list({each.id: each for each in found}.values())
    return []


def ids_of(path: Path, name: str) -> list[str]:
    """Return the IDs of the dashboards with this name, in any case; at most two. Raises nothing."""
    folded = name.casefold()
    with suppress(*_DAMAGE):
        cached = _read(path)
        found = chain(cached.changed.values(), cached.names(_lines_with(_text_start(name), cached.texts)))
        return [each.id for each in islice((each for each in found if each.name.casefold() == folded), 2)]
    return []


@dataclass(frozen=True)
class _Cached:
    """A cached list: two of its columns, and what the pages behind them changed and removed.

    Each line of a column begins with a line feed instead of ending with one.
    """

    rows: bytes
    texts: bytes
    changed: Mapping[str, Name]
    removed: AbstractSet[str]

    @cached_property
    def _rows(self) -> list[bytes]:
        return self.rows.split(b"\n")

    def names(self, numbers: Iterable[int]) -> Iterator[Name]:
        """Yield the names in these lines, without those that a page changed or removed."""
        found = (Name(*map(str, json.loads(self._rows[number])[:2])) for number in numbers)
        return (each for each in found if each.id not in self.changed and each.id not in self.removed)

    def beside(self, start: str, shared: str) -> list[int]:
        """Return the number of a line with that start that has least of `shared`; none if all have it."""
        first, longer = _text_start(start), _text_start(shared)
        at = number = 0
        while len(longer) > len(first):
            others = re.escape(b"\n" + first) + b"(?!" + re.escape(longer[len(first) :]) + b")[^\n]*"
            found = re.compile(others).search(self.texts, at)
            if found is None:
                break
            longer = longer[: _shared_length(longer, found[0][1:])]
            at, number = found.end(), self.texts.count(b"\n", 0, found.end())
        return [number] if number else []


def _lines_with(start: bytes, column: bytes) -> Iterator[int]:
    """Yield the numbers of the lines that begin with `start`, from 1."""
    number = end = 0
    for found in re.finditer(re.escape(b"\n" + start), column):
        number += column.count(b"\n", end, found.end())
        end = found.end()
        yield number


def _read(path: Path) -> _Cached:
    """Return what is cached. Raises one of _DAMAGE."""
    with path.open("rb") as file:
        head = json.loads(file.readline(_MAX_HEADER_LENGTH))
        if head["version"] != VERSION:
            raise ValueError("another version")
        rows_bytes, texts_bytes, *others_bytes = (int(length) for length, _ in head["columns"])
        file.seek(-1, os.SEEK_CUR)  # so that a line feed precedes each line
        rows, texts = file.read(rows_bytes), file.read(texts_bytes)
        file.seek(1 + sum(others_bytes), os.SEEK_CUR)
        return _Cached(rows, texts, *_pages(file))


def _row_start(id_start: str) -> bytes:
    """Return what the rows of IDs begin with that begin with this text."""
    return f"[{json.dumps(id_start)[:-1]}".encode()


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
    if not start:
        return b""
    words = spaced(fold(start)).split(" ")
    is_word_ended = start[-1:].isspace() and words != [""]
    return begins_name((*words, "") if is_word_ended else tuple(words)).encode("utf-8", "surrogatepass")


def _shared_length(first: Sequence[object], second: Sequence[object]) -> int:
    """Return how many items two sequences share at their start."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(first), len(second)))
