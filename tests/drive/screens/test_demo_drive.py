"""The main task in a real terminal: start, find, open, export, and a real PDF is in the folder."""

from __future__ import annotations

import sys
from pathlib import Path

from pypdf import PdfReader

from tests.drive.terminal import Terminal

PROGRAM = [sys.executable, "-m", "omni_tui"]


def test_from_start_to_a_saved_pdf_by_keyboard(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    with Terminal([*PROGRAM, "--demo"], folder=folder, size=(80, 24)) as terminal:
        terminal.wait("Blob Web Traffic")
        terminal.press("/")
        terminal.press("blob web tra")
        terminal.wait(r"2 of \d+")
        terminal.press("enter")
        terminal.wait("Export · Blob Web Traffic")
        terminal.wait("Format")
        terminal.press("f5")
        terminal.wait("1 saved")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
    assert [file.name for file in folder.iterdir()] == ["Blob Web Traffic.pdf"]
    reader = PdfReader(folder / "Blob Web Traffic.pdf")
    assert "Blob Web Traffic" in reader.pages[0].extract_text()


def test_without_an_api_key_it_asks_for_one(tmp_path: Path) -> None:
    with Terminal(PROGRAM, folder=tmp_path, size=(80, 24)) as terminal:
        terminal.wait("Connect to your Omni")
        terminal.wait("API key")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
