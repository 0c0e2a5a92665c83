"""Snapshots of the setup, state by state, in a large and a small window."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import pytest
from textual.pilot import Pilot

from omni_tui import connection_check
from omni_tui.api.errors.types import NotOmni, Unauthorized
from omni_tui.api.models import Identity, KeyKind
from omni_tui.api.urls import Environment
from omni_tui.connection_check import CheckedConnection
from omni_tui.settings.errors import MissingCredentials
from omni_tui.settings.tokens import Keyring
from omni_tui.tui.connection import setup_save
from omni_tui.tui.connection import setup_screen as module
from omni_tui.tui.connection.known_profiles import DEMO, KnownProfiles, Profile
from omni_tui.tui.connection.profiles_screen import ProfilesScreen, SwitchDialog
from omni_tui.tui.connection.setup_screen import SetupScreen
from tests.tui.fake_services import FakeServices, fake_app
from tests.tui.starts import ALL
from tests.tui.waiting import wait_for, wait_for_text

Compare: TypeAlias = Callable[..., bool]
Step: TypeAlias = Callable[[Pilot[Any]], Awaitable[None]]

SIZES = [(60, 16), (80, 24)]
ROOT = "https://blobsrus.omniapp.co/api"
PROFILES = (
    Profile("work", ROOT),
    Profile("tests", "https://blobsrus.playground.exploreomni.dev/api"),
    Profile("prod [red]", ROOT, is_vendors=True),
)


@pytest.fixture(autouse=True)
def what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    around = KnownProfiles(profiles=PROFILES[2:])
    monkeypatch.setattr(module, "read_known_profiles", lambda _: around)
    keyring = Keyring(True, "SecretService")
    monkeypatch.setattr(setup_save, "look_for_keyring", lambda: keyring)


def answer_with(outcome: CheckedConnection | Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    async def check(*_: object, **__: object) -> CheckedConnection:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(connection_check, "check", check)


async def asking(pilot: Pilot[Any]) -> None:
    await pilot.app.push_screen(SetupScreen(MissingCredentials("The address of your Omni is not set.")))
    await wait_for_text(pilot, "prod [red]")


async def answered(pilot: Pilot[Any]) -> None:
    await asking(pilot)
    await pilot.press(*"blobsrus", "enter", *"omni_osk_planted_SECRET", "enter")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", ["asking", "not_omni", "refused", "accepted"])
def test_setup_looks(
    state: str, size: tuple[int, int], snap_compare: Compare, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: dict[str, CheckedConnection | Exception] = {
        "not_omni": NotOmni("Got a web page instead of Omni's API."),
        "refused": Unauthorized("Omni rejected the API key."),
        "accepted": CheckedConnection(ROOT, Identity(KeyKind.PERSONAL, "member"), Environment.PRODUCTION),
    }
    words = {"not_omni": "a web page", "refused": "rejected the API key", "accepted": "Store in"}

    async def come_to_rest(pilot: Pilot[Any]) -> None:
        if state == "asking":
            await asking(pilot)
            return
        answer_with(outcomes[state], monkeypatch)
        await answered(pilot)
        await wait_for_text(pilot, words[state])

    assert snap_compare(fake_app(None), terminal_size=size, run_before=come_to_rest)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_profiles_look(size: tuple[int, int], snap_compare: Compare) -> None:
    async def listed(pilot: Pilot[Any]) -> None:
        await wait_for(pilot, lambda: pilot.app.services is not None)  # type: ignore[attr-defined]
        await pilot.app.push_screen(ProfilesScreen([*PROFILES, DEMO], PROFILES[1]))
        await wait_for_text(pilot, "sample dashboards")

    services = FakeServices(ALL, environment=Environment.PLAYGROUND)
    services.settings.profile = "tests"
    assert snap_compare(fake_app(services), terminal_size=size, run_before=listed)


def test_the_question_looks(snap_compare: Compare) -> None:
    async def asked(pilot: Pilot[Any]) -> None:
        await wait_for(pilot, lambda: pilot.app.services is not None)  # type: ignore[attr-defined]
        await pilot.app.push_screen(SwitchDialog(2, is_lasting=True))
        await wait_for_text(pilot, "Switch?")

    services = FakeServices(ALL, environment=Environment.PRODUCTION)
    services.settings.profile = "work"
    assert snap_compare(fake_app(services), terminal_size=(80, 24), run_before=asked)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_tour_looks(size: tuple[int, int], snap_compare: Compare) -> None:
    async def welcomed(pilot: Pilot[Any]) -> None:
        await wait_for_text(pilot, "Churn Cohorts")

    app = fake_app(FakeServices(ALL))
    app.shows_welcome = True
    assert snap_compare(app, terminal_size=size, run_before=welcomed)
