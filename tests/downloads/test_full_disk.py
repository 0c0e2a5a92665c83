"""Disks that do not take a file: a full one of its own, and one that can only be read."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from omni_tui.downloads.models import JobState
from tests.downloads.fakes import Bench, FakeFile

BIG_PDF = b"%PDF-1.7\n" + b"x" * 3_000_000 + b"\n%%EOF\n"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB; only root may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mounting, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount")
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def remount(disk: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", str(disk)], check=True)


async def test_a_full_disk_is_told_and_once_there_is_room_it_goes_on_without_a_new_render(
    small_disk: Path,
) -> None:
    bench = Bench(small_disk)
    bench.client.files.extend([FakeFile(BIG_PDF)] * 2)
    job = await bench.run(bench.submit())
    assert job.state is JobState.FAILED
    assert job.failure is not None
    assert job.failure.kind == "FileTrouble"
    assert "disk is full" in job.failure.message
    assert job.server_job_id == "server-1"
    assert bench.files() == []
    remount(small_disk, "size=9m")
    bench.engine.resume(job.id)
    job = await bench.run(job.id)
    assert job.state is JobState.DONE
    assert bench.files() == ["Sales.pdf"]
    assert (small_disk / "Sales.pdf").read_bytes() == BIG_PDF
    assert bench.client.count("initiate") == 1


async def test_a_disk_that_can_only_be_read(small_disk: Path) -> None:
    bench = Bench(small_disk)
    remount(small_disk, "ro")
    job = await bench.run(bench.submit())
    assert job.failure is not None
    assert "only be read" in job.failure.message
    assert bench.client.count("initiate") == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
async def test_a_folder_that_one_may_not_write_into(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir(mode=0o500)
    job = await (bench := Bench(folder)).run(bench.submit())
    assert job.failure is not None
    assert "may not write" in job.failure.message
