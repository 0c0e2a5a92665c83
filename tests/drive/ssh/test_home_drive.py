"""Notifications and files for the local computer in a real terminal, also through tmux, byte by byte."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.tui.file_transfer.scp import SshHost, scp_line
from tests.drive.terminal import Terminal, after_the_screens, assert_given_back

PROGRAM = [sys.executable, "-m", "omni_tui", "--demo", "12db1a0a"]
FOCUS_OUT = "\x1b[O"
CONNECTION = {"SSH_CONNECTION": "192.0.2.7 50022 10.0.0.5 2222", "USER": "ada"}
ANSWER, ANSWER_WANTED = "\x1b[1;1R", b"\x1b[6n"
NAME_REQUEST, WEZTERM = b"\x1b[>q", "\x1bP>|WezTerm 20240203-110809-5046fc22\x1b\\"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def saved(terminal: Terminal, folder: Path) -> Path:
    """Export a file and focus the list of downloads; return the file."""
    terminal.wait("(→|>) ")
    terminal.press("f5")
    terminal.wait("1 saved")
    terminal.press("f3")  # focus the pane that the export opened
    terminal.wait("copy path")
    (file,) = folder.glob("*.pdf")
    return file


def test_a_user_in_another_window_is_notified_of_a_finished_export(folder: Path) -> None:
    with Terminal(PROGRAM, folder=folder) as terminal:
        terminal.wait("→ ")
        terminal.press("f5", FOCUS_OUT)
        terminal.seen(b"\a\x1b]9;omni-tui: Saved: ")
        assert re.search(rb"Saved: [ \w]+\.pdf\a", terminal.painted)


def test_kitty_gets_its_own_notification(folder: Path) -> None:
    with Terminal(PROGRAM, folder=folder, env={"TERM": "xterm-kitty"}) as terminal:
        terminal.wait("→ ")
        terminal.press("f5", FOCUS_OUT)
        terminal.seen(b"p=body;")
        (body,) = re.findall(rb"\x1b\]99;[^;]*p=body;([^\a]*)\a", bytes(terminal.painted))
        assert re.fullmatch(r"Saved: [ \w]+\.pdf", b64decode(body).decode())


def test_an_scp_command_goes_to_the_clipboard_and_can_be_shown(folder: Path) -> None:
    with Terminal(PROGRAM, folder=folder, env=CONNECTION, size=(100, 24)) as terminal:
        file = saved(terminal, folder)
        terminal.press("Y")
        terminal.wait("Copied ·")
        terminal.seen(b"\x1b]52;c;")
        (payload,) = re.findall(rb"\x1b\]52;c;([^\a]*)\a", bytes(terminal.painted))
        line = b64decode(payload).decode()
        assert line == scp_line(file, SshHost("ada", "10.0.0.5", 2222))
        terminal.press("v")
        terminal.wait("Select the text with the mouse")
        terminal.wait("scp -P 2222")
        assert bytes(terminal.painted).rindex(b"\x1b[?1003l") > bytes(terminal.painted).rindex(b"\x1b[?1003h")
        terminal.press("escape")
        terminal.wait("Downloads")


def test_a_file_is_sent_through_the_terminal(folder: Path) -> None:
    env = {"LC_TERMINAL": "iTerm2", "LC_TERMINAL_VERSION": "3.5.3"}
    with Terminal(PROGRAM, folder=folder, env=env, size=(120, 24)) as terminal:
        file = saved(terminal, folder)
        terminal.press("h")
        answered = 0
        while b"FileEnd" not in terminal.painted:
            assert terminal.read(0.05)
            for _ in range(bytes(terminal.painted).count(b"\x1b[6n") - answered):
                terminal.press(ANSWER)
                answered += 1
        terminal.press(ANSWER)
        terminal.wait("sent; your terminal saves it")
        painted = bytes(terminal.painted)
        content = b"".join(map(b64decode, re.findall(rb"FilePart=([^\a]*)\a", painted)))
        assert content == file.read_bytes()
        terminal.press("ctrl+q")
        assert terminal.ended() == 0


@pytest.mark.parametrize("piece", [1, 6, 4096])
def test_a_terminal_that_reports_its_name_gets_the_file_in_its_protocol(piece: int, folder: Path) -> None:
    with Terminal(PROGRAM[:-1], folder=folder, size=(140, 24)) as terminal:
        terminal.wait("Blob Web Traffic")
        terminal.seen(NAME_REQUEST)
        terminal.press("/", "we")
        for start in range(0, len(WEZTERM), piece):
            terminal.press(WEZTERM[start : start + piece])
        terminal.press("b t")
        terminal.wait("│ +web t +│")
        terminal.press("enter", "enter")
        file = saved(terminal, folder)
        terminal.wait("send home")
        terminal.press("h")
        terminal.seen(ANSWER_WANTED)
        terminal.press(ANSWER)
        terminal.wait("sent; your terminal saves it")
        painted = bytes(terminal.painted)
        ((name, size, content),) = re.findall(
            rb"\x1b\]1337;File=name=(.*?);size=(\d+);inline=0:(.*?)\a", painted
        )
        assert b64decode(name).decode() == file.name
        assert b64decode(content) == file.read_bytes()
        assert int(size) == file.stat().st_size
        assert painted.count(NAME_REQUEST) == 1
        terminal.press("ctrl+q")
        assert terminal.ended() == 0


@pytest.mark.parametrize(
    "environment",
    [
        {"TERM": "linux"},
        {"TERM": "vt220"},
        {"TERM": "xterm-kitty"},
        {"OMNI_TUI_TERMINAL": "xterm"},
        {"TMUX": "/tmp/no-such-tmux,1,0"},
    ],
)
def test_a_known_terminal_or_one_that_may_print_it_is_not_asked_for_its_name(
    environment: dict[str, str], folder: Path
) -> None:
    with Terminal(PROGRAM, folder=folder, env=environment) as terminal:
        terminal.wait("(→|>) ")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
        assert NAME_REQUEST not in terminal.painted


def test_a_late_reply_does_not_reach_the_shell(folder: Path) -> None:
    patient = "from omni_tui.tui.painting import driver; driver.REPLY_SECONDS = 60.0"
    program = f"import sys; {patient}; from omni_tui.cli import main; sys.exit(main(['--demo']))"
    with Terminal([sys.executable, "-c", program], folder=folder) as terminal:
        terminal.seen(NAME_REQUEST)
        terminal.press("ctrl+q")
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            assert terminal.read(0.1), "it has left before the answer"
        assert b"\x1b[?1049l" not in terminal.painted
        terminal.press(WEZTERM)
        assert terminal.ended() == 0
        assert_given_back(bytes(terminal.painted))
        assert "WezTerm" not in after_the_screens(bytes(terminal.painted))


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[list[str]]:
    """A separate tmux with default settings."""
    if shutil.which("tmux") is None:
        pytest.skip("there is no tmux here")
    command = ["tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    yield command
    subprocess.run([*command, "kill-server"], capture_output=True)


def sent_to_clipboard(terminal: Terminal) -> str:
    """Return the last text that was sent to the clipboard, as soon as there is one."""
    terminal.seen(b"\x1b]52;")
    payloads = re.findall(rb"\x1b\]52;[a-z]*;([A-Za-z0-9+/=]+)\a", bytes(terminal.painted))
    return b64decode(payloads[-1]).decode()


def test_inside_tmux_with_defaults_the_clipboard_works(folder: Path, tmux: list[str]) -> None:
    with Terminal(
        [*tmux, "new-session", *PROGRAM], folder=folder, env=CONNECTION, size=(120, 30)
    ) as terminal:
        file = saved(terminal, folder)
        terminal.press("Y")
        assert sent_to_clipboard(terminal) == scp_line(file, SshHost("ada", "10.0.0.5", 2222))
        terminal.press("ctrl+q")
        terminal.ended()


def test_inside_tmux_the_scp_command_uses_the_latest_connection(folder: Path, tmux: list[str]) -> None:
    with Terminal(
        [*tmux, "new-session", *PROGRAM], folder=folder, env=CONNECTION, size=(120, 30)
    ) as terminal:
        file = saved(terminal, folder)
        newest = "192.0.2.9 40001 10.9.9.9 2200"
        subprocess.run([*tmux, "set-environment", "SSH_CONNECTION", newest], check=True)
        terminal.press("Y")
        assert sent_to_clipboard(terminal) == scp_line(file, SshHost("ada", "10.9.9.9", 2200))
        terminal.press("ctrl+q")
        terminal.ended()


def test_inside_tmux_with_passthrough_notifications_arrive(folder: Path, tmux: list[str]) -> None:
    with Terminal([*tmux, "new-session", *PROGRAM], folder=folder, size=(120, 30)) as terminal:
        terminal.wait("→ ")
        subprocess.run([*tmux, "set", "-g", "allow-passthrough", "on"], check=True)
        terminal.press("f5")
        terminal.wait("rendering|1 running")
        subprocess.run([*tmux, "send-keys", "-H", "1b", "5b", "4f"], check=True)  # another window has focus
        terminal.seen(b"\x1b]9;omni-tui: Saved: ")


@pytest.mark.parametrize("passthrough", ["off", "on"])
def test_inside_tmux_sending_a_file_needs_passthrough(
    passthrough: str, folder: Path, tmux: list[str]
) -> None:
    settings = folder.parent / "tmux.conf"
    settings.write_text(f"set -g allow-passthrough {passthrough}\n")
    command = [*tmux[:-1], str(settings), "new-session", *PROGRAM]
    with Terminal(command, folder=folder, env={"LC_TERMINAL": "iTerm2"}, size=(150, 50)) as terminal:
        file = saved(terminal, folder)
        terminal.press("h")
        if passthrough == "off":
            terminal.wait("this terminal can't receive files; Y copies an scp command")
            assert b"FilePart" not in bytes(terminal.painted)
        else:
            terminal.seen(b"FileEnd")
            painted = bytes(terminal.painted)
            content = b"".join(map(b64decode, re.findall(rb"FilePart=([^\a]*)\a", painted)))
            assert content == file.read_bytes()


# The key that leads to a screen from the previous one, and its content.
PLACES = [
    ("", "[0-9]+ tiles? "),
    ("ctrl+p", "Search for commands"),
    ("escape", "[0-9]+ tiles? "),
    ("f1", "escape close"),
    ("escape", "[0-9]+ tiles? "),
    ("enter", "Orientation"),
    ("f4", "Requests"),
    ("f3", "Downloads"),
]


# Longer than the half second after which a blinking cursor is written again.
BLINK_SECONDS = 0.7


def test_no_bytes_are_sent_while_idle(tmp_path: Path) -> None:
    """On no screen: a blinking cursor, such as Textual's own, would write forever."""
    with Terminal(PROGRAM[:-1], folder=tmp_path, size=(120, 40)) as terminal:

        def sent_within(seconds: float) -> int:
            before, end = len(terminal.painted), time.monotonic() + seconds
            while time.monotonic() < end:
                terminal.read(0.1)
            return len(terminal.painted) - before

        terminal.wait("Blob Web Traffic")
        for key, shown in PLACES:
            terminal.press(key)
            terminal.wait(shown)
            assert any(sent_within(BLINK_SECONDS) == 0 for _ in range(60)), shown
        os.kill(terminal.child.pid, 15)
        terminal.ended()


def test_the_settings_can_leave_the_mouse_to_the_terminal(tmp_path: Path) -> None:
    with Terminal(PROGRAM[:-1], folder=tmp_path, env={"OMNI_TUI_MOUSE": "false"}) as terminal:
        terminal.wait("Blob Web Traffic")
        terminal.seen(b"\x1b[?1003l")
        terminal.press("escape", "enter")
        terminal.wait("→ ")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
        painted = bytes(terminal.painted)
        assert painted.rindex(b"\x1b[?1003h") < painted.rindex(b"\x1b[?1003l")
