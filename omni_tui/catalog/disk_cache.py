"""The list of dashboards on disk, so that the first screen is not empty.

One private file for each Omni and profile, never with a token in it. A line of JSON heads the whole list:
what the file is, and how long each column is that follows. The columns are as `Table` has them in memory,
folded texts included, so that 100,000 documents are there in a fifth of a second: from SQLite they took twice
as long, as JSON to be folded five times. Behind the list stand the pages that were read since, each with a
head of its own; a page that was cut off counts as never read. A list that is damaged or of another version
counts as none, and goes.
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from array import array
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO

from omni_tui.api.documents import Document
from omni_tui.catalog.packed_rows import Rows
from omni_tui.catalog.table import Table, unpacked
from omni_tui.clock import checked_moment
from omni_tui.settings.locations import replaced_private_file

VERSION = 3
# Texts of a server may hold half a character pair, which is no UTF-8.
_ENCODING = ("utf-8", "surrogatepass")
# So much is put together at once: a thread that writes lets the screen's thread in between.
_ROWS_AT_ONCE = 1_000
_LONGEST_HEAD = 10_000
# One for each Omni and profile: of the most, and of all bytes together, the ones written last are kept.
MOST_LISTS = 20
MOST_BYTES = 256 * 1024 * 1024
_DAMAGE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A reading of the whole list that has not come to its end.

    `started_at` is in seconds since 1970 and tells it from others; `cursor` is where it goes on, `seen` are
    the ids that it has come by, `loaded` how many documents it has read, `total` how many there are.
    """

    started_at: float
    cursor: str = ""
    seen: AbstractSet[str] = frozenset()
    loaded: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What one page of a sweep brought: `changed` are the dashboards to put, `gone` the ids to take out.

    `seen` are the ids of all its dashboards; the other fields are the sweep's after it. Without a cursor,
    that one is not to be gone on with.
    """

    started_at: float
    cursor: str
    loaded: int
    total: int | None
    seen: tuple[str, ...] = ()
    changed: tuple[Document, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CachedList:
    """What was on disk. `as_of` is when the whole list was last read (seconds since 1970), None for never."""

    table: Table
    as_of: float | None
    sweep: Sweep | None = None


@dataclass(frozen=True, slots=True)
class Glimpse:
    """The first documents that were kept, and how many there are."""

    documents: tuple[Document, ...]
    count: int
    as_of: float | None = field(default=None)


def read_cache(path: Path) -> CachedList | None:
    """All that was kept, or None."""
    try:
        with path.open("rb") as file:
            head = _read_head(file)
            table = _read_table(file, head)
            sweep = _put_pages(table, _read_pages(file))
            return CachedList(table, _time(head["as_of"]), sweep)
    except FileNotFoundError:
        return None
    except (OSError, *_DAMAGE):
        _drop(path)
        return None


def peek(path: Path, most: int) -> Glimpse | None:
    """At most so many of the documents, the first ones, in no time however many there are; or None."""
    try:
        with path.open("rb") as file:
            head = _read_head(file)
            rows = list(islice(file, min(most, int(head["count"]))))
            prefix = str(head["url_prefix"])
            values = [json.loads(row) for row in rows]
            documents = [unpacked(each, favorites=0, views=0, url_prefix=prefix) for each in values]
            return Glimpse(tuple(documents), int(head["count"]), _time(head["as_of"]))
    except FileNotFoundError:
        return None
    except (OSError, *_DAMAGE):
        _drop(path)
        return None


def write_cache(path: Path, table: Table, as_of: float | None) -> None:
    """Keep the list, read as a whole at `as_of`: all of it, or the old file stays. Raises OSError.

    Pages that stood behind the old list are not kept.
    """
    places = list(table.order)
    columns = (
        (table.rows[at] for at in places),
        (table.texts[at].encode(*_ENCODING) for at in places),
        (table.initials[at].encode(*_ENCODING) for at in places),
        (b"%d %d" % (table.favorites[at], table.views[at]) for at in places),
    )
    with replaced_private_file(path) as file:
        room = b" " * 400  # for the head, whose sums are known at the end
        file.write(room + b"\n")
        sums = [_write_lines(file, lines) for lines in columns]
        head = {
            "version": VERSION,
            "as_of": as_of,
            "count": len(places),
            "url_prefix": table.url_prefix,
            "columns": sums,
        }
        written = json.dumps(head).encode()
        if len(written) > len(room):
            raise OSError(f"the address {table.url_prefix!r} is too long")
        file.seek(0)
        file.write(written)
    keep_newest_lists(path.parent)


def keep_newest_lists(folder: Path) -> None:
    """Remove all cached lists but the ones written last. Raises nothing.

    One that is needed again is read again from the server.
    """
    with contextlib.suppress(OSError):
        lists = [(path.stat(), path) for path in folder.glob("*.list")]
        lists.sort(key=lambda each: each[0].st_mtime, reverse=True)
        total_bytes = 0
        for number, (state, path) in enumerate(lists):
            total_bytes += state.st_size
            if number >= MOST_LISTS or (number and total_bytes > MOST_BYTES):
                path.unlink(missing_ok=True)


def append_page(path: Path, page: Page, table: Table) -> bool:
    """Keep a page behind the list that is there; False where there is none. Raises OSError."""
    changed = [
        [json.loads(table.pack(each)), each.favorites, each.views] for each in page.changed if each.identifier
    ]
    values = [page.seen, page.gone, changed, table.url_prefix]
    body = json.dumps(values, separators=(",", ":")).encode()
    head = {
        "started_at": page.started_at,
        "cursor": page.cursor,
        "loaded": page.loaded,
        "total": page.total,
        "bytes": len(body),
        "sum": zlib.crc32(body),
    }
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    with os.fdopen(handle, "ab") as file:
        file.write(b"%s\n%s\n" % (json.dumps(head).encode(), body))
    return True


def _write_lines(file: IO[bytes], lines: Iterator[bytes]) -> list[int]:
    """Their length in bytes and their sum."""
    length = total = 0
    while some := list(islice(lines, _ROWS_AT_ONCE)):
        piece = b"\n".join(some) + b"\n"
        total = zlib.crc32(piece, total)
        length += file.write(piece)
    return [length, total]


def _read_head(file: BinaryIO) -> dict[str, Any]:
    """Raises ValueError or TypeError for another file."""
    head = json.loads(file.readline(_LONGEST_HEAD))
    if not isinstance(head, dict) or head.get("version") != VERSION:
        raise ValueError("another version")
    return head


def _read_table(file: BinaryIO, head: dict[str, Any]) -> Table:
    in_rows, in_texts, in_initials, in_counts = head["columns"]
    rows = Rows(_read_piece(file, *in_rows))
    texts = [str(line[:-1], *_ENCODING) for line in _read_lines(file, *in_texts)]
    initials = [str(line[:-1], *_ENCODING) for line in _read_lines(file, *in_initials)]
    both = array("q", (int(count) for line in _read_lines(file, *in_counts) for count in line.split()))
    return Table.of_columns(
        texts,
        initials,
        rows,
        both[::2],
        both[1::2],
        url_prefix=str(head["url_prefix"]),
    )


def _read_lines(file: BinaryIO, length: int, expected_sum: int) -> Iterable[bytes]:
    """The lines with their ends, one by one: all at once would take as much memory again."""
    return BytesIO(_read_piece(file, length, expected_sum))


def _read_piece(file: BinaryIO, length: int, expected_sum: int) -> bytes:
    piece = file.read(length)
    if len(piece) != length or zlib.crc32(piece) != expected_sum:
        raise ValueError("damaged")
    return piece


def _read_pages(file: BinaryIO) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """Head and body of each page. One that was cut off is taken away: the next is to stand in its place."""
    end = file.tell()
    try:
        while line := file.readline(_LONGEST_HEAD):
            head = json.loads(line)
            body = file.read(int(head["bytes"]))
            if zlib.crc32(body) != head["sum"] or file.read(1) != b"\n":
                raise ValueError("damaged")
            yield head, json.loads(body)
            end = file.tell()
    except _DAMAGE:
        with contextlib.suppress(OSError):
            os.truncate(file.name, end)


def _put_pages(table: Table, pages: Iterable[tuple[dict[str, Any], list[Any]]]) -> Sweep | None:
    """Put what the pages brought; the sweep that the last one belongs to."""
    sweep: Sweep | None = None
    all_seen: set[str] = set()
    for head, (seen, gone, changed, url_prefix) in pages:
        for values, favorites, views in changed:
            table.put(unpacked(values, favorites=favorites, views=views, url_prefix=url_prefix))
        for identifier in gone:
            table.remove(identifier)
        if sweep is not None and sweep.started_at != head["started_at"]:
            all_seen = set()  # another program's
        all_seen.update(seen)
        sweep = Sweep(
            started_at=checked_moment(head["started_at"]),
            cursor=str(head["cursor"]),
            seen=all_seen,
            loaded=int(head["loaded"]),
            total=None if head["total"] is None else int(head["total"]),
        )
    return sweep if sweep is not None and sweep.cursor else None


def _time(value: Any) -> float | None:
    """Raises ValueError for a time that no calendar has."""
    return None if value is None else checked_moment(value)


def _drop(path: Path) -> None:
    """Where the folder lets nothing be removed, the next write tells so."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
