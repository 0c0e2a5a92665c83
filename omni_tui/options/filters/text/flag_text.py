"""Write an edit of a filter as the command line takes it after `--filter`: `Status=complete`."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.formatting import plain_line
from omni_tui.options.filters.text.text_syntax import FilterTextError, find, parse, split_flag, text_of
from omni_tui.options.filters.types import Edit, Filter


def flag_names(filters: Sequence[Filter]) -> list[str]:
    """Return what each filter is called before the `=`: its label if that is clear, else its ID."""
    return [each.own_label if _is_clear(filters, each) else each.id for each in filters]


def _is_clear(filters: Sequence[Filter], filter_: Filter) -> bool:
    label = filter_.own_label
    try:
        return split_flag(f"{label}=x")[0] == label and find(filters, label) == filter_
    except FilterTextError:
        return False


def flag_text(filters: Sequence[Filter], filter_: Filter, edit: Edit) -> str:
    """Return what to type after `--filter` for that edit: by the label if that is clear, else by the ID."""
    ways = _ways(filter_, edit)
    shown = (typed for typed in ways if plain_line(typed) == typed)  # what a screen shows unchanged
    return next((typed for typed in shown if _is_read_as(typed, filters, filter_, edit)), ways[-1])


def common_flag_text(dashboards: Sequence[Sequence[Filter]], filters: Sequence[Filter], edit: Edit) -> str:
    """Return what to type for that edit of one filter on each dashboard; empty if no text fits all."""
    for typed in dict.fromkeys(way for filter_ in filters for way in _ways(filter_, edit)):
        pairs = zip(dashboards, filters, strict=True)
        if all(_is_read_as(typed, all_filters, filter_, edit) for all_filters, filter_ in pairs):
            return typed
    return ""


def _ways(filter_: Filter, edit: Edit) -> list[str]:
    text = text_of(filter_, edit)
    return [f"{name}{sign}{text}" for name in (filter_.own_label, filter_.id) for sign in _signs_before(text)]


def _signs_before(text: str) -> tuple[str, ...]:
    """`Price>=10` reads better than `Price=>=10`; both mean the same."""
    return ("", "=") if text[:1] in ("<", ">") else ("=",)


def _is_read_as(typed: str, filters: Sequence[Filter], filter_: Filter, edit: Edit) -> bool:
    """Return whether it is read as that edit of that filter."""
    try:
        name, text = split_flag(typed)
        return find(filters, name) == filter_ and parse(filter_, text) == edit
    except FilterTextError:
        return False
