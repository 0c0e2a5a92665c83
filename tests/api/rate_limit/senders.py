"""Programs that send requests through rate limiters, as tests of the limit need them."""

from __future__ import annotations

import random

from omni_tui.api.rate_limit.limiter import RateLimiter, Slot
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.rate_limit.slots import LATE_SECONDS
from tests.fakes import FakeClock


async def take(limiter: RateLimiter, count: int) -> list[Slot]:
    return [await limiter.acquire(Priority.INTERACTIVE) for _ in range(count)]


async def send(
    limiter: RateLimiter, rng: random.Random, clock: FakeClock, stamps: list[float], *, longest_seconds: float
) -> None:
    """One request, at any time, with any result; `stamps` gets when the server counted it, if it did."""
    await clock.sleep(rng.choice([0.0, rng.uniform(0, 100)]))
    slot = await limiter.acquire(rng.choice(list(Priority)))
    latency = rng.choice([rng.uniform(0, 5), rng.uniform(0, longest_seconds)])
    match rng.choices(["answered", "lost", "unsent"], [8, 1, 1])[0]:
        case "answered":
            stamps.append(clock.now + rng.uniform(0, latency))
            await clock.sleep(latency)
            slot.answered()
        case "lost":
            stamps.append(clock.now + rng.uniform(0, latency + LATE_SECONDS))
            await clock.sleep(latency)
            slot.lost()
        case "unsent":
            await clock.sleep(latency)
            slot.unsent()
