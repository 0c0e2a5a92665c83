"""The first five minutes: from nothing set to the dashboards, and every way in which it can go wrong."""

from __future__ import annotations

import asyncio
import socket
import ssl
import stat
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

import pytest
import trustme
from textual import events
from textual.pilot import Pilot

from omni_tui.arguments import Arguments
from omni_tui.demo import PERSONAL_TOKEN, TOKEN
from omni_tui.demo.server import DemoServer
from omni_tui.settings.locations import config_folder
from omni_tui.settings.tokens import Keyring
from omni_tui.tui import setup_keeping
from omni_tui.tui.app import OmniTui
from omni_tui.tui.screens.dashboards import DashboardsScreen
from omni_tui.tui.screens.setup import SetupScreen
from omni_tui.tui.widgets.asked_field import AskedField
from omni_tui.tui.widgets.pasted_line import TokenLine
from omni_tui.tui.widgets.ways_list import WaysList
from tests.api.support import RawServer
from tests.settings.support import write_config, write_vendor_config
from tests.tui.waiting import screen_text, wait_for, wait_for_text

PAGE = b"<!DOCTYPE html><html><body>Sign in to the guest network</body></html>"
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
FAILED = b"HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
EMPTY_LIST = b'{"records": [], "pageInfo": {"hasNextPage": false}}'


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(limit=10_000) as server:
        yield server


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """None answers, and that is known at once."""
    monkeypatch.setattr(
        setup_keeping, "look_for_keyring", lambda: Keyring(False, why_not="no keyring answers here")
    )


@dataclass
class Setup:
    """The running program at its setup."""

    pilot: Pilot[int]

    @property
    def app(self) -> OmniTui:
        return cast(OmniTui, self.pilot.app)

    @property
    def screen(self) -> SetupScreen:
        assert isinstance(self.app.screen, SetupScreen)
        return self.app.screen

    @property
    def text(self) -> str:
        return screen_text(self.pilot)

    def field(self, name: str) -> AskedField:
        fields = {each.line.id: each for each in self.screen.query(AskedField)}
        return fields[name]

    def focused(self) -> str | None:
        return self.screen.focused.id if self.screen.focused is not None else None

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()

    async def answer(self, address: str, token: str) -> None:
        """Give both, and ask."""
        await self.press("ctrl+u", *address, "enter")
        await wait_for(self.pilot, lambda: self.focused() == "token", "the token's turn")
        await self.paste(token)
        await self.press("enter")

    async def is_accepted(self) -> None:
        await wait_for(self.pilot, lambda: self.focused() == "profile-name", "the question where to keep it")

    async def goes_on(self) -> None:
        """Enter, and the dashboards are there."""
        await self.press("enter")
        await wait_for(self.pilot, lambda: isinstance(self.app.screen, DashboardsScreen), "the dashboards")
        await wait_for(self.pilot, lambda: self.app.services is not None, "the services")
        catalog = self.app.services.catalog  # type: ignore[union-attr]
        await wait_for(self.pilot, lambda: catalog.as_of is not None and not catalog.is_loading, "the list")

    async def is_blamed(self, field: str, words: str) -> None:
        await wait_for(self.pilot, lambda: words in self.field(field).words, f"{words!r} under {field}")
        other = {"address": "token", "token": "address"}[field]
        assert "✗" not in self.field(other).words
        assert self.focused() == field


@asynccontextmanager
async def started(
    arguments: Arguments | None = None, *, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Setup]:
    """The program, until it asks."""
    app = OmniTui(arguments or Arguments())
    async with app.run_test(size=size, notifications=True) as pilot:
        await wait_for(pilot, lambda: isinstance(app.screen, SetupScreen), "the setup")
        yield Setup(pilot)
        await app.leave(0)


def config() -> dict[str, object]:
    return tomllib.loads((config_folder() / "config.toml").read_text())


