"""What the vocabulary finds is what is found text by text, in the same order, whatever has changed since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.models import Document
from omni_tui.catalog import ranking, word_places
from omni_tui.catalog import table as table_module
from omni_tui.catalog import vocabulary as vocabulary_module
from omni_tui.catalog.listing import Listing
from omni_tui.catalog.search import Index
from omni_tui.catalog.table import Table

words = st.sampled_from(["ab", "aba", "AB", "ba", "bab", "a-b", "ab/1", "12", "112", "1a", "éa", "a", "2"])
texts = st.text("abAB éÉ-/\u202e12", max_size=7) | st.lists(words, max_size=3).map(" ".join)
documents = st.builds(
    Document,
    identifier=st.text("ab12", min_size=1, max_size=4),
    name=texts,
    folder=texts,
    owner=texts,
    labels=st.lists(texts, max_size=2).map(tuple),
)
lists = st.lists(documents, max_size=10, unique_by=lambda listed: listed.identifier)


@pytest.fixture(autouse=True, scope="module", params=["looks words up", "looks at few texts"])
def small_numbers(request: pytest.FixtureRequest) -> Iterator[None]:
    """What makes a difference only with very many documents, makes it with few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_module, "_LEAST_FOR_VOCABULARY", 0)
        patch.setattr(vocabulary_module, "_PORTION", 3)
        patch.setattr(word_places, "_SHARE_OF_MANY", 0.3)
        few = 0 if request.param == "looks words up" else 3
        patch.setattr(ranking, "_LONGEST_HEAD", few)
        patch.setattr(ranking, "_SHARE_OF_FEW", few / 6)
        patch.setattr(vocabulary_module, "_FEW", few)
        patch.setattr(vocabulary_module, "_FEW_OF_NAMES", few)
        patch.setattr(vocabulary_module, "_FEW_ANYWHERE", few)
        yield


def ids(listing: Sequence[Document]) -> list[str]:
    return [hit.identifier for hit in listing]


def with_vocabulary(table: Table) -> Table:
    for _ in table.vocabulary_steps():
        pass
    assert table.vocabulary is not None
    assert table.vocabulary.is_ready
    return table


def plain_search(table: Table, places: Sequence[int], text: str, ahead: Sequence[str] = ()) -> list[str]:
    """Without the vocabulary."""
    vocabulary, table.vocabulary = table.vocabulary, None
    try:
        return ids(Index(Listing(table, places), ahead).search(text))
    finally:
        table.vocabulary = vocabulary


@given(lists, st.lists(texts, max_size=4), st.data())
def test_it_finds_the_same_in_the_same_order(
    listed: list[Document], typed: list[str], data: st.DataObject
) -> None:
    table = with_vocabulary(Table(listed))
    places = data.draw(st.permutations(table.order))
    part = places[: data.draw(st.integers(0, len(places)))]
    for shown in (table.order, places, part):
        index = Index(Listing(table, tuple(shown)), ahead=[each.identifier for each in listed[:2]])
        for text in typed:
            for end in range(len(text) + 1):
                expected = plain_search(
                    table, tuple(shown), text[:end], [each.identifier for each in listed[:2]]
                )
                found = index.search(text[:end])
                assert len(found) == len(expected)
                assert ids(found) == expected


@given(lists, lists, st.lists(st.text("ab12", min_size=1, max_size=4)), texts, st.integers(0, 5))
def test_what_has_changed_since_or_meanwhile_is_found_as_it_is_now(
    listed: list[Document], changed: list[Document], gone: list[str], typed: str, after: int
) -> None:
    table = Table(listed)
    steps = table.vocabulary_steps()
    for _ in zip(range(after), steps, strict=False):
        pass
    for each in changed:
        table.put(each)
    for _ in steps:
        pass
    for identifier in gone:
        table.remove(identifier)
    for each in changed[:3]:
        table.put(Document(identifier=each.identifier, name=each.owner, owner=each.name))
    for word in (typed, *typed.split()):
        assert ids(Index(Listing(table, tuple(table.order))).search(word)) == plain_search(
            table, tuple(table.order), word
        )


def test_it_is_not_used_before_it_is_made_nor_when_too_much_has_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vocabulary_module, "_MOST_STALE", 4)
    table = Table([Document(f"id{number}", f"Web {number}") for number in range(20)])
    steps = table.vocabulary_steps()
    next(steps)
    assert table.vocabulary is None
    made = with_vocabulary(table).vocabulary
    assert made is not None
    assert list(table.vocabulary_steps()) == []  # as good as new
    for number in range(3):
        table.put(Document(f"id{number}", "Other"))
    assert made.is_ready
    assert with_vocabulary(table).vocabulary is not made
    for number in range(8):
        table.put(Document(f"id{number}", f"Another {number}"))
    assert table.vocabulary is not None
    assert not table.vocabulary.is_ready
    assert len(Index(Listing(table, tuple(table.order))).search("another")) == 8


def test_a_making_that_was_broken_off_is_begun_anew() -> None:
    table = Table([Document(f"id{number}", f"Web {number}") for number in range(20)])
    broken_off = table.vocabulary_steps()
    next(broken_off)
    with_vocabulary(table)
    made = table.vocabulary
    for _ in broken_off:
        pass
    assert table.vocabulary is made


def test_a_short_list_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "_LEAST_FOR_VOCABULARY", 21)
    table = Table([Document(f"id{number}", f"Web {number}") for number in range(20)])
    assert list(table.vocabulary_steps()) == []
    assert table.vocabulary is None
