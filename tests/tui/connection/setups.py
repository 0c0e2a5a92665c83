"""The program at its setup screen, and helpers to use it."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

import pytest
from textual import events
from textual.pilot import Pilot

from omni_tui.demo.server import DemoServer
from omni_tui.launch_options import Arguments
from omni_tui.settings.locations import config_folder
from omni_tui.settings.tokens import Keyring
from omni_tui.tui.app import OmniTui
from omni_tui.tui.connection import setup_save
from omni_tui.tui.connection.setup_fields import SetupField
from omni_tui.tui.connection.setup_screen import SetupScreen
from omni_tui.tui.dashboards.screen import DashboardsScreen
from tests.tui.waiting import screen_text, wait_for

PAGE = b"<!DOCTYPE html><html><body>Sign in to the guest network</body></html>"
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
FAILED = b"HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
EMPTY_LIST = b'{"records": [], "pageInfo": {"hasNextPage": false}}'


def let_no_keyring_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no keyring, and that is known at once."""
    monkeypatch.setattr(
        setup_save, "look_for_keyring", lambda: Keyring(False, why_not="no keyring is available")
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

    def field(self, name: str) -> SetupField:
        fields = {each.line.id: each for each in self.screen.query(SetupField)}
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
        """Enter both, and connect."""
        await self.press("ctrl+u", *address, "enter")
        await wait_for(self.pilot, lambda: self.focused() == "token", "the token's turn")
        await self.paste(token)
        await self.press("enter")

    async def is_accepted(self) -> None:
        await wait_for(self.pilot, lambda: self.focused() == "profile-name", "the question where to keep it")

    async def goes_on(self) -> None:
        """Press enter, and wait for the dashboards."""
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
    """Start the program, and wait for the setup."""
    app = OmniTui(arguments or Arguments())
    async with app.run_test(size=size, notifications=True) as pilot:
        await wait_for(pilot, lambda: isinstance(app.screen, SetupScreen), "the setup")
        await wait_for(pilot, lambda: app.screen.focused is not None, "the keys in a field")
        yield Setup(pilot)
        await app.shut_down(0)


def config() -> dict[str, object]:
    return tomllib.loads((config_folder() / "config.toml").read_text())


def requests_of(server: DemoServer) -> int:
    return sum(server.tally.requests.values()) if hasattr(server, "tally") else sum(server.requests.values())
