"""Real full disks: paused downloads continue when there is space, and nothing is rendered twice."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from omni_tui.demo.sample_data import names
from omni_tui.demo.server import DemoServer
from tests.commands.bad_servers import Network
from tests.commands.download.faults.test_hard_times import wait_for_part
from tests.commands.runs import LIMIT, SPEED, WAITS, Ran, run, start
from tests.system.small_disk import SmallDisk, small_disk

# More than the disk holds, and enough to stop in the middle.
HUGE_BYTES, STOP_BYTES = 4_000_000, 2_500_000
HUGE = ("download", names.HUGE_ID, "--format", "csv", "--query-identifier-map-key", "1", "--quiet")


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(speed=SPEED, limit=LIMIT, huge_bytes=HUGE_BYTES) as running:
        yield running


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as mounted:
        yield mounted


class Desk:
    """One user's programs, one after the other."""

    def __init__(self, base: Path, server: DemoServer) -> None:
        self.base, self.server, self.count = base, server, 0
        self.home = str(base / "home")

    @property
    def next_folder(self) -> Path:
        self.count += 1
        return self.base / f"run-{self.count}"

    def run(self, *typed: str, **environment: str) -> Ran:
        return run(self.next_folder, self.server, *typed, **{"HOME": self.home, **environment})

    def check_held(self, ran: Ran, words: str) -> None:
        """Assert that it was reported with what to do, and paused; there is no file."""
        assert (ran.status, ran.out, ran.err.count("\n")) == (1, b"", 2), ran.err
        assert ran.err.endswith(WAITS)
        assert words in ran.err
        assert "Traceback" not in ran.err
        (listed,) = self.run("downloads").lines[1:]
        assert "needs attention" in listed
        assert words in listed

    def check_goes_on(self, folder: Path) -> None:
        """Assert that it is finished, with a single render."""
        resumed = self.run("resume", "--json", "--quiet")
        assert (resumed.status, resumed.err) == (0, "")
        (line,) = map(json.loads, resumed.lines)
        assert [path.name for path in folder.iterdir()] == [Path(line["path"]).name]
        assert Path(line["path"]).stat().st_size == line["bytes"] > HUGE_BYTES / 2
        assert self.server.requests["POST", "initiate"] == 1


@pytest.fixture
def desk(server: DemoServer, tmp_path: Path) -> Desk:
    return Desk(tmp_path, server)


def test_a_full_disk(desk: Desk, disk: SmallDisk) -> None:
    desk.check_held(desk.run(*HUGE, "--output", str(disk.folder)), "The disk is full")
    assert list(disk.folder.iterdir()) == []
    disk.remount("size=9m")
    desk.check_goes_on(disk.folder)


def test_a_read_only_disk(desk: Desk, disk: SmallDisk) -> None:
    disk.remount("ro,size=9m")
    desk.check_held(desk.run(*HUGE, "--output", str(disk.folder)), "on a read-only disk")
    assert desk.server.requests["POST", "initiate"] == 0
    disk.remount("rw,size=9m")
    desk.check_goes_on(disk.folder)


def test_a_folder_that_is_removed_meanwhile(desk: Desk, tmp_path: Path) -> None:
    exports = tmp_path / "exports"

    def remove() -> bool:
        wait_for_part(exports)
        shutil.rmtree(exports)
        return True

    with Network(desk.server.url, stop_bytes=STOP_BYTES, then=remove) as network:
        typed = (*HUGE, "--output", f"{exports}/")
        desk.check_held(desk.run(*typed, OMNI_BASE_URL=network.url), f"There is no folder {exports}")
        exports.mkdir()
        # the same server, by the same address
        resumed = desk.run("resume", "--quiet", OMNI_BASE_URL=network.url)
    assert (resumed.status, resumed.err) == (0, "")
    assert [str(path) for path in exports.iterdir()] == resumed.lines
    assert desk.server.requests["POST", "initiate"] == 1


@pytest.mark.parametrize(
    ("moment", "status", "words"),
    [
        ("before it starts", 0, b"Can't use the download list"),
        ("while it runs", 1, b"Can't save the download list"),
    ],
)
def test_a_full_disk_where_jobs_are_recorded(
    desk: Desk, disk: SmallDisk, moment: str, status: int, words: bytes
) -> None:
    """Exports continue, it is reported once, and nothing is rendered again."""
    folder, state = desk.next_folder, str(disk.folder / "state")
    typed = ("download", names.SLOW_ID, "12db1a0a", "08cd7e36", "--format", "pdf")
    environment = {"HOME": desk.home, "XDG_STATE_HOME": state}
    if moment == "before it starts":
        disk.fill()
    process = start(folder, desk.server, *typed, **environment)
    assert process.stderr is not None
    told = b""
    while b"rendering" not in told:
        line = process.stderr.readline()
        assert line, told
        told += line
    if moment == "while it runs":
        disk.fill()
    out, err = process.communicate()
    err = told + err
    assert process.returncode == status, err
    saved = {os.fsdecode(line) for line in out.splitlines()}
    assert len(saved) == 3
    assert err.count(words) == 1, err
    assert b"Traceback" not in err
    disk.make_room()
    fetched = desk.server.requests["GET", "file"]
    resumed = desk.run("resume", XDG_STATE_HOME=state)
    assert resumed.status == 0, resumed.err
    assert set(resumed.lines) <= saved
    assert {str(path) for path in folder.iterdir()} == saved
    assert desk.server.requests["GET", "file"] == fetched
    again = desk.run("resume", XDG_STATE_HOME=state)
    assert (again.status, again.lines, again.err) == (
        0,
        [],
        "omni-tui resume: There are no unfinished downloads.\n",
    )


def test_a_list_that_cannot_be_opened_is_not_an_empty_list(desk: Desk, disk: SmallDisk) -> None:
    """A script must not mistake it for the end of its work."""
    state = str(disk.folder / "state")
    desk.run("download", names.SLOW_ID, "--format", "pdf", "--detach", XDG_STATE_HOME=state)
    disk.remount("ro")
    resumed = desk.run("resume", XDG_STATE_HOME=state)
    assert resumed.status == 1
    assert "Can't use the download list" in resumed.err
    assert "Read-only file system" in resumed.err
    disk.remount("rw")
    with closing(sqlite3.connect(disk.folder / "state/omni-tui/jobs.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        resumed = desk.run("resume", XDG_STATE_HOME=state)
    assert resumed.status == 1
    assert "another program has locked it" in resumed.err
    assert len(desk.run("resume", "--quiet", XDG_STATE_HOME=state).lines) == 1
