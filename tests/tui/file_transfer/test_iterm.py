"""Sending a file: whole, in pieces that wait for the terminal's replies, or not at all."""

from __future__ import annotations

import asyncio
import math
import re
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest

from omni_tui.tui.file_transfer import iterm
from omni_tui.tui.file_transfer.chunks import READ_CHUNKS
from omni_tui.tui.file_transfer.iterm import (
    MAX_UNCONFIRMED_PIECES,
    PIECE_BYTES,
    FileTooLarge,
    PendingReplies,
    send_file,
)
from omni_tui.tui.terminal.detect import Kind, Multiplexer, Terminal
from omni_tui.tui.terminal.escape_sequences import CURSOR_POSITION_REQUEST, FILE_END

CONTENT = bytes(range(256)) * 300 + b"end"
ITERM2, WEZTERM = Terminal(Kind.ITERM2), Terminal(Kind.WEZTERM)


class Laptop:
    """A terminal that stores what it gets, and replies when allowed."""

    def __init__(self, answers: PendingReplies, *, is_quick: bool = True) -> None:
        self.got: list[str] = []
        self.answers = answers
        self.is_quick = is_quick
        self.asked = 0

    def take(self, sequence: str) -> None:
        self.got.append(sequence)
        self.asked += sequence.count(CURSOR_POSITION_REQUEST)
        if self.is_quick:
            asyncio.get_running_loop().call_soon(self.answers.received)

    @property
    def content(self) -> bytes:
        return b"".join(b64decode(part) for part in re.findall(r"FilePart=([^\a]*)\a", "".join(self.got)))


async def send(
    path: Path, terminal: Terminal = ITERM2, tell: Callable[[int], None] = lambda _: None
) -> Laptop:
    answers = PendingReplies()
    laptop = Laptop(answers)
    await send_file(path, terminal, laptop.take, answers, tell)
    return laptop


async def until(condition: Callable[[], object]) -> None:
    """Wait until the condition is true; the test's time limit ends an endless wait."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.001)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Übersicht; 1.pdf"
    path.write_bytes(CONTENT)
    return path


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES, PIECE_BYTES + 1, READ_CHUNKS * PIECE_BYTES + 5])
async def test_the_whole_file_arrives(size: int, tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(bytes(number % 251 for number in range(size)))
    laptop = await send(path)
    assert laptop.content == path.read_bytes()
    assert f"size={size};" in laptop.got[0]
    assert laptop.got[-1] == FILE_END + CURSOR_POSITION_REQUEST


async def test_the_percentage_only_grows(file: Path) -> None:
    told: list[int] = []
    await send(file, tell=told.append)
    assert told
    assert told == sorted(set(told))
    assert told[-1] <= 99


async def test_unconfirmed_data_is_limited(file: Path) -> None:
    answers = PendingReplies()
    laptop = Laptop(answers, is_quick=False)
    work = asyncio.create_task(send_file(file, ITERM2, laptop.take, answers, lambda _: None))
    sequences = math.ceil(len(CONTENT) / PIECE_BYTES) + 2  # with the file's start and end
    for answered in range(sequences - MAX_UNCONFIRMED_PIECES - 1):
        await until(lambda now=answered: work.done() or laptop.asked > now + MAX_UNCONFIRMED_PIECES)
        assert laptop.asked <= answered + MAX_UNCONFIRMED_PIECES + 1
        answers.received()
    while not work.done():
        answers.received()
        await asyncio.sleep(0)
    assert laptop.content == CONTENT


async def test_a_terminal_that_never_replies_gets_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(iterm, "REPLY_SECONDS", 0.01)
    answers = PendingReplies()
    laptop = Laptop(answers, is_quick=False)
    await send_file(file, ITERM2, laptop.take, answers, lambda _: None)
    assert laptop.content == CONTENT


async def test_a_file_that_grows_during_the_transfer_is_not_completed(file: Path) -> None:
    def tell(_: int) -> None:
        with file.open("ab") as more:
            more.write(b"x" * READ_CHUNKS * PIECE_BYTES)

    answers = PendingReplies()
    laptop = Laptop(answers)
    with pytest.raises(ValueError, match="changed"):
        await send_file(file, ITERM2, laptop.take, answers, tell)
    assert "FileEnd" not in "".join(laptop.got)


async def test_a_missing_file_sends_nothing(tmp_path: Path) -> None:
    answers = PendingReplies()
    laptop = Laptop(answers)
    with pytest.raises(FileNotFoundError):
        await send_file(tmp_path / "gone.pdf", ITERM2, laptop.take, answers, lambda _: None)
    assert laptop.got == []


async def test_wezterm_gets_the_file_in_one_sequence(file: Path) -> None:
    (sequence,) = (await send(file, WEZTERM)).got
    found = re.fullmatch(r"\x1b\]1337;File=name=([^;]*);size=(\d+);inline=0:([^\a]*)\a\x1b\[6n", sequence)
    assert found is not None
    assert b64decode(found[1]).decode() == file.name
    assert b64decode(found[3]) == CONTENT


async def test_a_file_too_large_for_one_sequence_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "big.pdf"
    path.write_bytes(b"x" * (iterm.MAX_WHOLE_BYTES + 1))
    with pytest.raises(FileTooLarge, match="only accepts files up to"):
        await send(path, WEZTERM)
    assert (await send(path, ITERM2)).content == path.read_bytes()


async def test_every_part_is_wrapped_for_tmux(file: Path) -> None:
    laptop = await send(file, Terminal(Kind.ITERM2, Multiplexer.TMUX))
    assert all(
        re.fullmatch(r"\x1bPtmux;\x1b\x1b\]1337;[^\x1b]*\a\x1b\\\x1b\[6n", each) for each in laptop.got
    )
    assert laptop.content == CONTENT
