"""The list grows page by page, survives failures, and is cached for the next start."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from omni_tui.api.models import Document
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.catalog.catalog import Catalog
from omni_tui.catalog.disk_cache import write_cache
from omni_tui.catalog.table import Table
from omni_tui.errors import OmniTuiError
from tests.catalog.sources import FakeSource, document
from tests.fakes import FakeClock

FIVE = [document(name) for name in ("Ant", "Bee", "Cow", "Dog", "Elk")]


def names(catalog: Catalog) -> list[str]:
    return [found.name for found in catalog.dashboards]


async def test_the_list_is_published_page_by_page() -> None:
    catalog = Catalog(FakeSource(FIVE), None, FakeClock())
    lengths: list[int] = []
    counts: list[tuple[int, int | None]] = []

    def look() -> None:
        lengths.append(len(catalog.dashboards))
        counts.append((catalog.loaded_count, catalog.total_count))

    catalog.subscribe(look)
    await catalog.refresh()
    assert lengths == [0, 2, 4, 5, 5]
    assert counts == [(0, None), (2, 5), (4, 5), (5, 5), (5, 5)]
    assert names(catalog) == ["Ant", "Bee", "Cow", "Dog", "Elk"]
    assert not catalog.is_loading
    assert catalog.failure is None


async def test_the_first_page_is_for_a_person_the_others_are_read_behind() -> None:
    source = FakeSource(FIVE)
    await Catalog(source, None, FakeClock()).refresh()
    assert source.priorities == [Priority.INTERACTIVE, Priority.BACKGROUND, Priority.BACKGROUND]
    assert {(asked["size"], asked["sort"]) for asked in source.asked} == {(100, ("updatedAt", "desc"))}


async def test_a_total_that_means_what_remains_never_falls_below_what_was_read() -> None:
    source = FakeSource(FIVE)
    source.remaining_as_total = True
    catalog = Catalog(source, None, FakeClock())
    counts: list[tuple[int, int | None]] = []
    catalog.subscribe(lambda: counts.append((catalog.loaded_count, catalog.total_count)))
    await catalog.refresh()
    assert all(total is None or loaded <= total for loaded, total in counts)
    assert counts[-1] == (5, 5)


async def test_only_dashboards_that_are_there_are_listed_in_our_order_whatever_the_servers_order() -> None:
    source = FakeSource(
        [
            document("élan"),
            document("Zebra"),
            document("apple"),
            document("Workbook", has_dashboard=False),
            document("Gone", deleted=True),
            document("Twice", "same"),
            document("Twice", "same"),
            Document(identifier="", name="No id"),
        ]
    )
    catalog = Catalog(source, None, FakeClock())
    await catalog.refresh()
    assert names(catalog) == ["apple", "élan", "Twice", "Zebra"]
    assert catalog.loaded_count == 8


async def test_the_cache_is_shown_at_once_and_deleted_dashboards_go_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "list.json"
    kept = Table([document("Ant"), document("Old"), document("Elk", owner="before")])
    write_cache(path, kept, 123.0)
    source = FakeSource([*FIVE[:4], document("Elk", owner="after")])
    catalog = Catalog(source, path, FakeClock())
    catalog.load_cache()
    assert names(catalog) == ["Ant", "Elk", "Old"]
    assert catalog.as_of == 123.0
    assert catalog.find("old") == document("Old")

    source.wait_at_page = 2
    refresh = asyncio.create_task(catalog.refresh())
    await source.is_waiting.wait()
    assert names(catalog) == ["Ant", "Bee", "Cow", "Dog", "Elk", "Old"]
    assert catalog.is_loading
    assert catalog.as_of == 123.0
    source.go_on.set()
    await refresh
    assert names(catalog) == ["Ant", "Bee", "Cow", "Dog", "Elk"]
    assert catalog.find("old") is None
    found = catalog.find("elk")
    assert found is not None
    assert found.owner == "after"


async def test_a_refresh_is_kept_for_the_next_start(tmp_path: Path) -> None:
    path, clock = tmp_path / "cache" / "list.json", FakeClock(wall=1_900_000_000.0)
    await Catalog(FakeSource(FIVE), path, clock).refresh()
    later = Catalog(FakeSource([]), path, clock)
    later.load_cache()
    assert list(later.dashboards) == FIVE
    assert later.as_of == 1_900_000_000.0


async def test_a_failure_in_the_middle_keeps_what_there_is_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    write_cache(path, Table([document("Old")]), 123.0)
    source = FakeSource(FIVE)
    source.fail_at_page = 1
    catalog = Catalog(source, path, FakeClock())
    catalog.load_cache()
    with pytest.raises(OmniTuiError):
        await catalog.refresh()
    assert names(catalog) == ["Ant", "Bee", "Old"]
    assert catalog.failure is not None
    assert not catalog.is_loading
    assert catalog.as_of == 123.0
    later = Catalog(source, path, FakeClock())
    later.load_cache()
    assert (names(later), later.as_of) == (["Ant", "Bee", "Old"], 123.0)

    source.fail_at_page = None
    await catalog.refresh()
    assert catalog.failure is None
    assert names(catalog) == ["Ant", "Bee", "Cow", "Dog", "Elk"]


async def test_a_second_refresh_waits_for_the_first_and_asks_nothing() -> None:
    source = FakeSource(FIVE)
    catalog = Catalog(source, None, FakeClock())
    await asyncio.gather(catalog.refresh(), catalog.refresh())
    assert len(source.asked) == 3
    await catalog.refresh()
    assert len(source.asked) == 6


async def test_a_cancelled_refresh_leaves_the_turn_to_the_next() -> None:
    source = FakeSource(FIVE)
    source.wait_at_page = 1
    catalog = Catalog(source, None, FakeClock())
    first = asyncio.create_task(catalog.refresh())
    await source.is_waiting.wait()
    second = asyncio.create_task(catalog.refresh())
    await asyncio.sleep(0)
    first.cancel()
    source.go_on.set()
    await second
    assert first.cancelled()
    assert names(catalog) == ["Ant", "Bee", "Cow", "Dog", "Elk"]
    assert not catalog.is_loading


async def test_the_list_is_the_same_object_while_nothing_in_it_changes() -> None:
    source = FakeSource(FIVE)
    catalog = Catalog(source, None, FakeClock())
    await catalog.refresh()
    before = catalog.dashboards
    await catalog.refresh()
    assert catalog.dashboards is before
    source.all = FIVE[1:]
    await catalog.refresh()
    assert names(catalog) == ["Bee", "Cow", "Dog", "Elk"]


async def test_what_stops_being_a_dashboard_goes_with_its_page() -> None:
    source = FakeSource(FIVE)
    catalog = Catalog(source, None, FakeClock())
    await catalog.refresh()
    source.all[0] = document("Ant", has_dashboard=False)
    await catalog.refresh()
    assert names(catalog) == ["Bee", "Cow", "Dog", "Elk"]


async def test_a_server_that_leads_round_in_a_circle_is_left() -> None:
    class Circle(FakeSource):
        async def documents(self, **asked: object) -> object:  # type: ignore[override]
            page = await super().documents(cursor=asked["cursor"])  # type: ignore[arg-type]
            return type(page)(page.records, page.next_cursor or "0", page.total_records)

    source = Circle(FIVE)
    catalog = Catalog(source, None, FakeClock())
    await catalog.refresh()
    assert names(catalog) == ["Ant", "Bee", "Cow", "Dog", "Elk"]
    assert len(source.asked) <= 5


async def test_a_disk_error_costs_the_cache_but_not_the_list(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    catalog = Catalog(FakeSource(FIVE), in_the_way / "list.json", FakeClock())
    catalog.load_cache()
    await catalog.refresh()
    assert len(catalog.dashboards) == 5
    assert catalog.failure is None


async def test_after_unsubscribing_no_callback_is_called() -> None:
    catalog = Catalog(FakeSource(FIVE), None, FakeClock())
    heard: list[str] = []
    unsubscribe = catalog.subscribe(lambda: heard.append("first"))
    catalog.subscribe(lambda: heard.append("second"))
    unsubscribe()
    unsubscribe()
    await catalog.refresh()
    assert set(heard) == {"second"}
