"""The screen that searches for the tile that fails an export."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from omni_tui.api.errors.types import NotReached
from omni_tui.downloads.broken_tiles.report import TileReport, TileResult, TileState
from omni_tui.downloads.job.models import JobState, Order
from omni_tui.options.spec import ExportRequest, Format
from omni_tui.tui.downloads.broken_tiles_screen import BrokenTilesScreen
from omni_tui.tui.downloads.list import JobList
from tests.tui.fake_services import FakeServices, document, fake_app
from tests.tui.waiting import screen_text, wait_for, wait_for_text

NAMES = ("Orders by day", "Stock [red]下\x1b[2J", "Shipments")
ALL_WAIT = TileReport(Format.PNG, tuple(TileResult(str(n), name) for n, name in enumerate(NAMES)))
SEARCHING = ALL_WAIT.with_result(0, TileState.GOOD).with_result(1, TileState.CHECKING)
FOUND = SEARCHING.with_result(1, TileState.BROKEN, "Job failed to render.").with_result(2, TileState.GOOD)


def services_with(*reports: TileReport | NotReached, one_tile: bool = False) -> FakeServices:
    services = FakeServices(documents=[document("Blob Web Traffic")])
    values = {"queryIdentifierMapKey": "1"} if one_tile else {}
    request = ExportRequest("dash0001", Format.PDF, values)
    job = services.engine.add(Order(request, "Forecast", Path.home() / "exports"))
    services.engine.fail(job.id, "The server says: Job failed to render.")
    services.engine.tile_reports = list(reports)
    return services


async def opened(pilot: Pilot[object], key: str = "b") -> None:
    """Focus the downloads, and press the search's key."""
    await wait_for_text(pilot, "blobsrus")
    await pilot.press("f3")
    await wait_for(pilot, lambda: isinstance(pilot.app.focused, JobList), "the list to have the keys")
    await pilot.press(key)


async def test_it_names_the_broken_tile_and_exports_the_good_ones() -> None:
    services = services_with(ALL_WAIT, SEARCHING, FOUND)
    async with fake_app(services).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await wait_for_text(pilot, "can't be rendered. Fix or remove it in Omni.")
        text = screen_text(pilot)
        assert "● Orders by day" in text
        assert "✗ Stock [red]下" in text
        assert "broken    Job failed to render." in text
        await wait_for_text(pilot, "x to export the 2 good tiles")
        await pilot.press("x")
        await wait_for_text(pilot, "Started 2 exports. Press F3 to see them.")
        assert [order.file_name for order in services.engine.submitted] == [
            "Forecast - Orders by day.pdf",
            "Forecast - Shipments.pdf",
        ]
        await pilot.press("x")
        await pilot.pause()
        assert len(services.engine.submitted) == 2
        assert "x to export" not in screen_text(pilot)


async def test_closing_it_cancels_the_search() -> None:
    services = services_with(SEARCHING)
    async with fake_app(services).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await wait_for_text(pilot, "Checked 1 of 3 tiles.")
        assert "escape stops the search" in screen_text(pilot)
        assert "export good tiles" not in screen_text(pilot)
        await pilot.press("escape")
        await wait_for(pilot, lambda: services.engine.is_search_canceled, "the search to end")
        assert not isinstance(pilot.app.screen, BrokenTilesScreen)


async def test_the_reason_why_a_search_stops_is_shown() -> None:
    services = services_with(SEARCHING, NotReached("blobsrus can't be reached.", "Check the network."))
    async with fake_app(services).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await wait_for_text(pilot, "blobsrus can't be reached. Check the network.")


async def test_the_details_of_a_failed_dashboard_explain_how_to_find_the_tile() -> None:
    services = services_with(FOUND)
    async with fake_app(services).run_test(size=(80, 24)) as pilot:
        await opened(pilot, "i")
        await wait_for_text(pilot, "b to find it by exporting the tiles one by one")
        await pilot.press("b")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, BrokenTilesScreen), "the search")
        assert services.engine.searched == [services.engine.jobs()[0].order]


async def test_it_is_offered_only_for_dashboards_that_failed_to_render() -> None:
    services = services_with(one_tile=True)
    done = services.engine.add()
    services.engine.move(done.id, JobState.DONE)
    async with fake_app(services).run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await wait_for_text(pilot, "not a dashboard that failed to render")
        assert "find broken tile" not in screen_text(pilot)
        await pilot.press("down", "b")
        await pilot.pause()
        assert services.engine.searched == []
