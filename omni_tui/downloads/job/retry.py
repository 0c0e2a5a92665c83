"""Retries after failures, and timeouts. All times are in seconds of the given clock."""

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
    """Run `work`, and retry it with exponential backoff and jitter while `may_retry` returns True.

    `may_retry` gets the error and the number of attempts; `before_wait` gets the error. Waits at least the
    server's `retry_after_seconds`. Raises the last error.
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
    """Cancel the block after `seconds` and raise `too_late()`: `asyncio.timeout` with our own clock.

    When the time is over, `extra_seconds` returns how many seconds to add; 0 ends the block.
    """
    task = asyncio.current_task()
    assert task is not None
    cancels_before = task.cancelling()
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
        # the task may have been canceled from outside too, which takes precedence
        if is_late and task.uncancel() <= cancels_before:
            raise too_late() from None
        raise
    finally:
        watcher.cancel()


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None


def _wait_seconds(state: RetryCallState) -> float:
    asked = getattr(_failure(state), "retry_after_seconds", None)
    return max(_grown_wait(state), asked or 0.0)
