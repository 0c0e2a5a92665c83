"""A dashboard's filters in words, for where they are only shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from omni_tui.options.conditions import edit_of, read_filters, words_of


class FilterLine(NamedTuple):
    """One filter, ready to be shown: its id on the wire, its name for people, and what it says."""

    id: str
    label: str
    summary: str


def read(filters: Mapping[str, Any], order: Sequence[str]) -> list[FilterLine]:
    """All filters, those of `order` first and in that order, then the ones that it leaves out."""
    return [
        FilterLine(each.id, each.label, words_of(each, edit_of(each)))
        for each in read_filters(filters, order)
    ]
