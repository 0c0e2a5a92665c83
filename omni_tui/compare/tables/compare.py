"""Compare two tables: columns, rows that differ, and totals."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress, count, islice

from omni_tui.compare.models import Cell, Change, ChangeKind, TableDiff, Total
from omni_tui.compare.tables.column_matching import (
    ColumnPairs,
    Row,
    column_pairs,
    find_renamed,
    match_by_name,
    sample_by_content,
)
from omni_tui.compare.tables.keys import Key, best_key, candidate_keys, key_of_names
from omni_tui.compare.tables.numbers import ColumnTotals, numeric_positions
from omni_tui.compare.tables.pairing import pair_rows
from omni_tui.compare.tables.raw_records import NeedsParser, hash_records
from omni_tui.compare.tables.row_reader import Reader, projection
from omni_tui.compare.tables.row_sets import RowHashes, unmatched
from omni_tui.preview.kinds import Kind
from omni_tui.preview.tables import CsvTable, Table

# How many changes of each kind are stored; `on_change` receives all of them.
MAX_CHANGES = 1_000
# How many differing rows are kept in memory between two steps.
_FEW = 20_000
# How many differing rows are used to choose the key.
_MAX_TRIED = 20_000
# How many cells of the changes of each kind are stored, as a table may have thousands of columns …
MAX_CELLS = 10_000
# … and how much of a long text.
MAX_TEXT_LENGTH = 500
_BATCH_ROWS = 1024

OnChange = Callable[[Change], None]


@dataclass(slots=True)
class _Side:
    """One of the two tables, reduced to the common columns."""

    reader: Reader
    positions: tuple[int, ...]
    flags: bytearray = field(default_factory=bytearray)
    differing: int = 0
    _few: list[tuple[int, Row]] | None = None
    totals: list[int | float] = field(default_factory=list)
    sample: list[Row] = field(default_factory=list)

    @property
    def project(self) -> Callable[[Sequence[str]], Row]:
        """Return a function that selects the common columns of a row."""
        return projection(self.positions, self.reader.width)

    def chosen(self) -> Iterable[tuple[int, Row]]:
        """Return the differing rows with their numbers; a small number is read only once."""
        if self._few is not None:
            return self._few
        found = self.reader.chosen(self.flags, self.project)
        if self.differing <= _FEW:
            self._few = list(found)
            return self._few
        return found

    def flag(self, flags: bytearray) -> None:
        """Mark the rows that differ."""
        self.flags, self.differing, self._few = flags, flags.count(1), None

    def unflag(self, is_kept: bytearray) -> None:
        """Keep the marks of only some of the differing rows."""
        numbers = compress(count(), self.flags)
        dropped = (number for number, keep in zip(numbers, is_kept, strict=True) if not keep)
        few = self._few
        for number in list(dropped):
            self.flags[number] = 0
        self.flag(self.flags)
        self._few = None if few is None else list(compress(few, is_kept))


def compare_tables(
    old: Table,
    new: Table,
    key: Sequence[str] = (),
    on_change: OnChange | None = None,
    name: str = "",
) -> TableDiff:
    """Compare two tables; `key` names the columns that match rows, otherwise they are detected.

    Rows are equal if all common columns are. Differing rows are paired by their key. Blocks, and reads each
    table several times; raises PreviewError, and CompareError if a column in `key` doesn't exist.
    """
    readers = Reader(old), Reader(new)
    _read_raw(*readers)
    try:
        return _compare(*readers, key, on_change, name)
    except NeedsParser:
        for reader in readers:
            reader.raw = None
        return _compare(*readers, key, on_change, name)


def _read_raw(old: Reader, new: Reader) -> None:
    """Compare rows as bytes if equal rows have equal bytes.

    Sheets are always parsed: if bytes weren't enough, they would be converted a second time.
    """
    if not (isinstance(old.table, CsvTable) and isinstance(new.table, CsvTable)):
        return
    if old.header != new.header or not old.header or Kind.XLSX in (old.table.kind, new.table.kind):
        return
    formats = old.table.format(), new.table.format()
    if (formats[0].encoding, formats[0].separator) == (formats[1].encoding, formats[1].separator):
        old.raw, new.raw = formats


def _compare(
    old: Reader,
    new: Reader,
    key_names: Sequence[str],
    on_change: OnChange | None,
    name: str,
) -> TableDiff:
    columns = _match_columns(old, new)
    given = key_of_names(columns.names, key_names)
    sides = _Side(old, columns.old_positions), _Side(new, columns.new_positions)
    for side in sides:
        side.sample = list(map(side.project, side.reader.sample))
    numeric = _numeric(sides, len(columns.names))
    is_same_order = _flag_differing(sides, numeric)
    key = given or _find_key(sides, len(columns.names))
    tally = _ChangeCounter(on_change)
    differing = sum(side.differing for side in sides)
    if differing:
        changes = pair_rows(sides[0].chosen(), sides[1].chosen(), key, columns.names, differing)
        for change, is_shared in changes:
            tally.add(change, is_shared)
    totals = (
        Total(columns.names[position], *(side.totals[index] for side in sides))
        for index, position in enumerate(numeric)
        if position not in key
    )
    return TableDiff(
        name=name,
        old_rows=len(sides[0].flags),
        new_rows=len(sides[1].flags),
        columns=columns.diff,
        key=tuple(columns.names[position] for position in key),
        is_key_given=bool(given),
        added=tally.counts[ChangeKind.ADDED],
        removed=tally.counts[ChangeKind.REMOVED],
        changed=tally.counts[ChangeKind.CHANGED],
        changed_columns=tuple((each, tally.columns[each]) for each in columns.names if tally.columns[each]),
        totals=tuple(totals),
        changes=tally.kept(),
        repeated_keys=len(tally.repeated),
        is_reordered=not (differing or is_same_order),
    )


def _match_columns(old: Reader, new: Reader) -> ColumnPairs:
    by_name = match_by_name(old.header, new.header)
    in_old, in_new = {pair[0] for pair in by_name}, {pair[1] for pair in by_name}
    old_alone = [each for each in range(old.width) if each not in in_old]
    new_alone = [each for each in range(new.width) if each not in in_new]
    renamed: dict[int, int] = {}
    if old_alone and new_alone:
        renamed = find_renamed(_joined(old, new, by_name), old_alone, new_alone)
    return column_pairs(old.header, new.header, by_name, renamed)


def _joined(old: Reader, new: Reader, by_name: Sequence[tuple[int, int]]) -> list[tuple[Row, Row]]:
    """Return matching rows of both tables, by the columns with equal names."""
    if not by_name:  # only their order is known
        return [(tuple(a), tuple(b)) for a, b in zip(old.sample, new.sample, strict=False)]
    positions = tuple(zip(*by_name, strict=True))
    projected = [
        list(map(projection(positions[side], reader.width), reader.sample))
        for side, reader in enumerate((old, new))
    ]
    keys = candidate_keys(projected[0], projected[1], len(by_name))
    best: list[tuple[Row, Row]] = []
    for key in (tuple(range(len(by_name))), *keys[:1]):
        samples = [
            sample_by_content(reader.rows(), [positions[side][each] for each in key], reader.width)
            for side, reader in enumerate((old, new))
        ]
        rows = [(samples[0][each], samples[1][each]) for each in samples[0].keys() & samples[1].keys()]
        best = max(best, rows, key=len)
    return best


def _numeric(sides: tuple[_Side, _Side], width: int) -> list[int]:
    """Return the columns that contain numbers in both tables."""
    old, new = (
        set(numeric_positions(side.sample, width)) if side.sample else set(range(width)) for side in sides
    )
    return sorted(old & new) if any(side.sample for side in sides) else []


def _flag_differing(sides: tuple[_Side, _Side], numeric: Sequence[int]) -> bool:
    """Mark the rows without an equal row in the other table, and add up the totals.

    Returns whether the rows are in the same order, if none differs.
    """
    if sides[0].reader.raw is None:
        return _flag_parsed(sides, numeric)
    is_same_order = _flag_raw(sides)
    if any(side.differing for side in sides):  # equal rows may be written differently
        _flag_again(sides)
        if not any(side.differing for side in sides):
            return _flag_parsed(sides, numeric)  # which compares the order of the parsed rows
    _add_raw_totals(sides, numeric)
    return is_same_order


def _flag_parsed(sides: tuple[_Side, _Side], numeric: Sequence[int]) -> bool:
    def add(side: _Side, hashes: RowHashes) -> None:
        sums = ColumnTotals(numeric)
        for _, rows in side.reader.batches():
            projected = list(map(side.project, rows))
            hashes.add(array("q", map(hash, projected)))
            sums.add(projected)
            side.sample.append(projected[0])
        side.totals = sums.totals

    return _flag_unmatched(sides, add, _Side.flag)


def _flag_raw(sides: tuple[_Side, _Side]) -> bool:
    def add(side: _Side, hashes: RowHashes) -> None:
        assert isinstance(side.reader.table, CsvTable)
        assert side.reader.raw is not None
        hash_records(side.reader.table, side.reader.raw, hashes)

    return _flag_unmatched(sides, add, _Side.flag)


def _flag_again(sides: tuple[_Side, _Side]) -> None:
    """Clear the marks of rows whose values are equal though their bytes differ."""

    def add(side: _Side, hashes: RowHashes) -> None:
        rows = iter(side.chosen())
        while batch := list(islice(rows, _BATCH_ROWS)):
            hashes.add(array("q", (hash(row) for _, row in batch)))

    _flag_unmatched(sides, add, _Side.unflag)


def _flag_unmatched(
    sides: tuple[_Side, _Side],
    add: Callable[[_Side, RowHashes], None],
    mark: Callable[[_Side, bytearray], None],
) -> bool:
    """Hash each table's rows with `add`, and mark those that the other table doesn't have.

    Returns whether the rows are in the same order.
    """
    old_hashes, new_hashes = RowHashes(), RowHashes()
    for side, hashes in zip(sides, (old_hashes, new_hashes), strict=True):
        add(side, hashes)
    for side, flags in zip(sides, unmatched(old_hashes, new_hashes), strict=True):
        mark(side, flags)
    return old_hashes.order.digest() == new_hashes.order.digest()


def _add_raw_totals(sides: tuple[_Side, _Side], numeric: Sequence[int]) -> None:
    """Compute the old table's totals; derive the new ones from them and the differing rows."""
    sums = ColumnTotals(numeric)
    for _, rows in sides[0].reader.batches():
        projected = rows if sides[0].project is tuple else list(map(sides[0].project, rows))
        sums.add(projected)
        sides[0].sample.append(tuple(projected[0]))
    sides[0].totals = sums.totals
    parts = []
    for side in sides:
        part = ColumnTotals(numeric)
        chosen = iter(side.chosen())
        while batch := [row for _, row in islice(chosen, _BATCH_ROWS)]:
            part.add(batch)
        parts.append(part)
    sides[1].totals = ColumnTotals.combined(sums, parts[1], minus=parts[0])


