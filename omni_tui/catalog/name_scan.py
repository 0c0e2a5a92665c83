"""Names and IDs from the cached list on disk, for completion: nothing is unpacked and nothing heavy imported.

Of 100,000 dashboards the rows are 15 MB, which one regular expression searches in some 20 ms. The format is
that of `disk_cache`. Upper and lower case of ASCII letters don't matter.
"""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

VERSION = 3
_LONGEST_HEAD = 10_000
# The inside of a JSON string.
_INSIDE = rb'(?:[^"\\\n]|\\.)*'


class Name(NamedTuple):
    """A dashboard's ID and name."""

    id: str
    name: str


def names_with(path: Path, prefix: str, most: int) -> list[Name]:
    """Return dashboards whose name or ID starts with the prefix, the last updated first; at most `most`.

    If there are more, one is added that shares no longer beginning with all the others than all matches do:
    a shell inserts the beginning that its candidates share. Raises nothing: without a list there are none.
    """
    found = _found(path, _pattern(prefix), most)
    if len(found) < most or not prefix:
        return found
    shared = _shared_start(each.name.casefold() for each in found)
    if len(shared) > len(prefix):
        inside = _escaped(prefix) + rb"(?!" + _escaped(shared[len(prefix) :]) + rb")" + _INSIDE
        found += _found(path, _row(_INSIDE, inside), 1)
    return found


def ids_of(path: Path, name: str) -> list[str]:
    """Return the IDs of the dashboards with this name, in any case. Raises nothing."""
    return [each.id for each in _found(path, _row(_INSIDE, _escaped(name)), 2)]


def _shared_start(texts: Iterable[str]) -> str:
    """Return the longest text that all of these start with."""
    sorted_texts = sorted(texts)
    pairs = zip(sorted_texts[0], sorted_texts[-1], strict=False)
    return "".join(first for first, last in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _pattern(prefix: str) -> bytes:
    if not prefix:
        return _row(_INSIDE, _INSIDE)
    start = _escaped(prefix)
    by_name = rb'"(' + _INSIDE + rb')","(' + start + _INSIDE + rb')"'
    by_id = rb'"(' + start + _INSIDE + rb')","(' + _INSIDE + rb')"'
    return rb"^\[(?:" + by_name + rb"|" + by_id + rb")"


def _row(id_: bytes, name: bytes) -> bytes:
    return rb'^\["(' + id_ + rb')","(' + name + rb')"'


def _escaped(text: str) -> bytes:
    """Return a pattern for this text inside a JSON string."""
    return re.escape(json.dumps(text)[1:-1].encode())


def _found(path: Path, pattern: bytes, most: int) -> list[Name]:
    compiled = re.compile(pattern, re.MULTILINE | re.IGNORECASE)
    found: dict[str, Name] = {}
    try:
        with _rows(path) as (rows, start, end, pages):
            changed, gone = pages
            for name in changed:
                if compiled.match(json.dumps([name.id, name.name], separators=(",", ":")).encode()):
                    found[name.id] = name
            known = {*gone, *(name.id for name in changed)}
            for match in compiled.finditer(rows, start, end):
                if len(found) >= most:
                    break
                id_, text = (json.loads(b'"' + each + b'"') for each in match.groups() if each is not None)
                if id_ not in known:
                    found.setdefault(id_, Name(id_, text))
    except (OSError, ValueError, LookupError, TypeError):  # none is cached, or it is damaged
        return []
    return list(found.values())[:most]


@contextmanager
def _rows(path: Path) -> Iterator[tuple[mmap.mmap, int, int, tuple[list[Name], list[str]]]]:
    """Yield the file, where its rows start and end, and what the pages behind them changed and removed."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        line = file.readline(_LONGEST_HEAD)
        head = json.loads(line)
        if head["version"] != VERSION:
            raise ValueError("another version")
        lengths = [int(length) for length, _ in head["columns"]]
        file.seek(len(line) + sum(lengths))
        yield content, len(line), len(line) + lengths[0], _pages(file)


def _pages(file: Any) -> tuple[list[Name], list[str]]:
    changed: dict[str, Name] = {}
    removed: dict[str, None] = {}
    while line := file.readline(_LONGEST_HEAD):
        try:
            _, gone, rows, _ = json.loads(file.read(int(json.loads(line)["bytes"])))
            file.read(1)
            for (id_, name, *_), *_ in rows:
                changed[id_] = Name(id_, name)
                removed.pop(id_, None)
        except (ValueError, LookupError, TypeError):  # a page that was cut off
            break
        for id_ in gone:
            changed.pop(id_, None)
            removed[id_] = None
    return list(changed.values()), list(removed)
