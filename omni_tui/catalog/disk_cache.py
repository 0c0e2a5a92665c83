"""Cache the list of dashboards on the disk, so that the first screen isn't empty.

There is one private file for each server and profile, without a token. It starts with a header line in JSON:
the version and the length of each column that follows. The columns are as in `Table`, with the folded texts,
so that 100,000 documents load in 0.2 s (SQLite took twice as long, JSON without folded texts five times). The
pages that were read since are appended, each with its own header; an incomplete page is ignored. A list that
is damaged or of another version is deleted.
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO

from omni_tui.api.documents import Document
from omni_tui.catalog.contents_cache import contents_path
from omni_tui.catalog.packed_rows import Rows
from omni_tui.catalog.table import Table, unpacked
from omni_tui.clock import checked_moment
from omni_tui.settings.locations import replaced_private_file

VERSION = 3
# A server's texts may contain half a surrogate pair, which isn't valid UTF-8.
_ENCODING = ("utf-8", "surrogatepass")
# How many rows are joined at once, so that the screen's thread can run in between.
_ROWS_AT_ONCE = 1_000
_MAX_HEADER_LENGTH = 10_000
# How many lists are kept, and of how many bytes in all; the ones written last.
MAX_LISTS = 20
MAX_BYTES = 256 * 1024 * 1024
_DAMAGE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True)
class UnfinishedLoad:
    """An unfinished load of the whole list.

    `started_at` (seconds since 1970) identifies it; `cursor` is where to continue, empty if it can't be
    resumed; `seen` are the IDs that it has read, `loaded` is how many documents it has read, and `total` how
    many there are.
    """

    started_at: float
    cursor: str = ""
    seen: AbstractSet[str] = frozenset()
    loaded: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class CachedList:
    """A cached list. `as_of` is when the whole list was last read (seconds since 1970), or None."""

    table: Table
    as_of: float | None
    unfinished: UnfinishedLoad | None = None


@dataclass(frozen=True, slots=True)
class StartupSnapshot:
    """The first cached documents, and how many there are."""

    documents: tuple[Document, ...]
    count: int
    as_of: float | None = field(default=None)


def read_cache(path: Path) -> CachedList | None:
    """Return the cached list, or None."""
    try:
        with path.open("rb") as file:
            head = _read_head(file)
            table = _read_table(file, head)
            unfinished = _put_pages(table, _read_pages(file))
            return CachedList(table, _time(head["as_of"]), unfinished)
    except FileNotFoundError:
        return None
    except (OSError, *_DAMAGE):
        _drop(path)
        return None


def peek(path: Path, most: int) -> StartupSnapshot | None:
    """Return the first documents, at most `most`, in constant time; or None."""
    try:
        with path.open("rb") as file:
            head = _read_head(file)
            rows = list(islice(file, min(most, int(head["count"]))))
            prefix = str(head["url_prefix"])
            values = [json.loads(row) for row in rows]
            documents = [unpacked(each, favorites=0, views=0, url_prefix=prefix) for each in values]
            return StartupSnapshot(tuple(documents), int(head["count"]), _time(head["as_of"]))
    except FileNotFoundError:
        return None
    except (OSError, *_DAMAGE):
        _drop(path)
        return None


def write_cache(path: Path, table: Table, as_of: float | None) -> None:
    """Replace the file atomically by the list, which was read at `as_of`. Raises OSError.

    Pages that were appended to the old list are dropped.
    """
    rows = list(table.order)
    columns = (
        (table.packed[at] for at in rows),
        (table.texts[at].encode(*_ENCODING) for at in rows),
        (table.initials[at].encode(*_ENCODING) for at in rows),
        (b"%d %d" % (table.favorites[at], table.views[at]) for at in rows),
    )
    with replaced_private_file(path) as file:
        room = b" " * 400  # for the header, whose checksums are known at the end
        file.write(room + b"\n")
        sums = [_write_lines(file, lines) for lines in columns]
        head = {
            "version": VERSION,
            "as_of": as_of,
            "count": len(rows),
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
    """Remove all cached lists except the ones written last. Raises nothing."""
    with contextlib.suppress(OSError):
        lists = [(path.stat(), path) for path in folder.glob("*.list")]
        lists.sort(key=lambda each: each[0].st_mtime, reverse=True)
        total_bytes = 0
        for number, (state, path) in enumerate(lists):
            total_bytes += state.st_size
            if number >= MAX_LISTS or (number and total_bytes > MAX_BYTES):
                path.unlink(missing_ok=True)
                contents_path(path).unlink(missing_ok=True)


def append_page(
    path: Path,
    load: UnfinishedLoad,
    table: Table,
    *,
    seen: Sequence[str] = (),
    changed: Sequence[Document] = (),
    gone: Sequence[str] = (),
) -> bool:
    """Append a page to the cached list; return False if there is no list. Raises OSError.

    `load` is the load after this page, `seen` are the IDs of all its dashboards, `changed` the dashboards to
    put, and `gone` the IDs to remove.
    """
    rows = [[json.loads(table.pack(each)), each.favorites, each.views] for each in changed if each.identifier]
    body = json.dumps([seen, gone, rows, table.url_prefix], separators=(",", ":")).encode()
    head = {
        "started_at": load.started_at,
        "cursor": load.cursor,
        "loaded": load.loaded,
        "total": load.total,
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
    """Write the lines; return their length in bytes and their checksum."""
    length = total = 0
    while some := list(islice(lines, _ROWS_AT_ONCE)):
        piece = b"\n".join(some) + b"\n"
        total = zlib.crc32(piece, total)
        length += file.write(piece)
    return [length, total]


def _read_head(file: BinaryIO) -> dict[str, Any]:
    """Return the header. Raises ValueError or TypeError if it's invalid."""
    head = json.loads(file.readline(_MAX_HEADER_LENGTH))
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
    """Yield the lines one by one: a list of them would take as much memory again."""
    return BytesIO(_read_piece(file, length, expected_sum))


