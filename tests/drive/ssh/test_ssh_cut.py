"""Real use over SSH, through a connection that is cut while exports run.

Needs an SSH server and the tools in the folder beside the project (or in OMNI_TUI_TOOLS).
"""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from omni_tui.demo.server import DemoServer
from tests.drive.crashes.random_kills import MAX_SECONDS, Home
from tests.drive.terminal import Terminal

PROJECT = Path(__file__).parents[3]
TOOLS = Path(os.environ.get("OMNI_TUI_TOOLS", PROJECT.parent / "shared" / "tools"))
SSHD, SLOW_LINK = TOOLS / "sshd_here", TOOLS / "slowlink.py"
# Rendering takes from five seconds to half a minute, mostly longer than the connection lasts.
SPEED = 0.2
# When the connection is cut, and again later if the exports hadn't started by then.
CUTS_SECONDS = (8, 20, 60)
EXPORTS = 3


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[list[str]]:
    """Return the command that connects to our own server."""
    if not SSHD.exists() or not SLOW_LINK.exists():
        pytest.skip(f"the tools for it are not in {TOOLS}")
    if shutil.which("ssh") is None or shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        pytest.skip("there is no SSH here")
    environment = {**os.environ, "SSHD_HERE": str(tmp_path / "sshd")}
    started = subprocess.run(
        [SSHD, "start", str(free_port())], env=environment, capture_output=True, text=True, check=False
    )
    if started.returncode:
        pytest.skip(f"the SSH server does not start here: {started.stderr.strip()}")
    try:
        yield shlex.split(started.stdout)
    finally:
        subprocess.run([SSHD, "stop"], env=environment, check=True)


@contextmanager
def link_to(ssh: list[str], cut_seconds: float) -> Iterator[list[str]]:
    """Return the same, through a link that breaks after a number of seconds."""
    place = ssh.index("-p") + 1
    port = str(free_port())
    far = f"127.0.0.1:{ssh[place]}"
    options = ["--rtt", "40", "--kbit", "2000", "--cut", str(cut_seconds)]
    link = subprocess.Popen(
        [sys.executable, SLOW_LINK, "--listen", port, "--to", far, *options], stdout=subprocess.PIPE
    )
    with link:
        try:
            assert link.stdout is not None
            assert link.stdout.readline() == b"READY\n"
            yield [*ssh[:place], port, *ssh[place + 1 :]]
        finally:
            link.terminate()
            link.wait()


def on_the_server(home: Home) -> str:
    """Return what the remote shell runs: the screens, in that home."""
    environment = {**home.environment, "TERM": "xterm-256color"}
    return shlex.join(["env", "-i", *(f"{k}={v}" for k, v in environment.items()), *home.program])


def order_until_it_is_cut(terminal: Terminal, home: Home) -> bool:
    """Export some dashboards with one form; return whether they ran when the connection broke."""
    try:
        terminal.wait("Blob Web Traffic")
        for _ in range(EXPORTS):
            terminal.press("space", "down")
        terminal.wait(f"{EXPORTS} selected")
        terminal.press("enter")
        terminal.wait("→ ")
        terminal.press("f5")
        while terminal.read(0.2):
            pass
    except AssertionError:
        if terminal.read(0.0):  # it isn't the connection
            raise
    assert terminal.ended() == 255  # ssh's exit code for a broken connection
    end = time.monotonic() + MAX_SECONDS
    while any(not each.is_orphaned and not each.job.state.is_final for each in home.listed()):
        assert time.monotonic() < end, "the program outlived its terminal"
        time.sleep(0.05)
    return any(each.is_orphaned for each in home.listed())


@pytest.mark.slow
def test_a_lost_ssh_connection_while_exports_run(tmp_path: Path, ssh: list[str]) -> None:
    with DemoServer(speed=SPEED, limit=1_000_000) as server:
        home = Home(tmp_path, server, program=(sys.executable, "-m", "omni_tui"))
        program = on_the_server(home)
        for cut_seconds in CUTS_SECONDS:
            with (
                link_to(ssh, cut_seconds) as command,
                Terminal([*command, program], folder=tmp_path, size=(120, 40)) as terminal,
            ):
                if order_until_it_is_cut(terminal, home):
                    break
        left = [each for each in home.listed() if each.is_orphaned]
        assert left, f"no export ran:\n{terminal.text()}"
        assert len(list(home.files.iterdir())) == len(home.listed()) - len(left)
        home.note_unanswered()
        with Terminal([*ssh, program], folder=tmp_path, size=(120, 40)) as terminal:
            terminal.wait(rf"{len(left)} exports? from last time")
            end = time.monotonic() + MAX_SECONDS
            while not home.is_all_done:
                assert terminal.read(0.05), "it ended by itself"
                assert time.monotonic() < end, f"not finished:\n{terminal.text()}"
            terminal.press("ctrl+q")
            assert terminal.ended() == 0
        home.check()
        print(home.summary, f"{len(left)} ran when it was cut after {cut_seconds} s")
