"""What a rate limiter reports: changes, pauses, and how many requests could go."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from omni_tui.api.rate_limit.limiter import RateLimiter, Slot
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.rate_limit.slots import MARGIN_SECONDS
from tests.api.rate_limit.test_limiter import take
from tests.fakes import FakeClock

HELD_SECONDS = 60 + MARGIN_SECONDS


async def test_subscribers_hear_of_every_change_also_of_those_that_time_brings() -> None:
    clock = FakeClock()
    limiter = RateLimiter(clock=clock)
    seen: list[tuple[int, bool]] = []
    unsubscribe = limiter.subscribe(lambda: seen.append((limiter.used, limiter.paused_until is not None)))
    (slot,) = await take(limiter, 1)
    slot.answered()
    limiter.pause(100)
    await clock.advance(200)
    assert [state for state, _ in itertools.groupby(seen)] == [(1, False), (1, True), (0, True), (0, False)]
    unsubscribe()
    await take(limiter, 1)
    await clock.settle()
    assert seen[-1] == (0, False)
    assert len(asyncio.all_tasks()) == 1


async def test_an_earlier_change_wakes_the_timer_in_time() -> None:
    clock = FakeClock()
    limiter = RateLimiter(clock=clock)
    used: list[int] = []
    limiter.subscribe(lambda: used.append(limiter.used))
    limiter.pause(1000)
    slot = Slot(limiter, clock.now)
    slot.answered()
    await clock.advance(100)
    assert used[-1] == 0


async def test_a_pause_that_outlasts_a_place_is_slept_through() -> None:
    clock = FakeClock()
    limiter = RateLimiter(clock=clock)
    for slot in await take(limiter, 3):
        slot.answered()
    limiter.pause(90)
    waiting = asyncio.create_task(limiter.acquire(Priority.INTERACTIVE))
    await clock.run(waiting)
    assert len(clock.slept) == 2  # until the places fall free, and until the pause ends


def test_a_limit_of_zero_is_rejected() -> None:
    with pytest.raises(ValueError, match="nothing through"):
        RateLimiter(0, clock=FakeClock())


def test_a_limiter_outlives_its_loop() -> None:
    clock = FakeClock()
    limiter = RateLimiter(1, clock=clock)

    async def wait_in_vain() -> None:
        limiter.subscribe(lambda: None)
        (slot,) = await take(limiter, 1)
        slot.answered()
        await clock.settle()

    asyncio.run(wait_in_vain())

    async def ask_again() -> None:
        await clock.run(limiter.acquire(Priority.INTERACTIVE))

    asyncio.run(ask_again())
    assert limiter.used == 1


async def test_the_room_is_what_would_go_at_once() -> None:
    clock = FakeClock()
    limiter = RateLimiter(clock=clock)
    assert [limiter.room(priority) for priority in Priority] == [60, 57, 51, 45]
    slots = await take(limiter, 50)
    assert [limiter.room(priority) for priority in Priority] == [10, 7, 1, 0]
    await take(limiter, 10)
    waiter = asyncio.create_task(limiter.acquire(Priority.POLL))
    person = asyncio.create_task(limiter.acquire(Priority.INTERACTIVE))
    await clock.settle()
    for slot in slots[:20]:
        slot.unsent()
    await clock.settle()
    assert waiter.done()
    assert person.done()
    assert limiter.room(Priority.POLL) == 51 - limiter.used


async def test_the_room_belongs_to_earlier_waiters() -> None:
    clock = FakeClock()
    limiter = RateLimiter(clock=clock)
    slots = await take(limiter, 55)
    polls = [asyncio.create_task(limiter.acquire(Priority.POLL)) for _ in range(3)]
    await clock.settle()
    assert limiter.room(Priority.START_OR_FETCH) == 2
    assert limiter.room(Priority.BACKGROUND) == 0
    for slot in slots[:5]:
        slot.unsent()
    await clock.settle()
    assert [poll.done() for poll in polls] == [True, False, False]
    assert limiter.room(Priority.POLL) == 0
    for poll in polls:
        poll.cancel()
    await asyncio.gather(*polls, return_exceptions=True)


async def test_there_is_no_room_during_a_pause_and_little_after_it() -> None:
    clock = FakeClock()
    limiter = RateLimiter(clock=clock)
    limiter.pause(10)
    assert limiter.room(Priority.INTERACTIVE) == 0
    await clock.advance(10)
    assert limiter.room(Priority.INTERACTIVE) == 1
    scout = await limiter.acquire(Priority.INTERACTIVE)
    assert limiter.room(Priority.INTERACTIVE) == 0
    scout.answered()
    assert limiter.room(Priority.INTERACTIVE) == 59