def requests_of(server: DemoServer) -> int:
    return sum(server.tally.requests.values()) if hasattr(server, "tally") else sum(server.requests.values())


# all goes well


async def test_with_nothing_set_it_asks_and_blames_nobody() -> None:
    async with started() as setup:
        assert setup.focused() == "address"
        assert "✗" not in setup.text
        assert "the demo" in setup.text
        assert not (config_folder() / "config.toml").exists()


@pytest.mark.parametrize(
    ("token", "kind", "key_kind"),
    [(TOKEN, "organization key", "organization"), (PERSONAL_TOKEN, "personal token", "personal")],
)
async def test_from_nothing_to_the_dashboards_and_there_at_once_the_next_time(
    server: DemoServer, token: str, kind: str, key_kind: str
) -> None:
    async with started() as setup:
        before = requests_of(server)
        await setup.answer(f"{server.url}/dashboards/12db1a0a?f--x=1", token)
        await setup.is_accepted()
        assert requests_of(server) - before == 1
        assert f"● Blobs R Us · {kind}" in setup.text
        assert setup.field("profile-name").line.value == "local"
        assert "no keyring answers here" in setup.text
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
        await app.leave(0)


async def test_an_older_server_says_less_and_is_called_by_its_address() -> None:
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
        assert f"● 127.0.0.1:{port} · key" in setup.text


async def test_without_a_name_nothing_is_kept(server: DemoServer) -> None:
    async with started() as setup:
        await setup.answer(server.url, TOKEN)
        await setup.is_accepted()
        await setup.press("ctrl+u")
        await wait_for_text(setup.pilot, "Without a name nothing is kept")
        await setup.goes_on()
        assert not config_folder().exists()


async def test_keys_that_come_all_at_once_go_where_they_are_meant_to(server: DemoServer) -> None:
    async with started() as setup:
        await setup.pilot.press(*server.url, "enter", *TOKEN, "enter")
        await setup.is_accepted()
        assert setup.field("address").line.value == server.url


async def test_the_colours_of_the_settings_are_there_before_any_credentials() -> None:
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
async def test_what_a_paste_brings_along_is_left_out(pasted: str) -> None:
    async with started() as setup:
        await setup.press("tab")
        await setup.paste(pasted.format(TOKEN))
        assert setup.screen.token == TOKEN
        assert f"{len(TOKEN)} characters" in setup.text


async def test_a_long_token_in_several_lines_is_one_and_is_never_shown() -> None:
    token = "omni_osk_" + "x1Y2" * 500
    lines = "\r\n".join(token[start : start + 76] for start in range(0, len(token), 76))
    async with started() as setup:
        await setup.press("tab")
        await setup.paste(lines)
        assert setup.screen.token == token
        assert f"{len(token):,} characters" in setup.text
        assert "x1Y2" not in setup.text
        line = setup.screen.query_one(TokenLine)
        await setup.press("ctrl+shift+a", "ctrl+c")
        await setup.press("ctrl+x")
        assert setup.app.clipboard == ""
        assert token not in repr(line)


async def test_a_token_that_comes_with_line_breaks_as_typed_is_checked_as_a_whole(server: DemoServer) -> None:
    """As from a terminal that does not tell a paste from typing: each line break is an enter."""
    async with started() as setup:
        await setup.pilot.press(*server.url, "enter", *TOKEN[:9], "enter", *TOKEN[9:], "enter")
        await setup.is_accepted()
        assert setup.screen.token == TOKEN


async def test_an_empty_paste_is_nothing() -> None:
    async with started() as setup:
        await setup.paste("\n\n")
        await setup.paste("")
        assert setup.field("address").line.value == ""


async def test_an_address_says_what_it_is_taken_for() -> None:
    async with started() as setup:
        await setup.press(*"blobsrus")
        await wait_for_text(setup.pilot, "→ https://blobsrus.omniapp.co")


# each failure has its sentence, under the field that it is about


