from __future__ import annotations

import asyncio

import pytest

from omni_tui.downloads.job.retry import keep_trying, within
from omni_tui.downloads.job.runner import duration_text
from tests.fakes import FakeClock


class Late(Exception):
    pass


class Asked(Exception):
    retry_after_seconds = 50.0


async def test_waits_between_tries_grow_and_a_servers_wish_is_kept() -> None:
    clock = FakeClock()
    failures: list[BaseException] = [OSError(), OSError(), OSError(), OSError(), OSError(), Asked()]
    told: list[BaseException] = []

    async def work() -> str:
        if failures:
            raise failures.pop(0)
        return "done"

    trying = keep_trying(work, clock, may_retry=lambda error, tries: True, before_wait=told.append)
    assert await clock.run(trying) == "done"
    assert len(told) == 6
    for wait, (low, high) in zip(clock.slept, [(2, 4), (4, 6), (8, 10), (16, 18), (30, 32)], strict=False):
        assert low <= wait <= high
    assert clock.slept[5] == 50.0


async def test_the_last_error_is_raised() -> None:
    error = OSError("the very one")

    async def work() -> None:
        raise error

    with pytest.raises(OSError, match="the very one") as raised:
        await keep_trying(work, FakeClock(), may_retry=lambda e, tries: tries < 1, before_wait=print)
    assert raised.value is error


async def test_within_its_time_nothing_happens() -> None:
    clock = FakeClock()

    async def quick() -> str:
        async with within(clock, 10, Late):
            await clock.sleep(9.9)
        await clock.sleep(100)
        return "done"

    assert await clock.run(quick()) == "done"


async def test_what_takes_too_long_is_cut_off_at_its_time() -> None:
    clock = FakeClock()
    start = clock.now

    async def slow() -> None:
        async with within(clock, 10, Late):
            await asyncio.Event().wait()

    with pytest.raises(Late):
        await clock.run(slow())
    assert clock.now == start + 10


async def test_being_cancelled_from_outside_stays_that() -> None:
    clock = FakeClock()

    async def slow() -> None:
        async with within(clock, 10, Late):
            await asyncio.Event().wait()

    task = asyncio.create_task(slow())
    await clock.advance(5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_being_cancelled_and_late_in_the_same_moment_is_being_cancelled() -> None:
    class Bell(FakeClock):
        def __init__(self) -> None:
            super().__init__()
            self.rings = asyncio.Event()

        async def sleep(self, seconds: float) -> None:
            await self.rings.wait()

    clock = Bell()

    async def slow() -> None:
        async with within(clock, 10, Late):
            await asyncio.Event().wait()

    task = asyncio.create_task(slow())
    await clock.settle()
    clock.rings.set()
    await asyncio.sleep(0)
    assert task.cancelling() == 1  # by its time …
    task.cancel()  # … and by us
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (45, "45 seconds"),
        (60, "1 minute"),
        (90, "1.5 minutes"),
        (1800, "30 minutes"),
        (7200, "2 hours"),
    ],
)
def test_lengths_of_time_duration_text(seconds: float, words: str) -> None:
    assert duration_text(seconds) == words