def _read_piece(file: BinaryIO, length: int, expected_sum: int) -> bytes:
    piece = file.read(length)
    if len(piece) != length or zlib.crc32(piece) != expected_sum:
        raise ValueError("damaged")
    return piece


def _read_pages(file: BinaryIO) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """Yield header and body of each page. Removes an incomplete page, so that the next can be appended."""
    end = file.tell()
    try:
        while line := file.readline(_MAX_HEADER_LENGTH):
            head = json.loads(line)
            body = file.read(int(head["bytes"]))
            if zlib.crc32(body) != head["sum"] or file.read(1) != b"\n":
                raise ValueError("damaged")
            yield head, json.loads(body)
            end = file.tell()
    except _DAMAGE:
        with contextlib.suppress(OSError):
            os.truncate(file.name, end)


def _put_pages(table: Table, pages: Iterable[tuple[dict[str, Any], list[Any]]]) -> UnfinishedLoad | None:
    """Apply the pages to the table; return the load that the last page belongs to."""
    load: UnfinishedLoad | None = None
    all_seen: set[str] = set()
    for head, (seen, gone, changed, url_prefix) in pages:
        for values, favorites, views in changed:
            table.put(unpacked(values, favorites=favorites, views=views, url_prefix=url_prefix))
        for identifier in gone:
            table.remove(identifier)
        if load is not None and load.started_at != head["started_at"]:
            all_seen = set()  # a page of another load
        all_seen.update(seen)
        load = UnfinishedLoad(
            started_at=checked_moment(head["started_at"]),
            cursor=str(head["cursor"]),
            seen=all_seen,
            loaded=int(head["loaded"]),
            total=None if head["total"] is None else int(head["total"]),
        )
    return load if load is not None and load.cursor else None


def _time(value: Any) -> float | None:
    """Return a time or None. Raises ValueError for a time out of range."""
    return None if value is None else checked_moment(value)


def _drop(path: Path) -> None:
    """Remove a damaged file; if that fails, the next write reports it."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
