"""The first screen while the list loads, if it fails to load, and with hostile names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from omni_tui.api.errors.types import NotReached, Unauthorized
from omni_tui.catalog.disk_cache import StartupSnapshot
from omni_tui.catalog.list_view import Listing
from omni_tui.formatting import plain_line
from omni_tui.tui.connection.setup_screen import SetupScreen
from tests.tui.fake_engine import START
from tests.tui.fake_services import FakeApp, FakeServices, document
from tests.tui.starts import ALL, CHANNELS, Start, started
from tests.tui.waiting import screen_text, wait_for

NOW = datetime.fromtimestamp(START, UTC)
SILENT = NotReached("blobsrus.omniapp.co does not answer.", "Check the network.")

# pages and failures


async def test_pages_keep_the_cursor_on_its_row() -> None:
    async with started() as start:
        await start.press("down")
        newest = [document(f"New {number}") for number in range(30)]
        await start.publish(*newest[:10], *ALL)
        assert start.rows.current == CHANNELS
        await start.publish(*newest, *ALL)
        assert start.rows.current == CHANNELS
        assert start.rows.cursor == 31
        await start.shows("Web Traffic by Channel")


async def test_new_pages_update_the_current_search() -> None:
    async with started() as start:
        await start.press("slash", *"churn")
        await start.publish(*ALL, document("Churn by Month"))
        assert start.note == "2 of 4"
        assert start.names == ["Churn Cohorts", "Churn by Month"]


async def test_a_failed_reload_keeps_the_list_and_is_reported() -> None:
    async with started() as start:
        start.services.catalog.failure = SILENT
        await start.press("r")
        await start.shows("reload failed")
        assert (start.note, len(start.names)) == ("3 · reload failed", 3)
        assert start.app.screen is start.screen


async def test_a_failure_without_a_list_is_shown_and_r_retries() -> None:
    services = FakeServices(documents=())
    services.catalog.failure = SILENT
    async with started(services=services) as start:
        await start.shows("blobsrus.omniapp.co does not answer.")
        assert "Check the network." in screen_text(start.pilot)
        assert "r retries" in screen_text(start.pilot)
        services.catalog.failure, services.catalog.dashboards = None, Listing.of(ALL)
        await start.press("r")
        await start.shows("Churn Cohorts")
        assert start.search.value == ""
        await start.press("space")
        assert list(start.rows.selection) == ["12db1a0a"]


async def test_a_late_list_gets_the_focus_at_once() -> None:
    async with started(services=FakeServices(documents=())) as start:
        await start.publish(*ALL)
        await start.press("space")
        assert list(start.rows.selection) == ["12db1a0a"]


async def test_an_empty_list_has_the_focus() -> None:
    async with started(services=FakeServices(documents=())) as start:
        await start.shows("This API key can't see any dashboards.")
        assert "Folder" not in screen_text(start.pilot)
        await start.press("r", "s")
        assert start.services.catalog.refreshed_count == 2
        assert start.search.value == ""
        await start.publish(*ALL)
        await start.shows("Folder")
        assert start.focused is start.rows


async def test_a_list_that_becomes_empty_keeps_the_focus() -> None:
    async with started() as start:
        await start.publish()
        await start.shows("This API key can't see any dashboards.")
        await start.press("f", "r")
        assert start.search.value == ""
        await start.publish(*ALL)
        await start.press("space")
        assert list(start.rows.selection) == ["12db1a0a"]


async def test_a_rejected_token_opens_the_setup_and_f8_retries() -> None:
    refused = FakeServices(documents=())
    refused.catalog.failure = Unauthorized("Omni rejected the API key.", "Check OMNI_API_TOKEN.")
    async with started(services=refused) as start:
        await wait_for(start.pilot, lambda: isinstance(start.app.screen, SetupScreen))
        await start.shows("Omni rejected the API key.")
        mended = FakeServices(documents=ALL)
        start.app._fake_services = mended
        await start.press("f8")
        await start.shows("Churn Cohorts")
        assert refused.is_closed
        assert not refused.catalog.subscribers
        assert start.app.services is cast(Any, mended)
        assert start.app.screen is start.screen


async def test_a_lasting_error_is_shown_again() -> None:
    refused = FakeServices(documents=())
    refused.catalog.failure = Unauthorized("Omni rejected the API key.")
    async with started(services=refused) as start:
        for attempts in (1, 2, 3):
            await wait_for(start.pilot, lambda: isinstance(start.app.screen, SetupScreen))
            assert refused.catalog.refreshed_count == attempts
            assert len(start.app.screen_stack) == 2
            await start.press("f8")


# before the services are open


class SlowApp(FakeApp):
    """Its services open when the test says so; until then there is a startup snapshot."""

    def __init__(self, services: FakeServices) -> None:
        super().__init__(services)
        self.may_open = asyncio.Event()

    def _start(self) -> None:
        self.startup_snapshot = StartupSnapshot(ALL, 3)
        self.run_worker(self._open_services(), exit_on_error=False)

    async def _open_services(self) -> None:
        await self.may_open.wait()
        await super()._open_services()


@asynccontextmanager
async def starting() -> AsyncIterator[tuple[Start, SlowApp]]:
    services = FakeServices(documents=ALL)
    app = SlowApp(services)
    async with app.run_test(size=(120, 40)) as pilot:
        start = Start(cast(Any, pilot), services)
        await start.shows("Churn Cohorts")
        yield start, app


async def test_the_cached_list_is_shown_while_the_services_open() -> None:
    async with starting() as (start, app):
        assert start.note == "3 · opening"
        assert "Blobby" in screen_text(start.pilot)
        await start.press("down", "space", "slash", *"web")
        assert start.note == "3 · opening"
        assert len(start.names) == 2
        app.may_open.set()
        await wait_for(start.pilot, lambda: app.services is not None)
        assert start.search.value == "web"
        assert start.note == "1 selected · 2 of 3"


async def test_enter_opens_the_form_once_the_services_are_open() -> None:
    async with starting() as (start, app):
        await start.press("down", "enter")
        assert app.screen is start.screen
        app.may_open.set()
        await start.opens("77aa01c2")
        await start.press("escape")
        await wait_for(start.pilot, lambda: app.screen is start.screen)
        assert start.opened == []


async def test_browsing_before_the_list_is_loaded_shows_a_message() -> None:
    async with starting() as (start, app):
        await start.press("b")
        await start.shows("Still loading the dashboards")
        assert app.screen is start.screen


# text from the server

HOSTILE = [
    "Refunds [EMEA] Q3",
    "[red]Bold[/red] [/]",
    "[@click=app.quit]press[/]",
    "esc \x1b[31mred\x1b]0;title\x07 end",
    "\u202eelbat \u2066hidden\u2069",
    "back\\[slash\\",
    "two\nlines\tand tabs",
]


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_text_is_plain_text_in_list_and_detail(name: str) -> None:
    fields: dict[str, Any] = {
        "folder": name,
        "owner": name,
        "labels": (name,),
        "updated_at": NOW - timedelta(hours=2),
    }
    services = FakeServices(documents=[document(name, "12db1a0a", **fields)])
    async with started(services=services, size=(200, 40)) as start:
        shown = screen_text(start.pilot)
        assert shown.count(plain_line(name)) >= 3  # in the list, as the detail's title, among its lines
        assert not set(shown) & set("\x1b\x07\u202e\u2066\u2069\t")
