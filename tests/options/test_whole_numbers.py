"""Whole numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from omni_tui.options.whole_numbers import whole_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("10k", 10_000),
        ("10K", 10_000),
        ("10 k", 10_000),
        ("1.5k", 1_500),
        ("1e6", 1_000_000),
        ("1E+6", 1_000_000),
        ("2.5e3", 2_500),
        ("1m", 1_000_000),
        ("50,000", 50_000),
        ("50 000", 50_000),
        ("1_000_000", 1_000_000),
        (" 7 ", 7),
        ("0", 0),
        ("-1", -1),
    ],
)
def test_a_number_in_each_spelling(typed: str, number: int) -> None:
    assert whole_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    ["", "x", "10x", "k", "10kk", "1e", "1e-3", "1.5", "10.000", "1,5k", "5,00", "--1", "1.0001k", "٣", "²"],
)
def test_other_text_is_not_a_whole_number(typed: str) -> None:
    assert whole_number(typed) is None


@given(st.integers(min_value=-(10**12), max_value=10**12))
@example(10**99)
@example(999_999_999_999_999 * 10**99)
def test_a_number_is_read_as_it_is_shown(number: int) -> None:
    assert whole_number(f"{number:,}") == whole_number(str(number)) == number


@given(st.text() | st.from_regex(r"[0-9.,ekm ]{1,40}", fullmatch=True))
def test_any_text_is_read(text: str) -> None:
    whole_number(text)
