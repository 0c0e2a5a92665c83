"""From no settings to a saved file, in a real terminal, by keyboard."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from omni_tui.demo import TOKEN
from omni_tui.demo.server import DemoServer
from tests.drive.terminal import Terminal

PROGRAM = [sys.executable, "-m", "omni_tui"]


def test_from_no_settings_to_a_saved_file_and_a_check(tmp_path: Path, fake_home: Path) -> None:
    with DemoServer(speed=50) as server:
        environment = {"HOME": str(fake_home)}
        with Terminal(PROGRAM, folder=tmp_path, env=environment) as terminal:
            terminal.wait("Connect to your Omni")
            terminal.press(f"{server.url}/dashboards/12db1a0a", "enter")
            # pasted like in terminals, with line breaks
            terminal.press(f"\x1b[200~{TOKEN[:9]}\r\n{TOKEN[9:]}\r\n\x1b[201~")
            terminal.wait(f"{len(TOKEN)} characters")
            terminal.press("enter")
            terminal.wait(r"127\.0\.0\.1:\d+ · organization key")
            assert TOKEN.encode() not in terminal.painted
            terminal.press("enter")
            terminal.wait("Blob Web Traffic")
            terminal.wait("Welcome")
            terminal.press("/", "12db1a0a", "enter")
            terminal.wait("Whole dashboard")
            terminal.press("f5")
            terminal.wait("Saved: ")
            terminal.press("ctrl+q")
            assert terminal.ended() == 0
            assert TOKEN.encode() not in terminal.painted
        assert [path.suffix for path in tmp_path.iterdir()] == [".pdf"]
        with Terminal(PROGRAM, folder=tmp_path, env=environment) as terminal:
            terminal.wait("Blob Web Traffic")
            assert "Welcome" not in terminal.text()
            terminal.press("ctrl+q")
            assert terminal.ended() == 0
        checked = subprocess.run(
            [*PROGRAM, "config", "check"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr
        assert "accepted: organization key" in checked.stdout