async def test_an_address_that_is_none_is_told_before_anything_is_sent() -> None:
    async with started() as setup:
        await setup.press(*"http://blobsrus.omniapp.co", "enter")
        await setup.is_blamed("address", "would send your token unencrypted")
        await setup.press("ctrl+u", "enter")
        await setup.is_blamed("address", "There is no address.")


async def test_a_token_that_was_forgotten_is_told(server: DemoServer) -> None:
    async with started() as setup:
        await setup.press(*server.url, "enter", "enter")
        await setup.is_blamed("token", "There is no token.")


async def test_a_wrong_token_is_told_and_another_one_is_taken(server: DemoServer) -> None:
    async with started() as setup:
        await setup.answer(server.url, "wrong")
        await setup.is_blamed("token", "Omni did not accept the token.")
        await setup.press("ctrl+u")
        assert "✗" not in setup.text
        await setup.paste(TOKEN)
        await setup.press("enter")
        await setup.is_accepted()


async def test_a_token_that_no_header_could_carry_is_told() -> None:
    async with started() as setup:
        await setup.answer("blobsrus", "schlüssel")
        await setup.is_blamed("token", "characters in it that no key of Omni's has")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (HTML, "What answered is not Omni: a web page."),
        (NOT_FOUND, "There is no Omni API at this address."),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "does not speak HTTP"),
        (None, "broke off"),
    ],
)
async def test_a_server_that_is_no_omni_is_told(answer: bytes | None, words: str) -> None:
    async with RawServer((answer,)).running() as root, started() as setup:
        await setup.answer(root, TOKEN)
        await setup.is_blamed("address", words)
        assert "guest network" not in setup.text


async def test_a_server_that_fails_blames_neither() -> None:
    async with RawServer((FAILED,)).running() as root, started() as setup:
        await setup.answer(root, TOKEN)
        await wait_for_text(setup.pilot, "Something went wrong inside Omni")
        assert "✗" not in setup.field("address").words + setup.field("token").words


