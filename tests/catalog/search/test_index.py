"""What a search finds, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.models import Document
from omni_tui.catalog.list_view import Listing, RankedListing
from omni_tui.catalog.search.folding import fold, matching_words
from omni_tui.catalog.search.index import Index
from tests.catalog.sources import document, search

texts = st.text("abAB éÉß-/\n\u202e1", max_size=6)
documents = st.builds(
    Document,
    identifier=st.text("abc1", min_size=1, max_size=4),
    name=texts,
    folder=texts,
    owner=texts,
    labels=st.lists(texts, max_size=2).map(tuple),
)
lists = st.lists(documents, max_size=8, unique_by=lambda listed: listed.identifier)


def names(found: Iterable[Document]) -> list[str]:
    return [hit.name for hit in found]


def searched_text(hit: Document) -> str:
    return "\n".join(fold(text) for text in (hit.name, hit.folder, hit.owner, *hit.labels, hit.identifier))


def test_no_words_is_everything_in_its_order() -> None:
    listed = [document("B"), document("A")]
    assert list(search(listed, "")) == listed
    assert list(search(listed, "  \u200b ")) == listed


def test_best_first() -> None:
    listed = [
        document("A Rainbow", folder="web traffic"),
        document("Cobweb Traffic"),
        document("Old Web Traffic"),
        document("Traffic of the Web"),
        document("Web Traffic by Channel"),
        document("Web Traffic"),
        document("Webs", folder="traffic"),
    ]
    assert names(search(listed, "web traffic")) == [
        "Web Traffic",
        "Web Traffic by Channel",
        "Old Web Traffic",
        "Traffic of the Web",
        "Cobweb Traffic",
        "A Rainbow",
        "Webs",
    ]


@pytest.mark.parametrize(
    "typed", ["uber cafe", "ÜBER", "café", "CAFE\u0301", "strasse", "ﬁn", "team/b", "blobby", "lab", "12d"]
)
def test_case_accents_and_every_field(typed: str) -> None:
    listed = [
        Document("12DB1a0a", "Über Café Straße Finance", folder="Team/Björn", owner="Blobby", labels=("Lab",))
    ]
    assert list(search(listed, typed)) == listed


def test_words_do_not_reach_over_fields_and_all_of_them_count() -> None:
    listed = [document("Web", folder="traffic")]
    assert list(search(listed, "webtraffic")) == []
    assert list(search(listed, "web nothing")) == []
    assert list(search(listed, "traffic web")) == listed


def test_punctuation_separates_words_in_names() -> None:
    listed = [
        document("cobweb"),
        document("old_web"),
        document("Web-Traffic", "other"),
        document("C++"),
        document("web traffic"),
    ]
    assert names(search(listed, "web")) == ["Web-Traffic", "web traffic", "old_web", "cobweb"]
    assert names(search(listed, "c++")) == ["C++"]
    assert names(search(listed, "+")) == ["C++"]


def test_exact_punctuation_ranks_before_the_same_words() -> None:
    assert names(search([document("A-B", "1"), document("a b", "2")], "A B")) == ["a b", "A-B"]


@given(lists, texts)
def test_every_hit_holds_every_word_and_nothing_that_does_is_missing(
    listed: list[Document], typed: str
) -> None:
    words = fold(typed).split()
    expected = [hit for hit in listed if all(word in searched_text(hit) for word in words)]
    found = search(listed, typed)
    assert sorted(map(repr, found)) == sorted(map(repr, expected))


@given(lists, st.data())
def test_a_name_typed_in_full_comes_first(listed: list[Document], data: st.DataObject) -> None:
    target = data.draw(documents.filter(lambda hit: fold(hit.name).split()))
    others = [each for each in listed if each.identifier != target.identifier]
    found = search([*others, target], target.name)
    assert fold(found[0].name).split() == fold(target.name).split()


@given(lists, st.lists(texts, max_size=6))
def test_an_index_that_was_typed_into_answers_like_a_new_one(
    listed: list[Document], typed: list[str]
) -> None:
    index = Index(Listing.of(listed))
    for text in typed:
        for end in range(len(text) + 1):
            assert list(index.search(text[:end])) == list(search(listed, text[:end]))


@given(lists, texts, st.lists(st.integers(0, 7)))
def test_rows_that_are_looked_at_in_any_order_are_the_same(
    listed: list[Document], typed: str, looks: list[int]
) -> None:
    in_order, found = list(search(listed, typed)), search(listed, typed)
    assert len(found) == len(in_order)
    for at in looks:
        if at < len(found):
            assert found[at] == in_order[at]
            assert found.position(in_order[at].identifier) == at
    assert found[2:5] == in_order[2:5]


@given(lists, texts, st.slices(8))
def test_some_rows_equal_those_of_the_whole_list(listed: list[Document], typed: str, some: slice) -> None:
    assert search(listed, typed)[some] == list(search(listed, typed))[some]


def test_a_list_is_ranked_only_as_far_as_it_is_accessed() -> None:
    listed, asked = Listing.of([document(f"Web {number}") for number in range(9)]), []

    def tiers() -> Iterator[list[int]]:
        for start in range(0, 9, 3):
            asked.append(start)
            yield [start, start + 1, start + 2]

    ranked = RankedListing(listed.table, tiers(), 9)
    assert len(ranked) == 9
    assert ranked[1:4] == listed[1:4]
    assert asked == [0, 3]
    assert ranked[-1:] == listed[-1:]
    assert asked == [0, 3, 6]


def test_those_ahead_come_first_among_equals_and_never_before_better_ones() -> None:
    listed = [document(name) for name in ("Web A", "Web B", "Cobweb", "Web C", "Webs")]
    index = Index(Listing.of(listed), ahead=["cobweb", "web-c", "not-listed", "web-b"])
    assert names(index.search("web")) == ["Web C", "Web B", "Web A", "Webs", "Cobweb"]
    assert names(index.search("")) == ["Web A", "Web B", "Cobweb", "Web C", "Webs"]


def test_a_part_of_a_list_is_searched_by_itself() -> None:
    whole = Listing.of([document(name) for name in ("Web A", "Web B", "Web C")])
    part = Listing(whole.table, whole.rows[1:])
    assert names(Index(part, ahead=["web-a", "web-c"]).search("web")) == ["Web C", "Web B"]


@given(st.text())
def test_folding_twice_changes_nothing_that_is_typed(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("typed", "respelled"),
    [
        ("overveiw", "overview"),
        ("sales overveiw", "sales overview"),
        ("Markting", "marketing"),
        ("sales overview", ""),  # it finds something as it is
        ("qqqqqqqq", ""),
        ("sal", ""),
        ("ovr", ""),  # too short to tell what was meant
        ("overveiw marketing", ""),  # no dashboard contains both
    ],
)
def test_the_closest_spelling_is_offered_when_nothing_matches(typed: str, respelled: str) -> None:
    index = Index(Listing.of([document("Sales Overview"), document("Marketing Spend"), document("Churn")]))
    assert index.respelled(typed) == respelled


@pytest.mark.parametrize(
    ("text", "words", "matched"),
    [
        ("Web Traffic", ("web",), ["Web"]),
        ("Web Traffic", ("tra", "we"), ["Web", "Traffic"]),
        ("Cobweb webs", ("web",), ["Cobweb", "webs"]),
        ("Q1-sales_eu", ("1-sa",), ["Q1-sales"]),
        ("Über Café", ("uber", "fe"), ["Über", "Café"]),
        ("Straße", ("strass",), ["Straße"]),
        ("Web Traffic", ("w",), []),
        ("売 上", ("売",), ["売"]),
        ("Web", ("nothing",), []),
        ("Web", (), []),
    ],
)
def test_which_words_match_in_a_text(text: str, words: tuple[str, ...], matched: list[str]) -> None:
    assert [text[match.start : match.stop] for match in matching_words(text, words)] == matched


@given(texts, st.lists(texts.map(fold), max_size=3))
def test_matches_are_in_order_and_apart(text: str, words: list[str]) -> None:
    found = matching_words(text, words)
    assert all(0 <= match.start < match.stop <= len(text) for match in found)
    assert all(before.stop < after.start for before, after in pairwise(found))
