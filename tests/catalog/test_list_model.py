from __future__ import annotations

from omni_tui.api.documents import Document
from omni_tui.catalog.list_model import UserActivity, VisibleList
from omni_tui.catalog.list_view import Listing

LISTED = [Document(str(number), f"Web {number}") for number in range(9)]


def test_last_used_and_favorites_come_first_among_equals() -> None:
    shown = VisibleList()
    assert shown.take(Listing.of(LISTED), UserActivity(used=("7",), favorites=frozenset("5")))
    assert [each.identifier for each in shown.search("web")] == [*"75", *"01234", "6", "8"]
    assert shown.total == len(shown.search("")) == 9


def test_a_word_that_nothing_contains_is_respelled() -> None:
    shown = VisibleList()
    shown.take(Listing.of([Document("1", "Sales Overview"), Document("2", "Churn")]), UserActivity())
    assert shown.respelled("overveiw") == "overview"
