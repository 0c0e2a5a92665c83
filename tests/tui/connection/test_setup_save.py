"""Where a token is saved, and the message while its keyring doesn't respond."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from omni_tui.api.models import Identity
from omni_tui.api.urls import Environment
from omni_tui.connection_check import CheckedConnection
from omni_tui.launch_options import Arguments
from omni_tui.settings import tokens
from omni_tui.tui import app as app_module
from omni_tui.tui.app import OmniTui
from omni_tui.tui.connection.setup_save import keep
from omni_tui.tui.connection.setup_screen import SetupScreen
from tests.settings.support import write_config
from tests.tui.waiting import wait_for, wait_for_text

HERE, ELSEWHERE = "https://blobsrus.omniapp.co", "https://other.omniapp.co"


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Use a keyring that works; return its file."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.settings.keyrings.FileKeyring")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "keyring.json"))
    return tmp_path / "keyring.json"


def checked(address: str) -> CheckedConnection:
    return CheckedConnection(f"{address}/api", Identity(), Environment.PRODUCTION)


def kept_in(keyring: Path) -> dict[str, str]:
    content: dict[str, str] = json.loads(keyring.read_text())
    return content


@pytest.mark.parametrize(
    ("address", "in_keyring", "left"),
    [
        (HERE, True, {"omni-tui work@blobsrus.omniapp.co": "new"}),
        (HERE, False, {}),
        (ELSEWHERE, True, {"omni-tui work@other.omniapp.co": "new"}),
        (ELSEWHERE, False, {}),
    ],
)
async def test_a_token_that_is_no_longer_used_is_removed_from_the_keyring(
    address: str, in_keyring: bool, left: dict[str, str], keyring: Path
) -> None:
    told = await keep(checked(HERE), "work", "old", in_keyring=True)
    assert told == "Saved as work, with its API key in the system's keyring"
    assert kept_in(keyring) == {"omni-tui work@blobsrus.omniapp.co": "old"}
    await keep(checked(HERE), "play", "theirs", in_keyring=True)
    await keep(checked(address), "work", "new", in_keyring=in_keyring)
    assert kept_in(keyring) == left | {"omni-tui play@blobsrus.omniapp.co": "theirs"}


async def test_a_silent_keyring_is_reported_then_the_setup_opens(
    keyring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.settings.keyrings.StuckKeyring")
    monkeypatch.setattr(app_module, "SLOW_SECONDS", 0.1)
    monkeypatch.setattr(tokens, "KEYRING_SECONDS", 3.0)
    write_config(f'[profiles.work]\nbase_url = "{HERE}"\ntoken_keyring = true\n')
    app = OmniTui(Arguments())
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_text(pilot, "Waiting for the system's keyring. It may have to be unlocked.")
        await wait_for(pilot, lambda: isinstance(app.screen, SetupScreen), "the setup")
        await wait_for_text(pilot, "✗ The system's keyring, which has the API key, didn't respond")
        await app.shut_down(0)
