"""Saving to a full disk and to a read-only disk, both real."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.downloads.job.models import FailureKind, JobState
from tests.downloads.fakes import Bench, FakeFile
from tests.system.small_disk import SmallDisk, small_disk

BIG_PDF = b"%PDF-1.7\n" + b"x" * 3_000_000 + b"\n%%EOF\n"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as mounted:
        yield mounted


async def test_after_a_full_disk_a_job_resumes_without_a_new_render(
    disk: SmallDisk,
) -> None:
    bench = Bench(disk.folder)
    bench.client.files.extend([FakeFile(BIG_PDF)] * 2)
    job = await bench.run(bench.submit())
    assert job.state is JobState.FAILED
    assert job.failure is not None
    assert job.failure.kind == FailureKind.FILE_SAVE_ERROR
    assert "disk is full" in job.failure.message
    assert job.server_job_id == "server-1"
    assert bench.files() == []
    disk.remount("size=9m")
    await bench.engine.resume(job.id)
    job = await bench.run(job.id)
    assert job.state is JobState.DONE
    assert bench.files() == ["Sales.pdf"]
    assert (disk.folder / "Sales.pdf").read_bytes() == BIG_PDF
    assert bench.client.count("initiate") == 1


async def test_a_disk_that_can_only_be_read(disk: SmallDisk) -> None:
    bench = Bench(disk.folder)
    disk.remount("ro")
    job = await bench.run(bench.submit())
    assert job.failure is not None
    assert "read-only disk" in job.failure.message
    assert job.needs_attention
    assert bench.client.count("initiate") == 0
    disk.remount("rw")
    await bench.engine.resume(job.id)
    assert (await bench.run(job.id)).state is JobState.DONE


async def test_a_name_that_is_too_long_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some take only half of what others take, and say so when the file is made."""
    bench = Bench(tmp_path)
    real_open = os.open

    def open_(path: str | Path, flags: int, *args: int) -> int:
        if len(os.path.basename(path)) > 100:
            raise OSError(errno.ENAMETOOLONG, "File name too long")
        return real_open(path, flags, *args)

    monkeypatch.setattr(os, "open", open_)
    job = await bench.run(bench.submit("Sales of " + "a" * 100))
    assert job.failure is not None
    assert "too long" in job.failure.message
    assert "shorter" in job.failure.hint
    assert (job.needs_attention, bench.files()) == (True, [])
    monkeypatch.undo()  # another folder is in its place
    await bench.engine.resume(job.id)
    assert (await bench.run(job.id)).state is JobState.DONE
    assert bench.client.count("initiate") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
async def test_a_folder_that_one_may_not_write_into(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir(mode=0o500)
    job = await (bench := Bench(folder)).run(bench.submit())
    assert job.failure is not None
    assert "No permission to write" in job.failure.message