async def test_a_port_where_nobody_listens_is_told() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with started() as setup:
            await setup.answer(f"127.0.0.1:{unused.getsockname()[1]}", TOKEN)
            await setup.is_blamed("address", "Nothing answers at 127.0.0.1")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (socket.EAI_NONAME, "There is no server called blobsrus.omniapp.co"),
        (socket.EAI_AGAIN, "there is no network"),
    ],
)
async def test_a_name_that_nobody_knows_is_told(
    number: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(number, "told by the system")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    async with started() as setup:
        await setup.answer("blobsrus", TOKEN)
        await setup.is_blamed("address", words)


async def test_a_certificate_that_nobody_vouches_for_is_told() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    async with server, started() as setup:
        await setup.answer(f"https://127.0.0.1:{port}", TOKEN)
        await setup.is_blamed("address", "is not trusted")


async def test_what_is_typed_after_the_check_has_to_be_checked_again(server: DemoServer) -> None:
    async with started() as setup:
        await setup.answer(server.url, TOKEN)
        await setup.is_accepted()
        await setup.press("up", "x")
        assert "Blobs R Us" not in setup.text
        assert not setup.field("profile-name").line.is_on_screen
        await setup.press("enter")
        await setup.is_blamed("token", "Omni did not accept the token.")


# where it is kept


async def test_a_damaged_file_is_told_and_left_alone(server: DemoServer) -> None:
    async with started() as setup:
        write_config("[profiles.work\n")
        await setup.answer(server.url, TOKEN)
        await setup.is_accepted()
        await setup.press("enter")
        await wait_for_text(setup.pilot, "is damaged")
        assert (config_folder() / "config.toml").read_text() == "[profiles.work\n"


async def test_a_variable_of_the_shell_that_will_win_is_told(
    server: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMNI_API_TOKEN", "wrong")
    monkeypatch.setenv("OMNI_BASE_URL", server.url)
    async with started() as setup:
        await setup.is_blamed("token", "Omni did not accept the token.")
        assert setup.field("address").line.value == server.url
        await setup.paste(TOKEN)
        await setup.press("enter")
        await setup.is_accepted()
        assert "OMNI_BASE_URL, OMNI_API_TOKEN are set in your shell" in setup.text
        await setup.goes_on()
        assert setup.app.services is not None


async def test_a_key_that_is_refused_later_gets_a_new_one_in_its_profile(server: DemoServer) -> None:
    write_config(
        f'# mine\n[profiles.work]\nbase_url = "{server.url}"\napi_token = "old"\ntimeout_seconds = 9\n'
    )
    async with started() as setup:
        await setup.is_blamed("token", "Omni did not accept the token.")
        assert "A new key" in setup.text
        await setup.paste(TOKEN)
        await setup.press("enter")
        await setup.is_accepted()
        assert setup.field("profile-name").line.value == "work"
        assert "puts the new key into" in setup.text
        await setup.goes_on()
    text = (config_folder() / "config.toml").read_text()
    assert text.startswith("# mine\n")
    assert tomllib.loads(text)["profiles"]["work"]["api_token"] == TOKEN
    assert tomllib.loads(text)["profiles"]["work"]["timeout_seconds"] == 9


async def test_escape_leaves_the_list_as_it_was_when_a_key_was_refused(server: DemoServer) -> None:
    write_config(f'[profiles.work]\nbase_url = "{server.url}"\napi_token = "old"\n')
    async with started() as setup:
        await setup.press("escape")
        assert isinstance(setup.app.screen, DashboardsScreen)


# other ways


async def test_the_demo_is_offered() -> None:
    async with started() as setup:
        await setup.press("tab", "tab", "enter")
        await wait_for(setup.pilot, lambda: setup.app.services is not None, "the demo")
        assert setup.app.services is not None
        assert setup.app.services.place == "demo"
        assert isinstance(setup.app.screen, DashboardsScreen)


async def test_a_demo_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omni_tui.demo.server.missing_module", lambda: "starlette")
    async with started() as setup:
        await setup.press("tab", "tab", "enter")
        await wait_for_text(setup.pilot, "'omni-tui[demo]'")
        assert setup.focused() == "ways"


async def test_the_vendor_tools_profiles_are_offered(server: DemoServer) -> None:
    write_vendor_config(
        {
            "prod": {"apiEndpoint": "https://blobsrus.omniapp.co", "authMethod": "api-key", "apiKey": "a"},
            "here": {"apiEndpoint": server.url, "authMethod": "api-key", "apiKey": TOKEN},
            "empty": {"apiEndpoint": "https://b.omniapp.co", "authMethod": "api-key"},
        }
    )
    async with started() as setup:
        await wait_for(setup.pilot, lambda: len(setup.screen.query_one(WaysList).rows) == 3, "the profiles")
        assert [row.name for row in setup.screen.query_one(WaysList).rows] == ["prod", "here", "the demo"]
        assert "production" in setup.text
        await setup.press("down", "down")
        await setup.press("down")
        await setup.goes_on()
        assert setup.app.services is not None
        assert setup.app.services.settings.profile == "here"


async def test_up_and_down_go_through_all_of_it(server: DemoServer) -> None:
    async with started() as setup:
        seen = [setup.focused()]
        for key in ("down", "down", "down", "up", "up", "up"):
            await setup.press(key)
            seen.append(setup.focused())
        assert seen == ["address", "token", "ways", "ways", "token", "address", "address"]


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_all_of_it_can_be_reached_at_any_size(server: DemoServer, size: tuple[int, int]) -> None:
    async with started(size=size) as setup:
        await setup.answer(server.url, TOKEN)
        await setup.is_accepted()
        await wait_for_text(setup.pilot, "Save as")
        await setup.press("down")
        await wait_for_text(setup.pilot, "the demo")
