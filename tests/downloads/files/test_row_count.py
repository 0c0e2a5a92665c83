"""Rows are counted correctly for any text in pieces of any size, and fast in the worst case."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.downloads.files.row_count import CsvRows, SheetRows
from tests.examples import examples

CELLS = st.text(st.sampled_from('ab",\n\r;\t x'), max_size=6)


@examples(200)
@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=3), max_size=6),
    st.integers(1, 9),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.booleans(),
)
def test_rows_of_csv_in_pieces_of_any_size(
    rows: list[list[str]], size: int, quoting: int, has_mark: bool
) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator="\r\n").writerows(rows)  # type: ignore[arg-type]
    data = (b"\xef\xbb\xbf" if has_mark and size > 2 else b"") + text.getvalue().encode()
    counter = CsvRows()
    for start in range(0, len(data), size):
        counter.feed(data[start : start + size])
    assert counter.rows == max(0, len(rows) - 1)
    assert not counter.is_in_quotes


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"", 0),
        (b"a,b", 0),
        (b"a,b\n", 0),
        (b"a,b\n1,2", 1),
        (b'n,s\n1,5" pipe\n2,6" x\n', 2),
        (b"a,b\r1,2\r3,4\r", 2),
    ],
)
def test_rows_of_odd_csv(data: bytes, rows: int) -> None:
    counter = CsvRows()
    counter.feed(data)
    assert (counter.rows, counter.is_in_quotes) == (rows, False)


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("padding", ["", " " * 5000])
def test_rows_of_a_sheet(padding: str, prefix: str, size: int) -> None:
    sheet = (
        "<?xml version='1.0'?><P:worksheet><P:sheetData><P:row r='1'><P:c/></P:row><P:row><P:c/></P:row>"
        "<P:row\nr='3'/><P:rowBreaks/></P:sheetData></P:worksheet>"
    )
    data = sheet.replace("<P:sheetData>", f"<P:sheetData>{padding}").replace("P:", prefix).encode()
    counter = SheetRows()
    for start in range(0, len(data), size):
        counter.feed(data[start : start + size])
    assert counter.rows == 2


def lines_and_state(text: str) -> tuple[int, bool]:
    """The rows of CSV, and whether a quoted field is open at its end: character by character."""
    lines, is_open, is_after_quote, last = 0, False, False, "\n"
    for character in text:
        if is_open and not is_after_quote:
            is_after_quote = character == '"'
        elif is_after_quote and character == '"':
            is_after_quote = False
        else:
            is_after_separator = last in ",;\t\r\n" and not is_after_quote
            is_open = is_after_quote = False
            if character == '"' and is_after_separator:
                is_open = True
            lines += character == "\r" or (character == "\n" and last != "\r")
        last = "x" if is_open else character
    return max(0, lines + (text != "" and last not in "\r\n") - 1), is_open and not is_after_quote


@examples(500)
@given(st.text(st.sampled_from('""",\n\rx'), max_size=14), st.integers(1, 15))
def test_quotes_in_any_place(text: str, size: int) -> None:
    counter = CsvRows()
    for start in range(0, len(text), size):
        counter.feed(text[start : start + size].encode())
    assert (counter.rows, counter.is_in_quotes) == lines_and_state(text)


WORST = [b'"', b'"x",', b'"\n"\n', b'x"', b'""\n', b'"\n",', b'"",', b'x"",', b'"" ']


def seconds_for(work: Callable[[], object]) -> float:
    """The least CPU time of several runs."""

    def once() -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    return min(once() for _ in range(3))


@pytest.mark.parametrize(
    ("make", "part"),
    [*((CsvRows, part) for part in WORST), (SheetRows, b"<row/>"), (SheetRows, b"<row<row ")],
)
def test_the_worst_text_takes_less_time_than_three_loops_over_its_bytes(
    make: Callable[[], CsvRows | SheetRows], part: bytes
) -> None:
    data = part * (1_000_000 // len(part))
    loop_seconds = seconds_for(lambda: [byte for byte in data if byte == -1])
    assert seconds_for(lambda: make().feed(data)) < 3 * loop_seconds
