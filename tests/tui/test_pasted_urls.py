"""A dashboard's URL, pasted into the search or given at the start: its filters and its server."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from textual import events

from omni_tui.api.errors.types import NotFound
from omni_tui.demo import TOKEN
from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from omni_tui.launch_options import Arguments
from omni_tui.tui.app import OmniTui
from omni_tui.tui.connection.profiles_screen import OtherOmniDialog
from omni_tui.tui.dashboards.screen import DashboardsScreen
from omni_tui.tui.export_form.screen import ExportScreen
from tests.settings.support import write_config
from tests.tui.export_form.forms import BLOBS, SALES, Form, services_for, tell_filters
from tests.tui.fake_services import FakeServices
from tests.tui.starts import Start, started
from tests.tui.waiting import wait_for, wait_for_text

CHANNEL = {"type": "string", "kind": "EQUALS", "values": [], "label": "Channel"}
RAW = {"web.channel": CHANNEL, "web.count": {"type": "number", "kind": "GREATER_THAN", "values": ["1"]}}
ORGANIC = quote('{"values":["Organic"]}')
URL = f"https://blobsrus.omniapp.co/dashboards/{BLOBS.identifier}?f--web.channel={ORGANIC}"
ELSEWHERE = f"https://other.omniapp.co/w/{BLOBS.identifier}"


def blobs() -> FakeServices:
    services = services_for(BLOBS, SALES)
    tell_filters(services, RAW, BLOBS)
    return services


async def paste(start: Start, typed: str) -> None:
    """Paste it into the search and press enter."""
    await start.press("slash")
    start.app.post_message(events.Paste(typed))
    await wait_for(start.pilot, lambda: start.search.value == typed)
    await start.press("enter")


async def form_of(start: Start) -> Form:
    """Wait for the form, with the dashboard's filters loaded."""
    await start.opens(BLOBS.identifier)
    assert isinstance(start.app.screen, ExportScreen)
    form = Form(start.pilot, start.services, start.app.screen)
    await start.shows("Channel")
    return form


async def test_the_filters_of_a_pasted_url_stand_in_the_form_as_if_typed() -> None:
    async with started(services=blobs()) as start:
        await paste(start, URL)
        form = await form_of(start)
        await start.shows("Organic")
        assert "• Channel" in form.line("Channel")
        await form.press("f5")
        (body,) = form.bodies
        assert body["filterConfig"] == {**RAW, "web.channel": {**CHANNEL, "values": ["Organic"]}}


async def test_the_url_of_the_command_line_brings_its_filters() -> None:
    services = blobs()
    services.opened_dashboard = URL
    async with started(services=services) as start:
        await form_of(start)
        await start.shows("Organic")


async def test_what_of_a_url_cannot_be_applied_is_named_in_the_form() -> None:
    async with started(services=blobs()) as start:
        await paste(start, f"{URL}&f--gone=%7B%7D&c--group-by=%22x%22")
        form = await form_of(start)
        await start.shows("“gone”")
        assert any("“group-by”" in problem for problem in form.problems)


async def test_nothing_is_exported_until_the_filters_of_the_url_can_be_applied() -> None:
    services = blobs()
    services.client.filters_of[BLOBS.identifier] = NotFound("There are none.")
    async with started(services=services) as start:
        await paste(start, URL)
        await start.opens(BLOBS.identifier)
        await start.shows("Couldn't load the filters")
        await start.press("f5")
        await start.shows("can't be applied until")
        assert start.services.engine.submitted == []
        await start.press("f6", "f5")
        assert len(start.services.engine.submitted) == 1


async def test_a_url_of_another_omni_is_not_opened() -> None:
    async with started(services=blobs()) as start:
        await start.press("slash")
        start.app.post_message(events.Paste(ELSEWHERE))
        await start.shows("This URL belongs to other.omniapp.co, not to blobsrus.")
        await start.press("enter")
        await start.shows("other.omniapp.co. Add a profile with")
        assert start.app.screen is start.screen


async def test_a_url_of_another_omni_at_the_start_is_not_opened() -> None:
    services = blobs()
    services.opened_dashboard = ELSEWHERE
    async with started(services=services) as start:
        await start.shows("other.omniapp.co. Add a profile with")
        assert start.app.screen is start.screen


@pytest.fixture
def servers() -> Iterator[tuple[DemoServer, DemoServer]]:
    with DemoServer() as here, DemoServer() as there:
        yield here, there


async def test_a_profile_with_that_address_is_offered_and_opens_the_url(
    servers: tuple[DemoServer, DemoServer],
) -> None:
    here, there = servers
    write_config(
        f'default_profile = "here"\n[profiles.here]\nbase_url = "{here.url}"\napi_token = "{TOKEN}"\n'
        f'[profiles.there]\nbase_url = "{there.url}"\napi_token = "{TOKEN}"\n'
    )
    url = f"{there.url}/dashboards/{names.FIRST_ID}?f--web_sessions.channel={ORGANIC}"
    app = OmniTui(Arguments())
    async with app.run_test(size=(100, 30)) as pilot:
        await wait_for(pilot, lambda: app.services is not None, "the first Omni")
        await wait_for(pilot, lambda: isinstance(app.screen, DashboardsScreen))
        await pilot.press("slash")
        app.post_message(events.Paste(url))
        await wait_for_text(pilot, "This URL belongs to")
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(app.screen, OtherOmniDialog), "the question")
        await wait_for_text(pilot, "there")
        assert app.screen.styles.align == ("center", "middle")
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(app.screen, ExportScreen), "the form")
        assert app.services is not None
        assert app.services.profile == "there"
        await wait_for_text(pilot, "Organic")
        await app.shut_down(0)
