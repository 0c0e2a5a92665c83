"""Downloading and writing run at the same time, and write errors are reported."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest

from omni_tui.downloads.errors import FileSaveError, WrongFile
from omni_tui.downloads.files.row_count import INCOMPLETE
from omni_tui.downloads.files.writer import PIECE_BYTES, FileWriter
from tests.downloads.fakes import inline

P = ParamSpec("P")
T = TypeVar("T")

PIECE = (b"a,b\n" * PIECE_BYTES)[:PIECE_BYTES]


class SlowDisk:
    """A `run_blocking` that waits until the test lets it continue."""

    def __init__(self) -> None:
        self.begun = 0
        self.may_go_on = asyncio.Event()

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        self.begun += 1
        await self.may_go_on.wait()
        return function(*args, **kwargs)


def writer(folder: Path, disk: SlowDisk, extension: str = "csv") -> FileWriter:
    return FileWriter(
        folder, f"file.{extension}", extension, content_type="", expected_size=None, run_blocking=disk
    )


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_only_the_next_piece_arrives_while_one_is_written(tmp_path: Path) -> None:
    disk = SlowDisk()
    async with writer(tmp_path, disk) as file:
        await file.write(PIECE)
        await file.write(PIECE[: PIECE_BYTES // 2])  # taken, though nothing is on the disk yet
        third = asyncio.create_task(file.write(PIECE[PIECE_BYTES // 2 :]))
        await settle()
        assert not third.done()  # a disk that is slow holds the network up
        assert disk.begun == 1
        disk.may_go_on.set()
        await third
        saved = await file.finish()
    assert saved.path.read_bytes() == PIECE * 2
    assert saved.size == 2 * PIECE_BYTES


async def test_an_invalid_file_is_reported_with_its_first_bytes(tmp_path: Path) -> None:
    disk = SlowDisk()
    disk.may_go_on.set()

    async def receive() -> None:
        async with writer(tmp_path, disk, "pdf") as file:
            await file.write(PIECE)
            await settle()
            await file.write(b"more")
            raise AssertionError("it was not told")

    with pytest.raises(WrongFile, match="instead of a PDF"):
        await receive()
    assert os.listdir(tmp_path) == ["file.pdf.broken"]


async def test_a_disk_that_fails_behind_our_back_fails_the_file(tmp_path: Path) -> None:
    disk = SlowDisk()
    disk.may_go_on.set()

    async def receive() -> None:
        async with writer(tmp_path / "gone", disk) as file:
            await file.write(PIECE)
            await file.finish()

    with pytest.raises(FileSaveError):
        await receive()


@pytest.mark.parametrize("ends_by", [asyncio.CancelledError, ConnectionError])
async def test_what_ends_it_waits_for_the_piece_that_is_written_and_leaves_nothing(
    tmp_path: Path, ends_by: type[BaseException]
) -> None:
    disk = SlowDisk()

    async def receive() -> None:
        async with writer(tmp_path, disk) as file:
            await file.write(PIECE)
            raise ends_by

    task = asyncio.create_task(receive())
    await settle()
    assert not task.done()
    task.cancel()  # once more, while it cleans up
    disk.may_go_on.set()
    with pytest.raises((asyncio.CancelledError, ConnectionError)):
        await task
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("data", "is_end_marked", "note"),
    [
        (b"a,b\n1,2\n", False, ""),
        (b"a,b\n1,2", False, "the last line isn't terminated"),
        (b"a,b\n1,2", True, ""),
        (b"", False, "neither bytes nor a length"),
        (b"", True, ""),
        (b'a\n""', False, "the last line isn't terminated"),
    ],
)
async def test_a_csv_that_may_be_incomplete_says_so(
    tmp_path: Path, data: bytes, is_end_marked: bool, note: str
) -> None:
    async with FileWriter(
        tmp_path,
        "file.csv",
        "csv",
        content_type="text/csv",
        expected_size=None,
        run_blocking=inline,
        is_end_marked=is_end_marked,
    ) as file:
        await file.write(data)
        saved = await file.finish()
    assert note in saved.note
    assert saved.note.startswith(INCOMPLETE) == bool(note)


async def test_the_rest_of_a_damaged_file_is_downloaded_and_hashed(tmp_path: Path) -> None:
    data = b'[{"a": 1},,' + b" " * PIECE_BYTES + b"]"

    async def save(failed_sha256: str) -> None:
        async with FileWriter(
            tmp_path,
            "file.json",
            "json",
            content_type="",
            expected_size=None,
            run_blocking=inline,
            is_last_try=False,
            failed_sha256=failed_sha256,
        ) as file:
            for start in range(0, len(data), 100_000):
                await file.write(data[start : start + 100_000])
            await file.finish()

    sha256 = hashlib.sha256(data).hexdigest()
    for failed_sha256 in ("", sha256):
        with pytest.raises(WrongFile) as wrong:
            await save(failed_sha256)
        assert wrong.value.sha256 == sha256
        assert ("same damaged file" in wrong.value.message) == bool(failed_sha256)
    assert os.listdir(tmp_path) == ["file.json.broken"]
