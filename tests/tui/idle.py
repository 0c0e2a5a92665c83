"""Lets pilots continue as soon as the program is idle.

Textual's pilot sleeps 20 ms and more, several times for each key, until the process uses no processor time.
Here it waits for what it means: nothing is left to run in the event loop, no timer fires within a frame,
and no thread works for the loop.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from textual import app as textual_app
from textual import pilot as textual_pilot

# Timers that fire within this time are waited for: the screen is painted at most once in it.
FRAME_SECONDS = 1 / 50
THREAD_SECONDS = 0.001


async def until_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until the event loop has nothing to do; at most `max_sleep` seconds. `min_sleep` is ignored."""
    loop = asyncio.get_running_loop()
    end = loop.time() + max_sleep
    working_until = loop.time() + FRAME_SECONDS
    while (now := loop.time()) < end:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        if (due := _next_timer(loop)) is not None and due - now < FRAME_SECONDS:
            await asyncio.sleep(max(0.0, due - now))
        elif _has_working_thread(loop) and now < working_until:
            await asyncio.sleep(THREAD_SECONDS)
        else:
            return


def _next_timer(loop: asyncio.AbstractEventLoop) -> float | None:
    """Return when the next timer fires, in the loop's time."""
    return min((timer.when() for timer in loop._scheduled if not timer.cancelled()), default=None)


def _has_working_thread(loop: asyncio.AbstractEventLoop) -> bool:
    """Return whether `asyncio.to_thread` is running anything."""
    pool: ThreadPoolExecutor | None = loop._default_executor
    return pool is not None and pool._idle_semaphore._value < len(pool._threads)


def use_in_pilots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace Textual's way of waiting."""
    monkeypatch.setattr(textual_app, "wait_for_idle", until_idle)
    monkeypatch.setattr(textual_pilot, "wait_for_idle", until_idle)
