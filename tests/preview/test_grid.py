"""Rows at any position: the index against the csv module, search, and reading while it grows."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from pathlib import Path
from unittest.mock import patch

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from omni_tui.preview import byte_sources
from omni_tui.preview.byte_sources import ByteSource
from omni_tui.preview.errors import Stopped
from omni_tui.preview.grids import csv_grid, grid, json_grid
from omni_tui.preview.grids.csv_grid import AMBIGUOUS_BYTES, CsvGrid, RowScanner
from omni_tui.preview.grids.grid import Grid, Match, holds
from omni_tui.preview.grids.sorting import SortedGrid
from omni_tui.preview.readers.text_format import TextFormat
from omni_tui.preview.tables import tables_in


class Memory(ByteSource):
    """A source in memory."""

    def __init__(self, content: bytes) -> None:
        super().__init__("memory.csv")
        self.content = content

    def open_at(self, position: int) -> io.BytesIO:
        return io.BytesIO(self.content[position:])


@pytest.fixture(autouse=True)
def tiny_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use small blocks, so that a small text has many."""
    monkeypatch.setattr(csv_grid, "BLOCK_BYTES", 8)
    monkeypatch.setattr(json_grid, "BLOCK_BYTES", 8)


def opened(path: Path, number: int = 0) -> Grid:
    table = tables_in(path)[number].grid()
    table.build_index()
    return table


TEXTS = st.text(st.sampled_from('ab",;\r\n\0é'), max_size=80)


@example('a\r""\nb', [99])  # an empty field between a CR and an LF
@given(TEXTS, st.lists(st.integers(1, 12), min_size=1, max_size=5))
def test_rows_are_counted_as_the_csv_module_does(text: str, sizes: list[int]) -> None:
    scanner = RowScanner(b",")
    data, held, at, number = text.encode(), b"", 0, 0
    while at < len(data):
        size = sizes[number % len(sizes)]
        block = held + data[at : at + size]
        body = block.rstrip(AMBIGUOUS_BYTES)
        held = block[len(body) :]
        scanner.feed(body)
        at, number = at + size, number + 1
    scanner.feed(held)
    expected = list(csv.reader(io.StringIO(text, newline="")))
    assert scanner.rows + scanner.is_in_row == len(expected)


@given(TEXTS, st.sampled_from(["utf-8", "utf-16-le", "utf-32-be"]), st.data())
def test_any_row_can_be_jumped_to(text: str, encoding: str, data: st.DataObject) -> None:
    expected = list(csv.reader(io.StringIO(text, newline="")))
    table = CsvGrid(Memory(text.encode(encoding)), TextFormat(encoding))
    table.build_index()
    assert table.progress.rows == max(0, len(expected) - 1)
    assert table.header() == (expected[0] if expected else [])
    start = data.draw(st.integers(0, len(expected)))
    assert table.rows(start, 3) == expected[1:][start : start + 3]


@given(TEXTS, st.text(st.sampled_from('ab",;é'), min_size=1, max_size=3), st.booleans(), st.data())
def test_search_finds_the_nearest_row(text: str, needle: str, backward: bool, data: st.DataObject) -> None:
    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    table = CsvGrid(Memory(text.encode()), TextFormat())
    table.build_index()
    start = data.draw(st.integers(0, max(0, len(rows) - 1)))
    hits = [number for number, row in enumerate(rows) if any(needle in cell for cell in row)]
    wanted = [hit for hit in hits if (hit <= start if backward else hit >= start)]
    found = table.find(needle, start, backward=backward)
    assert (found and found.row) == ((wanted[-1] if backward else wanted[0]) if wanted else None)


def test_case_matters_only_with_a_capital_letter() -> None:
    table = CsvGrid(Memory(b"a\nnorth\nNorth\n"), TextFormat())
    table.build_index()
    assert table.find("north", 1) == Match(1, 0)
    assert table.find("North", 0) == Match(1, 0)
    assert table.find("NORTH", 0) is None


def test_the_first_rows_need_no_index() -> None:
    table = CsvGrid(Memory(b"a,b\n1,2\n3,4\n"), TextFormat())
    assert (table.header(), table.rows(0, 10)) == (["a", "b"], [["1", "2"], ["3", "4"]])
    assert not table.progress.is_complete


def test_ten_thousand_columns() -> None:
    line = ",".join(map(str, range(10_000)))
    table = CsvGrid(Memory(f"{line}\n{line}\n".encode()), TextFormat())
    assert len(table.rows(0, 1)[0]) == 10_000


def test_stop_ends_index_and_search() -> None:
    table = CsvGrid(Memory(b"a\n" * 10_000), TextFormat())
    table.stop()
    table.build_index()
    assert table.progress.rows < 9_999
    with pytest.raises(Stopped):
        table.find("x", 0)


