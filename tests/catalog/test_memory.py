"""The memory of a long list while it is read for the first time, measured by tracemalloc."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

from omni_tui.api.models import Document
from omni_tui.catalog.catalog import Catalog
from tests.catalog.sources import FakeSource, document, search
from tests.fakes import FakeClock

COUNT = 1_500
# With what a short list costs besides: of 100,000, each takes some 600.
MAX_BYTES_EACH = 1_000
START = datetime(2026, 1, 1, tzinfo=UTC)


def documents(sign: str) -> list[Document]:
    return [
        Document(
            identifier=f"{number:08x}",
            name=f"{sign}Dashboard {number} weekly revenue by region",
            folder=f"Folder {number % 400}",
            owner=f"Owner {number % 900}",
            updated_at=START - timedelta(minutes=number),
            url=f"https://b.omniapp.co/dashboards/{number:08x}",
        )
        for number in range(COUNT)
    ]


async def peak_bytes_each(sign: str, path: Path) -> float:
    source = FakeSource(documents(sign), page_size=100)
    catalog = Catalog(source, path, FakeClock())  # type: ignore[arg-type]
    tracemalloc.start()
    try:
        await catalog.refresh()
        return tracemalloc.get_traced_memory()[1] / COUNT
    finally:
        tracemalloc.stop()


async def test_a_first_read_has_a_bound_for_each_dashboard_emoji_or_not(tmp_path: Path) -> None:
    plain = await peak_bytes_each("", tmp_path / "plain.list")
    emoji = await peak_bytes_each("😀", tmp_path / "emoji.list")
    assert plain <= MAX_BYTES_EACH
    assert emoji <= 1.3 * plain


def test_an_emoji_is_still_found() -> None:
    listed = [document("😀 Sales"), document("🚀 Sales"), document("Sales")]
    assert [each.name for each in search(listed, "😀")] == ["😀 Sales"]
    assert len(search(listed, "sales")) == 3
