"""The JSON check, compared with the standard library's parser, and with hostile input."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from omni_tui.downloads.files.json_check import MAX_DEPTH, JsonRows, NotJson

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=40,
)
TOKENS = [
    *(
        b"[",
        b"]",
        b"{",
        b"}",
        b",",
        b":",
        b'"',
        b'"a"',
        b'"k":1',
        b"[1,2]",
        b'{"a":[{}]}',
        b'",,"',
        b" ",
        b"\n",
    ),
    *(
        b"0",
        b"1",
        b"-",
        b".5",
        b"e+3",
        b"true",
        b"tru",
        b"null",
        b"NaN",
        b"\\",
        b"\\n",
        b"\\u12aF",
        b"\\ud800",
    ),
    *(b"\xc3\xa9", b"\xff", b"\xed\xa0\x80", b"\x00", b"\x0b", b"\xef\xbb\xbf", b"9" * 5000),
]
SIZES = st.sampled_from([1, 2, 3, 7, 50, 10**6])


def rows_of(data: bytes, size: int) -> int | str | None:
    """The items of a list, "object" for any other value, None for no JSON or half of one."""
    rows = JsonRows()
    try:
        for start in range(0, len(data), size):
            rows.feed(data[start : start + size])
        if not rows.close():
            return None
    except NotJson:
        return None
    return rows.items if rows.is_list else "object"


def rows_by_library(data: bytes) -> int | str | None:
    def no_constant(name: str) -> None:
        raise ValueError(name)

    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
        value = json.loads(text, parse_int=str, parse_float=str, parse_constant=no_constant)
    except ValueError:
        return None
    return len(value) if isinstance(value, list) else "object"


@given(VALUES, st.booleans(), st.sampled_from([None, 1]), SIZES)
def test_values_of_any_shape(value: object, is_ascii: bool, indent: int | None, size: int) -> None:
    data = json.dumps(value, ensure_ascii=is_ascii, indent=indent).encode()
    assert rows_of(data, size) == (len(value) if isinstance(value, list) else "object")


@given(st.lists(st.sampled_from(TOKENS), max_size=12), SIZES)
def test_tokens_in_any_order(tokens: list[bytes], size: int) -> None:
    data = b"".join(tokens)
    assert rows_of(data, size) == rows_by_library(data)


@given(VALUES, st.integers(0, 200), st.sampled_from([b"", *TOKENS]), st.integers(0, 3), SIZES)
@example([1], 2, b"9" * 5000, 0, 7)
def test_a_value_with_a_fault(value: object, at: int, token: bytes, dropped: int, size: int) -> None:
    data = bytearray(json.dumps(value, ensure_ascii=False).encode())
    data[at : at + dropped] = token
    assert rows_of(bytes(data), size) == rows_by_library(bytes(data))


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"[" + b"9" * 1_000_000 + b"]", 1),
        (b"[-0." + b"9" * 1_000_000 + b"e" + b"1" * 1_000_000 + b", 2]", 2),
        (b"[0" + b"9" * 1_000_000 + b"]", None),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, 1),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), None),
        (b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH, "object"),
        (b"[" * MAX_DEPTH, None),
    ],
    ids=["digits", "digits of all kinds", "leading zero", "deep", "too deep", "deep objects", "cut"],
)
@pytest.mark.parametrize("size", [4096, 1024 * 1024])
def test_extreme_files(data: bytes, rows: int | str | None, size: int) -> None:
    assert rows_of(data, size) == rows


@pytest.mark.parametrize(
    "part", [b"x", b"\\n", b"9", b" ", b"1,", b'"",', b"[1],", b'{"a":1},'], ids=lambda part: part.decode()
)
def test_memory_does_not_grow_with_the_file(part: bytes) -> None:
    piece = part * (256 * 1024 // len(part))
    is_text = part in (b"x", b"\\n")
    rows = JsonRows()
    rows.feed(b'["' if is_text else b"[")
    tracemalloc.start()
    try:
        for _ in range(8):  # 2 MiB
            rows.feed(piece)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    rows.feed(b'"]' if is_text else b"1]")
    assert rows.close()
    assert peak_bytes < 4 * len(piece)
