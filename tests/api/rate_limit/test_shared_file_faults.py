"""The file that programs share: private, healed when it is damaged, and done without where there is none."""

# ruff: noqa: ASYNC230, ASYNC240  # the file is a small one

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.rate_limit import shared_file
from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.rate_limit.shared_file import SharedFile, boot_id
from omni_tui.api.rate_limit.slots import (
    LATE_SECONDS,
    MARGIN_SECONDS,
    MAX_PAUSE_SECONDS,
    RENEW_SECONDS,
)
from tests.api.rate_limit.test_limiter import take
from tests.fakes import FakeClock

MAX_SECONDS = 60 + MARGIN_SECONDS + LATE_SECONDS + RENEW_SECONDS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "rate-limit"


def limiter(path: Path, clock: FakeClock, limit: int = 60, boot: str = "12345678") -> RateLimiter:
    return RateLimiter(limit, clock=clock, state=SharedFile(path, clock, boot=boot))


async def use_up(limiter: RateLimiter, count: int) -> None:
    for _ in range(count):
        (slot,) = await take(limiter, 1)
        slot.answered()


async def test_only_its_owner_may_read_it(path: Path) -> None:
    await use_up(limiter(path, FakeClock()), 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert os.listdir(path.parent) == [path.name]


async def test_it_does_not_grow_with_time(path: Path) -> None:
    clock = FakeClock()
    one = limiter(path, clock, 10)
    for _ in range(20):
        await use_up(one, 8)
        clock.now += 61
    assert path.stat().st_size <= 2_000


async def test_files_of_keys_that_were_not_used_for_long_go(path: Path) -> None:
    path.parent.mkdir()
    old = [path.parent / name for name in ("rate-limit-old", "budget-of-version-0.1", "jobs.sqlite")]
    for each in (*old, path, path.parent / "rate-limit-new"):
        each.touch()
    for each in old:
        os.utime(each, (1_000_000, 1_000_000))
    await use_up(limiter(path, FakeClock()), 1)
    assert {each.name for each in path.parent.iterdir()} == {"rate-limit-new", "jobs.sqlite", "rate-limit"}


DAMAGES: dict[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "emptied": lambda path: path.write_bytes(b""),
    "overwritten": lambda path: path.write_bytes(b"\0\xff" * 5000),
    "cut": lambda path: os.truncate(path, 200),
    "without notes": lambda path: path.write_bytes(shared_file._HEADER + b"\n{}\n"),
    "other notes": lambda path: path.write_bytes(shared_file._HEADER + b'\n[1, "p", ["p"], []]\n'),
    "replaced": lambda path: (path.rename(path.with_name("old")), path.write_bytes(b"{}")),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_damage_heals_as_the_programs_go_on(path: Path, damage: str) -> None:
    clock = FakeClock()
    one, other = limiter(path, clock), limiter(path, clock)
    await use_up(one, 20)
    await use_up(other, 20)
    DAMAGES[damage](path)
    await use_up(other, 1)
    await use_up(one, 1)
    assert one.used == other.used == 42
    clock.now += 61
    assert one.used == other.used == 0


async def test_damage_is_reported(path: Path) -> None:
    clock = FakeClock()
    one = limiter(path, clock)
    await use_up(one, 1)
    assert one.notice == ""
    path.write_bytes(b"no rate limit at all")
    for each in (one, limiter(path, clock)):  # also one that has only looked at it
        assert each.notice.endswith("rate-limit: it was damaged and has been replaced.")
    await use_up(one, 1)
    assert one.notice.endswith("rate-limit: it was damaged and has been replaced.")
    assert limiter(path, clock).notice == ""


@given(content=st.binary(max_size=500), has_header=st.booleans())
def test_no_content_of_the_file_blocks_for_long(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, has_header: bool
) -> None:
    path = tmp_path_factory.mktemp("state") / "rate-limit"
    path.write_bytes((shared_file._HEADER + b"\n" if has_header else b"") + content)
    clock = FakeClock()
    asyncio.run(clock.run(use_up(limiter(path, clock, 3), 3), limit_seconds=MAX_PAUSE_SECONDS + 100))


@pytest.mark.parametrize("field", range(7))
@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e308", "99999999999", "-1", "[]", '"p"'])
async def test_no_value_in_the_file_blocks_for_long(path: Path, field: int, text: str) -> None:
    clock = FakeClock()
    (slot,) = await take(limiter(path, clock, 1), 1)
    slot.answered()
    header, line = path.read_text().splitlines()
    (note,) = json.loads(line)
    note[field] = json.loads(text)
    path.write_text(f"{header}\n{json.dumps([note])}\n")
    await clock.run(limiter(path, clock, 1).acquire(Priority.INTERACTIVE), limit_seconds=MAX_SECONDS + 1)


async def test_the_rest_of_a_longer_file_is_ignored_until_the_next_turn(path: Path) -> None:
    clock = FakeClock()
    one, other = limiter(path, clock), limiter(path, clock)
    await use_up(one, 3)
    content = path.read_bytes()
    path.write_bytes(content + content)  # as after a kill between writing and shortening
    assert other.used == 3
    assert other.notice == ""
    await use_up(other, 1)
    assert path.read_bytes().count(b"\n") == 2
    assert one.used == other.used == 4


async def test_half_written_notes_are_not_damage_to_a_program_that_only_looks(path: Path) -> None:
    clock = FakeClock()
    one, other = limiter(path, clock), limiter(path, clock)
    await use_up(one, 3)
    assert other.used == 3
    path.write_bytes(path.read_bytes()[:-20])
    assert other.used == 3
    assert other.notice == ""


async def test_a_file_of_a_later_version_is_left_alone_and_done_without(path: Path) -> None:
    clock = FakeClock()
    path.parent.mkdir()
    content = b"omni-tui rate limit 2\nsomething else"
    path.write_bytes(content)
    one = limiter(path, clock, 2)
    await use_up(one, 2)
    assert one.used == 2
    assert "another version" in one.notice
    assert path.read_bytes() == content


def block_with_a_file(path: Path) -> None:
    path.parent.write_text("in the way")


def block_with_a_folder(path: Path) -> None:
    path.mkdir(parents=True)


def block_with_a_pipe(path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)


def block_with_a_link(path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to("elsewhere")


@pytest.mark.parametrize(
    "block", [block_with_a_file, block_with_a_folder, block_with_a_pipe, block_with_a_link]
)
async def test_without_a_usable_file_the_limiter_works_alone(
    path: Path, block: Callable[[Path], None]
) -> None:
    clock = FakeClock()
    block(path)
    one = limiter(path, clock, 2)
    await use_up(one, 2)
    assert one.used == 2
    assert one.notice.startswith("Requests by other programs with the same key are not counted: ")
    waiting = asyncio.create_task(one.acquire(Priority.INTERACTIVE))
    await clock.advance(61)
    assert waiting.done()
    waiting.result().answered()
    await clock.settle()
    slept = len(clock.slept)
    await clock.advance(60)
    assert len(clock.slept) == slept  # it does not try again and again


async def test_a_disk_that_is_full_is_done_without_and_used_again_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock()
    one, other = limiter(path, clock), limiter(path, clock)
    await use_up(other, 1)

    def no_space(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "pwrite", no_space)
        await use_up(one, 5)
        assert "No space left" in one.notice
        assert one.used == 6
    await use_up(one, 1)
    assert one.notice == ""
    assert other.used == 7


async def test_one_that_keeps_its_turn_for_ever_is_done_without(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_file, "STUCK_SECONDS", 0.05)
    one = limiter(path, FakeClock(), 2)
    await use_up(one, 1)
    with open(path, "rb+") as stuck:
        fcntl.flock(stuck, fcntl.LOCK_EX)
        async with asyncio.timeout(60):
            task = asyncio.create_task(one.acquire(Priority.INTERACTIVE))
            while not task.done():
                await asyncio.sleep(0.01)
                one._serve()
        assert "another omni-tui has locked it" in one.notice


async def test_a_turn_that_is_taken_is_tried_again_in_a_moment(path: Path) -> None:
    clock = FakeClock()
    one = limiter(path, clock, 2)
    await use_up(one, 1)
    with open(path, "rb+") as busy:
        fcntl.flock(busy, fcntl.LOCK_EX)
        waiting = asyncio.create_task(one.acquire(Priority.INTERACTIVE))
        await clock.settle()
        assert not waiting.done()
    await clock.advance(0.1)
    assert waiting.done()


async def test_after_a_restart_the_wall_clock_is_used(path: Path) -> None:
    before = FakeClock(start=50_000)
    await use_up(limiter(path, before), 7)
    after = FakeClock(start=10, wall=before.time() + 20)
    one = limiter(path, after, boot="87654321")
    assert one.used == 7
    after.now += 60 + MARGIN_SECONDS - 20 + 0.1
    assert one.used == 0


@pytest.mark.parametrize("jump", [-1e9, -86_400, -30, 30, 86_400, 1e9])
async def test_no_jump_of_the_wall_clock_matters_or_lasts(path: Path, jump: float) -> None:
    clock = FakeClock()
    one = limiter(path, clock)
    one.pause(10)
    await clock.advance(11)
    await use_up(one, 7)
    clock.wall_offset += jump
    assert limiter(path, clock).used == 7
    restarted = FakeClock(start=5, wall=clock.time())
    after = limiter(path, restarted, 7, boot="87654321")
    await restarted.run(use_up(after, 7), limit_seconds=MAX_SECONDS + 1)


def test_each_boot_has_its_own_id() -> None:
    assert boot_id() == boot_id()
    assert len(boot_id()) == 8
