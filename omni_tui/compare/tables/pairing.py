"""Pair the differing rows by key: a changed row has a partner, an added or removed one has none."""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from omni_tui.compare.models import Cell, Change, ChangeKind
from omni_tui.compare.tables.column_matching import Row
from omni_tui.compare.tables.keys import Key, getter

Numbered = tuple[int, Row]  # a row and its number, from 0

# With more differing rows than this, they are paired in parts, through temporary files.
MAX_IN_MEMORY = 200_000
_PARTS = 64
# With up to this many rows that share a key, all pairs are tried.
_MAX_TRIED = 10_000


def pair_rows(
    old: Iterable[Numbered], new: Iterable[Numbered], key: Key, names: Sequence[str], count: int
) -> Iterator[tuple[Change, bool]]:
    """Yield the changes, each with whether other rows share its key. `count`: how many rows differ.

    Without a key, rows have no partners. In the order of rows, or of parts if there are many.
    """
    value = getter(key)
    if count <= MAX_IN_MEMORY:
        yield from sorted(_paired(old, new, key, value, names), key=_order)
        return
    with tempfile.TemporaryDirectory(prefix="omni-tui-compare-") as folder:
        parts = [Path(folder) / str(index) for index in range(2 * _PARTS)]
        _distribute(old, value, parts[:_PARTS])
        _distribute(new, value, parts[_PARTS:])
        for old_part, new_part in zip(parts[:_PARTS], parts[_PARTS:], strict=True):
            yield from _paired(_load(old_part), _load(new_part), key, value, names)


def _order(item: tuple[Change, bool]) -> tuple[int, int]:
    change = item[0]
    row = change.new_row if change.new_row is not None else change.old_row
    return row or 0, change.new_row is not None


def _paired(
    old: Iterable[Numbered],
    new: Iterable[Numbered],
    key: Key,
    value: Callable[[Row], Hashable],
    names: Sequence[str],
) -> Iterator[tuple[Change, bool]]:
    groups: dict[Hashable, tuple[list[Numbered], list[Numbered]]] = {}
    for side, rows in enumerate((old, new)):
        for numbered in rows:
            groups.setdefault(value(numbered[1]), ([], []))[side].append(numbered)
    for old_rows, new_rows in groups.values():
        is_shared = bool(key) and max(len(old_rows), len(new_rows)) > 1
        for before, after in _partners(old_rows, new_rows) if key else _alone(old_rows, new_rows):
            yield _change(before, after, key, names), is_shared


def _partners(old: list[Numbered], new: list[Numbered]) -> Iterator[tuple[Numbered | None, Numbered | None]]:
    """Pair the rows of one key, those with the fewest changed cells first."""
    if len(old) == len(new) == 1:
        yield old[0], new[0]
        return
    if len(old) * len(new) <= _MAX_TRIED:
        tried = sorted(
            (sum(a != b for a, b in zip(before[1], after[1], strict=True)), i, j)
            for i, before in enumerate(old)
            for j, after in enumerate(new)
        )
    else:
        tried = [(0, i, i) for i in range(min(len(old), len(new)))]
    old_left, new_left = dict(enumerate(old)), dict(enumerate(new))
    for _, i, j in tried:
        if i in old_left and j in new_left:
            yield old_left.pop(i), new_left.pop(j)
    yield from _alone(old_left.values(), new_left.values())


def _alone(
    old: Iterable[Numbered], new: Iterable[Numbered]
) -> Iterator[tuple[Numbered | None, Numbered | None]]:
    yield from ((before, None) for before in old)
    yield from ((None, after) for after in new)


def _change(before: Numbered | None, after: Numbered | None, key: Key, names: Sequence[str]) -> Change:
    row = (after or before or (0, ()))[1]
    key_values = tuple(row[position] for position in key)
    if before is None or after is None:
        kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED
        old_cells = [None] * len(names) if before is None else before[1]
        new_cells = [None] * len(names) if after is None else after[1]
        cells = tuple(map(Cell, names, old_cells, new_cells))
    else:
        kind = ChangeKind.CHANGED
        cells = tuple(
            Cell(name, a, b) for name, a, b in zip(names, before[1], after[1], strict=True) if a != b
        )
    old_row = None if before is None else before[0] + 1
    new_row = None if after is None else after[0] + 1
    return Change(kind, key_values, old_row, new_row, cells)


def _distribute(rows: Iterable[Numbered], value: Callable[[Row], Hashable], parts: Sequence[Path]) -> None:
    """Write each row to its key's part."""
    buffers: list[list[Numbered]] = [[] for _ in parts]
    for count, numbered in enumerate(rows, 1):
        buffers[hash(value(numbered[1])) % len(parts)].append(numbered)
        if count % 50_000 == 0:
            _append(buffers, parts)
    _append(buffers, parts)


def _append(buffers: list[list[Numbered]], parts: Sequence[Path]) -> None:
    for buffer, path in zip(buffers, parts, strict=True):
        if buffer:
            with path.open("ab") as file:
                marshal.dump(buffer, file)
            buffer.clear()


def _load(path: Path) -> Iterator[Numbered]:
    if not path.exists():
        return
    with path.open("rb") as file, suppress(EOFError):
        while True:
            yield from marshal.load(file)
