"""The whole form by keyboard in a real terminal: tile, filters, a date, a name, a fixed mistake."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from tests.drive.form_steps import choose_all_orders, find_sales_by_region
from tests.drive.terminal import Terminal

PROGRAM = [sys.executable, "-m", "omni_tui", "--demo"]
FIRST_DAY = "2026-06-01"


def test_export_a_tile_with_filters_date_and_name_after_applying_a_fix(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    with Terminal(PROGRAM, folder=folder, size=(80, 24)) as terminal:
        find_sales_by_region(terminal)
        choose_all_orders(terminal)
        terminal.press("complete, returned")
        terminal.wait("one file for each of the 2 values")
        terminal.press("down", "down")
        terminal.wait("How far back")
        terminal.press("backtab", "o")
        terminal.wait(r"• Created +‹ on or after")
        terminal.press("tab", FIRST_DAY, "down", "EMEA")
        terminal.wait(r"• Region +‹ is +› +EMEA")
        terminal.wait("complete or returned; Created")
        terminal.press("down", "down", "down")
        terminal.wait("without extension")
        terminal.press("{dashboard} {filter:Region} {dat}", "tab")
        terminal.wait(r"✗ Unknown: \{dat\}. Did you mean \{date\}\?")
        terminal.press("f5")  # which goes to the mistake instead
        terminal.wait("1 problem")
        terminal.press("f6")
        terminal.wait(r"Category EMEA 20\d\d-\d\d-\d\d\.csv")
        terminal.press("f5")
        terminal.wait("1 saved|Saved:")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
    (saved,) = folder.iterdir()
    assert saved.name.startswith("Sales by Region & Category EMEA 20")
    header, *rows = csv.reader(saved.read_text("utf-8-sig").splitlines())
    status, region, created = (header.index(name) for name in ("Status", "Region", "Created"))
    assert rows
    assert {row[status] for row in rows} == {"complete", "returned"}
    assert {row[region] for row in rows} == {"EMEA"}
    assert min(row[created][:10] for row in rows) >= FIRST_DAY
