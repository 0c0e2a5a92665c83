"""Write a stream of chunks to a checked file, with all disk work in threads.

While a thread writes, hashes and checks one piece, the next one arrives.
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
from omni_tui.downloads.files.content_check import content_check_for
from omni_tui.downloads.files.part_file import PartFile
from omni_tui.downloads.files.row_count import Table
from omni_tui.downloads.job.truncation import CutOff
from omni_tui.downloads.store.serialization import PartRecord

P = ParamSpec("P")
T = TypeVar("T")

# Records a step of a part file.
NotePart = Callable[[PartRecord], None]

# How much a thread writes at a time: switching threads costs as much as writing a few dozen KiB.
PIECE_BYTES = 1024 * 1024


class RunBlocking(Protocol):
    """Runs a blocking function in a thread, as `asyncio.to_thread` does."""

    def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
        """Call the function with these arguments; return its result or raise its error."""
        ...


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A complete, checked file under its final name. `size` is in bytes, `sha256` in hex.

    `tables` are its tables if known, `note` is a warning for the user, and `cut_off` are the tables that may
    lack rows.
    """

    path: Path
    size: int
    sha256: str
    tables: tuple[Table, ...] = ()
    note: str = ""
    cut_off: tuple[CutOff, ...] = ()


class FileWriter:
    """Writes one file. Use it with `async with`: if the block ends before `finish`, no `.part` is left.

    `extension` is the required file type, `expected_size` the length in bytes if known. An invalid file is
    kept as `.broken`; an incomplete one only if `is_last_try` is set, or if it has the previous attempt's
    hash `failed_sha256`, so that retrying won't help. Without `is_end_marked`, the end of the connection is
    the end of the file, and text that ends within a row may be incomplete. `tag` identifies the job of the
    `.part`; `note_part` is called before each step on the disk.
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
        self._chunks: list[bytes] = []  # the piece that is arriving
        self._piece_bytes = 0
        self._writing: asyncio.Future[None] | None = None  # writing the previous piece
        self._is_end_marked = is_end_marked
        self._is_last_try = is_last_try
        self._failed_sha256 = failed_sha256
        self._fault: WrongFile | None = None  # an error that a retry may fix
        self._tag = tag
        self._note_part = note_part
        self._is_unwanted = threading.Event()
        self._structure = content_check_for(extension, lambda: not self._is_unwanted.is_set())
        self._part: PartFile | None = None
        self._is_kept = False

    async def __aenter__(self) -> FileWriter:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with contextlib.suppress(FileSaveError, WrongFile):  # the error that ended the block matters more
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
            error.arrived_twice()
            return True
        return self._is_last_try or not error.is_cut_short

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes. Raises WrongFile as soon as it is detected, and FileSaveError."""
        self.received += len(chunk)
        self._chunks.append(chunk)
        self._piece_bytes += len(chunk)
        if self._piece_bytes >= PIECE_BYTES:
            await self._begin_writing()
        elif self._writing is not None and self._writing.done():
            await self._written()

    async def finish(self) -> SavedFile:
        """Check the complete file and rename it. Raises WrongFile and FileSaveError."""
        await self._begin_writing()
        await self._written()
        head_check.check_length(self.received, self._expected_size)
        part = self._part
        assert part is not None
        work = self._run_blocking(self._check_complete, part)
        tables = await uninterrupted(work, on_cancel=self._is_unwanted.set)
        path = await uninterrupted(self._run_blocking(self._rename, part, tables))
        self._is_kept = True
        note = "" if self._is_end_marked else self._structure.incomplete_warning()
        return SavedFile(path, part.size, part.sha256, tables, note)

    async def _begin_writing(self) -> None:
        """Start writing the piece. One at a time, so that a slow disk slows down the download."""
        await self._written()
        chunks, self._chunks, self._piece_bytes = self._chunks, [], 0
        self._writing = asyncio.ensure_future(self._run_blocking(self._to_disk, chunks))

    async def _written(self) -> None:
        """Wait until the previous piece is written. Raises its error."""
        writing, self._writing = self._writing, None
        if writing is not None:
            await uninterrupted(writing)

    def _to_disk(self, chunks: list[bytes]) -> None:
        """Write and check a piece, in a thread. Invalid data is written too, so that it can be kept."""
        data = b"".join(chunks)
        chunks.clear()  # don't keep two copies
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
            self._check_piece(data)

    def _check_piece(self, data: bytes) -> None:
        """Check a piece, in a thread. If it's damaged, the rest is still written, to compare the hash."""
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

    def _rename(self, part: PartFile, tables: tuple[Table, ...]) -> Path:
        """Rename the part to its final name, in a thread."""
        return part.finish(lambda whole: self._note_part(PartRecord(whole.part, whole, tables)))

    def _check_complete(self, part: PartFile) -> tuple[Table, ...]:
        """Check the complete file, in a thread; return its tables."""
        try:
            if self._fault is not None:
                raise self._fault
            with part.reader() as file:
                return self._structure.finish(file)
        except WrongFile as error:
            error.sha256 = part.sha256
            raise

    def _set_aside(self, part: PartFile, error: WrongFile) -> None:
        """Keep an invalid file, in a thread; if that fails, remove it and report the original error."""
        try:
            error.kept_as(part.set_aside().name)
        except FileSaveError:
            with contextlib.suppress(FileSaveError):
                part.discard()


async def uninterrupted(work: Awaitable[T], *, on_cancel: Callable[[], None] = lambda: None) -> T:
    """Wait for work that can't be interrupted (a thread's). If canceled, wait for its end, then raise that.

    Otherwise a thread could still write while its files are cleaned up. `on_cancel` may speed it up.
    """
    task = asyncio.ensure_future(work)
    canceled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            canceled = error
            on_cancel()
    if canceled is not None:
        task.exception()  # retrieve it, so that asyncio doesn't log it
        raise canceled
    return task.result()
