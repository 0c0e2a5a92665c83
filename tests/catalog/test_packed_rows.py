from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.catalog.packed_rows import Rows

lines = st.binary(max_size=5).map(lambda each: each.replace(b"\n", b""))
changes = st.lists(st.tuples(st.integers(0, 12), lines), max_size=8)


@given(st.lists(lines, max_size=6), changes)
def test_it_is_what_a_list_of_them_would_be(block: list[bytes], changed: list[tuple[int, bytes]]) -> None:
    rows, expected = Rows(b"".join(line + b"\n" for line in block)), list(block)
    for number, line in changed:
        if number < len(expected):
            rows[number] = expected[number] = line
        else:
            rows.append(line)
            expected.append(line)
        assert len(rows) == len(expected)
        assert list(rows) == expected
        assert [rows[at] for at in range(len(rows))] == expected


@pytest.mark.parametrize("number", [-1, 2])
def test_missing_credentials_are_an_error(number: int) -> None:
    rows = Rows(b"a\nb\n")
    with pytest.raises(IndexError):
        rows[number]
    with pytest.raises(IndexError):
        rows[number] = b"c"
