"""The rate limiter: never too many requests, in the right order, and never stuck."""

from __future__ import annotations

import asyncio
import random

import pytest

from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.rate_limit.slots import LATE_SECONDS, MARGIN_SECONDS
from tests.api.rate_limit.senders import send, take
from tests.fakes import FakeClock

HELD_SECONDS = 60 + MARGIN_SECONDS


@pytest.mark.parametrize("seed", range(4))
async def test_a_server_that_counts_at_any_moment_never_sees_too_many(seed: int) -> None:
    rng = random.Random(seed)
    clock = FakeClock()
    limiter = RateLimiter(clock=clock)
    stamps: list[float] = []
    requests = [send(limiter, rng, clock, stamps, longest_seconds=5) for _ in range(200)]
    await clock.run(asyncio.gather(*requests))
    stamps.sort()
    spans = [later - earlier for earlier, later in zip(stamps, stamps[60:], strict=False)]
    assert len(spans) > 60
    assert min(spans) >= 60


async def test_twice_the_limit_takes_hardly_longer_than_it_must() -> None:
    clock = FakeClock()
    limiter = RateLimiter(clock=clock)

    async def request() -> None:
        slot = await limiter.acquire(Priority.INTERACTIVE)
        await clock.sleep(0.1)
        slot.answered()

    began = clock.now
    await clock.run(asyncio.gather(*(request() for _ in range(120))))
    ideal = 60 + 0.1  # the second sixty may be counted 60 s after the first
    assert (clock.now - began) / ideal < 1.01


async def test_priorities_go_first_and_arrival_decides_within_one() -> None:
    clock = FakeClock()
    limiter = RateLimiter(1, clock=clock)
    (slot,) = await take(limiter, 1)
    order: list[str] = []

    async def request(name: str, priority: Priority) -> None:
        got = await limiter.acquire(priority)
        order.append(name)
        got.unsent()

    names = [("background", 3), ("poll 1", 2), ("poll 2", 2), ("fetch", 1), ("person 1", 0), ("person 2", 0)]
    tasks = []
    for name, priority in names:
        tasks.append(asyncio.create_task(request(name, Priority(priority))))
        await asyncio.sleep(0)
    slot.unsent()
    await clock.run(asyncio.gather(*tasks))
    assert order == ["person 1", "person 2", "fetch", "poll 1", "poll 2", "background"]


async def test_a_place_in_flight_is_held_until_a_minute_after_its_answer() -> None:
    clock = FakeClock()
    limiter = RateLimiter(1, clock=clock)
    (slot,) = await take(limiter, 1)
    waiting = asyncio.create_task(limiter.acquire(Priority.INTERACTIVE))
    await clock.advance(500)
    assert not waiting.done()
    slot.answered()
    await clock.advance(HELD_SECONDS - 0.01)
    assert not waiting.done()
    await clock.advance(0.02)
    assert waiting.done()


async def test_a_place_that_was_not_used_is_free_at_once() -> None:
    clock = FakeClock()
    limiter = RateLimiter(1, clock=clock)
    (slot,) = await take(limiter, 1)
    slot.unsent()
    slot.answered()  # its fate was told already
    assert limiter.used == 0
    await clock.run(limiter.acquire(Priority.INTERACTIVE))
    assert clock.slept == []


async def test_used_falls_as_time_goes_by() -> None:
    clock = FakeClock()
    limiter = RateLimiter(clock=clock)
    first, second, _ = await take(limiter, 3)
    first.answered()
    second.lost()
    assert limiter.used == 3
    clock.now += HELD_SECONDS
    assert limiter.used == 2
    clock.now += LATE_SECONDS
    assert limiter.used == 1


async def test_a_pause_holds_everybody_and_the_longest_counts() -> None:
    clock = FakeClock()
    limiter = RateLimiter(clock=clock)
    limiter.pause(30)
    limiter.pause(10)
    assert limiter.paused_until == clock.time() + 30
    waiting = asyncio.create_task(limiter.acquire(Priority.INTERACTIVE))
    await clock.advance(20)
    limiter.pause(40)
    await clock.advance(39.9)
    assert not waiting.done()
    await clock.advance(0.2)
    assert waiting.done()
    assert limiter.paused_until is None


