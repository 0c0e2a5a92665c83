"""Filters in words, for where they are only shown."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from omni_tui.options.filters import FilterLine, read
from tests.options.filter_objects import any_objects


def test_a_filters_own_label_wins() -> None:
    filter_ = {"type": "boolean", "is_negative": False, "label": "Still active?"}
    assert read({"f1": filter_}, ["f1"]) == [FilterLine("f1", "Still active?", "Still active? is true")]


def test_a_shape_that_is_not_known_comes_as_json() -> None:
    [line] = read({"o.made_at[date]": {"type": "period", "left": [1, None]}}, [])
    assert line == FilterLine("o.made_at[date]", "Made at", 'Made at: {"type":"period","left":[1,null]}')


def test_the_servers_order_first_and_none_lost() -> None:
    filters: dict[str, Any] = {"a": {}, "b": {}, "c": {}}
    assert [line.id for line in read(filters, ["c", "gone", "a", "c"])] == ["c", "a", "b"]


@given(st.dictionaries(st.text(), any_objects, max_size=4), st.data())
def test_any_filter_is_shown(filters: dict[str, Any], data: st.DataObject) -> None:
    lines = read(filters, data.draw(st.permutations(list(filters))))
    assert sorted(line.id for line in lines) == sorted(filters)
    for line in lines:
        assert line.summary.startswith(line.label)
