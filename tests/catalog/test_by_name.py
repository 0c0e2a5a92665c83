"""A name means one dashboard, also when the cached list is older than the server's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from omni_tui.api.documents import Document
from omni_tui.api.models import DocumentPage
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.catalog.by_name import find_by_name, named, read_changed_documents
from omni_tui.catalog.catalog import Catalog
from omni_tui.catalog.list_view import Listing
from omni_tui.clock import SystemClock

OLD = datetime(2026, 3, 1, tzinfo=UTC)


def sheet(identifier: str, name: str, *, days: int = 0, deleted: bool = False) -> Document:
    return Document(identifier, name, updated_at=OLD + timedelta(days=days), deleted=deleted)


SALES, SMALL, WEB = sheet("a1", "Sales"), sheet("b2", "sales"), sheet("c3", "Café: (web)")
LISTED = Listing.of([SALES, SMALL, WEB])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Sales", [SALES]),
        ("sales", [SMALL]),
        ("SALES", [SALES, SMALL]),
        (" cafe: (WEB) ", [WEB]),
        ("cafe web", []),
        ("Sale", []),
        ("", []),
    ],
)
def test_the_exact_name_wins_over_other_spellings(name: str, found: list[Document]) -> None:
    assert named(LISTED, name) == found


def test_what_has_changed_replaces_what_the_list_knows() -> None:
    renamed, new = replace(SALES, name="Revenue"), sheet("d4", "Sales", days=9)
    news = {each.identifier: each for each in (renamed, new, sheet("e5", "Sales", deleted=True))}
    assert find_by_name(LISTED, news, "Sales") == [new]
    assert find_by_name(LISTED, news, "revenue") == [renamed]


class Source:
    """The server's documents, the last updated first, two per page."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents_there = list(documents)
        self.request_count = 0

    async def documents(
        self,
        *,
        cursor: str | None = None,
        page_size: int = 100,
        sort_field: str = "name",
        sort_direction: str = "asc",
        priority: Priority = Priority.BACKGROUND,
    ) -> DocumentPage:
        self.request_count += 1
        assert (sort_field, sort_direction) == ("updatedAt", "desc")
        start = int(cursor or 0)
        newest = sorted(self.documents_there, key=lambda each: each.updated_at or OLD, reverse=True)
        following = str(start + 2) if start + 2 < len(newest) else None
        return DocumentPage(tuple(newest[start : start + 2]), following, len(newest))


async def test_only_the_pages_with_changes_are_read(tmp_path: Path) -> None:
    source = Source([sheet(str(number), f"Web {number}", days=number) for number in range(8)])
    catalog = Catalog(source, tmp_path / "kept.list", SystemClock())
    assert await read_changed_documents(catalog, source) == {}  # the first time, the catalog itself is read
    assert len(catalog.dashboards) == 8
    source.request_count = 0
    source.documents_there += [sheet("new", "Web 3", days=99), sheet("newer", "Other", days=100)]
    news = await read_changed_documents(catalog, source)
    assert source.request_count == 2
    assert [each.identifier for each in find_by_name(catalog.dashboards, news, "web 3")] == ["3", "new"]
