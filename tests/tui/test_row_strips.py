"""The line of a row is the one that Textual's own ways would make."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from omni_tui.tui.widgets.row_strips import RowStrip, joined

STYLES = [Style(), Style(bold=True), Style(color="red"), Style(color="red", bold=True)]
styles = st.sampled_from(STYLES).map(lambda style: style.copy())
parts = st.lists(st.tuples(st.text("ab 日本", min_size=1, max_size=6), styles), max_size=5)


@given(parts, st.integers(0, 3), st.integers(1, 40), styles)
def test_it_is_what_simplified_segments_are(
    parts: list[tuple[str, Style]], gap: int, width: int, base: Style
) -> None:
    texts = [text + " " * gap for text, _ in parts[:-1]] + [text for text, _ in parts[-1:]]
    segments = [Segment(text, style) for text, (_, style) in zip(texts, parts, strict=True)]
    length = sum(map(cell_len, texts))
    if length < width:
        segments.append(Segment(" " * (width - length), base))
    expected = Strip(Segment.simplify(segments), max(length, width)).crop(0, width)
    strip = joined(parts, length, gap, width, base)
    assert strip == expected
    assert list(strip) == list(expected)
    assert strip.cell_length == expected.cell_length == width


@given(parts.filter(bool), st.integers(0, 6))
def test_its_strips_are_cut_coloured_and_written_as_others_are(
    parts: list[tuple[str, Style]], at: int
) -> None:
    segments = [Segment(text, style) for text, style in parts]
    length = sum(segment.cell_length for segment in segments)
    ours, theirs, console = RowStrip(segments, length), Strip(segments, length), Console()
    for _ in range(2):  # the second time, from what was kept
        assert ours.crop(0, at) == theirs.crop(0, at)
        assert ours.divide([at, length]) == theirs.divide([at, length])
        assert ours.apply_style(Style(dim=True)) == theirs.apply_style(Style(dim=True))
        assert ours.adjust_cell_length(length + at) == theirs.adjust_cell_length(length + at)
        assert ours.render(console) == theirs.render(console)
        assert ours.cell_count == theirs.cell_count


def test_what_no_strip_has_it_has_neither() -> None:
    with pytest.raises(AttributeError):
        _ = RowStrip([Segment("a")], 1).nothing_like_it
