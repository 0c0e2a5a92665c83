"""Aligned columns."""

from __future__ import annotations

from omni_tui.commands.shared.text_columns import columns


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert columns(("KEY", "NAME"), [("1", "Orders"), ("1234567", "Revenue")]) == [
        "KEY      NAME",
        "1        Orders",
        "1234567  Revenue",
    ]


def test_a_column_without_a_text_is_omitted() -> None:
    assert columns(("A", "MARKS", "B"), [("1", "", "2")]) == ["A  B", "1  2"]


def test_untrusted_text_is_safe_and_measured_like_on_a_terminal() -> None:
    told = columns(("A", "B"), [("\x1b[31mred\n\u202e", "x"), ("売上", "y"), ("e\u0301e\u0301", "z")])
    assert told == ["A     B", "red   x", "売上  y", "e\u0301e\u0301    z"]
