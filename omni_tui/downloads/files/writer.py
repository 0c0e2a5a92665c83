"""From a stream of chunks to a checked file, with the disk's work done in threads.

While a thread writes, hashes and looks at one piece, the next one comes in.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Protocol, TypeVar

from omni_tui.downloads.errors import FileSaveError, WrongFile
from omni_tui.downloads.files import head_check
from omni_tui.downloads.files.content_check import structure_of
from omni_tui.downloads.files.part_file import PartFile
from omni_tui.downloads.files.row_count import Table
from omni_tui.downloads.job.truncation import CutOff
from omni_tui.downloads.store.serialization import PartRecord

P = ParamSpec("P")
T = TypeVar("T")

# Takes what is known of a file on its way.
NotePart = Callable[[PartRecord], None]

# What is handed to a thread at a time: a hop costs as much as writing some dozen KiB.
PIECE_BYTES = 1024 * 1024


class RunBlocking(Protocol):
    """Runs a blocking function elsewhere: `asyncio.to_thread`."""

    def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
        """Call the function with these arguments; what it returns or raises."""
        ...


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A whole, checked file that has its name. `size` in bytes, `sha256` in hex; `tables` where known.

    `note` is what went wrong beside it, in words; `cut_off` are the tables that may lack rows.
    """

    path: Path
    size: int
    sha256: str
    tables: tuple[Table, ...] = ()
    note: str = ""
    cut_off: tuple[CutOff, ...] = ()


class FileWriter:
    """Writes one file. Use it as `async with`: what ends the block before `finish` did leaves no `.part`.

    `extension` says what the file must be, `expected_size` (bytes) how long, where that is known. A file that
    is found wrong is kept as `.broken`; where it is only not whole and `is_last_try` is not set, it goes too.
    `failed_sha256` is of what came before and failed its check: the same again is the last try, too. Without
    `is_end_marked`, the connection's end is the file's: text that ends in mid-row may be cut.
    `tag` is whose the `.part` is; `note_part` is told of each step on the disk before it is made.
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
        is_end_marked: bool = True,
        is_last_try: bool = True,
        failed_sha256: str = "",
        tag: str = "",
        note_part: NotePart = lambda record: None,
    ) -> None:
        self.received = 0
        self._folder = folder
        self._name = name
        self._extension = extension
        self._content_type = content_type
        self._expected_size = expected_size
        self._run_blocking = run_blocking
        self._chunks: list[bytes] = []  # the piece that comes in
        self._piece_bytes = 0
        self._writing: asyncio.Future[None] | None = None  # the piece before it
        self._is_end_marked = is_end_marked
        self._is_last_try = is_last_try
        self._failed_sha256 = failed_sha256
        self._fault: WrongFile | None = None  # which another try may mend
        self._tag = tag
        self._note_part = note_part
        self._is_unwanted = threading.Event()
        self._structure = structure_of(extension, lambda: not self._is_unwanted.is_set())
        self._part: PartFile | None = None
        self._is_kept = False

    async def __aenter__(self) -> FileWriter:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with contextlib.suppress(FileSaveError, WrongFile):  # what ended the block matters more
                await self._written()
        finally:
            await self._clean_up(error)

    async def _clean_up(self, error: BaseException | None) -> None:
        if self._part is None or self._is_kept:
            return
        if isinstance(error, WrongFile) and self._is_final(error):
            await uninterrupted(self._run_blocking(self._set_aside, self._part, error))
        else:
            await uninterrupted(self._run_blocking(self._part.discard))

    def _is_final(self, error: WrongFile) -> bool:
        if error.sha256 and error.sha256 == self._failed_sha256:
            error.came_again()
            return True
        return self._is_last_try or not error.is_cut_short

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes. Raises WrongFile as soon as it is seen, and FileSaveError."""
        self.received += len(chunk)
        self._chunks.append(chunk)
        self._piece_bytes += len(chunk)
        if self._piece_bytes >= PIECE_BYTES:
            await self._begin_writing()
        elif self._writing is not None and self._writing.done():
            await self._written()

    async def finish(self) -> SavedFile:
        """Check the whole and give it its name. Raises WrongFile and FileSaveError."""
        await self._begin_writing()
        await self._written()
        head_check.check_length(self.received, self._expected_size)
        part = self._part
        assert part is not None
        work = self._run_blocking(self._check_whole, part)
        tables = await uninterrupted(work, on_cancel=self._is_unwanted.set)
        path = await uninterrupted(self._run_blocking(self._give_name, part, tables))
        self._is_kept = True
        note = "" if self._is_end_marked else self._structure.doubt()
        return SavedFile(path, part.size, part.sha256, tables, note)

    async def _begin_writing(self) -> None:
        """Hand the piece over. One at a time: a disk that is slower than the network slows that down."""
        await self._written()
        chunks, self._chunks, self._piece_bytes = self._chunks, [], 0
        self._writing = asyncio.ensure_future(self._run_blocking(self._to_disk, chunks))

    async def _written(self) -> None:
        """Wait until what was handed over is on the disk; raise what is wrong with it."""
        writing, self._writing = self._writing, None
        if writing is not None:
            await uninterrupted(writing)

    def _to_disk(self, chunks: list[bytes]) -> None:
        """In a thread. The part is made with its first bytes, and what is wrong is on the disk to be kept."""
        data = b"".join(chunks)
        chunks.clear()  # they were held twice
        if self._part is not None:
            self._part.write(data)
        elif data:
            self._part = self._new_part()
            self._part.write(data)
            head_check.check_head(self._extension, self._content_type, data[: head_check.HEAD_BYTES])
        else:
            head_check.check_head(self._extension, self._content_type, data)
            self._part = self._new_part()
        if self._fault is None:
            self._look_at(data)

    def _look_at(self, data: bytes) -> None:
        """In a thread. The rest of a damaged file is still written, so that it can be told from the next."""
        try:
            self._structure.feed(data)
        except WrongFile as error:
            if not error.is_cut_short:
                raise
            self._fault = error

    def _new_part(self) -> PartFile:
        return PartFile(
            self._folder, self._name, self._tag, will_create=lambda part: self._note_part(PartRecord(part))
        )

    def _give_name(self, part: PartFile, tables: tuple[Table, ...]) -> Path:
        """In a thread."""
        return part.finish(lambda whole: self._note_part(PartRecord(whole.part, whole, tables)))

    def _check_whole(self, part: PartFile) -> tuple[Table, ...]:
        """In a thread."""
        try:
            if self._fault is not None:
                raise self._fault
            with part.reader() as file:
                return self._structure.finish(file)
        except WrongFile as error:
            error.sha256 = part.sha256
            raise

    def _set_aside(self, part: PartFile, error: WrongFile) -> None:
        """In a thread. What cannot be kept goes: why the file is wrong matters more."""
        try:
            error.kept_as(part.set_aside().name)
        except FileSaveError:
            with contextlib.suppress(FileSaveError):
                part.discard()


async def uninterrupted(work: Awaitable[T], *, on_cancel: Callable[[], None] = lambda: None) -> T:
    """Wait for work that cannot be stopped (a thread's), also when cancelled meanwhile; then be cancelled.

    Cleaning up before a thread has ended would let it write to what is gone. `on_cancel` may hurry it.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
            on_cancel()
    if cancelled is not None:
        task.exception()  # looked at, so that the loop does not complain: being cancelled goes first
        raise cancelled
    return task.result()
