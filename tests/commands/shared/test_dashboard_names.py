"""Names instead of IDs: one request for all of them, none for IDs, and no guessing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from omni_tui.api.documents import Document
from omni_tui.api.models import DocumentPage
from omni_tui.catalog.catalog import Catalog
from omni_tui.clock import SystemClock
from omni_tui.commands.shared.console import Console
from omni_tui.commands.shared.dashboard_ids import Reference, reference_of
from omni_tui.commands.shared.dashboard_names import resolve_names
from omni_tui.commands.shared.exit_codes import UsageError

LISTED = (
    Document("12db1a0a", "Sales", folder="emea", owner="Ada"),
    Document("77aa01c2", "Sales", folder="apac"),
    Document("90ab12cd", "Churn"),
    Document("4be08d77", "q3-2026"),
)


class Source:
    request_count = 0

    async def documents(self, **_: Any) -> DocumentPage:
        self.request_count += 1
        return DocumentPage(LISTED, None, len(LISTED))


async def ids_of(*typed: str, is_cached: bool = True) -> tuple[list[str], int]:
    """Return the IDs, and the number of requests."""
    source = Source()
    catalog = Catalog(cast(Any, source), None, SystemClock())
    if is_cached:
        await catalog.refresh()
        source.request_count = 0
    services = cast(Any, SimpleNamespace(catalog=catalog, client=source))
    found = await resolve_names(services, map(reference_of, typed), Console("omni-tui download"))
    return [each.id for each in found], source.request_count


@pytest.mark.parametrize(
    ("typed", "ids", "request_count"),
    [
        (
            ["90ab12cd", "feed0001", "https://x.omniapp.co/dashboards/churn"],
            ["90ab12cd", "feed0001", "churn"],
            0,
        ),
        (["churn", "Q3-2026", "90ab12cd"], ["90ab12cd", "4be08d77"], 1),
        (["some-1d"], ["some-1d"], 1),
    ],
)
async def test_names_become_ids(typed: list[str], ids: list[str], request_count: int) -> None:
    assert await ids_of(*typed) == (ids, request_count)


async def test_without_a_cached_list_it_is_loaded_first() -> None:
    assert await ids_of("churn", is_cached=False) == (["90ab12cd"], 1)
    assert await ids_of("q3-2026", is_cached=False) == (["4be08d77"], 1), "not an ID, in spite of its digits"


async def test_an_ambiguous_name_is_rejected_with_the_ids() -> None:
    with pytest.raises(UsageError) as refused:
        await ids_of("sales")
    assert str(refused.value) == (
        "2 dashboards are named “sales”: 12db1a0a (Sales, emea, Ada), 77aa01c2 (Sales, apac). Use the ID."
    )


async def test_a_word_that_is_no_id_and_no_name_is_rejected_with_close_matches() -> None:
    with pytest.raises(UsageError) as refused:
        await ids_of("Chrun")
    assert str(refused.value) == (
        "No dashboard has the ID, URL or name 'Chrun'. "
        "Close matches: 90ab12cd (Churn). See omni-tui list Chrun"
    )


def test_a_url_is_not_a_name() -> None:
    assert reference_of("/dashboards/12db1a0a") == Reference("12db1a0a")
    assert reference_of("Sales / EMEA") == Reference("Sales / EMEA", may_be_name=True)
