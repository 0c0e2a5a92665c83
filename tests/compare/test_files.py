"""Two files: ZIPs member by member, workbooks sheet by sheet, in a separate process."""

from __future__ import annotations

import csv
import threading
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from omni_tui.compare.changes_file import COLUMNS, changes_file
from omni_tui.compare.errors import CompareError
from omni_tui.compare.files import compare_files
from omni_tui.compare.models import Cell, Change, ChangeKind, FileDiff, Number
from omni_tui.compare.process import Comparison
from omni_tui.compare.report import summary
from omni_tui.preview.errors import PreviewError, Stopped
from tests.compare.tables_made import write_csv

HEADER = ("ID", "Sales")


def zip_of(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def workbook_of(path: Path, sheets: dict[str, list[tuple[Number | str, ...]]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_zips_are_compared_member_by_member(tmp_path: Path) -> None:
    old = zip_of(tmp_path / "old.zip", {"A.csv": "ID,Sales\n1,2\n", "B.csv": "ID\n1\n", "C.csv": "ID\n1\n"})
    new = zip_of(tmp_path / "new.zip", {"D.csv": "ID\n1\n", "B.csv": "ID\n1\n", "A.csv": "ID,Sales\n1,3\n"})
    diff = compare_files(old, new)
    assert [(table.name, table.changed, table.is_same) for table in diff.tables] == [
        ("B", 0, True),
        ("A", 1, False),
    ]
    assert (diff.only_old, diff.only_new) == (("C",), ("D",))
    assert not diff.is_same
    assert summary(diff).startswith("1 of 2 tables differs, ")


def test_a_key_is_for_the_tables_that_have_it(tmp_path: Path) -> None:
    old = zip_of(tmp_path / "old.zip", {"A.csv": "ID,Code,N\n1,x,1\n2,y,2\n", "B.csv": "ID,N\n1,1\n"})
    new = zip_of(tmp_path / "new.zip", {"A.csv": "ID,Code,N\n1,x,9\n2,y,2\n", "B.csv": "ID,N\n1,2\n"})
    diff = compare_files(old, new, ["Code"])
    assert [(table.key, table.is_key_given) for table in diff.tables] == [(("Code",), True), (("ID",), False)]
    with pytest.raises(CompareError, match="need a column named Nope"):
        compare_files(old, new, ["Nope"])


def test_workbooks_are_compared_sheet_by_sheet(tmp_path: Path) -> None:
    old = workbook_of(
        tmp_path / "old.xlsx", {"Orders": [HEADER, ("a", 1), ("b", 2.5)], "Notes": [("Text",), ("x",)]}
    )
    new = workbook_of(
        tmp_path / "new.xlsx", {"Orders": [HEADER, ("a", 1), ("b", 3)], "Notes": [("Text",), ("x",)]}
    )
    diff = Comparison(old, new).run()
    assert [(table.name, table.changed, table.key) for table in diff.tables if not table.is_same] == [
        ("Orders", 1, ("ID",))
    ]


def test_a_csv_is_compared_with_the_only_sheet_of_a_workbook(tmp_path: Path) -> None:
    old = write_csv(tmp_path / "old.csv", HEADER, [("a", "1"), ("b", "2")])
    new = workbook_of(tmp_path / "new.xlsx", {"Orders": [HEADER, ("a", 1), ("b", 2)]})
    assert compare_files(old, new).is_same


def test_the_same_bytes_need_no_reading(tmp_path: Path) -> None:
    old, new = (write_csv(tmp_path / name, HEADER, [("a", "1")]) for name in ("old.csv", "new.csv"))
    assert compare_files(old, new) == FileDiff(is_identical=True)


def test_the_process_returns_what_the_function_returns(tmp_path: Path) -> None:
    old = write_csv(tmp_path / "old.csv", HEADER, [(str(n), f"{n}.5") for n in range(30)])
    new = write_csv(
        tmp_path / "new.csv", (*HEADER, "More"), [(str(n), f"{n % 28}.5", "") for n in range(3, 33)]
    )
    diff = Comparison(old, new, ["ID"]).run()
    assert diff == compare_files(old, new, ["ID"])
    assert diff.tables[0].changes


def test_every_changed_cell_is_a_line_of_the_file_of_changes(tmp_path: Path) -> None:
    old = write_csv(tmp_path / "old.csv", HEADER, [("a", "1"), ("b", "2"), ("c", "3")])
    new = write_csv(tmp_path / "new.csv", HEADER, [("a", "9"), ("c", "3"), ("d,e", "4")])
    output = tmp_path / "changes.csv"
    Comparison(old, new, output=output).run()
    with output.open(newline="") as file:
        assert [tuple(row) for row in csv.reader(file)] == [
            COLUMNS,
            ("", "changed", "a", "1", "1", "Sales", "1", "9"),
            ("", "removed", "b", "2", "", "ID", "b", ""),
            ("", "removed", "b", "2", "", "Sales", "2", ""),
            ("", "added", "d,e", "", "3", "ID", "", "d,e"),
            ("", "added", "d,e", "", "3", "Sales", "", "4"),
        ]


def test_a_file_of_changes_never_replaces_a_file_and_is_removed_after_a_failure(tmp_path: Path) -> None:
    old = write_csv(tmp_path / "old.csv", HEADER, [("a", "1")])
    new = write_csv(tmp_path / "new.csv", HEADER, [("a", "2")])
    with pytest.raises(CompareError, match="already exists"):
        Comparison(old, new, output=old).run()
    with pytest.raises(CompareError, match="need a column named Nope"):
        Comparison(old, new, ["Nope"], tmp_path / "changes.csv").run()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.csv", "old.csv"]


def test_a_file_of_changes_gets_its_name_when_it_is_complete(tmp_path: Path) -> None:
    """A process that is killed leaves no file that looks complete."""
    path = tmp_path / "changes.csv"
    with changes_file(path) as write:
        write("Orders", Change(ChangeKind.ADDED, (), None, 1, (Cell("\ud800", None, "x"),)))
        assert not path.exists()
    assert path.read_text() == f"{','.join(COLUMNS)}\nOrders,added,,,1,\\ud800,,x\n"


def test_a_table_and_a_page_cant_be_compared(tmp_path: Path) -> None:
    old = write_csv(tmp_path / "old.csv", HEADER, [])
    (tmp_path / "new.pdf").write_bytes(b"%PDF-1.4")
    with pytest.raises(CompareError, match=r"old\.csv is CSV, new\.pdf is PDF"):
        Comparison(old, tmp_path / "new.pdf").run()


def test_a_damaged_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    old = write_csv(tmp_path / "old.csv", HEADER, [])
    (tmp_path / "new.zip").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(CompareError, match=r"new\.zip is damaged"):
        Comparison(old, tmp_path / "new.zip").run()


def test_an_error_in_a_table_names_its_file(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text('[{"a": 1}]')
    for content, reason in (('[{"a": 1}, oh', "The file isn't valid JSON"), ("{}", "The JSON isn't a list")):
        bad.write_text(content)
        with pytest.raises(PreviewError, match=rf"bad\.json: {reason}"):
            compare_files(good, bad)


def test_a_comparison_can_be_stopped(tmp_path: Path) -> None:
    """Stopped from another thread while it reads, and before it started."""
    old = write_csv(tmp_path / "old.csv", HEADER, [(str(n), "1") for n in range(200_000)])
    new = write_csv(tmp_path / "new.csv", HEADER, [(str(n), "2") for n in range(200_000)])
    comparison = Comparison(old, new)
    threading.Timer(0.1, comparison.stop).start()
    with pytest.raises(Stopped):
        comparison.run()
    comparison = Comparison(old, new)
    comparison.stop()
    with pytest.raises(Stopped):
        comparison.run()
