"""Sorting and filtering a list, and counting its folders and labels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.models import Document
from omni_tui.catalog.list_view import Listing
from omni_tui.catalog.sort_filter import (
    ALL,
    FAVORITES,
    ListFilter,
    ListSorter,
    Part,
    SortBy,
    folder_counts,
    label_counts,
)
from omni_tui.catalog.table import Table

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TABLE = Table(
    [
        Document("1", "Churn", folder="Growth", labels=("Draft", "Weekly"), views=5, updated_at=NOW),
        Document("2", "apples", folder="Growth/2019", labels=("Draft",), views=9),
        Document("3", "Élan", folder="Growths", labels=("Drafts",), views=9, updated_at=NOW - timedelta(1)),
        Document("4", "Zebra", views=1, updated_at=NOW - timedelta(2)),
    ]
)
LISTED = Listing(TABLE, tuple(TABLE.order))


def arranged(by: SortBy = SortBy.CHANGE, list_filter: ListFilter = ALL, used: Sequence[str] = ()) -> str:
    found = ListSorter().sorted_part(LISTED, by, list_filter, used=used, favorites={"4", "1", "gone"})
    return "".join(each.identifier for each in found)


def test_each_order() -> None:
    assert arranged(SortBy.CHANGE) == "1342"
    assert arranged(SortBy.NAME) == "2134"
    assert arranged(SortBy.USE) == "3214"  # by views, then by change
    assert arranged(SortBy.USE, used=["4", "gone", "1"]) == "4132"


def test_the_orders_come_one_after_the_other() -> None:
    assert SortBy.CHANGE.next.next is SortBy.USE
    assert SortBy.CHANGE.next.next.next is SortBy.CHANGE


@pytest.mark.parametrize(
    ("list_filter", "expected"),
    [
        (FAVORITES, "14"),
        (ListFilter(Part.FOLDER, "Growth"), "12"),
        (ListFilter(Part.FOLDER, "Growth/2019"), "2"),
        (ListFilter(Part.FOLDER, "growth/20"), ""),
        (ListFilter(Part.LABEL, "Draft"), "12"),
        (ListFilter(Part.LABEL, "Weekly"), "1"),
        (ListFilter(Part.LABEL, "raft"), ""),
    ],
)
def test_each_part(list_filter: ListFilter, expected: str) -> None:
    assert arranged(list_filter=list_filter) == expected


def test_the_folders_and_the_labels_as_they_are_written() -> None:
    assert folder_counts(LISTED) == {"Growth": 1, "Growth/2019": 1, "Growths": 1}
    assert label_counts(LISTED) == {"Draft": 2, "Weekly": 1, "Drafts": 1}


names = st.lists(st.text("abcé ", max_size=4), max_size=12)


@given(names, names)
def test_a_reused_order_is_the_sorted_order(before: list[str], after: list[str]) -> None:
    arranger, table = ListSorter(), Table()
    for batch in (before, after):
        for number, name in enumerate(batch):
            table.put(Document(str(number), name))
        listing = Listing(table, tuple(table.order))
        mended = arranger.sorted_part(listing, SortBy.NAME, ALL, used=(), favorites=())
        anew = ListSorter().sorted_part(listing, SortBy.NAME, ALL, used=(), favorites=())
        texts = [table.texts[row] for row in mended.rows]
        assert texts == sorted(texts) == [table.texts[row] for row in anew.rows]
        assert set(mended.rows) == set(table.order)
        for number in range(0, len(batch), 3):
            table.remove(str(number))
