"""A daemon thread, which the program doesn't wait for."""

from __future__ import annotations

import asyncio
import threading

import pytest

from omni_tui.daemon_threads import run_in_daemon_thread


async def test_it_returns_or_raises_what_the_work_does() -> None:
    assert await run_in_daemon_thread(lambda: threading.current_thread().daemon) is True

    def fail() -> None:
        raise ValueError("told")

    with pytest.raises(ValueError, match="told"):
        await run_in_daemon_thread(fail)


def test_the_end_of_the_program_does_not_wait_for_it() -> None:
    may_end, has_ended = threading.Event(), threading.Event()

    def wait() -> None:
        may_end.wait()
        has_ended.set()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(run_in_daemon_thread(wait), 0.01)

    asyncio.run(give_up())
    assert not has_ended.is_set()
    may_end.set()
    assert has_ended.wait(30)


async def test_stuck_threads_hold_up_nothing_else() -> None:
    release = threading.Event()
    stuck = [asyncio.create_task(run_in_daemon_thread(release.wait)) for _ in range(40)]
    assert await run_in_daemon_thread(lambda: 1) == 1
    assert await asyncio.to_thread(int, "2") == 2
    stuck[0].cancel()
    release.set()
    results = await asyncio.gather(*stuck, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1:] == [True] * 39
