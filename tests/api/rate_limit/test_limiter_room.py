"""What a budget tells of itself: changes, pauses, and the room that there is."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from omni_tui.api.rate_limit.limiter import Budget, Slot
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.rate_limit.slots import MARGIN_SECONDS
from tests.api.rate_limit.test_limiter import take
from tests.fakes import FakeClock

HELD_SECONDS = 60 + MARGIN_SECONDS


async def test_subscribers_hear_of_every_change_also_of_those_that_time_brings() -> None:
    clock = FakeClock()
    budget = Budget(clock=clock)
    seen: list[tuple[int, bool]] = []
    unsubscribe = budget.subscribe(lambda: seen.append((budget.used, budget.paused_until is not None)))
    (slot,) = await take(budget, 1)
    slot.answered()
    budget.pause(100)
    await clock.advance(200)
    assert [state for state, _ in itertools.groupby(seen)] == [(1, False), (1, True), (0, True), (0, False)]
    unsubscribe()
    await take(budget, 1)
    await clock.settle()
    assert seen[-1] == (0, False)
    assert len(asyncio.all_tasks()) == 1


async def test_a_change_that_comes_sooner_than_the_sleeper_wakes_is_told_in_time() -> None:
    clock = FakeClock()
    budget = Budget(clock=clock)
    used: list[int] = []
    budget.subscribe(lambda: used.append(budget.used))
    budget.pause(1000)
    slot = Slot(budget, clock.now)
    slot.answered()
    await clock.advance(100)
    assert used[-1] == 0


async def test_a_pause_that_outlasts_a_place_is_slept_through() -> None:
    clock = FakeClock()
    budget = Budget(clock=clock)
    for slot in await take(budget, 3):
        slot.answered()
    budget.pause(90)
    waiting = asyncio.create_task(budget.acquire(Priority.PERSON))
    await clock.run(waiting)
    assert len(clock.slept) == 2  # until the places fall free, and until the pause ends


def test_a_budget_of_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="nothing through"):
        Budget(0, clock=FakeClock())


def test_a_budget_outlives_its_loop() -> None:
    clock = FakeClock()
    budget = Budget(1, clock=clock)

    async def wait_in_vain() -> None:
        budget.subscribe(lambda: None)
        (slot,) = await take(budget, 1)
        slot.answered()
        await clock.settle()

    asyncio.run(wait_in_vain())

    async def ask_again() -> None:
        await clock.run(budget.acquire(Priority.PERSON))

    asyncio.run(ask_again())
    assert budget.used == 1


async def test_the_room_is_what_would_go_at_once() -> None:
    clock = FakeClock()
    budget = Budget(clock=clock)
    assert [budget.room(priority) for priority in Priority] == [60, 57, 51, 45]
    slots = await take(budget, 50)
    assert [budget.room(priority) for priority in Priority] == [10, 7, 1, 0]
    await take(budget, 10)
    waiter = asyncio.create_task(budget.acquire(Priority.POLL))
    person = asyncio.create_task(budget.acquire(Priority.PERSON))
    await clock.settle()
    for slot in slots[:20]:
        slot.unsent()
    await clock.settle()
    assert waiter.done()
    assert person.done()
    assert budget.room(Priority.POLL) == 51 - budget.used


async def test_who_waits_already_has_the_room() -> None:
    clock = FakeClock()
    budget = Budget(clock=clock)
    slots = await take(budget, 55)
    polls = [asyncio.create_task(budget.acquire(Priority.POLL)) for _ in range(3)]
    await clock.settle()
    assert budget.room(Priority.START_OR_FETCH) == 2
    assert budget.room(Priority.BACKGROUND) == 0
    for slot in slots[:5]:
        slot.unsent()
    await clock.settle()
    assert [poll.done() for poll in polls] == [True, False, False]
    assert budget.room(Priority.POLL) == 0
    for poll in polls:
        poll.cancel()
    await asyncio.gather(*polls, return_exceptions=True)


async def test_there_is_no_room_in_a_pause_and_little_behind_it() -> None:
    clock = FakeClock()
    budget = Budget(clock=clock)
    budget.pause(10)
    assert budget.room(Priority.PERSON) == 0
    await clock.advance(10)
    assert budget.room(Priority.PERSON) == 1
    scout = await budget.acquire(Priority.PERSON)
    assert budget.room(Priority.PERSON) == 0
    scout.answered()
    assert budget.room(Priority.PERSON) == 59
