from __future__ import annotations

from omni_tui.tui.common.table.columns import Column, layout


def test_columns_share_the_width_to_the_last_cell() -> None:
    columns = (Column("a", "", width=3), Column("b", "", minimum=5), Column("c", "", minimum=5, share=2))
    for width in range(20, 60):
        widths = [cells for _, cells in layout(columns, width)]
        assert sum(widths) + 2 * 2 == width
        assert widths[0] == 3
        assert widths[2] >= widths[1] >= 5


def test_columns_are_dropped_by_rank_and_only_then_squeezed() -> None:
    columns = (
        Column("name", "", minimum=10),
        Column("size", "", width=6, drop=2),
        Column("time", "", width=8, drop=1),
    )
    assert [column.name for column, _ in layout(columns, 28)] == ["name", "size", "time"]
    assert [column.name for column, _ in layout(columns, 27)] == ["name", "time"]
    assert [column.name for column, _ in layout(columns, 19)] == ["name"]
    assert layout(columns, 4) == [(columns[0], 4)]
    assert layout(columns, 0) == [(columns[0], 1)]


def test_a_full_column_leaves_the_rest_to_the_others() -> None:
    columns = (Column("a", "", minimum=5, maximum=10), Column("b", "", minimum=5))
    assert [cells for _, cells in layout(columns, 102)] == [10, 90]
    assert [cells for _, cells in layout(columns[:1], 102)] == [10]
    assert layout((Column("a", "", width=3),), 102) == [(Column("a", "", width=3), 3)]
