"""Loading a long list: interrupted and resumed, read to its end only if necessary, and refreshed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from omni_tui.api.errors.types import Rejected
from omni_tui.api.models import Document, DocumentPage
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.catalog.catalog import FRESH_SECONDS, RESUMABLE_SECONDS, SMALL_COUNT, Catalog
from omni_tui.catalog.load_progress import MAX_IDLE_PAGES
from omni_tui.errors import OmniTuiError
from tests.catalog.sources import FakeSource, document
from tests.fakes import FakeClock

NEWEST = datetime(2026, 11, 23, tzinfo=UTC)


def made(number: int) -> Document:
    return Document(f"id{number}", f"Dashboard {number}", updated_at=NEWEST - timedelta(hours=number))


def changed(document: Document) -> Document:
    return replace(document, name=f"{document.name}, changed", updated_at=NEWEST + timedelta(hours=1))


class Server(FakeSource):
    """Gives the newest first; `refused` are cursors that it does not take any more."""

    def __init__(self, count: int, *, page_size: int = 2) -> None:
        super().__init__([made(number) for number in range(count)], page_size=page_size)
        self.refused: set[str] = set()

    async def documents(self, **asked: object) -> DocumentPage:  # type: ignore[override]
        self.all.sort(key=lambda document: document.updated_at or NEWEST, reverse=True)
        if asked["cursor"] in self.refused:
            self.asked.append(asked)
            raise Rejected("Invalid cursor", "")
        return await super().documents(**asked)  # type: ignore[arg-type]

    def cursors(self) -> list[object]:
        """What was asked for since this was asked the last time."""
        asked, self.asked = [each["cursor"] for each in self.asked], []
        return asked


def opened(server: Server, path: Path, clock: FakeClock) -> Catalog:
    """The catalog of the next start."""
    catalog = Catalog(server, path, clock)
    catalog.load_cache()
    return catalog


async def broken_off(server: Server, path: Path, clock: FakeClock, at_page: int) -> None:
    """A start whose reading fails at that page."""
    server.fail_at_page = at_page
    with pytest.raises(OmniTuiError):
        await opened(server, path, clock).refresh()
    server.fail_at_page = None
    server.cursors()


async def test_an_interrupted_load_keeps_its_pages_and_resumes(
    tmp_path: Path,
) -> None:
    server, path, clock = Server(10), tmp_path / "all.list", FakeClock()
    await broken_off(server, path, clock, at_page=3)
    catalog = opened(server, path, clock)
    assert list(catalog.dashboards) == server.all[:6]
    assert catalog.as_of is None
    counts: list[int] = []
    catalog.subscribe(lambda: counts.append(catalog.loaded_count))
    await catalog.refresh()
    assert server.cursors() == [None, "6", "8"]
    assert list(catalog.dashboards) == server.all
    assert catalog.as_of == clock.time()
    assert counts == [0, 6, 8, 10, 10]


async def test_a_refresh_resumes_within_one_run_too(tmp_path: Path) -> None:
    server = Server(10)
    catalog = Catalog(server, None, FakeClock())
    server.fail_at_page = 3
    with pytest.raises(OmniTuiError):
        await catalog.refresh()
    server.fail_at_page = None
    server.cursors()
    await catalog.refresh()
    assert server.cursors() == [None, "6", "8"]
    assert list(catalog.dashboards) == server.all


async def test_changes_are_read_before_a_load_is_resumed(tmp_path: Path) -> None:
    server, path, clock = Server(12), tmp_path / "all.list", FakeClock()
    await broken_off(server, path, clock, at_page=4)
    server.all[9:12] = map(changed, server.all[9:12])
    catalog = opened(server, path, clock)
    await catalog.refresh()
    assert server.cursors() == [None, "2", "4", "8", "10"]
    assert set(catalog.dashboards) == set(server.all)


async def test_interrupted_twice_it_resumes_from_the_furthest_page(tmp_path: Path) -> None:
    server, path, clock = Server(12), tmp_path / "all.list", FakeClock()
    await broken_off(server, path, clock, at_page=4)
    server.all[11] = changed(server.all[11])
    await broken_off(server, path, clock, at_page=1)  # before it had read what changed
    catalog = opened(server, path, clock)
    await catalog.refresh()
    assert server.cursors() == [None, "8", "10"]
    assert set(catalog.dashboards) == set(server.all)


async def test_deleted_dashboards_disappear_after_a_resumed_load(tmp_path: Path) -> None:
    server, path, clock = Server(10), tmp_path / "all.list", FakeClock()
    await opened(server, path, clock).refresh()
    gone = server.all.pop(9)
    await broken_off(server, path, clock, at_page=3)
    catalog = opened(server, path, clock)
    assert catalog.find(gone.identifier) is not None
    await catalog.refresh()
    assert catalog.find(gone.identifier) is None
    assert list(opened(server, path, clock).dashboards) == server.all


async def test_an_expired_cursor_starts_over(tmp_path: Path) -> None:
    server, path, clock = Server(10), tmp_path / "all.list", FakeClock()
    await broken_off(server, path, clock, at_page=3)
    server.refused.add("6")
    catalog = opened(server, path, clock)
    with pytest.raises(Rejected):  # it is refused on the way from the top too
        await catalog.refresh()
    assert server.cursors() == [None, "6", None, "2", "4", "6"]
    server.refused.clear()
    await catalog.refresh()
    assert list(catalog.dashboards) == server.all


class EndlessSource(FakeSource):
    """Every page has a cursor that was never there before; behind `pages` nothing new comes."""

    def __init__(self, *, pages: int, repeats: bool) -> None:
        super().__init__([])
        self._pages = pages
        self._repeats = repeats
        self.count = 0

    async def documents(self, **asked: object) -> DocumentPage:  # type: ignore[override]
        self.count += 1
        assert self.count < 100, "it is followed forever"
        number = min(self.count, self._pages)
        is_new = self.count <= self._pages
        there = tuple(document(f"D {number} {n}") for n in range(2)) if is_new or self._repeats else ()
        return DocumentPage(there, f"cursor {self.count}", None)


@pytest.mark.parametrize("repeats", [True, False])
async def test_ever_new_cursors_that_bring_nothing_are_not_followed(tmp_path: Path, repeats: bool) -> None:
    source = EndlessSource(pages=5, repeats=repeats)
    catalog = Catalog(source, tmp_path / "list", FakeClock())
    await catalog.refresh()
    assert source.count == 5 + MAX_IDLE_PAGES
    assert len(catalog.dashboards) == 10


async def test_a_few_pages_without_dashboards_do_not_end_the_list(tmp_path: Path) -> None:
    documents = [document(f"W {n}", has_dashboard=n == 19) for n in range(20)]
    catalog = Catalog(FakeSource(documents), tmp_path / "list", FakeClock())
    await catalog.refresh()
    assert [each.name for each in catalog.dashboards] == ["W 19"]


async def test_an_old_unfinished_load_starts_over(tmp_path: Path) -> None:
    server, path, clock = Server(6), tmp_path / "all.list", FakeClock()
    await broken_off(server, path, clock, at_page=2)
    clock.now += RESUMABLE_SECONDS + 1
    await opened(server, path, clock).refresh()
    assert server.cursors() == [None, "2", "4"]


# a list that was read a short while ago

LONG = SMALL_COUNT + 300


async def test_of_a_long_list_that_is_fresh_only_what_changed_is_read(tmp_path: Path) -> None:
    server, path, clock = Server(LONG, page_size=100), tmp_path / "all.list", FakeClock()
    await opened(server, path, clock).refresh()
    server.all[700] = changed(server.all[700])
    read_at = clock.time()
    clock.now += FRESH_SECONDS / 2
    server.cursors()
    catalog = opened(server, path, clock)
    await catalog.refresh()
    assert server.cursors() == [None, "100"]
    assert (catalog.dashboards[0].identifier, catalog.as_of) == ("id700", read_at)
    assert not catalog.is_loading
    again = opened(server, path, clock)
    await again.refresh()
    assert server.cursors() == [None]
    assert list(again.dashboards) == server.all
    await catalog.refresh(whole=True)
    assert len(server.cursors()) == LONG / 100
    assert catalog.as_of == clock.time()


async def test_of_a_long_list_that_is_not_fresh_all_is_read(tmp_path: Path) -> None:
    server, path, clock = Server(LONG, page_size=100), tmp_path / "all.list", FakeClock()
    await opened(server, path, clock).refresh()
    clock.now += FRESH_SECONDS
    server.cursors()
    await opened(server, path, clock).refresh()
    assert len(server.cursors()) == LONG / 100


async def test_a_short_list_is_read_whole_however_fresh(tmp_path: Path) -> None:
    server, path, clock = Server(6), tmp_path / "all.list", FakeClock()
    await opened(server, path, clock).refresh()
    server.cursors()
    await opened(server, path, clock).refresh()
    assert server.cursors() == [None, "2", "4"]


async def test_a_canceled_load_continues_after_the_newest_changes() -> None:
    server = Server(10)
    catalog = Catalog(server, None, FakeClock())
    server.wait_at_page = 2
    refresh = asyncio.create_task(catalog.refresh())
    await server.is_waiting.wait()
    server.all[0] = changed(server.all[0])
    refresh.cancel()
    server.wait_at_page = None
    await catalog.refresh(whole=True)
    assert server.cursors() == [None, "2", "4", None, "2", "4", "6", "8"]
    assert server.priorities[3] is Priority.INTERACTIVE
    assert set(catalog.dashboards) == set(server.all)
