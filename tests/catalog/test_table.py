"""A table stays sorted by last change, whatever is added and removed."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.models import Document
from omni_tui.catalog.search.folding import fold
from omni_tui.catalog.table import Table

documents = st.builds(
    Document,
    identifier=st.sampled_from("abcdef"),
    name=st.text("aAbBéÉ ", max_size=3),
    owner=st.sampled_from("xy"),
    updated_at=st.none() | st.sampled_from([datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)]),
)
steps = st.lists(st.tuples(st.booleans(), documents), max_size=30)


@given(st.lists(documents, max_size=6), steps)
def test_it_is_what_a_dict_would_hold_in_order(
    first: list[Document], steps: list[tuple[bool, Document]]
) -> None:
    table = Table(first)
    model = {document.identifier: document for document in first}
    for is_put, document in steps:
        if is_put:
            assert table.put(document) == (model.get(document.identifier) != document)
            model[document.identifier] = document
        else:
            assert table.remove(document.identifier) == (document.identifier in model)
            model.pop(document.identifier, None)
    by_name = sorted(model.values(), key=lambda kept: (fold(kept.name), kept.name, kept.identifier))
    undated = datetime(1970, 1, 1, tzinfo=UTC)
    expected = sorted(by_name, key=lambda kept: kept.updated_at or undated, reverse=True)
    assert [table.document(row) for row in table.order] == expected
    assert table.identifiers() == model.keys()
    assert all(table.get(identifier) == kept for identifier, kept in model.items())


def test_a_document_that_is_looked_at_again_is_the_same_object_until_it_changes() -> None:
    table = Table([Document("a", "Ant")])
    seen = table.get("a")
    assert table.get("a") is seen
    table.put(Document("a", "Ant", owner="Ada"))
    assert table.get("a") == Document("a", "Ant", owner="Ada")


def test_removed_documents_can_still_be_shown_by_older_lists() -> None:
    table = Table([Document("a", "Ant")])
    row = table.row("a")
    assert row is not None
    assert table.remove("a")
    assert table.document(row).name == "Ant"
    assert (len(table), table.order, table.get("a"), table.remove("a")) == (0, [], None, False)


def test_a_count_of_any_size_is_taken() -> None:
    table = Table([Document("a", "Ant", favorites=10**30, views=-5)])
    found = table.get("a")
    assert found is not None
    assert (found.favorites, found.views) == (2**63 - 1, 0)


def test_addresses_that_are_alike_come_back_as_they_were() -> None:
    urls = {
        "a": "https://o.example/dashboards/a",
        "b": "https://o.example/dashboards/b",
        "c": "https://o.example/other/c",
        "d": "",
    }
    table = Table([Document(identifier, "", url=url) for identifier, url in urls.items()])
    assert {key: found.url for key in urls if (found := table.get(key))} == urls
