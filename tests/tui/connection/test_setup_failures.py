"""The setup: every way in which it can fail, and where it saves the input."""

from __future__ import annotations

import asyncio
import socket
import ssl
import tomllib

import pytest
import trustme

from omni_tui.demo import TOKEN
from omni_tui.demo.server import DemoServer
from omni_tui.settings.locations import config_folder
from omni_tui.tui.dashboards.screen import DashboardsScreen
from tests.api.support import RawServer
from tests.settings.support import write_config
from tests.tui.connection.setups import (
    FAILED,
    HTML,
    NOT_FOUND,
    let_no_keyring_answer,
    started,
)
from tests.tui.waiting import wait_for_text


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    let_no_keyring_answer(monkeypatch)


# each failure has its message, under the field that it is about


async def test_an_invalid_address_is_reported_before_anything_is_sent() -> None:
    async with started() as setup:
        await setup.press(*"http://blobsrus.omniapp.co", "enter")
        await setup.is_blamed("address", "would send your API key unencrypted")
        await setup.press("ctrl+u", "enter")
        await setup.is_blamed("address", "Enter an address.")


async def test_a_missing_token_is_reported(server: DemoServer) -> None:
    async with started() as setup:
        await setup.press(*server.url, "enter", "enter")
        await setup.is_blamed("token", "The API key is missing.")


async def test_a_rejected_token_is_reported_and_can_be_replaced(server: DemoServer) -> None:
    async with started() as setup:
        await setup.answer(server.url, "wrong")
        await setup.is_blamed("token", "Omni rejected the API key.")
        await setup.press("ctrl+u")
        assert "✗" not in setup.text
        await setup.paste(TOKEN)
        await setup.press("enter")
        await setup.is_accepted()


async def test_a_token_with_invalid_characters_is_reported() -> None:
    async with started() as setup:
        await setup.answer("blobsrus", "schlüssel")
        await setup.is_blamed("token", "characters that aren't allowed")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (HTML, "Got a web page instead of Omni's API."),
        (NOT_FOUND, "No Omni API at this address."),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "isn't an HTTP server"),
        (None, "was lost"),
    ],
)
async def test_a_server_that_is_not_omni_is_reported(answer: bytes | None, words: str) -> None:
    async with RawServer((answer,)).running() as root, started() as setup:
        await setup.answer(root, TOKEN)
        await setup.is_blamed("address", words)
        assert "guest network" not in setup.text


async def test_a_server_error_is_not_blamed_on_a_field() -> None:
    async with RawServer((FAILED,)).running() as root, started() as setup:
        await setup.answer(root, TOKEN)
        await wait_for_text(setup.pilot, "Omni had an internal error")
        assert "✗" not in setup.field("address").words + setup.field("token").words


async def test_a_closed_port_is_reported() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with started() as setup:
            await setup.answer(f"127.0.0.1:{unused.getsockname()[1]}", TOKEN)
            await setup.is_blamed("address", "Nothing is listening at 127.0.0.1")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (socket.EAI_NONAME, "No server is named blobsrus.omniapp.co"),
        (socket.EAI_AGAIN, "there is no network"),
    ],
)
async def test_an_unknown_host_is_reported(number: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(number, "told by the system")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    async with started() as setup:
        await setup.answer("blobsrus", TOKEN)
        await setup.is_blamed("address", words)


async def test_an_untrusted_certificate_is_reported() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    async with server, started() as setup:
        await setup.answer(f"https://127.0.0.1:{port}", TOKEN)
        await setup.is_blamed("address", "is not trusted")


async def test_changes_after_the_check_are_checked_again(server: DemoServer) -> None:
    async with started() as setup:
        await setup.answer(server.url, TOKEN)
        await setup.is_accepted()
        await setup.press("up", "x")
        assert " · organization key" not in setup.text
        assert not setup.field("profile-name").line.is_on_screen
        await setup.press("enter")
        await setup.is_blamed("token", "Omni rejected the API key.")


# where it is saved


async def test_a_damaged_settings_file_is_reported_and_not_changed(server: DemoServer) -> None:
    async with started() as setup:
        write_config("[profiles.work\n")
        await setup.answer(server.url, TOKEN)
        await setup.is_accepted()
        await setup.press("enter")
        await wait_for_text(setup.pilot, "is damaged")
        assert (config_folder() / "config.toml").read_text() == "[profiles.work\n"


async def test_a_variable_that_overrides_the_profile_is_reported(
    server: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMNI_API_TOKEN", "wrong")
    monkeypatch.setenv("OMNI_BASE_URL", server.url)
    async with started() as setup:
        await setup.is_blamed("token", "Omni rejected the API key.")
        assert setup.field("address").line.value == server.url
        await setup.paste(TOKEN)
        await setup.press("enter")
        await setup.is_accepted()
        assert "OMNI_BASE_URL, OMNI_API_TOKEN are set in your shell" in setup.text
        await setup.goes_on()
        assert setup.app.services is not None


async def test_a_key_that_is_rejected_later_is_replaced_in_its_profile(server: DemoServer) -> None:
    write_config(
        f'# mine\n[profiles.work]\nbase_url = "{server.url}"\napi_token = "old"\ntimeout_seconds = 9\n'
    )
    async with started() as setup:
        await setup.is_blamed("token", "Omni rejected the API key.")
        assert "New API key" in setup.text
        await setup.paste(TOKEN)
        await setup.press("enter")
        await setup.is_accepted()
        assert setup.field("profile-name").line.value == "work"
        assert "Press Enter to save the new key in" in setup.text
        await setup.goes_on()
    text = (config_folder() / "config.toml").read_text()
    assert text.startswith("# mine\n")
    assert tomllib.loads(text)["profiles"]["work"]["api_token"] == TOKEN
    assert tomllib.loads(text)["profiles"]["work"]["timeout_seconds"] == 9


async def test_escape_after_a_rejected_key_returns_to_the_list(server: DemoServer) -> None:
    write_config(f'[profiles.work]\nbase_url = "{server.url}"\napi_token = "old"\n')
    async with started() as setup:
        await setup.press("escape")
        assert isinstance(setup.app.screen, DashboardsScreen)
