"""Random tables: the comparison against a naive one, and changes that must all be found."""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from pathlib import Path
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from omni_tui.compare.models import ChangeKind
from omni_tui.compare.tables import compare as compare_module
from omni_tui.compare.tables import pairing, raw_records
from omni_tui.compare.tables.compare import compare_tables
from omni_tui.preview.tables import tables_in
from tests.compare.tables_made import applied, naive_diff, rows_of, write_csv
from tests.examples import examples

CELLS = st.sampled_from(
    ["", "a", "b", "1", "2.5", "x,y", 'in "quotes"', "two\nlines", "\r", "ä", "$1,000.50"]
)
QUOTING = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
LINE_ENDS = st.sampled_from(["\n", "\r\n"])


@st.composite
def two_tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]], list[list[str]]]:
    """Two tables with the same two to four columns and some common rows."""
    width = draw(st.integers(2, 4))
    row = st.lists(CELLS, min_size=width, max_size=width)
    rows = draw(st.lists(row, max_size=8))
    old = draw(st.lists(st.sampled_from(rows), max_size=12)) if rows else []
    new = draw(st.permutations([*old[: len(old) // 2], *draw(st.lists(row, max_size=5))]))
    return [f"Column {index}" for index in range(width)], old, list(new)


@examples(40)
@given(
    two_tables(),
    st.tuples(QUOTING, QUOTING),
    st.tuples(LINE_ENDS, LINE_ENDS),
    st.integers(1, 100),
    st.data(),
)
def test_it_finds_what_a_naive_comparison_finds(tables, quoting, line_ends, block_bytes, data) -> None:
    names, old_rows, new_rows = tables
    key = data.draw(st.lists(st.sampled_from(names), unique=True, max_size=len(names)))
    with tempfile.TemporaryDirectory() as folder:
        old, new = (
            tables_in(write_csv(Path(folder) / name, names, rows, quoting=quote, line_end=line_end))[0]
            for name, rows, quote, line_end in zip(
                ("old.csv", "new.csv"), (old_rows, new_rows), quoting, line_ends, strict=True
            )
        )
        with patch.object(raw_records, "_BLOCK_BYTES", block_bytes):
            diff = compare_tables(old, new, key)
        before, after = rows_of(old), rows_of(new)
    expected = naive_diff(before, after, [names.index(name) for name in diff.key])
    assert not key or diff.key == tuple(key)
    assert (diff.added, diff.removed, diff.changed) == (expected.added, expected.removed, expected.changed)
    assert (diff.old_rows, diff.new_rows) == (len(before), len(after))
    assert applied(before, names, diff) == Counter(after)
    assert diff.is_same == (Counter(before) == Counter(after))
    assert diff.is_reordered == (diff.is_same and before != after)


@examples(40)
@given(st.integers(2, 60), st.data())
def test_it_finds_injected_changes_and_nothing_else(row_count, data) -> None:
    """With IDs, even among repetitions, the key is found and every change is classified correctly."""
    names = ["Region", "Order ID", "Status", "Sales"]
    old = [[f"R{n % 3}", f"ID-{n}", "open" if n % 2 else "paid", f"{n}.50"] for n in range(row_count)]
    fates = data.draw(
        st.lists(
            st.sampled_from(["keep", "keep", "keep", "remove", 0, 2, 3]),
            min_size=row_count,
            max_size=row_count,
        )
    )
    added = data.draw(st.integers(0, 5))
    new, cells = [], {}
    for row, fate in zip(old, fates, strict=True):
        if fate == "remove":
            continue
        row = list(row)
        if isinstance(fate, int):
            cells[row[1]] = (names[fate], row[fate], "9999.25")
            row[fate] = "9999.25"
        new.append(row)
    new += [[f"R{n % 3}", f"NEW-{n}", "open", "1.00"] for n in range(added)]
    new = data.draw(st.permutations(new))
    with tempfile.TemporaryDirectory() as folder:
        tables = [
            tables_in(write_csv(Path(folder) / f"{name}.csv", names, rows))[0]
            for name, rows in (("old", old), ("new", new))
        ]
        diff = compare_tables(tables[0], tables[1], ("order id",))
        found = compare_tables(tables[0], tables[1])
    assert diff.removed == fates.count("remove")
    assert diff.added == added
    changed = {
        change.key[0]: [(cell.column, cell.old, cell.new) for cell in change.cells]
        for change in diff.changes
        if change.kind is ChangeKind.CHANGED
    }
    assert changed == {key: [cell] for key, cell in cells.items()}
    if row_count > 4 and len(new) > 4:
        assert found.key == ("Order ID",)
        assert found.changes == diff.changes


@examples(20)
@given(two_tables())
def test_it_pairs_the_same_rows_through_temporary_files(tables) -> None:
    names, old_rows, new_rows = tables
    with tempfile.TemporaryDirectory() as folder:
        old, new = (
            tables_in(write_csv(Path(folder) / f"{name}.csv", names, rows))[0]
            for name, rows in (("old", old_rows), ("new", new_rows))
        )
        in_memory = compare_tables(old, new, names[:1])
        with patch.object(pairing, "MAX_IN_MEMORY", 0), patch.object(compare_module, "_FEW", 0):
            through_files = compare_tables(old, new, names[:1])
    assert through_files == in_memory
