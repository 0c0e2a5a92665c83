"""With OMNI_TUI_STOCK=1, on Textual's own driver, every screen opens and an export works."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.drive.terminal import Terminal

PROGRAM = [sys.executable, "-m", "omni_tui", "--demo"]


def test_every_screen_works_on_the_stock_driver(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    env = {"OMNI_TUI_STOCK": "1"}
    with Terminal(PROGRAM, folder=folder, size=(100, 30), env=env) as terminal:
        terminal.wait("Blob Web Traffic")
        terminal.press("f1")
        terminal.wait("─ Keys ─")
        terminal.press("escape")
        terminal.gone("─ Keys ─")
        terminal.wait(r"requests [1-9]")  # folders can be browsed once the list is loaded
        terminal.press("b")
        terminal.wait("─ Show only ─")
        terminal.press("escape")
        terminal.gone("─ Show only ─")
        terminal.press("ctrl+p")
        terminal.wait("Search for commands")
        terminal.press("escape")
        terminal.gone("Search for commands")
        terminal.press("f2")
        terminal.wait("─ Profiles ─")
        terminal.press("escape")
        terminal.gone("─ Profiles ─")
        terminal.press("/", "blob web tra")
        terminal.wait(r"2 of \d+")
        terminal.press("enter")
        terminal.wait("Orientation")
        terminal.press("f7")
        terminal.wait("─ Presets ─")
        terminal.press("escape")
        terminal.gone("─ Presets ─")
        terminal.press("f5")
        terminal.wait("1 saved")
        terminal.press("f3", "f4")
        terminal.wait("─ Requests")
        terminal.press("enter")
        terminal.wait("Accept-Encoding")
        terminal.press("escape")
        terminal.gone("Accept-Encoding")
        terminal.press("f3")
        terminal.wait("─ Downloads")
        terminal.press("i")
        terminal.wait("sha256|SHA-256")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
    assert [file.name for file in folder.iterdir()] == ["Blob Web Traffic.pdf"]
