"""The details beside the list: their content, and when they load it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from omni_tui.api.errors.types import NotFound
from omni_tui.api.models import DashboardFilters, Tile
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.downloads.job.models import JobState, Order
from omni_tui.options.spec import ExportRequest, Format
from omni_tui.tui.dashboard_contents import contents_of
from omni_tui.tui.dashboards import detail as dashboard_detail
from omni_tui.tui.dashboards.detail import DashboardDetail
from tests.tui.fake_services import FakeServices, document
from tests.tui.starts import ALL, BLOBS, CHANNELS, CHURN, Start, started
from tests.tui.waiting import screen_text, wait_for

WIDE = (120, 40)
TILES = (Tile("t1", "Sessions by day", "1"), Tile("t2", "Bounce [rate]", "2"))
GONE = NotFound("There is no such dashboard, or this key may not see it.")


@dataclass
class Rest:
    """A started delay, which ends when the test says so."""

    is_over: Callable[[], Any]
    is_stopped: bool = False

    def stop(self) -> None:
        self.is_stopped = True


class Rests(list[Rest]):
    """All delays; `end` ends the current one."""

    @property
    def standing(self) -> list[Rest]:
        return [rest for rest in self if not rest.is_stopped]

    def end(self) -> None:
        [rest] = self.standing
        rest.stop()
        rest.is_over()


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> Rests:
    made = Rests()

    def set_timer(detail: DashboardDetail, delay: float, callback: Callable[[], Any]) -> Rest:
        assert delay == dashboard_detail.REST_SECONDS
        made.append(Rest(callback))
        return made[-1]

    monkeypatch.setattr(DashboardDetail, "set_timer", set_timer)
    return made


def detail_lines(start: Start) -> list[str]:
    return [line.plain.rstrip() for line in start.screen.query_one(DashboardDetail).lines]


async def test_moving_sends_no_request_and_resting_sends_one(rests: Rests) -> None:
    async with started(size=WIDE) as start:
        start.services.client.tiles_of[CHURN.identifier] = TILES
        await start.press("down", "down")
        assert start.services.client.asked == []
        rests.end()
        await start.shows("2 tiles · 0 filters")
        assert start.services.client.asked == [("tiles", "90ab12cd"), ("filters", "90ab12cd")]
        assert "  Bounce [rate]" in detail_lines(start)
        await start.press("up", "down")  # already known
        assert rests.standing == []
        assert "  Sessions by day" in detail_lines(start)


async def test_typing_restarts_the_delay_for_the_same_dashboard(rests: Rests) -> None:
    async with started(size=WIDE) as start:
        await start.press("slash", "c")
        [before] = rests.standing
        await start.press("h")
        assert start.rows.current == CHURN
        assert before.is_stopped
        assert len(rests.standing) == 1
        rests.end()
        await start.shows("0 tiles · 0 filters")


async def test_it_loads_with_the_lowest_priority(rests: Rests, monkeypatch: pytest.MonkeyPatch) -> None:
    ranks: list[object] = []
    async with started(size=WIDE) as start:

        async def tiles(identifier: str, *, priority: Priority) -> tuple[Tile, ...]:
            ranks.append(priority)
            return ()

        monkeypatch.setattr(start.services.client, "tiles", tiles)
        rests.end()
        await start.shows("0 tiles")
    assert ranks == [Priority.BACKGROUND]


async def test_it_loads_nothing_when_half_of_the_rate_limit_is_used(rests: Rests) -> None:
    services = FakeServices(documents=ALL)
    limiter = services.limiter
    async with started(services=services, size=WIDE) as start:
        for _ in range(limiter.limit // 2 + 1):
            (await limiter.acquire(Priority.INTERACTIVE)).answered()
        rests.end()
        await start.app.workers.wait_for_complete()
        assert services.client.asked == []


async def test_it_loads_nothing_while_hidden(rests: Rests) -> None:
    async with started(size=(80, 24)) as start:
        await start.press("down", "up", "down")
        assert rests.standing == []


async def test_a_late_response_is_not_shown_for_another_dashboard(rests: Rests) -> None:
    async with started(size=WIDE) as start:
        client = start.services.client
        client.tiles_of[BLOBS.identifier] = TILES
        client.may_answer.clear()
        rests.end()
        await wait_for(start.pilot, lambda: client.asked)
        await start.press("down")
        client.may_answer.set()
        await wait_for(start.pilot, lambda: BLOBS.identifier in contents_of(client).filters)
        assert "Sessions by day" not in screen_text(start.pilot)
        await start.press("up")
        await start.shows("Sessions by day")


async def test_a_failed_request_is_shown_and_retried_at_the_next_visit(rests: Rests) -> None:
    async with started(size=WIDE) as start:
        client = start.services.client
        client.tiles_of[BLOBS.identifier] = GONE
        rests.end()
        await start.shows("There is no such dashboard")
        assert len(client.asked) == 1
        client.tiles_of[BLOBS.identifier] = TILES
        await start.press("down", "up")
        rests.end()
        await start.shows("Sessions by day")
        assert "There is no such dashboard" not in screen_text(start.pilot)


async def test_data_from_the_form_replaces_an_earlier_failure(rests: Rests) -> None:
    async with started(size=WIDE) as start:
        client = start.services.client
        client.tiles_of[BLOBS.identifier] = GONE
        rests.end()
        await start.shows("There is no such dashboard")
        contents_of(client).tiles[BLOBS.identifier] = TILES
        contents_of(client).filters[BLOBS.identifier] = DashboardFilters((), {})
        assert "2 tiles · 0 filters" in detail_lines(start)


async def test_a_changed_dashboard_is_updated(rests: Rests) -> None:
    async with started(size=WIDE) as start:
        await start.publish(document("Blobs, renamed", "12db1a0a", labels=("new",)), CHANNELS, CHURN)
        assert detail_lines(start)[0] == "Blobs, renamed"
        assert "Labels   new" in detail_lines(start)


async def test_no_match_leaves_the_detail_empty(rests: Rests) -> None:
    async with started(size=WIDE) as start:
        await start.press("slash", *"zzz")
        await wait_for(start.pilot, lambda: detail_lines(start) == [])


async def test_the_last_export_appears_when_a_job_finishes(rests: Rests) -> None:
    async with started(size=WIDE) as start:
        engine = start.services.engine
        order = Order(ExportRequest(BLOBS.identifier, Format.XLSX), BLOBS.name, Path("exports"))
        job = engine.add(order)
        engine.move(job.id, JobState.STARTING)
        await start.pilot.pause()
        assert "Last export" not in screen_text(start.pilot)
        engine.move(job.id, JobState.DONE, path=Path("exports/Blob [Web] Traffic.xlsx"))
        await start.shows("XLSX  Blob [Web] Traffic.xlsx")
        await start.press("down")
        await wait_for(start.pilot, lambda: "Last export" not in screen_text(start.pilot))
