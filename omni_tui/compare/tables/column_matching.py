"""Match the columns of two tables by name, then by content if a name exists in only one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from omni_tui.compare.models import ColumnDiff

Row = tuple[str, ...]

# A column counts as renamed if at least this share of values in matching rows is equal.
_SAME_SHARE = 0.8
# The maximum number of rows that are compared for this.
_MAX_SAMPLED = 4_000
# How many pairs of cells are compared for this, and in how many rows at least: with hundreds of unmatched
# columns, fewer rows are used; with thousands, none is searched for.
_MAX_CELLS = 10_000_000
_MIN_ROWS = 20


@dataclass(frozen=True, slots=True)
class ColumnPairs:
    """The pairs of columns by position, in the new table's order.

    `names` are the new table's. `diff` has the columns without a partner.
    """

    pairs: tuple[tuple[int, int], ...]
    names: tuple[str, ...]
    diff: ColumnDiff

    @property
    def old_positions(self) -> tuple[int, ...]:
        """Return positions in the old table."""
        return tuple(old for old, _ in self.pairs)

    @property
    def new_positions(self) -> tuple[int, ...]:
        """Return positions in the new table."""
        return tuple(new for _, new in self.pairs)


def match_by_name(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the pairs of equal names, in the new table's order; the second "Sales" matches the second."""
    positions = {name: position for position, name in enumerate(_numbered(old))}
    return [(positions[name], index) for index, name in enumerate(_numbered(new)) if name in positions]


def column_pairs(
    old: Sequence[str], new: Sequence[str], by_name: Sequence[tuple[int, int]], renamed: Mapping[int, int]
) -> ColumnPairs:
    """Return all pairs; `renamed` maps positions in the old table to those in the new one."""
    pairs = sorted([*by_name, *renamed.items()], key=itemgetter(1))
    has_old, has_new = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    old_order = [pair[0] for pair in pairs]
    diff = ColumnDiff(
        added=tuple(name for index, name in enumerate(new) if index not in has_new),
        removed=tuple(name for index, name in enumerate(old) if index not in has_old),
        renamed=tuple((old[before], new[after]) for before, after in sorted(renamed.items())),
        is_reordered=old_order != sorted(old_order),
    )
    return ColumnPairs(tuple(pairs), tuple(new[after] for _, after in pairs), diff)


def sample_by_content(rows: Iterable[Sequence[str]], positions: Sequence[int], width: int) -> dict[int, Row]:
    """Return rows chosen by the values at `positions`, so that another table's sample has the same ones.

    Uses only unique values: those whose hashes have none of a mask's bits.
    """
    mask, sample, repeated = 0, dict[int, Row](), set[int]()
    for row in rows:
        row = fitted(row, width)
        value = hash(tuple(row[position] for position in positions))
        if value & mask:
            continue
        if value in sample:
            repeated.add(value)
        sample[value] = tuple(row)
        if len(sample) > _MAX_SAMPLED:
            mask = mask << 1 | 1
            sample = {value: row for value, row in sample.items() if not value & mask}
            repeated = {value for value in repeated if not value & mask}
    return {value: row for value, row in sample.items() if value not in repeated}


def find_renamed(joined: Iterable[tuple[Row, Row]], old: Sequence[int], new: Sequence[int]) -> dict[int, int]:
    """Return which unmatched columns have the same values in matching rows; none if there are thousands."""
    most = _MAX_CELLS // (len(old) * len(new) or 1)
    if most < _MIN_ROWS:
        return {}
    rows = list(islice(joined, most))
    found = []
    for before in old:
        for after in new:
            pairs = [(a[before], b[after]) for a, b in rows if a[before] or b[after]]
            equal = sum(a == b for a, b in pairs)
            if equal and equal >= _SAME_SHARE * len(pairs):
                found.append((-equal / len(pairs), abs(before - after), before, after))
    renamed: dict[int, int] = {}
    for *_, before, after in sorted(found):
        if before not in renamed and after not in renamed.values():
            renamed[before] = after
    return renamed


def fitted(row: Sequence[str], width: int) -> Sequence[str]:
    """Return the row with as many cells as columns: surplus cells are joined to the last."""
    if len(row) == width:
        return row
    if len(row) < width:
        return [*row, *[""] * (width - len(row))]
    return [*row[: width - 1], ",".join(row[width - 1 :])] if width else []


def _numbered(names: Sequence[str]) -> Iterator[tuple[str, int]]:
    seen: Counter[str] = Counter()
    for name in names:
        yield name, seen[name]
        seen[name] += 1
