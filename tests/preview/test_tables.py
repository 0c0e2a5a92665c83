"""Tables of saved files: every kind, any encoding, and nothing that crashes or fills the memory."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import struct
import zipfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.preview.errors import PreviewError, UnknownKind
from omni_tui.preview.grids.grid import Progress
from omni_tui.preview.kinds import Kind, kind_of
from omni_tui.preview.readers import csv_rows as csv_rows_module
from omni_tui.preview.readers import sheets
from omni_tui.preview.readers.csv_rows import csv_rows
from omni_tui.preview.readers.json_records import NotAList
from omni_tui.preview.readers.text_format import TextFormat, text_format_of
from omni_tui.preview.tables import tables_in


def read(path: Path, number: int = 0) -> list[list[str]]:
    """Return the header and the rows of one table."""
    with tables_in(path)[number].open() as rows:
        return [list(rows.header), *rows]


# CSV


@given(st.text(st.sampled_from('ab",\r\n\0é'), max_size=60))
def test_rows_are_those_of_the_csv_module(text: str) -> None:
    expected = list(csv.reader(io.StringIO(text, newline="")))
    assert list(csv_rows(io.BytesIO(text.encode()), TextFormat())) == expected


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_detected(tmp_path: Path, encoding: str, separator: str) -> None:
    rows = [["Región", "Umsatz"], ["España", "1.204,50"], ['a "quoted"\r\nline', "7"]]
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(rows)
    path = tmp_path / "sales.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    assert read(path) == rows


def test_ragged_rows_blank_lines_and_nuls_stay_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n1\n\n1,2,3\n\0,\0\n")
    assert read(path) == [["a", "b"], ["1"], [], ["1", "2", "3"], ["\0", "\0"]]


def test_bytes_of_another_encoding_are_distinguished(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"name\n" + "ä".encode() * 200_000 + b"\n\xe9\n\xe8\n")
    assert read(path)[2:] == [["\\xe9"], ["\\xe8"]]


def test_an_unclosed_quote_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows_module, "MAX_ROW_BYTES", 1000)
    path = tmp_path / "x.csv"
    path.write_bytes(b'a,b\n1,2\n"' + b"3,4\n" * 1000)
    with tables_in(path)[0].open() as rows:
        assert next(iter(rows)) == ["1", "2"]
        with pytest.raises(PreviewError, match="closing quote"):
            list(rows)


def test_an_empty_file_has_no_header(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"")
    assert read(path) == [[]]


@given(st.binary(max_size=300))
def test_any_bytes_have_a_format(sample: bytes) -> None:
    found = text_format_of(sample)
    assert isinstance(sample.decode(found.encoding, "backslashreplace"), str)


# JSON


def test_numbers_of_a_json_are_shown_as_written(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('[{"a": 1.50, "b": null, "c": true}, {"a": 1e400, "d": {"x": [1, "é"]}}]', "utf-8")
    assert read(path) == [
        ["a", "b", "c", "d"],
        ["1.50", "", "true", ""],
        ["1e400", "", "", '{"x": [1, "é"]}'],
    ]


def test_a_number_of_many_digits_is_text(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(f'[{{"a": {"9" * 5000}}}]')
    assert read(path)[1] == ["9" * 5000]


def test_json_is_read_in_chunks(tmp_path: Path) -> None:
    records = [{"id": number, "text": random.Random(number).choice("xyz") * 50} for number in range(20_000)]
    path = tmp_path / "x.json"
    path.write_text(json.dumps(records))
    expected = [[str(record["id"]), record["text"]] for record in records]
    assert read(path) == [["id", "text"], *expected]


@pytest.mark.parametrize(
    "text",
    [
        "[{}",
        "[1 2]",
        "[{},]",
        "[" * 100_000,
        '[{"a": }]',
        "",
        '[{"a": 1}',
        "[{}] {}",
        "[{}]" + " " * 300_000 + "x",
    ],
)
def test_broken_json_is_reported(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(PreviewError):
        read(path)


def test_objects_one_per_line_are_a_table(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b"".join(b'{"id": %d, "text": "}\\n{"}\r\n' % number for number in range(20_000)))
    rows = [[str(number), "}\n{"] for number in range(20_000)]
    assert read(path) == [["id", "text"], *rows]
    with closing(tables_in(path)[0].grid()) as grid:
        grid.build_index()
        assert grid.progress == Progress(20_000, True)
        assert grid.rows(19_000, 2) == rows[19_000:19_002]
    path.write_text('{"id": 1}\n{"id": 2}\n{"id"')
    with pytest.raises(PreviewError, match="isn't valid JSON"):
        read(path)


def test_a_value_that_is_nested_too_deeply_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(f'[{{"a": {"[" * 900}{"]" * 900}}}]')
    with pytest.raises(PreviewError, match="too deeply"):
        read(path)


@pytest.mark.parametrize("text", ['{"a": 1}', '{"a": 1}\n', "[1, 2]", "3"])
def test_other_json_is_not_a_table(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(NotAList):
        read(path)


# ZIP


def test_a_zips_tables_are_read_in_place(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Orders.csv", "id,name\n" + "".join(f"{n},x\n" for n in range(50_000)))
        archive.writestr("readme.md", "nothing")
        archive.writestr("stored.csv", "a\n1\n", compress_type=zipfile.ZIP_STORED)
    tables = tables_in(path)
    assert [table.name for table in tables] == ["Orders.csv", "stored.csv"]
    assert len(read(path)) == 50_001
    assert read(path, 1) == [["a"], ["1"]]


@pytest.mark.parametrize("position", [40, 60, 200])
def test_a_damaged_member_is_reported(tmp_path: Path, position: int) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", random.Random(1).randbytes(5000).hex())
    data = bytearray(path.read_bytes())
    data[position : position + 30] = bytes(30)
    path.write_bytes(data)
    with pytest.raises(PreviewError, match="is damaged"):
        read(path)


def test_a_zip_with_a_huge_directory_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "a\n")
    data = bytearray(path.read_bytes())
    end = data.rindex(b"PK\5\6")
    data[end + 12 : end + 16] = struct.pack("<I", 2**31)
    path.write_bytes(data)
    with pytest.raises(PreviewError, match="is damaged"):
        tables_in(path)


# XLSX


def test_sheets_of_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Sales"
    book.active.append(["name", "number", "day", "yes"])
    book.active.append(['Ann, "B"\nC', 3, datetime(2026, 11, 30, 12, 5), True])
    book.active.append([None, 1.25, None, None])
    book.create_sheet("Empty")
    book.save(path)
    assert [table.name for table in tables_in(path)] == ["Sales", "Empty"]
    assert read(path) == [
        ["name", "number", "day", "yes"],
        ['Ann, "B"\nC', "3", "2026-11-30 12:05:00", "true"],
        ["", "1.25", "", ""],
    ]
    assert read(path, 1) == [[]]


def test_a_workbook_that_keeps_its_process_waiting_times_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It uses no processor time, so that only a clock can detect it."""
    monkeypatch.setattr(sheets, "MAX_SECONDS", 0.2)
    os.mkfifo(tmp_path / "a.xlsx")  # opening it blocks until it is written to
    with pytest.raises(PreviewError, match="damaged or too large"):
        sheets.sheet_names(tmp_path / "a.xlsx")


