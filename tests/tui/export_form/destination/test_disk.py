from __future__ import annotations

import asyncio
import threading

import pytest

from omni_tui.tui.export_form.destination.disk import run_in_own_thread


async def test_it_returns_and_raises_what_the_function_does() -> None:
    assert await run_in_own_thread(int, "12") == 12
    with pytest.raises(ValueError, match="invalid literal"):
        await run_in_own_thread(int, "x")
    assert await run_in_own_thread(threading.current_thread) is not threading.current_thread()


async def test_stuck_threads_hold_up_nothing_else() -> None:
    release = threading.Event()
    stuck = [asyncio.create_task(run_in_own_thread(release.wait)) for _ in range(40)]
    assert await run_in_own_thread(int, "1") == 1
    assert await asyncio.to_thread(int, "2") == 2
    stuck[0].cancel()
    release.set()
    results = await asyncio.gather(*stuck, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1:] == [True] * 39


def test_the_end_does_not_wait_for_it() -> None:
    release, started = threading.Event(), threading.Event()

    def hang() -> None:
        started.set()
        release.wait()

    async def leave() -> None:
        task = asyncio.create_task(run_in_own_thread(hang))
        await asyncio.to_thread(started.wait)
        assert not task.done()

    asyncio.run(leave())  # would wait forever
    (thread,) = (one for one in threading.enumerate() if one.name == "disk")
    release.set()  # the loop is closed: nothing is raised in the thread, which would be an error here
    thread.join(10)
    assert not thread.is_alive()
