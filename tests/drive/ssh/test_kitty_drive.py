"""A file sent to kitty in a real terminal: replies arrive among the keys, and aren't mistaken for keys."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.drive.terminal import Terminal, assert_given_back
from tests.tui.file_transfer.fake_kitty import FakeKitty

PROGRAM = [sys.executable, "-m", "omni_tui", "--demo", "12db1a0a"]
ENVIRONMENT = {"TERM": "xterm-kitty"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


class Answered:
    """Pass the program's output to kitty, and its replies back as input, a few bytes at a time."""

    def __init__(self, terminal: Terminal, kitty: FakeKitty, piece: int) -> None:
        self.terminal, self.kitty, self.piece = terminal, kitty, piece
        self._seen = 0

    def turn(self) -> None:
        assert self.terminal.read(0.05), "it ended by itself"
        painted, self._seen = bytes(self.terminal.painted[self._seen :]), len(self.terminal.painted)
        typed = "".join(self.kitty.take(painted.decode("utf-8", "replace"))).encode()
        for start in range(0, len(typed), self.piece):
            self.terminal.child.send(typed[start : start + self.piece])

    def until(self, words: str) -> None:
        self.turn_until(lambda: words in " ".join(self.terminal.text().split()))

    def turn_until(self, condition: Callable[[], object], seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"{self.kitty.commands}\n{self.terminal.text()}"
            self.turn()


def saved(terminal: Terminal, folder: Path) -> Path:
    terminal.wait("→ ")
    terminal.press("f5")
    terminal.wait("1 saved")
    terminal.press("f3")
    terminal.wait("send home")
    terminal.gone("File format")  # the help of the focused field
    (file,) = folder.glob("*.pdf")
    return file


@pytest.mark.parametrize("piece", [7, 4096])
def test_the_file_is_sent_and_no_reply_is_typed(piece: int, folder: Path, tmp_path: Path) -> None:
    kitty = FakeKitty(tmp_path / "laptop")
    with Terminal(PROGRAM, folder=folder, env=ENVIRONMENT, size=(200, 24)) as terminal:  # room for the path
        file = saved(terminal, folder)
        before = terminal.text()
        terminal.press("h")
        Answered(terminal, kitty, piece).until("on your machine")
        assert (kitty.home / "Downloads" / file.name).read_bytes() == file.read_bytes()
        assert kitty.ended == ["finish"]
        assert kitty.questions == 1
        # except the count of requests and the lower border
        assert terminal.text().splitlines()[1:-3] == before.splitlines()[1:-3]
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
        assert_given_back(bytes(terminal.painted))


def test_quitting_during_a_transfer_cancels_it_and_waits_for_the_reply(folder: Path, tmp_path: Path) -> None:
    kitty = FakeKitty(tmp_path / "laptop", falls_silent_after=0)
    with Terminal(PROGRAM, folder=folder, env=ENVIRONMENT, size=(140, 24)) as terminal:
        saved(terminal, folder)
        terminal.press("h")
        answered = Answered(terminal, kitty, 4096)
        answered.turn_until(lambda: kitty.commands["data"] + kitty.commands["end_data"])
        terminal.press("ctrl+q")
        answered.turn_until(lambda: kitty.ended)
        assert kitty.ended == ["cancel"]
        assert terminal.ended() == 0


def test_inside_tmux_it_is_not_offered(folder: Path, tmp_path: Path) -> None:
    if shutil.which("tmux") is None:
        pytest.skip("there is no tmux here")
    tmux = ["tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    environment = {"KITTY_WINDOW_ID": "1"}
    try:
        with Terminal(
            [*tmux, "new-session", *PROGRAM], folder=folder, env=environment, size=(140, 30)
        ) as terminal:
            terminal.wait("→ ")
            terminal.press("f5")
            terminal.wait("1 saved")
            terminal.press("f3")
            terminal.wait("copy scp")
            assert "send home" not in terminal.text()
    finally:
        subprocess.run([*tmux, "kill-server"], capture_output=True)
