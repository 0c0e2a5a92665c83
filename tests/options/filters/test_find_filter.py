"""Filters, found by ID or label."""

from __future__ import annotations

import pytest

from omni_tui.options.filters.editing import read_filters
from omni_tui.options.filters.text_syntax import FilterTextError, find


def test_a_visible_filter_is_preferred_for_a_repeated_label() -> None:
    filters = read_filters({"a": {"label": "Status", "hidden": True}, "b": {"label": "Status"}}, [])
    assert find(filters, "status").id == "b"
    assert find(filters, "a").id == "a"
    assert find(filters[:1], "status").id == "a"


RAW = {
    "f1": {"label": "Status"},
    "f2": {"label": "status"},
    "Status 2": {"label": "Region"},
    "F1": {"label": "Region"},
}


def test_found_by_id_then_by_label() -> None:
    filters = read_filters(RAW, [])
    assert find(filters, "f1").id == "f1"
    assert find(filters, " Status ").id == "f1"
    assert find(filters, "status").id == "f2"
    assert find(filters, "STATUS 2").id == "Status 2"


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("STATUS", "2 filters are named “STATUS”: f1 and f2.", "Use the ID."),
        ("region", "2 filters are named “region”: Status 2 and F1.", "Use the ID."),
        (
            "Colour",
            "Unknown filter “Colour”.",
            "Available: Status (f1), status (f2), Region (Status 2) and Region (F1).",
        ),
    ],
)
def test_a_name_that_means_none_or_several(name: str, message: str, hint: str) -> None:
    with pytest.raises(FilterTextError) as caught:
        find(read_filters(RAW, []), name)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_label_that_repeats_has_the_id_behind_it() -> None:
    filters = read_filters(RAW, [])
    assert [each.label for each in filters] == [
        "Status (f1)",
        "status (f2)",
        "Region (Status 2)",
        "Region (F1)",
    ]
    for each in filters:
        assert find(filters, each.label) == each
        assert find(filters, each.label.upper()) == each


def test_a_hidden_filter_makes_no_shown_label_longer() -> None:
    filters = read_filters({"a": {"label": "Status", "hidden": True}, "b": {"label": "Status"}}, [])
    assert [each.label for each in filters] == ["Status (a)", "Status"]


@pytest.mark.parametrize("typed", ["Re\u0301gion", "RE\u0301GION", "r\xe9gion"])
def test_a_label_in_decomposed_unicode(typed: str) -> None:
    filters = read_filters({"f": {"label": "R\xe9gion"}}, [])
    assert find(filters, typed).id == "f"


def test_a_dashboard_without_filters() -> None:
    with pytest.raises(FilterTextError, match="this dashboard has no filters"):
        find([], "Status")
