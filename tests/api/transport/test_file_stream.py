"""What the headers of a file say about it, whatever they hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.transport.file_stream import proposed_name, size_in


@pytest.mark.parametrize(
    ("length", "size"),
    [("", None), ("12", 12), ("-1", None), ("1.5", None), ("9" * 400, None), ("9" * 5000, None), ("x", None)],
)
def test_a_size_is_read_if_it_can_be_one(length: str, size: int | None) -> None:
    assert size_in(length) == size


@given(st.text(st.characters(max_codepoint=255)))
def test_any_header_is_read(text: str) -> None:
    assert isinstance(proposed_name(text), str)
    assert isinstance(proposed_name(f'attachment; filename="{text}"'), str)
    size_in(text)
