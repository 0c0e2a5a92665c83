"""Tables for tests: written to files, and compared in a slow and simple way."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from omni_tui.compare.models import Change, ChangeKind, TableDiff
from omni_tui.preview.tables import Table, tables_in

Row = tuple[str, ...]


def write_csv(
    path: Path,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    quoting: int = csv.QUOTE_MINIMAL,
    line_end: str = "\n",
    encoding: str = "utf-8",
) -> Path:
    """Write a CSV, and return its path."""
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, quoting=quoting, lineterminator=line_end)  # type: ignore[arg-type]
        writer.writerow(header)
        writer.writerows(rows)
    return path


def table_of(
    path: Path, header: Sequence[str], rows: Sequence[Sequence[str]], *, quoting: int = csv.QUOTE_MINIMAL
) -> Table:
    """Write a CSV, and return its table."""
    return tables_in(write_csv(path, header, rows, quoting=quoting))[0]


def rows_of(table: Table) -> list[Row]:
    """Read all rows, each as long as the header: missing cells are empty, and the last one takes the rest."""
    with table.open() as rows:
        width = len(rows.header)
        filled = [[*row, *[""] * (width - len(row))] for row in rows if row]
    return [(*row[: width - 1], ",".join(row[width - 1 :])) for row in filled]


@dataclass
class Naive:
    """Count the rows that differ, by definition: the rest of both multisets, paired within each key."""

    added: int
    removed: int
    changed: int


def naive_diff(old: Sequence[Row], new: Sequence[Row], key: Sequence[int]) -> Naive:
    """Compare in memory."""
    old_left = list((Counter(old) - Counter(new)).elements())
    new_left = list((Counter(new) - Counter(old)).elements())
    if not key:
        return Naive(len(new_left), len(old_left), 0)
    old_keys = Counter(tuple(row[each] for each in key) for row in old_left)
    new_keys = Counter(tuple(row[each] for each in key) for row in new_left)
    changed = (old_keys & new_keys).total()
    return Naive(len(new_left) - changed, len(old_left) - changed, changed)


def applied(old: Sequence[Row], names: Sequence[str], diff: TableDiff) -> Counter[Row]:
    """Apply all changes to the old rows; the result must be the new rows."""
    rows = Counter(old)
    for change in diff.changes:
        before, after = _before_and_after(old, names, change)
        if before is not None:
            assert rows[before], f"{before} isn't in the old table"
            rows[before] -= 1
        if after is not None:
            rows[after] += 1
    return +rows


def _before_and_after(
    old: Sequence[Row], names: Sequence[str], change: Change
) -> tuple[Row | None, Row | None]:
    if change.kind is ChangeKind.ADDED:
        return None, tuple(cell.new or "" for cell in change.cells)
    assert change.old_row is not None
    before = old[change.old_row - 1]
    if change.kind is ChangeKind.REMOVED:
        assert before == tuple(cell.old for cell in change.cells)
        return before, None
    after = list(before)
    for cell in change.cells:
        position = names.index(cell.column)
        assert after[position] == cell.old != cell.new
        after[position] = cell.new or ""
    return before, tuple(after)
