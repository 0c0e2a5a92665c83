"""Two tables: columns, keys, totals, and malformed rows."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from omni_tui.compare.errors import CompareError
from omni_tui.compare.models import Cell, ChangeKind, ColumnDiff, Total
from omni_tui.compare.tables.compare import compare_tables
from omni_tui.compare.tables.numbers import number_of
from omni_tui.preview.tables import tables_in
from tests.compare.tables_made import table_of, write_csv

HEADER = ("Region", "Status", "Sales")
ROWS = [(region, status, "10.50") for region in ("North", "South", "East") for status in ("open", "paid")]


@pytest.fixture
def compare(tmp_path: Path):
    """Compare two tables given as header and rows."""

    def compared(old, new, key=()):
        first, second = (
            table_of(tmp_path / name, *table) for name, table in (("old.csv", old), ("new.csv", new))
        )
        return compare_tables(first, second, key)

    return compared


def test_a_renamed_column_is_neither_added_nor_removed(compare) -> None:
    old = [(str(n), f"customer {n}", f"{n * 3}.25") for n in range(50)]
    new = [(row[0], f"{n}.00" if n == 7 else row[2], row[1]) for n, row in enumerate(old)][::-1]
    diff = compare((("ID", "Customer", "Sales"), old), (("ID", "Revenue", "Customer"), new))
    assert diff.columns == ColumnDiff(renamed=(("Sales", "Revenue"),), is_reordered=True)
    assert (diff.added, diff.removed, diff.changed) == (0, 0, 1)
    assert diff.changes[0].cells == (Cell("Revenue", "21.25", "7.00"),)


def test_columns_that_exist_on_one_side_only_dont_make_every_row_differ(compare) -> None:
    old = [(str(n), f"customer {n}", "old note") for n in range(20)]
    new = [(str(n), f"customer {n}", f"{n % 4}") for n in range(20)]
    diff = compare((("ID", "Customer", "Note"), old), (("ID", "Customer", "Quarter"), new))
    assert diff.columns == ColumnDiff(added=("Quarter",), removed=("Note",))
    assert not diff.is_same
    assert diff.changes == ()


def test_all_columns_renamed_are_matched_by_their_rows(compare) -> None:
    rows = [(f"r{n}", f"{n}") for n in range(9)]
    diff = compare((("A", "B"), rows), (("C", "D"), rows))
    assert diff.columns.renamed == (("A", "C"), ("B", "D"))


def test_thousands_of_other_columns_are_not_searched_for_new_names(compare) -> None:
    cells = [str(number % 7) for number in range(3_000)]
    old, new = ([f"{name}{number}" for number in range(3_000)] for name in "ab")
    diff = compare((old, [cells] * 30), (new, [cells] * 30))
    assert (len(diff.columns.removed), len(diff.columns.added)) == (3_000, 3_000)
    assert not diff.columns.renamed


def test_two_columns_with_one_name_keep_their_positions(compare) -> None:
    diff = compare(
        (("Sales", "Sales", "ID"), [("1", "2", "x")]), (("Sales", "Sales", "ID"), [("1", "3", "x")])
    )
    assert diff.changes[0].cells == (Cell("Sales", "2", "3"),)


def test_rows_without_an_id_are_matched_by_their_dimensions_not_by_a_measure(compare) -> None:
    new = [*ROWS[:2], ("South", "open", "11.75"), *ROWS[3:]]
    diff = compare((HEADER, ROWS), (HEADER, new))
    assert diff.key == ("Region", "Status")
    assert [change.cells for change in diff.changes] == [(Cell("Sales", "10.50", "11.75"),)]
    assert diff.changes[0].key == ("South", "open")


def test_a_row_number_is_not_a_key_if_something_else_fits_better(compare) -> None:
    """After a row was added at the top, every row has another number."""
    names = [f"customer {n}" for n in range(30)]
    old = [(str(n), name, "x") for n, name in enumerate(names)]
    new = [(str(n), name, "x") for n, name in enumerate(["first", *names])]
    diff = compare((("#", "Customer", "Kind"), old), (("#", "Customer", "Kind"), new))
    assert diff.key == ("Customer",)
    assert (diff.added, diff.removed, diff.changed) == (1, 0, 30)
    assert dict(diff.changed_columns) == {"#": 30}


def test_a_table_of_repeated_rows_counts_them(compare) -> None:
    diff = compare((("A", "B"), [("x", "y")] * 5), (("A", "B"), [("x", "y")] * 3))
    assert (diff.added, diff.removed, diff.changed) == (0, 2, 0)


def test_rows_that_share_a_key_are_paired_with_the_most_similar_and_called_a_guess(compare) -> None:
    header = ("ID", "A", "B")
    old = [("1", "a", "b"), ("1", "c", "d"), ("2", "x", "x")]
    new = [("1", "c", "changed"), ("1", "changed", "b"), ("2", "x", "x")]
    diff = compare((header, old), (header, new), ["ID"])
    assert [change.cells for change in diff.changes] == [
        (Cell("B", "d", "changed"),),
        (Cell("A", "a", "changed"),),
    ]
    assert diff.repeated_keys == 1


def test_an_unknown_key_column_is_an_error_that_lists_the_columns(compare) -> None:
    with pytest.raises(CompareError, match="need a column named Order"):
        compare((HEADER, ROWS), (HEADER, ROWS), ["Order"])


def test_a_key_is_named_in_any_case(compare) -> None:
    diff = compare((HEADER, ROWS), (HEADER, ROWS), ["region", "STATUS"])
    assert diff.key == ("Region", "Status")
    assert diff.is_key_given


def test_totals_are_shown_side_by_side_even_of_formatted_numbers(compare) -> None:
    header = ("ID", "Sales", "Count", "Share", "Code", "Text")
    old = [("a", "$1,200.10", "3", "10%", "001", "1"), ("b", "($200.05)", "", "20%", "002", "x")]
    new = [("a", "$1,200.10", "3", "10%", "001", "1"), ("b", "$0.20", "5", "20%", "002", "x")]
    diff = compare((header, old), (header, new))
    assert diff.totals == (Total("Sales", 1000.05, 1200.3), Total("Count", 3, 8), Total("Share", 30, 30))


def test_totals_are_exact_if_only_the_order_differs(compare) -> None:
    old = [(str(n), f"{n / 10}") for n in range(3000)]
    diff = compare((("ID", "Sales"), old), (("ID", "Sales"), old[::-1]))
    assert diff.totals == (Total("Sales", 449850.0, 449850.0),)
    assert diff.is_same
    assert diff.is_reordered


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_rows_that_are_only_written_differently_are_in_the_same_order(
    tmp_path: Path, line_end: str, quoting: int, encoding: str
) -> None:
    header, rows = ["id", "name"], [(str(number), "x" * 200) for number in range(3000)]
    old = write_csv(tmp_path / "old.csv", header, rows)
    new = write_csv(tmp_path / "new.csv", header, rows, line_end=line_end, quoting=quoting, encoding=encoding)
    diff = compare_tables(tables_in(old)[0], tables_in(new)[0])
    assert diff.is_same
    assert not diff.is_reordered
    assert [(total.old, total.new) for total in diff.totals] in ([], [(4_498_500, 4_498_500)])


def test_whole_numbers_are_added_up_exactly(compare) -> None:
    rows = [("a", str(2**60)), ("b", "1")]
    diff = compare((("ID", "Amount"), rows), (("ID", "Amount"), [*rows, ("c", "1")]))
    assert diff.totals == (Total("Amount", 2**60 + 1, 2**60 + 2),)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1204", 1204),
        ("1,204", 1204),
        ("-1.5", -1.5),
        ("(12)", -12),
        ("$1,204.50", 1204.5),
        ("12%", 12),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("", None),
        ("-", None),
        ("1,20", None),
        ("(1", None),
        ("2026-01-01", None),
        ("1e999", None),
        ("nan", None),
    ],
)
def test_it_parses_numbers_as_exports_write_them(text, number) -> None:
    assert number_of(text) == number


def test_short_and_long_rows_lose_nothing(compare) -> None:
    old = [("1", "a"), ("2", "b", "c"), ("3",)]
    new = [("1", "a", ""), ("2", "b", "c", "extra"), ("3", "", "")]
    header = ("ID", "A", "B")
    diff = compare((header, old), (header, new))
    assert [change.cells for change in diff.changes] == [(Cell("B", "c", "c,extra"),)]


def test_blank_lines_are_not_rows(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("a,b\n\n1,2\n\n3,4\n")
    (tmp_path / "new.csv").write_text("a,b\r\n1,2\r\n3,5")
    old, new = (tables_in(tmp_path / name)[0] for name in ("old.csv", "new.csv"))
    diff = compare_tables(old, new)
    assert (diff.old_rows, diff.new_rows) == (2, 2)
    assert [(change.old_row, change.new_row) for change in diff.changes] == [(2, 2)]


def test_misplaced_quotes_leave_the_rows_to_the_parser(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text('a,b\n5" pipe,1\nx,2\n6" pipe,3\n')
    (tmp_path / "new.csv").write_text('a,b\n5" pipe,1\nx,9\n6" pipe,3\n')
    old, new = (tables_in(tmp_path / name)[0] for name in ("old.csv", "new.csv"))
    diff = compare_tables(old, new)
    assert (diff.old_rows, diff.new_rows) == (3, 3)
    assert [change.cells for change in diff.changes] == [(Cell("b", "2", "9"),)]


def test_empty_tables_are_the_same(compare, tmp_path: Path) -> None:
    assert compare((HEADER, []), (HEADER, [])).is_same
    for name in ("old.csv", "new.csv"):
        (tmp_path / name).write_text("")
    old, new = (tables_in(tmp_path / name)[0] for name in ("old.csv", "new.csv"))
    assert compare_tables(old, new).is_same


def test_a_table_that_became_empty_lost_its_rows(compare) -> None:
    diff = compare((HEADER, ROWS), (HEADER, []))
    assert (diff.removed, diff.added) == (6, 0)
    assert diff.totals == (Total("Sales", 63.0, 0),)


def test_a_csv_is_compared_with_a_json_of_the_same_rows(tmp_path: Path) -> None:
    old = table_of(tmp_path / "old.csv", HEADER, ROWS, quoting=csv.QUOTE_ALL)
    (tmp_path / "new.json").write_text(json.dumps([dict(zip(HEADER, row, strict=True)) for row in ROWS]))
    assert compare_tables(old, tables_in(tmp_path / "new.json")[0]).is_same


def test_every_change_is_passed_on_although_only_the_first_are_stored(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("omni_tui.compare.tables.compare.MAX_CHANGES", 3)
    rows = [(str(n), "x") for n in range(10)]
    old = table_of(tmp_path / "old.csv", ("ID", "A"), [])
    new = table_of(tmp_path / "new.csv", ("ID", "A"), rows)
    seen = []
    diff = compare_tables(old, new, on_change=seen.append)
    assert len(seen) == diff.added == 10
    assert [change.new_row for change in diff.changes] == [1, 2, 3]
    assert {change.kind for change in seen} == {ChangeKind.ADDED}
