"""Rate limiters that share a file: never too many requests together, fair, not blocked by a dead program."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.api.rate_limit.limiter import LOOK_SECONDS, YIELD_SECONDS, RateLimiter, Slot
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.rate_limit.shared_file import SharedFile, shared_limiter_path
from omni_tui.api.rate_limit.slots import LATE_SECONDS, MARGIN_SECONDS, RENEW_SECONDS
from tests.api.rate_limit.senders import send, take
from tests.examples import examples
from tests.fakes import FakeClock

HELD_SECONDS = 60 + MARGIN_SECONDS


def limiters(path: Path, clock: FakeClock, *limits: int) -> list[RateLimiter]:
    """Each as a program of its own would have it."""
    return [
        RateLimiter(limit, clock=clock, state=SharedFile(path, clock, boot="12345678")) for limit in limits
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "rate-limit"


async def test_each_sees_what_the_others_have_taken(path: Path) -> None:
    clock = FakeClock()
    one, other = limiters(path, clock, 60, 60)
    slots = await take(one, 50)
    assert other.used == 50
    assert [other.room(priority) for priority in Priority] == [10, 7, 1, 0]
    await take(other, 3)
    assert one.used == other.used == 53
    for slot in slots[:10]:
        slot.unsent()
    assert other.used == 43
    for slot in slots[10:]:
        slot.answered()
    assert other.used == 43
    clock.now += HELD_SECONDS + 0.01
    assert one.used == other.used == 3


async def interleave(path: Path, seed: int, programs: int, requests: int) -> list[float]:
    """Random requests of several programs; when the server counted each, at the worst of moments."""
    rng = random.Random(seed)
    clock = FakeClock()
    sharing = limiters(path, clock, *[60] * programs)
    stamps: list[float] = []
    sent = [send(rng.choice(sharing), rng, clock, stamps, longest_seconds=90) for _ in range(requests)]
    await clock.run(asyncio.gather(*sent))
    return sorted(stamps)


@examples(6, least=2)
@given(seed=st.integers(0, 10**6), programs=st.integers(2, 3))
def test_together_they_never_send_too_much(
    tmp_path_factory: pytest.TempPathFactory, seed: int, programs: int
) -> None:
    path = tmp_path_factory.mktemp("state") / "rate-limit"
    stamps = asyncio.run(interleave(path, seed, programs, 150))
    spans = [later - earlier for earlier, later in zip(stamps, stamps[60:], strict=False)]
    assert len(spans) > 30
    assert min(spans) >= 60


async def kill_some(path: Path, seed: int) -> list[float]:
    """Programs that are killed one after the other, amid their requests; when the server counted each."""
    rng = random.Random(seed)
    clock = FakeClock()
    stamps: list[float] = []

    async def request(limiter: RateLimiter, sent: dict[Slot, float]) -> None:
        while True:
            slot = await limiter.acquire(Priority.INTERACTIVE)
            sent[slot] = clock.now
            await clock.sleep(rng.choice([rng.uniform(0, 5), rng.uniform(0, 60)]))
            stamps.append(rng.uniform(sent.pop(slot), clock.now))
            slot.answered()

    for _ in range(3):
        (limiter,) = limiters(path, clock, 60)
        sent: dict[Slot, float] = {}
        tasks = [asyncio.create_task(request(limiter, sent)) for _ in range(30)]
        await clock.advance(rng.uniform(20, 100))
        stamps += [rng.uniform(began, clock.now + LATE_SECONDS) for began in sent.values()]
        for task in (*tasks, limiter._timer):  # what it holds is never given back
            if task is not None:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return sorted(stamps)


@examples(6, least=2)
@given(seed=st.integers(0, 10**6))
def test_killed_programs_do_not_make_the_others_send_too_much(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    stamps = asyncio.run(kill_some(tmp_path_factory.mktemp("state") / "rate-limit", seed))
    spans = [later - earlier for earlier, later in zip(stamps, stamps[60:], strict=False)]
    assert spans
    assert min(spans) >= 60


async def test_two_take_hardly_longer_than_one_would(path: Path) -> None:
    clock = FakeClock()

    async def request(limiter: RateLimiter) -> None:
        slot = await limiter.acquire(Priority.INTERACTIVE)
        await clock.sleep(0.1)
        slot.answered()

    began = clock.now
    sharing = limiters(path, clock, 60, 60)
    await clock.run(asyncio.gather(*(request(limiter) for limiter in sharing for _ in range(60))))
    assert (clock.now - began) / (60 + 0.1) < 1.02


async def test_a_later_program_gets_an_equal_share(path: Path) -> None:
    clock = FakeClock()
    greedy, late = limiters(path, clock, 10, 10)
    given: dict[RateLimiter, int] = {greedy: 0, late: 0}

    async def requests(limiter: RateLimiter) -> None:
        while True:
            slot = await limiter.acquire(Priority.POLL)
            given[limiter] += 1
            await clock.sleep(1)
            slot.answered()

    tasks = [asyncio.create_task(requests(greedy)) for _ in range(20)]
    await clock.advance(90)
    tasks += [asyncio.create_task(requests(late)) for _ in range(20)]
    await clock.advance(90)
    given.update(dict.fromkeys(given, 0))
    await clock.advance(600)
    assert given[late] / given[greedy] > 0.75
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_polls_of_one_program_leave_room_for_another_programs_user(path: Path) -> None:
    clock = FakeClock()
    one, other = limiters(path, clock, 60, 60)
    burst = [asyncio.create_task(one.acquire(Priority.POLL)) for _ in range(70)]
    await clock.settle()
    people = [asyncio.create_task(other.acquire(Priority.INTERACTIVE)) for _ in range(9)]
    await clock.settle()
    assert all(task.done() for task in people)
    for task in burst:
        task.cancel()
    await asyncio.gather(*burst, return_exceptions=True)


async def test_a_pause_holds_all_programs(path: Path) -> None:
    clock = FakeClock()
    one, other = limiters(path, clock, 60, 60)
    waiting = asyncio.create_task(other.acquire(Priority.INTERACTIVE))
    await clock.settle()
    assert waiting.done()
    one.pause(30)
    assert other.paused_until == pytest.approx(clock.time() + 30, abs=0.01)
    held = asyncio.create_task(other.acquire(Priority.INTERACTIVE))
    await clock.advance(29.9)
    assert not held.done()
    await clock.advance(0.2)
    assert held.done()
    second = asyncio.create_task(other.acquire(Priority.INTERACTIVE))
    await clock.settle()
    assert not second.done()  # the first one after it goes ahead alone
    held.result().answered()
    await clock.settle()
    assert second.done()


async def test_a_place_given_back_early_is_found_without_a_word(path: Path) -> None:
    clock = FakeClock()
    one, other = limiters(path, clock, 1, 1)
    (slot,) = await take(one, 1)
    waiting = asyncio.create_task(other.acquire(Priority.INTERACTIVE))
    await clock.settle()
    slot.unsent()
    await clock.advance(LOOK_SECONDS + 0.01)
    assert waiting.done()


async def test_the_places_of_a_program_that_was_killed_are_held_and_then_free(path: Path) -> None:
    clock = FakeClock()
    (killed,) = limiters(path, clock, 2)
    slots = await take(killed, 2)
    slots[0].answered()
    driver = killed._timer  # it dies with everything in it
    assert driver is not None
    driver.cancel()
    (left,) = limiters(path, clock, 2)
    assert left.used == 2
    first = asyncio.create_task(left.acquire(Priority.INTERACTIVE))
    second = asyncio.create_task(left.acquire(Priority.INTERACTIVE))
    await clock.advance(HELD_SECONDS - 0.01)
    assert not first.done()
    await clock.advance(0.1)
    assert first.done()
    await clock.advance(LATE_SECONDS - 0.1)  # its request may have left in its last moment
    assert not second.done()
    await clock.advance(RENEW_SECONDS + 0.1)
    assert second.done()


async def test_a_place_is_held_while_its_request_is_under_way_for_long(path: Path) -> None:
    clock = FakeClock()
    one, other = limiters(path, clock, 1, 1)
    (slot,) = await take(one, 1)
    waiting = asyncio.create_task(other.acquire(Priority.INTERACTIVE))
    await clock.advance(600)
    assert not waiting.done()
    slot.answered()
    await clock.advance(HELD_SECONDS + 0.1)
    assert waiting.done()


async def test_a_program_killed_while_waiting_blocks_no_other(path: Path) -> None:
    clock = FakeClock()
    one, killed = limiters(path, clock, 3, 3)
    slots = await take(one, 3)
    waiting = asyncio.create_task(killed.acquire(Priority.INTERACTIVE))
    await clock.settle()
    assert killed._timer is not None
    killed._timer.cancel()
    slots[0].unsent()
    own = asyncio.create_task(one.acquire(Priority.INTERACTIVE))
    await clock.settle()
    assert not own.done()  # it has more, so the other is let go first
    await clock.advance(YIELD_SECONDS + 0.01)
    assert own.done()
    waiting.cancel()


async def test_no_task_runs_without_waiters(path: Path) -> None:
    clock = FakeClock()
    one, other = limiters(path, clock, 60, 60)
    for slot in (*await take(one, 3), *await take(other, 3)):
        slot.answered()
    one.pause(5)
    await clock.settle()
    assert len(asyncio.all_tasks()) == 1


async def test_observers_learn_of_slots_released_by_others(path: Path) -> None:
    clock = FakeClock()
    one, other = limiters(path, clock, 60, 60)
    (slot,) = await take(one, 1)
    slot.answered()
    seen: list[int] = []
    assert other.used == 1
    other.subscribe(lambda: seen.append(other.used))
    await clock.advance(70)
    assert seen[-1] == 0
    slept = len(clock.slept)
    await clock.advance(3600)
    assert len(clock.slept) == slept
    assert len(asyncio.all_tasks()) == 1


async def test_one_turn_publishes_all_granted_slots(path: Path) -> None:
    clock = FakeClock()
    one, other = limiters(path, clock, 60, 60)
    slots: list[Slot] = await take(one, 60)
    waiting = [asyncio.create_task(other.acquire(Priority.INTERACTIVE)) for _ in range(60)]
    await clock.settle()
    for slot in slots:
        slot.unsent()
    await clock.advance(LOOK_SECONDS + 0.01)
    assert all(task.done() for task in waiting)
    assert one.used == 60


def test_the_file_name_reveals_neither_key_nor_address(tmp_path: Path) -> None:
    token = "omni_osk_secret"
    path = shared_limiter_path(tmp_path, "https://blobsrus.omniapp.co/api", token)
    assert path.parent == tmp_path
    assert not {"blobsrus", token, "secret"} & set(path.name.replace("-", " ").split())
    assert path == shared_limiter_path(tmp_path, "https://BLOBSRUS.omniapp.co/other", token)
    assert path != shared_limiter_path(tmp_path, "https://blobsrus.omniapp.co/api", token + "2")
    assert path != shared_limiter_path(tmp_path, "https://others.omniapp.co/api", token)