def _find_key(sides: tuple[_Side, _Side], width: int) -> Key:
    candidates = candidate_keys(sides[0].sample, sides[1].sample, width)
    tried = [[row for _, row in islice(side.chosen(), _MAX_TRIED)] for side in sides]
    return best_key(candidates, tried[0], tried[1], width)


def _shortened(change: Change) -> Change:
    """Return a change with long texts cut."""
    if all(len(text or "") <= MAX_TEXT_LENGTH for cell in change.cells for text in (cell.old, cell.new)):
        return change
    cells = (Cell(cell.column, _short(cell.old), _short(cell.new)) for cell in change.cells)
    return replace(change, cells=tuple(cells))


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= MAX_TEXT_LENGTH else text[: MAX_TEXT_LENGTH - 1] + "…"


class _ChangeCounter:
    """Counts the changes, and stores the first ones of each kind."""

    def __init__(self, on_change: OnChange | None) -> None:
        self.counts: Counter[ChangeKind] = Counter()
        self.columns: Counter[str] = Counter()
        self.repeated: set[tuple[str, ...]] = set()
        self._on_change = on_change
        self._kept: dict[ChangeKind, list[Change]] = {kind: [] for kind in ChangeKind}
        self._cells_left = dict.fromkeys(ChangeKind, MAX_CELLS)

    def add(self, change: Change, is_shared: bool) -> None:
        self.counts[change.kind] += 1
        if change.kind is ChangeKind.CHANGED:
            self.columns.update(cell.column for cell in change.cells)
        if is_shared:
            self.repeated.add(change.key)
        kept = self._kept[change.kind]
        if len(kept) < MAX_CHANGES and self._cells_left[change.kind] > 0:
            self._cells_left[change.kind] -= len(change.cells)
            kept.append(_shortened(change))
        if self._on_change is not None:
            self._on_change(change)

    def kept(self) -> tuple[Change, ...]:
        """Return the stored changes, in the order of their rows."""
        found = [change for changes in self._kept.values() for change in changes]
        return tuple(sorted(found, key=lambda change: (change.new_row or change.old_row or 0, change.kind)))
