"""The setup: from no settings to the dashboards."""

from __future__ import annotations

import asyncio
import stat

import pytest
from textual.widgets._toast import Toast

from omni_tui.demo import PERSONAL_TOKEN, TOKEN
from omni_tui.demo.server import DemoServer
from omni_tui.launch_options import Arguments
from omni_tui.settings.locations import config_folder
from omni_tui.tui.app import OmniTui
from omni_tui.tui.connection.profiles_screen import ProfileList
from omni_tui.tui.connection.setup_fields import TokenInput
from omni_tui.tui.dashboards.screen import DashboardsScreen
from tests.settings.support import write_config, write_vendor_config
from tests.tui.connection.setups import (
    EMPTY_LIST,
    NOT_FOUND,
    config,
    let_no_keyring_answer,
    requests_of,
    started,
)
from tests.tui.waiting import wait_for, wait_for_text


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    let_no_keyring_answer(monkeypatch)


# success


async def test_without_settings_it_asks_without_an_error() -> None:
    async with started() as setup:
        assert setup.focused() == "address"
        assert "✗" not in setup.text
        assert "Demo" in setup.text
        assert not (config_folder() / "config.toml").exists()


@pytest.mark.parametrize(
    ("token", "kind", "key_kind"),
    [(TOKEN, "organization key", "organization"), (PERSONAL_TOKEN, "personal access token", "personal")],
)
async def test_setup_leads_to_the_dashboards_and_is_skipped_the_next_time(
    server: DemoServer, token: str, kind: str, key_kind: str
) -> None:
    async with started() as setup:
        before = requests_of(server)
        await setup.answer(f"{server.url}/dashboards/12db1a0a?f--x=1", token)
        await setup.is_accepted()
        assert requests_of(server) - before == 1
        assert f"● {server.url.removeprefix('http://')} · {kind}" in setup.text
        assert setup.field("profile-name").line.value == "local"
        assert "no keyring is available" in setup.text
        await setup.goes_on()
        await wait_for_text(setup.pilot, "Blob Web Traffic")
        assert setup.app.services is not None
        assert setup.app.services.settings.profile == "local"
        assert token not in setup.text
    assert config() == {
        "profiles": {"local": {"base_url": server.url, "api_token": token, "key_kind": key_kind}}
    }
    assert stat.S_IMODE((config_folder() / "config.toml").stat().st_mode) == 0o600
    app = OmniTui(Arguments())
    async with app.run_test() as pilot:
        await wait_for(pilot, lambda: app.services is not None, "the services")
        assert isinstance(app.screen, DashboardsScreen)
        await app.shut_down(0)


async def test_the_saved_path_is_shown_in_the_bottom_border(server: DemoServer) -> None:
    async with started() as setup:
        await setup.answer(server.url, TOKEN)
        await setup.is_accepted()
        await setup.press("enter")
        await wait_for_text(
            setup.pilot, "Saved as local in ~/.config/omni-tui/config.toml (readable only by you) ─"
        )
        assert not setup.app.screen.query(Toast)


async def test_an_older_server_is_named_after_its_address() -> None:
    answers = iter([NOT_FOUND])

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.read(65536):
            is_list = b"/v1/documents" in head
            ok = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            writer.write(ok % (len(EMPTY_LIST), EMPTY_LIST) if is_list else next(answers))
            await writer.drain()
        writer.close()

    old = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = old.sockets[0].getsockname()[1]
    async with old, started() as setup:
        await setup.answer(f"127.0.0.1:{port}", "some_token")
        await setup.is_accepted()
        assert f"● 127.0.0.1:{port} · API key" in setup.text


async def test_without_a_name_nothing_is_saved(server: DemoServer) -> None:
    async with started() as setup:
        await setup.answer(server.url, TOKEN)
        await setup.is_accepted()
        await setup.press("ctrl+u")
        await wait_for_text(setup.pilot, "Leave blank to continue")
        await setup.goes_on()
        assert not config_folder().exists()


async def test_keys_typed_ahead_go_to_the_right_fields(server: DemoServer) -> None:
    async with started() as setup:
        await setup.pilot.press(*server.url, "enter", *TOKEN, "enter")
        await setup.is_accepted()
        assert setup.field("address").line.value == server.url


async def test_the_configured_theme_applies_before_there_are_credentials() -> None:
    write_config('theme = "omni-light"\n')
    async with started() as setup:
        await wait_for(setup.pilot, lambda: setup.app.theme == "omni-light", "the theme")


