from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Size
from textual.scrollbar import ScrollBarRender

from omni_tui.tui.widgets.lengths import _ends


@given(
    st.integers(1, 40), st.integers(1, 40), st.integers(1, 3000), st.integers(1, 3000), st.integers(0, 24_000)
)
def test_a_bar_with_the_same_ends_looks_the_same(
    height: int, window: int, length: int, other: int, eighths: int
) -> None:
    position = min(eighths / 8, max(0, min(length, other) - window))
    bar = cast(Any, SimpleNamespace(size=Size(1, height), window_size=window, position=position))
    looks = [
        list(ScrollBarRender.render_bar(height, each, window if window < each else 0, position).segments)
        for each in (length, other)
    ]
    if _ends(bar, length) == _ends(bar, other):
        assert looks[0] == looks[1]
