"""A file sent home through the terminal, in pieces that leave room for the screen between them.

What is written to a slow line is taken at once by the buffers on its way, and whatever comes after waits
behind it. So each piece is followed by a question that the terminal answers, and no more than a few pieces
are on their way without an answer.
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
    ASK_WHERE,
    FILE_END,
    file_part,
    file_start,
    file_whole,
    wrapped,
)

# A multiple of 3, so that pieces of base64 can be put together; 8 kB of it on the line.
PIECE_BYTES = 6 * 1024
MOST_ON_THEIR_WAY = 2
# How much is read from the disk in one go, in a thread.
READ_BYTES = 64 * PIECE_BYTES
# A terminal that has not answered for so long answers nothing.
ANSWER_SECONDS = 10.0
# One sequence holds everything else back, and a large one would for minutes.
MOST_WHOLE_BYTES = 2_000_000
WHOLE_SECONDS = 300.0


class FileTooLarge(OmniTuiError):
    """The file is too big for what this terminal takes."""


class PendingReplies:
    """The terminal's answers, each to the question that has waited longest."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_silent = False

    def expect(self) -> asyncio.Future[None]:
        """What is done when the answer to a question has come that is asked now."""
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        return answer

    def came(self) -> None:
        """The terminal has answered."""
        while self._waiting:
            answer = self._waiting.popleft()
            if not answer.done():
                answer.set_result(None)
                return

    async def wait_for(self, answer: asyncio.Future[None], seconds: float = ANSWER_SECONDS) -> None:
        """Until it has come; not for ever, and from a terminal that never answers not again."""
        if self._is_silent:
            await asyncio.sleep(0.05)
            return
        try:
            await asyncio.wait_for(answer, seconds)
        except TimeoutError:
            self._is_silent = True


async def send_file(
    path: Path,
    terminal: Terminal,
    send: Callable[[str], None],
    answers: PendingReplies,
    tell: Callable[[int], None],
) -> None:
    """Send it home; `tell` gets the percentage each time that it grows.

    Raises OSError, FileTooLarge, and ValueError if the file changed meanwhile: the transfer is then
    never completed, and the terminal keeps nothing.
    """
    size = (await asyncio.to_thread(path.stat)).st_size
    if terminal.transfer is Transfer.WHOLE:
        await _send_whole(path, size, terminal, send, answers)
        return
    on_their_way: deque[asyncio.Future[None]] = deque()
    told = sent = 0
    async for sequence, length in _sequences(path, size):
        send(wrapped(sequence, terminal.multiplexer) + ASK_WHERE)
        on_their_way.append(answers.expect())
        while len(on_their_way) > MOST_ON_THEIR_WAY:
            await answers.wait_for(on_their_way.popleft())
        sent += length
        if size and (percent := min(99, 100 * sent // size)) > told:
            told = percent
            tell(told)
    while on_their_way:
        await answers.wait_for(on_their_way.popleft())


async def _sequences(path: Path, size: int) -> AsyncIterator[tuple[str, int]]:
    """The sequences, and how many bytes of the file each brings. Raises ValueError for another size."""
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
        raise ValueError("it was changed meanwhile")
    yield FILE_END, 0


async def _send_whole(
    path: Path, size: int, terminal: Terminal, send: Callable[[str], None], answers: PendingReplies
) -> None:
    if size > MOST_WHOLE_BYTES:
        raise FileTooLarge(
            f"{format_size(size)} are too much for one sequence, and this terminal takes no other.",
            f"Up to {format_size(MOST_WHOLE_BYTES)} can be sent; Y copies an scp line.",
        )
    content = await asyncio.to_thread(path.read_bytes)
    send(wrapped(file_whole(path.name, content), terminal.multiplexer) + ASK_WHERE)
    await answers.wait_for(answers.expect(), WHOLE_SECONDS)
