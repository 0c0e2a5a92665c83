"""A real Secret Service (gnome-keyring on its own D-Bus) stores the token, and returns it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from omni_tui.demo import TOKEN
from omni_tui.demo.server import DemoServer
from omni_tui.settings import tokens
from omni_tui.settings.errors import NoTokenFrom
from omni_tui.settings.tokens import (
    forget_in_keyring,
    keep_in_keyring,
    look_for_keyring,
    token_from_keyring,
)
from tests.drive.terminal import Terminal
from tests.settings.support import write_config

pytest.importorskip("jeepney", reason="needs the extra keyring, on Linux")
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

PROGRAM = [sys.executable, "-m", "omni_tui"]
NEEDED = ("gnome-keyring-daemon", "dbus-run-session")
ADDRESS = "https://blobsrus.omniapp.co"
PASSWORD = "a password of the desktop"
# A service that takes the name, and never replies.
SILENT = """
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
bus = open_dbus_connection(bus="SESSION")
bus.send_and_get_reply(message_bus.RequestName("org.freedesktop.secrets"))
while True:
    bus.receive()
"""

pytestmark = pytest.mark.skipif(
    any(shutil.which(name) is None for name in NEEDED), reason=f"needs {' and '.join(NEEDED)}"
)


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    """Like over SSH: no window can ask the user; the keyring is chosen by the library."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A separate D-Bus session, which ends with its standard input."""
    command = ["dbus-run-session", "--", "sh", "-c", 'echo "$DBUS_SESSION_BUS_ADDRESS"; cat >/dev/null']
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        assert running.stdout is not None
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", running.stdout.readline().strip())
        yield


@contextmanager
def service(*command: str, told: str = "") -> Iterator[None]:
    """Use this as the Secret Service, once it has the name."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as running:
        assert running.stdin is not None
        running.stdin.write(told)
        running.stdin.close()
        try:
            with open_dbus_connection(bus="SESSION") as connection:
                asked = message_bus.NameHasOwner("org.freedesktop.secrets")
                end = time.monotonic() + 30
                while not connection.send_and_get_reply(asked).body[0]:
                    assert time.monotonic() < end, "it does not take its name"
                    time.sleep(0.02)
            yield
        finally:
            running.terminate()


def keyring(*, is_unlocked: bool) -> AbstractContextManager[None]:
    command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
    return service(*command, *["--unlock"] * is_unlocked, told=PASSWORD * is_unlocked)


def told_by(*words: str, folder: Path) -> tuple[int, str]:
    """Return the exit code and the output of a command."""
    done = subprocess.run([*PROGRAM, *words], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, " ".join((done.stdout + done.stderr).split())


@pytest.mark.usefixtures("bus")
def test_the_setup_saves_the_token_in_the_keyring_and_commands_read_it(
    tmp_path: Path, fake_home: Path
) -> None:
    with DemoServer(speed=50) as server, keyring(is_unlocked=True):
        with Terminal(PROGRAM, folder=tmp_path) as terminal:
            terminal.wait("Connect to your Omni")
            terminal.press(server.url, "enter", f"\x1b[200~{TOKEN}\x1b[201~")
            terminal.wait(f"{len(TOKEN)} characters")
            terminal.press("enter")
            terminal.wait("the system's keyring")
            terminal.press("enter")
            terminal.wait("its API key in the system's keyring")
            terminal.press("ctrl+q")
            assert terminal.ended() == 0
        config = (fake_home / ".config" / "omni-tui" / "config.toml").read_text()
        assert "token_keyring = true" in config
        assert TOKEN not in config
        name = next(iter(tomllib.loads(config)["profiles"]))
        status, words = told_by("download", "12db1a0a", "--format", "pdf", "--profile", name, folder=tmp_path)
        assert status == 0, words
        assert [path.suffix for path in tmp_path.iterdir()] == [".pdf"]
        assert "token_keyring yes" in told_by("config", "show", folder=tmp_path)[1]
        forget_in_keyring(server.url, name)
        status, words = told_by("config", "check", folder=tmp_path)
        assert status == 3
        assert "The system's keyring has no API key for this profile. Set it again." in words


@pytest.mark.usefixtures("bus")
def test_a_locked_keyring_is_reported(tmp_path: Path) -> None:
    with keyring(is_unlocked=True):
        keep_in_keyring(ADDRESS, "work", TOKEN)
    write_config(f'[profiles.work]\nbase_url = "{ADDRESS}"\ntoken_keyring = true\n')
    with keyring(is_unlocked=False):
        assert look_for_keyring(seconds=30).why_not == "the system's keyring is locked"
        status, words = told_by("config", "check", folder=tmp_path)
        assert status == 3
        assert "The system's keyring, which has the API key, is locked. Unlock it" in words


@pytest.mark.usefixtures("bus")
def test_a_keyring_that_never_replies_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "KEYRING_SECONDS", 1.0)
    with service(sys.executable, "-c", SILENT):
        assert look_for_keyring(seconds=1).why_not == "no keyring is available"
        with pytest.raises(NoTokenFrom, match="didn't respond within 1 s"):
            token_from_keyring(ADDRESS, "work")
