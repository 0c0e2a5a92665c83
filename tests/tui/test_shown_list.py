from __future__ import annotations

import pytest

from omni_tui.api.documents import Document
from omni_tui.catalog import search as search_module
from omni_tui.catalog import table as table_module
from omni_tui.catalog.listing import Listing
from omni_tui.tui.shown_list import Own, ShownList

LISTED = [Document(str(number), f"Web {number}") for number in range(9)]


def shown_list(monkeypatch: pytest.MonkeyPatch, *, learned: bool) -> ShownList:
    monkeypatch.setattr(table_module, "_LEAST_FOR_VOCABULARY", 0)
    listing = Listing.of(LISTED)
    if learned:
        for _ in listing.table.vocabulary_steps():
            pass
    shown = ShownList()
    assert shown.take(listing, Own(used=("7",), favourites=frozenset("5")))
    shown.get_ready()
    return shown


def test_the_first_letter_finds_a_long_list_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = shown_list(monkeypatch, learned=True)
    monkeypatch.delattr(search_module, "Order")  # it has what it needs of it
    assert [each.identifier for each in shown.search("web")] == [*"75", *"01234", "6", "8"]


def test_a_short_list_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = shown_list(monkeypatch, learned=False)
    assert shown._index is None
    assert [each.identifier for each in shown.search("web")] == [*"75", *"01234", "6", "8"]
    assert shown.total == len(shown.search("")) == 9
