"""Send a file to the user's machine in iTerm2's protocol, in pieces with room for the screen between them.

On a slow connection, buffers accept whatever is written at once, and later output waits behind it. So each
piece is followed by a query that the terminal answers, and only a few pieces are sent ahead of the replies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from omni_tui.errors import OmniTuiError
from omni_tui.formatting import format_size
from omni_tui.tui.file_transfer.chunks import chunks_of
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
# A terminal that takes longer than this never replies.
REPLY_SECONDS = 10.0
# A single sequence blocks all other output, and a large one would for minutes.
MAX_WHOLE_BYTES = 2_000_000
WHOLE_SECONDS = 300.0


class FileTooLarge(OmniTuiError):
    """The file is too large for this terminal."""


class PendingReplies:
    """Counts the queries that the terminal hasn't answered yet."""

    def __init__(self) -> None:
        self._count = 0
        self._arrived = asyncio.Event()
        self._is_silent = False

    def expect(self) -> None:
        """Count a query that is sent now."""
        self._count += 1

    def received(self) -> None:
        """Handle a reply of the terminal."""
        self._count = max(0, self._count - 1)
        self._arrived.set()

    async def wait(self, most: int = 0, seconds: float | None = None) -> None:
        """Wait until at most `most` replies are pending.

        If no reply arrives within REPLY_SECONDS or `seconds`, never wait for replies again.
        """
        while self._count > most:
            if self._is_silent:
                await asyncio.sleep(0.05)
                return
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), REPLY_SECONDS if seconds is None else seconds)
            except TimeoutError:
                self._is_silent = True


async def send_file(
    path: Path,
    terminal: Terminal,
    send: Callable[[str], None],
    replies: PendingReplies,
    show_progress: Callable[[int], None],
) -> None:
    """Send the file to the user's machine; `show_progress` gets the percentage when it grows.

    Raises OSError, FileTooLarge, and ValueError if the file changed during the transfer, which is then never
    completed, so the terminal keeps nothing.
    """
    size = (await asyncio.to_thread(path.stat)).st_size
    if terminal.transfer is Transfer.WHOLE:
        await _send_whole(path, size, terminal, send, replies)
        return
    shown = sent = 0

    async def send_next(sequence: str) -> None:
        send(wrapped(sequence, terminal.multiplexer) + CURSOR_POSITION_REQUEST)
        replies.expect()
        await replies.wait(MAX_UNCONFIRMED_PIECES)

    await send_next(file_start(path.name, size))
    async for piece in chunks_of(path, size, PIECE_BYTES):
        await send_next(file_part(piece))
        sent += len(piece)
        if (percent := min(99, 100 * sent // size)) > shown:
            shown = percent
            show_progress(shown)
    await send_next(FILE_END)
    await replies.wait()


async def _send_whole(
    path: Path, size: int, terminal: Terminal, send: Callable[[str], None], replies: PendingReplies
) -> None:
    if size > MAX_WHOLE_BYTES:
        raise FileTooLarge(
            f"This terminal only accepts files up to {format_size(MAX_WHOLE_BYTES)}.",
            "Use “copy scp” instead.",
        )
    content = await asyncio.to_thread(path.read_bytes)
    send(wrapped(file_whole(path.name, content), terminal.multiplexer) + CURSOR_POSITION_REQUEST)
    replies.expect()
    await replies.wait(seconds=WHOLE_SECONDS)
