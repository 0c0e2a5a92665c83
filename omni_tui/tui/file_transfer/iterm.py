"""Send a file to the user's machine in iTerm2's protocol, in pieces with room for the screen between them.

On a slow connection, buffers accept whatever is written at once, and later output waits behind it. So each
piece is followed by a query that the terminal answers, and only a few pieces are sent ahead of the replies.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from omni_tui.errors import OmniTuiError
from omni_tui.formatting import format_size
from omni_tui.tui.terminal.detect import Terminal, Transfer
from omni_tui.tui.terminal.escape_sequences import (
    CURSOR_POSITION_REQUEST,
    FILE_END,
    file_part,
    file_start,
    file_whole,
    wrapped,
)

# A multiple of 3, so that base64 pieces can be joined; 8 kB as base64.
PIECE_BYTES = 6 * 1024
MAX_UNCONFIRMED_PIECES = 2
# How much is read from the disk at a time, in a thread.
READ_BYTES = 64 * PIECE_BYTES
# A terminal that takes longer than this never replies.
REPLY_SECONDS = 10.0
# A single sequence blocks all other output, and a large one would for minutes.
MAX_WHOLE_BYTES = 2_000_000
WHOLE_SECONDS = 300.0


class FileTooLarge(OmniTuiError):
    """The file is too large for this terminal."""


class PendingReplies:
    """Matches each reply of the terminal to the query that has waited longest."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_silent = False

    def expect(self) -> asyncio.Future[None]:
        """Return a future that is done when the reply to a query sent now arrives."""
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        return answer

    def received(self) -> None:
        """Handle a reply of the terminal."""
        while self._waiting:
            answer = self._waiting.popleft()
            if not answer.done():
                answer.set_result(None)
                return

    async def wait_for(self, answer: asyncio.Future[None], seconds: float | None = None) -> None:
        """Wait for a reply, REPLY_SECONDS by default; after one timeout, never wait again."""
        if self._is_silent:
            await asyncio.sleep(0.05)
            return
        try:
            await asyncio.wait_for(answer, REPLY_SECONDS if seconds is None else seconds)
        except TimeoutError:
            self._is_silent = True


async def send_file(
    path: Path,
    terminal: Terminal,
    send: Callable[[str], None],
    answers: PendingReplies,
    tell: Callable[[int], None],
) -> None:
    """Send the file to the user's machine; `tell` gets the percentage when it grows.

    Raises OSError, FileTooLarge, and ValueError if the file changed during the transfer, which is then never
    completed, so the terminal keeps nothing.
    """
    size = (await asyncio.to_thread(path.stat)).st_size
    if terminal.transfer is Transfer.WHOLE:
        await _send_whole(path, size, terminal, send, answers)
        return
    unconfirmed: deque[asyncio.Future[None]] = deque()
    shown = sent = 0
    async for sequence, length in _sequences(path, size):
        send(wrapped(sequence, terminal.multiplexer) + CURSOR_POSITION_REQUEST)
        unconfirmed.append(answers.expect())
        while len(unconfirmed) > MAX_UNCONFIRMED_PIECES:
            await answers.wait_for(unconfirmed.popleft())
        sent += length
        if size and (percent := min(99, 100 * sent // size)) > shown:
            shown = percent
            tell(shown)
    while unconfirmed:
        await answers.wait_for(unconfirmed.popleft())


async def _sequences(path: Path, size: int) -> AsyncIterator[tuple[str, int]]:
    """Yield each sequence and how many bytes of the file are in it. Raises ValueError if the size changed."""
    yield file_start(path.name, size), 0
    total = 0
    with await asyncio.to_thread(path.open, "rb") as file:
        while block := await asyncio.to_thread(file.read, READ_BYTES):
            total += len(block)
            if total > size:
                break
            for start in range(0, len(block), PIECE_BYTES):
                piece = block[start : start + PIECE_BYTES]
                yield file_part(piece), len(piece)
    if total != size:
        raise ValueError("the file changed")
    yield FILE_END, 0


async def _send_whole(
    path: Path, size: int, terminal: Terminal, send: Callable[[str], None], answers: PendingReplies
) -> None:
    if size > MAX_WHOLE_BYTES:
        raise FileTooLarge(
            f"This terminal only accepts files up to {format_size(MAX_WHOLE_BYTES)}.",
            "Press Y to copy an scp command instead.",
        )
    content = await asyncio.to_thread(path.read_bytes)
    send(wrapped(file_whole(path.name, content), terminal.multiplexer) + CURSOR_POSITION_REQUEST)
    await answers.wait_for(answers.expect(), WHOLE_SECONDS)