@given(st.lists(st.dictionaries(st.sampled_from("abcé"), st.text(max_size=5) | st.integers()), max_size=12))
def test_rows_of_a_json(records: list[dict[str, str | int]]) -> None:
    for has_ascii in (True, False):
        content = json.dumps(records, ensure_ascii=has_ascii).encode("utf-8", "surrogatepass")
        table = json_grid.JsonGrid(Memory(content))
        table.build_index()
        header = table.header()
        assert table.progress.rows == len(records)
        for number, record in enumerate(records):
            [row] = table.rows(number, 1)
            assert dict(zip(header, row, strict=True)) == {name: str(record.get(name, "")) for name in header}


def test_search_in_a_json() -> None:
    records = [{"id": number, "name": f"Näme {number}"} for number in range(50)]
    table = json_grid.JsonGrid(Memory(json.dumps(records).encode()))
    table.build_index()
    assert table.find("näme 33", 0) == Match(33, 1)
    assert table.find("33", 49, backward=True) == Match(33, 0)
    assert table.find("34.", 0) is None


def test_rows_of_a_packed_member(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_grid, "BLOCK_BYTES", 4096)
    monkeypatch.setattr(byte_sources, "FIRST_STATE_DISTANCE_BYTES", 4096)
    monkeypatch.setattr(byte_sources, "BUFFER_BYTES", 1024)
    monkeypatch.setattr(byte_sources, "MAX_STATES", 8)
    chance = random.Random(1)
    lines = [f"{number},{chance.random()}" for number in range(20_000)]
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "id,value\n" + "\n".join(lines))
    table = opened(tmp_path / "x.zip")
    assert table.progress.rows == 20_000
    for row in (0, 1, 9_999, 19_999, 5_000):
        assert table.rows(row, 1) == [lines[row].split(",")]
    assert table.find(lines[15_000].split(",")[1], 0) == Match(15_000, 1)


def test_rows_of_a_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_grid, "BLOCK_BYTES", 4096)
    book = openpyxl.Workbook()
    for number in range(3000):
        book.active.append([number, f'line "{number}"\nsecond'])
    book.save(tmp_path / "x.xlsx")
    table = opened(tmp_path / "x.xlsx")
    assert (table.progress.rows, table.header()) == (2999, ["0", 'line "0"\nsecond'])
    assert table.rows(2998, 5) == [["2999", 'line "2999"\nsecond']]
    assert table.find('"1500"', 0) == Match(1499, 1)
    table.close()


def test_numbers_are_sorted_by_their_value_however_they_are_written() -> None:
    cells = ["(2B)", "−3", "$5.50", "1,000", "900K", "1.2M", "4.5 B"]
    shuffled = [f'"{cell}"' for cell in random.Random(1).sample(cells, len(cells))]
    table = CsvGrid(Memory("\n".join(["Sales", *shuffled, '""']).encode()), TextFormat())
    table.build_index()
    for is_descending in (False, True):
        ordered = SortedGrid(table, 0, is_descending=is_descending, is_wanted=lambda: True)
        expected = cells[::-1] if is_descending else cells
        assert ordered.rows(0, 9) == [*([cell] for cell in expected), [""]]


def test_an_error_in_the_middle_keeps_the_rows_before_it(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('[{"a": 1}, {"a": 2}, oh no')
    table = json_grid.JsonGrid(Memory(json.dumps([{"a": n} for n in range(300)])[:-9].encode()))
    table.build_index()
    assert table.progress.fault
    assert table.rows(298, 5)[0] == ["298"]
    assert grid.BLOCK_BYTES


@given(st.binary(max_size=60), st.binary(min_size=1, max_size=8), st.integers(1, 20), st.booleans())
def test_bytes_are_found_across_the_pieces_that_are_folded(
    data: bytes, wanted: bytes, piece: int, is_exact: bool
) -> None:
    with patch.object(grid, "_FOLDED_BYTES", piece):
        found = holds(data, wanted, is_exact=is_exact)
    assert found is ((wanted in data) if is_exact else (wanted.lower() in data.lower()))


@pytest.mark.parametrize("row", [0, 1, 400, 1_998, 1_999])
def test_a_search_over_many_blocks_finds_its_row_from_both_ends(tmp_path: Path, row: int) -> None:
    path = tmp_path / "many.csv"
    lines = [f"{n},some words to fill the blocks of a long file" for n in range(2_000)]
    lines[row] += ",Needle"
    path.write_text("\n".join(["a,b", *lines]))
    table = tables_in(path)[0].grid()
    table.build_index()
    for needle in ("needle", "Needle"):
        for start, backward in ((0, False), (1_999, True), (row, False), (row, True)):
            assert table.find(needle, start, backward=backward) == Match(row, 2)
    if row:
        assert table.find("needle", row - 1, backward=True) is None
    table.close()
