"""Trying again after a failure, and cutting off what takes too long. In seconds, by the clock handed in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState
from tenacity.wait import wait_exponential, wait_random

from omni_tui.clock import Clock

T = TypeVar("T")

_grown_wait = wait_exponential(multiplier=2.0, max=30.0) + wait_random(0.0, 2.0)


async def keep_trying(
    work: Callable[[], Awaitable[T]],
    clock: Clock,
    *,
    may_retry: Callable[[BaseException, int], bool],
    before_wait: Callable[[BaseException], None],
) -> T:
    """Do the work, and again after growing jittered waits while `may_retry` says so.

    `may_retry` gets the failure and how many tries there were; `before_wait` gets the failure. A server's
    `retry_after_seconds` is kept to. The last failure is raised as it is.
    """
    result: T = await AsyncRetrying(
        sleep=clock.sleep,
        wait=_wait_seconds,
        retry=lambda state: (error := _failure(state)) is not None and may_retry(error, state.attempt_number),
        before_sleep=lambda state: before_wait(error) if (error := _failure(state)) else None,
        reraise=True,
    )(work)
    return result


@asynccontextmanager
async def within(
    clock: Clock,
    seconds: float,
    too_late: Callable[[], Exception],
    *,
    extra_seconds: Callable[[], float] = lambda: 0.0,
) -> AsyncIterator[None]:
    """Cut off what takes longer than that, and raise `too_late()`: `asyncio.timeout` by a clock of ours.

    When the time is over, `extra_seconds` is asked for how many seconds are added to it.
    """
    task = asyncio.current_task()
    assert task is not None
    cancelled_before = task.cancelling()
    is_late = False

    async def watch() -> None:
        nonlocal is_late
        left = seconds
        while True:
            await clock.sleep(left)
            left = extra_seconds()
            if left <= 0:
                break
        is_late = True
        task.cancel()

    watcher = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        # somebody else may have cancelled it too, and that goes first
        if is_late and task.uncancel() <= cancelled_before:
            raise too_late() from None
        raise
    finally:
        watcher.cancel()


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None


def _wait_seconds(state: RetryCallState) -> float:
    asked = getattr(_failure(state), "retry_after_seconds", None)
    return max(_grown_wait(state), asked or 0.0)
