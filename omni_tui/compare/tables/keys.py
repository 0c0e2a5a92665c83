"""Find the columns that identify rows, to pair the differing rows."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import combinations, islice
from operator import itemgetter

from omni_tui.compare.errors import CompareError
from omni_tui.compare.tables.column_matching import Row
from omni_tui.compare.tables.numbers import is_decimal

Key = tuple[int, ...]

# How many columns are tried in pairs, and how many candidates are tried on the differing rows.
_MAX_PAIRED = 12
_MAX_CANDIDATES = 8
# How many rows are needed to recognize a row number.
_MAX_COUNTED = 100
# How many of the differing rows are tried.
_MAX_TRIED = 2_000


def key_of_names(names: Sequence[str], wanted: Sequence[str]) -> Key:
    """Return the positions of the named columns, in any case. Raises CompareError."""
    folded = [name.casefold() for name in names]
    positions = []
    for name in wanted:
        if name.casefold() not in folded:
            listed = f"Columns in both: {', '.join(names)}." if names else "They have no column in common."
            raise CompareError(f"Both files need a column named {name}.", listed)
        positions.append(names.index(name) if name in names else folded.index(name.casefold()))
    return tuple(positions)


def candidate_keys(old: Sequence[Row], new: Sequence[Row], width: int) -> list[Key]:
    """Return keys that are unique in samples of both tables, likeliest first; empty if there are none.

    Equal rows count once. Measures (decimal numbers) are used only if nothing else identifies rows.
    """
    samples = [list(dict.fromkeys(rows)) for rows in (old, new)]
    if not width or not any(samples):
        return []
    measures = {
        position
        for position in range(width)
        if any(is_decimal(row[position]) for rows in samples for row in rows)
    }
    dimensions = [position for position in range(width) if position not in measures]

    def is_unique(key: Key) -> bool:
        value = getter(key)
        return all(len(set(map(value, rows))) == len(rows) for rows in samples)

    singles: list[Key] = [(position,) for position in dimensions if is_unique((position,))]
    if singles:
        singles.sort(key=lambda key: any(_is_row_number(rows, key[0]) for rows in samples))
        return singles[:_MAX_CANDIDATES]
    pairs: list[Key] = [pair for pair in combinations(dimensions[:_MAX_PAIRED], 2) if is_unique(pair)]
    if pairs:
        return pairs[:_MAX_CANDIDATES]
    for positions in (dimensions, [*dimensions, *sorted(measures)]):
        key = tuple(positions)
        if key and len(key) < width and is_unique(key):
            return [_reduced(key, is_unique)]
    all_but_one = combinations(range(width), width - 1) if width > 1 else ()
    return list(islice(filter(is_unique, all_but_one), _MAX_CANDIDATES))


def best_key(candidates: Sequence[Key], old: Sequence[Row], new: Sequence[Row], width: int) -> Key:
    """Return the candidate with which the differing rows are most similar; empty if there is none."""
    if len(candidates) < 2 or not old or not new:
        return candidates[0] if candidates else ()
    return min(candidates, key=lambda key: _cost(key, old, new, width))


def getter(key: Key) -> Callable[[Row], Hashable]:
    """Return a function that extracts the key's values from a row."""
    return itemgetter(*key) if key else lambda row: row


def _cost(key: Key, old: Sequence[Row], new: Sequence[Row], width: int) -> float:
    """Return how many cells change if rows are matched by this key; a row without a partner counts half."""
    value = getter(key)
    sampled = max(1, (len(old) + len(new)) // _MAX_TRIED)
    old_rows = {value(row): row for row in old if hash(value(row)) % sampled == 0}
    new_rows = {value(row): row for row in new if hash(value(row)) % sampled == 0}
    both = old_rows.keys() & new_rows.keys()
    changed = sum(sum(a != b for a, b in zip(old_rows[each], new_rows[each], strict=True)) for each in both)
    count = len(old_rows) + len(new_rows)
    return (changed + (count - 2 * len(both)) * width / 2) / max(1, count)


def _is_row_number(rows: Sequence[Row], position: int) -> bool:
    """Return whether a column only numbers the rows, from 0 or 1: such numbers shift with each added row."""
    cells = [row[position] for row in rows[:_MAX_COUNTED]]
    return any(cells == [str(start + index) for index in range(len(cells))] for start in (0, 1))


def _reduced(key: Key, is_unique: Callable[[Key], bool]) -> Key:
    """Return the key without unneeded columns, removing the last ones first."""
    for position in reversed(key):
        shorter = tuple(each for each in key if each != position)
        if shorter and is_unique(shorter):
            key = shorter
    return key
