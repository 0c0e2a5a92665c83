"""Several profiles: listed, distinguished, and switched without quitting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from omni_tui.api.urls import Environment
from omni_tui.demo import PERSONAL_TOKEN, TOKEN
from omni_tui.demo.server import DemoServer
from omni_tui.launch_options import Arguments
from omni_tui.services import Services
from omni_tui.settings.tokens import Keyring
from omni_tui.tui.app import OmniTui
from omni_tui.tui.common.bars.header import TONES
from omni_tui.tui.connection import setup_save
from omni_tui.tui.connection.profiles_screen import ProfileList, ProfilesScreen, SwitchDialog
from omni_tui.tui.connection.setup_screen import SetupScreen
from omni_tui.tui.connection.switching import arguments_for
from omni_tui.tui.dashboards.screen import DashboardsScreen
from tests.settings.support import write_config
from tests.tui.fake_services import FakeServices
from tests.tui.starts import ALL, started
from tests.tui.waiting import screen_lines, screen_text, wait_for, wait_for_text


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_save, "look_for_keyring", lambda: Keyring(False, why_not="none"))


def write_profiles(server: DemoServer) -> None:
    write_config(
        f"""\
default_profile = "work"
[profiles.work]
base_url = "{server.url}"
api_token = "{TOKEN}"
environment = "production"
[profiles.play]
base_url = "{server.url}"
api_token = "{PERSONAL_TOKEN}"
environment = "playground"
"""
    )


@asynccontextmanager
async def running(arguments: Arguments | None = None) -> AsyncIterator[Pilot[int]]:
    """Run the program until its services are open and its list is loaded."""
    app = OmniTui(arguments or Arguments())
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await is_open(pilot)
        yield pilot
        await app.shut_down(0)


def services_of(pilot: Pilot[int]) -> Any:
    return cast(OmniTui, pilot.app).services


async def is_open(pilot: Pilot[int], profile: str | None = None) -> None:
    def is_there() -> bool:
        services = services_of(pilot)
        if services is None or (profile is not None and services.profile != profile):
            return False
        return services.catalog.as_of is not None and not services.catalog.is_loading

    await wait_for(pilot, is_there, f"the list of {profile}")
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, DashboardsScreen), "the dashboards")


async def open_profiles(pilot: Pilot[int], key: str = "f2") -> ProfileList:
    await pilot.press(key)
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, ProfilesScreen), "the profiles")
    return pilot.app.screen.query_one(ProfileList)


async def asked_for(pilot: Pilot[int], field: str) -> None:
    """Wait for the setup with the focus in this field."""
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, SetupScreen), "the setup")
    await wait_for(pilot, lambda: getattr(pilot.app.focused, "id", "") == field, f"the turn of the {field}")


# switching


@pytest.mark.parametrize("key", ["f2", "ctrl+n"])
async def test_f2_lists_the_profiles_and_switches(server: DemoServer, key: str) -> None:
    write_profiles(server)
    async with running() as pilot:
        assert "work · 127.0.0.1" in screen_lines(pilot)[0]
        assert "production" in screen_lines(pilot)[0]
        assert "organization key" in screen_lines(pilot)[0]
        rows = await open_profiles(pilot, key)
        assert [row.name for row in rows.rows] == ["work", "play", "Demo"]
        assert rows.cursor == 0
        before = services_of(pilot)
        await pilot.press("down", "enter")
        await is_open(pilot, "play")
        assert services_of(pilot) is not before
        await wait_for_text(pilot, "personal access token")
        assert "play · 127.0.0.1" in screen_lines(pilot)[0]
        assert "playground" in screen_lines(pilot)[0]


async def test_profiles_are_in_the_palette(server: DemoServer) -> None:
    write_profiles(server)
    async with running() as pilot:
        app = cast(OmniTui, pilot.app)
        [command] = [each for each in app.get_system_commands(app.screen) if "F2" in each.help]
        assert command.title == "Switch or add a profile"


async def test_a_chosen_profile_overrides_the_environment(
    server: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_profiles(server)
    monkeypatch.setenv("OMNI_API_TOKEN", TOKEN)
    monkeypatch.setenv("OMNI_TUI_KEY_KIND", "organization")
    async with running() as pilot:
        await open_profiles(pilot)
        await pilot.press("down", "enter")
        await is_open(pilot, "play")
        await wait_for_text(pilot, "personal access token")


async def test_switch_to_the_demo_and_back(server: DemoServer) -> None:
    write_profiles(server)
    async with running() as pilot:
        await open_profiles(pilot)
        await pilot.press("end", "enter")
        await wait_for(
            pilot, lambda: services_of(pilot) and services_of(pilot).instance == "demo", "the demo"
        )
        await is_open(pilot, "")
        rows = await open_profiles(pilot)
        assert rows.current is not None
        assert rows.current.name == "Demo"
        await pilot.press("home", "enter")
        await is_open(pilot, "work")


async def test_choosing_the_current_profile_does_nothing(server: DemoServer) -> None:
    write_profiles(server)
    async with running() as pilot:
        before = services_of(pilot)
        rows = await open_profiles(pilot)
        assert rows.here == rows.current
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, DashboardsScreen))
        assert services_of(pilot) is before
        await open_profiles(pilot)
        await pilot.press("escape")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, DashboardsScreen))
        assert services_of(pilot) is before


async def test_another_profile_is_set_up_and_the_default_stays(server: DemoServer) -> None:
    write_config(f'[profiles.work]\nbase_url = "{server.url}"\napi_token = "{TOKEN}"\n')
    async with running() as pilot:
        await open_profiles(pilot)
        await pilot.press("n")
        await asked_for(pilot, "address")
        await pilot.press(*server.url, "enter", *PERSONAL_TOKEN, "enter")
        await wait_for_text(pilot, "· personal access token")
        await pilot.press("ctrl+u", *"mine", "enter")
        await is_open(pilot, "mine")
    async with running() as pilot:
        assert services_of(pilot).profile == "work"


async def test_a_profile_gets_a_new_key_and_reconnects(server: DemoServer) -> None:
    write_profiles(server)
    async with running() as pilot:
        await open_profiles(pilot)
        await pilot.press("k")
        await asked_for(pilot, "token")
        await pilot.press(*PERSONAL_TOKEN, "enter")
        await wait_for_text(pilot, "Press Enter to save the new key in")
        await pilot.press("enter")
        await is_open(pilot, "work")
        await wait_for_text(pilot, "work · 127.0.0.1")
        await wait_for(pilot, lambda: services_of(pilot).client.key_kind.value == "personal access token")


async def test_slow_closing_does_not_delay_switching(
    server: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(f'[profiles.work]\nbase_url = "{server.url}"\napi_token = "{TOKEN}"\n')
    aclose = Services.aclose

    async def close_slowly(services: Services) -> None:
        screens = cast(OmniTui, pilot.app).screen_stack
        await wait_for(pilot, lambda: len(screens) == 1)
        await asyncio.sleep(0.2)
        await aclose(services)

    async with running() as pilot:
        await open_profiles(pilot)
        await pilot.press("n")
        await asked_for(pilot, "address")
        await pilot.press(*server.url, "enter", *PERSONAL_TOKEN, "enter")
        await wait_for_text(pilot, "· personal access token")
        monkeypatch.setattr(Services, "aclose", close_slowly)
        await pilot.press("ctrl+u", *"mine", "enter")
        await is_open(pilot, "mine")
        monkeypatch.setattr(Services, "aclose", aclose)


async def test_the_demo_cannot_get_a_new_key(server: DemoServer) -> None:
    write_profiles(server)
    async with running() as pilot:
        await open_profiles(pilot)
        await pilot.press("end", "k")
        await wait_for_text(pilot, "You can only change the keys of profiles")


async def test_a_dashboard_argument_is_not_opened_in_another_profile(server: DemoServer) -> None:
    assert arguments_for(Arguments(dashboard="12db1a0a"), profile="play").dashboard is None


# while exports run


async def asked_to_switch(start: Any, *, is_lasting: bool) -> None:
    """Start two exports, and switch to the demo."""
    start.services.engine.is_lasting = is_lasting
    start.services.engine.add()
    start.services.engine.add()
    await start.press("f2")
    await wait_for(start.pilot, lambda: isinstance(start.app.screen, ProfilesScreen))
    await start.press("end", "enter")
    await wait_for(start.pilot, lambda: isinstance(start.app.screen, SwitchDialog))


@pytest.mark.parametrize(
    ("is_lasting", "words"),
    [(True, "They'll pause and resume when"), (False, "Switching cancels them.")],
)
async def test_switching_asks_while_exports_run(is_lasting: bool, words: str) -> None:
    async with started() as start:
        await asked_to_switch(start, is_lasting=is_lasting)
        await start.shows("2 exports are still running.")
        await start.shows(words)
        await start.press("escape")
        await wait_for(start.pilot, lambda: start.app.screen is start.screen)
        assert not start.services.is_closed
        await asked_to_switch(start, is_lasting=is_lasting)
        other = FakeServices(documents=ALL[:1])
        start.app._fake_services = other
        await start.press("enter")
        await wait_for(start.pilot, lambda: start.app.services is cast(Any, other))
        assert start.services.is_closed
        assert start.app.arguments.demo
        assert start.names == ["Blob Web Traffic"]


async def test_one_servers_list_is_not_shown_for_another() -> None:
    async with started() as start:
        start.app._fake_services = None
        await start.app.reopen_services(arguments_for(start.app.arguments, profile="other"))
        await wait_for(start.pilot, lambda: not start.rows.rows)
        assert "Churn" not in screen_text(start.pilot)


# distinguished


@pytest.mark.parametrize(
    ("environment", "word"),
    [(Environment.PRODUCTION, "production"), (Environment.PLAYGROUND, "playground"), (Environment.LOCAL, "")],
)
@pytest.mark.parametrize("width", [60, 80, 120])
async def test_the_header_shows_the_connection_at_any_width(
    environment: Environment, word: str, width: int
) -> None:
    services = FakeServices(documents=ALL, environment=environment)
    services.settings.profile = "work"
    async with started(services=services, size=(width, 24)) as start:
        line = screen_lines(start.pilot)[0]
        assert word in line
        assert ("production" in line, "playground" in line) == (word == "production", word == "playground")
        assert "work" in line


def test_no_two_environments_have_the_same_color() -> None:
    assert len(set(TONES.values())) == len(TONES) == 2


async def test_a_profile_named_like_its_server_is_shown_once() -> None:
    services = FakeServices(
        documents=ALL, instance="blobsrus (playground)", environment=Environment.PLAYGROUND
    )
    services.settings.profile = "blobsrus"
    async with started(services=services) as start:
        assert screen_lines(start.pilot)[0].split()[:3] == ["omni-tui", "blobsrus", "playground"]
