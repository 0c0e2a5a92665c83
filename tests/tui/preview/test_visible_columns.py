"""The cursor's column is visible in full, however wide the table is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from omni_tui.tui.preview.visible_columns import VisibleColumns

NAMES = st.lists(st.integers(1, 50).map("x".__mul__), min_size=1, max_size=30)


@given(NAMES, st.integers(10, 100), st.lists(st.one_of(st.integers(0, 40), st.just("freeze")), max_size=9))
def test_the_cursors_column_is_whole_and_nothing_scrolls_without_need(
    names: list[str], width: int, steps: list[int | str]
) -> None:
    columns = VisibleColumns(names, [], width)
    for step in steps:
        left = columns.left
        if isinstance(step, str):
            columns.toggle_freeze()
            continue
        columns.go_to(step)
        shown = {index: room for index, _, room in columns.places()}
        whole = {index for index, room in shown.items() if room == columns.layout_of(index).width}
        if columns.current < columns.frozen:
            continue
        assert columns.current in whole or columns.left == columns.current
        if columns.left > max(left, columns.frozen):  # one column less would not be enough
            columns.left -= 1
            assert all(
                room < columns.layout_of(index).width or index != columns.current
                for index, _, room in columns.places()
            )
            columns.left += 1


def test_the_last_of_a_million_columns_is_found_at_once() -> None:
    columns = VisibleColumns(["a"] * 1_000_000, [], 80)
    columns.go_to(999_999)
    assert columns.places()[-1][0] == 999_999
    assert columns.left == 999_999 - 26
    columns.toggle_freeze()
    columns.go_to(999_998)
    assert len(columns._columns) < 100
