"""Simulate many exports against a sliding window of requests, in virtual time.

A policy says what goes next, as `next(now)`: an (action, job), a time to look again at, or None to wait for
an answer; and hears of every answer, as `on_reply(now, action, job, status)`.
"""

from __future__ import annotations

import heapq
import math
import random
import statistics
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from omni_tui.api.rate_limit.limiter import RateLimiter
from omni_tui.api.rate_limit.priority import Priority
from omni_tui.api.rate_limit.slots import MARGIN_SECONDS
from omni_tui.clock import SystemClock
from omni_tui.downloads.polling.render_stats import History, RenderKind
from omni_tui.downloads.polling.schedule import Capacity, Poll, PollSchedule
from omni_tui.options.spec import Format

MAX_IN_FLIGHT = 16
# As the server refuses what is too much, and as its file endpoint answers while a job runs.
REFUSED, NOT_READY = 429, 202

Choice = tuple[str, int] | float | None


class Limits(Protocol):
    """What the server allows."""

    limit: int
    window: float  # seconds


@dataclass(frozen=True)
class Omni:
    """A server and the way to it."""

    limit: int = 60
    window: float = 60.0
    round_trip: float = 0.15  # seconds


class Policy(Protocol):
    """Who decides."""

    def next(self, now: float) -> Choice: ...

    def on_reply(self, now: float, action: str, job: int, status: int) -> None: ...


@dataclass
class Outcome:
    """When each job's file was there, in seconds; what was asked for, and how often it was too much."""

    done: dict[int, float] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    asked: dict[int, list[float]] = field(default_factory=dict)  # when each was asked, also for its file

    @property
    def all_done(self) -> float:
        return max(self.done.values())

    @property
    def mean(self) -> float:
        return statistics.fmean(self.done.values())


def lognormal(count: int, seed: int, *, median: float = 20.0, spread: float = 0.8) -> list[float]:
    """So many render times, in seconds."""
    chance = random.Random(seed)
    return [median * math.exp(spread * chance.gauss(0, 1)) for _ in range(count)]


class Ours:
    """The schedule and the rate limit's shares as in the program: polls leave some requests to the user."""

    asks_for_files = True
    name = "ours"

    def __init__(self, count: int, limits: Limits, history: History | None = None) -> None:
        limiter = RateLimiter(limits.limit, limits.window, clock=SystemClock())
        self._window = limits.window
        self._most_asks, self._most = limiter.most(Priority.POLL), limiter.most(Priority.START_OR_FETCH)
        self._starts, self._files = deque(range(count)), deque[int]()
        self._held = deque[float]()  # until when each answered request keeps its place
        self._in_flight = 0
        self._schedule = PollSchedule(
            History() if history is None else history,
            polls=self._most_asks,
            window_seconds=limits.window,
        )
        self._watched = set[int]()

    def next(self, now: float) -> Choice:
        used = self._used(now)
        if self._files or self._starts:
            if used >= self._most:
                return self._held[0] if self._held else None
            self._in_flight += 1
            return ("fetch", self._files.popleft()) if self._files else ("initiate", self._starts.popleft())
        choice = self._schedule.next(now, Capacity(self._most_asks - used, self._most - used))
        if isinstance(choice, Poll):
            assert isinstance(choice.job, int)
            self._in_flight += 1
            return "fetch" if choice.is_for_file and self.asks_for_files else "poll", choice.job
        wake_at = [] if choice is None else [choice]
        return (
            min([*wake_at, *list(self._held)[:1]], default=None) if wake_at or not self._in_flight else None
        )

    def on_reply(self, now: float, action: str, job: int, status: int) -> None:
        self._in_flight -= 1
        self._held.append(now + self._window + MARGIN_SECONDS)
        if action == "initiate":
            self._schedule.watch(job, RenderKind(f"dashboard {job}", Format.PDF), now)
            self._schedule.request_turn(job)
            self._watched.add(job)
        elif job in self._watched:
            if status == 200:
                self._schedule.job_ended(job, now)
                self._watched.remove(job)
                if action == "poll":
                    self._files.append(job)
            else:
                self._schedule.found_running(job, now)
                self._schedule.request_turn(job)

    def _used(self, now: float) -> int:
        while self._held and self._held[0] <= now:
            self._held.popleft()
        return len(self._held) + self._in_flight


