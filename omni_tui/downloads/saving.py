"""From a stream of chunks to a checked file, with the disk's work done in threads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

from omni_tui.downloads import checks
from omni_tui.downloads.files import PartFile

P = ParamSpec("P")
T = TypeVar("T")

# What is handed to a thread at a time: a hop costs as much as writing some dozen KiB.
PIECE_BYTES = 1024 * 1024


class RunBlocking(Protocol):
    """Runs a blocking function elsewhere: `asyncio.to_thread`."""

    def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
        """Call the function with these arguments; what it returns or raises."""
        ...


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A whole, checked file that has its name. `size` in bytes, `sha256` in hex."""

    path: Path
    size: int
    sha256: str


class FileWriter:
    """Writes one file. Use it as `async with`: whatever ends the block before `finish` did, nothing is left.

    `extension` says what the file must be, `expected_size` (bytes) how long, where that is known.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        extension: str,
        *,
        content_type: str,
        expected_size: int | None,
        run_blocking: RunBlocking,
    ) -> None:
        self.received = 0
        self._folder = folder
        self._name = name
        self._extension = extension
        self._content_type = content_type
        self._expected_size = expected_size
        self._run_blocking = run_blocking
        self._piece = bytearray()
        self._tail = b""
        self._part: PartFile | None = None
        self._is_kept = False

    async def __aenter__(self) -> FileWriter:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._part is not None and not self._is_kept:
            await uninterrupted(self._run_blocking(self._part.discard))

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes. Raises WrongFile as soon as it is seen, and FileTrouble."""
        self.received += len(chunk)
        self._piece += chunk
        if len(self._piece) >= PIECE_BYTES:
            await self._write_piece()

    async def finish(self) -> SavedFile:
        """Check the whole and give it its name. Raises WrongFile and FileTrouble."""
        checks.check_length(self.received, self._expected_size)
        await self._write_piece()
        checks.check_end(self._extension, self._tail)
        part = self._part
        assert part is not None
        path = await uninterrupted(self._run_blocking(part.finish))
        self._is_kept = True
        return SavedFile(path, part.size, part.sha256)

    async def _write_piece(self) -> None:
        piece, self._piece = self._piece, bytearray()
        if self._part is None:
            checks.check_head(self._extension, self._content_type, bytes(piece[: checks.HEAD_BYTES]))
        self._tail = (self._tail + piece[-checks.TAIL_BYTES :])[-checks.TAIL_BYTES :]
        await uninterrupted(self._run_blocking(self._to_disk, piece))

    def _to_disk(self, piece: bytearray) -> None:
        """In a thread. The part is made with its first bytes: what is seen to be wrong never gets one."""
        if self._part is None:
            self._part = PartFile(self._folder, self._name)
        self._part.write(piece)


async def uninterrupted(work: Awaitable[T]) -> T:
    """Wait for work that cannot be stopped (a thread's), also when cancelled meanwhile; then be cancelled.

    Cleaning up before a thread has ended would let it write to what is gone.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        task.exception()  # looked at, so that the loop does not complain: being cancelled goes first
        raise cancelled
    return task.result()