async def test_after_a_pause_one_goes_ahead_and_the_others_follow_its_answer() -> None:
    clock = FakeClock()
    limiter = RateLimiter(clock=clock)
    limiter.pause(10)
    waiting = [asyncio.create_task(limiter.acquire(Priority.POLL)) for _ in range(5)]
    await clock.advance(11)
    assert [task.done() for task in waiting] == [True, False, False, False, False]
    waiting[0].result().lost()  # nothing is known yet: the next one goes ahead
    await clock.settle()
    assert [task.done() for task in waiting] == [True, True, False, False, False]
    limiter.pause(5)  # refused again
    waiting[1].result().answered()
    await clock.advance(4.9)
    assert sum(task.done() for task in waiting) == 2
    await clock.advance(0.2)
    assert sum(task.done() for task in waiting) == 3
    waiting[2].result().answered()
    await clock.settle()
    assert all(task.done() for task in waiting)


@pytest.mark.parametrize(
    ("priority", "most"),
    [
        (Priority.INTERACTIVE, 60),
        (Priority.START_OR_FETCH, 57),
        (Priority.POLL, 51),
        (Priority.BACKGROUND, 45),
    ],
)
async def test_a_burst_of_the_others_leaves_room_for_the_person(priority: Priority, most: int) -> None:
    clock = FakeClock()
    limiter = RateLimiter(60, clock=clock)
    burst = [asyncio.create_task(limiter.acquire(priority)) for _ in range(70)]
    await clock.settle()
    assert limiter.used == sum(task.done() for task in burst) == most
    people = [asyncio.create_task(limiter.acquire(Priority.INTERACTIVE)) for _ in range(60 - most)]
    await clock.settle()
    assert all(task.done() for task in people)
    for task in (*burst, *people):
        task.cancel()
    await asyncio.gather(*burst, *people, return_exceptions=True)


async def test_even_the_smallest_limit_lets_every_priority_through() -> None:
    clock = FakeClock()
    limiter = RateLimiter(1, clock=clock)
    for priority in Priority:
        slot = await clock.run(limiter.acquire(priority))
        slot.answered()


async def test_canceled_waiters_block_no_one_and_hold_no_slot() -> None:
    clock = FakeClock()
    limiter = RateLimiter(1, clock=clock)
    (slot,) = await take(limiter, 1)
    gone = [asyncio.create_task(limiter.acquire(Priority.INTERACTIVE)) for _ in range(3)]
    left = asyncio.create_task(limiter.acquire(Priority.BACKGROUND))
    await clock.settle()
    for task in gone:
        task.cancel()
    await clock.settle()
    slot.answered()
    await clock.advance(61)
    assert left.done()
    assert limiter.used == 1


async def test_a_place_given_in_the_moment_of_a_cancel_goes_to_the_next() -> None:
    clock = FakeClock()
    limiter = RateLimiter(1, clock=clock)
    (slot,) = await take(limiter, 1)
    first = asyncio.create_task(limiter.acquire(Priority.INTERACTIVE))
    second = asyncio.create_task(limiter.acquire(Priority.INTERACTIVE))
    await clock.settle()
    slot.unsent()  # gives the place to the first, which has not run yet
    first.cancel()
    await clock.settle()
    assert first.cancelled()
    assert second.done()
    assert limiter.used == 1


async def test_random_cancels_leave_no_place_taken() -> None:
    rng = random.Random(7)
    clock = FakeClock()
    limiter = RateLimiter(5, clock=clock)

    async def request() -> None:
        slot = await limiter.acquire(rng.choice(list(Priority)))
        try:
            await clock.sleep(rng.uniform(0, 3))
        except asyncio.CancelledError:
            slot.lost()
            raise
        slot.answered()

    tasks = [asyncio.create_task(request()) for _ in range(60)]
    for task in rng.sample(tasks, 40):
        await clock.advance(rng.uniform(0, 20))
        task.cancel()
    await clock.run(asyncio.gather(*tasks, return_exceptions=True))
    clock.now += 60 + LATE_SECONDS + 1
    assert limiter.used == 0


async def test_no_task_runs_without_waiters_or_observers() -> None:
    clock = FakeClock()
    limiter = RateLimiter(clock=clock)
    for slot in await take(limiter, 3):
        slot.answered()
    await clock.settle()
    assert clock.slept == []
    assert len(asyncio.all_tasks()) == 1


async def test_one_timer_serves_all_waiters() -> None:
    clock = FakeClock()
    limiter = RateLimiter(1, clock=clock)
    (slot,) = await take(limiter, 1)
    slot.answered()
    waiting = [asyncio.create_task(limiter.acquire(Priority.INTERACTIVE)) for _ in range(20)]
    await clock.settle()
    assert len(clock.slept) == 1
    for task in waiting:
        task.cancel()
    await clock.settle()
    assert len(asyncio.all_tasks()) == 1
