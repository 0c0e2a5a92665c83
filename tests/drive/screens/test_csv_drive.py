"""One tile's rows by keyboard in a real terminal: with a mistake on the way, and the requests."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from tests.drive.terminal import Terminal

PROGRAM = [sys.executable, "-m", "omni_tui", "--demo"]


def test_export_a_tile_after_fixing_a_mistake_and_view_the_requests(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    with Terminal(PROGRAM, folder=folder, size=(80, 24)) as terminal:
        terminal.wait("Blob Web Traffic")
        terminal.press("/", "support backl")
        terminal.wait(r"1 of \d+")
        terminal.press("enter")
        terminal.wait("Export · Support Backlog")
        terminal.press("c", "down", "right", "down")
        terminal.wait("Tickets by team")
        terminal.press("all tick", "enter")
        terminal.wait(r"All tickets +key 5")
        terminal.press("down", "down")
        terminal.wait("Maximum number of rows")
        terminal.press("5000000", "f5")  # which goes to the mistake instead
        terminal.wait(r"✗ .* F6 ")
        terminal.press("f6")
        terminal.wait(r"Row limit +1,?000,?000")
        terminal.press("\x05", "\x15", "10", "f5")  # Ctrl+E goes to the end, Ctrl+U clears
        terminal.wait("1 saved|Saved:")
        terminal.press("f4")
        terminal.wait(r"POST +/v1/dashboards/6d37c05e/download +200")
        terminal.press("enter")
        terminal.wait(r"Authorization: \*\*\*")
        terminal.press("escape")
        terminal.wait("Export · Support Backlog")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
    assert [file.name for file in folder.iterdir()] == ["Support Backlog.csv"]
    header, *rows = csv.reader((folder / "Support Backlog.csv").read_text("utf-8-sig").splitlines())
    assert len(header) > 1
    assert len(rows) == 10
