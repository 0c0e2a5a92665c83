"""Export, preview, see a wrong filter, fix it, export again, compare: in one real terminal, by keyboard."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from omni_tui.demo import TOKEN
from omni_tui.demo.server import DemoServer
from tests.drive.form_steps import choose_all_orders, find_sales_by_region
from tests.drive.terminal import Terminal

PROGRAM = [sys.executable, "-m", "omni_tui"]


def connection_to(server: DemoServer) -> dict[str, str]:
    """Return the environment variables for it."""
    return {"OMNI_BASE_URL": server.url, "OMNI_API_TOKEN": TOKEN}


def rows_with(status: str, path: Path) -> int:
    """Return how many rows a file has; assert that all of them have this status."""
    _, *rows = csv.reader(path.read_text("utf-8-sig").splitlines())
    assert {row[1] for row in rows} == {status}
    return len(rows)


def test_a_wrong_filter_is_seen_in_the_preview_fixed_and_compared(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    with (
        DemoServer(speed=50) as server,
        Terminal(PROGRAM, folder=folder, size=(80, 24), env=connection_to(server)) as terminal,
    ):
        find_sales_by_region(terminal)
        choose_all_orders(terminal)
        terminal.press("returned", "f5")  # complete was meant
        terminal.wait("1 saved|Saved:")

        terminal.press("f3")
        terminal.wait("enter preview")
        terminal.press("enter")
        wrong = rows_with("returned", folder / "Sales by Region & Category.csv")
        terminal.wait(rf"row 1 · {wrong:,} rows × 12 columns")
        terminal.wait(r"Status is returned · ")
        terminal.wait(r"2026-\d\d-\d\d  returned  \w")

        terminal.press("escape")
        terminal.wait("enter preview")
        terminal.press("escape")
        terminal.gone("enter preview")
        terminal.press("\x05", "\x15", "complete", "f5")  # Ctrl+E goes to the end, Ctrl+U clears
        terminal.wait("2 saved")

        terminal.press("f3")
        terminal.wait("d compare")
        terminal.press("d")
        terminal.wait(r"Filter: Status is returned → Status is complete")
        right = rows_with("complete", folder / "Sales by Region & Category (2).csv")
        terminal.wait(rf"{wrong:,} → {right:,} rows: {right:,} added, {wrong:,} removed\.")
        terminal.press("escape")
        terminal.wait("d compare")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
