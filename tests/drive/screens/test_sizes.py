"""A real terminal that becomes too small and large again; one that only knows ASCII; one without colors."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.drive.terminal import Terminal

PROGRAM = [sys.executable, "-m", "omni_tui", "--demo"]


def test_a_window_that_is_too_small_shows_a_message_and_loses_nothing(tmp_path: Path) -> None:
    with Terminal(PROGRAM, folder=tmp_path, size=(80, 24)) as terminal:
        terminal.wait("Blob Web Traffic")
        terminal.press("/", "web tra")
        terminal.wait(r"\d of \d+")
        terminal.resize(50, 12)
        terminal.wait("needs a 60x16 window; this one is 50x12")
        assert "web tra" not in terminal.text()
        terminal.resize(80, 24)
        terminal.wait(r"│\s+/?web tra\s")
        terminal.wait(r"\d of \d+")
        terminal.wait("F1 help")
        assert "needs a 60x16 window" not in terminal.text()
        terminal.press("ctrl+q")
        assert terminal.ended() == 0


@pytest.mark.parametrize(
    "env", [{"LANG": "C"}, {"LC_ALL": "C"}, {"LC_ALL": "de_DE.ISO-8859-1"}, {"TERM": "vt220"}]
)
def test_without_utf_8_every_byte_is_ascii(env: dict[str, str], tmp_path: Path) -> None:
    with Terminal(PROGRAM, folder=tmp_path, size=(80, 24), env=env) as terminal:
        terminal.wait("Blob Web Traffic")
        terminal.wait(r"\+- Dashboards -+\+")
        terminal.press("enter")
        terminal.wait(r"<  *default  *>")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
    assert bytes(terminal.painted).isascii()


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "vt220", "COLORTERM": ""}])
def test_without_colors_none_are_sent(env: dict[str, str], tmp_path: Path) -> None:
    with Terminal(PROGRAM, folder=tmp_path, size=(120, 40), env=env) as terminal:
        terminal.wait("Blob Web Traffic")
        terminal.press("enter")
        terminal.wait("default")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
    styles = {
        number for style in re.findall(rb"\x1b\[([0-9;]*)m", terminal.painted) for number in style.split(b";")
    }
    assert styles <= {b"", b"0", b"1", b"2", b"3", b"4", b"7", b"39", b"49", b"22", b"24", b"27"}
