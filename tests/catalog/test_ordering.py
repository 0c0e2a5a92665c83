"""The newest first, whatever is put in and taken out."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.models import Document
from omni_tui.catalog.ordering import NewestFirst
from omni_tui.catalog.search import fold

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
    ordered = NewestFirst(first)
    model = {document.identifier: document for document in first}
    for is_put, document in steps:
        if is_put:
            assert ordered.put(document) == (model.get(document.identifier) != document)
            model[document.identifier] = document
        else:
            assert ordered.remove(document.identifier) == (document.identifier in model)
            model.pop(document.identifier, None)
    by_name = sorted(model.values(), key=lambda kept: (fold(kept.name), kept.name, kept.identifier))
    undated = datetime(1970, 1, 1, tzinfo=UTC)
    expected = sorted(by_name, key=lambda kept: kept.updated_at or undated, reverse=True)
    assert list(ordered.documents()) == expected
    assert ordered.identifiers() == model.keys()
    assert all(ordered.get(identifier) == kept for identifier, kept in model.items())