# pastes


@pytest.mark.parametrize(
    "pasted",
    [
        "{}\n",
        "\n  {}  \n",
        '"{}"',
        "Bearer {}",
        "export OMNI_API_TOKEN='{}'\n",
        "Authorization: Bearer {}",
    ],
)
async def test_a_paste_is_cleaned(pasted: str) -> None:
    async with started() as setup:
        await setup.press("tab")
        await setup.paste(pasted.format(TOKEN))
        assert setup.screen.token == TOKEN
        assert f"{len(TOKEN)} characters" in setup.text


async def test_a_token_pasted_in_several_lines_is_joined_and_never_shown() -> None:
    token = "omni_osk_" + "x1Y2" * 500
    lines = "\r\n".join(token[start : start + 76] for start in range(0, len(token), 76))
    async with started() as setup:
        await setup.press("tab")
        await setup.paste(lines)
        assert setup.screen.token == token
        assert f"{len(token):,} characters" in setup.text
        assert "x1Y2" not in setup.text
        line = setup.screen.query_one(TokenInput)
        await setup.press("ctrl+shift+a", "ctrl+c")
        await setup.press("ctrl+x")
        assert setup.app.clipboard == ""
        assert token not in repr(line)


async def test_a_token_typed_with_line_breaks_is_checked_as_a_whole(server: DemoServer) -> None:
    """The terminal doesn't distinguish a paste from typing, so each line break is an enter."""
    async with started() as setup:
        await setup.pilot.press(*server.url, "enter", *TOKEN[:9], "enter", *TOKEN[9:], "enter")
        await setup.is_accepted()
        assert setup.screen.token == TOKEN


async def test_an_empty_paste_changes_nothing() -> None:
    async with started() as setup:
        await setup.paste("\n\n")
        await setup.paste("")
        assert setup.field("address").line.value == ""


async def test_the_hint_shows_the_parsed_address() -> None:
    async with started() as setup:
        await setup.press(*"blobsrus")
        await wait_for_text(setup.pilot, "→ https://blobsrus.omniapp.co")


# other ways


async def test_the_demo_is_offered() -> None:
    async with started() as setup:
        await setup.press("tab", "tab", "enter")
        await wait_for(setup.pilot, lambda: setup.app.services is not None, "the demo")
        assert setup.app.services is not None
        assert setup.app.services.instance == "demo"
        assert isinstance(setup.app.screen, DashboardsScreen)


async def test_a_demo_that_is_not_installed_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omni_tui.demo.server.missing_module", lambda: "starlette")
    async with started() as setup:
        await setup.press("tab", "tab", "enter")
        await wait_for_text(setup.pilot, "'omni-tui[demo]'")
        assert setup.focused() == "profile-choices"


async def test_the_vendor_tools_profiles_are_offered(server: DemoServer) -> None:
    write_vendor_config(
        {
            "prod": {"apiEndpoint": "https://blobsrus.omniapp.co", "authMethod": "api-key", "apiKey": "a"},
            "here": {"apiEndpoint": server.url, "authMethod": "api-key", "apiKey": TOKEN},
            "empty": {"apiEndpoint": "https://b.omniapp.co", "authMethod": "api-key"},
        }
    )
    async with started() as setup:
        await wait_for(
            setup.pilot, lambda: len(setup.screen.query_one(ProfileList).rows) == 3, "the profiles"
        )
        assert [row.name for row in setup.screen.query_one(ProfileList).rows] == ["prod", "here", "Demo"]
        assert "production" in setup.text
        await setup.press("down", "down")
        await setup.press("down")
        await setup.goes_on()
        assert setup.app.services is not None
        assert setup.app.services.settings.profile == "here"


async def test_up_and_down_reach_every_field(server: DemoServer) -> None:
    async with started() as setup:
        seen = [setup.focused()]
        for key in ("down", "down", "down", "up", "up", "up"):
            await setup.press(key)
            seen.append(setup.focused())
        assert seen == [
            "address",
            "token",
            "profile-choices",
            "profile-choices",
            "token",
            "address",
            "address",
        ]


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_everything_can_be_reached_at_any_size(server: DemoServer, size: tuple[int, int]) -> None:
    async with started(size=size) as setup:
        await setup.answer(server.url, TOKEN)
        await setup.is_accepted()
        await wait_for_text(setup.pilot, "Save as")
        await setup.press("down")
        await wait_for_text(setup.pilot, "Demo")