class Asking(Ours):
    """The same, but no file is asked for before an ask has said that it is there."""

    asks_for_files = False
    name = "ours, never asking for a file early"


class Clairvoyant:
    """Knows every render time, and uses all of the limit: one start, one ask and one fetch a job."""

    def __init__(self, renders: Sequence[float], omni: Omni) -> None:
        self._renders, self._omni = renders, omni
        self._starts, self._files = deque(range(len(renders))), deque[int]()
        self._ready: list[tuple[float, int]] = []
        self._sent = deque[float]()

    def next(self, now: float) -> Choice:
        while self._sent and self._sent[0] <= now - self._omni.window:
            self._sent.popleft()
        is_due = bool(self._ready) and self._ready[0][0] <= now
        if not (self._files or self._starts or is_due):
            return self._ready[0][0] if self._ready else None
        if len(self._sent) >= self._omni.limit:
            return self._sent[0] + self._omni.window + 1e-9
        self._sent.append(now)
        if self._files:
            return "fetch", self._files.popleft()
        if self._starts:
            return "initiate", self._starts.popleft()
        return "poll", heapq.heappop(self._ready)[1]

    def on_reply(self, now: float, action: str, job: int, status: int) -> None:
        if action == "initiate":
            ready_at = now - self._omni.round_trip / 2 + self._renders[job]
            heapq.heappush(self._ready, (ready_at, job))
        elif action == "poll":
            self._files.append(job)


def run(
    make_policy: Callable[[], Policy], renders: Sequence[float], omni: Omni = Omni(), *, hours: float = 3.0
) -> Outcome:
    """All jobs, to their end. AssertionError when it takes too long, or nothing can happen any more."""
    policy, outcome = make_policy(), Outcome()
    window, ready_at = deque[float](), dict[int, float]()
    replies: list[tuple[float, int, str, int, int]] = []
    found = set[int]()
    now, number = 0.0, 0
    while len(outcome.done) < len(renders):
        choice = policy.next(now) if len(replies) < MAX_IN_FLIGHT else None
        if isinstance(choice, tuple):
            action, job = choice
            status = _answer(now + omni.round_trip / 2, action, job, renders, ready_at, window, omni)
            outcome.counts[action] += 1
            outcome.refused += status == REFUSED
            if action == "poll" or (action == "fetch" and job not in found):
                outcome.asked.setdefault(job, []).append(now)
            heapq.heappush(replies, (now + omni.round_trip, number, action, job, status))
            number += 1
            continue
        wake_at = math.inf if choice is None else choice
        if replies and replies[0][0] <= wake_at:
            now, _, action, job, status = heapq.heappop(replies)
            if action == "fetch" and status == 200:
                outcome.done[job] = now
            elif action == "poll" and status == 200:
                found.add(job)
            policy.on_reply(now, action, job, status)
        else:
            assert wake_at < math.inf, f"stuck at {now}"
            now = max(now + 1e-9, wake_at)
        assert now < hours * 3600
    return outcome


def _answer(
    now: float,
    action: str,
    job: int,
    renders: Sequence[float],
    ready_at: dict[int, float],
    window: deque[float],
    omni: Omni,
) -> int:
    while window and window[0] <= now - omni.window:
        window.popleft()
    if len(window) >= omni.limit:
        return REFUSED
    window.append(now)
    if action == "initiate":
        ready_at[job] = now + renders[job]
        return 200
    return 200 if ready_at[job] <= now else NOT_READY