def test_leaving_a_sheet_early_ends_its_process(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    book = openpyxl.Workbook()
    for number in range(5000):
        book.active.append([number, "x" * 100])
    book.save(path)
    with tables_in(path)[0].open() as rows:
        assert rows.header == ("0", "x" * 100)


def test_a_damaged_workbook_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\3\4 and nothing else")
    with pytest.raises(PreviewError, match="damaged"):
        tables_in(path)


# paths


def test_a_table_that_mentions_another_kind_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "files.csv"
    path.write_text("name,head\nreport.pdf,%PDF-1.7\n")
    assert kind_of(path) is Kind.CSV
    renamed = path.with_name("page.csv")
    renamed.write_bytes(b"%PDF-1.7\n")
    assert kind_of(renamed) is Kind.PDF


@pytest.mark.parametrize("kind", ["csv", "zip"])
def test_a_file_that_changed_since_it_was_opened_is_reported(tmp_path: Path, kind: str) -> None:
    """Its rows would be read at positions of the earlier content."""

    def write(text: str) -> Path:
        if kind == "zip":
            with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
                archive.writestr("a.csv", text)
        else:
            (tmp_path / "x.csv").write_text(text)
        return tmp_path / f"x.{kind}"

    path = write("a,b\n1,2\n")
    with closing(tables_in(path)[0].grid()) as grid:
        assert grid.rows(0, 1) == [["1", "2"]]
        write("a,b\n1,22\n")
        with pytest.raises(PreviewError, match="has changed"):
            grid.rows(0, 1)
    assert read(path) == [["a", "b"], ["1", "22"]]


def test_missing_files_and_other_kinds_are_reported(tmp_path: Path) -> None:
    with pytest.raises(PreviewError, match=r"none\.csv can't be opened: no such file"):
        tables_in(tmp_path / "none.csv")
    with pytest.raises(UnknownKind):
        tables_in(tmp_path)
    other = tmp_path / "x.bin"
    other.write_bytes(b"\x7fELF")
    with pytest.raises(UnknownKind):
        tables_in(other)
