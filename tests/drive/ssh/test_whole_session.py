"""A new user's whole session: over SSH, inside tmux, at 80x24, by keyboard.

From no settings to a saved file, a copied scp command that fetches it, and a check of what is stored.
"""

from __future__ import annotations

import getpass
import itertools
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from omni_tui.demo import TOKEN
from omni_tui.demo.server import DemoServer
from tests.drive.terminal import Terminal
from tests.system.ssh_server import ssh_options

EXPORTED = "Blob Web Traffic.xlsx"
PROMPT = r"(?m)^there>$"
# tmux's view of the modes of its pane.
MODES = 'tmux display -p "screen #{alternate_on} mouse #{mouse_any_flag} cursor #{cursor_flag}"'
PASTE_ON, PASTE = b"\x1b[?2004h", "\x1b[200~{}\x1b[201~"


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The working folder on the server; its name needs quoting in a shell."""
    folder = tmp_path / "over there"
    folder.mkdir()
    return folder


@pytest.fixture
def login(tmp_path: Path, there: Path, ssh_server: int) -> Iterator[list[str]]:
    """Return the command that opens a shell on the server, where tmux exists and nothing is set up."""
    if shutil.which("tmux") is None:
        pytest.skip("there is no tmux here")
    home = tmp_path / "home there"
    home.mkdir()
    programs = Path(sys.executable).parent
    (home / ".profile").write_text(f'PATH="{programs}:$PATH" PS1="there> "\n')
    environment = {
        "HOME": str(home),
        "SHELL": "/bin/sh",
        "LANG": "C.UTF-8",
        "TMUX_TMPDIR": str(tmp_path),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    given = shlex.join(f"{name}={value}" for name, value in environment.items())
    shell = f"cd {shlex.quote(str(there))} && exec env {given} sh -l"
    target = ["-p", str(ssh_server), f"{getpass.getuser()}@127.0.0.1"]
    yield ["ssh", "-tt", *ssh_options(tmp_path).split(), *target, shell]
    command = ["tmux", "-L", "whole", "kill-server"]
    subprocess.run(command, env={**os.environ, "TMUX_TMPDIR": str(tmp_path)}, capture_output=True)


@pytest.fixture
def laptop(tmp_path: Path) -> Path:
    """The local folder; the server's key is where scp finds it by itself."""
    folder = tmp_path / "laptop"
    folder.mkdir()
    tools = tmp_path / "tools"
    tools.mkdir()
    scp = tools / "scp"
    scp.write_text(f'#!/bin/sh\nexec {shutil.which("scp")} {ssh_options(tmp_path)} "$@"\n')
    scp.chmod(0o755)
    return folder


def run_as_copied(line: str, laptop: Path) -> subprocess.CompletedProcess[str]:
    """Run the exact command in a local shell."""
    path = f"{laptop.parent / 'tools'}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    return subprocess.run(["sh", "-c", line], cwd=laptop, env=environment, capture_output=True, text=True)


def words_of(line: str) -> list[str]:
    """Return how a shell splits it."""
    told = subprocess.run(["sh", "-c", f'printf "%s\\n" {line}'], capture_output=True, text=True, check=True)
    return told.stdout.splitlines()


def copied(terminal: Terminal) -> str:
    """Return the local clipboard's content: OSC 52, as received over the connection."""
    sent = re.findall(rb"\x1b\]52;[a-z]*;([A-Za-z0-9+/=]+)(?:\a|\x1b\\)", bytes(terminal.painted))
    return b64decode(sent[-1]).decode()


def enter_tmux(terminal: Terminal) -> None:
    """A tmux with default settings."""
    terminal.wait(PROMPT)
    terminal.press("tmux -L whole -f /dev/null", "enter")
    terminal.wait(r"\[0\] 0:sh")
    terminal.wait(PROMPT)


def set_up(terminal: Terminal, address: str) -> None:
    """Go from the prompt to the list of dashboards: two questions, and where to store the settings."""
    terminal.press("omni-tui", "enter")
    terminal.wait("Connect to your Omni")
    terminal.press(address, "enter")
    terminal.seen(PASTE_ON)
    terminal.press(PASTE.format(f"{TOKEN}\n"))
    terminal.wait(f"{len(TOKEN)} characters")
    terminal.press("enter")
    terminal.wait("· organization key")
    terminal.wait(r"Press Enter to save the profile in\s[│\s]+~/.config/omni-tui/config.toml")
    terminal.press("enter")
    terminal.wait("Welcome")
    terminal.wait(r"ctrl\+s exports")
    terminal.wait("Blob Web Traffic")


def export(terminal: Terminal) -> None:
    """Go from the list to the saved file: a word of its name, a format, and nothing else."""
    terminal.press("/", "blob web")
    terminal.wait(r"\d of \d+")
    terminal.press("enter")
    terminal.wait("● Whole dashboard")
    terminal.press("right", "right")
    terminal.wait("● XLSX")
    terminal.press("f5")
    terminal.wait("Saved: ")
    terminal.wait("1 saved")


def copy_scp(terminal: Terminal) -> str:
    """Copy the scp command from the downloads to the local clipboard; it can also be shown and selected."""
    terminal.press("f3")
    terminal.wait("copy path")
    terminal.press("Y")
    terminal.wait("Copied ·")
    terminal.seen(b"\x1b]52;")
    line = copied(terminal)
    terminal.press("v")
    terminal.wait("Select the text with the mouse")
    terminal.wait("(?ms)^scp .*' [.]$")
    lines = terminal.text().splitlines()
    selected = "\n".join(
        itertools.takewhile(bool, itertools.dropwhile(lambda each: "scp " not in each, lines))
    )
    assert words_of(selected) == words_of(line)
    terminal.press("escape")
    terminal.wait("copy path")
    return line


def check(terminal: Terminal) -> str:
    """Return the output of `config check`, after the program restored its terminal."""
    terminal.press("ctrl+q")
    terminal.wait(PROMPT)
    terminal.press(MODES, "enter")
    terminal.wait("screen 0 mouse 0 cursor 1")
    terminal.press("omni-tui config check; echo ended: $?", "enter")
    terminal.wait(r"ended: \d")
    return terminal.text()


def test_from_setup_to_a_local_file_and_a_check(
    tmp_path: Path, there: Path, login: list[str], laptop: Path, ssh_server: int
) -> None:
    with DemoServer(speed=20) as server, Terminal(login, folder=laptop, size=(80, 24)) as terminal:
        enter_tmux(terminal)
        set_up(terminal, f"{server.url}/dashboards")
        export(terminal)
        line = copy_scp(terminal)
        told = check(terminal)
        assert "ended: 0" in told
        assert "accepted: organization key" in told
        assert "organization key" in told
        terminal.press("exit", "enter")
        terminal.wait(r"\[exited\]")
        terminal.press("exit", "enter")
        assert terminal.ended() == 0
        assert TOKEN.encode() not in terminal.painted
    assert line.startswith(f"scp -P {ssh_server} ")
    done = run_as_copied(line, laptop)
    assert done.returncode == 0, f"{line}\n{done.stderr}"
    assert (laptop / EXPORTED).read_bytes() == (there / EXPORTED).read_bytes()
    with closing(load_workbook(laptop / EXPORTED, read_only=True)) as workbook:
        assert workbook.sheetnames
    config = tmp_path / "home there" / ".config" / "omni-tui" / "config.toml"
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in kept if TOKEN.encode() in path.read_bytes()] == [config]
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
